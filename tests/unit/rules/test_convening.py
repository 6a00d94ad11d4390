"""What rules.json binds of the assembly, and what a notice names."""

import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from voting.errors import Refusal, Refused
from voting.rules.agenda import agenda_from_json
from voting.rules.assembly import Effect, Meeting, Plan
from voting.rules.canonical import canonical_json
from voting.rules.convening import Convening, changes, named_items, terms_in
from voting.rules.document import rules_agenda, rules_convening, rules_document
from voting.rules.periods import Calendar
from voting.rules.presets import Settings
from voting.rules.roll import RollUnit, Voter
from voting.rules.settings import MOST_DAYS, Setting
from voting.rules.terms import Deemed, Terms

ROLL = [Voter(1, "", (RollUnit("1-1-101", "1", "1", "住宅", 100),), 100, "1", ())]
AGENDA: dict[str, Any] = {
    "title": "表决",
    "estate": "小区",
    "questions": [{"id": "q1", "kind": "motion", "text": "是否同意？", "matter": "278-2"}],
    "opens_at": "2026-05-01T08:00:00+08:00",
    "closes_at": "2026-05-08T08:00:00+08:00",
}
REASON = "街道书面答复可以"
PLAN = Plan(
    Meeting.SPECIAL,
    Settings("杭州").changed(Setting.NOTICE_DAYS, 10, REASON).changed(Setting.NOTICE_DAYS, 20, REASON),
    Calendar("Asia/Shanghai", (date(2026, 5, 1),)),
    Effect.ADVISORY,
)
CONVENING = Convening("1" * 14, "业主大会", "筹备组", PLAN, "a" * 64)


def document(convening: Convening | None = CONVENING, agenda: dict[str, Any] | None = None) -> dict[str, Any]:
    return rules_document(agenda_from_json(agenda or AGENDA), ROLL, receipt_key="0" * 64, convening=convening)


def refused(rules: dict[str, Any]) -> tuple[Refusal, object]:
    with pytest.raises(Refused) as caught:
        rules_agenda(rules)
    return caught.value.refusal, caught.value.context.get("place")


def test_without_an_assembly_nothing_is_said_of_one() -> None:
    rules = document(None)
    assert rules["version"] == 1
    assert "assembly" not in rules
    assert rules_convening(rules, rules_agenda(rules)) is None


def test_the_meeting_is_bound_and_its_terms_are_the_assemblys() -> None:
    rules = document()
    assert rules["version"] == 2
    assert (rules["terms"]["meeting"], rules["terms"]["effect"]) == ("special", "advisory")
    assert rules["assembly"] == {
        "uuid": "1" * 14,
        "title": "业主大会",
        "convener": "筹备组",
        "place": "杭州",
        "changes": [{"setting": "notice-days", "value": 20, "reason": REASON}],
        "zone": "Asia/Shanghai",
        "holidays": ["2026-05-01"],
        "elects_committee": False,
        "notice_sha256": "a" * 64,
    }
    read = rules_convening(rules, rules_agenda(rules))
    assert read is not None
    assert canonical_json(read.as_json()) == canonical_json(CONVENING.as_json())
    assert (read.plan.meeting, read.plan.effect) == (PLAN.meeting, PLAN.effect)


def test_an_agendas_own_word_on_kind_and_effect_does_not_count() -> None:
    other = AGENDA | {"terms": Terms(meeting=Meeting.REGULAR, effect=Effect.OFFICIAL).as_json()}
    assert document(agenda=other) == document()


def test_a_change_back_to_the_presets_value_is_none() -> None:
    settings = (
        Settings("全国").changed(Setting.NOTICE_DAYS, 20, REASON).changed(Setting.NOTICE_DAYS, 15, REASON)
    )
    assert changes(settings) == ()


def test_silence_is_counted_only_where_the_place_does() -> None:
    deemed = Terms(deemed=Deemed("未投票的随多数", "2023-06-01", "majority"))
    agenda = AGENDA | {"terms": deemed.as_json()}
    assert refused(document(agenda=agenda))[0] is Refusal.DEEMED_NOT_IN_PLACE
    allowed = replace(PLAN, settings=PLAN.settings.changed(Setting.DEEMED_VOTES, True, REASON))
    assert rules_agenda(document(replace(CONVENING, plan=allowed), agenda)).terms is not None
    first = replace(allowed, meeting=Meeting.FIRST)
    assert refused(document(replace(CONVENING, plan=first), agenda))[0] is Refusal.DEEMED_IN_FIRST


CONTEST: dict[str, Any] = {
    "id": "q1",
    "kind": "committee",
    "text": "选举",
    "seats": 3,
    "candidates": ["甲", "乙", "丙", "丁", "戊"],
    "at_most": 3,
}


def contested(place: str, *changes: tuple[Setting, Any], **contest: Any) -> Refusal | None:
    """What rules are refused as that hold this contest in a place with these changes."""
    settings = Settings(place)
    for setting, value in changes:
        settings = settings.changed(setting, value, REASON)
    plan = replace(PLAN, settings=settings, elects_committee=True)
    agenda = AGENDA | {"questions": [CONTEST | contest]}
    rules = document(replace(CONVENING, plan=plan), agenda)
    try:
        rules_agenda(rules)
    except Refused as caught:
        return caught.refusal
    return None


