"""What version 2 of the rules decides: plans, each candidate, rankings, residents, unanimity, silence."""

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from voting.errors import Refusal, Refused
from voting.rules.agenda import Agenda, agenda_from_json, agenda_to_json
from voting.rules.assembly import Meeting
from voting.rules.committee import check_incomplete, check_size, least_members, most_alternates, stands
from voting.rules.lot import drawn, lot_number, lot_seed
from voting.rules.outcome import Measured, canonical_json, decide, rules_agenda, rules_document
from voting.rules.presets import Settings
from voting.rules.questions import CommitteeContest, Motion, Plans, ballot_questions
from voting.rules.roll import RollUnit, Scope, Voter
from voting.rules.settings import Setting
from voting.rules.terms import Deemed, DeemedVotes, Terms, deemed_votes
from voting.rules.thresholds import HEADS, MORE_THAN_HALF, OWNERS_AND_AREA, Rule, Threshold

TIMES = {"opens_at": datetime(2026, 5, 1, tzinfo=UTC), "closes_at": datetime(2026, 5, 15, tzinfo=UTC)}
CLOSING = "c" * 64
# Ten voters of 1.00 m² each, if nothing else is said.
ROLL = [
    Voter(n, f"业主{n}", (RollUnit(f"1-{n}", "1", "1", "住宅", 100),), 100, "1", (str(n),))
    for n in range(1, 11)
]


def rules(*questions: Any, terms: Terms | None = None, roll: list[Voter] = ROLL) -> dict[str, Any]:
    return rules_document(
        Agenda("会议", "小区", Scope(), questions, terms=terms), roll, receipt_key="0" * 64, **TIMES
    )


def outcome(question: Any, counts: Any, cast: int = 10, **more: Any) -> dict[str, Any]:
    """The outcome where everybody holds the same area, or where (heads, area) is given for each answer."""
    vectors = [[(n, 100 * n) if isinstance(n, int) else n for n in vector] for vector in counts]
    owners, area = (
        Measured(cast * unit, 10 * unit, tuple(tuple(n[i] for n in vector) for vector in vectors))
        for i, unit in ((0, 1), (1, 100))
    )
    decided: dict[str, Any] = decide(rules(question), owners, area, **more)["questions"][question.id]
    return decided


# plans

PLANS = Plans("q1", "选择电梯维修方案", "278-5", ("甲方案", "乙方案"))


def test_plans_always_offer_none_of_them_and_abstention() -> None:
    assert ballot_questions(PLANS)[0].answers == ("甲方案", "乙方案", "都不同意", "弃权")
    assert rules(PLANS)["version"] == 2


@pytest.mark.parametrize(
    ("counts", "cast", "chosen"),
    [
        ((6, 2, 1, 1), 10, "甲方案"),
        ((5, 3, 1, 1), 10, None),  # exactly half is not more than half
        ((1, 6, 2, 1), 10, "乙方案"),
        ((2, 1, 6, 1), 10, None),
        ((6, 0, 0, 0), 6, None),  # six of ten is no quorum
        ((7, 0, 0, 0), 7, "甲方案"),
    ],
)
def test_a_plan_needs_its_matter_s_majority(counts: tuple[int, ...], cast: int, chosen: str | None) -> None:
    decided = outcome(PLANS, [counts], cast)
    assert decided["chosen"] == chosen
    assert decided["passed"] is (chosen is not None)


def test_two_plans_over_a_low_threshold_choose_none() -> None:
    half = Rule(OWNERS_AND_AREA, None, Threshold(1, 2, strict=False))
    decided = outcome(replace(PLANS, matter="other", rule=half), [(5, 5, 0, 0)])
    assert (decided["chosen"], decided["tie"]) == (None, ["甲方案", "乙方案"])


# other rules


def test_unanimity_counts_everybody() -> None:
    motion = Motion("q1", "同意 101 室改为经营用房", "279")
    assert outcome(motion, [(10, 0, 0)])["passed"] is True
    assert outcome(motion, [(9, 0, 1)])["passed"] is False
    # Who did not take part has not agreed.
    assert outcome(motion, [(9, 0, 0)], 9)["passed"] is False


RESIDENTS = Terms(body="residents")


