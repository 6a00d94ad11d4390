"""A meeting with two votes: the estate's, in which everybody votes, and that of 2 栋 alone.

Letters 3, 4 and 5 serve both, 1 and 2 only the estate's.
"""

from datetime import timedelta
from typing import Any

from tests.assembly import AGENDA
from tests.conventions import MOTION, Convention

PUMP: dict[str, Any] = {
    **AGENDA,
    "title": "2栋水泵",
    "scope": {"buildings": ["2"], "exclude_uses": ["车位"]},
    "questions": [
        {"id": "q1", "kind": "motion", "text": "是否同意用维修资金更换2栋水泵？", "matter": "278-5"},
        {"id": "q2", "kind": "motion", "text": "是否同意由物业公司招标？", "matter": "278-9"},
    ],
}
SECOND = timedelta(seconds=1)


def announced(
    made: Convention, zone: str = "Asia/Shanghai", pump_group: str = "BELENIOS-2048", midnight: str = "00:00"
) -> Convention:
    """Both votes announced, for 25 to 31 May; `midnight` of the zone as clocks in Shanghai show it."""
    made.plan(zone=zone)
    made.add(MOTION, "Ed25519")
    made.now += SECOND
    made.add(PUMP, pump_group)
    made.publish_roll().until(f"2026-05-09 {midnight}")
    return made.give_notice(f"2026-05-25 {midnight}", f"2026-05-31 {midnight}")
