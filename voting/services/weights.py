"""What a voter weighs on the second of the two boards: the area, or one where heads alone are counted.

A residents' meeting (居民会议) counts heads. Its record has two archives like every other; both say the same.
"""

import json
from collections.abc import Iterable, Sequence

from voting.rules.agenda import Agenda, agenda_from_json
from voting.rules.roll import Voter
from voting.rules.terms import Terms
from voting.store.elections import ElectionRow
from voting.store.roll import RollEntry


def has_area(agenda: Agenda) -> bool:
    """Whether area is one of the measures."""
    return "area" in (agenda.terms or Terms()).measures


def counts_area(row: ElectionRow) -> bool:
    """The same of an election that is stored."""
    return has_area(agenda_from_json(json.loads(row.agenda)))


def electorate_area(agenda: Agenda, everybody: Sequence[Voter]) -> int | None:
    """The area of the whole electorate in 0.01 m²; None of nobody, and where area is not counted."""
    return sum(voter.area_dm2 for voter in everybody) or None if has_area(agenda) else None


def area_weights(agenda: Agenda, entries: Iterable[RollEntry]) -> dict[str, int]:
    """Public credential -> weight on the second board, in 0.01 m², or 1."""
    counted = has_area(agenda)
    return {entry.public_credential: entry.area_dm2 if counted else 1 for entry in entries}
