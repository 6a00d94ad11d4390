"""What leaves for auditors: the export that anyone can check, the checkpoint, the audit log."""

import json
import zipfile
from datetime import datetime
from hashlib import sha256
from io import BytesIO

from voting.documents.report import ReportFacts, report_html
from voting.documents.results import results_xlsx
from voting.documents.verifier import verify_html
from voting.documents.wording import oldest_outside_tool
from voting.errors import Refusal, Refused
from voting.protocol.election import is_uuid
from voting.rules.assembly import Act as MeetingAct
from voting.rules.assembly import Step
from voting.rules.roll import roll_json
from voting.rules.secrecy import Secrecy
from voting.services import log
from voting.services.assembly_log import ASSEMBLY_LOG
from voting.services.assembly_state import held
from voting.services.auditors_part import BALLOTS, DEEMED, OPENINGS, ROLL, attachment_name
from voting.services.board import archives
from voting.services.conduct import as_voter, signed_checkpoint
from voting.services.log_lines import Entry
from voting.services.opened import written
from voting.services.papers import document_digests
from voting.services.phases import found, require
from voting.services.site import Actor, Site
from voting.services.views import Act, Phase
from voting.services.weights import counts_area
from voting.store import board as board_rows
from voting.store import log as log_rows
from voting.store import openings as opening_rows
from voting.store import roll as roll_rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction

_OPENED = (Phase.OPEN, Phase.CLOSED, Phase.COUNTED, Phase.PUBLISHED)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the same for every file, so that equal records are equal zips

_README = """这是一次{vote}的完整记录，任何人都可以自己核对。

verify.html        核对用的网页，用浏览器打开，不用装程序，不用联网
report.html        结果报告，用浏览器打开
results.xlsx       结果数字
outcome.json       按规则得出的结果
rules.json         表决规则：事项、通过条件、{totals}
owners/{uuid}.bel  按人数计的全部加密选票与计票证明
area/{uuid}.bel    {second}
audit-log.jsonl    每一步操作的记录，前后相连，逐条签名
assembly-log.jsonl 会议的操作记录；这次表决属于一次会议时才有
checkpoint.txt     服务器对以上内容的签名摘要

怎样核对：
  1. 浏览器：   打开 verify.html，把 EXPORT.zip 放进去。它和记录放在一起，可能和记录一起被换过：
                要紧的时候，请用从别处得到的 verify.html。
  2. 本系统：   voting verify EXPORT.zip
  3. 独立程序： 解压后，用 belenios-tool {tool} 以上的版本（Debian 12 的是 2.0）
       cd owners && belenios-tool election verify
       cd area && belenios-tool election verify
  4. 您自己的选票：在公示的回执名单里查找您的回执号。

---

The whole record of one {english}. Anyone can check it: open verify.html in a browser, which needs no
network, and drop EXPORT.zip into it (when it matters, use a verify.html that did not come with the record);
or run `voting verify EXPORT.zip`; or unzip it and run `belenios-tool election verify` ({tool} or later;
Debian 12 has 2.0) in owners/ and in area/. The digest
of rules.json stands in the description of the election, so that every ballot is bound to it. checkpoint.txt
is signed with the receipt_key of rules.json.
"""


_OF_OWNERS = {
    "vote": "业主共同决定事项表决",
    "totals": "总人数、总面积",
    "second": "按面积计的全部加密选票与计票证明",
    "english": "vote of owners",
}
_OF_RESIDENTS = {
    "vote": "居民会议表决",
    "totals": "总人数",
    "second": "同样的选票再记一遍（每人都重 1），供独立程序对照",
    "english": "residents' meeting",
}


def _readme(row: ElectionRow) -> str:
    words = _OF_OWNERS if counts_area(row) else _OF_RESIDENTS
    return _README.format(uuid=row.uuid, tool=oldest_outside_tool(row.group_name), **words)


def export_record(site: Site, uuid: str, now: datetime, actor: Actor | None = None) -> bytes:
    """EXPORT.zip of a counted election: everything that is public. Refuses ELECTION_WRONG_PHASE."""
    return _zipped(_export(site, uuid, now, actor))


def export_for_auditors(site: Site, uuid: str, now: datetime, actor: Actor) -> bytes:
    """AUDITOR-EXPORT.zip: the same with the auditors' part, in which single ballots stand that were opened.

    Refuses ROLE_NOT_ALLOWED to anyone but auditors, and ELECTION_WRONG_PHASE.
    """
    if actor.role != "auditor":
        raise Refused(Refusal.ROLE_NOT_ALLOWED)
    return _zipped(_export(site, uuid, now, actor, auditors=True))


def _auditors_part(tx: Transaction, row: ElectionRow) -> dict[str, bytes]:
    assert row.rules is not None
    requests = opening_rows.requests(tx, row.uuid)
    files = {ROLL: roll_json([as_voter(entry) for entry in roll_rows.roll(tx, row.uuid)])}
    for each in requests:
        document = opening_rows.attachment(tx, row.uuid, each.number)
        assert document is not None
        files[attachment_name(each.number, each.attachment_kind)] = document
    if opened := [each.proof for each in requests if each.proof is not None]:
        files[OPENINGS] = written(opened)
    if row.deemed is not None:
        files[DEEMED] = row.deemed
    if json.loads(row.rules)["secrecy"] == Secrecy.OPEN:
        files[BALLOTS] = written(opening_rows.opened_ballots(tx, row.uuid))
    return files


