"""A flat is sold while letters are out: what the old owner has cast stands, otherwise the new owner votes."""

from typing import Any

import pytest

from tests.assembly import BASE_URL, PASSPHRASE, YES, Assembly
from voting.errors import Refusal, Refused
from voting.services import credentials, log

pytestmark = pytest.mark.either_database

REASON = "已经过户，看过新的产权证"


def transfer(assembly: Assembly, voter: int, name: str = "郑九", **more: Any) -> str | None:
    given = {"reason": REASON, "now": assembly.voting} | more
    return credentials.transfer_voter(
        assembly.site, assembly.uuid, voter, name, given["reason"], assembly.actor, given["now"]
    )


@pytest.mark.both_databases
def test_the_new_owner_votes_where_the_old_one_has_not(assembly: Assembly) -> None:
    assembly.open()
    code = transfer(assembly, 4)
    assert code is not None
    entry = credentials.roll(assembly.site, assembly.uuid)[3]
    assert (entry.name, entry.units, entry.area_dm2) == ("郑九", ("2-1-201",), 8862)
    with pytest.raises(Refused) as refused:
        assembly.enter(4)
    assert refused.value.refusal is Refusal.SECOND_FACTOR_WRONG
    assert assembly.enter(4, code).name_masked.startswith("郑")
    file = assembly.issued.credential_file
    reprint = (assembly.site, assembly.uuid, 4, file, PASSPHRASE, BASE_URL, assembly.actor, assembly.voting)
    assert assembly.private[4] in credentials.reprint_letter(*reprint).decode()
    assembly.cast(4)
    line = next(each for each in log.entries(assembly.site, assembly.uuid) if each.act == "voter-transferred")
    assert line.details == {"voter": 4, "reason": REASON, "stands": 0}


def test_a_ballot_that_the_old_owner_has_cast_stands(assembly: Assembly) -> None:
    assembly.open().cast(4, YES)
    assert transfer(assembly, 4) is None
    entry = credentials.roll(assembly.site, assembly.uuid)[3]
    assert (entry.name, entry.has_voted) == ("孙七", True)
    last = log.entries(assembly.site, assembly.uuid)[-1]
    assert (last.act, last.details["stands"]) == ("voter-transferred", 1)
    assembly.close()
    assert assembly.count()["participation"] == {"owners": 1, "area_m2": "88.62"}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": " "}, Refusal.NAME_INVALID),
        ({"name": "郑" * 101}, Refusal.NAME_INVALID),
        ({"name": "郑\n九"}, Refusal.NAME_INVALID),
        ({"reason": "短"}, Refusal.REASON_MISSING),
        ({"voter": 9}, Refusal.VOTER_UNKNOWN),
    ],
)
def test_what_is_refused(assembly: Assembly, changes: dict[str, Any], refusal: Refusal) -> None:
    assembly.open()
    with pytest.raises(Refused) as refused:
        transfer(assembly, **({"voter": 4} | changes))
    assert refused.value.refusal is refusal


def test_after_the_closing_nothing_passes_on(assembly: Assembly) -> None:
    assembly.open()
    with pytest.raises(Refused) as refused:
        transfer(assembly, 4, now=assembly.closes_at)
    assert refused.value.refusal is Refusal.ELECTION_CLOSED
