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
        sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST
    if not sound:
        raise Refused(Refusal.SETTING_VALUE, setting=setting.value)
