"""Signing in: right, wrong, locked, unknown; the counter is in the database."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal
from voting.services.accounts import (
    MOST_BROWSERS,
    account,
    change_password,
    create_account,
    know_browser,
    new_session,
    sign_in,
    sign_out,
)
from voting.services.log import SITE, entries
from voting.services.site import Site
from voting.store.accounts import account_by_id
from voting.store.tables import known_browsers

pytestmark = pytest.mark.either_database

PASSWORD = "a long password"


@pytest.fixture
def wang(site: Site, clock: Callable) -> int:
    """An organiser's account."""
    return create_account(site, "wang", "organiser", "王主任", PASSWORD, clock())


def dump(site: Site) -> list[object]:
    """Everything that is stored of known browsers."""
    with site.store.read() as tx:
        return list(tx.execute(select(known_browsers)))


@pytest.mark.both_databases
def test_the_right_password_signs_in(site: Site, clock, wang: int) -> None:
    found = sign_in(site, "wang", PASSWORD, clock())
    assert (found.id, found.name, found.role, found.display_name) == (wang, "wang", "organiser", "王主任")
    session = new_session(site, wang)
    assert account(site, wang, session) == found
    assert account(site, wang + 1, session) is None
    assert found.actor.name == "wang"


@pytest.mark.usefixtures("in_earnest")
def test_a_password_is_hashed_with_much_memory(site: Site, clock, wang: int) -> None:
    with site.store.read() as tx:
        stored = account_by_id(tx, wang)
    assert stored is not None
    # RFC 9106, section 4: the second recommended parameters.
    assert stored.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert sign_in(site, "wang", PASSWORD, clock()).id == wang


def test_a_session_that_was_signed_out_is_nobodys(site: Site, clock, wang: int) -> None:
    ended, other = new_session(site, wang), new_session(site, wang)
    for _ in range(2):  # a button pressed twice
        sign_out(site, ended, clock())
    assert account(site, wang, ended) is None
    assert account(site, wang, other) is not None


def test_a_changed_password_ends_every_session_and_unlocks(site: Site, clock, wang: int) -> None:
    session = new_session(site, wang)
    for _ in range(5):
        refused_by(lambda: sign_in(site, "wang", "wrong", clock()))
    change_password(site, "wang", "another long password", clock())
    assert account(site, wang, session) is None
    assert refusal_of(lambda: sign_in(site, "wang", PASSWORD, clock())) is Refusal.SIGN_IN_WRONG
    assert sign_in(site, "wang", "another long password", clock()).id == wang
    assert account(site, wang, new_session(site, wang)) is not None
    acts = ["account-created", "sign-in-locked", "password-changed"]
    assert [entry.act for entry in entries(site, SITE)] == acts


def test_a_password_is_changed_for_somebody_and_not_to_a_short_one(site: Site, clock, wang: int) -> None:
    nobody = refused_by(lambda: change_password(site, "nobody", PASSWORD, clock()))
    assert (nobody.refusal, nobody.context) == (Refusal.ACCOUNT_UNKNOWN, {"name": "nobody"})
    short = refused_by(lambda: change_password(site, "wang", "123456789", clock()))
    assert (short.refusal, short.context) == (Refusal.PASSWORD_TOO_SHORT, {"least": 10})
    assert sign_in(site, "wang", PASSWORD, clock()).id == wang


def test_wrong_and_unknown_are_refused_alike(site: Site, clock, wang: int) -> None:
    wrong = refused_by(lambda: sign_in(site, "wang", "another password", clock()))
    unknown = refused_by(lambda: sign_in(site, "nobody", PASSWORD, clock()))
    assert (wrong.refusal, wrong.context) == (unknown.refusal, unknown.context) == (Refusal.SIGN_IN_WRONG, {})


def test_five_wrong_in_a_row_lock_for_fifteen_minutes(site: Site, clock, wang: int) -> None:
    for _ in range(5):
        assert refusal_of(lambda: sign_in(site, "wang", "wrong", clock())) is Refusal.SIGN_IN_WRONG
    locked = refused_by(lambda: sign_in(site, "wang", PASSWORD, clock()))
    assert (locked.refusal, locked.context) == (Refusal.SIGN_IN_LOCKED, {"minutes": 15})
    clock.advance(minutes=14, seconds=59)
    assert refused_by(lambda: sign_in(site, "wang", PASSWORD, clock())).context == {"minutes": 1}
    clock.now += timedelta(seconds=1)
    assert sign_in(site, "wang", PASSWORD, clock()).id == wang
    assert [entry.act for entry in entries(site, SITE)] == ["account-created", "sign-in-locked"]


