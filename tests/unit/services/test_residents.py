"""Residents' meetings: their own register, their own roll, and nothing of the owners' in between."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import second
from tests.assembly import AGENDA, IDENTITIES, PHONES, Assembly, register_csv, residents_csv
from tests.conventions import Convention
from voting.errors import Refusal, Refused
from voting.services import credentials, elections, log, registers, residents
from voting.services.site import Site
from voting.services.verification import verify_path
from voting.store import residents as rows

pytestmark = pytest.mark.either_database

FOREVER = timedelta(days=366)


@pytest.fixture
def held(site: Site, clock: Callable[[], Any], recorded_letters: None) -> Callable[..., Assembly]:
    """The small estate with a residents' meeting."""
    return lambda agenda: Assembly(site, clock(), agenda=agenda)


def refusal(act: Callable[[], Any]) -> Refusal:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.refusal


def imported(site: Site, meeting: Assembly, body: bytes, on: date | None = None) -> int:
    today = meeting.now.date()
    return residents.import_residents(
        site, meeting.estate_id, "r.csv", body, on or today, None, meeting.actor, meeting.now, today
    )


@pytest.mark.both_databases
def test_residents_are_who_lives_there_and_nobody_else(held: Callable[..., Assembly]) -> None:
    meeting = held(second.RESIDENTS).draft()
    view = elections.election(meeting.site, meeting.uuid)
    assert (view.electorate_owners, view.electorate_area_dm2) == (5, None)
    meeting.issue_draft()
    roll = credentials.roll(meeting.site, meeting.uuid)
    # The tenant is in, the owner of that flat who lives elsewhere is not, and a couple are two.
    assert [(each.name, each.units) for each in roll] == [
        ("张三", ("1-1-101",)),
        ("钱二", ("1-1-101",)),
        ("李四", ("1-1-201",)),
        ("赵六", ("2-1-101",)),
        ("孙七", ("2-1-201",)),
    ]


def test_a_household_is_one_voter_under_its_representatives_name(
    held: Callable[..., Assembly], tmp_path: Path
) -> None:
    meeting = held(second.HOUSEHOLDS).draft()
    register = residents.residents(meeting.site, meeting.estate_id)
    assert register is not None
    assert [(home.label, home.representative) for home in register.households] == [
        ("1-1-101", "张三"),
        ("1-1-201", "李四"),
        ("2-1-101", "赵六"),
        ("2-1-201", "孙七"),
    ]
    wife = register.households[0].members[1]

    def change(reason: str, resident: int = wife.position, register_id: int = register.register_id) -> None:
        residents.change_representative(
            meeting.site, meeting.estate_id, register_id, resident, reason, meeting.actor, meeting.now
        )

    assert refusal(lambda: change("短")) is Refusal.REASON_MISSING
    assert refusal(lambda: change("张三出差，由妻子代表", 99)) is Refusal.RESIDENT_UNKNOWN
    assert refusal(lambda: change("张三出差，由妻子代表", wife.position, 1)) is Refusal.RESIDENT_UNKNOWN
    change("原代表出差，家里商定改由另一位代表")
    meeting.issue_draft()
    assert credentials.roll(meeting.site, meeting.uuid)[0].name == "钱二"
    line = log.entries(meeting.site, log.SITE)[-1]
    assert line.act == "representative-changed"
    assert line.details["reason"] == "原代表出差，家里商定改由另一位代表"
    assert not {"张三", "钱二"} & set(map(str, line.details.values()))
    # Letters are made: whoever represents from now on, this roll stays.
    change("原代表回来了，又由原代表代表", register.households[0].members[0].position)
    assert credentials.roll(meeting.site, meeting.uuid)[0].name == "钱二"

    elections.open_election(meeting.site, meeting.uuid, meeting.actor, meeting.opens_at)
    # Her own digits let her in, her husband's do not.
    assert meeting.enter(1, IDENTITIES[1][-4:]).units == ("1-1-101",)
    assert refusal(lambda: meeting.enter(1, PHONES[0][-4:])) is Refusal.SECOND_FACTOR_WRONG
    meeting.cast_all({1: [second.YES], 2: [second.YES], 3: [second.NO]})
    meeting.close()
    outcome = meeting.count()
    assert outcome["electorate"] == {"heads": 4}
    assert outcome["questions"]["q1"]["passed"] is True
    path = tmp_path / "EXPORT.zip"
    path.write_bytes(meeting.export())
    found = verify_path(path)
    assert found.findings == ()
    assert found.facts["outcome"]["participation"] == {"heads": 3}


@pytest.mark.parametrize(("voters", "passed"), [(2, False), (3, True)])
def test_more_than_half_attend(held: Callable[..., Assembly], voters: int, passed: bool) -> None:
    """Of four households three; of those two."""
    meeting = held(second.HOUSEHOLDS).open()
    meeting.cast_all({voter: [second.YES] for voter in range(1, voters + 1)})
    meeting.close()
    outcome = meeting.count()
    assert (outcome["quorum_met"], outcome["questions"]["q1"]["passed"]) == (passed, passed)


