"""Where we listen."""

import socket


def door(host: str, port: int, *, is_shared: bool = False) -> socket.socket:
    """Bound and not yet listening. Raises OSError where somebody else listens, unless both share it."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if is_shared:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made
