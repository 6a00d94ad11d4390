"""求助 and helpers on pages: a plain form for any browser, the letter, the organisers and the auditors."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.assembly import Assembly
from tests.conftest import Clock
from tests.unit.services.test_help_requests import signed
from tests.unit.web.conftest import Visitor
from voting.services import booth
from voting.services.help_requests import Wanted, ask_at_unit, help_requests
from voting.services.helped import Helper, Role, helped_ballots
from voting.services.site import Site
from voting.web.app import create_app


def listed(assembly: Assembly) -> list[tuple[int, str, bool]]:
    views = help_requests(assembly.site, assembly.uuid)
    return [(view.request.voter, view.request.wanted, view.request.by_letter) for view in views]


def test_a_plain_form_asks(assembly: Assembly, clock: Clock, stranger: Visitor) -> None:
    assembly.open()
    clock.now = assembly.voting
    address = f"/e/{assembly.uuid}/help"
    assert address in stranger.get(f"/e/{assembly.uuid}").text
    page = stranger.get(address)
    assert "您家的房号" in page.text
    assert "checked" not in page.text
    noted = stranger.post(address, {"unit": "1-1-201", "wanted": "visit"})
    assert noted.status_code == 200
    assert "记下了" in noted.text
    # Whoever asks for a unit learns nothing of it: not who lives there, voted, or asked before.
    assembly.cast(2)
    again = stranger.post(address, {"unit": "1-1-201", "wanted": "visit"})
    body = re.compile("<body.*", re.DOTALL)
    assert body.findall(again.text) == body.findall(
        noted.text
    )  # the head has a token that is new each second
    assert "李" not in noted.text
    assert listed(assembly) == [(2, "visit", False)]


def test_what_is_missing_or_unknown_is_said_and_what_was_typed_stays(
    assembly: Assembly, clock: Clock, stranger: Visitor
) -> None:
    assembly.open()
    clock.now = assembly.voting
    address = f"/e/{assembly.uuid}/help"
    for form, words in (
        ({"unit": "", "wanted": "visit"}, "请写上房号"),
        ({"unit": "1-1-201"}, "请写上房号"),
        ({"unit": "1-1-201", "wanted": "dance"}, "请写上房号"),
        ({"unit": "9-9-999", "wanted": "paper"}, "没有找到“9-9-999”"),
    ):
        page = stranger.post(address, form)
        assert page.status_code == 400
        assert words in page.text
        assert f'value="{form["unit"]}"' in page.text
    assert listed(assembly) == []
    clock.now = assembly.closes_at
    assert "已经截止" in stranger.get(address).text
    assert stranger.post(address, {"unit": "1-1-201", "wanted": "visit"}).status_code == 409


def test_the_form_cannot_be_sent_without_end(site: Site, assembly: Assembly, clock: Clock) -> None:
    assembly.open()
    clock.now = assembly.voting
    visitor = Visitor(create_app(site, clock=clock).test_client())
    visitor.get(f"/e/{assembly.uuid}/help")
    form = {"unit": "1-1-201", "wanted": "call"}
    answers = [visitor.post(f"/e/{assembly.uuid}/help", form).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]
    assert len(listed(assembly)) == 1


def test_a_letter_asks(assembly: Assembly, clock: Clock, stranger: Visitor) -> None:
    assembly.open()
    clock.now = assembly.voting
    shown = signed(assembly, 3, assembly.voting)
    asked: dict[str, Any] = {
        "public_credential": shown.public_credential,
        "challenge": shown.challenge,
        "proof": shown.proof,
        "digits": "",
        "wanted": "call",
    }
    stranger.get("/")
    headers = {"X-CSRFToken": stranger.token}
    address = f"/v/{assembly.uuid}/help"
    answer = stranger.client.post(address, json=asked, headers=headers)
    assert "登记的号码" in answer.json["sentence"]
    assert listed(assembly) == [(3, "call", True)]
    for wrong in ({"wanted": "dance"}, {"wanted": None}, {"wanted": ["call"]}, {"proof": None}):
        refused = stranger.client.post(address, json=asked | wrong, headers=headers)
        assert (refused.status_code, refused.json["refusal"]) == (400, "request-unreadable")


def test_organisers_send_somebody_and_say_what_came_of_it(
    assembly: Assembly, clock: Clock, organiser: Visitor, auditor: Visitor
) -> None:
    assembly.open()
    clock.now = assembly.voting
    ask_at_unit(assembly.site, assembly.uuid, "1-1-201", Wanted.VISIT, clock.now)
    address = f"/organise/elections/{assembly.uuid}/help"
    home = organiser.get("/organise").text
    assert "有 1 户请人帮忙" in home
    assert address in home
    page = organiser.get(address).text
    for words in ("李四、王五", "1-1-201", "上门来帮我投", "还没有人去", "先问清楚"):
        assert words in page
    organiser.post(f"{address}/1", {"who": "王强"})
    assert "王强 去" in organiser.get(address).text
    assert "请人帮忙" not in organiser.get("/organise").text
    # Nothing is chosen before somebody chooses it: a careless click records nothing.
    assert '<option value="">请选一项</option>' in page
    for nothing in ({}, {"outcome": ""}, {"outcome": "danced"}):
        refused = organiser.post(f"{address}/1", nothing)
        assert (refused.status_code, "“结果”还没有选" in refused.text) == (400, True)
    organiser.post(f"{address}/1", {"outcome": "absent"})
    page = organiser.get(address).text
    assert "办完了" in page
    assert "没有找到人" in page
    assert organiser.post(f"{address}/1", {"outcome": "helped"}).status_code == 409
    assert organiser.post(f"{address}/2", {"who": "王强"}).status_code == 404
    chronicle = auditor.get(f"/audit/{assembly.uuid}").text
    assert "2 号请人上门帮忙。" in chronicle
    assert "王强" not in chronicle


def test_a_helper_is_remembered_by_the_browser_and_beside_the_board(
    assembly: Assembly, clock: Clock, resident: Callable[[str, int], Visitor]
) -> None:
    assembly.open()
    clock.now = assembly.voting
    visitor = resident(assembly.uuid, 4)
    visitor.get(f"/v/{assembly.uuid}")
    headers = {"X-CSRFToken": visitor.token}

    def post(act: str, **given: Any) -> Any:
        return visitor.client.post(f"/v/{assembly.uuid}/{act}", headers=headers, **given)

    for wrong in ({}, [], {"name": "李梅"}, {"name": 1, "role": "head"}, {"name": "李梅", "role": "boss"}):
        assert post("helper", json=wrong).json["refusal"] == "request-unreadable"
    assert (
        post("helper", json={"name": "13800001111", "role": "head"}).json["refusal"] == "helper-name-invalid"
    )
    assert post("helper", json={"name": "李梅", "role": "head"}).json == {
        "name": "李梅",
        "role": "楼栋长、单元长",
    }
    assert '"helper": {"name": "\\u674e\\u6885"' in visitor.get(f"/v/{assembly.uuid}").text
    assert post("leave").status_code == 204  # the voter leaves, the helper goes on
    assert "\\u674e\\u6885" in visitor.get(f"/v/{assembly.uuid}").text
    with visitor.client.session_transaction() as session:
        session["booth"] = {"uuid": assembly.uuid, "voter": 4, "mark": assembly.enter(4).mark}
    assert post("ballot", data=assembly.ballot(4)).status_code == 200
    [(voter, row)] = helped_ballots(assembly.site, assembly.uuid).items()
    assert (voter, row.helper, row.role, row.helped_at) == (4, "李梅", "head", clock.now)
    assert post("helper/end").status_code == 204
    assert '"helper": null' in visitor.get(f"/v/{assembly.uuid}").text


def test_who_helped_is_for_organisers_and_auditors(
    assembly: Assembly, clock: Clock, stranger: Visitor, organiser: Visitor, auditor: Visitor
) -> None:
    assembly.open()
    clock.now = assembly.voting
    for voter in (1, 3):
        helper = Helper("李梅梅", Role.NEIGHBOUR)
        booth.cast_ballot(
            assembly.site, assembly.uuid, voter, assembly.ballot(voter), clock.now, helper=helper
        )
    address = f"/organise/elections/{assembly.uuid}/help"
    page = organiser.get(address).text
    assert "李梅梅" in page
    assert "不在派去的名单上" not in page  # there is no list
    organiser.post(f"{address}/volunteers", {"names": "王强\n\n 孙明 \n"})
    for reader in (organiser.get(address), auditor.get(f"/audit/{assembly.uuid}")):
        assert "李梅梅" in reader.text
        assert "1、3" in reader.text
        assert "不在派去的名单上" in reader.text
    assert "李梅梅" in organiser.get(f"/organise/elections/{assembly.uuid}/roll/3").text
    clock.now += timedelta(minutes=1)
    for path in ("", "/board", "/check", "/checkpoint"):
        assert "李梅梅" not in stranger.get(f"/e/{assembly.uuid}{path}").text