def test_exactly_half_of_those_attending_is_not_enough(held: Callable[..., Assembly]) -> None:
    meeting = held(second.RESIDENTS).open()
    meeting.cast_all({1: [second.YES], 2: [second.YES], 3: [second.NO], 4: [second.ABSTAIN]})
    meeting.close()
    outcome = meeting.count()
    assert (outcome["quorum_met"], outcome["questions"]["q1"]["passed"]) == (True, False)


def test_neither_register_stands_in_for_the_other(site: Site, held: Callable[..., Assembly]) -> None:
    owners = held(AGENDA).draft()
    # The estate has owners and no residents.
    pact = elections.create_election(
        site, owners.estate_id, second.RESIDENTS, owners.opens_at, owners.closes_at, owners.actor, owners.now
    )
    assert elections.election(site, pact).electorate_owners is None

    def issue(uuid: str) -> None:
        credentials.issue_credentials(
            site, uuid, "correct horse battery", "https://vote.example", owners.actor, owners.now
        )

    assert refusal(lambda: issue(pact)) is Refusal.RESIDENTS_MISSING
    before = registers.estate(site, owners.estate_id)
    imported(site, owners, residents_csv())
    after = registers.estate(site, owners.estate_id)
    assert (after.register_id, after.voters, after.residents) == (before.register_id, before.voters, 5)
    assert elections.election(site, owners.uuid).electorate_owners == 5
    # An estate with residents alone has no owners.
    elsewhere = registers.create_estate(site, "别处小区", owners.actor, owners.now)
    today = owners.now.date()
    residents.import_residents(
        site, elsewhere, "r.csv", residents_csv(), today, None, owners.actor, owners.now, today
    )
    assert registers.estate(site, elsewhere).register_id is None
    assembly = AGENDA | {"estate": "别处小区"}
    uuid = elections.create_election(
        site, elsewhere, assembly, owners.opens_at, owners.closes_at, owners.actor, owners.now
    )
    assert refusal(lambda: issue(uuid)) is Refusal.REGISTER_MISSING


def test_an_owners_assembly_takes_no_residents(site: Site) -> None:
    convention = Convention(site).plan()
    pact = second.RESIDENTS | {"estate": convention.estate}
    assert refusal(lambda: convention.add(pact)) is Refusal.RESIDENTS_IN_ASSEMBLY


def test_nothing_is_imported_with_an_error_and_no_number_or_birthday_is_kept(
    site: Site, held: Callable[..., Assembly]
) -> None:
    meeting = held(AGENDA).draft()
    unknown = residents_csv("1-1-101,张三,,13800000001,,户主")
    assert refusal(lambda: imported(site, meeting, unknown)) is Refusal.REGISTER_HAS_PROBLEMS
    minors = residents_csv("1-1-101,张小,,,2015-06-01,子")
    assert refusal(lambda: imported(site, meeting, minors)) is Refusal.REGISTER_EMPTY
    owners = register_csv()
    assert refusal(lambda: imported(site, meeting, owners)) is Refusal.REGISTER_OF_OWNERS
    assert residents.residents(site, meeting.estate_id) is None
    register = imported(site, meeting, residents_csv())
    with site.store.read() as tx:
        stored = json.dumps([vars(each) for each in rows.register_residents(tx, register)], default=str)
    for number in (*IDENTITIES, *PHONES, "1961", "1990-02-03"):
        assert number not in stored
    assert "张小" not in stored


def test_ages_are_counted_on_the_day_of_the_vote(site: Site, held: Callable[..., Assembly]) -> None:
    meeting = held(AGENDA).draft()
    today = meeting.now.date()
    body = residents_csv("1-1-101,张小,,13800000001,2008-05-10,子", "1-1-101,张三,,13800000002,1970,户主")
    birthday = date(2026, 5, 10)
    assert today < birthday
    for on, count in ((birthday - timedelta(days=1), 1), (birthday, 2)):
        preview = residents.preview_residents("r.csv", body, on, None, today)
        assert (preview.residents, preview.minors) == (count, 2 - count)
    for on in (today - timedelta(days=1), today + FOREVER + timedelta(days=1)):
        assert refusal(lambda on=on: imported(site, meeting, body, on)) is Refusal.DAY_OUT_OF_RANGE  # type: ignore[misc]
    assert imported(site, meeting, body, today + FOREVER)
    assert log.entries(site, log.SITE)[-1].details["of_age_on"] == (today + FOREVER).isoformat()


def test_a_new_register_is_for_later_votes(site: Site, held: Callable[..., Assembly]) -> None:
    meeting = held(second.RESIDENTS).issue()
    imported(site, meeting, residents_csv("1-1-101,张三,,13800000001,1970,户主"))
    assert len(credentials.roll(site, meeting.uuid)) == 5
    later = datetime.fromisoformat("2026-05-02T00:00:00+00:00")
    credentials.withdraw_credentials(site, meeting.uuid, "名册更新，重新制作", meeting.actor, later)
    assert elections.election(site, meeting.uuid).electorate_owners == 1
