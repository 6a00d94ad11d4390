"""The first assembly of 金苹果小区 over sixty days, by a clock that the test moves: an objection, a
correction, a changed list of candidates, an extension, the count, and the record that anyone verifies. It
elects fewer than there are seats: a by-election is planned from its outcome, held and verified, too.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conventions import GOLDEN_APPLE, Convention, at
from voting.documents.notices import KINDS
from voting.documents.spreadsheet import read_rows
from voting.errors import Refusal, Refused
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.election import decode_election
from voting.rules.agenda import agenda_from_json
from voting.rules.area import area_m2
from voting.rules.assembly import About, Act, Effect, Meeting, Phase
from voting.rules.choices import choices_by_voter, read_choices
from voting.rules.roll import RollUnit, Voter
from voting.rules.settings import Setting
from voting.services import (
    assemblies,
    booth,
    by_elections,
    documents,
    elections,
    log,
    objections,
    roll_corrections,
)
from voting.services.assemblies import Planned
from voting.services.assembly_roll import assembly_units
from voting.services.assembly_state import held
from voting.services.credentials import roll
from voting.services.objections import Objecting
from voting.services.record import export_record
from voting.services.roll_corrections import Corrected
from voting.services.site import Keys, Site
from voting.services.verification import verify_path
from voting.store.engine import Store
from voting.web.election_form import of_by_election

AGENDA: dict[str, Any] = json.loads((GOLDEN_APPLE / "golden-apple-agenda.json").read_text(encoding="utf-8"))
EXPECTED = json.loads((GOLDEN_APPLE / "golden-apple-expected.json").read_text(encoding="utf-8"))
SECOND = timedelta(seconds=1)
pytestmark = [pytest.mark.usefixtures("recorded_letters"), pytest.mark.thorough]


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
    by_voter = choices_by_voter(read_choices(rows, agenda.questions), voters)
    for number, (voter, [*motions, ticks]) in enumerate(by_voter.items()):
        # Of the last four candidates only every second tick is there: they stay below the line.
        choices = [*motions, [tick and (place < 3 or number % 2) for place, tick in enumerate(ticks)]]
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
    # 杭州市物业管理条例 art. 27: three are enough for up to 100 households only; here it takes five.
    contest = {**contest, "least": 5, "stands_incomplete": True}
    agenda = {**AGENDA, "questions": [*motions, contest]}
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
    elections.edit_election(site, election, agenda, *window, convention.now)
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
    chosen = [name for name in expected["q3"]["elected"] if name in contest["candidates"][:3]]
    assert found["q3"]["elected"] == chosen
    assert (found["q3"]["seats_vacant"], found["q3"]["committee_stands"]) == (2, False)
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
    # The meeting is replayed with it: every step by the clock, up to the filing.
    assert "assembly" in report.checked
    assert report.facts["assembly"] == {
        "uuid": uuid,
        "title": view.title,
        "convener": "筹备组",
        "meeting": "first",
        "place": "杭州",
        "changes": 1,
        "zone": "Asia/Shanghai",
        "notice": "2026-05-10T01:00:00Z",
        "announced_opening": "2026-05-28T00:00:00Z",
        "announced_closing": "2026-06-12T12:00:00Z",
        "closing": "2026-06-20T12:00:00Z",
        "extensions": 1,
    }
    _fill_the_seats(convention, election, chosen, tmp_path / "BY-ELECTION.zip")
    site.store.close()


def _fill_the_seats(first: Convention, election: str, chosen: list[str], record: Path) -> None:
    """July and August: the two seats that stayed vacant, by an assembly of their own."""
    site, actor = first.site, first.actor
    empty = by_elections.vacancy(site, election)
    assert (list(empty.left.members), empty.left.vacant, empty.place) == (chosen, 2, "杭州")
    planned = Planned("金苹果小区业主委员会补选", "业主委员会", Meeting.REGULAR, "杭州", Effect.OFFICIAL)
    second = Convention.golden_apple(site)
    second.now, second.actor, second.estate_id = first.now, actor, first.estate_id
    second.uuid = by_elections.plan_by_election(site, election, planned, (), "", actor, first.now)
    line = log.entries(site, second.uuid)[-1]
    assert (line.act, line.details["members"], line.details["vacant"]) == ("by-election-planned", 3, 2)

    # The draft is what the organisers' form makes of the vacancy; they add the candidates.
    draft = of_by_election(planned.title, empty.asked).agenda(first.estate)
    [asked] = draft["questions"]
    assert (asked["seats"], asked["sitting"], asked["size"], asked["sitting_members"]) == (2, 3, 5, chosen)
    window = (second.now, second.now + SECOND, actor, second.now, "Ed25519", second.uuid)

    def with_candidates(*names: str) -> str:
        agenda = {**draft, "questions": [{**asked, "candidates": list(names)}]}
        return elections.create_election(site, first.estate_id, agenda, *window)

    # The square metre that was missing on the register is not missing again.
    roll = second.view.roll
    assert roll is not None
    assert (roll.version, roll.area_dm2) == (1, 1_326_150)
    assert refusal(with_candidates, "任桂芳", chosen[0]) is Refusal.AGENDA_NAME_TWICE
    filled = with_candidates("任桂芳", "邹海燕", "朱文斌")
    second.elections.append(filled)
    second.publish_roll().publish_candidates()
    second.until("2026-07-08 00:00").give_notice("2026-07-27 08:00", "2026-08-10 20:00").issue()
    for key, words in (("candidates", "委员会共 5 人，留任 3 人："), ("meeting", "留任的不再表决")):
        assert words in _paper(site, filled, key)
    second.until("2026-08-01 10:00")
    for number, voter in enumerate(list(second.private[filled])[:120]):
        second.cast(filled, voter, [[1, number % 3 > 0, 0]])
    second.until("2026-08-10 20:00")
    outcome = elections.count_election(site, filled, actor, second.now)
    result = outcome["questions"][asked["id"]]
    assert (outcome["quorum_met"], result["elected"]) == (True, ["任桂芳", "邹海燕"])
    assert result["committee"] == [*chosen, "任桂芳", "邹海燕"]
    assert (result["seats_vacant"], result["committee_stands"]) == (0, True)
    told = f"补选以后，委员会 5 人：{'、'.join(result['committee'])}；委员会成立。"
    assert told in _paper(site, filled, "preliminary-result")
    assert documents.facts_of(site, filled, "").members == tuple(result["committee"])
    record.write_bytes(export_record(site, filled, second.now, actor))
    report = verify_path(record)
    assert report.findings == ()
    assert report.facts["outcome"] == outcome


def _paper(site: Site, uuid: str, key: str) -> str:
    return "".join(KINDS[key].paper(documents.facts_of(site, uuid, "https://vote.example/a/1")).texts())


def _area_of(convention: Convention, label: str) -> int:
    with convention.site.store.read() as tx:
        units = assembly_units(tx, held(tx, convention.uuid).row)
    return next(unit.area_dm2 for unit in units if unit.label == label)
