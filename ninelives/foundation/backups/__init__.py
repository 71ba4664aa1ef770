"""A back-up of everything in one file, and back again: the database as it was at one moment, every file that a row of
that moment names, and what is needed to see that both are whole.

No Django: what is restored brings its own tables and its own key.
"""

from ninelives.foundation.backups.archive import BackupError, Manifest, check, read_manifest
from ninelives.foundation.backups.restoring import restore
from ninelives.foundation.backups.writing import count_files, write

__all__ = ["BackupError", "Manifest", "check", "count_files", "read_manifest", "restore", "write"]