@pytest.mark.parametrize(
    ("yes", "cast", "quorum", "passed"),
    [
        (4, 6, True, True),
        (3, 6, True, False),
        (5, 5, False, False),
        (6, 10, True, True),
        (5, 10, True, False),
    ],
)
def test_residents_count_heads_alone(yes: int, cast: int, quorum: bool, passed: bool) -> None:
    document = rules(Motion("q1", "通过《居民公约》", "residents"), terms=RESIDENTS)
    assert document["electorate"] == {"heads": 10}
    decided = decide(document, Measured(cast, 10, ((yes, cast - yes, 0),)))
    assert decided["participation"] == {"heads": cast}
    assert decided["quorum_met"] is quorum
    assert decided["questions"]["q1"]["passed"] is passed
    assert decided["questions"]["q1"]["counts"]["同意"] == {"heads": yes}


def test_another_country_s_rule_is_data() -> None:
    # Two thirds of all heads, whoever took part, without a quorum.
    rule = Rule(("owners",), None, Threshold(2, 3, strict=False), of_all=True)
    motion = Motion("q1", "Change the statutes", "other", rule)
    assert outcome(motion, [(7, 0, 0)], 7)["passed"] is True
    assert outcome(motion, [(6, 0, 0)], 6)["passed"] is False


# contests

NAMES = ("丁一", "王二", "石三", "白四")
PLAIN = CommitteeContest("q3", "选举委员", 3, NAMES, 4)
ALL = {"stands_incomplete": True, "least": 3}


def test_each_candidate_is_answered_like_a_motion() -> None:
    each = replace(PLAIN, each=True, order="surname-strokes")
    assert [ballot.about for ballot in ballot_questions(each)] == list(NAMES)
    decided = outcome(each, [(6, 4, 0), (5, 0, 5), (10, 0, 0), (7, 2, 1)])
    assert decided["over_the_threshold"] == ["石三", "白四", "丁一"]
    assert decided["elected"] == ["石三", "白四", "丁一"]
    assert decided["counts"]["王二"]["弃权"] == {"owners": 5, "area_m2": "5.00"}
    assert decided["committee_stands"] is True


def test_an_answer_to_each_candidate_is_one_of_three() -> None:
    with pytest.raises(Refused) as refused:
        outcome(replace(PLAIN, each=True), [(6, 4, 0), (5, 0, 4), (10, 0, 0), (7, 2, 1)])
    assert refused.value.refusal is Refusal.TOTALS_IMPOSSIBLE


TIED: list[Any] = [[(8, 800), (7, 700), (6, 600), (6, 610)]]


def test_rankings_part_where_owners_are_equal() -> None:
    by_area = outcome(replace(PLAIN, alternates=1), TIED)
    assert by_area["elected"] == ["丁一", "王二", "白四"]
    assert by_area["alternates"] == ["石三"]
    run_off = outcome(replace(PLAIN, ranking="owners-then-run-off", alternates=1), TIED)
    assert (run_off["elected"], run_off["tie"]) == (["丁一", "王二"], ["石三", "白四"])
    assert (run_off["seats_vacant"], run_off["alternates"]) == (1, [])


def test_shares_are_of_those_who_took_part() -> None:
    # 8 of 10 and 5.10 of 10 against 6 of 10 and 7.20 of 10: 1.31 < 1.32, though 8 > 6.
    contest = CommitteeContest("q3", "选举", 1, ("甲", "乙"), 2, size=0, ranking="shares-then-area-then-lot")
    assert outcome(contest, [[(8, 510), (6, 720)]])["elected"] == ["乙"]
    assert outcome(contest, [[(8, 521), (6, 720)]])["elected"] == ["甲"]
    # Equal sums: the larger area.
    assert outcome(contest, [[(8, 520), (6, 720)]])["elected"] == ["乙"]


LOT = replace(PLAIN, ranking="shares-then-area-then-lot", seats=3, alternates=1)


