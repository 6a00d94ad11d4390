"""The calendar file, read back as RFC 5545 has it."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from voting.rules.ics import LINE, CalendarEntry, calendar_file
from voting.rules.periods import CHINA

NOW = datetime(2026, 5, 1, 2, tzinfo=UTC)


def unfolded(body: bytes) -> list[str]:
    assert body.endswith(b"\r\n")
    lines = body.split(b"\r\n")[:-1]
    assert all(len(line) <= LINE and b"\n" not in line and b"\r" not in line for line in lines)
    return b"\r\n".join(lines).replace(b"\r\n ", b"").decode().split("\r\n")


def entry(
    begins: datetime, ends: datetime, summary: str = "开始投票", description: str = ""
) -> CalendarEntry:
    return CalendarEntry("opening@assembly", begins, ends, summary, description)


def test_a_moment_is_written_in_utc() -> None:
    opens = datetime(2026, 5, 25, 0, tzinfo=UTC)
    lines = unfolded(calendar_file("会议", [entry(opens, opens)], CHINA, NOW))
    assert "DTSTART:20260525T000000Z" in lines
    assert "DTEND:20260525T000100Z" in lines
    assert "DTSTAMP:20260501T020000Z" in lines
    assert "UID:opening@assembly" in lines
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"


def test_a_period_to_midnight_is_written_in_days_of_the_estate() -> None:
    notice = entry(datetime(2026, 5, 9, 1, tzinfo=UTC), datetime(2026, 5, 24, 16, tzinfo=UTC))
    lines = unfolded(calendar_file("会议", [notice], CHINA, NOW))
    assert "DTSTART;VALUE=DATE:20260509" in lines
    assert "DTEND;VALUE=DATE:20260525" in lines


def test_a_period_to_another_hour_is_written_in_utc() -> None:
    period = entry(datetime(2026, 5, 9, 1, tzinfo=UTC), datetime(2026, 5, 9, 10, tzinfo=UTC))
    assert "DTEND:20260509T100000Z" in unfolded(calendar_file("会议", [period], CHINA, NOW))


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_stays_in_its_line(summary: str, description: str) -> None:
    summary = summary.encode(errors="ignore").decode()
    description = description.encode(errors="ignore").decode()
    lines = unfolded(calendar_file(summary, [entry(NOW, NOW, summary, description)], CHINA, NOW))
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    assert sum(line.startswith("SUMMARY:") for line in lines) == 1


def test_signs_are_escaped_and_the_same_entries_give_the_same_bytes() -> None:
    made = [entry(NOW, NOW, "一, 二; 三\\四", "第一行\n第二行" + "长" * 80)]
    body = calendar_file("会议", made, CHINA, NOW)
    assert "SUMMARY:一\\, 二\\; 三\\\\四" in unfolded(body)
    assert any(line.startswith("DESCRIPTION:第一行\\n第二行长") for line in unfolded(body))
    assert body == calendar_file("会议", made, CHINA, NOW)
