"""A PostgreSQL of our own for the whole run of the tests, there before Django's settings are read.

Loaded by `-p` in pyproject.toml: pytest-django reads the settings before any conftest.py is. The server ends with us,
also on Ctrl-C and on kill -9. `NINELIVES_TEST_DATABASE_URL` names another server to use instead.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ninelives.foundation.postgres import Cluster

OTHER = "NINELIVES_TEST_DATABASE_URL"
ONLY_TELLING = {"-h", "--help", "-V", "--version", "--markers", "--fixtures"}


class OwnDatabase:
    folder: Path | None = None
    cluster: Cluster | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_load_initial_conftests(self, early_config: pytest.Config, args: list[str]) -> Iterator[None]:
        if is_only_handing_out(early_config):
            os.environ["DATABASE_URL"] = "postgresql://127.0.0.1/of_nobody"
        elif not ONLY_TELLING & set(args):
            self.start()
        return (yield)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        self.stop()

    def start(self) -> None:
        # Not below pytest's own folder: the database's user may not enter that when root runs the tests.
        self.folder = Path(tempfile.mkdtemp(prefix="ninelives-tests-"))
        url = os.environ.get(OTHER) or self.own_url(self.folder)
        for name in [name for name in os.environ if name.startswith("NINELIVES_") and name != OTHER]:
            del os.environ[name]  # What the developer has set for his own Ninelives is not for the tests.
        os.environ.update(DATABASE_URL=url, NINELIVES_DATA=str(self.folder), NINELIVES_DNS="off")

    def own_url(self, folder: Path) -> str:
        self.cluster = Cluster(folder, durable=False)
        self.cluster.start()
        return self.cluster.url

    def stop(self) -> None:
        if self.cluster:
            self.cluster.stop()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def is_only_handing_out(config: pytest.Config) -> bool:
    """Whether the tests run in processes below this one, which need a database each; this one needs none."""
    return bool(config.known_args_namespace.numprocesses) and "PYTEST_XDIST_WORKER" not in os.environ


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.register(OwnDatabase(), "own database")
