"""The trustees' page and its requests: a whole ceremony over HTTP, with messages that Python makes."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.assembly import Assembly
from tests.circles import NAMES, Trustee, hold, set_up
from tests.conftest import Clock
from tests.unit.web.conftest import Visitor
from voting.protocol.certificates import check_code
from voting.protocol.encoding import encode
from voting.services import circles, elections
from voting.services.record import sealed_archives

JSON = {"Accept": "application/json"}


class Browser:
    """A trustee's browser: the page once, then requests as its script makes them."""

    def __init__(self, visitor: Visitor, member: Trustee) -> None:
        self.visitor, self.member = visitor, member
        self.address = f"/t/{member.assembly.uuid}"
        visitor.get(self.address)

    def post(self, act: str, body: bytes) -> TestResponse:
        headers = JSON | {"X-CSRFToken": self.visitor.token}
        return self.visitor.client.post(
            f"{self.address}/{act}", data=body, headers=headers, content_type="application/json"
        )

    def enter(self, token: str | None = None) -> TestResponse:
        asked = {"token": self.member.invitation.token if token is None else token}
        return self.post("enter", json.dumps(asked).encode())

    def state(self) -> Any:
        return self.visitor.client.get(f"{self.address}/state", headers=JSON).json


@pytest.fixture
def browsers(assembly: Assembly, visitor: Callable[[], Visitor]) -> list[Browser]:
    """Three trustees who came in."""
    made = [Browser(visitor(), member) for member in set_up(assembly.draft())]
    for browser in made:
        assert browser.enter().status_code == 200
    return made


def test_a_ceremony_and_the_opening(assembly: Assembly, clock: Clock, browsers: list[Browser]) -> None:
    state = browsers[1].state()
    assert (state["number"], state["name"], state["size"], state["threshold"]) == (2, NAMES[1], 3, 2)
    assert (state["round"], state["phase"], state["group"]) == ("certificates", "draft", "Ed25519")
    for message in ("certificate", "polynomial", "output"):
        for browser in browsers:
            answer = browser.post(message, getattr(browser.member, message)())
            assert answer.status_code == 200, answer.text
    state = answer.json
    assert state["round"] == "ready"
    assert all(each[step] for each in state["trustees"] for step in ("certificate", "polynomial", "output"))
    # Fields stand in the order of the specification, as they are signed.
    written = json.dumps(state["certificates"], separators=(",", ":"), ensure_ascii=False)
    assert check_code(browsers[0].member.state.certificates or ()) == assembly_code(assembly)
    assert written in answer.text
    assert list(state["parameters"]) == ["threshold", "certs", "coefexps", "signatures", "verification_keys"]

    assembly.issue_and_open()
    assembly.cast(1)
    assert browsers[0].state()["election"]["election_json"].startswith('{"version":1')
    early = browsers[0].visitor.client.get(f"/t/{assembly.uuid}/record/owners.bel", headers=JSON)
    assert early.json["refusal"] == "election-wrong-phase"
    assembly.close()
    clock.now = assembly.closes_at
    for browser, measure, archive in zip(
        browsers, ("owners", "area"), sealed_archives(assembly.site, assembly.uuid), strict=False
    ):
        got = browser.visitor.client.get(f"/t/{assembly.uuid}/record/{measure}.bel")
        assert got.data == archive
    sent = browsers[0].post("share", encode(browsers[0].member.share()))
    assert (sent.json["share"], sent.json["shares_needed"]) == (True, 1)
    bad = browsers[1].post("share", encode(browsers[0].member.share()))
    assert bad.json["refusal"] == "trustee-not-in-election"
    assert browsers[2].post("share", encode(browsers[2].member.share())).json["shares_needed"] == 0
    assert assembly.count()["participation"]["owners"] == 1


def assembly_code(assembly: Assembly) -> str | None:
    circle = elections.election(assembly.site, assembly.uuid).circle
    assert circle is not None
    return circle.check_code


def test_a_second_different_message_is_refused_by_name(browsers: list[Browser]) -> None:
    first = browsers[0]
    body = first.member.certificate()
    assert first.post("certificate", body).status_code == 200
    assert first.post("certificate", body).status_code == 200
    again = first.post("certificate", first.member.certificate())
    assert (again.status_code, again.json["refusal"]) == (409, "trustee-sent-before")
    assert again.json["sentence"]


@pytest.mark.parametrize("asked", [b"", b"[]", b"{}", b'{"token":1}', b'{"token":"wrong"}'])
def test_a_wrong_invitation_lets_nobody_in(
    assembly: Assembly, visitor: Callable[[], Visitor], asked: bytes
) -> None:
    browser = Browser(visitor(), set_up(assembly.draft())[0])
    answer = browser.post("enter", asked)
    assert (answer.status_code, answer.json["refusal"]) in (
        (400, "request-unreadable"),
        (403, "invitation-unknown"),
    )
    state = browser.visitor.client.get(f"{browser.address}/state", headers=JSON)
    assert (state.status_code, state.json["refusal"]) == (403, "trustee-not-entered")


def test_a_new_invitation_voids_the_session(assembly: Assembly, browsers: list[Browser]) -> None:
    circles.invite_anew(assembly.site, assembly.uuid, 1, assembly.actor, assembly.now)
    assert browsers[0].state()["refusal"] == "trustee-not-entered"
    assert browsers[1].state()["number"] == 2


def test_the_page_stands_without_a_script_and_names_no_token(browsers: list[Browser]) -> None:
    page = browsers[0].visitor.get(browsers[0].address)
    assert page.status_code == 200
    assert "请用邀请链接进来" in page.text
    assert browsers[0].member.invitation.token not in page.text
    assert (
        "Please come in with your invitation link"
        in browsers[0].visitor.get(f"{browsers[0].address}?lang=en").text
    )


def test_an_election_without_trustees_has_no_page(assembly: Assembly, stranger: Visitor) -> None:
    assembly.draft()
    assert stranger.get(f"/t/{assembly.uuid}").status_code == 404
    assert stranger.get("/t/nothing").status_code == 404


def test_twenty_trustees_fit_into_the_requests(
    assembly: Assembly, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = tuple(f"第{number}位" for number in range(20))
    members = set_up(assembly.draft(), 1, names)
    for member in members:
        member.send("certificate")
    browser = Browser(visitor(), members[0])
    browser.enter()
    assert browser.post("polynomial", members[0].polynomial()).status_code == 200


def test_the_ceremony_outlives_letters(assembly: Assembly, browsers: list[Browser]) -> None:
    hold([browser.member for browser in browsers])
    assembly.issue_draft()
    assert browsers[0].state()["round"] == "ready"
