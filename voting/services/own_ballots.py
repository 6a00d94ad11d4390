"""What one letter of an assembly is for, as its holder sees it: every vote, and each receipt."""

import json

from voting.services.names import masked
from voting.services.receipts import receipt_of
from voting.services.second_factor import mark
from voting.services.site import Site
from voting.services.views import EnteredMeeting, OwnBallot, Phase
from voting.store import board as board_rows
from voting.store import elections as election_rows
from voting.store import roll as roll_rows
from voting.store.engine import Transaction
from voting.store.letters import LetterRow


def entered_meeting(site: Site, tx: Transaction, assembly_uuid: str, letter: LetterRow) -> EnteredMeeting:
    """The holder, who has shown both factors, and their votes in the order in which they were planned."""
    ballots, entries = [], []
    for row in election_rows.elections_of(tx, assembly_uuid):
        entry = roll_rows.entry(tx, row.uuid, letter.voters[row.uuid]) if row.uuid in letter.voters else None
        if entry is None:
            continue
        entries.append(entry)
        cast = board_rows.ballots_of(tx, row.uuid, entry.voter)
        ballots.append(
            OwnBallot(
                uuid=row.uuid,
                title=row.title,
                questions=len(json.loads(row.agenda)["questions"]),
                opens_at=row.opens_at,
                closes_at=row.closes_at,
                phase=Phase(row.phase),
                receipt=receipt_of(site, row.uuid, cast[-1]) if cast else None,
                may_vote=len(cast) < row.ballots_each,
            )
        )
    return EnteredMeeting(
        assembly=assembly_uuid,
        letter=letter.number,
        name_masked=masked(entries[0].name),
        units=tuple(dict.fromkeys(unit.label for entry in entries for unit in entry.units)),
        ballots=tuple(ballots),
        mark=mark(letter.factors),
    )
