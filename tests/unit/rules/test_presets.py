"""Presets: every value with its source, nothing unread shown as law, every change with its reason."""

import msgspec
import pytest

from voting.errors import Refusal, Refused
from voting.rules.places import PRESETS, REVOCATION
from voting.rules.presets import LEAST_REASON, Override, Settings, check_settings, preset
from voting.rules.settings import Setting, Value, check_value


@pytest.mark.parametrize("place", PRESETS)
def test_a_place_has_a_sound_value_and_source_for_every_setting(place: str) -> None:
    table = preset(place)
    assert set(table) == set(Setting)
    for setting, value in table.items():
        check_value(setting, value.value)
        assert value.setting is setting
        assert value.source.title
        assert bool(value.source.article) or not value.source.read


def test_what_was_not_read_is_never_shown_as_law() -> None:
    for place in PRESETS.values():
        for value in place.values():
            shown = value.source.basis
            assert ("条" in shown and "《" in shown) if value.source.read else shown == "通常做法，请核对"
    assert not any(
        PRESETS["全国"][each].source.read for each in (Setting.WINDOW_LEAST_DAYS, Setting.PROXY_CAP)
    )
    assert REVOCATION.basis.endswith("》第十二条")


@pytest.mark.parametrize(
    ("place", "setting", "value", "article"),
    [
        ("全国", Setting.NOTICE_DAYS, 15, "第十四条"),
        ("全国", Setting.NOTICE_DAYS_SPECIAL, 15, "第十四条"),
        ("全国", Setting.COMMITTEE_LEAST, 5, "第三十一条"),
        ("全国", Setting.COMMITTEE_MOST, 11, "第三十一条"),
        ("全国", Setting.FILING_DAYS, 30, "第十六条"),
        ("北京", Setting.SMALL_HOUSEHOLDS, 100, "第三十九条"),
        ("北京", Setting.FILING_DAYS, 30, "第四十三条"),
        ("杭州", Setting.SMALL_HOUSEHOLDS, 100, "第二十七条"),
        ("杭州", Setting.CANDIDATES_BEFORE_DAYS, 15, "第二十六条"),
        ("杭州", Setting.CANDIDATES_SHOWN_DAYS, 7, "第二十六条"),
        ("杭州", Setting.ALTERNATES, "all-over-the-threshold", "第二十八条"),
        ("杭州", Setting.NOTICE_DAYS_SPECIAL, 7, "第十九条"),
        ("杭州", Setting.WINDOW_LEAST_DAYS, 5, "第二十条"),
        ("杭州", Setting.WINDOW_MOST_DAYS, 60, "第二十条"),
        ("杭州", Setting.STANDS_INCOMPLETE, True, "第二十七条"),
        ("北京", Setting.RESULT_POSTED_DAYS, 3, "第三十七条"),
        ("北京", Setting.ALTERNATES, "as-many", "第三十九条"),
        ("北京", Setting.OFFICIAL_SYSTEM, True, "第三十五条"),
        ("上海", Setting.NOTICE_DAYS, 15, "第十四条"),
        ("上海", Setting.CANDIDATES_BEFORE_DAYS, 15, "第十六条"),
        ("上海", Setting.RESULT_POSTED_DAYS, 3, "第二十一条"),
        ("上海", Setting.SMALL_AREA_DM2, 1_000_000, "第二十条"),
        ("上海", Setting.FILING_DAYS, 30, "第二十三条"),
    ],
)
def test_values_as_their_texts_have_them(place: str, setting: Setting, value: object, article: str) -> None:
    entry = preset(place)[setting]
    assert entry.value == value
    assert entry.source.read
    assert article in entry.source.article


def test_a_change_needs_a_reason_and_keeps_what_it_replaced() -> None:
    settings = Settings("杭州").changed(Setting.NOTICE_DAYS, 20, "本小区议事规则第八条")
    assert settings.days(Setting.NOTICE_DAYS) == 20
    assert settings.explained(Setting.NOTICE_DAYS) == Override(
        Setting.NOTICE_DAYS, 20, "本小区议事规则第八条"
    )
    assert isinstance(settings.explained(Setting.NOTICE_DAYS_SPECIAL), Value)
    again = settings.changed(Setting.NOTICE_DAYS, 15, "改回原来的天数")
    assert again.days(Setting.NOTICE_DAYS) == 15
    assert len(again.overrides) == 2
    for reason in ("", "x" * (LEAST_REASON - 1), "  a b "):
        with pytest.raises(Refused) as refused:
            settings.changed(Setting.NOTICE_DAYS, 10, reason)
        assert refused.value.refusal is Refusal.REASON_MISSING
    assert settings.changed(Setting.NOTICE_DAYS, 10, "x" * LEAST_REASON).days(Setting.NOTICE_DAYS) == 10


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (Setting.NOTICE_DAYS, None),
        (Setting.NOTICE_DAYS, -1),
        (Setting.NOTICE_DAYS, True),
        (Setting.NOTICE_DAYS, "15"),
        (Setting.NOTICE_DAYS, 10**9),
        (Setting.REVOTING, "twice"),
        (Setting.DEEMED_VOTES, 1),
        (Setting.ALTERNATES, None),
    ],
)
def test_a_value_that_a_setting_cannot_have_is_refused(setting: Setting, value: object) -> None:
    with pytest.raises(Refused) as refused:
        Settings("全国").changed(setting, value, "这是一个理由")  # type: ignore[arg-type]
    assert refused.value.refusal is Refusal.SETTING_VALUE


def test_no_limit_can_be_said_where_there_may_be_none() -> None:
    settings = Settings("全国").changed(Setting.PROXY_CAP, None, "议事规则没有规定上限")
    assert settings.limit(Setting.PROXY_CAP) is None


def test_settings_survive_their_record() -> None:
    settings = Settings("北京").changed(Setting.DEEMED_VOTES, True, "议事规则第十二条，2023年通过")
    again = msgspec.convert(msgspec.to_builtins(settings), Settings)
    assert again == settings
    check_settings(again)


def test_settings_that_nobody_could_have_made_are_refused() -> None:
    for settings, refusal in (
        (Settings("火星"), Refusal.PLACE_UNKNOWN),
        (Settings("全国", (Override(Setting.NOTICE_DAYS, None, "没有理由也要改"),)), Refusal.SETTING_VALUE),
        (Settings("全国", (Override(Setting.NOTICE_DAYS, 3, ""),)), Refusal.REASON_MISSING),
    ):
        with pytest.raises(Refused) as refused:
            check_settings(settings)
        assert refused.value.refusal is refusal
