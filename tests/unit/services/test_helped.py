"""A ballot that was cast with help: known beside the board, and nowhere else."""

import io
import zipfile
from datetime import timedelta

import pytest

from tests.assembly import Assembly
from tests.refusals import refusal_of
from voting.errors import Refusal
from voting.services import booth, helped, log
from voting.services.helped import UNREMARKED, Helper, Role
from voting.services.record import export_for_auditors, export_record
from voting.services.site import Actor

pytestmark = pytest.mark.either_database

LI = Helper("李梅梅", Role.HEAD)


def cast(assembly: Assembly, voter: int, by: Helper | None) -> booth.Receipt:
    body = assembly.ballot(voter)
    return booth.cast_ballot(assembly.site, assembly.uuid, voter, body, assembly.voting, helper=by)


@pytest.mark.both_databases
def test_organisers_and_auditors_see_whose_help_and_the_record_does_not(assembly: Assembly) -> None:
    assembly.open()
    site, uuid = assembly.site, assembly.uuid
    before = log.entries(site, uuid)
    receipts = {voter: cast(assembly, voter, LI if voter < 3 else None) for voter in (1, 2, 3)}
    assert log.entries(site, uuid) == before
    rows = helped.helped_ballots(site, uuid)
    assert {voter: (row.tracker, row.helper, row.role) for voter, row in rows.items()} == {
        voter: (receipts[voter].tracker, "李梅梅", "head") for voter in (1, 2)
    }
    [view] = helped.helpers(site, uuid)
    assert (view.name, view.role, view.voters, view.listed, view.many) == (
        "李梅梅",
        Role.HEAD,
        (1, 2),
        False,
        False,
    )
    helped.set_volunteers(site, uuid, [" 李梅梅", "", "王强", "王强"], assembly.actor, assembly.voting)
    assert helped.volunteers(site, uuid) == ["李梅梅", "王强"]
    assert helped.helpers(site, uuid)[0].listed
    assembly.close()
    assembly.count()
    auditor = Actor(assembly.actor.id, "shi", "auditor")
    exported_at = assembly.closes_at + timedelta(hours=2)
    for record in (
        export_record(site, uuid, exported_at, assembly.actor),
        export_for_auditors(site, uuid, exported_at, auditor),
    ):
        with zipfile.ZipFile(io.BytesIO(record)) as archive:
            everything = b"".join(archive.read(name) for name in archive.namelist())
        assert "李梅梅".encode() not in everything
        assert b"helped" not in everything


def test_sent_twice_it_was_helped_once_and_a_refused_ballot_never(assembly: Assembly) -> None:
    assembly.open()
    body = assembly.ballot(1)
    for _ in range(2):
        booth.cast_ballot(assembly.site, assembly.uuid, 1, body, assembly.voting, helper=LI)
    other = lambda: booth.cast_ballot(  # noqa: E731
        assembly.site, assembly.uuid, 1, assembly.ballot(1), assembly.voting, helper=LI
    )
    assert refusal_of(other) is Refusal.ALREADY_VOTED
    assert list(helped.helped_ballots(assembly.site, assembly.uuid)) == [1]


@pytest.mark.parametrize("more", [0, 1])
def test_many_are_pointed_out(assembly: Assembly, more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """On both sides of the line, which is drawn lower here so that the small estate reaches it."""
    assert UNREMARKED == 10
    monkeypatch.setattr(helped, "UNREMARKED", 2)
    assembly.open()
    for voter in range(1, 3 + more):
        cast(assembly, voter, Helper("李梅", Role.FAMILY if voter == 1 else Role.NEIGHBOUR))
    [view] = helped.helpers(assembly.site, assembly.uuid)
    assert view.many == bool(more)


def test_who_helps_is_named(assembly: Assembly) -> None:
    assert helped.helper(" 李  梅 ", "head") == Helper("李 梅", Role.HEAD)
    for name in ("", "　", "一" * 41, "13800001111"):
        assert refusal_of(lambda name=name: helped.helper(name, "head")) is Refusal.HELPER_NAME_INVALID
    assert refusal_of(lambda: helped.helper("李梅", "boss")) is Refusal.REQUEST_UNREADABLE
