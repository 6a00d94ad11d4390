"""Periods: the day itself does not count, the last day ends at 24:00, holidays move only what others need."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.errors import Refusal, Refused
from voting.rules.periods import CHINA, Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize("hour", ["00:00:00", "09:30:00", "23:59:59"])
def test_fifteen_days_do_not_count_the_day_itself(hour: str) -> None:
    assert CHINA.waiting(at(f"2026-05-01 {hour}"), 15) == at("2026-05-17 00:00")


def test_a_second_on_either_side_of_midnight_is_a_day() -> None:
    midnight = at("2026-05-02 00:00")
    assert CHINA.waiting(midnight - SECOND, 15) == at("2026-05-17 00:00")
    assert CHINA.waiting(midnight, 15) == at("2026-05-18 00:00")


def test_the_day_is_the_estate_s_and_not_utc_s() -> None:
    # 16:30 UTC is already the next day in Shanghai, and 15:30 UTC is not.
    assert CHINA.waiting(datetime(2026, 5, 1, 16, 30, tzinfo=UTC), 1) == at("2026-05-04 00:00")
    assert CHINA.waiting(datetime(2026, 5, 1, 15, 30, tzinfo=UTC), 1) == at("2026-05-03 00:00")


def test_a_day_without_an_hour_is_still_a_day() -> None:
    berlin = Calendar("Europe/Berlin")  # 29 March 2026 has 23 hours
    start = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert berlin.waiting(start, 1) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert berlin.waiting(start, 2) - berlin.waiting(start, 1) == timedelta(hours=24)
    assert berlin.waiting(start, 1) - berlin.waiting(start, 0) == timedelta(hours=23)


def test_holidays_that_were_entered_move_waiting_but_no_deadline() -> None:
    golden_week = Calendar(holidays=tuple(date(2026, 10, day) for day in range(1, 8)))
    start = at("2026-09-24 10:00")
    assert golden_week.waiting(start, 7) == at("2026-10-09 00:00")
    assert golden_week.waiting(start, 6) == at("2026-10-01 00:00")
    assert golden_week.deadline(start, 7) == at("2026-10-02 00:00")
    assert CHINA.waiting(start, 7) == at("2026-10-02 00:00")


def test_years_end_with_the_same_date_or_the_month() -> None:
    assert CHINA.years(at("2026-05-01 10:00"), 1) == at("2027-05-02 00:00")
    assert CHINA.years(at("2028-02-29 10:00"), 1) == at("2029-03-01 00:00")
    assert CHINA.years(at("2028-02-29 10:00"), 4) == at("2032-03-01 00:00")


def test_an_unknown_zone_is_refused() -> None:
    for zone in ("Asia/Nowhere", "../etc/passwd", ""):
        with pytest.raises(Refused) as refused:
            Calendar(zone).day(at("2026-05-01 00:00"))
        assert refused.value.refusal is Refusal.ZONE_UNKNOWN


MOMENTS = st.integers(1_700_000_000, 1_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
HOLIDAYS = st.frozensets(st.dates(date(2024, 1, 1), date(2030, 3, 1)), max_size=5).map(
    lambda days: Calendar(holidays=tuple(sorted(days)))
)


@given(HOLIDAYS, MOMENTS, st.integers(0, 70))
def test_a_period_holds_that_many_whole_days(calendar: Calendar, start: datetime, days: int) -> None:
    end = calendar.waiting(start, days)
    assert end >= start + timedelta(days=days)
    assert calendar.deadline(start, days) <= end
    assert calendar.deadline(start, days) - start <= timedelta(days=days + 1)
    assert end == calendar.begin(calendar.day(end))
    assert days == 0 or calendar.waiting(start, days - 1) <= end


@given(HOLIDAYS, MOMENTS, st.integers(0, 70))
def test_the_latest_day_before_is_the_last_one_that_is_over(
    calendar: Calendar, moment: datetime, days: int
) -> None:
    latest = calendar.latest_before(moment, days)
    assert calendar.waiting(calendar.begin(latest), days) <= moment
    assert calendar.waiting(calendar.begin(latest + timedelta(days=1)), days) > moment
