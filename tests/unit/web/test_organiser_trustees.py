"""The organisers' page of trustees: set up, watched, invited anew, dissolved; what other pages say of it."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.assembly import Assembly
from tests.circles import NAMES, Trustee, hold, set_up
from tests.conftest import Clock
from tests.unit.web.conftest import BASE_URL, Visitor
from voting.services import circles, elections
from voting.services.views import Invitation


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def draft(assembly: Assembly) -> Assembly:
    return assembly.draft()


@pytest.fixture
def address(draft: Assembly) -> str:
    return f"/organise/elections/{draft.uuid}/trustees"


def invited(draft: Assembly, page: str) -> list[Trustee]:
    """The trustees whose links stand on a page."""
    tokens = re.findall(rf'<code class="digest">{BASE_URL}/t/{draft.uuid}#([1-9A-Za-z]{{22}})</code>', page)
    return [Trustee(draft, Invitation(0, "", token)) for token in tokens]


def test_a_circle_is_set_up_and_its_invitations_are_shown_once(
    draft: Assembly, organiser: Visitor, address: str
) -> None:
    assert "安排保管人" in organiser.get(f"/organise/elections/{draft.uuid}").text
    assert "建议在发选票信之前" in organiser.get(f"/organise/elections/{draft.uuid}").text
    assert "请选互不隶属" in organiser.get(address).text
    page = organiser.post(address, {"names": " 丁一\n\n方二\r\n石三 ", "threshold": "2"})
    assert page.status_code == 200
    trustees = invited(draft, page.text)
    assert [each.state.name for each in trustees] == list(NAMES)
    assert page.text.count("data:image/svg+xml;base64,") == 3
    later = organiser.get(address).text
    for trustee in trustees:
        assert trustee.invitation.token not in later
    assert "正在等 3 位保管人完成第 1 步：丁一、方二、石三。" in words(later)


@pytest.mark.parametrize(
    ("names", "threshold", "sentence"),
    [
        ("", "2", "保管人应当是 1 到 20 位"),
        ("丁一\n方二", "3", "应当在 1 到 2 之间"),
        ("丁一\n方二", "两", "应当是一个整数"),
        ("丁一\n丁一", "1", "第 2 位保管人的姓名用不了"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    draft: Assembly, organiser: Visitor, address: str, names: str, threshold: str, sentence: str
) -> None:
    organiser.get(address)
    page = organiser.post(address, {"names": names, "threshold": threshold})
    assert page.status_code == 400
    assert sentence in page.text
    assert names in page.text


def test_progress_is_shown_for_each_trustee_and_step(
    draft: Assembly, organiser: Visitor, address: str
) -> None:
    trustees = set_up(draft)
    trustees[1].send("certificate")
    page = words(organiser.get(address).text)
    assert "正在等 2 位保管人完成第 1 步：丁一、石三。" in page
    assert page.count("●") == 1
    step = words(organiser.get("/organise").text)
    assert "等 2 位保管人完成第 1 步（丁一、石三）。" in step
    trustees[0].send("certificate")
    trustees[2].send("certificate")
    page = words(organiser.get(address).text)
    assert "完成第 2 步" in page
    circle = elections.election(draft.site, draft.uuid).circle
    assert circle is not None
    assert circle.check_code is not None
    assert circle.check_code in page
    for message in ("polynomial", "output"):
        for trustee in trustees:
            trustee.send(message)
    assert "保管人的钥匙已经做好" in organiser.get(address).text
    assert "请核对表决事项，然后制作选票信" in organiser.get("/organise").text


def test_inviting_anew_asks_and_says_what_it_costs(draft: Assembly, organiser: Visitor, address: str) -> None:
    trustees = set_up(draft)
    page = organiser.get(f"{address}/2/invite")
    assert "其他保管人不受影响" in page.text
    made = invited(draft, organiser.post(f"{address}/2/invite").text)
    assert [each.state.number for each in made] == [2]
    trustees[0].send("certificate")
    asked = organiser.get(f"{address}/1/invite")
    assert asked.headers["Location"].endswith("?again=1")
    assert "全部保管人从第 1 步重做" in organiser.get(f"{address}/1/invite?again=1").text
    # What was asked before the certificate came is not answered with a restart.
    refused = organiser.post(f"{address}/1/invite")
    assert "丁一已经交了证书" in refused.text
    assert trustees[0].state.own.certificate is not None
    made = invited(draft, organiser.post(f"{address}/1/invite?again=1").text)
    assert made[0].state.own.certificate is None
    assert organiser.get(f"{address}/9/invite").status_code == 404


def test_dissolving_asks_once(draft: Assembly, organiser: Visitor, address: str) -> None:
    assert organiser.get(f"{address}/dissolve").status_code == 400
    set_up(draft)
    assert "全部邀请链接作废" in organiser.get(f"{address}/dissolve").text
    assert organiser.post(f"{address}/dissolve").headers["Location"] == address
    assert "请选互不隶属" in organiser.get(address).text


def test_the_count_waits_for_enough_trustees(
    draft: Assembly, organiser: Visitor, clock: Clock, address: str
) -> None:
    trustees = hold(set_up(draft))
    draft.issue_and_open()
    draft.cast(1)
    draft.close()
    clock.now = draft.closes_at
    trustees[1].send_share()
    count = f"/organise/elections/{draft.uuid}/count"
    assert "等 1 位保管人来开票" in organiser.get("/organise").text
    page = words(organiser.get(count).text)
    assert "还要 1 位。2 位到齐就能计票" in page
    assert "现在不能计票" in page
    assert "● 2" in page
    assert "开始计票" not in page
    assert "现在有效的只有 1 位" in organiser.post(count).text
    trustees[2].send_share()
    page = words(organiser.get(count).text)
    assert "已经够了，可以计票" in page
    assert "开始计票" in page
    assert "可以计票" in organiser.get(address).text
    assert organiser.post(count).status_code == 302
    dossier = words(organiser.get(f"/audit/{draft.uuid}").text)
    for told in (
        "安排保管人：丁一、方二、石三；2 位到场才能开票。",
        "第 1 位保管人交来证书。",
        "3 位保管人和服务器分别拿着",
        "第 2 位保管人来开票，送来的部分已经核对。",
        "保管人的核对码",
    ):
        assert told in dossier


def test_the_public_page_says_who_can_open_the_votes(
    draft: Assembly, stranger: Visitor, visitor: Callable[[], Visitor]
) -> None:
    draft.issue_draft()
    page = words(stranger.get(f"/e/{draft.uuid}").text)
    assert "开票的钥匙只有服务器一把" in page
    assert "就有办法打开单张选票" in page
    trustees = set_up(draft)
    page = words(stranger.get(f"/e/{draft.uuid}").text)
    assert "3 位保管人中的 2 位到场，加上服务器，才能打开合计：丁一、方二、石三。" in page
    assert "他们的钥匙还在制作" in page
    hold(trustees)
    page = words(stranger.get(f"/e/{draft.uuid}").text)
    assert "只有服务器，或者到场的保管人不够，什么票也打不开" in page
    assert "Of 3 trustees, 2 must come" in visitor().get(f"/e/{draft.uuid}?lang=en").text


def test_opening_says_what_becomes_of_the_key(draft: Assembly, organiser: Visitor, clock: Clock) -> None:
    draft.issue_draft()
    clock.now = draft.opens_at
    asked = f"/organise/elections/{draft.uuid}/open"
    assert "没有安排保管人：开票的钥匙只在服务器上" in organiser.get(asked).text
    trustees = set_up(draft)
    assert organiser.get(asked).status_code == 400
    assert "还在等：丁一、方二、石三" in organiser.post(asked).text
    hold(trustees)
    assert "保管人和他们的钥匙从此固定" in organiser.get(asked).text


def test_a_lost_link_is_replaced_after_the_opening(draft: Assembly, organiser: Visitor, address: str) -> None:
    hold(set_up(draft))
    draft.issue_and_open()
    page = organiser.get(f"{address}/3/invite")
    assert "其他保管人不受影响" in page.text
    made = invited(draft, organiser.post(f"{address}/3/invite").text)
    assert made[0].state.own.output is not None
    assert organiser.get(f"{address}/dissolve").status_code == 400
    assert circles.trustee_by_token(draft.site, draft.uuid, made[0].invitation.token).number == 3
