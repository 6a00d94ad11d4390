"""Who must approve that a ballot is opened, and what follows from the last approval.

With a circle of trustees as many of them as its threshold, each by a share of this ballot's decryption;
without one a signed-in person of the other role than the one who asked: nobody opens a ballot alone. With the
last approval the server adds its own share, verifies, stores and logs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from voting.errors import Refusal, Refused
from voting.protocol.ballot import VerifiedBallot, verify_ballot
from voting.protocol.election import ElectionContext
from voting.protocol.encoding import decode, encode
from voting.protocol.opening import ballot_share, open_ballot, verify_ballot_share
from voting.protocol.tally import PartialDecryption
from voting.protocol.trustees import VerifiedTrustees, verify_trustees
from voting.services import log
from voting.services.board import context, setup_bodies
from voting.services.opened import AuditorsBallot
from voting.services.phases import found, require_reason
from voting.services.sealing import unseal
from voting.services.site import Actor, Site
from voting.services.trustee import BallotShare
from voting.store import board as board_rows
from voting.store import openings as rows
from voting.store.elections import ElectionRow
from voting.store.openings import AnswerRow, OpeningRow

MOST_RACES = 100  # answers of others that may come between reading them and writing one


@dataclass(frozen=True)
class _Case:
    """Everything that an answer to a request needs, as it was read."""

    row: ElectionRow
    election: ElectionContext
    trustees: VerifiedTrustees
    request: OpeningRow
    answers: list[AnswerRow]
    ballot: VerifiedBallot


def approve_opening(site: Site, uuid: str, number: int, actor: Actor, now: datetime) -> None:
    """The second person's approval, where there is no circle: the ballot is opened with it.

    Refuses OPENING_UNKNOWN, OPENING_DECIDED, OPENING_NEEDS_TRUSTEES and OPENING_NEEDS_OTHER_ROLE.
    """
    answer = AnswerRow(f"account {actor.id}", True, None, None, now)
    _answer(site, uuid, number, answer, actor.name, {"role": actor.role}, _second_person(actor))


def decline_opening(site: Site, uuid: str, number: int, reason: str, actor: Actor, now: datetime) -> None:
    """The second person's refusal; it ends the request. Refuses like `approve_opening`, REASON_MISSING."""
    said = require_reason(reason)
    answer = AnswerRow(f"account {actor.id}", False, said, None, now)
    _answer(site, uuid, number, answer, actor.name, {"role": actor.role}, _second_person(actor))


def approve_as_trustee(
    site: Site, uuid: str, number: int, trustee: int, name: str, body: bytes, now: datetime
) -> None:
    """A trustee's approval: its share of this ballot's decryption, as `BallotShare` in JSON.

    `trustee` counts from 1 in the circle. The share that makes up the threshold opens the ballot; the same
    share again changes nothing. Refuses OPENING_UNKNOWN, OPENING_DECIDED, TRUSTEE_NOT_IN_ELECTION,
    SHARE_OF_OTHER_BALLOT when it is of something else, DECRYPTION_*, ELEMENT_* and OPENING_ANSWERED_BEFORE.
    """
    share = decode(BallotShare, body, "ballot share")

    def check(case: _Case) -> None:
        owner = case.trustees.circle_owner(trustee)
        if (share.uuid, share.owner, share.tracker) != (uuid, owner, case.request.tracker):
            raise Refused(Refusal.SHARE_OF_OTHER_BALLOT)
        verify_ballot_share(case.election, case.trustees, case.ballot, owner, share.decryption)

    answer = AnswerRow(f"trustee {trustee}", True, None, encode(share.decryption), now)
    _answer(site, uuid, number, answer, name, {"trustee": trustee}, check)


def decline_as_trustee(
    site: Site, uuid: str, number: int, trustee: int, name: str, reason: str, now: datetime
) -> None:
    """A trustee's refusal; when the threshold cannot be reached any more, the request has failed.

    Refuses like `approve_as_trustee`, REASON_MISSING.
    """
    said = require_reason(reason)

    def check(case: _Case) -> None:
        case.trustees.circle_owner(trustee)

    answer = AnswerRow(f"trustee {trustee}", False, said, None, now)
    _answer(site, uuid, number, answer, name, {"trustee": trustee}, check)


def _second_person(actor: Actor) -> Callable[[_Case], None]:
    def check(case: _Case) -> None:
        if any(quorum.circle is not None for quorum in case.trustees.quorums):
            raise Refused(Refusal.OPENING_NEEDS_TRUSTEES)
        if actor.role == case.request.requested_role:
            raise Refused(Refusal.OPENING_NEEDS_OTHER_ROLE)

    return check