def test_a_lot_decides_between_equals_and_anybody_can_draw_it_again() -> None:
    counts: list[Any] = [[(8, 800), (6, 600), (6, 600), (6, 600)]]
    decided = outcome(LOT, counts, closing=CLOSING)
    seed = sha256(f"lot|{CLOSING}|q3".encode()).hexdigest()
    order = sorted(NAMES[1:], key=lambda name: sha256(f"{seed}|{name}".encode()).hexdigest())
    assert decided["lot"] == {"seed": seed, "drawn": order}
    assert decided["elected"] == ["丁一", *order[:2]]
    assert decided["alternates"] == order[2:]
    assert decided["tie"] == []
    with pytest.raises(Refused) as refused:
        outcome(LOT, counts)
    assert refused.value.refusal is Refusal.LOT_SEED_MISSING


def test_no_lot_is_drawn_where_nothing_is_equal_or_nobody_can_be_elected() -> None:
    assert outcome(LOT, TIED)["lot"] is None
    without_quorum = outcome(LOT, [[(5, 500), (5, 500), (0, 0), (0, 0)]], 6)
    assert without_quorum["elected"] == []


def test_the_lot_does_not_depend_on_the_order_of_names() -> None:
    seed = lot_seed(CLOSING, "q3")
    assert drawn(seed, NAMES) == drawn(seed, reversed(NAMES))
    assert lot_number(seed, "丁一") != lot_number(lot_seed(CLOSING, "q4"), "丁一")
    assert lot_seed("d" * 64, "q3") != seed


@pytest.mark.parametrize(
    ("size", "sitting", "least", "elected", "incomplete", "standing"),
    [
        (9, 0, 5, 5, True, True),  # the minimum, and more than half
        (9, 0, 5, 4, True, False),
        (11, 0, 5, 5, True, False),  # the minimum, but not more than half
        (11, 0, 5, 6, True, True),
        (9, 0, 5, 8, False, False),
        (9, 0, 5, 9, False, True),
        (9, 4, 5, 2, True, True),
        (5, 2, 5, 2, True, False),
        (5, 0, 3, 3, True, True),
    ],
)
def test_a_committee_that_is_not_full(
    size: int, sitting: int, least: int, elected: int, incomplete: bool, standing: bool
) -> None:
    contest = CommitteeContest(
        "q3",
        "补选",
        size - sitting,
        NAMES,
        1,
        size=size,
        sitting=sitting,
        least=least,
        stands_incomplete=incomplete,
    )
    assert stands(contest, elected) is standing


@pytest.mark.parametrize(
    ("place", "size", "households", "area_dm2", "allowed"),
    [
        ("全国", 3, 50, 500_000, False),
        ("全国", 4, 150, 1, False),
        ("全国", 5, 150, 1, True),
        ("全国", 6, 150, 1, False),
        ("全国", 11, 150, 1, True),
        ("全国", 12, 150, 1, False),
        ("全国", 13, 150, 1, False),
        ("杭州", 3, 100, 9_000_000, True),
        ("杭州", 3, 101, 1, False),
        ("杭州", 1, 100, 1, False),
        ("杭州", 4, 100, 1, False),
        ("杭州", 5, 101, 1, True),
        ("北京", 3, 100, 1, True),
        ("北京", 3, 101, 1, False),
        ("上海", 3, 900, 1_000_000, True),
        ("上海", 3, 10, 1_000_001, False),
    ],
)
def test_the_size_of_a_committee(
    place: str, size: int, households: int, area_dm2: int, allowed: bool
) -> None:
    if allowed:
        check_size(Settings(place), size, households, area_dm2)
        return
    with pytest.raises(Refused) as refused:
        check_size(Settings(place), size, households, area_dm2)
    assert refused.value.refusal is Refusal.COMMITTEE_SIZE


@pytest.mark.parametrize(
    ("place", "households", "least", "refusal"),
    [
        ("杭州", 101, 5, None),
        ("杭州", 101, 4, Refusal.INCOMPLETE_TOO_FEW),
        ("杭州", 100, 3, None),
        ("杭州", 100, 2, Refusal.INCOMPLETE_TOO_FEW),
        ("北京", 101, 5, Refusal.INCOMPLETE_NOT_IN_PLACE),
        ("全国", 101, 5, Refusal.INCOMPLETE_NOT_IN_PLACE),
    ],
)
def test_where_a_committee_that_is_not_full_may_stand(
    place: str, households: int, least: int, refusal: Refusal | None
) -> None:
    contest = replace(PLAIN, least=least, stands_incomplete=True)
    check_incomplete(Settings(place), replace(contest, stands_incomplete=False), households, 1)
    if refusal is None:
        check_incomplete(Settings(place), contest, households, 1)
        return
    with pytest.raises(Refused) as refused:
        check_incomplete(Settings(place), contest, households, 1)
    assert refused.value.refusal is refusal


