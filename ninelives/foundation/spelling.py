"""How far apart two words are written."""


def allowed(word: str) -> int:
    """How many letters may be wrong: in a short word one makes it another word."""
    return 0 if len(word) < 4 else 1 if len(word) < 7 else 2


def distance(one: str, other: str, most: int) -> int:
    """Letters left out, put in, changed, or swapped with their neighbour; more than `most` counts as one more.

    Optimal string alignment: https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def nearest(word: str, words: "set[str]", count: int) -> list[str]:
    """Of these the ones that are written least otherwise, if that is little enough; never the word itself."""
    most = allowed(word)
    apart = {one: distance(word, one, most) for one in words if one != word}
    near = sorted((found, one) for one, found in apart.items() if found <= most)
    return [one for found, one in near if found == near[0][0]][:count]
