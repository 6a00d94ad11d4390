"""The next assembly of an estate begins with the roll as the last one left it."""

import pytest

from tests.assembly import AREAS, register_csv
from tests.conventions import Convention, at
from voting.documents.notices import KINDS
from voting.rules.assembly import Effect, Meeting
from voting.services import assemblies, documents, log, roll_corrections
from voting.services.assemblies import Planned
from voting.services.registers import import_register
from voting.services.roll_corrections import ChangeView, Corrected
from voting.services.site import Site

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture
def convention(site: Site) -> Convention:
    """An area corrected, two voters joined."""
    convention = Convention(site)
    rows = convention.register[1].decode().splitlines()
    convention.register = ("roll.csv", "\n".join([*rows, "3-1-101,周八,,,80.00,住宅,测绘"]).encode())
    convention.plan().publish_roll()
    actor, now = convention.actor, convention.now
    corrected = Corrected("1-1-201", area="91.25")
    roll_corrections.correct_unit(site, convention.uuid, corrected, "产权证上多一平方米", None, actor, now)
    (proposal,) = roll_corrections.open_proposals(site, convention.uuid)
    arguments = (site, convention.uuid, proposal.key, True, "核对过，是同一个人", actor)
    roll_corrections.decide_proposal(*arguments, now)
    return convention


def planned(convention: Convention, title: str) -> str:
    convention.now = at("2026-09-01 09:00")
    meeting = Planned(title, "业主委员会", Meeting.REGULAR, "杭州", Effect.OFFICIAL)
    arguments = (convention.estate_id, meeting, convention.actor, convention.now)
    convention.uuid = assemblies.plan_assembly(convention.site, *arguments)
    return convention.uuid


def changes(convention: Convention) -> list[ChangeView]:
    return roll_corrections.changes(convention.site, convention.uuid)


def test_what_was_found_wrong_is_not_wrong_again_and_says_since_when(convention: Convention) -> None:
    first = convention.view.roll
    second = planned(convention, "定期会议")
    assert convention.view.roll == first
    assert first is not None
    assert (first.owners, first.area_dm2) == (5, sum(AREAS.values()) + 8000 + 100)
    assert roll_corrections.open_proposals(convention.site, second) == ()
    assert [(each.kind, each.reason) for each in changes(convention)] == [
        ("correction", "沿用“金桥小区首次业主大会会议”：产权证上多一平方米"),
        ("decision", "沿用“金桥小区首次业主大会会议”：核对过，是同一个人"),
    ]
    acts = [entry.act for entry in log.entries(convention.site, second)]
    assert acts == ["assembly-planned", "roll-correction", "roll-decision"]
    # A third one says it of the first, once.
    reasons = [each.reason for each in changes(convention)]
    planned(convention, "又一次会议")
    assert [each.reason for each in changes(convention)] == reasons


def test_a_new_register_is_taken_as_it_is(convention: Convention) -> None:
    site, actor, now = convention.site, convention.actor, convention.now
    import_register(site, convention.estate_id, "new.csv", register_csv(), None, actor, now)
    planned(convention, "定期会议")
    assert changes(convention) == []
    assert convention.view.roll is not None
    assert convention.view.roll.area_dm2 == sum(AREAS.values())


def test_an_estate_s_first_assembly_begins_with_its_register(site: Site) -> None:
    assert changes(Convention(site).plan()) == []


def test_the_notice_fixes_the_roll_and_says_no_more_that_it_may_change(site: Site) -> None:
    convention = Convention(site).plan()
    uuid = convention.add()
    convention.publish_roll().until("2026-05-09 00:00")

    def notice() -> str:
        return "".join(KINDS["meeting"].paper(documents.facts_of(site, uuid, "")).texts())

    assert "名册还可以更正" in notice()
    convention.give_notice("2026-05-25 00:00", "2026-05-31 00:00")
    assert "名册还可以更正" not in notice()
