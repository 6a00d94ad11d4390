"""The presets: national, 北京, 上海, 杭州. A value stands here only with its source (see `presets`).

Read in public copies of the texts in force: 民法典, 物业管理条例 (2018), 法释〔2009〕7号 (2020), and the
rules of 北京 (2024), 上海 (2020) and 杭州 (2021); of 建房〔2009〕274号 arts 21, 22 and 31 to 35. Not read:
the rest of it, and whatever else stands here as usual practice. Where a city's text is silent, the national
value stands.

Records name a place and say only what differs from it, and are replayed by these values for ever: a value
that is here is never changed. When a text changes, the place gets a further preset under a name of its own.
"""

from collections.abc import Mapping

from voting.rules.settings import Scalar, Setting, Source, Value

_REGULATION = "物业管理条例（2018年修订）"
_GUIDELINE = "业主大会和业主委员会指导规则（建房〔2009〕274号）"
_BEIJING = "北京市物业管理条例（2024年修正）"
_SHANGHAI = "上海市住宅物业管理规定（2020年修正）"
_HANGZHOU = "杭州市物业管理条例（2021年修订）"
_PRACTICE = Source("通常做法", "", read=False)
_LIMITATION = Source(
    "最高人民法院关于审理建筑物区分所有权纠纷案件适用法律若干问题的解释（2020年修正）", "第十二条", read=True
)

Row = tuple[Setting, Scalar, Source]


def _read(title: str, article: str) -> Source:
    return Source(title, article, read=True)


