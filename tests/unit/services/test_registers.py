"""Registers: a dry run that stores nothing, an import of what is clean, no number of a person stored."""

from collections.abc import Callable

import pytest

from tests.assembly import ROWS, Assembly, register_csv
from voting.errors import Refusal, Refused
from voting.services import registers
from voting.services.accounts import create_account
from voting.services.log import SITE, entries
from voting.services.site import Actor, Keys, Site
from voting.store.registers import register_units


@pytest.fixture
def actor(site: Site, clock: Callable) -> Actor:
    """An organiser."""
    return Actor(
        create_account(site, "wang", "organiser", "王", "a long password", clock()), "wang", "organiser"
    )


def test_a_preview_counts_and_stores_nothing(site: Site) -> None:
    preview = registers.preview_register(site, "roll.csv", register_csv())
    assert (preview.units, preview.counted_units, preview.uncounted_units) == (7, 6, 1)
    assert (preview.voters, preview.area_dm2) == (5, 49938)
    assert [voter.labels for voter in preview.merges] == [("1-1-101", "1-1-102")]
    assert preview.errors == 0
    assert registers.estates(site) == []


def test_an_import_is_the_newest_register(site: Site, clock, actor: Actor) -> None:
    estate_id = registers.create_estate(site, " 金桥小区 ", actor, clock())
    empty = registers.estate(site, estate_id)
    assert (empty.name, empty.register_id, empty.voters) == ("金桥小区", None, 0)
    registers.import_register(site, estate_id, "old.csv", register_csv(*ROWS[:1]), None, actor, clock())
    second = registers.import_register(site, estate_id, "roll.csv", register_csv(), None, actor, clock())
    (view,) = registers.estates(site)
    assert (view.register_id, view.file_name, view.imported_at) == (second, "roll.csv", clock())
    assert (view.units, view.voters, view.area_dm2) == (6, 5, 49938)
    acts = [entry.act for entry in entries(site, SITE)]
    assert acts == ["account-created", "estate-created", "register-imported", "register-imported"]


def test_a_register_with_an_error_is_not_imported(site: Site, clock, actor: Actor) -> None:
    estate_id = registers.create_estate(site, "金桥小区", actor, clock())
    body = register_csv(*ROWS, ROWS[0])
    preview = registers.preview_register(site, "roll.csv", body)
    assert preview.errors == 1
    with pytest.raises(Refused) as refused:
        registers.import_register(site, estate_id, "roll.csv", body, None, actor, clock())
    assert refused.value.refusal is Refusal.REGISTER_HAS_PROBLEMS
    assert refused.value.context == {"count": 1}
    assert registers.estate(site, estate_id).register_id is None


def test_estates_are_refused_by_name(site: Site, clock, actor: Actor) -> None:
    registers.create_estate(site, "金桥小区", actor, clock())
    for name, refusal in (("金桥小区", Refusal.ESTATE_NAME_TAKEN), ("  ", Refusal.ESTATE_NAME_INVALID)):
        with pytest.raises(Refused) as refused:
            registers.create_estate(site, name, actor, clock())
        assert refused.value.refusal is refusal
    with pytest.raises(Refused) as refused:
        registers.import_register(site, 99, "roll.csv", register_csv(), None, actor, clock())
    assert refused.value.refusal is Refusal.ESTATE_UNKNOWN


def test_owner_keys_say_nothing_without_the_sites_secret(site: Site, clock, actor: Actor) -> None:
    estate_id = registers.create_estate(site, "金桥小区", actor, clock())
    register_id = registers.import_register(site, estate_id, "roll.csv", register_csv(), None, actor, clock())
    with site.store.read() as tx:
        units = register_units(tx, register_id)
    assert units[0].owner_keys == units[1].owner_keys
    elsewhere = Site(site.store, Keys.derive(b"another secret of thirty-two byt"))
    other = registers.preview_register(elsewhere, "roll.csv", register_csv())
    assert other.merges[0].owner_keys != units[0].owner_keys
    salts = [factor.salt for unit in units for factor in unit.factors]
    assert len(set(salts)) == len(salts)


def test_numbers_in_a_note_are_not_kept(site: Site, clock, actor: Actor) -> None:
    estate_id = registers.create_estate(site, "金桥小区", actor, clock())
    header = "房号,业主姓名,证件号码,联系电话,建筑面积,用途,备注"
    body = f"{header}\n1-1-101,张三,,13800005678,88.62,住宅,女儿 13912345678"
    register_id = registers.import_register(site, estate_id, "r.csv", body.encode(), None, actor, clock())
    with site.store.read() as tx:
        (unit,) = register_units(tx, register_id)
    assert unit.note == "女儿 …"


def test_the_whole_estate_in_one_draft(assembly: Assembly) -> None:
    assembly.draft()
    (view,) = registers.estates(assembly.site)
    assert view.name == "金桥小区"
    assert view.buildings
