"""A residents' meeting on every page and paper: its own register, and not a word of owners or areas."""

import io
from typing import Any

import pypdfium2
import pytest

from tests import second
from tests.assembly import Assembly, register_csv, residents_csv
from tests.conftest import Clock
from tests.unit.web.conftest import Visitor
from tests.unit.web.test_organiser import hidden, words
from voting.documents.notices import KINDS_OF_RESIDENTS
from voting.services import documents, elections, residents
from voting.services.site import Site

OWNERS_WORDS = ("业主", "面积", "平方米", "房屋归", "专有部分")
ON = "2026-05-01"


@pytest.fixture
def estate_id(organiser: Visitor) -> int:
    organiser.post("/organise/estates", {"name": "金桥小区"})
    return 1


def upload(organiser: Visitor, estate_id: int, body: bytes, on: str = ON) -> Any:
    address = f"/organise/estates/{estate_id}/residents"
    organiser.get(address)
    return organiser.post(address, {"register": (io.BytesIO(body), "居民.csv"), "on": on})


def test_a_register_is_looked_at_before_it_is_stored(organiser: Visitor, estate_id: int, site: Site) -> None:
    page = upload(organiser, estate_id, residents_csv())
    said = words(page.text)
    for told in (
        "5 人",
        "4 户",
        "未成年，不列入 1 人",
        "张小",
        "未满十八周岁，没有列入",
        "年龄算到 2026-05-01",
    ):
        assert told in said
    assert residents.residents(site, estate_id) is None
    answer = organiser.post(f"/organise/estates/{estate_id}/residents/import", hidden(page.text))
    assert answer.headers["Location"] == f"/organise/estates/{estate_id}/residents"
    listed = words(organiser.get(answer.headers["Location"]).text)
    assert "居民 5 人，4 户" in listed
    assert "新建居民会议表决" in listed
    assert "居民会议（5 位居民）" in words(organiser.get("/organise").text)


def test_errors_are_named_by_row_and_nothing_is_stored(
    organiser: Visitor, estate_id: int, site: Site
) -> None:
    page = upload(organiser, estate_id, residents_csv("1-1-101,张三,,13800000001,,", "1-1-102,,,,1970,"))
    said = words(page.text)
    assert "有 2 处错误" in said
    assert "看不出是否年满十八周岁" in said
    assert "没有姓名" in said
    assert "合计无误" not in said
    forged = hidden(upload(organiser, estate_id, residents_csv()).text)
    forged["carried"] = hidden(page.text).get("carried", "") or "eA=="
    assert organiser.post(f"/organise/estates/{estate_id}/residents/import", forged).status_code == 400
    assert residents.residents(site, estate_id) is None


@pytest.mark.parametrize(
    ("body", "on", "said"),
    [
        (register_csv(), ON, "是业主名册"),
        (residents_csv(), "2026-04-30", "计算年龄的日期填投票那天"),
        (residents_csv(), "soon", "计算年龄的日期填投票那天"),
        (b"", ON, "没有内容"),
    ],
)
def test_what_is_no_register_of_residents_is_refused_by_name(
    organiser: Visitor, estate_id: int, body: bytes, on: str, said: str
) -> None:
    answer = upload(organiser, estate_id, body, on)
    assert answer.status_code == 400
    assert said in words(answer.text)


def test_columns_are_mapped_by_hand_and_the_day_travels_along(organiser: Visitor, estate_id: int) -> None:
    page = upload(organiser, estate_id, "住哪里,姓名,何时生\n1-1-101,张三,1970\n".encode(), "2026-06-01")
    assert "请指出哪一列是什么" in page.text
    assert "（至少要有一列：住址、房间）" in words(page.text)
    fields = hidden(page.text) | {"column-label": "0", "column-name": "1", "column-birth": "2"}
    said = words(organiser.post(f"/organise/estates/{estate_id}/residents", fields).text)
    assert "年龄算到 2026-06-01" in said
    assert "1 人" in said


def test_who_represents_a_household_is_changed_with_a_reason(
    organiser: Visitor, estate_id: int, site: Site
) -> None:
    page = upload(organiser, estate_id, residents_csv())
    organiser.post(f"/organise/estates/{estate_id}/residents/import", hidden(page.text))
    found = residents.residents(site, estate_id)
    assert found is not None
    form = {
        "register": str(found.register_id),
        "resident": str(found.households[0].members[1].position),
        "reason": "原代表出差，家里商定",
    }
    address = f"/organise/estates/{estate_id}/residents/representative"
    for wrong in ({"reason": ""}, {"resident": "77"}, {"register": "x"}):
        assert organiser.post(address, form | wrong).status_code == 400
    assert organiser.post(address, form).status_code == 302
    changed = residents.residents(site, estate_id)
    assert changed is not None
    assert changed.households[0].representative == "钱二"


