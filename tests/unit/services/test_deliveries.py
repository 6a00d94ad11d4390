"""The ledger of deliveries, and silence that counts by it; on SQLite and on PostgreSQL."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests import second
from tests.assembly import Assembly
from tests.conventions import MOTION, Convention, at
from tests.ledgers import TWO, delivered, photograph, visit
from tests.openings import auditor
from tests.refusals import refusal_of
from voting.errors import Refusal
from voting.rules.assembly import Meeting
from voting.rules.delivery import End, Ground, Task, Way
from voting.rules.settings import Setting
from voting.services import assemblies, deliveries, ledgers, log
from voting.services.credentials import withdraw_credentials
from voting.services.deemed import would_count
from voting.services.record import export_for_auditors
from voting.services.site import Site
from voting.services.verification import verify_files

MINUTE = timedelta(minutes=1)
pytestmark = [pytest.mark.usefixtures("recorded_letters"), pytest.mark.either_database]


@pytest.fixture
def election(site: Site, clock: Callable[[], Any]) -> Assembly:
    """An election that stands alone, whose rules count silence."""
    return Assembly(site, clock(), agenda=second.DEEMED)


def record(held: Assembly, *units: str, photo: bytes = b"", later: timedelta = MINUTE, **more: Any) -> int:
    moment = more.pop("at", held.voting)
    attempt = visit(moment, *units, **more)
    return deliveries.record_delivery(held.site, held.uuid, attempt, photo, held.actor, moment + later)


def standing(held: Assembly, label: str) -> deliveries.UnitView:
    view = deliveries.deliveries(held.site, held.uuid)
    return next(unit for unit in view.units if unit.label == label)


@pytest.mark.both_databases
def test_a_stairwell_is_entered_at_once_and_what_is_left_is_listed(election: Assembly) -> None:
    election.open()
    assert record(election, "1-1-101", "1-1-102", "1-1-201") == 1
    assert record(election, "2-1-101", end=End.ABSENT, note="敲门无人 13800001111") == 2
    view = deliveries.deliveries(election.site, election.uuid)
    assert [unit.label for unit in view.units][:3] == ["1-1-101", "1-1-102", "1-1-201"]
    assert [unit.label for unit in view.unproven] == ["2-1-101", "2-1-201", "2-1-301"]
    assert standing(election, "1-1-101").standing.ground is Ground.SIGNED
    assert standing(election, "2-1-101").standing.task is Task.TRY_AGAIN
    assert standing(election, "2-1-201").standing.ground is Ground.NOTHING_DONE
    assert view.entries[1].attempt.note == "敲门无人 …"
    assert (view.counts_silence, view.in_assembly) == (True, False)


def test_the_log_names_voters_by_number_and_nothing_of_the_visit(election: Assembly) -> None:
    election.open()
    record(election, "1-1-101", "1-1-201")
    record(election, "2-1-101", end=End.REFUSED, photo=photograph())
    first, second_line = log.entries(election.site, election.uuid)[-2:]
    assert first.act == "delivery-recorded"
    assert first.details["voters"] == [1, 2]
    assert (first.details["entry"], first.details["way"], first.details["units"]) == (1, "door", 2)
    assert (
        second_line.details["photo_sha256"]
        == sha256(
            ledgers.photo(election.site, election.uuid, second_line.details["photo_sha256"])
        ).hexdigest()
    )
    written = json.dumps([first.details, second_line.details], ensure_ascii=False)
    assert not any(word in written for word in ("1-1-101", "2-1-101", "王一", "refused", "张三"))


def test_an_entry_is_taken_back_by_another_and_never_changed(election: Assembly) -> None:
    election.open()
    number = record(election, "1-1-101")
    site, uuid, actor = election.site, election.uuid, election.actor

    def take_back(which: int, reason: str = "记错了一户") -> int:
        return ledgers.withdraw_entry(site, uuid, which, reason, actor, election.voting)

    assert refusal_of(lambda: take_back(number, "错")) is Refusal.REASON_MISSING
    assert refusal_of(lambda: take_back(9)) is Refusal.LEDGER_ENTRY_UNKNOWN
    assert take_back(number) == 2
    assert refusal_of(lambda: take_back(number)) is Refusal.LEDGER_ENTRY_WITHDRAWN
    assert refusal_of(lambda: take_back(2)) is Refusal.LEDGER_ENTRY_UNKNOWN
    assert not standing(election, "1-1-101").proven
    entry = deliveries.deliveries(site, uuid).entries[0]
    assert (entry.number, entry.reason, entry.attempt.people) == (1, "记错了一户", TWO)
    said = log.entries(site, uuid)[-1]
    assert (said.act, said.details["withdraws"]) == ("delivery-withdrawn", 1)


def test_what_cannot_be_is_refused_and_nothing_is_stored(election: Assembly) -> None:
    election.draft()
    assert refusal_of(lambda: record(election, "1-1-101")) is Refusal.CREDENTIALS_NOT_ISSUED
    election.issue_draft()
    letters = election.now
    cases: list[tuple[Callable[[], object], Refusal]] = [
        (lambda: record(election, "1-1-101", later=-MINUTE), Refusal.LEDGER_TIME_FUTURE),
        (lambda: record(election, "1-1-101", at=letters - MINUTE), Refusal.DELIVERY_BEFORE_LETTERS),
        (lambda: record(election, "1-1-101", "9-9-901"), Refusal.DELIVERY_UNIT_UNKNOWN),
        (lambda: record(election, "车位-01"), Refusal.DELIVERY_UNIT_UNKNOWN),
        (lambda: record(election), Refusal.DELIVERY_UNITS_MISSING),
        (lambda: record(election, "1-1-101", people=("王一",)), Refusal.DELIVERY_PEOPLE),
        (lambda: record(election, "1-1-101", people=("王一", "13800001111")), Refusal.DELIVERY_NAME),
        (lambda: record(election, "1-1-101", photo=b"GIF89a"), Refusal.PICTURE_KIND_UNKNOWN),
        (
            lambda: record(election, "1-1-101", "1-1-201", end=End.HANDED, photo=photograph()),
            Refusal.DELIVERY_ONE_VOTER,
        ),
        (lambda: record(election, "1-1-101", end=End.HANDED), Refusal.DELIVERY_PHOTO_MISSING),
        (lambda: deliveries.deliveries(election.site, "nothing"), Refusal.LEDGER_UNKNOWN),
        (lambda: ledgers.photo(election.site, election.uuid, "ab" * 32), Refusal.PAGE_UNKNOWN),
    ]
    for act, refusal in cases:
        assert refusal_of(act) is refusal
    assert deliveries.deliveries(election.site, election.uuid).entries == ()
    assert log.entries(election.site, election.uuid)[-1].act == "letters-issued"
    # Of one voter's two flats one photograph is enough, and the minute in which the letters were made counts.
    record(election, "1-1-101", "1-1-102", end=End.HANDED, photo=photograph(), at=letters)


def test_letters_that_were_withdrawn_take_their_deliveries_with_them(election: Assembly) -> None:
    election.issue()
    record(election, "1-1-101", at=election.now)
    assert standing(election, "1-1-101").proven
    withdraw_credentials(election.site, election.uuid, "议题要改，重新发信", election.actor, election.now)
    assert deliveries.deliveries(election.site, election.uuid).units == ()
    election.now += timedelta(hours=3)
    election.issue_draft()
    assert not standing(election, "1-1-101").proven


def test_coming_into_the_booth_once_proves_that_the_letter_arrived(election: Assembly) -> None:
    election.open()
    refused = refusal_of(lambda: election.enter(1, digits="0000"))
    assert refused is Refusal.SECOND_FACTOR_WRONG
    assert not standing(election, "1-1-101").proven
    election.enter(1)
    for label in ("1-1-101", "1-1-102"):
        found = standing(election, label).standing
        assert (found.ground, found.at, found.number) == (Ground.LINK_OPENED, election.voting, None)
    # When it was, stays; how often and what was done there is nobody's business.
    before = log.entries(election.site, election.uuid)
    election.enter(1)
    assert standing(election, "1-1-101").standing.at == election.voting
    assert log.entries(election.site, election.uuid) == before


def test_silence_counts_by_the_ledger_as_it_stood_at_the_closing(election: Assembly) -> None:
    election.open().cast_all({1: [second.YES], 2: [second.YES], 3: [second.NO]})
    wrong = delivered(election, "2-1-201")
    delivered(election, "2-1-101")  # voted: not silent
    ledgers.withdraw_entry(
        election.site, election.uuid, wrong, "签的是别家的信", election.actor, election.voting
    )
    election.enter(4)
    election.close()
    # Too late in every way: entered later, happened later, taken back later.
    record(election, "2-1-301", at=election.voting, later=timedelta(days=9))
    record(election, "2-1-301", at=election.closes_at)
    told = would_count(election.site, election.uuid)
    assert told is not None
    assert (told.heads, told.area_dm2) == (1, 8862)
    outcome = election.count()
    assert (outcome["quorum_met"], outcome["questions"]["q2"]["passed"]) == (False, False)
    assert outcome["with_deemed"]["deemed"] == {"owners": 1, "area_m2": "88.62"}
    assert outcome["with_deemed"]["questions"]["q2"]["passed"] is True
    counted = next(
        each for each in log.entries(election.site, election.uuid) if each.act == "election-counted"
    )
    files = auditors_export(election)
    assert counted.details["deemed"] == {"heads": 1, "area_dm2": 8862}
    assert counted.details["deemed_sha256"] == sha256(files["auditor/deemed.jsonl"]).hexdigest()
    (line,) = files["auditor/deemed.jsonl"].splitlines()
    proof = {"label": "2-1-201", "ground": "link-opened", "on": "2026-05-03", "entry": None}
    assert json.loads(line) == {"voter": 4, "units": [proof], "area_dm2": 8862}
    found = verify_files(files)
    assert (found.findings, found.facts["silent"]) == ((), 1)


def test_with_nothing_in_the_ledger_nobody_silent_counts(election: Assembly) -> None:
    election.open().cast_all({1: [second.YES]})
    election.close()
    outcome = election.count()
    assert outcome["with_deemed"]["deemed"] == {"owners": 0, "area_m2": "0.00"}
    assert outcome["with_deemed"]["participation"] == outcome["participation"]
    files = auditors_export(election)
    assert files["auditor/deemed.jsonl"] == b""
    assert verify_files(files).facts["silent"] == 0


def test_without_a_clause_silence_is_nothing(site: Site, clock: Callable[[], Any]) -> None:
    held = Assembly(site, clock()).open()
    held.cast(1)
    delivered(held, "2-1-101")
    held.close()
    assert would_count(site, held.uuid) is None
    assert "with_deemed" not in held.count()
    files = auditors_export(held)
    assert "auditor/deemed.jsonl" not in files
    assert "silent" not in verify_files(files).facts


def test_a_list_of_silent_voters_that_does_not_fit_is_found(election: Assembly) -> None:
    election.open().cast_all({3: [second.YES]})
    delivered(election, "1-1-101")
    delivered(election, "2-1-201")
    election.close()
    election.count()
    files = auditors_export(election)
    name = "auditor/deemed.jsonl"
    assert verify_files(files).findings == ()
    without = {each: body for each, body in files.items() if each != name}
    changed = {**files, name: files[name].replace(b'"voter":4', b'"voter":5')}
    for broken, refusal in (
        (without, Refusal.EXPORT_INCOMPLETE),
        (changed, Refusal.EXPORT_FILE_DIFFERS),
    ):
        findings = verify_files(broken).findings
        assert [each.refusal for each in findings] == [refusal]


def test_an_assembly_has_one_ledger_for_all_its_elections(site: Site) -> None:
    convention = Convention(site).plan()
    both = [convention.add(), convention.add({**MOTION, "title": "一栋电梯", "scope": {"buildings": ["1"]}})]
    convention.publish_roll().until("2026-05-09 00:00")
    convention.give_notice("2026-05-25 00:00", "2026-05-31 00:00").issue()
    actor, uuid, now = convention.actor, convention.uuid, at("2026-05-10 20:00")
    attempt = visit(now, "1-1-101", "2-1-101")
    assert deliveries.record_delivery(site, uuid, attempt, b"", actor, now) == 1
    assert refusal_of(lambda: deliveries.deliveries(site, both[0])) is Refusal.LEDGER_UNKNOWN
    view = deliveries.deliveries(site, uuid)
    assert [unit.label for unit in view.units if unit.proven] == ["1-1-101", "2-1-101"]
    lines = [log.entries(site, chain)[-1] for chain in (uuid, *both)]
    assert [line.act for line in lines] == ["delivery-recorded"] * 3
    assert [line.details.get("voters") for line in lines] == [None, [1, 3], [1]]
    assert len({line.details["sha256"] for line in lines}) == 1
    only_two = visit(now, "2-1-201", way=Way.MAIL, end=End.SENT, people=("王一",))
    deliveries.record_delivery(site, uuid, only_two, b"", actor, now)
    assert log.entries(site, both[1])[-1].details["entry"] == 1


def test_an_assembly_counts_silence_only_where_its_rules_do_and_a_first_one_never(site: Site) -> None:
    silent = {**MOTION, "terms": second.DEEMED["terms"]}
    first = Convention(site).plan()
    assert refusal_of(lambda: first.add(silent)) is Refusal.DEEMED_IN_FIRST

    def change(value: bool) -> None:
        reason = "议事规则第十二条，2023年通过"
        actor, now = first.actor, first.now
        assemblies.change_setting(site, first.uuid, Setting.DEEMED_VOTES, value, reason, actor, now)

    change(True)
    assert refusal_of(lambda: first.add(silent)) is Refusal.DEEMED_IN_FIRST
    planned = assemblies.Planned("金桥小区定期会议", "业委会", Meeting.REGULAR, "杭州")
    first.uuid = assemblies.plan_assembly(site, first.estate_id, planned, first.actor, first.now)
    assert refusal_of(lambda: first.add(silent)) is Refusal.DEEMED_NOT_IN_PLACE
    change(True)
    first.add(silent)
    first.publish_roll()
    change(False)
    first.until("2026-05-09 00:00")
    window = ("2026-05-25 00:00", "2026-05-31 00:00")
    assert refusal_of(lambda: first.give_notice(*window)) is Refusal.DEEMED_NOT_IN_PLACE
    change(True)
    first.give_notice(*window)


def auditors_export(held: Assembly) -> dict[str, bytes]:
    body = export_for_auditors(held.site, held.uuid, held.closes_at + timedelta(hours=2), auditor(held))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
