"""One field of a JSON document at a time, strictly: every fault is refused with its place."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from voting.errors import Refusal, Refused

MAX_NAME = 50  # characters of a candidate's or a building's name
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def fault(place: str, refusal: Refusal = Refusal.AGENDA_MALFORMED) -> Refused:
    """A refusal with its place."""
    return Refused(refusal, place=place)


def text(value: object, place: str, longest: int) -> str:
    """Text without spaces around it, in one line."""
    if not isinstance(value, str) or not value.strip():
        raise fault(place, Refusal.AGENDA_TEXT_MISSING)
    said = value.strip()
    if _CONTROL.search(said):
        raise fault(place, Refusal.AGENDA_TEXT_UNPRINTABLE)
    if len(said) > longest:
        raise Refused(Refusal.AGENDA_TEXT_TOO_LONG, place=place, longest=longest)
    return said


def record(value: object, place: str, required: set[str], optional: set[str]) -> Mapping[str, Any]:
    """An object with all of the required keys and none beyond the optional ones."""
    if not isinstance(value, Mapping):
        raise fault(place)
    for key in sorted(required - value.keys()):
        raise fault(f"{place}.{key}", Refusal.AGENDA_FIELD_MISSING)
    for key in sorted(str(key) for key in value.keys() - required - optional):
        raise fault(f"{place}.{key[:MAX_NAME]}", Refusal.AGENDA_FIELD_UNKNOWN)
    return value


def names(value: object, place: str, most: int) -> tuple[str, ...]:
    """Different texts, at most so many."""
    if not isinstance(value, list | tuple):
        raise fault(place)
    if len(value) > most:
        raise Refused(Refusal.AGENDA_TOO_MANY, place=place, most=most)
    listed = tuple(text(name, f"{place}[{i}]", MAX_NAME) for i, name in enumerate(value, start=1))
    seen: set[str] = set()
    for i, name in enumerate(listed, start=1):
        if name in seen:
            raise Refused(Refusal.AGENDA_NAME_TWICE, place=f"{place}[{i}]", name=name)
        seen.add(name)
    return listed


def whole(value: object, place: str) -> int:
    """An integer, and no boolean."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise fault(place)
    return value


def moment(value: object, place: str) -> datetime | None:
    """A time with an offset, in UTC, or None."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise fault(place, Refusal.AGENDA_TIME_UNREADABLE)
    try:
        time = datetime.fromisoformat(value)
        if time.tzinfo is None:
            raise fault(place, Refusal.AGENDA_TIME_UNREADABLE)
        return time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise fault(place, Refusal.AGENDA_TIME_UNREADABLE) from None
