"""The database: one place that connects, begins and commits.

A transaction is read or write from its beginning. On SQLite a write takes the one write lock at once
(BEGIN IMMEDIATE), so that two writers wait for each other instead of failing half-way; a committed ballot is
on the disk (synchronous=FULL) before its receipt is signed. On PostgreSQL every statement sees what is
committed (READ COMMITTED): what must not change under a writer is in the WHERE clause of its UPDATE, or in
a constraint.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import IntegrityError

BUSY_SECONDS = 30  # how long a writer waits for another one; one write takes milliseconds
MIGRATION_LOCK = 0x6F776E65  # any constant of our own, for pg_advisory_xact_lock
LOG_LOCK = 0x6F776E66

Transaction = Connection


class Conflict(Exception):  # noqa: N818 - says what the database found
    """A constraint of the database refused a write: somebody else was first."""


class Store:
    """One database, `sqlite:///path` or `postgresql+psycopg://…`; safe to share between threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        # Errors quote their statement without its values: names and hashes do not belong in a server's log.
        self._engine = create_engine(url, hide_parameters=True, **_pool(url))
        self.is_sqlite = self._engine.dialect.name == "sqlite"
        if self.is_sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads, and sees one state of the database."""
        with self._engine.connect() as plain:
            # On SQLite a transaction always sees one state.
            options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
            connection = plain.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction: stored when the block ends, undone when it raises. Conflict by a constraint."""
        with self._engine.connect() as plain:
            connection = plain.execution_options(immediate=True)
            try:
                with connection.begin():
                    yield connection
            except IntegrityError as error:
                # The driver's message quotes the row: neither log nor page may show it.
                raise Conflict(type(error.orig).__name__) from None

    def migrate(self) -> None:
        """Bring the schema up to date; processes that start together wait for each other."""
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.write() as tx:
            if not self.is_sqlite:
                tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            config.attributes["connection"] = tx
            command.upgrade(config, "head")

    def forget(self) -> None:
        """What was just deleted or overwritten leaves the database's files, as far as they are ours to write.

        On SQLite freed bytes are zeroed (secure_delete) and the write-ahead log, which still has the old
        page, is emptied; a PostgreSQL server keeps old rows until its own vacuum. Neither reaches backups.
        """
        if self.is_sqlite:
            with self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give every pooled connection back."""
        self._engine.dispose()


def _pool(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS}, "pool_size": 16, "max_overflow": 64}
    return {"pool_size": 8, "max_overflow": 24, "pool_pre_ping": True}


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves: see _begin_sqlite
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")
    for attempt in range(50):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            # SQLite does not wait when several processes switch a new file to WAL at once.
            if attempt == 49:
                raise
            time.sleep(0.05)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
