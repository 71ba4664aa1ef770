"""Text as the database can keep it, and look for it."""

_LITERALLY = str.maketrans({letter: f"\\{letter}" for letter in "\\%_"})


def storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def literally(text: str) -> str:
    """These letters in a LIKE, whatever they are."""
    return text.translate(_LITERALLY)
