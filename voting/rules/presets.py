"""What applies in a place: each value with its source, and with whether the source itself was read.

A value whose text was not read is usual practice and never shown as law (`Source.basis`). Every value can be
changed with a reason; the change is an `Override` and stays on record beside what it replaced. A preset is a
way to begin with, not legal advice: texts change, and what was read was a public copy of the text in force
at the year in its title.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from voting.errors import Refusal, Refused
from voting.rules.places import PRESETS
from voting.rules.settings import Scalar, Setting, Value, check_value

LEAST_REASON = 5  # characters: a word is no reason
MAX_REASON = 500


@dataclass(frozen=True)
class Override:
    """A value that people changed, with the reason; who and when stand in the audit log."""

    setting: Setting
    value: Scalar
    reason: str


@dataclass(frozen=True)
class Settings:
    """What applies in an assembly: a place's preset, and what was changed of it."""

    place: str
    overrides: tuple[Override, ...] = ()

    def __getitem__(self, setting: Setting) -> Scalar:
        return self.explained(setting).value

    def explained(self, setting: Setting) -> Value | Override:
        """The value in force, with its source or its reason."""
        changed = [override for override in self.overrides if override.setting is setting]
        return changed[-1] if changed else preset(self.place)[setting]

    def days(self, setting: Setting) -> int:
        """A number of days, or any other that is always there."""
        number = self[setting]
        assert isinstance(number, int)
        return number

    def limit(self, setting: Setting) -> int | None:
        """A number that may be without limit."""
        number = self[setting]
        assert number is None or isinstance(number, int)
        return number

    def allows(self, setting: Setting) -> bool:
        """A setting that is on or off."""
        return self[setting] is True

    def word(self, setting: Setting) -> str:
        """A setting of `WORDS`."""
        return str(self[setting])

    def changed(self, setting: Setting, value: Scalar, reason: str) -> "Settings":
        """With one value changed. Refused SETTING_VALUE(setting), REASON_MISSING(least)."""
        check_value(setting, value)
        text = " ".join(reason.split())
        if len(text) < LEAST_REASON:
            raise Refused(Refusal.REASON_MISSING, least=LEAST_REASON)
        return Settings(self.place, (*self.overrides, Override(setting, value, text[:MAX_REASON])))


def preset(place: str) -> Mapping[Setting, Value]:
    """Every setting of a place. Refused PLACE_UNKNOWN."""
    if place not in PRESETS:
        raise Refused(Refusal.PLACE_UNKNOWN, place=place[:50])
    return PRESETS[place]


def check_settings(settings: Settings) -> None:
    """Refused PLACE_UNKNOWN, SETTING_VALUE or REASON_MISSING for settings that nobody could have made."""
    preset(settings.place)
    again = Settings(settings.place)
    for each in settings.overrides:
        again = again.changed(each.setting, each.value, each.reason)
