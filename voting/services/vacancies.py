"""What a by-election may fill: the seats that the newest final result left vacant, beside those who stay.

The assembly's log says from which outcome it was planned, for how many seats; the names are that outcome's.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.agenda import agenda_from_json
from voting.rules.assembly import Phase
from voting.rules.questions import CommitteeContest
from voting.services.assembly_state import contests, held
from voting.services.views import Phase as ElectionPhase
from voting.store import elections as election_rows
from voting.store import log as log_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction

FINAL = (Phase.FINAL, Phase.FILED)
PLANNED = "by-election-planned"


def elected_since(tx: Transaction, row: ElectionRow) -> str | None:
    """The title of a later vote with a final result that elected members for the same scope: who is in
    office, and what is vacant, stands there."""
    scope = agenda_from_json(json.loads(row.agenda)).scope
    for other in election_rows.list_elections(tx):
        published = other.phase == ElectionPhase.PUBLISHED and other.outcome is not None
        if other.estate_id != row.estate_id or not published:
            continue
        if row.closed_at is None or other.closed_at is None or other.closed_at <= row.closed_at:
            continue
        if other.assembly_uuid is not None and held(tx, other.assembly_uuid).state.phase not in FINAL:
            continue
        decided = json.loads(other.outcome or "{}")["questions"].values()
        elected = any(each["kind"] == "committee" and each["elected"] for each in decided)
        if elected and agenda_from_json(json.loads(other.agenda)).scope == scope:
            return other.title
    return None


def vacancy_obstacles(tx: Transaction, assembly: str, found: Sequence[CommitteeContest]) -> Iterator[Refused]:
    """SITTING_NOT_PLANNED for members who stay by name in an assembly that was not planned as a by-election;
    BY_ELECTION_DIFFERS(members, vacant) for others, or other seats, than those that the outcome left; and
    COMMITTEE_ELECTED_SINCE(title) once a newer one says who is in office."""
    planned = _planned(tx, assembly)
    if planned is None:
        if any(contest.sitting_members for contest in found):
            yield Refused(Refusal.SITTING_NOT_PLANNED)
        return
    row = election_rows.election_row(tx, planned["fills"])
    known = _known(row) if row is not None else set()
    for contest in found:
        said = (contest.sitting, len(contest.sitting_members), contest.seats)
        left = (planned["members"], planned["members"], planned["vacant"])
        if said != left or not known.issuperset(contest.sitting_members):
            yield Refused(Refusal.BY_ELECTION_DIFFERS, members=planned["members"], vacant=planned["vacant"])
    later = elected_since(tx, row) if row is not None else None
    if later is not None:
        yield Refused(Refusal.COMMITTEE_ELECTED_SINCE, title=later)


def _planned(tx: Transaction, assembly: str) -> Mapping[str, Any] | None:
    entries = [json.loads(line) for line in log_rows.lines(tx, assembly)]
    return next((each["details"] for each in entries if each["act"] == PLANNED), None)


def _known(row: ElectionRow) -> set[str]:
    """Everybody whom the outcome can have left in office."""
    decided = json.loads(row.outcome)["questions"] if row.outcome is not None else {}
    known: set[str] = set()
    for contest in contests(row):
        of = decided.get(contest.id, {})
        known |= {*contest.sitting_members, *of.get("elected", ()), *of.get("alternates", ())}
    return known
