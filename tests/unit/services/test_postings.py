"""The papers' ledger: dates from the clock, versions, postings with photographs, the package for filing."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from tests.assembly import AGENDA
from tests.conventions import MOTION, Convention, at
from tests.ledgers import photograph
from tests.refusals import refusal_of
from voting.documents.notices import KINDS
from voting.errors import Refusal
from voting.rules.paper_dates import Why
from voting.rules.posting import Posting
from voting.services import documents, elections, ledgers, log, postings
from voting.services.postings import Stage
from voting.services.site import Site

CONTEST = {**AGENDA, "title": "选举", "questions": AGENDA["questions"][1:]}
ADDRESS = "https://vote.example/a/1"
pytestmark = [pytest.mark.usefixtures("recorded_letters"), pytest.mark.either_database]


@pytest.fixture
def convention(site: Site) -> Convention:
    """The roll published on 1 May, the notice given on 9 May; nothing of it on the boards."""
    return Convention(site).noticed()


def make(convention: Convention, key: str, form: str = "pdf") -> None:
    site, uuid = convention.site, convention.elections[0]
    documents.made_paper(site, uuid, ADDRESS, key, form, convention.actor, convention.now)


def post(convention: Convention, key: str, photo: bytes | None = None, **more: object) -> int:
    posting = Posting(key, convention.elections[0], ("小区公告栏", "1栋1单元"), convention.now, "王一", 1, "")
    picture = photograph() if photo is None else photo
    return postings.record_posting(
        convention.site, replace(posting, **more), picture, convention.actor, convention.now
    )


def dates(convention: Convention, key: str) -> postings.PaperDates:
    return postings.paper_dates(convention.site, convention.elections[0], convention.now)[key]


def test_a_notice_is_due_on_its_day_and_late_from_midnight_on(convention: Convention) -> None:
    meeting = dates(convention, "meeting")
    assert meeting.due is not None
    assert (meeting.due.at, meeting.due.why) == (at("2026-05-10 00:00"), Why.WITH_NOTICE)
    assert meeting.stage is Stage.NEXT
    convention.now = at("2026-05-09 23:59")
    assert dates(convention, "meeting").stage is Stage.NEXT
    convention.now = at("2026-05-10 00:00")
    assert dates(convention, "meeting").stage is Stage.OVERDUE
    waiting = postings.papers_due(convention.site, convention.uuid, convention.now)
    # A first assembly's group and its preparation come before the roll.
    assert [each.key for each in waiting if each.overdue] == ["group", "preparation", "roll", "meeting"]
    make(convention, "meeting")
    post(convention, "meeting", at=at("2026-05-09 23:59"))
    assert dates(convention, "meeting").stage is Stage.DONE
    assert not dates(convention, "meeting").hanging[0].late


def test_what_is_posted_late_is_done_and_said_to_be_late(convention: Convention) -> None:
    make(convention, "meeting")
    convention.now = at("2026-05-10 00:00")
    post(convention, "meeting")
    found = dates(convention, "meeting")
    assert (found.stage, found.hanging[0].late) == (Stage.DONE, True)


def test_a_new_notice_wants_new_paper_and_old_paper_stays_in_the_ledger(convention: Convention) -> None:
    make(convention, "meeting")
    post(convention, "meeting")
    convention.until("2026-05-12 09:00")
    convention.give_notice("2026-06-01 00:00", "2026-06-08 00:00", "投票时间改晚一周")
    assert dates(convention, "meeting").stage is Stage.NEXT
    listed = {each.key: each for each in documents.papers(*listing(convention))}
    assert listed["meeting"].changed
    make(convention, "meeting")
    assert [row.version for row in dates(convention, "meeting").versions] == [1, 2]
    post(convention, "meeting", version=2)
    found = dates(convention, "meeting")
    assert (found.stage, [each.posting.version for each in found.postings]) == (Stage.DONE, [1, 2])
    assert not {each.key: each for each in documents.papers(*listing(convention))}["meeting"].changed


def listing(convention: Convention) -> tuple[object, ...]:
    return convention.site, convention.elections[0], ADDRESS, convention.now


def test_a_version_is_made_by_what_it_says_and_not_by_how_often(convention: Convention) -> None:
    for form in ("pdf", "docx", "pdf"):
        make(convention, "roll", form)
    (made,) = dates(convention, "roll").versions
    paper = KINDS["roll"].paper(documents.facts_of(*listing(convention)[:3]))
    assert (made.version, made.digest, made.actor) == (1, paper.digest, "wang")


def test_the_log_holds_the_digest_of_the_photograph_and_no_photograph(convention: Convention) -> None:
    make(convention, "roll")
    number = post(convention, "roll")
    said = log.entries(convention.site, convention.uuid)[-1]
    assert (said.act, said.details["entry"], said.details["paper"]) == ("posting-recorded", number, "roll")
    assert said.details["places"] == ["小区公告栏", "1栋1单元"]
    kept = ledgers.photo(convention.site, convention.uuid, said.details["photo_sha256"])
    assert said.details["photo_sha256"] == sha256(kept).hexdigest()
    assert said.details["paper_sha256"] == dates(convention, "roll").versions[0].digest


@pytest.mark.both_databases
def test_an_entry_is_taken_back_by_another_and_the_paper_is_due_again(convention: Convention) -> None:
    make(convention, "meeting")
    number = post(convention, "meeting")
    site, uuid, actor, now = convention.site, convention.uuid, convention.actor, convention.now
    assert ledgers.entry_place(site, uuid, number) == ledgers.Place(convention.elections[0], "meeting")
    ledgers.withdraw_entry(site, uuid, number, "照片拍的是别的公告", actor, now)
    assert log.entries(site, uuid)[-1].act == "posting-withdrawn"
    found = dates(convention, "meeting")
    assert (found.stage, found.hanging, len(found.postings)) == (Stage.NEXT, (), 1)


def test_what_cannot_be_posted_is_refused_and_nothing_is_stored(convention: Convention) -> None:
    assert refusal_of(lambda: post(convention, "meeting")) is Refusal.PAPER_NOT_MADE
    make(convention, "meeting")
    cases: list[tuple[dict[str, object], Refusal]] = [
        ({"version": 2}, Refusal.PAPER_NOT_MADE),
        ({"at": convention.now + timedelta(minutes=1)}, Refusal.LEDGER_TIME_FUTURE),
        ({"places": ()}, Refusal.POSTING_PLACE),
        ({"places": ("", "  ")}, Refusal.POSTING_PLACE),
        ({"places": ("一" * 41,)}, Refusal.POSTING_PLACE),
        ({"places": tuple(map(str, range(201)))}, Refusal.POSTING_PLACE),
        ({"by": ""}, Refusal.POSTING_NAME),
        ({"by": "王一 13800001111"}, Refusal.POSTING_NAME),
        ({"photo": b""}, Refusal.POSTING_PHOTO_MISSING),
        ({"photo": b"<svg/>"}, Refusal.PICTURE_KIND_UNKNOWN),
        ({"election": "nothing"}, Refusal.ELECTION_UNKNOWN),
    ]
    for more, refusal in cases:
        assert refusal_of(lambda more=more: post(convention, "meeting", **more)) is refusal
    for key in ("ballot", "delivery", "nothing"):
        assert refusal_of(lambda key=key: post(convention, key)) is Refusal.PAPER_UNKNOWN
    assert dates(convention, "meeting").postings == ()
    post(convention, "meeting", places=("一" * 40,), at=convention.now)


def test_the_package_holds_the_table_the_photographs_and_every_digest(convention: Convention) -> None:
    make(convention, "meeting")
    wrong = post(convention, "meeting", photo=photograph(1))
    ledgers.withdraw_entry(
        convention.site, convention.uuid, wrong, "贴错了公告栏", convention.actor, convention.now
    )
    post(convention, "meeting", photo=photograph(2))
    body = documents.filing_package(convention.site, convention.elections[0], ADDRESS)
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    digests = dict(reversed(line.split("  ", 1)) for line in files.pop("摘要.txt").decode().splitlines())
    assert digests == {name: sha256(each).hexdigest() for name, each in files.items()}
    assert [name for name in files if name.startswith("照片/")] == ["照片/张贴-第3条.jpg"]
    assert any("文书张贴登记表.pdf" in name for name in files)
    lines = postings.posting_lines(convention.site, convention.uuid)
    assert [(line.number, line.note) for line in lines] == [(1, "已撤销：贴错了公告栏"), (3, "")]
    facts = documents.facts_of(*listing(convention)[:3])
    assert facts.photos == {"meeting": 1}


def test_an_election_that_stands_alone_has_a_ledger_and_no_dates(site: Site, convention: Convention) -> None:
    alone = elections.create_election(
        site,
        convention.estate_id,
        MOTION,
        convention.now,
        convention.now + timedelta(days=9),
        convention.actor,
        convention.now,
    )
    convention.elections = [alone]
    make(convention, "meeting")
    post(convention, "meeting")
    found = dates(convention, "meeting")
    assert (found.due, found.stage) == (None, Stage.DONE)
    assert dates(convention, "roll").stage is Stage.UNDATED
    assert postings.papers_due(site, alone, convention.now) == []
    assert log.entries(site, alone)[-1].act == "posting-recorded"


def test_only_the_vote_that_elects_has_papers_of_candidates(site: Site) -> None:
    convention = Convention(site).plan(elects_committee=True)
    motion = convention.add(MOTION)
    convention.now += timedelta(seconds=1)  # the meeting's papers are made from its first vote
    contest = convention.add(CONTEST)
    convention.publish_roll().publish_candidates()
    convention.now = at("2026-05-02 00:00")
    waiting = postings.papers_due(site, convention.uuid, convention.now)
    lists = [each.election for each in waiting if each.key == "candidates"]
    assert lists == [contest]
    assert motion in {each.election for each in waiting}
