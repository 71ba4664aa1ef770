class CannotDo(Exception):
    """A command cannot do what was asked; the text says why and what to do, and is all the person sees."""
