"""The trustees' shares: what each decrypts after the closing, and when there are enough to count.

A share is verified when it comes, in both measures, so that its sender hears at once of a mistake. For that
the sums are made of the board's ballots as they stand there, without verifying every ballot again: nothing is
decrypted here. The count, which decrypts, verifies them all (`counting`).
"""

import json
from collections.abc import Sequence
from datetime import datetime

from msgspec import UNSET

from voting.errors import Refusal, Refused, placed
from voting.protocol.ballot import UnsafeBallot, unsafe_ballot
from voting.protocol.election import ElectionContext
from voting.protocol.encoding import decode, encode
from voting.protocol.opening import verify_ballot_share
from voting.protocol.tally import (
    PartialDecryption,
    encrypted_tally,
    last_ballots,
    verify_partial_decryption,
)
from voting.protocol.trustees import VerifiedTrustees, verify_trustees
from voting.rules.agenda import agenda_from_json
from voting.rules.secrecy import Secrecy
from voting.services import log
from voting.services.board import ballot_bodies, context, setup_bodies
from voting.services.circles import Invited, circle_row, invited_trustee
from voting.services.phases import found, require
from voting.services.site import Site
from voting.services.trustee import Share, partial_decryptions
from voting.services.views import Act, Phase
from voting.services.weights import area_weights
from voting.store import elections as election_rows
from voting.store import roll as roll_rows
from voting.store import trustees as rows
from voting.store.elections import ElectionRow
from voting.store.engine import Conflict, Transaction
from voting.store.trustees import ShareRow


def post_share(site: Site, uuid: str, invited: Invited, body: bytes, now: datetime) -> None:
    """Take a trustee's partial decryptions of a closed election; the same again is accepted.

    Refuses JSON_*, THRESHOLD_SHAPE without one of the measures, SHARE_OF_BALLOTS_MISSING in an open election,
    TRUSTEE_NOT_IN_ELECTION for a share of another election or another trustee, SHARE_REFUSED(name) for one
    that does not verify (it is logged and not stored), TRUSTEE_SENT_BEFORE for a second one,
    ELECTION_WRONG_PHASE unless closed, and TRUSTEE_NOT_ENTERED.
    """
    share = decode(Share, body, "share")
    owners, area = partial_decryptions(share)
    sent = ShareRow(owners, area, now, None if share.ballots is UNSET else encode(share.ballots))
    with site.store.read() as tx:
        row = found(tx, uuid)
        own = invited_trustee(circle_row(tx, uuid), invited)
        if _sent_before(tx, uuid, own.number, sent):
            return
        require(row, Act.SHARE, Phase.CLOSED)
        _require_ballots(row, share)
        ballots = ballot_bodies(tx, uuid)
        entries = roll_rows.roll(tx, uuid)
        trustees_body = setup_bodies(tx, uuid)[1]
    assert row.election_json is not None
    election = context(row.election_json)
    trustees = verify_trustees(election.group, trustees_body)
    by_area = area_weights(agenda_from_json(json.loads(row.agenda)), entries)
    owner = trustees.circle_owner(own.number)
    if (share.uuid, share.owner) != (uuid, owner):
        raise Refused(Refusal.TRUSTEE_NOT_IN_ELECTION)
    decoded = [unsafe_ballot(election.group, each) for each in ballots]
    try:
        for weighted, part in ((False, owners), (True, area)):
            weights = by_area if weighted else dict.fromkeys(by_area, 1)
            sums = encrypted_tally(election, decoded, weights)[0]
            verify_partial_decryption(election, sums, trustees.key_of(owner), part, owner)
        if share.ballots is not UNSET:
            _verify_each(election, trustees, last_ballots(decoded), owner, share.ballots)
    except Refused as refused:
        with site.store.write() as tx:
            details = {"trustee": own.number, "refusal": refused.refusal.value}
            log.append(site, tx, uuid, own.name, "trustee-share-refused", details, now)
        raise Refused(Refusal.SHARE_REFUSED, name=own.name) from refused
    try:
        with site.store.write() as tx:
            election_rows.hold(tx, uuid)
            invited_trustee(circle_row(tx, uuid), invited)
            require(found(tx, uuid), Act.SHARE, Phase.CLOSED)
            rows.add_share(tx, uuid, own.number, sent)
            log.append(site, tx, uuid, own.name, "trustee-sent-share", {"trustee": own.number}, now)
    except Conflict:
        # Sent twice at the same instant.
        with site.store.read() as tx:
            _sent_before(tx, uuid, own.number, sent)


def stored_shares(tx: Transaction, uuid: str, trustees: VerifiedTrustees) -> dict[int, tuple[bytes, bytes]]:
    """The shares that came, by owner: by owners and by area."""
    return {
        trustees.circle_owner(number): (share.owners, share.area)
        for number, share in rows.shares(tx, uuid).items()
    }


def stored_ballot_shares(
    tx: Transaction, uuid: str, trustees: VerifiedTrustees
) -> dict[int, tuple[PartialDecryption, ...]]:
    """The shares of each ballot of an open election, by owner."""
    return {
        trustees.circle_owner(number): decode(tuple[PartialDecryption, ...], share.ballots, "ballots")
        for number, share in rows.shares(tx, uuid).items()
        if share.ballots is not None
    }


def _verify_each(
    election: ElectionContext,
    trustees: VerifiedTrustees,
    ballots: Sequence[UnsafeBallot],
    owner: int,
    shares: Sequence[PartialDecryption],
) -> None:
    if len(shares) != len(ballots):
        raise Refused(Refusal.DECRYPTION_SHAPE, trustee=owner)
    for number, (ballot, each) in enumerate(zip(ballots, shares, strict=True), 1):
        with placed(ballot=number):
            verify_ballot_share(election, trustees, ballot, owner, each)


def _require_ballots(row: ElectionRow, share: Share) -> None:
    """Refuses SHARE_OF_BALLOTS_MISSING in an open election, THRESHOLD_SHAPE for ballots in any other."""
    assert row.rules is not None
    opens_all = json.loads(row.rules)["secrecy"] == Secrecy.OPEN
    if opens_all and share.ballots is UNSET:
        raise Refused(Refusal.SHARE_OF_BALLOTS_MISSING)
    if not opens_all and share.ballots is not UNSET:
        raise Refused(Refusal.THRESHOLD_SHAPE, what="share")


def _sent_before(tx: Transaction, uuid: str, number: int, sent: ShareRow) -> bool:
    """Whether this very share is in. Refuses TRUSTEE_SENT_BEFORE when another one is."""
    before = rows.shares(tx, uuid).get(number)
    if before is None:
        return False
    if (before.owners, before.area, before.ballots) != (sent.owners, sent.area, sent.ballots):
        raise Refused(Refusal.TRUSTEE_SENT_BEFORE)
    return True