def _answer(
    site: Site,
    uuid: str,
    number: int,
    answer: AnswerRow,
    name: str,
    who: Mapping[str, object],
    check: Callable[[_Case], None],
) -> None:
    """Record an answer, and in the same transaction what follows from it."""
    for _ in range(MOST_RACES):
        case = _read(site, uuid, number)
        check(case)
        if _said_before(case, answer):
            return
        if case.request.state != "requested":
            raise Refused(Refusal.OPENING_DECIDED, opening=number)
        # What costs time is done before anything is locked.
        proof = _opened(site, case, answer) if answer.approves else None
        failed = not answer.approves and _hopeless(case)
        with site.store.write() as tx:
            if not rows.hold(tx, uuid, number) or rows.answers(tx, uuid, number) != case.answers:
                continue
            rows.add_answer(tx, uuid, number, answer)
            details: dict[str, object] = {"opening": number, **who}
            if answer.approves:
                log.append(site, tx, uuid, name, "opening-approved", details, answer.answered_at)
            else:
                details |= {"reason": answer.reason, "ends": failed}
                log.append(site, tx, uuid, name, "opening-declined", details, answer.answered_at)
            if failed:
                rows.decide(tx, uuid, number, "declined", answer.answered_at)
            if proof is not None:
                rows.decide(tx, uuid, number, "opened", answer.answered_at, proof)
                log.append(
                    site, tx, uuid, name, "ballot-opened", _told(case.request, proof), answer.answered_at
                )
        return
    raise Refused(Refusal.BOARD_BUSY)


def _told(request: OpeningRow, proof: bytes) -> dict[str, object]:
    """What the log says of an opened ballot: everything but what is in it."""
    return {
        "opening": request.number,
        "tracker": request.tracker,
        "requested_by": request.requested_name,
        "reason": request.reason,
        "attachment_sha256": request.attachment_sha256,
        "proof_sha256": sha256(proof).hexdigest(),
    }


def _read(site: Site, uuid: str, number: int) -> _Case:
    with site.store.read() as tx:
        row = found(tx, uuid)
        request = rows.request(tx, uuid, number)
        if request is None:
            raise Refused(Refusal.OPENING_UNKNOWN)
        answers = rows.answers(tx, uuid, number)
        trustees_body = setup_bodies(tx, uuid)[1]
        stored = board_rows.ballot_with(tx, uuid, request.tracker)
        assert stored is not None
        assert stored.event.owners_payload is not None
        body = board_rows.body(tx, uuid, stored.event.owners_payload)
    assert row.election_json is not None
    assert body is not None
    election = context(row.election_json)
    ballot = verify_ballot(election, body)
    return _Case(row, election, verify_trustees(election.group, trustees_body), request, answers, ballot)


def _said_before(case: _Case, answer: AnswerRow) -> bool:
    """Whether this approver answered the same before. Refuses OPENING_ANSWERED_BEFORE for another answer."""
    for earlier in case.answers:
        if earlier.approver == answer.approver:
            if earlier.approves != answer.approves:
                raise Refused(Refusal.OPENING_ANSWERED_BEFORE)
            return True
    return False


def _opened(site: Site, case: _Case, answer: AnswerRow) -> bytes | None:
    """The auditors' line when this approval is the last one needed."""
    assert case.row.sealed_trustee_key is not None
    shares: dict[int, PartialDecryption] = {}
    for each in (*case.answers, answer):
        if each.approves and each.share is not None:
            owner = case.trustees.circle_owner(int(each.approver.removeprefix("trustee ")))
            shares[owner] = decode(PartialDecryption, each.share, "partial decryption")
    secret = unseal(site.keys, case.row.uuid, case.row.sealed_trustee_key)
    own = case.trustees.keys.index(case.election.group.generator.power(secret)) + 1
    if not case.trustees.suffice({own, *shares}):
        return None
    shares[own] = ballot_share(case.election, case.ballot, secret)
    opened = open_ballot(case.election, case.trustees, case.ballot, shares)
    return encode(AuditorsBallot(case.request.voter, opened))


def _hopeless(case: _Case) -> bool:
    """Whether one more refusal leaves too few who could still approve."""
    refused = 1 + sum(not each.approves for each in case.answers)
    circles = [quorum for quorum in case.trustees.quorums if quorum.circle is not None]
    return all(len(quorum.keys) - refused < quorum.threshold for quorum in circles)
