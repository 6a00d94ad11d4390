"""Accounts in the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, insert, literal, select, update

from voting.store.engine import Transaction
from voting.store.tables import Moment, accounts, ended_sessions, known_browsers


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


def know_browser(tx: Transaction, browser: str, account_id: int, now: datetime, most: int) -> None:
    """Remember a browser of this account; of more than `most` the longest unseen are forgotten."""
    tx.execute(insert(known_browsers).values(browser=browser, account_id=account_id, seen_at=now))
    own = known_browsers.c.account_id == account_id
    newest = select(known_browsers.c.browser).where(own).order_by(known_browsers.c.seen_at.desc()).limit(most)
    tx.execute(delete(known_browsers).where(own, known_browsers.c.browser.not_in(newest)))


def knows_browser(tx: Transaction, browser: str, account_id: int) -> bool:
    """Whether somebody signed in to this account with this browser."""
    statement = select(known_browsers.c.browser).where(*_browser(browser, account_id))
    return tx.execute(statement).first() is not None


def see_browser(tx: Transaction, browser: str, account_id: int, now: datetime) -> bool:
    """Forget a known browser's wrong passwords after a right one; False when it is not known any more."""
    statement = update(known_browsers).where(*_browser(browser, account_id)).values(failures=0, seen_at=now)
    return tx.execute(statement).rowcount == 1


def count_browser_failure(tx: Transaction, browser: str, account_id: int, most: int) -> None:
    """Count one wrong password from a known browser; at `most` in a row it is known no longer."""
    statement = update(known_browsers).where(*_browser(browser, account_id))
    tx.execute(statement.values(failures=known_browsers.c.failures + 1))
    tx.execute(
        delete(known_browsers).where(*_browser(browser, account_id), known_browsers.c.failures >= most)
    )


def _browser(browser: str, account_id: int) -> tuple[ColumnElement[bool], ...]:
    return known_browsers.c.browser == browser, known_browsers.c.account_id == account_id


def change_password(tx: Transaction, account_id: int, password_hash: str) -> None:
    """Replace the password's hash, and forget wrong tries, the lock and every known browser."""
    tx.execute(delete(known_browsers).where(known_browsers.c.account_id == account_id))
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
