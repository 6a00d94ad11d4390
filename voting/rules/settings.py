"""What a place's rules can set, and what a value of each may be."""

from dataclasses import dataclass
from enum import StrEnum

from voting.errors import Refusal, Refused


class Setting(StrEnum):
    """What a place's rules set; the value is stable and stands in records. Days are calendar days."""

    NOTICE_DAYS = "notice-days"
    NOTICE_DAYS_SPECIAL = "notice-days-special"
    ROLL_OBJECTION_DAYS = "roll-objection-days"
    CANDIDATES_BEFORE_DAYS = "candidates-before-days"
    CANDIDATES_SHOWN_DAYS = "candidates-shown-days"
    WINDOW_LEAST_DAYS = "window-least-days"
    WINDOW_MOST_DAYS = "window-most-days"
    EXTENSIONS_MOST = "extensions-most"
    EXTENSION_IN_ELECTION = "extension-in-committee-election"
    RESULT_POSTED_DAYS = "result-posted-days"
    RESULT_OBJECTION_DAYS = "result-objection-days"
    FILING_DAYS = "filing-days"
    COMMITTEE_LEAST = "committee-least"
    COMMITTEE_MOST = "committee-most"
    SMALL_COMMITTEE = "small-committee"
    SMALL_HOUSEHOLDS = "small-households"
    SMALL_AREA_DM2 = "small-area-dm2"
    STANDS_INCOMPLETE = "committee-stands-incomplete"
    ALTERNATES = "alternates"
    REVOTING = "revoting"
    PROXY_CAP = "proxy-cap"
    DEEMED_VOTES = "deemed-votes"
    OFFICIAL_SYSTEM = "official-system-for-online-votes"
    KEEP_YEARS = "keep-years"


# The source texts of the translations.
SETTING_WORDS: dict[Setting, str] = {
    Setting.NOTICE_DAYS: "会议公告天数",
    Setting.NOTICE_DAYS_SPECIAL: "临时会议公告天数",
    Setting.ROLL_OBJECTION_DAYS: "业主清册公示天数",
    Setting.CANDIDATES_BEFORE_DAYS: "候选人名单提前公示天数",
    Setting.CANDIDATES_SHOWN_DAYS: "候选人名单公示天数",
    Setting.WINDOW_LEAST_DAYS: "投票最少天数",
    Setting.WINDOW_MOST_DAYS: "投票最多天数",
    Setting.EXTENSIONS_MOST: "最多延期次数",
    Setting.EXTENSION_IN_ELECTION: "选举业委会可否延期",
    Setting.RESULT_POSTED_DAYS: "公布结果的天数",
    Setting.RESULT_OBJECTION_DAYS: "结果公示天数",
    Setting.FILING_DAYS: "备案天数",
    Setting.COMMITTEE_LEAST: "业委会最少人数",
    Setting.COMMITTEE_MOST: "业委会最多人数",
    Setting.SMALL_COMMITTEE: "小型小区业委会人数",
    Setting.SMALL_HOUSEHOLDS: "小型小区户数上限",
    Setting.SMALL_AREA_DM2: "小型小区面积上限",
    Setting.STANDS_INCOMPLETE: "未选满可否成立",
    Setting.ALTERNATES: "候补委员",
    Setting.REVOTING: "改投",
    Setting.PROXY_CAP: "每人最多代理几户",
    Setting.DEEMED_VOTES: "未投票的是否计入",
    Setting.OFFICIAL_SYSTEM: "网上投票须用政府系统",
    Setting.KEEP_YEARS: "资料保存年数",
}

# None: the setting sets no limit here, or the thing does not exist.
Scalar = int | bool | str | None

# Of settings that are words: what they may say.
WORDS: dict[Setting, tuple[str, ...]] = {
    Setting.ALTERNATES: ("none", "half", "as-many", "all-over-the-threshold"),
    Setting.REVOTING: ("none", "once", "until-close"),
}
FLAGS = frozenset(
    {
        Setting.EXTENSION_IN_ELECTION,
        Setting.STANDS_INCOMPLETE,
        Setting.DEEMED_VOTES,
        Setting.OFFICIAL_SYSTEM,
    }
)
# May be None: no such limit, or no such rule.
OPEN = frozenset(
    {
        Setting.CANDIDATES_BEFORE_DAYS,
        Setting.CANDIDATES_SHOWN_DAYS,
        Setting.WINDOW_MOST_DAYS,
        Setting.COMMITTEE_MOST,
        Setting.SMALL_COMMITTEE,
        Setting.SMALL_HOUSEHOLDS,
        Setting.SMALL_AREA_DM2,
        Setting.PROXY_CAP,
    }
)
MOST = 10_000_000  # of any number; areas are 0.01 m²
MOST_DAYS = 3660  # ten years: beyond it nothing is a period


@dataclass(frozen=True)
class Source:
    """Where a value stands: `title` with its year, `article`; `read` when the text itself was read."""

    title: str
    article: str
    read: bool

    @property
    def basis(self) -> str:
        """What may be said of it to people: law only when it was read."""
        return f"《{self.title}》{self.article}" if self.read else "通常做法，请核对"


@dataclass(frozen=True)
class Value:
    """One setting's value in a place, and why."""

    setting: Setting
    value: Scalar
    source: Source


def check_value(setting: Setting, value: Scalar) -> None:
    """Refused SETTING_VALUE for a value that the setting cannot have."""
    if value is None:
        sound = setting in OPEN
    elif setting in WORDS:
        sound = value in WORDS[setting]
    elif setting in FLAGS:
        sound = isinstance(value, bool)
    else:
        most = MOST_DAYS if "-days" in setting else MOST
        sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
    if not sound:
        raise Refused(Refusal.SETTING_VALUE, setting=setting.value)
