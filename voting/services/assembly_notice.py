"""The notice of an assembly: what stands against it beside the clock, and what is fixed with it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.assembly import About, Act
from voting.rules.assembly_periods import uncorrected
from voting.rules.committee import check_incomplete, check_size, most_alternates
from voting.rules.convening import effect_obstacles
from voting.rules.roll import Voter, roll_digest
from voting.services.assembly_roll import COUNTED, assembly_units, assembly_voters, named, version
from voting.services.assembly_state import (
    Held,
    candidates_digest,
    contests,
    items,
    material_digests,
    plan_obstacles,
    voters_of,
)
from voting.services.bound_materials import bound
from voting.services.candidate_list import is_behind
from voting.services.vacancies import vacancy_obstacles
from voting.store import assemblies as rows
from voting.store import elections as election_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction


def notice_obstacles(tx: Transaction, assembly: Held) -> list[Refused]:
    """What stands against a notice beside the clock."""
    elections = election_rows.elections_of(tx, assembly.uuid)
    if not elections:
        return [Refused(Refusal.NOTICE_WITHOUT_ITEMS)]
    found = [
        Refused(Refusal.LETTERS_OUT, title=each.title) for each in elections if each.issued_at is not None
    ]
    found += effect_obstacles(assembly.state.plan)
    found += _uncorrected(tx, assembly)
    # A setting can be changed after a draft was written.
    found += [each for row in elections for each in plan_obstacles(assembly.state.plan, row.agenda)]
    found += _committee_obstacles(tx, assembly, elections)
    published = assembly.facts_of(Act.PUBLISH_CANDIDATES)
    changed = published is not None and published["candidates_sha256"] != candidates_digest(elections)
    if changed or is_behind(tx, assembly.uuid, elections):
        found.append(Refused(Refusal.CANDIDATES_CHANGED))
    return found


def _uncorrected(tx: Transaction, assembly: Held) -> Iterator[Refused]:
    """Upheld objections to the roll that nothing on it was changed for since they were filed."""
    changes = [(each.changed_at, named(each)) for each in rows.roll_change_rows(tx, assembly.uuid)]
    for number in uncorrected(assembly.state, changes):
        yield Refused(Refusal.OBJECTION_UNHEEDED, about=About.ROLL.value, number=number)


def _committee_obstacles(
    tx: Transaction, assembly: Held, elections: Sequence[ElectionRow]
) -> Iterator[Refused]:
    """Committees of a size, or with alternates, that the place does not allow an estate like this one."""
    found = [contest for election in elections for contest in contests(election)]
    if not found:
        return  # the whole roll is read below
    yield from vacancy_obstacles(tx, assembly.uuid, found)
    settings = assembly.state.plan.settings
    units = assembly_units(tx, assembly.row)
    households = sum(COUNTED.holds(unit) for unit in units)
    # 建筑面积 (上海 art. 20) is everything that was built, parking included.
    area_dm2 = sum(unit.area_dm2 for unit in units)
    for contest in found:
        size = contest.size or contest.seats
        for check in (
            partial(check_size, settings, size, households, area_dm2),
            partial(check_incomplete, settings, contest, households, area_dm2),
        ):
            try:
                check()
            except Refused as refused:
                yield refused
        most = most_alternates(settings, size, len(contest.candidates))
        if contest.alternates > most:
            yield Refused(Refusal.ALTERNATES_TOO_MANY, alternates=contest.alternates, most=most)


def notice_facts(tx: Transaction, assembly: Held, elections: Sequence[ElectionRow]) -> dict[str, Any]:
    """What is fixed with a notice: the roll, and each election's questions, voters and area, by digest."""
    row = assembly.row
    everyone = assembly_voters(tx, row, COUNTED)
    fixed = []
    for election in elections:
        voters = voters_of(tx, row, election)
        if not voters:
            raise Refused(Refusal.ROLL_EMPTY)
        agenda = json.loads(election.agenda)
        readable = bound(tx, election.uuid, agenda)
        read = material_digests(readable)
        questions: list[dict[str, str]] = []
        for item in items(tx, row, [election])[:-1]:
            _uuid, name, digest = item.key.split("/")
            about = {"materials_sha256": read[name]} if name in read else {}
            questions.append({"id": name, "text": item.words, "sha256": digest, **about})
        fixed.append(
            {
                "uuid": election.uuid,
                "title": election.title,
                "scope": agenda["scope"],
                "questions": questions,
                **({"materials": _materials(readable)} if readable else {}),
                **totals(voters),
            }
        )
    return {"roll": {"version": version(tx, row), **totals(everyone)}, "elections": fixed}


def _materials(readable: Mapping[str, list[list[str]]]) -> list[dict[str, Any]]:
    """By digest: candidates' names stand in the questions already."""
    return [{"question": key, "sha256": [each[3] for each in said]} for key, said in readable.items()]


def totals(voters: Sequence[Voter]) -> dict[str, Any]:
    """What is fixed of a roll."""
    return {
        "owners": len(voters),
        "area_dm2": sum(voter.area_dm2 for voter in voters),
        "roll_sha256": roll_digest(voters),
    }
