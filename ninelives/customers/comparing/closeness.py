"""How close two values are written. Each from 0 (nothing in common) to 1 (equal), or a question with yes and no."""

import re

from ninelives.foundation.spelling import distance


def key(value: str) -> str:
    """Letters and digits alone, as `DetailKey` indexes them."""
    return re.sub(r"[\W_]", "", value).upper()


def jaro_winkler(one: str, other: str) -> float:
    """Of two words: 1 minus what is amiss, more forgiving the longer the beginning is the same.

    Jaro (1989) counts letters that both have within half a length of each other, and how many of those stand in another
    order; Winkler (1990) adds a tenth of the rest for each of the first four letters that agree.
    """
    if one == other:
        return 1.0
    matched, crossed = _in_common(one, other)
    if not matched:
        return 0.0
    jaro = (matched / len(one) + matched / len(other) + (matched - crossed) / matched) / 3
    return jaro + 0.1 * _same_beginning(one, other) * (1 - jaro)


def _in_common(one: str, other: str) -> tuple[int, float]:
    """How many letters both have, and half of those that stand in another order."""
    reach = max(len(one), len(other)) // 2 - 1
    taken, mine = set[int](), list[str]()
    for at, letter in enumerate(one):
        for there in range(max(0, at - reach), min(len(other), at + reach + 1)):
            if there not in taken and other[there] == letter:
                taken.add(there)
                mine.append(letter)
                break
    theirs = [other[there] for there in sorted(taken)]
    return len(mine), sum(a != b for a, b in zip(mine, theirs, strict=True)) / 2


def _same_beginning(one: str, other: str) -> int:
    same = 0
    for letter, against in zip(one[:4], other[:4], strict=False):
        if letter != against:
            break
        same += 1
    return same


def is_one_slip_apart(one: str, other: str) -> bool:
    """One sign left out, put in or changed, or two neighbours swapped."""
    return distance(one, other, 1) <= 1


def is_day_for_month(one: str, other: str) -> bool:
    """Of two dates as eight digits, year first: 4 March and 3 April."""
    return len(one) == 8 and one != other and one[:4] + one[6:] + one[4:6] == other


def is_one_part_apart(one: str, other: str) -> bool:
    """Of two such dates: two of day, month and year are the same."""
    parts = [(date[:4], date[4:6], date[6:]) for date in (one, other)]
    return len(one) == len(other) == 8 and sum(a == b for a, b in zip(*parts, strict=True)) == 2


def with_day_for_month(date: str) -> str:
    return date[:4] + date[6:] + date[4:6]


def sounds_like(word: str) -> str:
    """Meyer, Meijer, Meier; Dekker, Decker; Smit, Smith, Smid; Jansen, Janssen: the same.

    A Dutch and English reading in the manner of Soundex, which loses less: letters that sound alike are written as one,
    then each row of the same letter once, then vowels but the first go.
    """
    for sound, letter in _SOUNDS:
        word = word.replace(sound, letter)
    word = re.sub(r"(.)\1+", r"\1", word)
    word = re.sub(r"[dt]+$", "t", word)
    return word[:1] + re.sub("[aeiouyh]", "", word[1:])


_SOUNDS = (
    ("sch", "s"), ("tsj", "s"), ("ij", "y"), ("ei", "y"), ("ey", "y"), ("ph", "f"), ("th", "t"), ("ck", "k"),
    ("qu", "k"), ("kh", "g"), ("ch", "g"), ("gh", "g"), ("x", "ks"), ("c", "k"), ("z", "s"), ("v", "f"), ("w", "f"),
    ("j", "y"),
)  # fmt: skip
