"""The papers of an assembly in the order in which they are needed: who makes each, what it waits for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from voting.documents.facts import Facts
from voting.documents.notices_after import final_result, preliminary_result
from voting.documents.notices_before import meeting_notice, residents_roll, roll_notice
from voting.documents.notices_candidates import candidate_form, candidates
from voting.documents.notices_committee import committee_minutes, filing_form
from voting.documents.notices_preparation import archive_list, group, pact, preparation
from voting.documents.notices_vote import ballot, delivery, proxy, tally_sheet
from voting.documents.paper import Paper
from voting.rules.assembly import Meeting
from voting.rules.terms import Terms


class Awaited(StrEnum):
    """What a paper may wait for; for `FIRST` and `CONTEST` in vain."""

    FIRST = "first"
    REGISTER = "register"
    CONTEST = "contest"
    COUNT = "count"
    FINAL = "final"
    ELECTED = "elected"


@dataclass(frozen=True)
class Kind:
    """A kind of paper: its `key` stands in addresses, `name` in lists and file names.

    `filed`: it belongs to what is handed in; forms, and what has full names, are not. `posted`: it hangs on
    the boards. `whole`: one for all votes of an assembly.
    """

    key: str
    name: str
    make: Callable[[Facts], Paper]
    waits_for: tuple[Awaited, ...] = ()
    filed: bool = True
    posted: bool = False
    whole: bool = False

    def paper(self, facts: Facts) -> Paper:
        """The paper, whatever it waits for."""
        return self.make(facts.whole if self.whole else facts)


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("group", "筹备组成员公告", group, (Awaited.FIRST,), posted=True, whole=True),
        Kind(
            "preparation",
            "首次业主大会筹备公示",
            preparation,
            (Awaited.FIRST,),
            posted=True,
            whole=True,
        ),
        Kind("roll", "业主清册公示", roll_notice, (Awaited.REGISTER,), posted=True, whole=True),
        Kind("candidate-form", "候选人报名表", candidate_form, (Awaited.CONTEST,), filed=False),
        Kind("candidates", "候选人名单公示", candidates, (Awaited.CONTEST,), posted=True),
        Kind("meeting", "业主大会会议公告", meeting_notice, posted=True, whole=True),
        Kind("delivery", "送达登记表", delivery, (Awaited.REGISTER,), filed=False, whole=True),
        Kind("ballot", "表决票和存根", ballot, filed=False),
        Kind("proxy", "授权委托书", proxy, filed=False, whole=True),
        Kind("tally", "计票表", tally_sheet, filed=False),
        Kind("preliminary-result", "结果公告（初步）", preliminary_result, (Awaited.COUNT,), posted=True),
        Kind("final-result", "结果公告（正式）", final_result, (Awaited.FINAL,), posted=True),
        Kind("committee-minutes", "委员会首次会议记录", committee_minutes, (Awaited.ELECTED,)),
        Kind("filing", "备案表", filing_form, (Awaited.ELECTED,)),
        Kind("archive", "档案目录", archive_list, whole=True),
        Kind("pact", "居民公约", pact, filed=False, whole=True),
    )
}


# The papers of a residents' meeting: no proxies, no committee, nothing that is filed as an owners' decision.
KINDS_OF_RESIDENTS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        KINDS["pact"],
        Kind("roll", "居民名册公示", residents_roll, (Awaited.REGISTER,), posted=True, whole=True),
        replace(KINDS["meeting"], name="居民会议公告"),
        *(
            KINDS[key]
            for key in ("delivery", "ballot", "tally", "preliminary-result", "final-result", "archive")
        ),
    )
}


def kinds(terms: Terms) -> dict[str, Kind]:
    """The papers that a vote with these terms has at all, by key."""
    return KINDS if terms.of_owners else KINDS_OF_RESIDENTS


def kinds_of(facts: Facts) -> dict[str, Kind]:
    """The papers that this vote has at all, by key."""
    return kinds(facts.terms)


def awaited(kind: Kind, facts: Facts) -> Awaited | None:
    """What is not there yet, the first of it; None when the paper can be made."""
    return next((each for each in kind.waits_for if not _there(each, facts)), None)


def _there(thing: Awaited, facts: Facts) -> bool:
    match thing:
        case Awaited.FIRST:
            return facts.assembly is None or facts.assembly.plan.meeting is Meeting.FIRST
        case Awaited.REGISTER:
            return bool(facts.roll)
        case Awaited.CONTEST:
            return bool(facts.contests)
        case Awaited.COUNT:
            return facts.outcome is not None
        case Awaited.FINAL:
            final = facts.assembly.final_at if facts.assembly is not None else facts.published_at
            return facts.outcome is not None and final is not None
        case Awaited.ELECTED:
            return bool(facts.elected)
