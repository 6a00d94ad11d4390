"""Single ballots over HTTP, as trustees answer for them; what their browsers make is made here in Python."""

import json
from collections.abc import Callable

import pytest

from tests.assembly import Assembly
from tests.circles import hold, set_up
from tests.openings import PDF, REASON, after_closing, auditor, share
from tests.unit.web.conftest import Visitor
from tests.unit.web.test_trustee import JSON, Browser
from voting.services.openings import openings, request_opening


@pytest.fixture
def browsers(assembly: Assembly, visitor: Callable[[], Visitor]) -> list[Browser]:
    """Three trustees after a closed vote, of whom nobody was asked yet."""
    members = hold(set_up(assembly.draft()))
    assembly.issue_and_open()
    after_closing(assembly)
    made = [Browser(visitor(), member) for member in members]
    for browser in made:
        assert browser.enter().status_code == 200
    return made


@pytest.fixture
def asked(assembly: Assembly, browsers: list[Browser]) -> int:
    """A request to open the second voter's ballot."""
    return request_opening(
        assembly.site, assembly.uuid, "2", REASON, PDF, auditor(assembly), assembly.closes_at
    )


def test_what_is_asked(browsers: list[Browser], asked: int, assembly: Assembly) -> None:
    [told] = browsers[0].visitor.client.get(f"{browsers[0].address}/openings", headers=JSON).json
    view = openings(assembly.site, assembly.uuid)[0]
    assert (told["number"], told["reason"], told["tracker"]) == (asked, REASON, view.tracker)
    assert (told["state"], told["approvals"], told["approved"]) == ("requested", 0, None)
    assert told["asked_by"] == "监督员"
    document = browsers[0].visitor.client.get(told["addresses"]["document"])
    assert document.data == PDF
    assert "attachment" in document.headers["Content-Disposition"]
    unknown = browsers[0].visitor.client.get(f"{browsers[0].address}/openings/7/document", headers=JSON)
    assert unknown.json["refusal"] == "opening-unknown"


def test_the_threshold_of_approvals_opens_it(browsers: list[Browser], asked: int, assembly: Assembly) -> None:
    keys = [browser.member.key for browser in browsers]
    bad = browsers[1].post(f"openings/{asked}/approve", share(assembly, asked, keys, 1))
    assert bad.json["refusal"] == "share-of-other-ballot"
    assert browsers[1].post(f"openings/{asked}/approve", b"{}").status_code == 400
    first = share(assembly, asked, keys, 1)
    [told] = browsers[0].post(f"openings/{asked}/approve", first).json
    assert (told["state"], told["approvals"], told["approved"]) == ("requested", 1, True)
    assert browsers[0].post(f"openings/{asked}/approve", first).status_code == 200
    [told] = browsers[2].post(f"openings/{asked}/approve", share(assembly, asked, keys, 3)).json
    assert (told["state"], told["approvals"], told["approved"]) == ("opened", 2, True)
    late = browsers[1].post(f"openings/{asked}/approve", share(assembly, asked, keys, 2))
    assert late.json["refusal"] == "opening-decided"


def test_too_many_refusals_keep_it_shut(browsers: list[Browser], asked: int, assembly: Assembly) -> None:
    for body in (b"", b"[]", b'{"reason":1}'):
        assert browsers[0].post(f"openings/{asked}/decline", body).json["refusal"] == "request-unreadable"
    short = browsers[0].post(f"openings/{asked}/decline", b'{"reason":" no "}')
    assert short.json["refusal"] == "reason-missing"
    said = json.dumps({"reason": "理由不充分，不同意"}).encode()
    [told] = browsers[0].post(f"openings/{asked}/decline", said).json
    assert (told["state"], told["approved"]) == ("requested", False)
    [told] = browsers[1].post(f"openings/{asked}/decline", said).json
    assert (told["state"], told["approvals"]) == ("declined", 0)
    assert [each.reason for each in openings(assembly.site, assembly.uuid)[0].answers] == [
        "理由不充分，不同意",
        "理由不充分，不同意",
    ]


def test_only_who_came_in_is_told(
    browsers: list[Browser], asked: int, visitor: Callable[[], Visitor]
) -> None:
    stranger = visitor().client.get(f"{browsers[0].address}/openings", headers=JSON)
    assert (stranger.status_code, stranger.json["refusal"]) == (403, "trustee-not-entered")
