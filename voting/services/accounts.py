"""Accounts of organisers and auditors. Residents have none: their letter and second factor let them in."""

import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from math import ceil

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from voting.errors import Refusal, Refused
from voting.services import log
from voting.services.site import Actor, Site, keyed_hash
from voting.store import accounts as rows
from voting.store.engine import Conflict

LEAST_PASSWORD = 10  # characters; NIST SP 800-63B-4 asks for 8 beside a second factor, we have none here
MOST_FAILURES = 5  # in a row
LOCKED_FOR = timedelta(minutes=15)
MOST_BROWSERS = 20  # known of one account

HASHER = PasswordHasher()  # argon2id; the library's parameters are those of RFC 9106, low memory


@dataclass(frozen=True)
class Account:
    """Who may sign in; `role` is organiser or auditor."""

    id: int
    name: str
    role: str
    display_name: str

    @property
    def actor(self) -> Actor:
        """The account as the one who acts."""
        return Actor(self.id, self.name, self.role)


def create_account(site: Site, name: str, role: str, display_name: str, password: str, now: datetime) -> int:
    """Create an account and return its id.

    Refuses ACCOUNT_NAME_INVALID, ACCOUNT_NAME_TAKEN(name) and PASSWORD_TOO_SHORT(least).
    """
    if not 2 <= len(name) <= 64 or not name.isprintable() or " " in name:
        raise Refused(Refusal.ACCOUNT_NAME_INVALID)
    hashed = _hashed(password)
    try:
        with site.store.write() as tx:
            account_id = rows.add_account(tx, name, role, display_name.strip()[:64] or name, hashed, now)
            log.append(
                site, tx, log.SITE, name, "account-created", {"account": account_id, "role": role}, now
            )
            return account_id
    except Conflict:
        raise Refused(Refusal.ACCOUNT_NAME_TAKEN, name=name) from None


def change_password(site: Site, name: str, password: str, now: datetime) -> None:
    """Give an account a new password: it is unlocked, and whoever is signed in with the old one is out.

    Refuses ACCOUNT_UNKNOWN(name) and PASSWORD_TOO_SHORT(least).
    """
    hashed = _hashed(password)
    with site.store.write() as tx:
        found = rows.account_by_name(tx, name)
        if found is None:
            raise Refused(Refusal.ACCOUNT_UNKNOWN, name=name)
        rows.change_password(tx, found.id, hashed)
        log.append(site, tx, log.SITE, name, "password-changed", {"account": found.id}, now)


def sign_in(site: Site, name: str, password: str, now: datetime, browser: str = "") -> Account:
    """The account, if the password is right; five wrong ones in a row lock it for 15 minutes.

    The lock is for strangers: `browser` is what `know_browser` once gave to a browser that knew the password,
    and that one has five tries of its own, so that nobody keeps an organiser out by guessing. Refuses
    SIGN_IN_WRONG (an unknown name too, and it takes as long) and SIGN_IN_LOCKED(minutes).
    """
    kept = _kept(browser)
    with site.store.read() as tx:
        found = rows.account_by_name(tx, name) if name.isprintable() else None
        known = found is not None and rows.knows_browser(tx, kept, found.id)
    if found is not None and not known:
        _require_unlocked(found, now)
    right = _matches(found.password_hash if found else _nobodys_hash(), password)
    if found is None:
        raise Refused(Refusal.SIGN_IN_WRONG)
    if not right:
        with site.store.write() as tx:
            if known:
                rows.count_browser_failure(tx, kept, found.id, MOST_FAILURES)
            elif rows.count_failure(tx, found.id, MOST_FAILURES, now + LOCKED_FOR):
                log.append(site, tx, log.SITE, name, "sign-in-locked", {"account": found.id}, now)
        raise Refused(Refusal.SIGN_IN_WRONG)
    with site.store.write() as tx:
        # Many guesses at once: a right one does not count after the fifth wrong one.
        current = rows.account_by_id(tx, found.id) or found
        if known:
            if not rows.see_browser(tx, kept, found.id, now):
                raise Refused(Refusal.SIGN_IN_WRONG)
        else:
            _require_unlocked(current, now)
            if current.failures or current.locked_until:
                rows.clear_failures(tx, found.id)
    return Account(found.id, found.name, found.role, found.display_name)


def know_browser(site: Site, account_id: int, browser: str, now: datetime) -> str:
    """What a browser that has just signed in keeps, to be known the next time; the same if it is known."""
    with site.store.write() as tx:
        if rows.knows_browser(tx, _kept(browser), account_id):
            return browser
        given = secrets.token_urlsafe(32)
        rows.know_browser(tx, _kept(given), account_id, now, MOST_BROWSERS)
    return given


def new_session(site: Site, account_id: int) -> str:
    """The name of one signed-in session, for its cookie: nobody guesses it, and it ends with the password."""
    with site.store.read() as tx:
        found = rows.account_by_id(tx, account_id)
    return f"{secrets.token_urlsafe(32)}.{_mark(site, found) if found else ''}"


def sign_out(site: Site, session: str, now: datetime) -> None:
    """End a session for good: a copy of its cookie is nobody, too."""
    with suppress(Conflict), site.store.write() as tx:
        rows.end_session(tx, session, now)


def account(site: Site, account_id: int, session: str) -> Account | None:
    """The account with this id, or None, also once the session was signed out or the password changed."""
    with site.store.read() as tx:
        found = None if rows.session_ended(tx, session) else rows.account_by_id(tx, account_id)
    if found is None or not hmac.compare_digest(
        session.rpartition(".")[2].encode(), _mark(site, found).encode()
    ):
        return None
    return Account(found.id, found.name, found.role, found.display_name)


def _require_unlocked(found: rows.AccountRow, now: datetime) -> None:
    if found.locked_until is not None and now < found.locked_until:
        minutes = ceil((found.locked_until - now) / timedelta(minutes=1))
        raise Refused(Refusal.SIGN_IN_LOCKED, minutes=minutes)


def _kept(browser: str) -> str:
    """What stands in the database for a browser: nobody can be that browser who reads it there."""
    return sha256(browser.encode(errors="surrogatepass")).hexdigest()


def _hashed(password: str) -> str:
    if len(password) < LEAST_PASSWORD:
        raise Refused(Refusal.PASSWORD_TOO_SHORT, least=LEAST_PASSWORD)
    return HASHER.hash(password)


def _mark(site: Site, found: rows.AccountRow) -> str:
    """What a session's name ends with: it says under which password the session began, and to nobody else."""
    # 64 bits are enough inside a signed cookie.
    return keyed_hash(site.keys.session, f"signed in|{found.id}|{found.password_hash}")[:16]


def _matches(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except VerificationError:
        return False


@cache
def _nobodys_hash() -> str:
    """Verified for an unknown name, so that the time of the answer does not say that it is unknown."""
    return HASHER.hash("nobody's password")
