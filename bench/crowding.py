"""What a page of the desk waits for while others search for what takes long: nothing, it should be."""

import threading
import time
from typing import Any

from bench.browsing import Visitor
from bench.product import EMAIL, Ninelives, agent_email

# Two letters that hardly any name has: every name is read for them.
SLOW = ("xq", "qj", "jx", "zq", "qz")
PAGES, SEARCHERS = 60, 10
# Between two searches of one person, who looks at what was found.
LOOKS = 0.25


def crowded(ninelives: Ninelives) -> dict[str, Any]:
    """The list's time alone, and while ten people search again and again; how many of their searches were begun."""
    reader = Visitor(ninelives.port).signed_in(EMAIL)
    searchers = [Visitor(ninelives.port).signed_in(agent_email(number)) for number in range(SEARCHERS)]
    alone = _pages(reader)
    done, counts = threading.Event(), [[0, 0] for _ in searchers]
    threads = [threading.Thread(target=_search, args=one) for one in zip(searchers, counts, [done] * 10, strict=True)]
    for thread in threads:
        thread.start()
    try:
        among = _pages(reader)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    asked, begun = (sum(one[n] for one in counts) for n in (0, 1))
    return {"alone_ms": alone, "while_searched_ms": among, "searches": asked, "begun": begun}


def _pages(reader: Visitor) -> list[float]:
    took = []
    for _ in range(PAGES):
        began = time.perf_counter()
        reader.get("/desk/unassigned/")
        took.append(1000 * (time.perf_counter() - began))
    return took


def _search(searcher: Visitor, counts: list[int], done: threading.Event) -> None:
    while not done.is_set():
        page = searcher.get(f"/desk/all/?q={SLOW[counts[0] % len(SLOW)]}")
        counts[0] += 1
        counts[1] += b"has not begun" not in page
        done.wait(LOOKS)
