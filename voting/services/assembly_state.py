"""An assembly inside a transaction: replayed from its steps, moved on by one, and what it binds.

The clock is in `rules`; here its steps are kept. An assembly is held while it is changed, and a step is
appended where nobody else has appended one since (compare-and-swap), together with its line in the log.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from voting.errors import Refusal, Refused
from voting.protocol.election import is_uuid
from voting.rules import clock
from voting.rules.agenda import agenda_from_json
from voting.rules.assembly import (
    Act,
    Assembly,
    Meeting,
    Phase,
    Plan,
    Step,
    plan_from_json,
    step_from_json,
    to_json,
)
from voting.rules.canonical import canonical_json
from voting.rules.convening import named_items, revoting_obstacles, terms_in
from voting.rules.questions import CommitteeContest
from voting.rules.roll import Voter, roll_digest, voters
from voting.rules.settings import Setting
from voting.services import log
from voting.services.assembly_roll import assembly_units, assembly_voters
from voting.services.bound_materials import bound
from voting.services.site import Site
from voting.services.wire import shown
from voting.store import assemblies as rows
from voting.store import elections as election_rows
from voting.store.assemblies import AssemblyRow, StepRow
from voting.store.elections import ElectionRow
from voting.store.engine import Conflict, Transaction


@dataclass(frozen=True)
class Held:
    """An assembly as this transaction sees it."""

    row: AssemblyRow
    state: Assembly
    steps: tuple[StepRow, ...]

    @property
    def uuid(self) -> str:
        return self.row.uuid

    def facts_of(self, act: Act) -> dict[str, Any] | None:
        """What was fixed with the last step of this kind; None when there was none."""
        found = [step.facts for step in self.steps if step.act == act.value]
        return json.loads(found[-1]) if found else None


@dataclass(frozen=True)
class Item:
    """Something that a notice names: `key` binds its content, `words` say what it is."""

    key: str
    election: str
    words: str


def held(tx: Transaction, uuid: str, *, to_change: bool = False) -> Held:
    """The assembly; `to_change` lets nobody else change it meanwhile. Refuses ASSEMBLY_UNKNOWN."""
    if not is_uuid(uuid):
        raise Refused(Refusal.ASSEMBLY_UNKNOWN)
    if to_change:
        rows.hold(tx, uuid)
    row = rows.assembly_row(tx, uuid)
    if row is None:
        raise Refused(Refusal.ASSEMBLY_UNKNOWN)
    taken = tuple(rows.steps(tx, uuid))
    steps = [step_from_json(json.loads(step.step)) for step in taken]
    return Held(row, clock.replay(plan_from_json(json.loads(row.plan)), steps), taken)


def take(
    site: Site,
    tx: Transaction,
    assembly: Held,
    step: Step,
    actor: str,
    facts: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Assembly:
    """Take a step of an assembly that is held, and log it; `changes` are other columns of its row.

    Refuses what the clock refuses; Conflict where another step came between.
    """
    state = clock.take(assembly.state, step)
    fixed = dict(facts or {})
    values = {
        "at": step.at,
        "act": step.act.value,
        "step": canonical_json(to_json(step)).decode(),
        "facts": canonical_json(fixed).decode(),
        "actor": actor,
    }
    changes = {"wakes_at": wakes_at(state)} | changes
    if not rows.append_step(tx, assembly.uuid, assembly.row.steps, values, **changes):
        raise Conflict("another step of the assembly came between")
    said = {key: value for key, value in to_json(step).items() if value not in (None, "", [], ())}
    details = {key: value for key, value in said.items() if key not in ("act", "at")}
    log.append(site, tx, assembly.uuid, actor, f"assembly-{step.act.value}", details | fixed, step.at)
    return state


def wakes_at(state: Assembly) -> datetime | None:
    """When the clock has to act without anyone: at the announced opening and closing."""
    if state.notice is None:
        return None
    return {Phase.NOTICE_GIVEN: state.notice.opens_at, Phase.OPEN: state.notice.closes_at}.get(state.phase)


def items(tx: Transaction, row: AssemblyRow, elections: Sequence[ElectionRow]) -> tuple[Item, ...]:
    """What a notice given now would name: every question with its scope and what is said about it, and every
    roll, by digest."""
    named: list[Item] = []
    units = assembly_units(tx, row)
    plan = plan_from_json(json.loads(row.plan))
    for election in elections:
        said = json.loads(election.agenda)
        agenda = agenda_from_json(said)
        digest = roll_digest(voters(units, agenda.scope))
        readable = material_digests(bound(tx, election.uuid, said))
        keys = named_items(election.uuid, agenda, terms_in(agenda.terms, plan), digest, readable)
        words = (*(question.text for question in agenda.questions), "业主清册")
        named += [Item(key, election.uuid, text) for key, text in zip(keys, words, strict=True)]
    return tuple(named)


def material_digests(readable: Mapping[str, list[list[str]]]) -> dict[str, str]:
    """Of each question about which there is something to read (`bound`): SHA-256 of all of that."""
    return {name: sha256(canonical_json(said)).hexdigest() for name, said in readable.items()}


def voters_of(tx: Transaction, row: AssemblyRow, election: ElectionRow) -> tuple[Voter, ...]:
    """The voters of an election of the assembly, as its roll stands."""
    return assembly_voters(tx, row, agenda_from_json(json.loads(election.agenda)).scope)


def outdated(tx: Transaction, assembly: Held, elections: Sequence[ElectionRow]) -> bool:
    """Whether something of what the notice in force named has changed since."""
    notice = assembly.state.notice
    if notice is None or assembly.state.phase is not Phase.NOTICE_GIVEN:
        return False
    return set(notice.items) != {item.key for item in items(tx, assembly.row, elections)}


def plan_obstacles(plan: Plan, agenda: str) -> list[Refused]:
    """What of an agenda the assembly's plan does not allow: silence that counts, or revoting."""
    read = agenda_from_json(json.loads(agenda))
    found = []
    if read.terms is not None and read.terms.deemed is not None:
        if plan.meeting is Meeting.FIRST:
            found.append(Refused(Refusal.DEEMED_IN_FIRST))
        elif not plan.settings.allows(Setting.DEEMED_VOTES):
            found.append(Refused(Refusal.DEEMED_NOT_IN_PLACE))
    return [*found, *revoting_obstacles(plan, read)]


