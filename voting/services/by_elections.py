"""A by-election (补选), planned from the outcome that left seats vacant.

The seats, the names of those who stay in office and the conditions come from that outcome; an organiser says
only who has left since, and what the new assembly is called. Its election is an ordinary draft of an ordinary
assembly, with its own roll, notice and periods.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.committee import ByElection, by_election
from voting.rules.questions import CommitteeContest
from voting.services import log
from voting.services.assemblies import Planned, plan_assembly
from voting.services.assembly_state import held
from voting.services.elections import election
from voting.services.phases import found, require_reason
from voting.services.site import Actor, Site
from voting.services.vacancies import FINAL, PLANNED, elected_since
from voting.services.views import ElectionView, Phase


@dataclass(frozen=True)
class Vacancy:
    """A committee that is not full: the election and contest that last filled it, and what is left.

    `convener`, `place` and `effect` are those of its assembly, empty where it stood alone; a committee that
    stands convenes itself.
    """

    election: ElectionView
    contest: CommitteeContest
    left: ByElection
    convener: str
    place: str
    effect: str

    @property
    def asked(self) -> CommitteeContest:
        """The contest to begin with: everything but its candidates, who are found anew."""
        return replace(
            self.contest,
            text=f"补选业主委员会委员 {self.left.vacant} 名",
            seats=self.left.vacant,
            candidates=(),
            at_most=self.left.vacant,
            size=self.contest.size or self.contest.seats,
            sitting=len(self.left.members),
            sitting_members=self.left.members,
        )


def vacancy(site: Site, uuid: str, left: Collection[str] = ()) -> Vacancy:
    """What an election leaves to a by-election; `left` are members who have left office since.

    Refuses ELECTION_UNKNOWN, RESULT_NOT_FINAL, COMMITTEE_ELECTED_SINCE(title) where members were elected
    after this one, COMMITTEE_HALVED(members, size), and COMMITTEE_EMPTY and NOTHING_VACANT, also where no
    committee was elected.
    """
    view = election(site, uuid)
    if view.outcome is None or view.phase is not Phase.PUBLISHED:
        raise Refused(Refusal.RESULT_NOT_FINAL)
    with site.store.read() as tx:
        row = found(tx, uuid)
        convened = held(tx, row.assembly_uuid) if row.assembly_uuid is not None else None
        later = elected_since(tx, row)
    if convened is not None and convened.state.phase not in FINAL:
        raise Refused(Refusal.RESULT_NOT_FINAL)
    contests = [each for each in view.agenda.questions if isinstance(each, CommitteeContest)]
    if not contests:
        raise Refused(Refusal.NOTHING_VACANT)
    if later is not None:
        raise Refused(Refusal.COMMITTEE_ELECTED_SINCE, title=later)
    contest = contests[0]
    decided = view.outcome["questions"][contest.id]
    stands = bool(decided["elected"]) and decided.get("committee_stands", True)
    return Vacancy(
        election=view,
        contest=contest,
        left=by_election(contest, decided, left),
        convener="业主委员会" if stands else convened.row.convener if convened is not None else "",
        place=convened.state.plan.settings.place if convened is not None else "",
        effect=convened.state.plan.effect.value if convened is not None else "",
    )


def members(site: Site, uuid: str) -> tuple[str, ...]:
    """The committee as this election made it, in order; nobody where it made none."""
    view = election(site, uuid)
    decided = view.outcome["questions"] if view.outcome is not None else {}
    contests = [each for each in view.agenda.questions if isinstance(each, CommitteeContest)]
    if not contests or not decided:
        return ()
    return (*contests[0].sitting_members, *decided[contests[0].id]["elected"])


def is_open(site: Site, view: ElectionView) -> bool:
    """Whether a by-election can be planned from it: now, or once somebody has left a full committee."""
    try:
        vacancy(site, view.uuid)
    except Refused as refused:
        return refused.refusal is Refusal.NOTHING_VACANT and bool(members(site, view.uuid))
    return True


def plan_by_election(
    site: Site, uuid: str, planned: Planned, left: Collection[str], reason: str, actor: Actor, now: datetime
) -> str:
    """Plan the assembly that fills the vacant seats, and return its uuid; its draft is made on the form.

    Refuses as `vacancy` and `plan_assembly`, and REASON_MISSING(least) where somebody has left.
    """
    empty = vacancy(site, uuid, left)
    why: dict[str, Any] = {"reason": require_reason(reason)} if left else {}
    made = plan_assembly(site, empty.election.estate_id, replace(planned, elects_committee=True), actor, now)
    details = {
        "fills": uuid,
        "members": len(empty.left.members),
        "vacant": empty.left.vacant,
        "moved_up": len(empty.left.moved_up),
        **why,
    }
    with site.store.write() as tx:
        log.append(site, tx, made, actor.name, PLANNED, details, now)
    return made
