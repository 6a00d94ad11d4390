"""Opening one ballot of a confidential election after its closing: who asks, and who sees what.

An organiser or an auditor asks, with a reason and a document; `voting.services.approvals` has who must
approve. The log tells who, why and when. What was chosen is shown to the auditors, to whoever asked and to
the voter, and stands in the auditors' part of the record alone.
"""

import json
from datetime import datetime
from typing import Any

from voting.errors import Refusal, Refused
from voting.protocol.encoding import decode
from voting.rules.secrecy import Secrecy
from voting.services import log
from voting.services.attachments import Attachment, read_attachment
from voting.services.entry import Shown, identified, new_challenge
from voting.services.opened import AuditorsBallot, chosen_words, require_confidential
from voting.services.phases import found, require, require_reason
from voting.services.site import Actor, Site
from voting.services.views import Act, AnswerView, ElectionView, OpenBallotView, OpeningView, Phase
from voting.store import board as board_rows
from voting.store import openings as rows
from voting.store import roll as roll_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Conflict, Transaction
from voting.store.openings import OpeningRow

AFTER_CLOSING = (Phase.CLOSED, Phase.COUNTED, Phase.PUBLISHED)
MOST_RACES = 100  # requests of others that may come between


def request_opening(
    site: Site, uuid: str, whose: str, reason: str, document: bytes, actor: Actor, now: datetime
) -> int:
    """Ask for one voter's ballot, by number in the roll or by tracker; returns the request's number.

    Refuses ELECTION_WRONG_PHASE before the closing, OPENING_FORBIDDEN and OPENING_NEEDLESS by the election's
    rules, REASON_MISSING, ATTACHMENT_*, VOTER_UNKNOWN, RECEIPT_UNKNOWN, VOTER_HAS_NOT_VOTED,
    OPENING_SUPERSEDED for a ballot that its voter has replaced, and OPENING_ASKED_BEFORE(opening).
    """
    with site.store.read() as tx:
        _openable(tx, uuid)
    said = require_reason(reason)
    attachment = read_attachment(document)
    for _ in range(MOST_RACES):
        try:
            with site.store.write() as tx:
                return _ask(site, tx, uuid, whose, said, attachment, actor, now)
        except Conflict:
            continue  # another request came between: its number is taken, or it was for the same voter
    raise Refused(Refusal.BOARD_BUSY)


def _ask(
    site: Site,
    tx: Transaction,
    uuid: str,
    whose: str,
    reason: str,
    attachment: Attachment,
    actor: Actor,
    now: datetime,
) -> int:
    _openable(tx, uuid)
    voter, tracker = _ballot_of(tx, uuid, whose)
    for row in rows.requests(tx, uuid):
        if row.voter == voter and row.state != "declined":
            raise Refused(Refusal.OPENING_ASKED_BEFORE, opening=row.number)
    number = rows.add_request(
        tx,
        uuid,
        attachment.body,
        voter=voter,
        tracker=tracker,
        reason=reason,
        attachment_kind=attachment.kind,
        attachment_sha256=attachment.sha256,
        requested_by=actor.id,
        requested_role=actor.role,
        requested_at=now,
    )
    # The voter's number is left out: the log is public, and with the tracker it would say when who voted.
    details = {
        "opening": number,
        "tracker": tracker,
        "reason": reason,
        "role": actor.role,
        "attachment": attachment.kind,
        "attachment_sha256": attachment.sha256,
    }
    log.append(site, tx, uuid, actor.name, "opening-requested", details, now)
    return number


def openings(site: Site, uuid: str, viewer: Actor | None = None) -> tuple[OpeningView, ...]:
    """Every request; with the choices for auditors and for whoever asked, once the ballot is open."""
    with site.store.read() as tx:
        row = found(tx, uuid)
        if row.rules is None:
            return ()
        rules = json.loads(row.rules)
        made = []
        for each in rows.requests(tx, uuid):
            sees = viewer is not None and (viewer.role == "auditor" or viewer.id == each.requested_by)
            made.append(_view(tx, uuid, rules, each, sees=sees, viewer=viewer))
        return tuple(made)


def may_ask(view: ElectionView) -> bool:
    """Whether a ballot of this election can be asked for now."""
    return view.phase in AFTER_CLOSING and view.agenda.secrecy is Secrecy.CONFIDENTIAL


def open_ballots(site: Site, uuid: str) -> tuple[OpenBallotView, ...]:
    """Every ballot of an open election as the count opened it; for auditors alone. Empty before, and else."""
    with site.store.read() as tx:
        row = found(tx, uuid)
        lines = rows.opened_ballots(tx, uuid)
    if row.rules is None:
        return ()
    rules = json.loads(row.rules)
    said = (decode(AuditorsBallot, line, "opened ballot") for line in lines)
    return tuple(
        OpenBallotView(each.voter, each.ballot.tracker, chosen_words(rules, each.ballot.choices))
        for each in said
    )


