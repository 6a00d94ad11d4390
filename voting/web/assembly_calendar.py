"""An assembly's dates drawn month by month: what each day is part of, and which deadline ends on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.rules.course import EVENT_WORDS, Dated, Event
from voting.rules.ics import CalendarEntry
from voting.rules.periods import Calendar
from voting.services.assembly_view import AssemblyView

# What is years away is in the list and the file, and would only make the drawing long.
_FAR = (Event.REVOCATION, Event.KEEPING)
_BANDS = {
    Event.ROLL_OBJECTIONS: "objections",
    Event.CANDIDATE_OBJECTIONS: "objections",
    Event.RESULT_OBJECTIONS: "objections",
    Event.NOTICE_PERIOD: "waiting",
}
MOST_MONTHS = 14


@dataclass(frozen=True)
class Day:
    """A day of the drawing: `bands` it lies in, words for what happens or ends on it; None outside."""

    number: int
    bands: tuple[str, ...]
    marks: tuple[str, ...]
    planned: bool
    today: bool


@dataclass(frozen=True)
class Month:
    """Weeks of seven days, Monday first."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True)
class Listed:
    """One line of the list: `last` is the last whole day of a period, None for a moment."""

    words: str
    entry: Dated
    first: date
    last: date | None


def listed(dates: Sequence[Dated], calendar: Calendar) -> list[Listed]:
    """Every date in words."""
    return [
        Listed(
            str(_(EVENT_WORDS[entry.event])),
            entry,
            calendar.day(entry.begins),
            calendar.day(entry.ends - timedelta(seconds=1)) if entry.ends > entry.begins else None,
        )
        for entry in dates
    ]


def months(dates: Sequence[Dated], calendar: Calendar, today: date) -> list[Month]:
    """The months from the first date to the last, without those years away."""
    entries = [each for each in listed(dates, calendar) if each.entry.event not in _FAR]
    if not entries:
        return []
    days: dict[date, tuple[set[str], list[str], bool]] = {}

    def of(day: date) -> tuple[set[str], list[str], bool]:
        return days.setdefault(day, (set(), [], True))

    by_event = {each.entry.event: each for each in entries}
    opening, closing = by_event.get(Event.OPENING), by_event.get(Event.CLOSING)
    if opening and closing:
        # A closing at midnight is the end of the day before.
        last = calendar.day(closing.entry.ends - timedelta(seconds=1))
        _fill(days, opening.first, last, "voting", opening.entry.planned)
    for each in entries:
        band = _BANDS.get(each.entry.event)
        if band and each.last:
            # The day on which it was published does not count (Civil Code art. 201).
            _fill(days, each.first + timedelta(days=1), each.last, band, each.entry.planned)
        at = each.last or calendar.day(each.entry.ends - timedelta(seconds=1))
        day = each.first if each.entry.event is Event.OPENING else at
        bands, marks, planned = of(day)
        marks.append(each.words)
        days[day] = (bands, marks, planned and each.entry.planned)
    first, last_day = min(days), max(days)
    made: list[Month] = []
    year, month = first.year, first.month
    while (year, month) <= (last_day.year, last_day.month) and len(made) < MOST_MONTHS:
        made.append(_month(year, month, days, today))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return made


def _fill(
    days: dict[date, tuple[set[str], list[str], bool]], first: date, last: date, band: str, planned: bool
) -> None:
    day = first
    while day <= last:
        bands, marks, before = days.setdefault(day, (set(), [], True))
        days[day] = ({*bands, band}, marks, before and planned)
        day += timedelta(days=1)


def _month(year: int, month: int, days: dict[date, tuple[set[str], list[str], bool]], today: date) -> Month:
    day = date(year, month, 1)
    cells: list[Day | None] = [None] * day.weekday()
    while day.month == month:
        bands, marks, planned = days.get(day, (set(), [], False))
        cells.append(Day(day.day, tuple(sorted(bands)), tuple(marks), planned, day == today))
        day += timedelta(days=1)
    cells += [None] * (-len(cells) % 7)
    return Month(date(year, month, 1), tuple(tuple(cells[i : i + 7]) for i in range(0, len(cells), 7)))


def entries(view: AssemblyView, address: str) -> list[CalendarEntry]:
    """The dates for a calendar file; planned ones say so."""
    return [
        CalendarEntry(
            f"{view.uuid}-{entry.event.value}@owners-voting",
            entry.begins,
            entry.ends,
            (_("（计划）") if entry.planned else "") + f"{view.estate}：{_(EVENT_WORDS[entry.event])}",
            f"{view.title}\n{address}",
        )
        for entry in view.dates
    ]
