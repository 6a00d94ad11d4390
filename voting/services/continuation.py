"""What anybody needs to see that the board has only grown: its events from one place on.

Of an event this tells its type and its payload's hash (for a ballot that is its tracker in hexadecimal), no
time and no voter; and of a ballot that replaces another one of the same voter, which, as the record will show
anybody. Whoever holds a receipt computes the hashes, link by link, and arrives at the head that a
checkpoint signs (`static/js/protocol/receipt.js`).
"""

from dataclasses import dataclass
from typing import Any

from voting.errors import Refusal, Refused
from voting.services.phases import found
from voting.services.site import Site
from voting.store import board as rows

MOST_EVENTS = 1000  # in one answer: about 140 kB


@dataclass(frozen=True)
class Continuation:
    """Events from one height on; hashes in hex, `parents` those of the event before, (owners, area)."""

    parents: tuple[str, str]
    events: tuple[tuple[str, str | None, str | None], ...]
    """(type, payload by owners, payload by area)"""
    replaced: tuple[tuple[int, int], ...] = ()
    """(height of a ballot, height of the later one among these that replaces it)"""

    def as_json(self) -> dict[str, Any]:
        """The same as a JSON object; a payload that both share is said once."""
        return {
            "parents": {"owners": self.parents[0], "area": self.parents[1]},
            "events": [
                [kind, owners] if owners == area else [kind, owners, area]
                for kind, owners, area in self.events
            ],
            "replaced": [list(pair) for pair in self.replaced],
        }


def continuation(site: Site, uuid: str, height: int) -> Continuation:
    """At most MOST_EVENTS events from `height` (1 or more) on; none where the board is shorter.

    Refuses ELECTION_UNKNOWN, and BOARD_TOO_SHORT(height) where not even the event before is there.
    """
    with site.store.read() as tx:
        found(tx, uuid)
        listed = rows.events_from(tx, uuid, height - 1, MOST_EVENTS + 1)
        replaced = rows.replacements(tx, uuid)
    if height < 1 or not listed or listed[0].height != height - 1:
        raise Refused(Refusal.BOARD_TOO_SHORT, height=height)
    before, *after = listed
    return Continuation(
        (before.owners_hash, before.area_hash),
        tuple((event.type, event.owners_payload, event.area_payload) for event in after),
        tuple((earlier, later) for earlier, later in replaced.items() if 0 <= later - height < len(after)),
    )


@dataclass(frozen=True)
class PublishedTexts:
    """The exact texts that an opened election's ballots are bound to; rules by digest, in the description."""

    election_json: str
    rules_json: str


def published_texts(site: Site, uuid: str) -> PublishedTexts:
    """Refuses ELECTION_UNKNOWN, also for a draft: it has none yet."""
    with site.store.read() as tx:
        row = found(tx, uuid)
    if row.election_json is None or row.rules is None:
        raise Refused(Refusal.ELECTION_UNKNOWN)
    return PublishedTexts(row.election_json.decode(), row.rules.decode())
