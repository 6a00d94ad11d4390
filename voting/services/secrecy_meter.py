"""How much the published totals would give away, of a draft's roll and of a count, for organisers alone.

Heads without areas tell nobody apart, so that a residents' meeting is not measured.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from voting.rules.agenda import agenda_from_json
from voting.rules.questions import CommitteeContest, asked_of
from voting.rules.secrecy_meter import Fit, Forecast, Total, fit, forecast
from voting.services.electorate import electorate
from voting.services.phases import found
from voting.services.site import Site
from voting.services.weights import has_area
from voting.store import roll as roll_rows


@dataclass(frozen=True)
class Measured:
    """What a ballot asked, and how many sets of votes fit its totals."""

    text: str
    fit: Fit


def prospect(site: Site, uuid: str) -> Forecast | None:
    """Who could be told by area alone, of the voters of a draft; None without a register or without areas."""
    with site.store.read() as tx:
        row = found(tx, uuid)
        agenda = agenda_from_json(json.loads(row.agenda))
        if not has_area(agenda):
            return None
        everybody = electorate(tx, row, agenda).voters
    return forecast([voter.area_dm2 for voter in everybody]) if everybody else None


def after_count(site: Site, uuid: str) -> tuple[Measured, ...]:
    """The totals of a count, one by one; nothing before the count, or without areas."""
    with site.store.read() as tx:
        row = found(tx, uuid)
        agenda = agenda_from_json(json.loads(row.agenda))
        if row.outcome is None or not has_area(agenda):
            return ()
        outcome = json.loads(row.outcome)
        areas = tuple(sorted(each.area_dm2 for each in roll_rows.roll(tx, uuid) if each.has_voted))
    measured = []
    for asked in asked_of(agenda.questions):
        counts = outcome["questions"][asked.question.id]["counts"]
        if isinstance(asked.question, CommitteeContest) and not asked.question.each:
            for name in asked.ballot.answers:
                ticked = _total(counts[name])
                rest = (len(areas) - ticked[0], sum(areas) - ticked[1])
                measured.append(Measured(f"{asked.text}：{name}", _fit(areas, (ticked, rest))))
            continue
        of = counts[asked.ballot.about] if asked.ballot.about else counts
        totals = tuple(_total(of[answer]) for answer in asked.ballot.answers)
        measured.append(Measured(asked.text, _fit(areas, totals)))
    return tuple(measured)


def _total(counted: Mapping[str, Any]) -> Total:
    return counted["owners"], int(str(counted["area_m2"]).replace(".", ""))


@lru_cache(maxsize=256)
def _fit(areas: Sequence[int], totals: Sequence[Total]) -> Fit:
    """Up to two seconds, and the page is looked at more than once."""
    return fit(areas, totals)
