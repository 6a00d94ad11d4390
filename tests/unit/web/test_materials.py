"""What voters can read about a question: brought by organisers, read by everyone, changed by nobody else."""

from io import BytesIO

import pytest

from tests.assembly import Assembly
from tests.conftest import Clock
from tests.unit.services.test_pdfs import document, photograph
from tests.unit.web.conftest import Visitor
from tests.unit.web.test_organiser import FORM, words
from voting.services import materials
from voting.services.materials import LONGEST_STATEMENT


def bring(
    organiser: Visitor, assembly: Assembly, what: str, body: bytes, name: str, subject: str = "丁一"
) -> int:
    data = {"question": "q2", "subject": subject, "title": "工作计划", "file": (BytesIO(body), name)}
    address = f"/organise/elections/{assembly.uuid}/materials/{what}"
    return organiser.post(address, data, content_type="multipart/form-data").status_code


def say(
    organiser: Visitor, assembly: Assembly, text: str, subject: str = "丁一", question: str = "q2"
) -> str:
    data = {"question": question, "subject": subject, "text": text}
    answer = organiser.post(f"/organise/elections/{assembly.uuid}/materials/statement", data)
    return words(answer.text)


def test_every_candidate_in_the_same_frame(organiser: Visitor, stranger: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    assert bring(organiser, assembly, "photo", photograph(), "a.jpg") == 302
    assert bring(organiser, assembly, "attachment", document(), "a.pdf") == 302
    say(organiser, assembly, "会木工 <b>很好</b>")
    page = organiser.get(f"/organise/elections/{assembly.uuid}/materials").text
    assert "会木工 &lt;b&gt;很好&lt;/b&gt;</textarea>" in page
    address = f"/e/{assembly.uuid}/questions/q2"
    assert stranger.get(address).status_code == 404
    assembly.issue_draft()
    page = stranger.get(address).text
    assert page.count('class="portrait"') == 4
    assert page.count("没有提交介绍") == 3
    assert page.count("/person-") + page.count("person.svg") == 3
    assert "会木工 &lt;b&gt;很好&lt;/b&gt;" in page
    assert page.index("丁一") < page.index("方二") < page.index("石三") < page.index("白四")
    assert "候选人按公布的次序排列" in page
    public = stranger.get(f"/e/{assembly.uuid}").text
    assert f'href="{address}"' in public
    # Of the motion nothing was said: there is no link to an empty page.
    assert f"/e/{assembly.uuid}/questions/q1" not in public
    assert stranger.get(f"/e/{assembly.uuid}/questions/q9").status_code == 404
    english = stranger.get(f"{address}?lang=en").text
    assert english.count("No introduction was handed in") == 3


def test_files_are_handed_out_as_what_they_are(
    organiser: Visitor, stranger: Visitor, assembly: Assembly
) -> None:
    assembly.draft()
    bring(organiser, assembly, "photo", photograph(), "a.html")
    bring(organiser, assembly, "attachment", document(), "a.html")
    ding = materials.question_views(assembly.site, assembly.uuid)[1].each[0]
    assert ding.photo is not None
    expected = ((ding.photo, "image/jpeg", None), (ding.attachments[0], "application/pdf", "attachment"))
    for each, media_type, disposition in expected:
        answer = stranger.client.get(f"/materials/{each.sha256}")
        headers = answer.headers
        assert answer.status_code == 200
        assert headers["Content-Type"] == media_type
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert headers.get("Content-Disposition", "").partition(";")[0] == (disposition or "")
        assert "Set-Cookie" not in headers
        again = stranger.client.get(f"/materials/{each.sha256}", headers={"If-None-Match": headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    gone = stranger.client.get("/materials/" + "0" * 64)
    assert gone.status_code == 404
    assert gone.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("what", "body", "sentence"),
    [
        ("photo", b"", "没有选文件"),
        ("photo", b"<script>alert(1)</script>", "不是 JPEG、PNG 或 WebP 照片"),
        ("photo", document(), "不是 JPEG、PNG 或 WebP 照片"),
        ("attachment", b"MZ" + document(), "不是 JPEG、PNG 或 WebP 照片"),
        ("attachment", document()[:200], "打不开，或者不完整"),
    ],
)
def test_what_is_no_such_file_is_said_so(
    organiser: Visitor, assembly: Assembly, what: str, body: bytes, sentence: str
) -> None:
    assembly.draft()
    data = {"question": "q2", "subject": "丁一", "title": "x", "file": (BytesIO(body), "a.jpg")}
    address = f"/organise/elections/{assembly.uuid}/materials/{what}"
    answer = organiser.post(address, data, content_type="multipart/form-data")
    assert answer.status_code == 400
    if body:
        assert sentence in words(answer.text)


def test_what_was_typed_is_there_again_when_it_is_refused(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    text = "长" * (LONGEST_STATEMENT + 1)
    page = say(organiser, assembly, text)
    assert text in page
    assert f"最多 {LONGEST_STATEMENT} 个字" in page


def test_after_the_letters_the_page_only_shows(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    say(organiser, assembly, "会木工")
    assembly.issue_draft()
    page = organiser.get(f"/organise/elections/{assembly.uuid}/materials").text
    assert "会木工" in page
    assert "<textarea" not in page
    assert 'type="file"' not in page


def test_a_moved_question_keeps_what_is_said_about_it(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    say(organiser, assembly, "说明在这里", "", "q1")
    edit = f"/organise/elections/{assembly.uuid}/edit"
    moved = {
        (f"q{3 - int(key[1])}{key[2:]}" if key[:2] in ("q1", "q2") else key): value
        for key, value in {**FORM, "q1-id": "q1", "q2-id": "q2"}.items()
    }
    assert organiser.post(edit, moved).status_code == 302
    contest, motion = materials.question_views(assembly.site, assembly.uuid)
    assert contest.empty
    assert motion.whole.statement == "说明在这里"
    # A new question takes nothing over from one that is gone.
    assert organiser.post(edit, {**moved, "q2-id": ""}).status_code == 302
    contest, motion = materials.question_views(assembly.site, assembly.uuid)
    assert (contest.question.id, motion.question.id) == ("q2", "q3")
    assert motion.empty


def test_the_booth_has_it_folded_and_not_inside(
    organiser: Visitor, stranger: Visitor, assembly: Assembly, clock: Clock
) -> None:
    assembly.draft()
    say(organiser, assembly, "会木工")
    bring(organiser, assembly, "photo", photograph(), "a.jpg")
    assembly.issue_and_open()
    clock.now = assembly.voting
    page = stranger.get(f"/v/{assembly.uuid}").text
    assert page.count("data-materials=") == 1
    assert f'data-materials="/e/{assembly.uuid}/questions/q2"' in page
    assert "会木工" not in page
    assert "/materials/" not in page
