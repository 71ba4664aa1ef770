"""What a channel takes in one message, and how more of it leaves in several."""

from collections.abc import Iterator


def parts(text: str, most: int) -> list[str]:
    """Cut where people would: between paragraphs, lines, sentences, words; within a word only where nothing else is.

    Every part has at most `most` characters, and all of them together every word of the text.
    """
    return list(_parts(text.strip(), most))


def _parts(text: str, most: int) -> Iterator[str]:
    while len(text) > most:
        at = _place(text, most)
        yield text[:at].rstrip()
        text = text[at:].lstrip()
    yield text


def _place(text: str, most: int) -> int:
    # A part that is mostly empty is no part: from half of what may be on.
    for sign in ("\n\n", "\n", ". ", " "):
        at = text.rfind(sign, most // 2, most - len(sign) + 1)
        if at > 0:
            return at + len(sign)
    return most