def pdf_text(body: bytes) -> str:
    pages = pypdfium2.PdfDocument(body)
    return "".join(page.get_textpage().get_text_bounded() for page in pages)


@pytest.mark.parametrize("agenda", [second.RESIDENTS, second.HOUSEHOLDS], ids=["residents", "households"])
def test_no_page_and_no_paper_speaks_of_owners_or_areas(
    visitor: Any, site: Site, clock: Clock, agenda: dict[str, Any]
) -> None:
    by_household = agenda is second.HOUSEHOLDS
    held = Assembly(site, clock(), agenda=agenda).draft()
    organiser, stranger = visitor(), visitor()
    organiser.sign_in("wang")
    here = f"/organise/elections/{held.uuid}"
    seen: dict[str, str] = {}

    def look(who: Visitor, *addresses: str) -> None:
        for address in addresses:
            answer = who.get(address)
            assert answer.status_code == 200, address
            seen[f"{held.site and elections.election(site, held.uuid).phase.value} {address}"] = words(
                answer.text
            )

    look(organiser, here, f"{here}/letters")
    held.issue_draft()
    assert held.issued.letters.startswith(b"%PDF")
    seen["letters"] = pdf_text(held.issued.letters)
    seen["poster"] = pdf_text(held.issued.poster)
    look(organiser, here, f"{here}/roll", f"{here}/roll/1", f"{here}/documents")
    look(stranger, f"/e/{held.uuid}")
    elections.open_election(site, held.uuid, held.actor, held.opens_at)
    clock.now = held.voting
    look(stranger, f"/v/{held.uuid}")
    held.cast_all({1: [second.YES], 2: [second.YES], 3: [second.NO]})
    look(organiser, here, f"/audit/{held.uuid}")
    look(stranger, f"/e/{held.uuid}", f"/e/{held.uuid}/board")
    held.close()
    held.count()
    elections.publish_election(site, held.uuid, held.actor, held.closes_at)
    clock.now = held.closes_at
    look(organiser, here, f"/audit/{held.uuid}", f"{here}/documents")
    look(stranger, f"/e/{held.uuid}")
    facts = documents.facts_of(site, held.uuid, "https://vote.example/e/1")
    for key, kind in KINDS_OF_RESIDENTS.items():
        # The pact's explanation says that it is not the owners' assembly's.
        if key != "pact":
            seen[f"paper {key}"] = "".join(kind.paper(facts).texts())
    for place, said in seen.items():
        for word in OWNERS_WORDS:
            assert word not in said.replace("不看房屋归谁所有", ""), (place, word, said)
    who = "户代表" if by_household else "居民"
    assert "4 户" in seen[f"draft {here}"] if by_household else "5 人" in seen[f"draft {here}"]
    assert ("一户一票" if by_household else "一人一票") in seen["letters"]
    assert "居民会议投票公告" in seen["poster"]
    assert who in seen[f"draft {here}/roll"]
    assert "居民名册公示" in seen[f"draft {here}/documents"]
    assert "授权委托书" not in seen[f"draft {here}/documents"]
    least = "至少 3 户" if by_household else "至少 3 人"
    assert least in seen[f"open /e/{held.uuid}"]
    assert "参加的已经够了" in seen[f"open /e/{held.uuid}"]
    assert "居民会议表决结果公告" in "".join(KINDS_OF_RESIDENTS["final-result"].make(facts).texts())


def test_the_form_offers_residents_their_own_matters(
    organiser: Visitor, site: Site, estate_id: int, clock: Clock
) -> None:
    address = f"/organise/estates/{estate_id}/elections/new?body=residents"
    page = organiser.get(address).text
    assert "每户一名代表，一户一票" in page
    assert "278-1" not in page
    assert "不计入表决的用途" not in page
    assert "加一项委员选举" not in page
    form = {
        "title": "金桥小区居民公约表决",
        "questions": "1",
        "scope": "all",
        "body": "households",
        "q1-kind": "motion",
        "q1-text": "是否通过《居民公约》？",
        "q1-matter": "residents",
        "opens_at": "2026-05-20T09:00",
        "closes_at": "2026-05-21T09:00",
        "step": "save",
    }
    saved = organiser.post(address, form)
    assert saved.status_code == 302
    uuid = saved.headers["Location"].rpartition("/")[2]
    view = elections.election(site, uuid)
    assert view.agenda.terms is not None
    assert view.agenda.terms.body == "households"
    assert "请先导入居民名册" in words(organiser.get(saved.headers["Location"]).text)
    edit = organiser.get(f"/organise/elections/{uuid}/edit").text
    assert 'value="households" checked' in edit
    organiser.post(f"/organise/elections/{uuid}/edit", form | {"body": "residents"})
    terms = elections.election(site, uuid).agenda.terms
    assert terms is not None
    assert terms.body == "residents"
