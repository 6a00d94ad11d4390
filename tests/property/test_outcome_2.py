"""What holds for version 2 of the rules, whatever is asked and however it was answered."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from voting.rules.agenda import Agenda
from voting.rules.outcome import Measured, decide, rules_document
from voting.rules.questions import RANKINGS, CommitteeContest, Motion, Plans, ballot_questions
from voting.rules.roll import Scope, Voter
from voting.rules.terms import Deemed, DeemedVotes, Terms

NAMES = ("甲", "乙", "丙", "丁", "戊")
CLOSING = "ab" * 32
# A ballot: the area behind it, the motion, the plan, what it says to each of the candidates.
BALLOTS = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.integers(0, 2),
        st.integers(0, 3),
        st.lists(st.integers(0, 2), min_size=len(NAMES), max_size=len(NAMES)),
    ),
    min_size=1,
    max_size=10,
)
CONTESTS = st.builds(
    lambda ranking, each, alternates, sitting, order: CommitteeContest(
        "c", "选举", 3, order, 5, each=each, ranking=ranking, alternates=alternates, size=5, sitting=sitting
    ),
    st.sampled_from(RANKINGS),
    st.booleans(),
    st.integers(0, 5),
    st.just(2),
    st.permutations(NAMES).map(tuple),
)
MOTION, PLANS = Motion("m", "更换门禁", "278-9"), Plans("p", "方案", "278-5", ("一", "二"))


def outcome(
    ballots: Any, contest: CommitteeContest, absent: int, deemed: DeemedVotes | None = None
) -> dict[str, Any]:
    weights = [weight for weight, *_ in ballots] + [1] * absent
    roll = [Voter(n, "", (), weight, "1", (str(n),)) for n, weight in enumerate(weights, start=1)]
    terms = Terms(deemed=Deemed("第十二条", "2023-06-01", "majority") if deemed else None)
    agenda = Agenda("会议", "小区", Scope(), (MOTION, PLANS, contest), terms=terms)
    times = {"opens_at": datetime(2026, 5, 1, tzinfo=UTC), "closes_at": datetime(2026, 5, 15, tzinfo=UTC)}
    rules = rules_document(agenda, roll, receipt_key="0" * 64, **times)

    def vectors(ballot: Any) -> list[list[int]]:
        _, motion, plan, said = ballot
        by_name = dict(zip(NAMES, said, strict=True))
        answers = [by_name[name] for name in contest.candidates]
        if contest.each:
            asked = [[int(i == answer) for i in range(3)] for answer in answers]
        else:
            asked = [[int(answer == 0) for answer in answers]]
        return [[int(i == motion) for i in range(3)], [int(i == plan) for i in range(4)], *asked]

    def measured(weigh: Any) -> Measured:
        cast = [(weigh(ballot[0]), vectors(ballot)) for ballot in ballots]
        shape = cast[0][1]
        result = tuple(
            tuple(sum(weight * said[q][a] for weight, said in cast) for a in range(len(shape[q])))
            for q in range(len(shape))
        )
        return Measured(sum(weight for weight, _ in cast), sum(map(weigh, weights)), result)

    return decide(rules, measured(lambda _: 1), measured(lambda w: w), closing=CLOSING, deemed=deemed)


@given(BALLOTS, CONTESTS, st.integers(0, 4), st.permutations(NAMES), st.randoms())
def test_an_outcome_does_not_depend_on_order(
    ballots: Any, contest: CommitteeContest, absent: int, order: list[str], rng: Any
) -> None:
    first = outcome(ballots, contest, absent)
    shuffled = ballots[:]
    rng.shuffle(shuffled)
    second = outcome(shuffled, replace(contest, candidates=tuple(order)), absent)
    assert first["questions"]["m"] == second["questions"]["m"]
    assert first["questions"]["p"] == second["questions"]["p"]
    before, after = first["questions"]["c"], second["questions"]["c"]
    assert before["counts"] == after["counts"]
    for key in ("elected", "tie", "over_the_threshold", "alternates", "alternates_tie"):
        assert set(before[key]) == set(after[key])
    assert before["lot"] == after["lot"]


@given(BALLOTS, CONTESTS, st.integers(0, 4))
def test_places_are_filled_once_and_by_those_over_the_threshold(
    ballots: Any, contest: CommitteeContest, absent: int
) -> None:
    decided = outcome(ballots, contest, absent)["questions"]["c"]
    over = decided["over_the_threshold"]
    elected, tie, alternates = decided["elected"], decided["tie"], decided["alternates"]
    assert len(elected) <= contest.seats
    assert len(alternates) <= contest.alternates
    assert {*elected, *tie, *alternates} <= set(over)
    assert len({*elected, *tie, *alternates}) == len([*elected, *tie, *alternates])
    assert decided["seats_vacant"] == contest.seats - len(elected)
    # A seat stays empty only for want of candidates, of a quorum, or of a decision between equals.
    if decided["quorum_met"] and not tie:
        assert len(elected) == min(contest.seats, len(over))
    if contest.ranking == "shares-then-area-then-lot":
        assert not tie
    assert decided["committee_stands"] is (len(elected) + contest.sitting == 5)


@given(BALLOTS, CONTESTS, st.integers(1, 4))
def test_the_votes_cast_are_reported_as_without_silence(
    ballots: Any, contest: CommitteeContest, absent: int
) -> None:
    alone = outcome(ballots, contest, absent)
    both = outcome(ballots, contest, absent, DeemedVotes(absent, absent))
    deemed = both.pop("with_deemed")
    assert both == alone
    assert deemed["participation"] == alone["electorate"]
    assert deemed["questions"]["c"]["counts"] == alone["questions"]["c"]["counts"]
    assert len(ballot_questions(contest)) == (5 if contest.each else 1)
