"""Opening and closing at their times, without anyone present, and once.

Every server process ticks, from a thread and before it answers for an election, so that nobody sees a late
state. However many tick, and wherever one of them dies: the step of the assembly is appended by
compare-and-swap, and is the decision; the elections follow it, each by compare-and-swap on its own phase;
until the last of them has followed the assembly stays due, and whoever ticks next goes on.
"""

from datetime import datetime

from voting.errors import Refused
from voting.rules import clock
from voting.rules.assembly import Act, Phase, Step
from voting.services.assembly_state import held, take, wakes_at
from voting.services.conduct import close_election, open_election
from voting.services.openable import opening_obstacles, opening_step
from voting.services.site import Actor, Site
from voting.services.views import Phase as ElectionPhase
from voting.store import assemblies as rows
from voting.store import elections as election_rows
from voting.store.engine import Conflict

CLOCK = Actor(0, "clock", "clock")
# The phase in which an election has not followed its assembly yet.
_WAITING = {Phase.OPEN: ElectionPhase.DRAFT, Phase.CLOSED: ElectionPhase.OPEN}


def tick(site: Site, now: datetime) -> tuple[str, ...]:
    """Open and close what is due; returns the uuids of the assemblies that were.

    One that cannot be opened (letters missing, a change without a new notice, objections undecided) stays due
    and is tried again with every tick, up to its closing.
    """
    with site.store.read() as tx:
        due = rows.due(tx, now)
    for uuid in due:
        try:
            _step(site, uuid, now)
            _follow(site, uuid, now)
        except (Refused, Conflict):
            # Somebody else was first, or it cannot be done yet: the page of the assembly says why.
            continue
    return tuple(due)


def _step(site: Site, uuid: str, now: datetime) -> None:
    """The assembly's own step, when its time has come."""
    with site.store.write() as tx:
        assembly = held(tx, uuid, to_change=True)
        notice = assembly.state.notice
        if notice is None or assembly.row.wakes_at is None or now < assembly.row.wakes_at:
            return
        # Two servers' clocks differ by a little; a step is never before the last one.
        at = max(now, assembly.state.steps[-1].at)
        # `wakes_at` stays in the past: the assembly is due until its elections have followed.
        if assembly.state.phase is Phase.NOTICE_GIVEN:
            elections = election_rows.elections_of(tx, uuid)
            step = opening_step(tx, assembly, elections, at)
            if not [*clock.obstacles(assembly.state, step), *opening_obstacles(tx, elections)]:
                take(site, tx, assembly, step, CLOCK.name, wakes_at=assembly.row.wakes_at)
        elif assembly.state.phase is Phase.OPEN and now >= notice.closes_at:
            take(site, tx, assembly, Step(Act.CLOSE, at), CLOCK.name, wakes_at=assembly.row.wakes_at)


def _follow(site: Site, uuid: str, now: datetime) -> None:
    """The elections after their assembly."""
    with site.store.read() as tx:
        state, elections = held(tx, uuid).state, election_rows.elections_of(tx, uuid)
    # Never before the assembly's own step, which another server's clock may have dated.
    at = max([now, *(step.at for step in state.steps[-1:])])
    for election in elections:
        try:
            if state.phase is Phase.OPEN and election.phase == ElectionPhase.DRAFT:
                open_election(site, election.uuid, CLOCK, at)
            elif state.phase is Phase.CLOSED and election.phase == ElectionPhase.OPEN:
                close_election(site, election.uuid, CLOCK, at)
        except Refused:
            continue
    with site.store.write() as tx:
        assembly = held(tx, uuid, to_change=True)
        waiting = _WAITING.get(assembly.state.phase)
        late = any(each.phase == waiting for each in election_rows.elections_of(tx, uuid))
        if waiting is not None and not late:
            rows.change(tx, uuid, wakes_at=wakes_at(assembly.state))
