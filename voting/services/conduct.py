"""From opening to publishing: each step moves the phase once, by compare-and-swap, and writes the board.

Costly work (keys, verification, decryption) is done with no transaction open; the write re-checks the phase
and the board's head, and stores everything or nothing.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from voting.errors import Refusal, Refused
from voting.protocol.board import setup_records
from voting.protocol.election import Election, Question
from voting.protocol.encoding import encode
from voting.protocol.group import group_named
from voting.protocol.pedersen import ThresholdParameters
from voting.protocol.trustees import generate_trustee_key, trustees_json, verify_trustees
from voting.rules.agenda import Agenda, agenda_from_json
from voting.rules.outcome import canonical_json, rules_document
from voting.rules.questions import asked_of
from voting.rules.roll import Voter
from voting.services import log
from voting.services.assembly_binding import assembly_head, convening_of
from voting.services.assembly_state import require_closed, require_opened
from voting.services.board import (
    BEFORE_SETUP,
    heads_of,
    store_twins,
    twin,
)
from voting.services.checkpoint import Checkpoint, sign_checkpoint
from voting.services.circles import ready_parameters
from voting.services.counting import count_election
from voting.services.phases import found, require, require_issued, require_reason, wrong_phase
from voting.services.sealing import seal
from voting.services.site import Actor, Progress, Site, unwatched
from voting.services.views import Act, Phase
from voting.services.weights import area_weights, counts_area
from voting.services.wire import iso, shown
from voting.store import elections as rows
from voting.store import roll as roll_rows
from voting.store.board import NO_LIMIT
from voting.store.elections import ElectionRow
from voting.store.engine import Conflict, Transaction
from voting.store.roll import RollEntry

__all__ = ["close_election", "count_election", "open_election", "publish_election", "signed_checkpoint"]

MOST_RACES = 1000  # appends that may come between reading the head and moving it, before we give up


def open_election(
    site: Site,
    uuid: str,
    actor: Actor,
    now: datetime,
    progress: Progress | None = None,
    circle: ThresholdParameters | None = None,
) -> None:
    """Make the server's key, fix trustees, rules and credentials on both boards, and let voters in.

    The server's key is mandatory and new for each election; with a circle of trustees it opens nothing
    alone: the draft's own, or one that was made elsewhere (`circle`). Refuses ELECTION_WRONG_PHASE,
    CREDENTIALS_NOT_ISSUED, OPENING_TOO_EARLY(opens_at), WINDOW_OVER(closes_at), CIRCLE_NOT_READY(names),
    CIRCLE_CHANGED, CIRCLE_UNSIGNED, OPENS_BY_CLOCK(opens_at) in an assembly, and what verifying the circle
    refuses.
    """
    report = progress or unwatched
    for _ in range(MOST_RACES):
        try:
            _open(site, uuid, actor, now, report, circle)
        except Conflict:
            # A letter was replaced, or all of them were issued anew: begin again with what is there now.
            continue
        return
    raise Refused(Refusal.BOARD_BUSY)


def _open(
    site: Site,
    uuid: str,
    actor: Actor,
    now: datetime,
    report: Progress,
    circle: ThresholdParameters | None,
) -> None:
    report(0, 3)
    with site.store.read() as tx:
        row = found(tx, uuid)
        _require_openable(row, now)
        require_opened(tx, row)
        entries = roll_rows.roll(tx, uuid)
        own = ready_parameters(tx, uuid)
        convening = convening_of(tx, row)
    circle = own or circle
    agenda = agenda_from_json(json.loads(row.agenda))
    rules = canonical_json(
        rules_document(
            agenda,
            [as_voter(entry) for entry in entries],
            receipt_key=site.keys.receipt_key_hex,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            group=row.group_name,
            convening=convening,
        )
    )
    group = group_named(row.group_name)
    key = generate_trustee_key(group)
    trustees_body = trustees_json([key.public, *([circle] if circle else [])])
    trustees = verify_trustees(group, trustees_body)
    if not trustees.signed:
        raise Refused(Refusal.CIRCLE_UNSIGNED)
    report(1, 3)
    election_json = encode(
        Election(
            description=f"rules sha256:{sha256(rules).hexdigest()}",
            name=row.title,
            group=row.group_name,
            public_key=group.serialise(trustees.election_key),
            questions=_questions(agenda),
            uuid=uuid,
        )
    )
    weights = area_weights(agenda, entries)
    setup = twin(
        BEFORE_SETUP,
        "Setup",
        setup_records(election_json, trustees_body, _credentials(weights, weighted=False)),
        setup_records(election_json, trustees_body, _credentials(weights, weighted=True)),
    )
    report(2, 3)
    values = {
        "phase": Phase.OPEN,
        "opened_at": now,
        "rules": rules,
        "ballots_each": agenda.revoting.most or NO_LIMIT,
        "election_json": election_json,
        "sealed_trustee_key": seal(site.keys, uuid, key.secret),
        **setup.head_values,
    }
    with site.store.write() as tx:
        if not rows.move(tx, uuid, Phase.DRAFT, values, issued=True):
            raise wrong_phase(found(tx, uuid), Act.OPEN)
        # From here the list is fixed for good: a code on it that no letter has, or the reverse, would spoil
        # the whole record.
        if (
            _credentials(area_weights(agenda, roll_rows.roll(tx, uuid)), weighted=True)
            != setup.area.records[2]
        ):
            raise Conflict("the roll changed while the ballot box was made ready")
        if ready_parameters(tx, uuid) != own:
            # Not tried again: whoever opens has seen who the trustees are.
            raise Refused(Refusal.CIRCLE_CHANGED)
        store_twins(tx, uuid, [setup], now)
        details = {
            "owners_event": setup.owners.hash,
            "area_event": setup.area.hash,
            "rules_sha256": sha256(rules).hexdigest(),
            **({"trustees": len(trustees.keys) - 1, "threshold": circle.threshold} if circle else {}),
            **assembly_head(tx, row),
        }
        log.append(site, tx, uuid, actor.name, "election-opened", details, now)
    report(3, 3)


def close_election(site: Site, uuid: str, actor: Actor, now: datetime, reason: str | None = None) -> str:
    """End the ballots and sign the digest of that minute; returns the checkpoint's text.

    Before `closes_at` only with a written reason, which is logged and reported. Refuses ELECTION_WRONG_PHASE,
    CLOSING_TOO_EARLY(closes_at) without a reason, REASON_MISSING(least) with too short a one, and
    CLOSES_BY_CLOCK(closes_at) in an assembly, whose notice said until when.
    """
    for _ in range(MOST_RACES):
        with site.store.write() as tx:
            row = found(tx, uuid)
            require(row, Act.CLOSE, Phase.OPEN)
            require_closed(tx, row)
            early = now < row.closes_at
            if early and reason is None:
                raise Refused(Refusal.CLOSING_TOO_EARLY, closes_at=shown(row.closes_at, row.zone))
            early_reason = require_reason(reason) if early else None
            end = twin(heads_of(row), "EndBallots")
            values = {
                "phase": Phase.CLOSED,
                "closed_at": now,
                "early_close_reason": early_reason,
                **end.head_values,
            }
            if not rows.move(tx, uuid, Phase.OPEN, values, height=row.height):
                continue
            store_twins(tx, uuid, [end], now)
            owners, area_dm2 = roll_rows.turnout(tx, uuid)
            details = {
                "height": end.heads.height,
                "owners_event": end.owners.hash,
                "area_event": end.area.hash,
                "voters": owners,
                **({"area_dm2": area_dm2} if counts_area(row) else {}),
                **({"early": early_reason} if early_reason else {}),
                **assembly_head(tx, row),
            }
            log.append(site, tx, uuid, actor.name, "election-closed", details, now)
            text = signed_checkpoint(site, tx, found(tx, uuid), now)
            rows.move(tx, uuid, Phase.CLOSED, {"closing_checkpoint": text})
            return text
    raise Refused(Refusal.BOARD_BUSY)


def publish_election(site: Site, uuid: str, actor: Actor, now: datetime) -> None:
    """Make the outcome public; voting links are no longer used.

    Refuses ELECTION_WRONG_PHASE, and PUBLISHED_BY_ASSEMBLY for an election of one.
    """
    with site.store.write() as tx:
        row = found(tx, uuid)
        require(row, Act.PUBLISH, Phase.COUNTED)
        if row.assembly_uuid is not None:
            raise Refused(Refusal.PUBLISHED_BY_ASSEMBLY)
        if not rows.move(tx, uuid, Phase.COUNTED, {"phase": Phase.PUBLISHED, "published_at": now}):
            raise wrong_phase(found(tx, uuid), Act.PUBLISH)
        log.append(site, tx, uuid, actor.name, "election-published", {}, now)


def signed_checkpoint(site: Site, tx: Transaction, row: ElectionRow, now: datetime) -> str:
    """The signed text that pins the boards, the rules and the log as they stand in this transaction."""
    assert row.rules is not None
    assert row.height is not None
    assert row.owners_head is not None
    assert row.area_head is not None
    pinned = Checkpoint(
        uuid=row.uuid,
        height=row.height,
        owners_head=row.owners_head,
        area_head=row.area_head,
        rules_sha256=sha256(row.rules).hexdigest(),
        log_head=log.head(tx, row.uuid),
        time=iso(now),
    )
    return sign_checkpoint(pinned, site.keys.receipt_key)


def _require_openable(row: ElectionRow, now: datetime) -> None:
    require_issued(row, Act.OPEN, Phase.DRAFT)
    if now < row.opens_at:
        raise Refused(Refusal.OPENING_TOO_EARLY, opens_at=shown(row.opens_at, row.zone))
    if now >= row.closes_at:
        raise Refused(Refusal.WINDOW_OVER, closes_at=shown(row.closes_at, row.zone))


def as_voter(entry: RollEntry) -> Voter:
    """The entry as the rules know it; owners' keys stay in the register."""
    return Voter(entry.voter, entry.name, entry.units, entry.area_dm2, entry.building, ())


def _questions(agenda: Agenda) -> tuple[Question, ...]:
    return tuple(
        Question(
            answers=asked.ballot.answers,
            min=asked.ballot.minimum,
            max=asked.ballot.maximum,
            question=asked.text,
        )
        for asked in asked_of(agenda.questions)
    )


def _credentials(weights: Mapping[str, int], *, weighted: bool) -> bytes:
    """The published list, sorted by credential so that its order tells nothing about voters."""
    return encode([f"{each},{weights[each]}" if weighted else each for each in sorted(weights)])
