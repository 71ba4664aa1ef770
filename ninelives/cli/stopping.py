import signal
import threading


def stop_event() -> threading.Event:
    """Set by SIGTERM or Ctrl-C."""
    event = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: event.set())
    return event
