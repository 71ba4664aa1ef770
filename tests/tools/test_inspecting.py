"""What is wrong with a page in one scheme only is found, and what is under way is waited for."""

import pytest

from tests.browser import running_browser
from tests.inspecting import broken

PAGE = """<!doctype html><html lang=en><title>A page</title><style>
:root {{ color-scheme: light dark; background: light-dark(#fff, #111); color: light-dark(#111, #eee) }}
p {{ color: light-dark({light}, {dark}) }}
</style><main><h1>Words</h1><p>Words</p>"""


@pytest.mark.parametrize(
    ("light", "dark", "found"),
    [("#111", "#eee", []), ("#111", "#222", ["color-contrast in the dark"]), ("#eee", "#eee", ["color-contrast"])],
)
def test_colours_are_looked_at_in_both_schemes(chromium: str, light: str, dark: str, found: list[str]) -> None:
    with running_browser(chromium) as browser:
        page = browser.new_page(color_scheme="light")
        page.set_content(PAGE.format(light=light, dark=dark))
        assert [one.partition(":")[0] for one in broken(page)] == found


MOVING = """<!doctype html><html lang=en><title>A page</title><style>
:root { color-scheme: light dark; background: light-dark(#fff, #111); color: light-dark(#111, #eee) }
p { color: light-dark(#111, #eee); transition: color 1s }
.htmx-request { opacity: 0.1 }
i { animation: types 1s infinite } @keyframes types { 50% { color: #111 } }
</style><main><h1>Words</h1><p>Words</p><button class=htmx-request>Send</button><i></i><p id=dialog></p></main>"""
SHADOW = """() => {
    const root = document.querySelector("#dialog").attachShadow({ mode: "open" });
    root.innerHTML = "<style>b { animation: comes 1s } @keyframes comes { from { color: #eee } }</style><b>Hello</b>";
    setTimeout(() => document.querySelector("button").classList.remove("htmx-request"), 800);
}"""


def test_a_page_is_looked_at_when_it_is_at_rest(chromium: str) -> None:
    with running_browser(chromium) as browser:
        page = browser.new_page(color_scheme="light")
        page.set_content(MOVING)
        page.evaluate(SHADOW)
        assert broken(page) == []
