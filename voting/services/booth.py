"""The booth: who is asking, and one ballot a voter, which can be replaced where the election allows it.

Two factors let a voter in: a signature made with the credential of the letter, which never leaves the phone,
and the last four characters of a registered number. Neither alone can cast a ballot.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from voting.errors import Refusal, Refused
from voting.protocol.ballot import VerifiedBallot, decode_ballot, tracker, verify_ballot
from voting.rules.document import rules_agenda
from voting.rules.secrecy import Secrecy
from voting.rules.terms import Terms
from voting.services.board import context, heads_of, store_twins, twin
from voting.services.deliveries import note_opened
from voting.services.entry import Shown, holder, identified, new_challenge
from voting.services.helped import Helper, remember
from voting.services.names import masked
from voting.services.own_ballots import entered_meeting
from voting.services.phases import found
from voting.services.receipts import receipt, receipt_of, receipts
from voting.services.second_factor import mark
from voting.services.site import Site
from voting.services.views import BoothView, Entered, Phase, Receipt
from voting.services.wire import shown
from voting.store import board as board_rows
from voting.store import challenged as challenged_rows
from voting.store import letters as letter_rows
from voting.store import roll as roll_rows
from voting.store.board import BallotRow
from voting.store.elections import ElectionRow
from voting.store.engine import Conflict, Transaction
from voting.store.roll import RollEntry

__all__ = ["booth", "cast_ballot", "enter_booth", "entry_challenge", "receipt", "receipts"]

MOST_RACES = 1000  # ballots of others that may be appended between reading the head and moving it


def booth(site: Site, uuid: str, now: datetime) -> BoothView:
    """All that the booth's page needs.

    Refuses ELECTION_UNKNOWN, NOT_YET_OPEN(opens_at), ELECTION_CLOSED(closes_at) and LINK_EXPIRED.
    """
    with site.store.read() as tx:
        row = found(tx, uuid)
    require_open(row, now)
    assert row.election_json is not None
    assert row.rules is not None
    rules = json.loads(row.rules)
    agenda = rules_agenda(rules)
    terms = agenda.terms
    return BoothView(
        uuid=row.uuid,
        title=row.title,
        estate=row.estate,
        election_json=row.election_json.decode(),
        questions=rules["questions"],
        phase=Phase(row.phase),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        secrecy=Secrecy(rules["secrecy"]),
        deemed=terms.deemed if terms else None,
        of_owners=(terms or Terms()).of_owners,
        revoting=agenda.revoting,
    )


def entry_challenge(site: Site, uuid: str, now: datetime) -> str:
    """A text for the phone to sign: `<time>.<nonce>.<our mark>`; nothing is stored. Refuses like `booth`."""
    with site.store.read() as tx:
        require_open(found(tx, uuid), now)
    return new_challenge(site, uuid, now)


def enter_booth(
    site: Site,
    uuid: str,
    public_credential: str,
    challenge: str,
    proof: Mapping[str, Any],
    digits: str,
    now: datetime,
) -> Entered:
    """The voter behind a credential and a second factor; with the receipt, when they have already voted.

    `proof` is `{"challenge", "response"}`, the credential's signature of `enter|<uuid>|<challenge>`. Refuses
    what `booth` refuses, CHALLENGE_INVALID, CHALLENGE_EXPIRED, CREDENTIAL_UNKNOWN, CREDENTIAL_REPLACED,
    MESSAGE_PROOF_INVALID, CREDENTIAL_LOCKED, SECOND_FACTOR_MISSING, SECOND_FACTOR_LOCKED and
    SECOND_FACTOR_WRONG(left).
    """
    with site.store.read() as tx:
        row = found(tx, uuid)
    require_open(row, now)
    held = identified(site, row, Shown("enter", public_credential, challenge, proof, digits), now)
    note_opened(site, row, held, now)
    return _entered(site, row, held)


def enter_next_booth(
    site: Site, uuid: str, shown: Shown, assembly: str, letter: int, entered: str, now: datetime
) -> Entered:
    """Let somebody in who has shown both factors of an assembly's letter already.

    `assembly`, `letter` and `entered` are what `enter_meeting` gave, the last its mark. Refuses like
    `enter_booth`, and BOOTH_NOT_ENTERED where the code is of another letter or the desk has replaced the
    second factor since.
    """
    with site.store.read() as tx:
        row = found(tx, uuid)
    require_open(row, now)
    entry = holder(site, row, shown, now)
    if (row.assembly_uuid, entry.letter) != (assembly, letter):
        raise Refused(Refusal.BOOTH_NOT_ENTERED)
    require_entitled(entry, entry.voter, shown.public_credential, entered)
    note_opened(site, row, entry, now)
    return _entered(site, row, entry)


def _entered(site: Site, row: ElectionRow, held: RollEntry) -> Entered:
    meeting = None
    with site.store.read() as tx:
        cast = board_rows.ballots_of(tx, row.uuid, held.voter)
        if held.letter is not None and row.assembly_uuid is not None:
            letter = letter_rows.letter(tx, row.assembly_uuid, held.letter)
            meeting = entered_meeting(site, tx, row.assembly_uuid, letter) if letter else None
    return Entered(
        voter=held.voter,
        name_masked=masked(held.name),
        units=tuple(unit.label for unit in held.units),
        receipt=receipt_of(site, row.uuid, cast[-1]) if cast else None,
        may_vote=len(cast) < row.ballots_each,
        mark=mark(held.factors),
        meeting=meeting,
    )


def cast_ballot(
    site: Site,
    uuid: str,
    voter: int,
    body: bytes,
    now: datetime,
    entered: str | None = None,
    replaces: str | None = None,
    helper: Helper | None = None,
) -> Receipt:
    """Verify a ballot, append it to both boards, and return the signed receipt.

    `replaces` is the tracker of the voter's ballot that this one is to replace, None for the first: of two
    phones in one household neither replaces what its holder has not seen. `entered` is the mark that
    `enter_booth` gave, so that whoever came in with a second factor that the desk has since replaced is out
    again; None where the caller vouches for the voter (rehearsals). `helper` operated the phone: remembered
    beside the board, where nobody but organisers and auditors looks.

    1. Decode strictly. 2. In a short read: whose it is; a ballot sent twice has its receipt; phase, lock.
    3. Verify proofs and signature with no transaction open. 4. Append on the condition that the head has not
    moved and the election is open; when another ballot was first, read the head again. 5. The receipt.

    Refuses JSON_…, ELEMENT_…, BALLOT_…, what `booth` refuses, VOTER_UNKNOWN, CREDENTIAL_LOCKED,
    CREDENTIAL_NOT_YOURS, BOOTH_NOT_ENTERED, BALLOT_CHALLENGED, ALREADY_VOTED, VOTED_AGAIN_BEFORE and
    VOTED_MEANWHILE.
    """
    credential = decode_ballot(body).credential
    with site.store.read() as tx:
        row = found(tx, uuid)
        entry = roll_rows.entry(tx, uuid, voter)
        cast = board_rows.ballots_of(tx, uuid, voter)
        if cast:
            # On a shared phone a neighbour's ballot may come in this voter's session: it is not "voted".
            _require_own(entry, voter, credential)
        if sent_before := _same(cast, tracker(body)):
            return receipt_of(site, uuid, sent_before)
        _require_replaceable(row, cast, replaces)
        require_open(row, now)
        require_entitled(entry, voter, credential, entered)
    assert row.election_json is not None
    verified = verify_ballot(context(row.election_json), body)
    for _ in range(MOST_RACES):
        try:
            with site.store.write() as tx:
                stored = _append(tx, uuid, voter, verified, now, entered, replaces, helper)
        except Conflict:
            # The same voter's other ballot came between: the next round finds it.
            continue
        if stored is not None:
            return receipt_of(site, uuid, stored)
    raise Refused(Refusal.BOARD_BUSY)


def _append(
    tx: Transaction,
    uuid: str,
    voter: int,
    ballot: VerifiedBallot,
    now: datetime,
    entered: str | None,
    replaces: str | None,
    helper: Helper | None,
) -> BallotRow | None:
    """Append, and return how the ballot stands on the board; None when the head had moved."""
    cast = board_rows.ballots_of(tx, uuid, voter)
    if sent_before := _same(cast, ballot.tracker):
        return sent_before
    row = found(tx, uuid)
    _require_replaceable(row, cast, replaces)
    require_open(row, now)
    require_entitled(roll_rows.entry(tx, uuid, voter, hold=True), voter, ballot.credential, entered)
    if challenged_rows.is_challenged(tx, uuid, ballot.tracker):
        raise Refused(Refusal.BALLOT_CHALLENGED)
    heads = heads_of(row)
    event = twin(heads, "Ballot", (ballot.body,))
    if not board_rows.advance(tx, uuid, Phase.OPEN, heads.height, event.owners.hash, event.area.hash):
        return None
    store_twins(tx, uuid, [event], now)
    number, height = len(cast) + 1, event.heads.height
    board_rows.add_ballot(tx, uuid, voter, ballot.tracker, height, number, row.ballots_each)
    if helper is not None:
        remember(tx, uuid, voter, ballot.tracker, helper, now)
    return board_rows.ballot_of(tx, uuid, voter)


def _same(cast: Sequence[BallotRow], sought: str) -> BallotRow | None:
    return next((each for each in cast if each.tracker == sought), None)


def _require_replaceable(row: ElectionRow, cast: Sequence[BallotRow], replaces: str | None) -> None:
    """Another ballot of a voter who has cast these. Refuses ALREADY_VOTED, VOTED_AGAIN_BEFORE and, where the
    last one is not the one that is to be replaced, VOTED_MEANWHILE."""
    if cast and len(cast) >= row.ballots_each:
        raise Refused(Refusal.ALREADY_VOTED if row.ballots_each == 1 else Refusal.VOTED_AGAIN_BEFORE)
    if (cast[-1].tracker if cast else None) != replaces:
        raise Refused(Refusal.VOTED_MEANWHILE)


def require_open(row: ElectionRow, now: datetime) -> None:
    """From `closes_at` on no ballot is taken, whatever the stored phase says."""
    match Phase(row.phase):
        case Phase.DRAFT if row.issued_at is None:
            raise Refused(Refusal.ELECTION_UNKNOWN)
        case Phase.DRAFT:
            raise Refused(Refusal.NOT_YET_OPEN, opens_at=shown(row.opens_at, row.zone))
        case Phase.PUBLISHED:
            raise Refused(Refusal.LINK_EXPIRED)
        case Phase.OPEN if now < row.closes_at:
            return
    ended = min(row.closed_at, row.closes_at) if row.closed_at else row.closes_at
    raise Refused(Refusal.ELECTION_CLOSED, closes_at=shown(ended, row.zone))


def _require_own(entry: RollEntry | None, voter: int, credential: str) -> RollEntry:
    if entry is None:
        raise Refused(Refusal.VOTER_UNKNOWN, voter=voter)
    if entry.public_credential != credential:
        raise Refused(Refusal.CREDENTIAL_NOT_YOURS)
    return entry


def require_entitled(entry: RollEntry | None, voter: int, credential: str, entered: str | None) -> None:
    """Refuses VOTER_UNKNOWN, CREDENTIAL_NOT_YOURS, CREDENTIAL_LOCKED and BOOTH_NOT_ENTERED."""
    own = _require_own(entry, voter, credential)
    if own.locked:
        raise Refused(Refusal.CREDENTIAL_LOCKED)
    if entered is not None and entered != mark(own.factors):
        raise Refused(Refusal.BOOTH_NOT_ENTERED)
