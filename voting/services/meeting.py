"""The door that an assembly's letter opens: who is asking, once, and in which votes this person votes.

Behind it are the booths of the elections (`voting.services.booth`), each with a credential of its own that
the phone makes from the same code.
"""

from dataclasses import dataclass
from datetime import datetime

from voting.errors import Refusal, Refused
from voting.services.assembly_state import held
from voting.services.booth import require_open
from voting.services.deliveries import note_opened
from voting.services.entry import Shown, identified_letter, new_challenge
from voting.services.own_ballots import entered_meeting
from voting.services.site import Site
from voting.services.views import EnteredMeeting
from voting.store import elections as election_rows
from voting.store import letters as letter_rows
from voting.store import roll as roll_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction


@dataclass(frozen=True)
class MeetingView:
    """An assembly whose letters are out; `elections` are the uuids of its votes, oldest first."""

    uuid: str
    title: str
    estate: str
    elections: tuple[str, ...]
    closes_at: datetime


def meeting(site: Site, uuid: str, now: datetime) -> MeetingView:
    """What the page needs that asks for both factors.

    Refuses ASSEMBLY_UNKNOWN, also before letters, NOT_YET_OPEN(opens_at), ELECTION_CLOSED(closes_at) and
    LINK_EXPIRED.
    """
    with site.store.read() as tx:
        elections = served(tx, uuid)
        row = held(tx, uuid).row
    closes_at = require_any_open(elections, now).closes_at
    return MeetingView(row.uuid, row.title, row.estate, tuple(each.uuid for each in elections), closes_at)


def meeting_challenge(site: Site, uuid: str, now: datetime) -> str:
    """A text for the phone to sign. Refuses like `meeting`."""
    meeting(site, uuid, now)
    return new_challenge(site, uuid, now)


def enter_meeting(site: Site, uuid: str, shown: Shown, now: datetime) -> EnteredMeeting:
    """Whose letter this is, and the votes in which they vote, with the receipt of each that they have cast.

    Refuses like `meeting` and `entry.identified_letter`.
    """
    meeting(site, uuid, now)
    letter = identified_letter(site, uuid, shown, now)
    with site.store.read() as tx:
        entered = entered_meeting(site, tx, uuid, letter)
        served_now = [
            (row, roll_rows.entry(tx, row.uuid, letter.voters[row.uuid]))
            for row in served(tx, uuid)
            if row.uuid in letter.voters
        ]
    for row, entry in served_now:
        if entry is not None:
            note_opened(site, row, entry, now)
    return entered


def served(tx: Transaction, uuid: str) -> list[ElectionRow]:
    """The elections that an assembly's letters serve. Refuses ASSEMBLY_UNKNOWN, also where it has none."""
    held(tx, uuid)
    if not letter_rows.has_letters(tx, uuid):
        raise Refused(Refusal.ASSEMBLY_UNKNOWN)
    return election_rows.elections_of(tx, uuid)


def require_any_open(elections: list[ElectionRow], now: datetime) -> ElectionRow:
    """One of them that takes ballots. Refuses as the first of them does where none is open."""
    refused: list[Refused] = []
    for row in elections:
        try:
            require_open(row, now)
        except Refused as error:
            refused.append(error)
        else:
            return row
    raise refused[0]
