"""Cast as intended: a voter has a sealed ballot opened instead of casting it, as often as wished.

The phone announces the ballot *before* it gives away what opens it. From then on the ballot is spent: whoever
learns its choices can neither cast it nor have it cast. Its body is public, so that any second device can
compute what was sealed (`voting.protocol.challenged`); the choices themselves never come here.
"""

import re
from datetime import datetime

from voting.errors import Refusal, Refused
from voting.protocol.ballot import decode_ballot, verify_ballot
from voting.services.board import context
from voting.services.booth import require_entitled, require_open
from voting.services.phases import found
from voting.services.site import Site
from voting.store import board as board_rows
from voting.store import challenged as rows
from voting.store import roll as roll_rows

KEPT = 5  # bodies of one voter's opened ballots: about 30 kB each; all trackers stay
_TRACKER = re.compile(r"[A-Za-z0-9+/]{43}")


def challenge_ballot(
    site: Site, uuid: str, voter: int, body: bytes, now: datetime, entered: str | None = None
) -> str:
    """Spend a sealed ballot, and return its tracker; announced twice, it is one.

    Refuses what `cast_ballot` refuses: only a ballot that could have been cast says anything about the phone.
    ALREADY_VOTED also for a ballot that stands on the board: opened, it would show how somebody voted.
    """
    credential = decode_ballot(body).credential
    with site.store.read() as tx:
        row = found(tx, uuid)
        require_open(row, now)
        require_entitled(roll_rows.entry(tx, uuid, voter), voter, credential, entered)
    assert row.election_json is not None
    ballot = verify_ballot(context(row.election_json), body)
    with site.store.write() as tx:
        # The entry is held: the same voter's casting waits, and finds what is written here.
        row = found(tx, uuid)
        require_open(row, now)
        require_entitled(roll_rows.entry(tx, uuid, voter, hold=True), voter, ballot.credential, entered)
        cast = board_rows.ballots_of(tx, uuid, voter)
        if len(cast) >= row.ballots_each or any(each.tracker == ballot.tracker for each in cast):
            raise Refused(Refusal.ALREADY_VOTED)
        if not rows.is_challenged(tx, uuid, ballot.tracker):
            rows.add(tx, uuid, voter, ballot.tracker, ballot.body, now, KEPT)
    return ballot.tracker


def challenged_ballot(site: Site, uuid: str, tracker: str) -> bytes:
    """The body of an opened ballot, for anybody. Refuses ELECTION_UNKNOWN and CHALLENGED_UNKNOWN."""
    with site.store.read() as tx:
        found(tx, uuid)
        body = rows.body(tx, uuid, tracker) if _TRACKER.fullmatch(tracker) else None
    if body is None:
        raise Refused(Refusal.CHALLENGED_UNKNOWN)
    return body
