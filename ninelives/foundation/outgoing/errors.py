"""Why a call did not come about, as codes; who calls words them."""


class NotCalled(Exception):
    """No answer came. `code` is one of the codes below, `detail` what the machine said."""

    code = ""

    def __init__(self, detail: str = "", code: str = "") -> None:
        super().__init__(detail)
        # The line stood: what we said may have been heard.
        self.has_begun = False
        self.detail = detail
        self.code = code or self.code


class BadAddress(NotCalled):
    """Nobody could ever call this: not_http, no_host, has_credentials, has_fragment or unreadable."""


class ForbiddenPlace(NotCalled):
    """A place inside: this machine, its network, or a cloud's own services."""

    code = "forbidden_place"


class UnknownHost(NotCalled):
    code = "unknown_host"


class NoConnection(NotCalled):
    code = "no_connection"


class NotTrusted(NotCalled):
    """The other side could not show that it is who it says."""

    code = "not_trusted"


class TimeOut(NotCalled):
    code = "time_out"


class Broken(NotCalled):
    """It hung up in the middle, or spoke no HTTP."""

    code = "broken"


class TooMuch(NotCalled):
    """There was more of it than was agreed."""

    code = "too_much"
