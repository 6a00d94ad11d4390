"""The pages on which a ballot is asked for, approved and seen; and what its voter is told."""

import io
import re
import zipfile
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.assembly import AGENDA, DIGITS, Assembly
from tests.conftest import Clock
from tests.openings import PDF, REASON, after_closing, circle
from tests.unit.web.conftest import Visitor
from voting.protocol.credentials import public_credential, secret_exponent, sign_message
from voting.services.verification import verify_files


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def ask(visitor: Visitor, uuid: str, whose: str = "2", reason: str = REASON, body: bytes = PDF) -> Any:
    """The form as a browser sends it; a client's own uploads leave files behind when they are large."""
    address = f"/audit/{uuid}/openings"
    visitor.get(address)
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (("csrf_token", visitor.token), ("whose", whose), ("reason", reason))
    ]
    parts.append(b'--x\r\nContent-Disposition: form-data; name="attachment"; filename="a.pdf"\r\n')
    parts.append(b"Content-Type: application/pdf\r\n\r\n" + body + b"\r\n--x--\r\n")
    return visitor.client.post(address, data=b"".join(parts), content_type="multipart/form-data; boundary=x")


@pytest.fixture
def closed(assembly: Assembly, clock: Clock) -> Assembly:
    clock.now = after_closing(assembly.open())
    return assembly


def test_one_asks_the_other_approves_and_only_some_see(
    closed: Assembly, organiser: Visitor, auditor: Visitor, visitor: Callable[[], Visitor]
) -> None:
    uuid = closed.uuid
    page = words(organiser.get(f"/audit/{uuid}/openings").text)
    assert "一个人打不开" in page
    assert ask(organiser, uuid).status_code == 302
    page = organiser.get(f"/audit/{uuid}/openings").text
    assert "等监督员批准" in page
    assert "批准，打开这张票" not in page
    assert "有 1 份申请等您决定" in auditor.get(f"/audit/{uuid}").text
    page = auditor.get(f"/audit/{uuid}/openings").text
    assert REASON in page
    assert "2 号的票就打开了" in page
    document = auditor.get(f"/audit/{uuid}/openings/1/attachment")
    assert document.data == PDF
    assert document.headers["Content-Disposition"] == "attachment; filename*=UTF-8''attachment-1.pdf"
    assert document.mimetype == "application/pdf"
    assert auditor.post(f"/audit/{uuid}/openings/1/approve").status_code == 302
    for who in (auditor, organiser):
        assert "票里是" in words(who.get(f"/audit/{uuid}/openings").text)
        assert "石三" in who.get(f"/audit/{uuid}/openings").text
    assert "按第 1 号申请打开了一张票" in auditor.get(f"/audit/{uuid}").text
    assert "经批准打开过 1 张票" in visitor().get(f"/e/{uuid}").text


def test_another_organiser_sees_that_it_was_opened_and_not_what_it_holds(
    closed: Assembly, organiser: Visitor, auditor: Visitor, visitor: Callable[[], Visitor]
) -> None:
    ask(organiser, closed.uuid)
    auditor.get(f"/audit/{closed.uuid}/openings")
    auditor.post(f"/audit/{closed.uuid}/openings/1/approve")
    other = visitor()
    other.sign_in("wang")  # the assembly's own account
    page = words(other.get(f"/audit/{closed.uuid}/openings").text)
    assert "已经打开" in page
    assert "内容只给申请人、监督员和投票的本人看" in page
    assert "石三" not in page


def test_declined_with_a_reason(closed: Assembly, organiser: Visitor, auditor: Visitor) -> None:
    ask(auditor, closed.uuid)
    organiser.get(f"/audit/{closed.uuid}/openings")
    refused = organiser.post(f"/audit/{closed.uuid}/openings/1/decline", {"reason": ""})
    assert refused.status_code == 400
    organiser.post(f"/audit/{closed.uuid}/openings/1/decline", {"reason": "附件不是本人写的"})
    page = words(auditor.get(f"/audit/{closed.uuid}/openings").text)
    assert "没有批准" in page
    assert "不批准。理由：附件不是本人写的" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": "看看"}, "原因"),
        ({"body": b"MZ"}, "不是完整的 PDF、JPEG 或 PNG"),
        ({"body": b""}, "没有收到附件"),
        ({"whose": "3"}, "3 号没有投票"),
        ({"whose": "99"}, "99"),
        ({"whose": "x" * 43}, "没有这个回执号"),
    ],
)
def test_a_request_that_is_refused_is_shown_again(
    closed: Assembly, organiser: Visitor, changes: dict[str, Any], said: str
) -> None:
    answer = ask(organiser, closed.uuid, **changes)
    assert answer.status_code == 400
    assert said in words(answer.text)
    assert f'value="{changes.get("whose", "2")}"' in answer.text


def test_too_large_a_document_is_refused_in_words(closed: Assembly, organiser: Visitor) -> None:
    answer = ask(organiser, closed.uuid, body=PDF + b" " * (5 * 1024 * 1024))
    assert answer.status_code == 400
    assert "附件超过 5 MB" in answer.text
    assert ask(organiser, closed.uuid, body=PDF + b" " * (6 * 1024 * 1024)).status_code == 413


def test_nothing_is_offered_before_the_closing_and_where_the_rules_forbid_it(
    assembly: Assembly, clock: Clock, organiser: Visitor
) -> None:
    assembly.agenda = AGENDA | {"secrecy": "secret"}
    assembly.open()
    page = organiser.get(f"/audit/{assembly.uuid}/openings").text
    assert 'name="whose"' not in page
    assembly.cast(1)
    assembly.close()
    clock.now = assembly.closes_at
    page = organiser.get(f"/audit/{assembly.uuid}/openings").text
    assert 'name="whose"' not in page
    assert "谁也不能打开任何一张" in page
    assert "谁也打不开" in organiser.get(f"/v/{assembly.uuid}/opened").text
    assert "哪一张都不能打开" in ask(organiser, assembly.uuid, "1").text


