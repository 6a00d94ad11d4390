"""What voters can read of a question: kept clean, with one limit for everyone, fixed by what binds it."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.assembly import AGENDA, Assembly
from tests.conventions import Convention, at
from tests.refusals import refusal_of, refused_by
from tests.unit.services.test_pdfs import PLACE, document, photograph
from voting.errors import Refusal, Refused
from voting.rules.assembly import Act
from voting.services import credentials, elections, log, materials
from voting.services.materials import LONGEST_STATEMENT, MOST_ATTACHMENTS, Place
from voting.services.site import Site
from voting.store import materials as rows

pytestmark = pytest.mark.either_database

CONTEST = AGENDA["questions"][1]
DING, FANG = Place("q2", "丁一"), Place("q2", "方二")
MOTION = Place("q1")


def write(assembly: Assembly, place: Place, text: str) -> None:
    materials.write_statement(assembly.site, assembly.uuid, place, text, assembly.actor, assembly.now)


def photo(assembly: Assembly, place: Place, body: bytes) -> None:
    materials.add_photo(assembly.site, assembly.uuid, place, body, assembly.actor, assembly.now)


def attach(assembly: Assembly, place: Place, body: bytes, title: str = "修缮方案") -> None:
    materials.add_attachment(assembly.site, assembly.uuid, place, title, body, assembly.actor, assembly.now)


def contest(assembly: Assembly) -> materials.QuestionView:
    return materials.question_views(assembly.site, assembly.uuid)[1]


@pytest.mark.both_databases
def test_what_is_said_stands_with_whom_it_is_about(assembly: Assembly) -> None:
    assembly.draft()
    write(assembly, DING, "  住在 1 栋二十年。 \r\n\r\n会木工。\x07 ")
    photo(assembly, DING, photograph())
    attach(assembly, DING, document(), "工作计划")
    write(assembly, MOTION, "为什么要修改")
    attach(assembly, MOTION, photograph(), "现场照片")
    motion, shown = materials.question_views(assembly.site, assembly.uuid)
    assert motion.whole.statement == "为什么要修改"
    assert [(each.title, each.media_type) for each in motion.whole.attachments] == [
        ("现场照片", "image/jpeg")
    ]
    assert [one.subject for one in shown.each] == CONTEST["candidates"]
    ding, *others = shown.each
    assert ding.statement == "住在 1 栋二十年。\n\n会木工。"
    assert ding.photo is not None
    (plan,) = ding.attachments
    assert (plan.title, plan.media_type) == ("工作计划", "application/pdf")
    assert all(one.empty for one in others)
    assert {one.longest for one in shown.each} == {LONGEST_STATEMENT}


def test_files_are_clean_before_they_are_kept(assembly: Assembly) -> None:
    assembly.draft()
    photo(assembly, DING, photograph())
    attach(assembly, DING, document())
    ding = contest(assembly).each[0]
    assert ding.photo is not None
    for each in (ding.photo, *ding.attachments):
        kept = materials.material_file(assembly.site, each.sha256)
        assert PLACE not in kept.body
        assert b"somebody" not in kept.body
        assert len(kept.body) == each.size


def test_a_new_photograph_takes_the_place_of_the_old_one_and_its_file(assembly: Assembly) -> None:
    assembly.draft()
    photo(assembly, DING, photograph())
    photo(assembly, FANG, photograph())
    first = contest(assembly).each[0].photo
    assert first is not None
    attach(assembly, DING, document())
    other = BytesIO()
    Image.new("RGB", (30, 30), (0, 0, 250)).save(other, "PNG")
    photo(assembly, DING, other.getvalue())
    ding, fang = contest(assembly).each[:2]
    assert ding.photo is not None
    assert fang.photo is not None
    assert ding.photo.sha256 != first.sha256 == fang.photo.sha256
    # The old file is still somebody's; it goes with the last who has it.
    assert materials.material_file(assembly.site, first.sha256)
    materials.remove_material(assembly.site, assembly.uuid, fang.photo.number, assembly.actor, assembly.now)
    gone = refusal_of(lambda: materials.material_file(assembly.site, first.sha256))
    assert gone is Refusal.MATERIAL_UNKNOWN


def test_everyone_has_the_same_limits(assembly: Assembly) -> None:
    assembly.draft()
    write(assembly, DING, "字" * LONGEST_STATEMENT)
    too_long = refused_by(lambda: write(assembly, FANG, "字" * (LONGEST_STATEMENT + 1)))
    assert (too_long.refusal, too_long.context) == (Refusal.STATEMENT_TOO_LONG, {"most": LONGEST_STATEMENT})
    for _ in range(MOST_ATTACHMENTS):
        attach(assembly, DING, document())
    assert refusal_of(lambda: attach(assembly, DING, document())) is Refusal.ATTACHMENTS_TOO_MANY
    write(assembly, DING, "")
    assert contest(assembly).each[0].statement is None


@pytest.mark.parametrize(
    ("place", "refusal"),
    [
        (Place("q9"), Refusal.MATERIAL_PLACE_UNKNOWN),
        (Place("q2", "不在名单里"), Refusal.MATERIAL_PLACE_UNKNOWN),
        (Place("q1", "丁一"), Refusal.MATERIAL_PLACE_UNKNOWN),
    ],
)
def test_what_is_about_nothing_is_refused(assembly: Assembly, place: Place, refusal: Refusal) -> None:
    assembly.draft()
    assert refusal_of(lambda: write(assembly, place, "话")) is refusal
    assert refusal_of(lambda: photo(assembly, place, photograph())) is refusal
    assert refusal_of(lambda: photo(assembly, MOTION, photograph())) is Refusal.MATERIAL_PLACE_UNKNOWN


def test_what_is_no_such_file_is_refused(assembly: Assembly) -> None:
    assembly.draft()
    refused = {
        refusal_of(lambda: photo(assembly, DING, b"")): Refusal.MATERIAL_FILE_MISSING,
        refusal_of(lambda: photo(assembly, DING, document())): Refusal.PICTURE_KIND_UNKNOWN,
        refusal_of(lambda: photo(assembly, DING, photograph()[:200])): Refusal.PICTURE_UNREADABLE,
        refusal_of(lambda: attach(assembly, DING, b"GIF89a<script>")): Refusal.PICTURE_KIND_UNKNOWN,
        refusal_of(lambda: attach(assembly, DING, document()[:200])): Refusal.PDF_UNREADABLE,
        refusal_of(lambda: attach(assembly, DING, document(), " ")): Refusal.TITLE_INVALID,
    }
    assert all(found is expected for found, expected in refused.items())
    assert contest(assembly).each[0].empty


def test_letters_fix_it_until_they_are_withdrawn(assembly: Assembly) -> None:
    assembly.draft()
    write(assembly, DING, "第一稿")
    assembly.issue_draft()
    assert refusal_of(lambda: write(assembly, DING, "第二稿")) is Refusal.CREDENTIALS_ALREADY_ISSUED
    number = rows_of(assembly.site, assembly.uuid)[0].number
    remove = (assembly.site, assembly.uuid, number, assembly.actor, assembly.now)
    assert refusal_of(lambda: materials.remove_material(*remove)) is Refusal.CREDENTIALS_ALREADY_ISSUED
    told = [entry for entry in log.entries(assembly.site, assembly.uuid) if entry.act == "letters-issued"]
    first = told[0].details["materials_sha256"]
    credentials.withdraw_credentials(
        assembly.site, assembly.uuid, "介绍要改一改", assembly.actor, assembly.now
    )
    write(assembly, DING, "第二稿")
    assembly.issue_draft()
    told = [entry for entry in log.entries(assembly.site, assembly.uuid) if entry.act == "letters-issued"]
    assert told[1].details["materials_sha256"] != first


def rows_of(site: Site, uuid: str) -> list[rows.MaterialRow]:
    with site.store.read() as tx:
        return rows.material_rows(tx, uuid)


def test_nobody_reads_a_draft_and_everybody_an_announced_one(assembly: Assembly) -> None:
    assembly.draft()
    write(assembly, DING, "话")
    arguments = (assembly.site, assembly.uuid)
    assert refusal_of(lambda: materials.published_questions(*arguments)) is Refusal.ELECTION_UNKNOWN
    assembly.issue_draft()
    assert [each.question.id for each in materials.published_questions(*arguments)] == ["q1", "q2"]
    assert materials.published_question(*arguments, "q2").each[0].statement == "话"
    unknown = refusal_of(lambda: materials.published_question(*arguments, "q3"))
    assert unknown is Refusal.MATERIAL_PLACE_UNKNOWN


def test_who_is_not_on_the_list_is_not_shown_and_comes_back_with_the_name(assembly: Assembly) -> None:
    assembly.draft()
    write(assembly, DING, "话")
    write(assembly, MOTION, "说明")

    def edit(agenda: dict[str, Any]) -> None:
        window = assembly.opens_at, assembly.closes_at
        elections.edit_election(assembly.site, assembly.uuid, agenda, *window, assembly.actor, assembly.now)

    edit({**AGENDA, "questions": [{**CONTEST, "candidates": ["丁一一", *CONTEST["candidates"][1:]]}]})
    (shown,) = materials.question_views(assembly.site, assembly.uuid)
    assert all(one.empty for one in shown.each)
    assert [(each.subject, each.kind) for each in shown.left_over] == [("丁一", "statement")]
    # The motion is gone, and what was said about it.
    edit(AGENDA)
    motion, shown = materials.question_views(assembly.site, assembly.uuid)
    assert motion.empty
    assert shown.each[0].statement == "话"


def test_a_deleted_draft_takes_it_along(assembly: Assembly) -> None:
    assembly.draft()
    photo(assembly, DING, photograph())
    kept = contest(assembly).each[0].photo
    assert kept is not None
    elections.delete_draft(assembly.site, assembly.uuid, assembly.actor, assembly.now)
    with pytest.raises(Refused):
        materials.material_file(assembly.site, kept.sha256)


@pytest.mark.usefixtures("recorded_letters")
def test_a_notice_names_it_and_a_change_needs_a_new_one(site: Site) -> None:
    convention = Convention(site)
    convention.noticed()
    (uuid,) = convention.elections
    facts = convention.view.last(Act.GIVE_NOTICE)
    assert facts is not None
    assert "materials" not in facts.facts["elections"][0]
    now = at("2026-05-10 12:00")
    assert [each.question.id for each in materials.published_questions(site, uuid)] == ["q1"]
    materials.write_statement(site, uuid, MOTION, "后来写的说明", convention.actor, now)
    convention.now = now
    assert convention.view.outdated
    # Until a new notice names it, nobody reads it and no letter is made.
    assert refusal_of(lambda: materials.published_questions(site, uuid)) is Refusal.ELECTION_UNKNOWN
    assert refusal_of(convention.issue) is Refusal.NOTICE_OUTDATED
    convention.give_notice("2026-05-26 00:00", "2026-06-02 00:00", "补充说明材料")
    assert not convention.view.outdated
    (digest,) = [row.sha256 for row in rows_of(site, uuid)]
    again = convention.view.last(Act.GIVE_NOTICE)
    assert again is not None
    assert again.facts["elections"][0]["materials"] == [{"question": "q1", "sha256": [digest]}]
    (shown,) = materials.published_questions(site, uuid)
    assert shown.whole.statement == "后来写的说明"
    convention.issue().until("2026-05-26 00:00")
    assert convention.phases() == ["open"]
    late = at("2026-05-26 00:00") + timedelta(seconds=1)
    with pytest.raises(Refused) as refused:
        materials.write_statement(site, uuid, MOTION, "更晚的说明", convention.actor, late)
    assert refused.value.refusal is Refusal.STEP_OUT_OF_ORDER


@pytest.mark.usefixtures("recorded_letters")
def test_candidates_are_read_about_while_their_list_is_published(site: Site) -> None:
    convention = Convention(site).plan(elects_committee=True)
    uuid = convention.add({**AGENDA, "questions": [AGENDA["questions"][0], CONTEST]})
    materials.write_statement(site, uuid, DING, "话", convention.actor, convention.now)
    assert refusal_of(lambda: materials.published_questions(site, uuid)) is Refusal.ELECTION_UNKNOWN
    convention.publish_candidates()
    (shown,) = materials.published_questions(site, uuid)
    assert shown.question.id == "q2"
    changed = {**AGENDA, "questions": [{**CONTEST, "candidates": CONTEST["candidates"][::-1]}]}
    now = convention.now
    elections.edit_election(site, uuid, changed, now, now + timedelta(days=1), convention.actor, now)
    assert refusal_of(lambda: materials.published_questions(site, uuid)) is Refusal.ELECTION_UNKNOWN


def test_the_log_names_digests_and_nobody(assembly: Assembly) -> None:
    assembly.draft()
    photo(assembly, DING, photograph())
    write(assembly, DING, "话")
    acts = [entry for entry in log.entries(assembly.site, assembly.uuid) if entry.act == "material-added"]
    assert [entry.details["kind"] for entry in acts] == ["photo", "statement"]
    assert all(set(entry.details) == {"question", "kind", "material_sha256"} for entry in acts)
    assert "丁一" not in str(acts)