def contests(election: ElectionRow) -> tuple[CommitteeContest, ...]:
    """The elections to a committee that an election's agenda holds."""
    agenda = agenda_from_json(json.loads(election.agenda))
    return tuple(each for each in agenda.questions if isinstance(each, CommitteeContest))


def candidates_digest(elections: Sequence[ElectionRow]) -> str:
    """SHA-256 of every contest's candidates in their order."""
    listed = [
        [election.uuid, contest.id, list(contest.candidates)]
        for election in elections
        for contest in contests(election)
    ]
    return sha256(canonical_json(listed)).hexdigest()


# What an election inside an assembly may do. Without an assembly nothing of this applies.


def announced(tx: Transaction, uuid: str, *, to_change: bool = False) -> Held:
    """The assembly, whose notice in force names what its elections hold. Letters are for this alone.

    Refuses NOTICE_NOT_GIVEN and NOTICE_OUTDATED.
    """
    assembly = held(tx, uuid, to_change=to_change)
    if assembly.state.phase is not Phase.NOTICE_GIVEN:
        raise Refused(Refusal.NOTICE_NOT_GIVEN)
    if outdated(tx, assembly, election_rows.elections_of(tx, assembly.uuid)):
        raise Refused(Refusal.NOTICE_OUTDATED)
    return assembly


def require_opened(tx: Transaction, election: ElectionRow) -> None:
    """Only the clock opens. Refuses OPENS_BY_CLOCK(opens_at) while it has not."""
    if election.assembly_uuid is None:
        return
    if held(tx, election.assembly_uuid).state.phase is not Phase.OPEN:
        raise Refused(Refusal.OPENS_BY_CLOCK, opens_at=shown(election.opens_at, election.zone))


def require_closed(tx: Transaction, election: ElectionRow) -> None:
    """Only the clock closes, and never early. Refuses CLOSES_BY_CLOCK(closes_at) while it has not."""
    if election.assembly_uuid is None:
        return
    if held(tx, election.assembly_uuid).state.closed_at is None:
        raise Refused(Refusal.CLOSES_BY_CLOCK, closes_at=shown(election.closes_at, election.zone))
