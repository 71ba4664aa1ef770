"""A real mail server, and a line to it that can be bad."""

from collections.abc import Iterator

import pytest

from ninelives.channels.polling import Polled
from ninelives.channels.registry import POLLED
from ninelives.channels.tests.fetching.tools import QUICK
from tests.cast import Cast, make_cast
from tests.mailboxes import BadLine, ImapServer, Owner


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with ImapServer() as server:
        yield server


@pytest.fixture
def owner(server: ImapServer) -> Owner:
    return server.owner()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def speaks() -> Polled:
    """With little patience."""
    return type(POLLED["imap"])(QUICK)


@pytest.fixture
def line(server: ImapServer) -> Iterator[BadLine]:
    with BadLine(server.port) as line:
        yield line
