"""Wording checks: what has brought decisions down is warned of, and ordinary sentences are left alone."""

import pytest

from voting.rules.questions import MATTERS, CommitteeContest, Motion, Plans
from voting.rules.wording import REASONS, Doubt, check_choices, check_wording


def doubts(text: str, matter: str = "278-9") -> list[Doubt]:
    return [warned.doubt for warned in check_wording(Motion("q1", text, matter))]


@pytest.mark.parametrize(
    ("text", "matter", "doubt"),
    [
        ("是否同意解聘甲公司并选聘乙公司为物业服务企业?", "278-4", Doubt.TWO_MATTERS),
        ("是否同意修改管理规约以及使用维修资金更换水泵?", "278-2", Doubt.TWO_MATTERS),
        ("是否同意方案一或者方案二?", "278-7", Doubt.PLANS_IN_A_MOTION),
        ("为了大家的安全，是否同意更换水泵?", "278-9", Doubt.LEADING),
        ("更换水泵，好吗?", "278-9", Doubt.LEADING),
        ("是否同意请优质的乙公司来管理?", "278-4", Doubt.LEADING),
        ("是否不同意设置充电桩?", "278-8", Doubt.NEGATIVE),
        ("是否同意筹集维修资金?", "278-5", Doubt.OTHER_MATTER),
        ("是否同意使用维修资金修屋面?", "278-6", Doubt.OTHER_MATTER),
        ("经总人数三分之二以上同意后设置岗亭", "278-9", Doubt.OLD_THRESHOLD),
        ("是否同意更换门禁? 未投票的视为同意", "278-9", Doubt.SILENCE),
        ("是否同意更换门禁? 没有交回表决票的计入多数", "278-9", Doubt.SILENCE),
    ],
)
def test_what_is_warned_of(text: str, matter: str, doubt: Doubt) -> None:
    assert doubts(text, matter) == [doubt]
    (warned,) = check_wording(Motion("q1", text, matter))
    assert warned.words
    assert warned.reason == REASONS[doubt]


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("是否同意通过《金苹果小区业主大会议事规则》?", "278-1"),
        ("是否同意利用小区北门空地设置充电桩对外经营?", "278-8"),
        ("是否同意制定和修改《业主大会议事规则和管理规约》?", "278-1"),
        ("是否同意使用维修资金更换 3 栋屋面防水层，预算 86,000.00 元?", "278-5"),
        ("是否同意续聘甲物业公司，期限三年?", "278-4"),
        ("是否同意加装电梯?", "278-7"),
        ("是否同意筹集建筑物及其附属设施的维修资金?", "278-6"),
    ],
)
def test_what_is_left_alone(text: str, matter: str) -> None:
    assert doubts(text, matter) == []


def test_the_law_s_own_words_are_left_alone() -> None:
    for matter in MATTERS.values():
        assert doubts(f"是否同意{matter.title}?", matter.number) == []


def test_plans_and_contests() -> None:
    assert check_wording(Plans("q1", "方案一和方案二选一个", "278-7", ("方案一", "方案二"))) == ()
    assert check_wording(CommitteeContest("q2", "选举第一届业主委员会委员(7选5)", 5, ("甲",), 1)) == ()
    (leading,) = check_wording(CommitteeContest("q2", "请支持下列候选人", 5, ("甲",), 1))
    assert leading.doubt is Doubt.LEADING


@pytest.mark.parametrize(
    ("choices", "plans", "expected"),
    [
        (["同意", "反对", "弃权"], False, []),
        (["同意", "不同意", "弃权"], False, []),
        (["同意", "弃权"], False, [Doubt.AGAINST_MISSING]),
        (["同意", "反对"], False, [Doubt.ABSTENTION_MISSING]),
        (["同意"], False, [Doubt.AGAINST_MISSING, Doubt.ABSTENTION_MISSING]),
        (["方案一", "方案二", "都不同意", "弃权"], True, []),
        (["方案一", "方案二", "弃权"], True, [Doubt.NO_PLAN_MISSING]),
    ],
)
def test_answers_from_elsewhere(choices: list[str], plans: bool, expected: list[Doubt]) -> None:
    assert [warned.doubt for warned in check_choices("q1", choices, plans=plans)] == expected


def test_every_doubt_has_its_reason() -> None:
    assert set(REASONS) == set(Doubt)