def test_with_a_circle_the_page_sends_for_the_trustees(
    assembly: Assembly, clock: Clock, organiser: Visitor, auditor: Visitor
) -> None:
    clock.now = after_closing(assembly.open(circle()[1]))
    ask(organiser, assembly.uuid)
    auditor.get(f"/audit/{assembly.uuid}/openings")
    refused = auditor.post(f"/audit/{assembly.uuid}/openings/1/approve")
    assert refused.status_code == 403
    assert "账号不能代替" in refused.text


def test_the_auditors_part_is_downloaded_by_auditors_alone(
    closed: Assembly, clock: Clock, organiser: Visitor, auditor: Visitor
) -> None:
    ask(organiser, closed.uuid)
    auditor.get(f"/audit/{closed.uuid}/openings")
    auditor.post(f"/audit/{closed.uuid}/openings/1/approve")
    closed.count()
    clock.advance(hours=2)
    assert "AUDITOR-EXPORT.zip" not in organiser.get(f"/audit/{closed.uuid}").text
    assert organiser.post(f"/audit/{closed.uuid}/AUDITOR-EXPORT.zip").status_code == 403
    assert "AUDITOR-EXPORT.zip" in auditor.get(f"/audit/{closed.uuid}").text
    with zipfile.ZipFile(io.BytesIO(auditor.post(f"/audit/{closed.uuid}/AUDITOR-EXPORT.zip").data)) as files:
        verified = verify_files({name: files.read(name) for name in files.namelist()})
    assert verified.findings == ()
    assert "auditors-part" in verified.checked
    assert "下载了监督员的那一份" in auditor.get(f"/audit/{closed.uuid}").text


def test_auditors_see_every_ballot_of_an_open_election(
    assembly: Assembly, clock: Clock, organiser: Visitor, auditor: Visitor
) -> None:
    assembly.agenda = AGENDA | {"secrecy": "open"}
    clock.now = after_closing(assembly.open())
    assert "这里没有打开的票" in auditor.get(f"/audit/{assembly.uuid}/ballots").text
    assembly.count()
    page = words(auditor.get(f"/audit/{assembly.uuid}/ballots").text)
    assert "1 号 是否同意修改管理规约？ 同意 选举业主委员会委员 丁一、方二" in page
    assert "2 号 是否同意修改管理规约？ 反对 选举业主委员会委员 石三" in page
    assert "看每一张票" in auditor.get(f"/audit/{assembly.uuid}").text
    assert organiser.get(f"/audit/{assembly.uuid}/ballots").status_code == 403
    assert "看每一张票" not in organiser.get(f"/audit/{assembly.uuid}").text


# the voter


def look(visitor: Visitor, assembly: Assembly, voter: int, **changes: Any) -> Any:
    """What the phone sends that asks whether its voter's ballot was opened."""
    uuid = assembly.uuid
    page = visitor.get(f"/v/{uuid}/opened")
    assert page.status_code == 200
    headers = {"X-CSRFToken": visitor.token}
    address = f"/v/{uuid}/opened"
    challenge = visitor.client.post(f"{address}/challenge", json={}, headers=headers).json["challenge"]
    credential = assembly.private[voter]
    secret = secret_exponent(assembly.group, uuid, credential)
    purpose = changes.pop("purpose", "opened")
    proof = sign_message(assembly.group, secret, f"{purpose}|{uuid}|{challenge}")
    entry = {
        "public_credential": public_credential(assembly.group, uuid, credential),
        "challenge": challenge,
        "proof": {"challenge": proof.challenge, "response": proof.response},
        "digits": DIGITS[voter],
    }
    return visitor.client.post(address, json=entry | changes, headers=headers)


def test_the_voter_is_told_what_happened_to_the_own_ballot_and_nobody_else(
    closed: Assembly, organiser: Visitor, auditor: Visitor, stranger: Visitor
) -> None:
    assert "没有打开过任何一张票" in stranger.get(f"/v/{closed.uuid}/opened").text
    ask(organiser, closed.uuid)
    assert look(stranger, closed, 2).json == {"opened": None}
    auditor.get(f"/audit/{closed.uuid}/openings")
    auditor.post(f"/audit/{closed.uuid}/openings/1/approve")
    told = look(stranger, closed, 2).json["opened"]
    assert told["reason"] == REASON
    assert told["by"] == "zu（组织者）"
    assert told["chosen"] == [["是否同意修改管理规约？", ["反对"]], ["选举业主委员会委员", ["石三"]]]
    assert look(stranger, closed, 1).json == {"opened": None}
    assert look(stranger, closed, 2, digits="0000").json["refusal"] == "second-factor-wrong"
    assert look(stranger, closed, 2, purpose="enter").json["refusal"] == "message-proof-invalid"
    assert look(stranger, closed, 2, digits=7).json["refusal"] == "request-unreadable"


def test_a_voter_asks_only_after_the_closing(assembly: Assembly, stranger: Visitor) -> None:
    assembly.open()
    assert stranger.get(f"/v/{assembly.uuid}/opened").status_code == 400
    stranger.get("/")
    answer = stranger.client.post(
        f"/v/{assembly.uuid}/opened/challenge", json={}, headers={"X-CSRFToken": stranger.token}
    )
    assert answer.json["refusal"] == "election-wrong-phase"


def test_the_closed_booth_shows_the_way(closed: Assembly, stranger: Visitor) -> None:
    page = stranger.get(f"/v/{closed.uuid}").text
    assert f'href="/v/{closed.uuid}/opened" data-code' in page
