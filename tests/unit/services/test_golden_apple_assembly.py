"""The first assembly of 金苹果小区 over sixty days, by a clock that the test moves: an objection, a
correction, a changed list of candidates, an extension, the count, and the record that anyone verifies.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conventions import GOLDEN_APPLE, Convention, at
from voting.documents.spreadsheet import read_rows
from voting.errors import Refusal, Refused
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.election import decode_election
from voting.rules.agenda import agenda_from_json
from voting.rules.area import area_m2
from voting.rules.assembly import About, Act, Meeting, Phase
from voting.rules.choices import choices_by_voter, read_choices
from voting.rules.roll import RollUnit, Voter
from voting.rules.settings import Setting
from voting.services import assemblies, booth, elections, log, objections, roll_corrections
from voting.services.assembly_roll import assembly_units
from voting.services.assembly_state import held
from voting.services.credentials import roll
from voting.services.objections import Objecting
from voting.services.record import export_record
from voting.services.roll_corrections import Corrected
from voting.services.site import Keys, Site
from voting.services.verification import verify_path
from voting.store.engine import Store

AGENDA: dict[str, Any] = json.loads((GOLDEN_APPLE / "golden-apple-agenda.json").read_text(encoding="utf-8"))
EXPECTED = json.loads((GOLDEN_APPLE / "golden-apple-expected.json").read_text(encoding="utf-8"))
SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.usefixtures("recorded_letters")


def refusal(act: Any, *arguments: Any) -> Refusal:
    with pytest.raises(Refused) as refused:
        act(*arguments)
    return refused.value.refusal


def cast_all(convention: Convention, uuid: str) -> None:
    """The ballots of the choices' file, by the voters of the frozen roll."""
    agenda = agenda_from_json(AGENDA)
    rows = read_rows("choices.csv", (GOLDEN_APPLE / "golden-apple-choices.csv").read_bytes())
    voters = [
        Voter(
            entry.number,
            entry.name,
            tuple(RollUnit(label, entry.building, "", "住宅", 1) for label in entry.units),
            entry.area_dm2,
            entry.building,
            (),
        )
        for entry in roll(convention.site, uuid)
    ]
    view = booth.booth(convention.site, uuid, convention.now)
    election = decode_election(view.election_json.encode())
    for voter, choices in choices_by_voter(read_choices(rows, agenda.questions), voters).items():
        body = encrypt_ballot(election, convention.private[uuid][voter], choices)
        booth.cast_ballot(convention.site, uuid, voter, body, convention.now)


