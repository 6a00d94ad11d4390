"""Periods in calendar days of the estate's own time zone (Civil Code arts 200-204).

Art. 201: the day on which a period begins does not count; it runs from the next day. Art. 203: its last
day ends at 24:00. So 15 days from a notice of 1 May, at whatever hour, end with 16 May, and the first moment
after them is 17 May 00:00. All moments here are aware; a period's end is that first moment after it.

Art. 203 also moves a last day that is a statutory holiday. The clock always takes the reading that nobody
can complain of: a period in which *others* may act or prepare (notice, objections, the vote) moves past the
holidays that the calendar knows, and a deadline of the organisers themselves does not. Which days are
holidays is decided by the State Council each year, so the calendar holds only days that people have entered.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from voting.errors import Refusal, Refused

LEGAL_ZONE = "Asia/Shanghai"  # one legal time in the whole country

_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]*(?:/[A-Z][A-Za-z0-9_+-]*)*")


@dataclass(frozen=True)
class Calendar:
    """A time zone by its IANA name, and the statutory holidays that people have entered."""

    zone: str = LEGAL_ZONE
    holidays: tuple[date, ...] = ()

    def check(self) -> None:
        """Refused ZONE_UNKNOWN for a zone that nobody knows, and RULES_MALFORMED for days out of order."""
        _ = self._zone
        if list(self.holidays) != sorted(set(self.holidays)):
            raise Refused(Refusal.RULES_MALFORMED, place="assembly.holidays")

    @property
    def _zone(self) -> ZoneInfo:
        unknown = Refused(Refusal.ZONE_UNKNOWN, zone=self.zone[:50])
        # Names in one spelling only: not every program minds upper and lower case.
        if not _ZONE.fullmatch(self.zone):
            raise unknown
        try:
            return ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise unknown from None

    def local(self, moment: datetime) -> datetime:
        """The same moment as clocks at the estate show it."""
        return moment.astimezone(self._zone)

    def day(self, moment: datetime) -> date:
        """The local day of a moment."""
        return self.local(moment).date()

    def begin(self, day: date) -> datetime:
        """The first moment of a local day, in UTC."""
        return datetime.combine(day, time(), self._zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """24:00 of a local day, which is the first moment after it, in UTC."""
        return self.begin(day + timedelta(days=1))

    def waiting(self, start: datetime, days: int) -> datetime:
        """The end of a period in which others act: past the holidays that its last day falls on."""
        return self._waited(self.day(start), days)

    def deadline(self, start: datetime, days: int) -> datetime:
        """The end of a period in which the organisers must act: holidays do not make it longer."""
        return self.end_of(self.day(start) + timedelta(days=days))

    def years(self, start: datetime, years: int) -> datetime:
        """The end of a period of years: 24:00 of the same date, or of the month's last day (art. 202)."""
        day = self.day(start)
        try:
            last = day.replace(year=day.year + years)
        except ValueError:  # 29 February
            last = date(day.year + years, 2, 28)
        return self.end_of(last)

    def latest_before(self, moment: datetime, days: int) -> date:
        """The last day on which something must have begun so that its whole period is over at `moment`."""
        day = self.day(moment) - timedelta(days=days + 1)
        while self._waited(day, days) > moment:
            day -= timedelta(days=1)
        return day

    def _waited(self, start: date, days: int) -> datetime:
        last = start + timedelta(days=days)
        while last in self.holidays:
            last += timedelta(days=1)
        return self.end_of(last)


CHINA = Calendar()  # one legal time in the whole country
