"""What all tests share. The database comes from tests/own_database.py, before Django's settings are read."""

import shutil

import pytest
from django.db import connection

from tests import emptying
from tests.servers import keep_as_migrated

emptying.use()

# The shell is Chromium without windows; the same pages cost a third less in it.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Migrating is what a start of Ninelives waits for longest: those that tests start have a copy."""
    connection.close()
    keep_as_migrated(connection.settings_dict["NAME"])


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium; `bin/test` installs it where it may."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    pytest.fail("the tests need the browser Chromium: install the package chromium-headless-shell")
