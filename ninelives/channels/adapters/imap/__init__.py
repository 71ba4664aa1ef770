"""Mail from a mailbox at a mail server: read and sent as all mail is, and fetched over IMAP (RFC 3501)."""

from collections.abc import Iterable, Mapping, Sequence

from ninelives.channels.polling import Glance, OpenFolder
from ninelives.channels.protocol import AccountView, Setting

from ..mail import Mail
from ..mail.addresses import normalised
from ..mail.glancing import glance
from ..mail.sending import Timeouts as SendingTimeouts
from .folder import Folder
from .line import Timeouts
from .place import enter, place

_MAX_MAIL_MB = 50
_PORT = r"[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]"


class Imap(Mail):
    kind = "imap"
    takes_mail = False
    too_large = "mail_too_large"
    settings: Sequence[Setting] = (
        Setting("host", required=True, pattern=r"\S+", like="imap.example.org"),
        Setting("port", pattern=_PORT, like="993"),
        Setting("tls", default="1", pattern="1|0|starttls", like="1, 0 or starttls"),
        Setting("user", required=True),
        Setting("password", required=True, secret=True),
        Setting("folder", default="INBOX"),
        Setting("history", default="all", pattern=r"all|none|days:\d{1,5}", like="all, none or days:30"),
        Setting("after", default="keep", pattern=r"keep|seen|move:\S.*", like="keep, seen or move:Archive"),
        Setting("max_mail_mb", pattern=r"\d{1,4}", like="50"),
        *Mail.settings,
    )

    def __init__(self, timeouts: Timeouts | None = None, sending: SendingTimeouts | None = None) -> None:
        super().__init__(sending)
        self._patience = timeouts or Timeouts()

    def own_address(self, told: Mapping[str, str]) -> str:
        """Most mail servers let people sign in with their address."""
        return normalised(told.get("user", ""))

    def folder(self, told: Mapping[str, str]) -> str:
        return place(told).folder

    def open(self, account: AccountView) -> OpenFolder:
        where = place(account.settings)
        box = enter(where, self._patience)
        try:
            return Folder(box, where, account.settings.get("after", "").strip() or "keep")
        except BaseException:
            box.line.shutdown()
            raise

    def history(self, account: AccountView) -> int | None:
        """How many days of mail from before the account was made are wanted; None: all."""
        chosen = account.settings.get("history", "").strip()
        return {"": None, "all": None, "none": 0}[chosen] if chosen in ("", "all", "none") else int(chosen[5:])

    def max_bytes(self, account: AccountView) -> int:
        chosen = account.settings.get("max_mail_mb", "").strip()
        return (int(chosen) if chosen.isdecimal() else _MAX_MAIL_MB) * 1_000_000

    def glance(self, chunks: Iterable[bytes]) -> Glance:
        return glance(chunks)