_NATIONAL: tuple[Row, ...] = (
    (Setting.NOTICE_DAYS, 15, _read(_REGULATION, "第十四条")),
    # No national text makes a special meeting's notice shorter.
    (Setting.NOTICE_DAYS_SPECIAL, 15, _read(_REGULATION, "第十四条")),
    (Setting.ROLL_OBJECTION_DAYS, 7, _PRACTICE),
    (Setting.CANDIDATES_BEFORE_DAYS, 15, _PRACTICE),
    (Setting.CANDIDATES_SHOWN_DAYS, 7, _PRACTICE),
    (Setting.WINDOW_LEAST_DAYS, 5, _PRACTICE),
    (Setting.WINDOW_MOST_DAYS, 60, _PRACTICE),
    (Setting.EXTENSIONS_MOST, 1, _PRACTICE),
    # 深圳 allowed none by art. 22 of the rules (实施若干规定) to its regulation before 2019; whether it still
    # does was not read. Where nothing was read, none is the safe side.
    (Setting.EXTENSION_IN_ELECTION, False, _PRACTICE),
    (Setting.RESULT_POSTED_DAYS, 3, _PRACTICE),
    (Setting.RESULT_OBJECTION_DAYS, 7, _PRACTICE),
    (Setting.FILING_DAYS, 30, _read(_REGULATION, "第十六条")),
    (Setting.COMMITTEE_LEAST, 5, _read(_GUIDELINE, "第三十一条")),
    (Setting.COMMITTEE_MOST, 11, _read(_GUIDELINE, "第三十一条")),
    (Setting.SMALL_COMMITTEE, None, _PRACTICE),
    (Setting.SMALL_HOUSEHOLDS, None, _PRACTICE),
    (Setting.SMALL_AREA_DM2, None, _PRACTICE),
    (Setting.STANDS_INCOMPLETE, False, _PRACTICE),
    (Setting.ALTERNATES, "none", _PRACTICE),
    (Setting.REVOTING, "none", _PRACTICE),
    (Setting.PROXY_CAP, 3, _PRACTICE),
    (Setting.DEEMED_VOTES, False, _PRACTICE),
    (Setting.OFFICIAL_SYSTEM, False, _PRACTICE),
    # A year to go to court from knowing of the decision: kept well beyond it.
    (Setting.KEEP_YEARS, 5, _PRACTICE),
)
_CITIES: dict[str, tuple[Row, ...]] = {
    "北京": (
        (Setting.NOTICE_DAYS, 15, _read(_BEIJING, "第三十二条、第三十五条")),
        (Setting.NOTICE_DAYS_SPECIAL, 15, _read(_BEIJING, "第三十五条")),
        (Setting.CANDIDATES_BEFORE_DAYS, 15, _read(_BEIJING, "第三十二条")),
        (Setting.RESULT_POSTED_DAYS, 3, _read(_BEIJING, "第三十七条")),
        (Setting.FILING_DAYS, 30, _read(_BEIJING, "第四十三条")),
        (Setting.COMMITTEE_LEAST, 5, _read(_BEIJING, "第三十九条")),
        # 五人以上单数: the city's text sets no upper bound; 11 stays, from the national guideline.
        (Setting.SMALL_COMMITTEE, 3, _read(_BEIJING, "第三十九条")),
        (Setting.SMALL_HOUSEHOLDS, 100, _read(_BEIJING, "第三十九条")),
        (Setting.ALTERNATES, "as-many", _read(_BEIJING, "第三十九条")),
        (Setting.OFFICIAL_SYSTEM, True, _read(_BEIJING, "第三十五条")),
    ),
    "上海": (
        # Art. 16 has fifteen days for a first assembly alone, the national regulation for every one.
        (Setting.CANDIDATES_BEFORE_DAYS, 15, _read(_SHANGHAI, "第十六条")),
        # Art. 21: the members within three days of the election; art. 27 has 及时 for other decisions.
        (Setting.RESULT_POSTED_DAYS, 3, _read(_SHANGHAI, "第二十一条")),
        (Setting.FILING_DAYS, 30, _read(_SHANGHAI, "第二十三条")),
        (Setting.COMMITTEE_LEAST, 5, _read(_SHANGHAI, "第二十条")),
        (Setting.SMALL_COMMITTEE, 3, _read(_SHANGHAI, "第二十条")),
        (Setting.SMALL_AREA_DM2, 1_000_000, _read(_SHANGHAI, "第二十条")),
    ),
    "杭州": (
        (Setting.NOTICE_DAYS, 15, _read(_HANGZHOU, "第十九条、第二十二条")),
        (Setting.NOTICE_DAYS_SPECIAL, 7, _read(_HANGZHOU, "第十九条")),
        (Setting.CANDIDATES_BEFORE_DAYS, 15, _read(_HANGZHOU, "第二十六条")),
        (Setting.CANDIDATES_SHOWN_DAYS, 7, _read(_HANGZHOU, "第二十六条")),
        (Setting.WINDOW_LEAST_DAYS, 5, _read(_HANGZHOU, "第二十条")),
        (Setting.WINDOW_MOST_DAYS, 60, _read(_HANGZHOU, "第二十条")),
        (Setting.COMMITTEE_LEAST, 5, _read(_HANGZHOU, "第二十七条")),
        (Setting.COMMITTEE_MOST, 11, _read(_HANGZHOU, "第二十七条")),
        (Setting.SMALL_COMMITTEE, 3, _read(_HANGZHOU, "第二十七条")),
        (Setting.SMALL_HOUSEHOLDS, 100, _read(_HANGZHOU, "第二十七条")),
        (Setting.STANDS_INCOMPLETE, True, _read(_HANGZHOU, "第二十七条")),
        (Setting.ALTERNATES, "all-over-the-threshold", _read(_HANGZHOU, "第二十八条")),
    ),
}


def _table(*parts: tuple[Row, ...]) -> Mapping[Setting, Value]:
    return {setting: Value(setting, value, source) for part in parts for setting, value, source in part}


PRESETS: dict[str, Mapping[Setting, Value]] = {
    "全国": _table(_NATIONAL),
    **{city: _table(_NATIONAL, rows) for city, rows in _CITIES.items()},
}

# 法释〔2009〕7号 art. 12: a year from when an owner knew or should have known of the decision.
REVOCATION_YEARS = 1
REVOCATION = _LIMITATION
