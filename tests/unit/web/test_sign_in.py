"""Signing in and out."""

import re

import pytest

from tests.conftest import Clock
from tests.unit.web.conftest import PASSWORD, Visitor


def test_a_right_password_leads_each_role_home(organiser: Visitor, auditor: Visitor) -> None:
    assert organiser.get("/sign-in").headers["Location"] == "/organise"
    assert auditor.get("/sign-in").headers["Location"] == "/audit"


def test_a_wrong_name_and_a_wrong_password_read_the_same(organiser: Visitor, stranger: Visitor) -> None:
    wrong_password = stranger.sign_in("zu", "not this one")
    wrong_name = stranger.sign_in("nobody", "not this one")
    assert wrong_password.status_code == wrong_name.status_code == 401
    # A token says the second in which it was made.
    first, second = (re.sub(r'"[\w.-]{60,}"', "", page.text) for page in (wrong_password, wrong_name))
    assert first.replace("zu", "") == second.replace("nobody", "")
    assert "not this one" not in wrong_password.text


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(
    organiser: Visitor, stranger: Visitor, clock: Clock
) -> None:
    assert [stranger.sign_in("zu", "wrong").status_code for _ in range(5)] == [401] * 5
    locked = stranger.sign_in("zu")
    assert locked.status_code == 429
    assert "15 分钟" in locked.text
    clock.advance(minutes=14, seconds=59)
    assert stranger.sign_in("zu").status_code == 429
    clock.advance(seconds=1)
    assert stranger.sign_in("zu").status_code == 302


def test_a_browser_that_signed_in_before_is_let_in_while_strangers_guess(
    organiser: Visitor, stranger: Visitor
) -> None:
    organiser.post("/sign-out")
    assert [stranger.sign_in("zu", "wrong").status_code for _ in range(5)] == [401] * 5
    assert stranger.sign_in("zu").status_code == 429
    answer = organiser.sign_in("zu")
    assert answer.status_code == 302
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("voting-browser=")]
    assert "HttpOnly; Path=/sign-in; SameSite=Strict" in cookie


@pytest.mark.parametrize("address", ["/audit", "/organise/elections/x?show=waiting"])
def test_it_goes_on_where_it_was_asked(organiser: Visitor, stranger: Visitor, address: str) -> None:
    stranger.get("/sign-in")
    response = stranger.post("/sign-in", {"name": "zu", "password": PASSWORD}, query_string={"next": address})
    assert response.headers["Location"] == address


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "",
    ],
)
def test_it_never_leads_to_another_host(organiser: Visitor, stranger: Visitor, address: str) -> None:
    stranger.get("/sign-in")
    response = stranger.post("/sign-in", {"name": "zu", "password": PASSWORD}, query_string={"next": address})
    assert response.headers["Location"] == "/organise"


def test_signing_out_ends_it_and_only_a_post_does(organiser: Visitor) -> None:
    assert organiser.get("/sign-out").status_code == 405 or organiser.get("/sign-out").status_code == 404
    assert organiser.get("/organise").status_code == 200
    organiser.post("/sign-out")
    assert organiser.get("/organise").status_code == 302


def test_a_copy_of_the_cookie_ends_with_the_session(organiser: Visitor, stranger: Visitor) -> None:
    copied = organiser.client.get_cookie("voting").value
    stranger.client.set_cookie("voting", copied)
    assert stranger.get("/organise").status_code == 200
    organiser.get("/organise")
    organiser.post("/sign-out")
    stranger.client.set_cookie("voting", copied)
    assert stranger.get("/organise").status_code == 302
    # Another session of the same account is not touched, nor the next one of this browser.
    organiser.sign_in("zu")
    assert organiser.get("/organise").status_code == 200


def test_nothing_set_before_signing_in_lives_on(organiser: Visitor, stranger: Visitor) -> None:
    stranger.get("/")
    with stranger.client.session_transaction() as session:
        session["booth"] = {"uuid": "x", "voter": 1, "mark": ""}
    stranger.sign_in("zu")
    with stranger.client.session_transaction() as session:
        assert "booth" not in session


def test_a_forged_session_is_nobody(stranger: Visitor) -> None:
    with stranger.client.session_transaction() as session:
        session["_user_id"] = "not a number"
    assert stranger.get("/organise").status_code == 302