@pytest.mark.parametrize(
    ("place", "contest", "expected"),
    [
        # Whether an estate is small nobody can tell from a record: three where the place has it at all.
        ("杭州", {}, None),
        ("全国", {}, Refusal.COMMITTEE_SIZE),
        ("全国", {"seats": 5}, None),
        ("杭州", {"seats": 11, "size": 11}, None),
        ("杭州", {"seats": 13, "size": 13}, Refusal.COMMITTEE_SIZE),
        ("杭州", {"seats": 1, "size": 1}, Refusal.COMMITTEE_SIZE),
        ("上海", {"alternates": 1}, Refusal.ALTERNATES_TOO_MANY),
        ("北京", {"alternates": 3}, None),
        ("北京", {"alternates": 4}, Refusal.ALTERNATES_TOO_MANY),
        ("杭州", {"least": 3, "stands_incomplete": True}, None),
        ("杭州", {"least": 2, "stands_incomplete": True}, Refusal.INCOMPLETE_TOO_FEW),
        ("北京", {"least": 3, "stands_incomplete": True}, Refusal.INCOMPLETE_NOT_IN_PLACE),
    ],
)
def test_a_committee_is_one_that_the_place_has(
    place: str, contest: dict[str, Any], expected: Refusal | None
) -> None:
    assert contested(place, **contest) is expected


def test_no_more_is_allowed_than_by_what_was_changed_with_a_reason() -> None:
    assert contested("全国", (Setting.COMMITTEE_LEAST, 3)) is None
    assert contested("全国", (Setting.COMMITTEE_MOST, None), seats=21, size=21) is None
    half = (Setting.ALTERNATES, "half")
    assert contested("杭州", half, alternates=1) is None
    assert contested("杭州", half, alternates=2) is Refusal.ALTERNATES_TOO_MANY


def test_revoting_and_the_ballot_s_worth_are_the_place_s() -> None:
    again = AGENDA | {"revoting": "once"}
    assert refused(document(agenda=again))[0] is Refusal.REVOTING_NOT_IN_PLACE
    allowed = replace(PLAN, settings=PLAN.settings.changed(Setting.REVOTING, "once", REASON))
    assert rules_agenda(document(replace(CONVENING, plan=allowed), again)).revoting.value == "once"
    beijing = replace(PLAN, settings=Settings("北京"))
    assert rules_agenda(document(replace(CONVENING, plan=beijing))).terms is not None
    official = replace(beijing, effect=Effect.OFFICIAL)
    assert refused(document(replace(CONVENING, plan=official)))[0] is Refusal.OFFICIAL_ELSEWHERE


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("uuid", "0" * 14, "assembly.uuid"),
        ("title", " 业主大会", "assembly.title"),
        ("place", ["杭州"], "assembly.place"),
        ("changes", {}, "assembly.changes"),
        ("changes", [{"setting": "notice-days", "value": 20}], "assembly.changes"),
        ("changes", [{"setting": "notice-days", "value": 15, "reason": REASON}], "assembly"),
        ("zone", 8, "assembly.zone"),
        ("holidays", ["2026-02-30"], "assembly.holidays"),
        ("holidays", ["2026-05-02", "2026-05-01"], "assembly.holidays"),
        ("elects_committee", 0, "assembly.elects_committee"),
        ("notice_sha256", "A" * 64, "assembly.notice_sha256"),
    ],
)
def test_an_assembly_that_is_none_is_refused_with_its_place(key: str, value: object, place: str) -> None:
    rules = copy.deepcopy(document())
    rules["assembly"][key] = value
    assert refused(rules) == (Refusal.RULES_MALFORMED, place)


@pytest.mark.parametrize(
    "zone", ["asia/shanghai", "Asia/Chang", "../Asia/Shanghai", "", "posix/Asia/Shanghai"]
)
def test_a_zone_has_one_name(zone: str) -> None:
    rules = copy.deepcopy(document())
    rules["assembly"]["zone"] = zone
    assert refused(rules)[0] is Refusal.ZONE_UNKNOWN


def test_what_a_notice_names_follows_from_the_rules_alone() -> None:
    agenda = agenda_from_json(AGENDA)
    given = named_items("u", agenda, terms_in(agenda.terms, PLAN), "b" * 64, {})
    rules = document()
    read = rules_agenda(rules)
    assert read.terms is not None
    assert named_items("u", read, read.terms, "b" * 64, {}) == given
    assert given[-1] == f"u/roll/{'b' * 64}"
    changed = [
        named_items("u", replace(read, title="另一个"), read.terms, "b" * 64, {}),
        named_items("u", read, replace(read.terms, effect=Effect.OFFICIAL), "b" * 64, {}),
        named_items("u", read, read.terms, "b" * 64, {"q1": "c" * 64}),
    ]
    assert len({items[0] for items in (given, *changed)}) == 4


def test_a_period_is_of_days_that_come() -> None:
    settings = Settings("全国")
    assert settings.changed(Setting.NOTICE_DAYS, MOST_DAYS, REASON).days(Setting.NOTICE_DAYS) == MOST_DAYS
    with pytest.raises(Refused) as caught:
        settings.changed(Setting.NOTICE_DAYS, MOST_DAYS + 1, REASON)
    assert caught.value.refusal is Refusal.SETTING_VALUE
