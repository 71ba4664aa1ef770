"""`ninelives mail`: takes mail in over SMTP."""

from ninelives.cli.database import serve_on_server
from ninelives.config.environment import Environment


def run(_options: object) -> int:
    settings = Environment.read()
    serve_on_server(settings)
    from ninelives.foundation.waking import waker
    from ninelives.reception import smtp

    waker.begin()
    smtp.run(host=settings.host, port=settings.smtp_port)
    return 0