def test_alternates_as_the_place_has_them() -> None:
    assert [most_alternates(Settings(place), 5, 7) for place in ("全国", "北京", "上海", "杭州")] == [
        0,
        5,
        0,
        7,
    ]
    half = Settings("全国").changed(Setting.ALTERNATES, "half", "市里的规定，第二十条")
    assert [most_alternates(half, size, 9) for size in (3, 5, 7, 11)] == [1, 2, 3, 5]
    assert least_members(Settings("杭州"), 100, 1) == 3


# silence

CLAUSE = Deemed("议事规则第十二条：未投票的随多数", "2023-06-01", "majority")
SILENT = DeemedVotes(3, 300)


def silent_outcome(joins: str, counts: tuple[int, ...], question: Any = None) -> dict[str, Any]:
    question = question or Motion("q1", "更换物业公司", "278-4")
    document = rules(question, terms=Terms(deemed=replace(CLAUSE, joins=joins)))
    cast = sum(counts)
    area = Measured(100 * cast, 1000, (tuple(100 * n for n in counts),))
    return decide(document, Measured(cast, 10, (counts,)), area, deemed=SILENT)


def test_both_results_are_reported() -> None:
    both = silent_outcome("majority", (3, 2, 1))
    assert both["participation"] == {"owners": 6, "area_m2": "6.00"}
    assert (both["quorum_met"], both["questions"]["q1"]["passed"]) == (False, False)
    deemed = both["with_deemed"]
    assert deemed["deemed"] == {"owners": 3, "area_m2": "3.00"}
    assert deemed["participation"] == {"owners": 9, "area_m2": "9.00"}
    assert deemed["questions"]["q1"]["counts"]["同意"] == {"owners": 6, "area_m2": "6.00"}
    assert deemed["questions"]["q1"]["passed"] is True


@pytest.mark.parametrize(
    ("joins", "counts", "yes", "no"),
    [
        ("majority", (2, 4, 0), 2, 7),
        ("majority", (3, 3, 0), 3, 3),  # no majority to join
        ("consent", (2, 4, 0), 5, 4),
        ("quorum", (4, 2, 0), 4, 2),
    ],
)
def test_what_silence_joins(joins: str, counts: tuple[int, ...], yes: int, no: int) -> None:
    # Where it joins nothing, the silent took part without an answer.
    document_counts = silent_outcome(joins, counts)["with_deemed"]["questions"]["q1"]["counts"]
    assert document_counts["同意"]["owners"] == yes
    assert document_counts["反对"]["owners"] == no


def test_nobody_is_elected_by_silence() -> None:
    both = silent_outcome("consent", (4, 1, 1, 0), replace(PLAIN, at_most=4))
    assert both["with_deemed"]["questions"]["q3"]["counts"]["丁一"]["owners"] == 4
    assert both["with_deemed"]["questions"]["q3"]["over_the_threshold"] == []


def test_silence_needs_a_clause_and_is_locked_off_for_a_first_assembly() -> None:
    with pytest.raises(Refused) as refused:
        outcome(PLANS, [(6, 2, 1, 1)], deemed=SILENT)
    assert refused.value.refusal is Refusal.DEEMED_NOT_AGREED
    agenda = Agenda("会议", "小区", Scope(), (PLANS,), terms=Terms(deemed=CLAUSE))
    written = agenda_to_json(agenda)
    assert agenda_from_json(written) == agenda
    written["terms"]["meeting"] = Meeting.FIRST
    with pytest.raises(Refused) as refused:
        agenda_from_json(written)
    assert refused.value.refusal is Refusal.DEEMED_IN_FIRST


def test_more_silent_voters_than_there_are_cannot_be() -> None:
    document = rules(Motion("q1", "更换物业公司", "278-4"), terms=Terms(deemed=CLAUSE))
    with pytest.raises(Refused) as refused:
        decide(
            document,
            Measured(8, 10, ((8, 0, 0),)),
            Measured(800, 1000, ((800, 0, 0),)),
            deemed=DeemedVotes(3, 200),
        )
    assert refused.value.refusal is Refusal.TOTALS_IMPOSSIBLE


