"""Opening one ballot: who may ask, who must approve, who sees what is in it, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from tests.assembly import AGENDA, Assembly
from tests.openings import JPEG, PDF, REASON, after_closing, auditor, circle, png, share
from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal, Refused
from voting.protocol.encoding import decode
from voting.services import approvals, elections, openings
from voting.services.attachments import LARGEST, attachment_kind, read_attachment
from voting.services.log import entries
from voting.services.opened import AuditorsBallot
from voting.services.site import Actor
from voting.store import openings as rows

pytestmark = pytest.mark.either_database

CHOSEN = (("是否同意修改管理规约？", ("反对",)), ("选举业主委员会委员", ("石三",)))


def ask(assembly: Assembly, whose: str = "2", actor: Actor | None = None, **changes: Any) -> int:
    given = {"reason": REASON, "document": PDF} | changes
    return openings.request_opening(
        assembly.site,
        assembly.uuid,
        whose,
        given["reason"],
        given["document"],
        actor or assembly.actor,
        assembly.closes_at,
    )


def told(assembly: Assembly) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (entry.act, entry.actor, entry.details)
        for entry in entries(assembly.site, assembly.uuid)
        if entry.act.startswith("opening-") or entry.act == "ballot-opened"
    ]


# without a circle


@pytest.mark.both_databases
@pytest.mark.parametrize("organiser_asks", [True, False])
def test_one_role_asks_and_the_other_approves(assembly: Assembly, organiser_asks: bool) -> None:
    now = after_closing(assembly.open())
    other = auditor(assembly)
    asks, approves = (assembly.actor, other) if organiser_asks else (other, assembly.actor)
    assert ask(assembly, actor=asks) == 1
    (view,) = openings.openings(assembly.site, assembly.uuid, approves)
    assert (view.voter, view.state, view.chosen, view.awaits_viewer) == (2, "requested", None, True)
    approvals.approve_opening(assembly.site, assembly.uuid, 1, approves, now)
    for viewer, sees in ((asks, True), (other, True), (None, False)):
        (view,) = openings.openings(assembly.site, assembly.uuid, viewer)
        assert view.state == "opened"
        assert view.chosen == (CHOSEN if sees else None)
        assert not view.awaits_viewer
    requested, approved, opened = told(assembly)
    assert requested[:2] == ("opening-requested", asks.name)
    assert approved == ("opening-approved", approves.name, {"opening": 1, "role": approves.role})
    assert opened[:2] == ("ballot-opened", approves.name)
    with assembly.site.store.read() as tx:
        proof = rows.requests(tx, assembly.uuid)[0].proof
    assert proof is not None
    assert decode(AuditorsBallot, proof, "line").ballot.choices == ((0, 1, 0), (0, 0, 1, 0))


def test_another_organiser_does_not_see_what_was_chosen(assembly: Assembly) -> None:
    now = after_closing(assembly.open())
    ask(assembly)
    approvals.approve_opening(assembly.site, assembly.uuid, 1, auditor(assembly), now)
    other = Actor(999, "li", "organiser")
    assert openings.openings(assembly.site, assembly.uuid, other)[0].chosen is None


def test_the_log_tells_who_why_when_and_pins_the_proof_but_no_choice_and_no_voter(assembly: Assembly) -> None:
    now = after_closing(assembly.open())
    ask(assembly)
    approvals.approve_opening(assembly.site, assembly.uuid, 1, auditor(assembly), now)
    (view,) = openings.openings(assembly.site, assembly.uuid)
    attachment = read_attachment(PDF)
    assert told(assembly)[0][2] == {
        "opening": 1,
        "tracker": view.tracker,
        "reason": REASON,
        "role": "organiser",
        "attachment": "pdf",
        "attachment_sha256": attachment.sha256,
    }
    details = told(assembly)[2][2]
    assert details.keys() == {
        "opening",
        "tracker",
        "requested_by",
        "reason",
        "attachment_sha256",
        "proof_sha256",
    }
    assert (details["requested_by"], details["attachment_sha256"]) == ("wang", attachment.sha256)
    for _, _, said in told(assembly):
        assert "voter" not in said
        assert not {"反对", "石三"} & {str(value) for value in said.values()}


def test_nobody_opens_a_ballot_alone(assembly: Assembly) -> None:
    now = after_closing(assembly.open())
    other = Actor(999, "li", "organiser")
    ask(assembly)
    for same_role in (assembly.actor, other):
        for act in (
            lambda who=same_role: approvals.approve_opening(assembly.site, assembly.uuid, 1, who, now),
            lambda who=same_role: approvals.decline_opening(
                assembly.site, assembly.uuid, 1, REASON, who, now
            ),
        ):
            assert refusal_of(act) is Refusal.OPENING_NEEDS_OTHER_ROLE
    assert openings.openings(assembly.site, assembly.uuid)[0].state == "requested"


@pytest.mark.both_databases
def test_a_request_that_was_declined_can_be_made_again_an_opened_one_cannot(assembly: Assembly) -> None:
    now = after_closing(assembly.open())
    other = auditor(assembly)
    site, uuid = assembly.site, assembly.uuid
    ask(assembly)
    error = refused_by(lambda: ask(assembly))
    assert (error.refusal, error.context) == (Refusal.OPENING_ASKED_BEFORE, {"opening": 1})
    no_reason = lambda: approvals.decline_opening(site, uuid, 1, "不行", other, now)  # noqa: E731
    assert refusal_of(no_reason) is Refusal.REASON_MISSING
    approvals.decline_opening(site, uuid, 1, "附件不是本人写的", other, now)
    assert told(assembly)[-1] == (
        "opening-declined",
        "ju",
        {"opening": 1, "role": "auditor", "reason": "附件不是本人写的", "ends": True},
    )
    approve = lambda number: approvals.approve_opening(site, uuid, number, other, now)  # noqa: E731
    assert refusal_of(lambda: approve(1)) is Refusal.OPENING_ANSWERED_BEFORE
    assert (
        refusal_of(lambda: approvals.approve_opening(site, uuid, 1, Actor(77, "x", "auditor"), now))
        is Refusal.OPENING_DECIDED
    )
    assert ask(assembly) == 2
    approve(2)
    approve(2)  # the same again: nothing new
    assert [act for act, _, _ in told(assembly)].count("ballot-opened") == 1
    error = refused_by(lambda: ask(assembly, actor=other))
    assert (error.refusal, error.context) == (Refusal.OPENING_ASKED_BEFORE, {"opening": 2})
    assert ask(assembly, "1") == 3


def test_a_ballot_is_asked_for_by_its_tracker_too(assembly: Assembly) -> None:
    assembly.open()
    receipt = assembly.cast(1)
    assembly.close()
    ask(assembly, f" {receipt.tracker[:20]} {receipt.tracker[20:]}= ")
    (view,) = openings.openings(assembly.site, assembly.uuid)
    assert (view.voter, view.tracker) == (1, receipt.tracker)


def test_whose_ballot_there_is_none_of(assembly: Assembly) -> None:
    after_closing(assembly.open())
    error = refused_by(lambda: ask(assembly, "3"))
    assert (error.refusal, error.context) == (Refusal.VOTER_HAS_NOT_VOTED, {"voter": 3})
    for whose in ("0", "6", "12345678901"):
        assert refusal_of(lambda whose=whose: ask(assembly, whose)) is Refusal.VOTER_UNKNOWN
    for whose in ("", "A" * 43, "张三"):
        assert refusal_of(lambda whose=whose: ask(assembly, whose)) is Refusal.RECEIPT_UNKNOWN
    assert openings.openings(assembly.site, assembly.uuid) == ()


def test_only_from_the_closing_on_and_still_after_publishing(assembly: Assembly) -> None:
    assembly.issue()
    assert refusal_of(lambda: ask(assembly)) is Refusal.ELECTION_WRONG_PHASE
    elections.open_election(assembly.site, assembly.uuid, assembly.actor, assembly.opens_at)
    assembly.cast(1)
    assembly.cast(2, [0, 1, 0], (0, 0, 1, 0))
    error = refused_by(lambda: ask(assembly))
    assert error.context == {"phase": "open", "act": "open-ballot"}
    assembly.close()
    assert ask(assembly) == 1
    assembly.count()
    later = assembly.closes_at + timedelta(hours=2)
    elections.publish_election(assembly.site, assembly.uuid, assembly.actor, later)
    approvals.approve_opening(assembly.site, assembly.uuid, 1, auditor(assembly), later)
    assert openings.openings(assembly.site, assembly.uuid, assembly.actor)[0].chosen == CHOSEN
    assert ask(assembly, "1") == 2


@pytest.mark.parametrize(
    ("preset", "refusal"), [("secret", Refusal.OPENING_FORBIDDEN), ("open", Refusal.OPENING_NEEDLESS)]
)
def test_the_rules_that_ballots_signed_decide_whether_one_may_be_opened(
    assembly: Assembly, preset: str, refusal: Refusal
) -> None:
    assembly.agenda = AGENDA | {"secrecy": preset}
    after_closing(assembly.open())
    assert refusal_of(lambda: ask(assembly)) is refusal


def test_a_reason_and_a_document_are_needed(assembly: Assembly) -> None:
    after_closing(assembly.open())
    assert refusal_of(lambda: ask(assembly, reason="想看看")) is Refusal.REASON_MISSING
    assert refusal_of(lambda: ask(assembly, document=b"")) is Refusal.ATTACHMENT_MISSING
    assert refusal_of(lambda: ask(assembly, document=b"MZ" + PDF)) is Refusal.ATTACHMENT_KIND_UNKNOWN
    filling = LARGEST - len(PDF)
    body = PDF[:9] + b" " * filling + PDF[9:]
    assert refusal_of(lambda: ask(assembly, document=body + b"\n")) is Refusal.ATTACHMENT_TOO_LARGE
    assert ask(assembly, document=body) == 1
    assert openings.opening_attachment(assembly.site, assembly.uuid, 1).body == body
    assert refusal_of(lambda: openings.opening_attachment(assembly.site, assembly.uuid, 2)) is (
        Refusal.OPENING_UNKNOWN
    )


def test_telephone_and_identity_numbers_do_not_reach_the_public_log(assembly: Assembly) -> None:
    after_closing(assembly.open())
    ask(assembly, reason="业主 13800001111 本人申请")
    assert told(assembly)[0][2]["reason"] == "业主 … 本人申请"


@pytest.mark.parametrize(
    ("body", "kind"), [(PDF, "pdf"), (png(), "png"), (JPEG, "jpg"), (JPEG + b"more", "jpg")]
)
def test_a_document_is_known_by_its_content(body: bytes, kind: str) -> None:
    assert attachment_kind(body) == kind


@pytest.mark.parametrize(
    "body",
    [PDF[:-7], png()[:-1], png()[1:], JPEG[:-2], b"<html>", b"PK\x03\x04", b"GIF89a", b"\x00" * 100],
    ids=range(8),
)
def test_what_is_no_whole_document_is_none(body: bytes) -> None:
    assert attachment_kind(body) is None


@pytest.mark.both_databases
def test_two_requests_for_the_same_ballot_at_once_are_one(assembly: Assembly) -> None:
    after_closing(assembly.open())
    start = Barrier(2)

    def race(_: int) -> str:
        start.wait()
        try:
            return str(ask(assembly))
        except Refused as refused:
            return refused.refusal.value

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(race, range(2))) == ["1", "opening-asked-before"]


# with a circle


@pytest.mark.both_databases
def test_the_threshold_of_the_circle_opens(assembly: Assembly) -> None:
    keys, parameters = circle()
    now = after_closing(assembly.open(parameters))
    site, uuid = assembly.site, assembly.uuid
    ask(assembly)
    approvals.approve_as_trustee(site, uuid, 1, 1, "甲", share(assembly, 1, keys, 1), now)
    assert openings.openings(site, uuid)[0].state == "requested"
    approvals.approve_as_trustee(site, uuid, 1, 1, "甲", share(assembly, 1, keys, 1), now)  # sent again
    approvals.approve_as_trustee(site, uuid, 1, 3, "丙", share(assembly, 1, keys, 3), now)
    (view,) = openings.openings(site, uuid, assembly.actor)
    assert (view.state, view.chosen) == ("opened", CHOSEN)
    assert [each.approver for each in view.answers] == ["trustee 1", "trustee 3"]
    assert [(act, who) for act, who, _ in told(assembly)] == [
        ("opening-requested", "wang"),
        ("opening-approved", "甲"),
        ("opening-approved", "丙"),
        ("ballot-opened", "丙"),
    ]
    assert told(assembly)[1][2] == {"opening": 1, "trustee": 1}


def test_an_account_cannot_stand_in_for_the_circle(assembly: Assembly) -> None:
    _, parameters = circle()
    now = after_closing(assembly.open(parameters))
    ask(assembly)
    other = auditor(assembly)
    for act in (
        lambda: approvals.approve_opening(assembly.site, assembly.uuid, 1, other, now),
        lambda: approvals.decline_opening(assembly.site, assembly.uuid, 1, REASON, other, now),
    ):
        assert refusal_of(act) is Refusal.OPENING_NEEDS_TRUSTEES


def test_a_share_of_something_else_is_refused_and_not_kept(assembly: Assembly) -> None:
    keys, parameters = circle()
    now = after_closing(assembly.open(parameters))
    site, uuid = assembly.site, assembly.uuid
    ask(assembly, "2")
    ask(assembly, "1")
    right, other = share(assembly, 1, keys, 1), share(assembly, 2, keys, 1)

    def sent(body: bytes, trustee: int = 1) -> Refusal:
        return refusal_of(lambda: approvals.approve_as_trustee(site, uuid, 1, trustee, "甲", body, now))

    assert sent(other) is Refusal.SHARE_OF_OTHER_BALLOT
    tracker = openings.openings(site, uuid)[0].tracker
    assert sent(share(assembly, 2, keys, 1, tracker=tracker)) is Refusal.DECRYPTION_PROOF_INVALID
    assert sent(right, trustee=2) is Refusal.SHARE_OF_OTHER_BALLOT
    assert sent(share(assembly, 1, keys, 2, owner=2)) is Refusal.DECRYPTION_PROOF_INVALID
    assert sent(share(assembly, 1, keys, 1, uuid="AnotherElection1")) is Refusal.SHARE_OF_OTHER_BALLOT
    assert sent(right, trustee=4) is Refusal.TRUSTEE_NOT_IN_ELECTION
    assert sent(right[:-1]) is Refusal.JSON_MALFORMED
    assert sent(right + b" ") is Refusal.JSON_NOT_CANONICAL
    assert openings.openings(site, uuid)[0].answers == ()
    assert (
        refusal_of(lambda: approvals.approve_as_trustee(site, uuid, 3, 1, "甲", right, now))
        is Refusal.OPENING_UNKNOWN
    )


def test_declined_below_the_threshold_it_has_failed_and_above_it_has_not(assembly: Assembly) -> None:
    keys, parameters = circle()
    now = after_closing(assembly.open(parameters))
    site, uuid = assembly.site, assembly.uuid

    def decline(number: int, trustee: int) -> None:
        approvals.decline_as_trustee(site, uuid, number, trustee, f"{trustee}", "理由不充分", now)

    ask(assembly)
    decline(1, 1)
    decline(1, 1)
    assert openings.openings(site, uuid)[0].state == "requested"
    approve = lambda: approvals.approve_as_trustee(  # noqa: E731
        site, uuid, 1, 1, "甲", share(assembly, 1, keys, 1), now
    )
    assert refusal_of(approve) is Refusal.OPENING_ANSWERED_BEFORE
    for trustee in (2, 3):
        approvals.approve_as_trustee(site, uuid, 1, trustee, "乙", share(assembly, 1, keys, trustee), now)
    assert openings.openings(site, uuid)[0].state == "opened"
    ask(assembly, "1")
    decline(2, 1)
    decline(2, 3)
    assert openings.openings(site, uuid)[1].state == "declined"
    assert [details["ends"] for act, _, details in told(assembly) if act == "opening-declined"] == [
        False,
        False,
        True,
    ]
    late = lambda: approvals.approve_as_trustee(  # noqa: E731
        site, uuid, 2, 2, "乙", share(assembly, 2, keys, 2), now
    )
    assert refusal_of(late) is Refusal.OPENING_DECIDED


@pytest.mark.both_databases
def test_the_last_two_approvals_at_once_open_once(assembly: Assembly) -> None:
    keys, parameters = circle()
    now = after_closing(assembly.open(parameters))
    site, uuid = assembly.site, assembly.uuid
    ask(assembly)
    start = Barrier(3)

    def race(trustee: int) -> str:
        body = share(assembly, 1, keys, trustee)
        start.wait()
        try:
            approvals.approve_as_trustee(site, uuid, 1, trustee, f"{trustee}", body, now)
        except Refused as refused:
            return refused.refusal.value
        return "in"

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(race, (1, 2, 3))) == ["in", "in", "opening-decided"]
    assert [act for act, _, _ in told(assembly)].count("ballot-opened") == 1
