"""An assembly as pages and documents show it: nothing in it is secret, and no name of an owner is in it."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.assembly import Act, Assembly, Phase
from voting.rules.clock import obstacles
from voting.rules.convening import effect_obstacles
from voting.rules.course import Dated, Next, dates, next_step
from voting.services.assemblies import result_obstacles
from voting.services.assembly_notice import notice_obstacles
from voting.services.assembly_roll import COUNTED, assembly_voters, version
from voting.services.assembly_state import Held, held, outdated
from voting.services.candidate_list import is_behind, list_obstacles
from voting.services.elections import view_of
from voting.services.openable import opening_obstacles, opening_step
from voting.services.registers import estate_row
from voting.services.site import Site
from voting.services.views import Convened, ElectionView
from voting.store import assemblies as rows
from voting.store import elections as election_rows
from voting.store.engine import Transaction


@dataclass(frozen=True)
class StepView:
    """A step that was taken; `facts` are the totals and digests fixed with it, `reason` what was said."""

    seq: int
    at: datetime
    act: Act
    actor: str
    reason: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class RollTotals:
    """The roll as it stands: `version` counts changes, `area_dm2` in 0.01 m²."""

    version: int
    owners: int
    area_dm2: int


@dataclass(frozen=True)
class ListedAssembly:
    """An assembly in a list; `public` once it has published something."""

    uuid: str
    title: str
    estate: str
    phase: Phase
    public: bool


@dataclass(frozen=True)
class AssemblyView:
    """`state` has the plan, the phase, the notice in force and the objections' numbers.

    `outdated`: something changed since the notice, and a new one is needed. `behind`: the nominations say
    another list of candidates than the one that was announced. `next` says what comes next, and its `missing`
    also what the elections lack.
    """

    uuid: str
    estate_id: int
    estate: str
    title: str
    convener: str
    created_at: datetime
    state: Assembly
    steps: tuple[StepView, ...]
    elections: tuple[ElectionView, ...]
    roll: RollTotals | None
    outdated: bool
    behind: bool
    next: Next | None
    dates: tuple[Dated, ...]

    @property
    def phase(self) -> Phase:
        return self.state.phase

    def last(self, act: Act) -> StepView | None:
        """The last step of a kind."""
        return next((step for step in reversed(self.steps) if step.act is act), None)


def assembly(site: Site, uuid: str, now: datetime) -> AssemblyView:
    """One assembly. Refuses ASSEMBLY_UNKNOWN."""
    with site.store.read() as tx:
        return _view(tx, held(tx, uuid), now)


def assemblies(site: Site, now: datetime) -> list[AssemblyView]:
    """Every assembly, newest first."""
    with site.store.read() as tx:
        return [_view(tx, held(tx, row.uuid), now) for row in rows.list_assemblies(tx)]


def listed_assemblies(site: Site) -> list[ListedAssembly]:
    """The same for lists: no register is read."""
    with site.store.read() as tx:
        found = [held(tx, row.uuid) for row in rows.list_assemblies(tx)]
    return [
        ListedAssembly(each.uuid, each.row.title, each.row.estate, each.state.phase, _is_public(each.state))
        for each in found
    ]


def public_assembly(site: Site, uuid: str, now: datetime) -> AssemblyView:
    """One that has published something. Refuses ASSEMBLY_UNKNOWN also while it is only planned."""
    view = assembly(site, uuid, now)
    if not _is_public(view.state):
        raise Refused(Refusal.ASSEMBLY_UNKNOWN)
    return view


def _is_public(state: Assembly) -> bool:
    return state.roll_at is not None or state.candidates_at is not None


def _view(tx: Transaction, assembly: Held, now: datetime) -> AssemblyView:
    row, state = assembly.row, assembly.state
    found = election_rows.elections_of(tx, row.uuid)
    changed = outdated(tx, assembly, found)
    voters = assembly_voters(tx, row, COUNTED)
    convened = Convened(row.uuid, row.title, state.phase, state.notice is not None and not changed)
    return AssemblyView(
        uuid=row.uuid,
        estate_id=row.estate_id,
        estate=row.estate,
        title=row.title,
        convener=row.convener,
        created_at=row.created_at,
        state=state,
        steps=tuple(
            StepView(kept.seq, kept.at, Act(kept.act), kept.actor, step.reason, json.loads(kept.facts))
            for kept, step in zip(assembly.steps, state.steps, strict=True)
        ),
        elections=tuple(view_of(tx, each, convened) for each in found),
        roll=RollTotals(version(tx, row), len(voters), sum(voter.area_dm2 for voter in voters))
        if voters
        else None,
        outdated=changed,
        behind=state.phase is Phase.NOTICE_GIVEN and is_behind(tx, row.uuid, found),
        next=_next(tx, assembly, changed, now),
        dates=dates(state, now),
    )


def _next(tx: Transaction, assembly: Held, changed: bool, now: datetime) -> Next | None:
    """The clock's next step, with what else stands against it; a new notice where one is needed."""
    state = assembly.state
    following = next_step(replace(state, phase=Phase.ROLL_PUBLISHED) if changed else state, now)
    if following is None:
        return None
    found = election_rows.elections_of(tx, assembly.uuid)
    missing: list[Refused] = list(following.missing)
    match following.act:
        case Act.PUBLISH_ROLL:
            missing += effect_obstacles(state.plan)
            if estate_row(tx, assembly.row.estate_id).register_id is None:
                missing.append(Refused(Refusal.REGISTER_MISSING))
        case Act.PUBLISH_CANDIDATES:
            missing += list_obstacles(tx, assembly.uuid)
        case Act.GIVE_NOTICE:
            missing += notice_obstacles(tx, assembly)
        case Act.OPEN:
            missing = [
                *obstacles(state, opening_step(tx, assembly, found, now)),
                *opening_obstacles(tx, found),
            ]
        case Act.PUBLISH_PRELIMINARY:
            missing += result_obstacles(tx, assembly)
    return replace(following, missing=tuple(missing))