def test_only_units_with_proven_delivery_count() -> None:
    two = Voter(
        11,
        "双",
        (RollUnit("2-1", "2", "", "住宅", 70), RollUnit("2-2", "2", "", "住宅", 30)),
        100,
        "2",
        ("b",),
    )
    roll = [*ROLL, two]
    assert deemed_votes(roll, {1, 2}, {"1-1", "1-3"}) == DeemedVotes(1, 100)
    assert deemed_votes(roll, set(), {"2-1"}) == DeemedVotes(1, 70)
    assert deemed_votes(roll, {11}, {"2-1", "2-2"}) == DeemedVotes(0, 0)
    assert deemed_votes(roll, set(), set()) == DeemedVotes(0, 0)


# the document


def every_kind() -> dict[str, Any]:
    half = Rule(OWNERS_AND_AREA, MORE_THAN_HALF, MORE_THAN_HALF)
    return rules_document(
        Agenda(
            "会议",
            "小区",
            Scope(None, ("车位",), (("1", "1"),)),
            (
                Motion("m", "更换物业公司", "278-4"),
                Motion("o", "其他法律的事项", "other", half),
                PLANS,
                replace(LOT, each=True, size=5, sitting=2, **ALL),
            ),
            terms=Terms(deemed=CLAUSE),
        ),
        ROLL,
        receipt_key="0" * 64,
        **TIMES,
    )


def test_the_document_survives_its_file() -> None:
    document = every_kind()
    again = json.loads(canonical_json(document))
    agenda = rules_agenda(again)
    assert rules_document(agenda, ROLL, receipt_key="0" * 64) == document
    assert agenda_from_json(agenda_to_json(agenda)) == agenda


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 1),
        (("version",), 3),
        (("questions", 0, "rule", "approval", "denominator"), 3),
        (("questions", 0, "rule", "of"), "all"),
        (("questions", 1, "rule", "quorum", "denominator"), 0),
        (("questions", 1, "rule", "of"), "some"),
        (("questions", 2, "choices"), ["甲方案", "乙方案", "弃权"]),
        (("questions", 2, "plans"), ["甲方案"]),
        (("questions", 2, "plans"), ["甲方案", "弃权"]),
        (("questions", 3, "ranking"), "owners"),
        (("questions", 3, "seats"), 4),
        (("questions", 3, "size"), 4),
        (("questions", 3, "each"), 1),
        (("questions", 3, "least"), -1),
        (("questions", 3, "approval"), {}),
        (("scope", "units"), ["1-1"]),
        (("scope", "stairwells"), [["1"]]),
        (("terms", "body"), "tenants"),
        (("terms", "body"), "residents"),
        (("terms", "meeting"), "first"),
        (("terms", "deemed", "dated"), "2023-6-1"),
        (("terms", "deemed", "clause"), ""),
        (("terms", "deemed", "joins"), "no"),
        (("terms",), None),
        (("measures",), ["owners"]),
        (("electorate",), {"heads": 10}),
        (("electorate", "owners"), True),
    ],
)
def test_any_other_document_is_refused(path: tuple[Any, ...], value: Any) -> None:
    altered = copy.deepcopy(every_kind())
    inner: Any = altered
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(Refused):
        rules_agenda(altered)


def test_what_version_1_can_say_is_version_1() -> None:
    plain = rules(Motion("q1", "更换物业公司", "278-4"), PLAIN)
    assert plain["version"] == 1
    assert "terms" not in plain
    assert rules(Motion("q1", "更换物业公司", "278-4"), terms=Terms())["version"] == 2
    assert rules(replace(PLAIN, alternates=1))["version"] == 2


def test_owners_and_residents_are_never_mixed() -> None:
    agenda = Agenda(
        "会议", "小区", Scope(), (Motion("q1", "居民公约", "residents"), Motion("q2", "维修", "278-5"))
    )
    for terms in (None, RESIDENTS):
        with pytest.raises(Refused) as refused:
            agenda_from_json(agenda_to_json(replace(agenda, terms=terms)))
        assert refused.value.refusal is Refusal.AGENDA_MATTER_OF_OTHERS
    assert RESIDENTS.measures == HEADS
