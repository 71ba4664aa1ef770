"""Trouble of the machine itself, such as a full disk: it passes, and whoever met it is not to blame."""

import errno

_OF_THE_SYSTEM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE}
# disk_full, io_error, too_many_connections: https://www.postgresql.org/docs/current/errcodes-appendix.html
_OF_THE_DATABASE = {"53100", "58030", "53300"}


def is_machines(reason: BaseException) -> bool:
    if isinstance(reason, OSError):
        return reason.errno in _OF_THE_SYSTEM
    return getattr(reason.__cause__, "sqlstate", None) in _OF_THE_DATABASE
