"""What a channel takes in one message, and how more of it leaves in several."""

from collections.abc import Callable, Iterator


def parts(text: str, most: int, length: Callable[[str], int] = len) -> list[str]:
    """Cut where people would: between paragraphs, lines, sentences, words; within a word only where nothing else is.

    Every part has at most a `length` of `most`, and all of them together every word of the text.
    """
    return list(_parts(text.strip(), most, length))


def _parts(text: str, most: int, length: Callable[[str], int]) -> Iterator[str]:
    while length(text) > most:
        at = _place(text, _that_fit(text, most, length))
        yield text[:at].rstrip()
        text = text[at:].lstrip()
    yield text


def _that_fit(text: str, most: int, length: Callable[[str], int]) -> int:
    """How many of its first characters; one at least, or there would be no end."""
    fit = min(most, len(text))
    while fit > 1 and (over := length(text[:fit]) - most) > 0:
        fit -= max(1, over // 4)
    return fit


def _place(text: str, most: int) -> int:
    # A part that is mostly empty is no part: from half of what may be on.
    for sign in ("\n\n", "\n", ". ", " "):
        at = text.rfind(sign, most // 2, most - len(sign) + 1)
        if at > 0:
            return at + len(sign)
    return most
