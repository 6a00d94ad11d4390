"""What an outcome leaves to a by-election; `test_golden_apple_assembly.py` holds a whole one."""

from typing import Any

import pytest

from voting.errors import Refusal, Refused
from voting.rules.committee import by_election
from voting.rules.questions import CommitteeContest

CONTEST = CommitteeContest(
    "q1", "选举", 5, ("丁", "方", "石", "白", "朱", "任"), 5, alternates=2, least=3, stands_incomplete=True
)


def refusal(act: Any, *arguments: Any) -> Refusal:
    with pytest.raises(Refused) as refused:
        act(*arguments)
    return refused.value.refusal


def decided(*elected: str, alternates: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"elected": list(elected), "alternates": list(alternates)}


def test_what_an_outcome_leaves() -> None:
    left = by_election(CONTEST, decided("丁", "方", "石"))
    assert (left.members, left.moved_up, left.vacant) == (("丁", "方", "石"), (), 2)
    assert refusal(by_election, CONTEST, decided("丁", "方", "石", "白", "朱")) is Refusal.NOTHING_VACANT
    assert refusal(by_election, CONTEST, decided()) is Refusal.COMMITTEE_EMPTY


def test_with_half_of_them_gone_all_are_elected_anew() -> None:
    full = ("丁", "方", "石", "白", "朱")
    left = by_election(CONTEST, decided(*full), ("丁", "方"))
    assert (left.members, left.vacant) == (("石", "白", "朱"), 2)
    assert refusal(by_election, CONTEST, decided(*full), ("丁", "方", "石")) is Refusal.COMMITTEE_HALVED
    # An alternate who moves up is a member; an election that filled fewer seats has lost nobody.
    kept = by_election(CONTEST, decided(*full, alternates=("任",)), ("丁", "方", "石"))
    assert (kept.members, kept.vacant) == (("白", "朱", "任"), 2)
    assert by_election(CONTEST, decided("丁", "方")).vacant == 3


def test_alternates_move_up_in_their_order_and_only_where_there_are_any() -> None:
    full = ("丁", "方", "石", "白", "朱")
    with_alternates = decided(*full, alternates=("任", "邹"))
    # Two have left and two move up: nothing is vacant. A third leaves one seat.
    assert refusal(by_election, CONTEST, with_alternates, ("丁", "石")) is Refusal.NOTHING_VACANT
    left = by_election(CONTEST, with_alternates, ("丁", "石", "朱"))
    assert (left.members, left.moved_up, left.vacant) == (("方", "白", "任", "邹"), ("任", "邹"), 1)
    # Who has left does not move up.
    left = by_election(CONTEST, with_alternates, ("丁", "石", "任"))
    assert (left.members, left.vacant) == (("方", "白", "朱", "邹"), 1)
    left = by_election(CONTEST, decided(*full), ("丁",))
    assert (left.members, left.moved_up, left.vacant) == (full[1:], (), 1)
