"""A calendar file (RFC 5545): the same entries give the same bytes, apart from the time they were written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from voting.rules.periods import Calendar

LINE = 75  # octets of a line without its end (RFC 5545 §3.1)
_PRODUCT = "-//owners-voting//assembly//ZH"


@dataclass(frozen=True)
class CalendarEntry:
    """One entry; `uid` is stable, so that a later file moves the entry instead of adding another.

    A period that begins or ends at another hour than midnight is written in UTC, one of whole local days as
    days. `ends` is the first moment after it, and equal to `begins` for a moment.
    """

    uid: str
    begins: datetime
    ends: datetime
    summary: str
    description: str = ""


def _escaped(text: str) -> str:
    tidy = text.replace("\r\n", "\n").replace("\r", "\n")
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        tidy = tidy.replace(sign, written)
    return "".join(character for character in tidy if character >= " " and character != "\x7f")


def _folded(line: str) -> list[str]:
    """The line in pieces of at most 75 octets, never inside a character; further ones begin with a space."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > LINE:
            pieces.append(piece)
            piece = " "
        piece += character
    return [*pieces, piece]


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _when(entry: CalendarEntry, calendar: Calendar) -> list[str]:
    """The days of a period that ends at local midnight (its first day is shown whole), else UTC times."""
    if entry.ends > entry.begins and entry.ends == calendar.begin(calendar.day(entry.ends)):
        first, after = calendar.day(entry.begins), calendar.day(entry.ends)
        return [f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]
    ends = entry.ends if entry.ends > entry.begins else entry.begins + timedelta(minutes=1)
    return [f"DTSTART:{_utc(entry.begins)}", f"DTEND:{_utc(ends)}"]


def calendar_file(name: str, entries: Sequence[CalendarEntry], calendar: Calendar, now: datetime) -> bytes:
    """The `.ics` file: UTF-8, CRLF, folded; `name` is shown as the calendar's."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
        f"X-WR-TIMEZONE:{calendar.zone}",
    ]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_escaped(entry.uid)}",
            f"DTSTAMP:{_utc(now)}",
            *_when(entry, calendar),
            f"SUMMARY:{_escaped(entry.summary)}",
            *([f"DESCRIPTION:{_escaped(entry.description)}"] if entry.description else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(piece + "\r\n" for line in lines for piece in _folded(line)).encode()