def locked_by_strangers(site: Site, clock: Callable) -> None:
    for _ in range(5):
        refused_by(lambda: sign_in(site, "wang", "wrong", clock()))
    assert refusal_of(lambda: sign_in(site, "wang", PASSWORD, clock())) is Refusal.SIGN_IN_LOCKED


def test_strangers_guesses_do_not_keep_a_known_browser_out(site: Site, clock, wang: int) -> None:
    browser = know_browser(site, wang, "", clock())
    assert know_browser(site, wang, browser, clock()) == browser
    locked_by_strangers(site, clock)
    assert sign_in(site, "wang", PASSWORD, clock(), browser).id == wang
    # That it came in does not let strangers guess on.
    assert refusal_of(lambda: sign_in(site, "wang", PASSWORD, clock())) is Refusal.SIGN_IN_LOCKED
    assert browser not in str(dump(site))


def test_a_known_browser_has_five_tries_and_is_then_a_stranger(site: Site, clock, wang: int) -> None:
    browser = know_browser(site, wang, "", clock())
    for _ in range(4):
        refused_by(lambda: sign_in(site, "wang", "wrong", clock(), browser))
    assert sign_in(site, "wang", PASSWORD, clock(), browser).id == wang
    locked_by_strangers(site, clock)
    for _ in range(5):
        refused = refused_by(lambda: sign_in(site, "wang", "wrong", clock(), browser))
        assert refused.refusal is Refusal.SIGN_IN_WRONG
    refused = refused_by(lambda: sign_in(site, "wang", PASSWORD, clock(), browser))
    assert refused.refusal is Refusal.SIGN_IN_LOCKED


def test_a_browser_is_known_to_one_account_with_one_password(site: Site, clock, wang: int) -> None:
    li = create_account(site, "li", "auditor", "李", PASSWORD, clock())
    of_li, of_wang = know_browser(site, li, "", clock()), know_browser(site, wang, "", clock())
    locked_by_strangers(site, clock)
    for browser in (of_li, "", "\ud800", of_wang[:-1]):
        refused = refused_by(lambda browser=browser: sign_in(site, "wang", PASSWORD, clock(), browser))
        assert refused.refusal is Refusal.SIGN_IN_LOCKED
    change_password(site, "wang", "another long password", clock())
    locked_by_strangers(site, clock)
    refused = refused_by(lambda: sign_in(site, "wang", "another long password", clock(), of_wang))
    assert refused.refusal is Refusal.SIGN_IN_LOCKED


def test_only_the_browsers_seen_last_are_known(site: Site, clock, wang: int) -> None:
    browsers = [know_browser(site, wang, "", clock.advance(minutes=1)) for _ in range(MOST_BROWSERS + 1)]
    locked_by_strangers(site, clock)
    refused = refused_by(lambda: sign_in(site, "wang", PASSWORD, clock(), browsers[0]))
    assert refused.refusal is Refusal.SIGN_IN_LOCKED
    assert sign_in(site, "wang", PASSWORD, clock(), browsers[1]).id == wang


def test_a_right_password_forgets_the_wrong_ones(site: Site, clock, wang: int) -> None:
    for _ in range(2):
        for _ in range(4):
            refused_by(lambda: sign_in(site, "wang", "wrong", clock()))
        assert sign_in(site, "wang", PASSWORD, clock()).id == wang


def test_a_name_once(site: Site, clock, wang: int) -> None:
    taken = refused_by(lambda: create_account(site, "wang", "auditor", "另一位", PASSWORD, clock()))
    assert (taken.refusal, taken.context) == (Refusal.ACCOUNT_NAME_TAKEN, {"name": "wang"})


@pytest.mark.parametrize("name", ["", "w", "w ang", "w" * 65])
def test_a_name_that_cannot_be_typed(site: Site, clock, name: str) -> None:
    refused = refused_by(lambda: create_account(site, name, "auditor", "某", PASSWORD, clock()))
    assert refused.refusal is Refusal.ACCOUNT_NAME_INVALID


def test_a_password_of_nine_is_too_short_and_of_ten_is_not(site: Site, clock) -> None:
    refused = refused_by(lambda: create_account(site, "li", "auditor", "李", "123456789", clock()))
    assert (refused.refusal, refused.context) == (Refusal.PASSWORD_TOO_SHORT, {"least": 10})
    create_account(site, "li", "auditor", "李", "1234567890", clock())