def opened_count(site: Site, uuid: str) -> int:
    """How many ballots were opened one by one: anyone may know that."""
    with site.store.read() as tx:
        return sum(each.state == "opened" for each in rows.requests(tx, uuid))


def opening_attachment(site: Site, uuid: str, number: int) -> Attachment:
    """The document of a request. Refuses OPENING_UNKNOWN."""
    with site.store.read() as tx:
        found(tx, uuid)
        request, body = rows.request(tx, uuid, number), rows.attachment(tx, uuid, number)
    if request is None or body is None:
        raise Refused(Refusal.OPENING_UNKNOWN)
    return Attachment(request.attachment_kind, body)


def election_text(site: Site, uuid: str) -> str:
    """The exact election.json, for a phone to derive its credential by. Refuses ELECTION_UNKNOWN."""
    with site.store.read() as tx:
        row = found(tx, uuid)
    return (row.election_json or b"").decode()


def own_opening_challenge(site: Site, uuid: str, now: datetime) -> str:
    """A text for a voter's phone to sign who wants to know whether the own ballot was opened.

    Refuses ELECTION_UNKNOWN and ELECTION_WRONG_PHASE before the closing.
    """
    with site.store.read() as tx:
        require(found(tx, uuid), Act.OPEN_BALLOT, *AFTER_CLOSING)
    return new_challenge(site, uuid, now)


def own_opening(site: Site, uuid: str, shown: Shown, now: datetime) -> OpeningView | None:
    """What a voter is told of the own ballot: None unless it was opened, and then all of it.

    `shown` is what the booth asks for, too, for the purpose `opened`. Refuses what `own_opening_challenge`
    and `entry.identified` refuse.
    """
    with site.store.read() as tx:
        row = found(tx, uuid)
    require(row, Act.OPEN_BALLOT, *AFTER_CLOSING)
    if shown.purpose != "opened":
        raise Refused(Refusal.MESSAGE_PROOF_INVALID)
    voter = identified(site, row, shown, now).voter
    assert row.rules is not None
    with site.store.read() as tx:
        for each in rows.requests(tx, uuid):
            if each.voter == voter and each.state == "opened":
                return _view(tx, uuid, json.loads(row.rules), each, sees=True)
    return None


def _openable(tx: Transaction, uuid: str) -> ElectionRow:
    row = found(tx, uuid)
    require(row, Act.OPEN_BALLOT, *AFTER_CLOSING)
    assert row.rules is not None
    require_confidential(Secrecy(json.loads(row.rules)["secrecy"]))
    return row


def _ballot_of(tx: Transaction, uuid: str, whose: str) -> tuple[int, str]:
    """The voter's number and the tracker of the ballot that counts."""
    asked = whose.strip()
    if not asked.isdecimal():
        ballot = board_rows.ballot_with(tx, uuid, "".join(asked.split()).rstrip("="))
        if ballot is None:
            raise Refused(Refusal.RECEIPT_UNKNOWN)
        if ballot.replaced:
            raise Refused(Refusal.OPENING_SUPERSEDED)
        return ballot.voter, ballot.tracker
    voter = int(asked) if len(asked) < 8 else 0
    if roll_rows.entry(tx, uuid, voter) is None:
        raise Refused(Refusal.VOTER_UNKNOWN, voter=asked[:8])
    ballot = board_rows.ballot_of(tx, uuid, voter)
    if ballot is None:
        raise Refused(Refusal.VOTER_HAS_NOT_VOTED, voter=voter)
    return voter, ballot.tracker


def _view(
    tx: Transaction,
    uuid: str,
    rules: dict[str, Any],
    row: OpeningRow,
    *,
    sees: bool,
    viewer: Actor | None = None,
) -> OpeningView:
    chosen = None
    if sees and row.proof is not None:
        opened = decode(AuditorsBallot, row.proof, "opened ballot").ballot
        chosen = chosen_words(rules, opened.choices)
    return OpeningView(
        number=row.number,
        voter=row.voter,
        tracker=row.tracker,
        reason=row.reason,
        requested_by=row.requested_name,
        requested_role=row.requested_role,
        requested_at=row.requested_at,
        attachment_kind=row.attachment_kind,
        attachment_sha256=row.attachment_sha256,
        state=row.state,
        decided_at=row.decided_at,
        answers=tuple(
            AnswerView(each.approver, each.approves, each.reason, each.answered_at)
            for each in rows.answers(tx, uuid, row.number)
        ),
        chosen=chosen,
        awaits_viewer=viewer is not None and row.state == "requested" and viewer.role != row.requested_role,
    )
