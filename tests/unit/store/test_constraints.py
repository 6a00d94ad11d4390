"""What must never happen is refused by the database itself, whatever the code above does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from voting.rules.roll import RollUnit
from voting.store import board, elections, registers, roll, trustees
from voting.store.board import EventRow
from voting.store.engine import Conflict, Store
from voting.store.roll import RollEntry
from voting.store.tables import board_events, circles
from voting.store.tables import elections as elections_table
from voting.store.tables import trustees as trustees_table
from voting.store.trustees import ShareRow

NOW = datetime(2026, 5, 1, tzinfo=UTC)
UUID = "bSYdYd7xzTmLAi"


@pytest.fixture
def draft(store: Store) -> str:
    """A draft with a roll of two."""
    with store.write() as tx:
        estate = registers.add_estate(tx, "金桥小区", NOW)
        elections.add_election(tx, UUID, estate, **_draft())
        roll.add_roll(tx, UUID, [_entry(1, "17"), _entry(2, "19")])
        board.add_events(tx, UUID, [_event(0), _event(1)], [("0" * 64, b"record")])
    return UUID


def test_one_ballot_a_voter(store: Store, draft: str) -> None:
    with store.write() as tx:
        board.add_ballot(tx, draft, 1, "tracker a", 0)
    with pytest.raises(Conflict), store.write() as tx:
        board.add_ballot(tx, draft, 1, "tracker b", 1)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_ballots_than_the_election_allows(store: Store, draft: str, most: int) -> None:
    with store.write() as tx:
        elections.move(tx, draft, "draft", {"ballots_each": most})
        board.add_events(tx, UUID, [_event(2), _event(3)], [])
    for number in range(1, most + 1):
        with store.write() as tx:
            board.add_ballot(tx, draft, 1, f"tracker {number}", number - 1, number, most)
    for number, said in ((most + 1, most), (most + 1, most + 1), (most, most), (0, most)):
        # Neither one more, nor by claiming that more are allowed, nor in the place of another.
        with pytest.raises(Conflict), store.write() as tx:
            board.add_ballot(tx, draft, 1, "tracker more", most, number, said)
    with store.read() as tx:
        cast = board.ballots_of(tx, draft, 1)
        assert [(each.number, each.replaced) for each in cast] == [
            (number, number < most) for number in range(1, most + 1)
        ]
        assert board.replacements(tx, draft) == {height: height + 1 for height in range(most - 1)}
    with pytest.raises(Conflict), store.write() as tx:
        # What was allowed when they were cast stays so.
        elections.move(tx, draft, "draft", {"ballots_each": most + 1})


def test_a_tracker_and_a_height_once(store: Store, draft: str) -> None:
    with store.write() as tx:
        board.add_ballot(tx, draft, 1, "tracker a", 0)
    with pytest.raises(Conflict), store.write() as tx:
        board.add_ballot(tx, draft, 2, "tracker a", 1)
    with pytest.raises(Conflict), store.write() as tx:
        board.add_ballot(tx, draft, 2, "tracker b", 0)


def test_a_ballot_only_of_a_voter_on_the_roll(store: Store, draft: str) -> None:
    with pytest.raises(Conflict), store.write() as tx:
        board.add_ballot(tx, draft, 3, "tracker a", 0)


def test_a_height_once(store: Store, draft: str) -> None:
    with pytest.raises(Conflict), store.write() as tx:
        board.add_events(tx, draft, [_event(1)], [])
    with pytest.raises(Conflict), store.write() as tx:
        tx.execute(insert(board_events).values(election_uuid=draft, **_event(-1).__dict__))


@pytest.mark.parametrize(
    "values",
    [
        {"phase": "finished"},
        {"phase": "open"},
        {"phase": "published"},
        {"closes_at": NOW},
        {"electorate_owners": 0, "electorate_area_dm2": 10},
    ],
)
def test_an_election_cannot_be_in_an_impossible_state(
    store: Store, draft: str, values: dict[str, Any]
) -> None:
    with pytest.raises(Conflict), store.write() as tx:
        tx.execute(update(elections_table).where(elections_table.c.uuid == draft).values(**values))


@pytest.mark.parametrize(
    "values", [{"area_dm2": 0}, {"area_dm2": -1}, {"tries": 6}, {"public_credential": "19"}]
)
def test_a_roll_entry_cannot_be_impossible(store: Store, draft: str, values: dict[str, Any]) -> None:
    with pytest.raises(Conflict), store.write() as tx:
        roll.change_entry(tx, draft, 1, **values)


def test_the_head_moves_once_from_each_height(store: Store, draft: str) -> None:
    with store.write() as tx:
        elections.move(tx, draft, "draft", {"height": 0, "owners_head": "a" * 64, "area_head": "b" * 64})
        assert not board.advance(tx, draft, "open", 0, "c" * 64, "d" * 64)
        assert not board.advance(tx, draft, "draft", 1, "c" * 64, "d" * 64)
        assert board.advance(tx, draft, "draft", 0, "c" * 64, "d" * 64)
        assert not board.advance(tx, draft, "draft", 0, "e" * 64, "f" * 64)
        row = elections.election_row(tx, draft)
    assert row is not None
    assert (row.height, row.owners_head) == (1, "c" * 64)


@pytest.fixture
def circle(store: Store, draft: str) -> str:
    """Two trustees in the draft."""
    with store.write() as tx:
        trustees.add_circle(tx, draft, 2, {"丁一": "1" * 64, "方二": "2" * 64}, NOW)
    return draft


@pytest.mark.parametrize(
    "values",
    [{"threshold": 0}, {"threshold": 3}, {"size": 21}, {"round": "finished"}, {"round": "ready"}],
)
def test_a_circle_cannot_be_impossible(store: Store, circle: str, values: dict[str, Any]) -> None:
    with pytest.raises(Conflict), store.write() as tx:
        tx.execute(update(circles).where(circles.c.election_uuid == circle).values(**values))


@pytest.mark.parametrize(
    "values",
    [
        {"name": "方二"},
        {"token_sha256": "2" * 64},
        {"number": 0},
        {"certificate": b"{}"},
        {"polynomial": b"{}", "polynomial_at": NOW},
        {"certificate": b"{}", "certificate_at": NOW, "output": b"{}", "output_at": NOW},
    ],
)
def test_a_trustee_cannot_be_impossible(store: Store, circle: str, values: dict[str, Any]) -> None:
    first = (trustees_table.c.election_uuid == circle) & (trustees_table.c.number == 1)
    with pytest.raises(Conflict), store.write() as tx:
        tx.execute(update(trustees_table).where(first).values(**values))


def test_the_round_moves_once(store: Store, circle: str) -> None:
    with store.write() as tx:
        assert not trustees.move_round(tx, circle, "outputs", "ready", b"{}")
        assert trustees.move_round(tx, circle, "certificates", "polynomials")
        assert not trustees.move_round(tx, circle, "certificates", "polynomials")


def test_one_share_a_trustee_of_the_circle(store: Store, circle: str) -> None:
    share = ShareRow(b"{}", b"{}", NOW)
    with store.write() as tx:
        trustees.add_share(tx, circle, 1, share)
    for number in (1, 3):
        with pytest.raises(Conflict), store.write() as tx:
            trustees.add_share(tx, circle, number, share)
    with store.read() as tx:
        assert trustees.shares(tx, circle) == {1: share}


def _draft() -> dict[str, Any]:
    return {
        "title": "题",
        "agenda": "{}",
        "opens_at": NOW,
        "closes_at": NOW + timedelta(days=1),
        "created_at": NOW,
        "group_name": "BELENIOS-2048",
    }


def _entry(voter: int, credential: str) -> RollEntry:
    return RollEntry(voter, "张三", "1", (RollUnit("101", "1", "1", "住宅", 9000),), 9000, credential, ())


def _event(height: int) -> EventRow:
    return EventRow(height, "Ballot", "0" * 64, "0" * 64, "1" * 64, "2" * 64, NOW)
