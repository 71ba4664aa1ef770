class CannotDo(Exception):
    """A command cannot do what was asked; the text says why and what to do, and is all the person sees."""

    exit_code = 1


class WrongInput(CannotDo):
    """What was asked makes no sense as it stands: the person has to say it otherwise."""

    exit_code = 2
