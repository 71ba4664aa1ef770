"""The server's settings: a small machine, full durability, and no words of customers in its log."""

from ninelives.foundation.postgres.binaries import Binaries

ALWAYS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_preload_libraries": "",
    # Memory of a small machine, shared with everything else of ours.
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "huge_pages": "off",
    "jit": "off",  # Compiling costs more than our queries.
    "random_page_cost": "1.1",
    "checkpoint_timeout": "15min",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "autovacuum_max_workers": "2",
    "autovacuum_vacuum_scale_factor": "0.1",
    "autovacuum_analyze_scale_factor": "0.05",
    "timezone": "UTC",
    "logging_collector": "off",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    # An error's DETAIL and STATEMENT quote rows: addresses, names, mails.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# A commit is still handed to the kernel: what was committed outlives a kill of the server.
# Several of ours may share it.
QUICK = {"fsync": "off", "synchronous_commit": "on", "full_page_writes": "off", "max_connections": "300"}


def settings(binaries: Binaries, durable: bool) -> dict[str, str]:
    chosen = {**ALWAYS, **(DURABLE if durable else QUICK)}
    if binaries.built_with("lz4"):
        chosen["default_toast_compression"] = "lz4"
    return chosen
