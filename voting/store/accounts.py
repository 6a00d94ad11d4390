"""Accounts in the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, insert, literal, select, update

from voting.store.engine import Transaction
from voting.store.tables import Moment, accounts, ended_sessions


@dataclass(frozen=True)
class AccountRow:
    """One row of `accounts`."""

    id: int
    name: str
    role: str
    display_name: str
    password_hash: str
    failures: int
    locked_until: datetime | None


_COLUMNS = (
    accounts.c.id,
    accounts.c.name,
    accounts.c.role,
    accounts.c.display_name,
    accounts.c.password_hash,
    accounts.c.failures,
    accounts.c.locked_until,
)


def add_account(
    tx: Transaction, name: str, role: str, display_name: str, password_hash: str, now: datetime
) -> int:
    """Insert; a taken name ends the transaction with Conflict."""
    statement = insert(accounts).values(
        name=name, role=role, display_name=display_name, password_hash=password_hash, created_at=now
    )
    return int(tx.execute(statement.returning(accounts.c.id)).scalar_one())


def account_by_name(tx: Transaction, name: str) -> AccountRow | None:
    """The account with this sign-in name."""
    return _one(tx, select(*_COLUMNS).where(accounts.c.name == name))


def account_by_id(tx: Transaction, account_id: int) -> AccountRow | None:
    """The account with this id."""
    return _one(tx, select(*_COLUMNS).where(accounts.c.id == account_id))


def count_failure(tx: Transaction, account_id: int, most: int, locked_until: datetime) -> bool:
    """Count one wrong password; at `most` in a row lock and count anew. True when this one locked it."""
    full = accounts.c.failures + 1 >= most
    statement = (
        update(accounts)
        .where(accounts.c.id == account_id)
        .values(
            failures=case((full, 0), else_=accounts.c.failures + 1),
            locked_until=case((full, literal(locked_until, Moment())), else_=accounts.c.locked_until),
        )
    )
    failures: int = tx.execute(statement.returning(accounts.c.failures)).scalar_one()
    return failures == 0


def clear_failures(tx: Transaction, account_id: int) -> None:
    """Forget wrong passwords after a right one."""
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(failures=0, locked_until=None))


def change_password(tx: Transaction, account_id: int, password_hash: str) -> None:
    """Replace the password's hash, and forget wrong tries and the lock."""
    values = {"password_hash": password_hash, "failures": 0, "locked_until": None}
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(**values))


def end_session(tx: Transaction, session: str, now: datetime) -> None:
    """Remember that this session was signed out; the second time ends the transaction with Conflict."""
    tx.execute(insert(ended_sessions).values(session=session, ended_at=now))


def session_ended(tx: Transaction, session: str) -> bool:
    """Whether this session was signed out."""
    statement = select(ended_sessions.c.session).where(ended_sessions.c.session == session)
    return tx.execute(statement).first() is not None


def _one(tx: Transaction, statement: Select[Any]) -> AccountRow | None:
    row = tx.execute(statement).one_or_none()
    return AccountRow(*row) if row else None
