"""The dossier: the verdict first, turnout while open and never a choice, the log with its hashes."""

import io
import json
import re
import zipfile
from hashlib import sha256

from flask import Flask

from tests.assembly import NO, YES, Assembly
from tests.conftest import Clock
from tests.unit.web.conftest import Visitor
from tests.unit.web.test_organiser import words
from voting.services import log_lines, record
from voting.web.chronicle import told


def test_the_list_names_every_election(auditor: Visitor, assembly: Assembly) -> None:
    assert "还没有表决" in auditor.get("/audit").text
    assembly.draft()
    assert "金桥小区业主大会" in auditor.get("/audit").text


def test_while_open_there_is_turnout_and_no_choice(
    auditor: Visitor, assembly: Assembly, clock: Clock
) -> None:
    assembly.open()
    assembly.cast(1, NO)
    clock.now = assembly.voting
    page = words(auditor.get(f"/audit/{assembly.uuid}").text)
    assert "1 / 5 户 · 20.00%" in page
    assert "150.50 / 499.38" in page or "150.50 / 408.38" in page
    assert "通过" not in page
    assert "下载 EXPORT.zip" not in page
    assert auditor.post(f"/audit/{assembly.uuid}/EXPORT.zip").status_code == 400


def test_after_counting_the_verdict_comes_first(auditor: Visitor, assembly: Assembly, clock: Clock) -> None:
    assembly.open()
    for voter in (1, 2, 3):
        assembly.cast(voter, YES)
    assembly.cast(4, NO, (0, 0, 0, 0))
    assembly.close()
    assembly.count()
    clock.now = assembly.closes_at
    page = auditor.get(f"/audit/{assembly.uuid}").text
    said = words(page)
    assert "参加表决的人数和面积都达到了三分之二，表决有效。第 1 项通过。" in said
    assert "第 2 项选出 2 人：丁一、方二。" in said
    assert said.index("表决有效") < said.index("虚线是三分之二")
    # 3 of 4 owners said yes; 150.50 + 90.25 + 70.00 of 399.37 m²
    assert re.search(r"同意 3 75\.00% 310\.75 77\.81%", said)
    assert "还空 1 席" in said


def test_every_entry_of_the_log_is_told_with_its_hash(
    auditor: Visitor, assembly: Assembly, clock: Clock
) -> None:
    assembly.open()
    assembly.close()
    page = auditor.get(f"/audit/{assembly.uuid}").text
    entries = record.audit_log(assembly.site, assembly.uuid)
    for entry in entries[1:]:
        assert entry.previous in page
    body = record.export_record
    assembly.count()
    with zipfile.ZipFile(io.BytesIO(body(assembly.site, assembly.uuid, clock()))) as archive:
        lines = archive.read("audit-log.jsonl").splitlines()
    page = auditor.get(f"/audit/{assembly.uuid}").text
    for line in lines:
        assert sha256(line).hexdigest() in page
    assert "建立表决《金桥小区业主大会》" in page
    for entry in entries:
        assert f">{entry.act} " not in page
    assert log_lines.read_lines(lines)[1] in page


def test_the_closing_checkpoint_can_be_copied(auditor: Visitor, assembly: Assembly) -> None:
    assembly.open()
    text = assembly.close()
    page = auditor.get(f"/audit/{assembly.uuid}").text
    assert "封箱摘要" in page
    assert text.splitlines()[3] in page


def test_the_export_is_a_post_and_is_logged_with_its_taker(auditor: Visitor, assembly: Assembly) -> None:
    assembly.open()
    assembly.cast(1)
    assembly.close()
    assembly.count()
    auditor.get(f"/audit/{assembly.uuid}")
    assert auditor.client.get(f"/audit/{assembly.uuid}/EXPORT.zip").status_code == 404
    answer = auditor.post(f"/audit/{assembly.uuid}/EXPORT.zip")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        outcome = json.loads(archive.read("outcome.json"))
    assert outcome["participation"] == {"owners": 1, "area_m2": "150.50"}
    assert record.audit_log(assembly.site, assembly.uuid)[-1].actor == "ju"


def test_an_organiser_may_read_it_and_a_draft_has_one_too(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    assert "还没有开始投票" in organiser.get(f"/audit/{assembly.uuid}").text


def test_no_quorum_is_said(auditor: Visitor, assembly: Assembly) -> None:
    assembly.open()
    assembly.cast(1)
    assembly.close()
    assembly.count()
    page = words(auditor.get(f"/audit/{assembly.uuid}").text)
    assert "这次表决没有作出决定" in page
    assert "通过。 第" not in page


def test_the_log_tells_whose_share_was_refused(app: Flask) -> None:
    with app.test_request_context():
        entry = log_lines.Entry(1, "", "wang", "election-counted", {"outcome_sha256": "ab"}, "")
        assert told(entry).sentence.endswith("按规则认定结果。")
        entry.details["shares_refused"] = "2 decryption-proof-invalid, 4 json-malformed"
        assert told(entry).sentence.endswith("第 1、3 位保管人送来的部分不对，没有采用。")
