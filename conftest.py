"""What all tests share. The database comes from tests/own_database.py, before Django's settings are read."""

import shutil

import pytest


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium; `bin/test` installs it where it may."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.fail("the tests need the browser Chromium: install the package chromium")