def test_the_first_assembly_of_the_golden_apple_estate(sqlite: Path, tmp_path: Path) -> None:
    file = tmp_path / "assembly.sqlite"
    file.write_bytes(sqlite.read_bytes())
    site = Site(Store(f"sqlite:///{file}"), Keys.derive(b"a master secret of 32 bytes only"))
    convention = Convention.golden_apple(site)
    convention.plan(Meeting.FIRST, "杭州", elects_committee=True)
    actor, uuid = convention.actor, convention.uuid
    allowed = (Setting.EXTENSION_IN_ELECTION, True, "街道书面答复：可以延期一次")
    assemblies.change_setting(site, uuid, *allowed, actor, convention.now)

    # 1 May: roll and candidates are published; one candidate is not yet on the list.
    [*motions, contest] = AGENDA["questions"]
    fewer = {**AGENDA, "questions": [*motions, {**contest, "candidates": contest["candidates"][:-1]}]}
    window = (convention.now, convention.now + SECOND, actor)
    election = elections.create_election(
        site, convention.estate_id, fewer, *window, convention.now, "Ed25519", assembly=uuid
    )
    convention.elections.append(election)
    convention.publish_roll().publish_candidates()

    # 6 May: an objection to the roll, upheld on the 8th; the unit is corrected.
    convention.until("2026-05-06 20:00")
    objecting = Objecting(About.ROLL, "我家的面积少写了一平方米", "一位业主")
    number = objections.file_objection(site, uuid, objecting, actor, convention.now)
    convention.until("2026-05-08 10:00")
    before = roll_corrections.published_roll(site, uuid)
    assert before is not None
    assert (before.owners, area_m2(before.area_dm2)) == (156, "13260.50")
    entry = before.entries[0]
    area = area_m2(_area_of(convention, entry.labels[0]) + 100)
    corrected = Corrected(entry.labels[0], area=area)
    reason = "产权证上多一平方米"
    roll_corrections.correct_unit(site, uuid, corrected, reason, number, actor, convention.now)
    objections.answer_objection(site, uuid, number, "已按产权证更正", actor, convention.now)
    objections.decide_objection(site, uuid, number, True, reason, actor, convention.now)

    # 9 May, 00:00: not a second earlier.
    opens_at, closes_at = "2026-05-28 08:00", "2026-06-12 20:00"
    convention.until("2026-05-08 23:59:59")
    assert refusal(convention.give_notice, opens_at, closes_at) is Refusal.OBJECTIONS_RUNNING
    convention.until("2026-05-09 00:00")

    # 10 May: somebody was left out of the list; it is published again, and its fifteen days with it.
    convention.until("2026-05-10 09:00")
    elections.edit_election(site, election, AGENDA, *window, convention.now)
    assert refusal(convention.give_notice, opens_at, closes_at) is Refusal.CANDIDATES_CHANGED
    convention.publish_candidates("一位候选人的报名表漏收，资格已经审查")
    assert refusal(convention.give_notice, "2026-05-25 23:59:59", closes_at) is Refusal.NOTICE_TOO_SHORT
    convention.give_notice(opens_at, closes_at).issue()

    # 28 May: nobody is there, and it opens; to the second.
    convention.until("2026-05-28 07:59:59")
    assert convention.phases() == ["draft"]
    convention.until("2026-05-28 08:00")
    assert convention.phases() == ["open"]
    convention.until("2026-06-05 19:00")
    cast_all(convention, election)

    # 12 June: it is extended once, and a second time it is not.
    convention.until("2026-06-12 19:59:59")
    assemblies.extend(site, uuid, at("2026-06-20 20:00"), "还差几户没有投", actor, convention.now)
    again = (site, uuid, at("2026-06-25 20:00"), "还想再等几户", actor, convention.now)
    assert refusal(assemblies.extend, *again) is Refusal.EXTENSIONS_USED_UP
    convention.until("2026-06-20 19:59:59")
    assert convention.phases() == ["open"]
    convention.until("2026-06-20 20:00")
    assert convention.phases() == ["closed"]

    # Counted, published, final, filed: by 30 June, sixty days from the first.
    outcome = elections.count_election(site, election, actor, convention.now)
    convention.until("2026-06-21 09:00")
    assemblies.publish_preliminary(site, uuid, actor, convention.now)
    convention.until("2026-06-29 00:00")
    assemblies.publish_final(site, uuid, actor, convention.now)
    convention.until("2026-06-30 10:00")
    assemblies.file(site, uuid, actor, convention.now)
    view = convention.view
    assert (view.phase, view.next) == (Phase.FILED, None)

    # The electorate is the corrected one; what was decided is what the estate's agenda and choices make.
    assert outcome["electorate"] == {"owners": 156, "area_m2": "13261.50"}
    found, expected = outcome["questions"], EXPECTED["questions"]
    assert [found[each].get("passed") for each in found] == [expected[each].get("passed") for each in found]
    assert found["q3"]["elected"] == expected["q3"]["elected"]
    notice = view.last(Act.GIVE_NOTICE)
    assert notice is not None
    assert notice.facts["elections"][0]["area_dm2"] == 1_326_150

    # The election's own record tells of notice and extension, and holds.
    told = [entry.act for entry in log.entries(site, election)]
    assert {"notice-given", "election-extended"} <= set(told)
    record = tmp_path / "EXPORT.zip"
    record.write_bytes(export_record(site, election, convention.now, actor))
    report = verify_path(record)
    assert report.findings == ()
    site.store.close()


def _area_of(convention: Convention, label: str) -> int:
    with convention.site.store.read() as tx:
        units = assembly_units(tx, held(tx, convention.uuid).row)
    return next(unit.area_dm2 for unit in units if unit.label == label)
