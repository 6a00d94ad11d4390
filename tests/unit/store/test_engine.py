"""Transactions, times and the schema, on both databases."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from voting.store import accounts, board, elections, engine, openings, registers, trustees
from voting.store.engine import Conflict, Store
from voting.store.tables import metadata

NOW = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)
UUID = "bSYdYd7xzTmLAi"


def test_migrations_make_the_schema_of_the_tables(store: Store) -> None:
    with store.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata) == []
        inspector = inspect(tx)
        for table in metadata.sorted_tables:
            named = {str(c.name) for c in table.constraints if type(c).__name__ == "CheckConstraint"}
            assert {c["name"] for c in inspector.get_check_constraints(table.name)} == named


def test_migrating_again_changes_nothing(store: Store) -> None:
    store.migrate()
    with store.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1


def test_a_database_of_the_release_before_keeps_its_elections(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'old.sqlite'}")
    with store.write() as tx:
        config = Config()
        config.set_main_option("script_location", str(Path(engine.__file__).parent / "migrations"))
        config.attributes["connection"] = tx
        command.upgrade(config, "0002")
        estate = registers.add_estate(tx, "金桥小区", NOW)
        window = {"opens_at": NOW, "closes_at": NOW + timedelta(days=1), "created_at": NOW}
        draft = {"title": "题", "agenda": "{}", "group_name": "BELENIOS-2048", **window}
        elections.add_election(tx, "bSYdYd7xzTmLAi", estate, **draft)
    store.migrate()
    with store.write() as tx:
        assert trustees.circle(tx, "bSYdYd7xzTmLAi") is None
        trustees.add_circle(tx, "bSYdYd7xzTmLAi", 1, {"丁一": "0" * 64}, NOW)
    with store.read() as tx:
        found = trustees.circle(tx, "bSYdYd7xzTmLAi")
    assert found is not None
    assert (found.size, found.round, found.trustees[0].name) == (1, "certificates", "丁一")
    store.close()


def test_processes_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    program = f"from voting.store.engine import Store; Store({url!r}).migrate()"
    started = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(4)]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    with Store(url).read() as tx:
        assert tx.execute(text("SELECT count(*) FROM ballots")).scalar_one() == 0


def test_sqlite_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'new.sqlite'}").write() as tx:
        pragmas = {
            name: tx.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    full = 2
    assert pragmas == {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1, "busy_timeout": 30000}


def test_what_raises_is_undone(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        assert accounts.add_account(tx, "wang", "organiser", "王", "hash", NOW) / 0
    with store.read() as tx:
        assert accounts.account_by_name(tx, "wang") is None


def test_a_constraint_is_a_conflict_that_quotes_nothing(store: Store) -> None:
    with store.write() as tx:
        accounts.add_account(tx, "wang", "organiser", "王", "hash", NOW)
    with pytest.raises(Conflict) as raised, store.write() as tx:
        accounts.add_account(tx, "wang", "auditor", "secret text", "hash", NOW)
    assert "secret text" not in repr(raised.value)
    with pytest.raises(Conflict), store.write() as tx:
        accounts.add_account(tx, "li", "king", "李", "hash", NOW)


def test_times_come_back_aware_and_the_same(store: Store) -> None:
    shanghai = timezone(timedelta(hours=8))
    with store.write() as tx:
        account = accounts.add_account(tx, "wang", "organiser", "王", "hash", NOW)
        locked = NOW.astimezone(shanghai) + timedelta(microseconds=7)
        assert accounts.count_failure(tx, account, 1, locked)
    with store.read() as tx:
        found = accounts.account_by_id(tx, account)
    assert found is not None
    assert found.locked_until == NOW + timedelta(microseconds=7)
    assert found.locked_until.tzinfo is UTC


def test_a_time_without_a_zone_is_a_mistake_of_ours(store: Store) -> None:
    with pytest.raises(Exception, match="time zone"), store.write() as tx:
        accounts.add_account(tx, "wang", "organiser", "王", "hash", NOW.replace(tzinfo=None))


def test_writers_wait_for_each_other(store: Store) -> None:
    def add(number: int) -> None:
        with store.write() as tx:
            accounts.add_account(tx, f"name{number}", "organiser", "王", "hash", NOW)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(add, range(64)))
    with store.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM accounts")).scalar_one() == 64


def test_an_error_of_the_database_quotes_no_value(store: Store) -> None:
    """It is logged, and a log holds no names and no hashes of numbers."""
    with pytest.raises(DBAPIError) as raised, store.write() as tx:
        tx.execute(text("INSERT INTO nothing VALUES (:name)"), {"name": "王秀英"})
    assert "INSERT INTO nothing" in str(raised.value)
    assert "王秀英" not in str(raised.value)


def test_ballots_and_their_openings_survive_the_change_to_several_ballots_a_voter(store: Store) -> None:
    """From the release in which a voter had one ballot, and a request named the voter."""
    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).parent / "migrations"))
    with store.write() as tx:
        if store.is_sqlite:
            tx.execute(text("PRAGMA defer_foreign_keys=ON"))
            for table in [*reversed(metadata.sorted_tables)]:
                table.drop(tx)
            tx.execute(text("DROP TABLE alembic_version"))
        else:
            tx.execute(text("DROP SCHEMA public CASCADE"))
            tx.execute(text("CREATE SCHEMA public"))
        config.attributes["connection"] = tx
        command.upgrade(config, "0012")

        def put(table: str, **values: object) -> None:
            names = ", ".join(values)
            places = ", ".join(f":{name}" for name in values)
            tx.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), values)

        at, of = "2026-05-01 08:00:00+00:00", {"election_uuid": UUID}
        put(
            "accounts",
            id=1,
            name="wang",
            role="organiser",
            display_name="王",
            password_hash="",
            created_at=at,
        )
        put("estates", id=1, name="金桥小区", created_at=at)
        window = {"opens_at": at, "closes_at": "2026-05-09 08:00:00+00:00", "created_at": at}
        put("elections", uuid=UUID, estate_id=1, title="题", agenda="{}", group_name="Ed25519", **window)
        for number in (1, 2):
            entry = {
                "name": "",
                "building": "1",
                "units": "[]",
                "area_dm2": 1,
                "factors": "[]",
                "locked": False,
            }
            put("roll_entries", **of, voter=number, public_credential=str(number), **entry)
            event = {"owners_hash": "a", "area_hash": "b", "recorded_at": at}
            put("board_events", **of, height=number, type="Ballot", **event)
        put("ballots", **of, voter=1, tracker="tracker one", height=2)
        put("ballots", **of, voter=2, tracker="tracker two", height=1)
        asked = {"requested_by": 1, "requested_role": "organiser", "requested_at": at}
        document = {"attachment": b"", "attachment_kind": "pdf", "attachment_sha256": ""}
        said = {"tracker": "tracker two", "reason": "because", "state": "declined", "decided_at": at}
        put("openings", **of, number=1, voter=2, **said, **asked, **document)
        put(
            "opening_answers",
            **of,
            number=1,
            approver="account 2",
            approves=False,
            reason="no",
            answered_at=at,
        )
        put("open_ballots", **of, height=2, proof=b"proof")
    store.migrate()
    with store.read() as tx:
        assert [(each.number, each.tracker) for each in board.ballots_of(tx, UUID, 1)] == [(1, "tracker one")]
        assert board.trackers(tx, UUID) == [(1, "tracker two"), (2, "tracker one")]
        (request,) = openings.requests(tx, UUID)
        assert (request.tracker, request.state, request.requested_at.hour) == ("tracker two", "declined", 8)
        (answer,) = openings.answers(tx, UUID, 1)
        assert (answer.approves, answer.reason) == (False, "no")
        assert openings.opened_ballots(tx, UUID) == [b"proof"]
        assert compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata) == []
    with pytest.raises(Conflict), store.write() as tx:
        board.add_ballot(tx, UUID, 1, "tracker three", 1, 2, 2)