def _export(
    site: Site, uuid: str, now: datetime, actor: Actor | None, *, auditors: bool = False
) -> dict[str, bytes]:
    """The files of EXPORT.zip.

    The export is logged before it is packed, so that its own entry is the last line of the log inside it.
    That line pins the documents, and the checkpoint pins that line.
    """
    # Nothing on the board of a counted election changes any more.
    with site.store.read() as tx:
        row = found(tx, uuid)
        require(row, Act.EXPORT, Phase.COUNTED, Phase.PUBLISHED)
        assert row.opened_at is not None
        owners, area = archives(tx, uuid, int(row.opened_at.timestamp()))
        replaced = len(board_rows.replacements(tx, uuid))
        steps = held(tx, row.assembly_uuid).state.steps if row.assembly_uuid is not None else ()
    extensions = tuple(step for step in steps if step.act is MeetingAct.EXTEND)
    documents = _documents(uuid, row, replaced, extensions)
    with site.store.write() as tx:
        # Before the election's own: whoever holds the assembly's chain holds those of its elections next.
        convened = [] if row.assembly_uuid is None else log_rows.lines(tx, row.assembly_uuid)
        details = {
            "files": document_digests(documents),
            "auditors": auditors,
            **({"assembly_head": sha256(convened[-1].encode()).hexdigest()} if convened else {}),
        }
        log.append(site, tx, uuid, actor.name if actor else "visitor", "record-exported", details, now)
        lines = log_rows.lines(tx, uuid)
        checkpoint_text = signed_checkpoint(site, tx, row, now)
        # In this very transaction: what the part holds is what these lines tell.
        part = _auditors_part(tx, row) if auditors else {}
    assert row.rules is not None
    assert row.outcome is not None
    return {
        **documents,
        "outcome.json": row.outcome.encode(),
        "rules.json": row.rules,
        f"owners/{uuid}.bel": owners,
        f"area/{uuid}.bel": area,
        "audit-log.jsonl": _jsonl(lines),
        **({ASSEMBLY_LOG: _jsonl(convened)} if convened else {}),
        "checkpoint.txt": checkpoint_text.encode(),
        **part,
    }


def _jsonl(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _documents(uuid: str, row: ElectionRow, replaced: int, extensions: tuple[Step, ...]) -> dict[str, bytes]:
    """What the export holds for people; it proves nothing, and the log pins it."""
    assert row.opened_at is not None
    assert row.closed_at is not None
    assert row.counted_at is not None
    assert row.rules is not None
    assert row.outcome is not None
    rules, outcome = json.loads(row.rules), json.loads(row.outcome)
    facts = ReportFacts(
        uuid=uuid,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        counted_at=row.counted_at,
        early_close_reason=row.early_close_reason,
        owners_head=row.owners_head or "",
        area_head=row.area_head or "",
        rules_sha256=sha256(row.rules).hexdigest(),
        zone=row.zone,
        replaced=replaced,
        extensions=extensions,
    )
    return {
        "README.txt": _readme(row).encode(),
        "report.html": report_html(rules, outcome, facts),
        "results.xlsx": results_xlsx(rules, outcome, facts),
        "verify.html": verify_html(),
    }


def sealed_archives(site: Site, uuid: str) -> tuple[bytes, bytes]:
    """Both archives of a closed election up to the end of its ballots: what a trustee decrypts from.

    Everything in them is public. Refuses ELECTION_WRONG_PHASE while ballots can still be cast.
    """
    with site.store.read() as tx:
        row = found(tx, uuid)
        require(row, Act.EXPORT, Phase.CLOSED, Phase.COUNTED, Phase.PUBLISHED)
        assert row.opened_at is not None
        return archives(tx, uuid, int(row.opened_at.timestamp()), "EndBallots")


def sealed_record(site: Site, uuid: str) -> bytes:
    """The same as one file, laid out as an export, with the rules."""
    owners, area = sealed_archives(site, uuid)
    with site.store.read() as tx:
        rules = found(tx, uuid).rules
    assert rules is not None
    return _zipped({"rules.json": rules, f"owners/{uuid}.bel": owners, f"area/{uuid}.bel": area})


def checkpoint(site: Site, uuid: str, now: datetime) -> str:
    """The signed digest of an opened election as it stands now. Refuses ELECTION_WRONG_PHASE for a draft."""
    with site.store.read() as tx:
        row = found(tx, uuid)
        require(row, Act.EXPORT, *_OPENED)
        return signed_checkpoint(site, tx, row, now)


def audit_log(site: Site, uuid: str) -> list[Entry]:
    """Every act of one election, oldest first. Refuses ELECTION_UNKNOWN where nothing was ever done."""
    entries = log.entries(site, uuid) if is_uuid(uuid) else []
    if not entries:
        raise Refused(Refusal.ELECTION_UNKNOWN)
    return entries


def _zipped(files: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return target.getvalue()
