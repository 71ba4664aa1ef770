"""Text as the database can keep it."""


def storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
