"""The export, the checkpoint and the audit log; and what is nowhere in the database."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.assembly import BASE_URL, IDENTITIES, NO, PASSPHRASE, PHONES, Assembly
from voting.errors import Refusal, Refused
from voting.protocol.audit import verify_twins
from voting.services import elections
from voting.services.checkpoint import verify_checkpoint
from voting.services.log import SITE, entries
from voting.services.log_lines import read_lines
from voting.services.record import audit_log, checkpoint, export_record
from voting.store import log as log_rows
from voting.store.tables import metadata

pytestmark = pytest.mark.either_database


def files_of(export: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(export)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def counted(assembly: Assembly) -> Assembly:
    """Counted, with two ballots."""
    assembly.open()
    assembly.cast(1)
    assembly.cast(2, NO)
    assembly.close()
    assembly.count()
    return assembly


@pytest.mark.both_databases
def test_the_export_is_whole_and_verifies(counted: Assembly) -> None:
    later = counted.closes_at + timedelta(hours=2)
    files = files_of(export_record(counted.site, counted.uuid, later, counted.actor))
    assert sorted(files) == sorted(
        [
            f"owners/{counted.uuid}.bel",
            f"area/{counted.uuid}.bel",
            "rules.json",
            "outcome.json",
            "report.html",
            "results.xlsx",
            "audit-log.jsonl",
            "checkpoint.txt",
            "README.txt",
            "verify.html",
        ]
    )
    twins = verify_twins(files[f"owners/{counted.uuid}.bel"], files[f"area/{counted.uuid}.bel"])
    assert twins.owners.finished
    assert twins.area.total_weight == 15050 + 9025
    rules = json.loads(files["rules.json"])
    outcome = json.loads(files["outcome.json"])
    assert outcome == elections.election(counted.site, counted.uuid).outcome
    log, log_head = read_lines(files["audit-log.jsonl"].splitlines())
    pinned = verify_checkpoint(files["checkpoint.txt"].decode(), rules["receipt_key"])
    assert pinned.uuid == counted.uuid
    assert pinned.height == 6
    assert pinned.owners_head == twins.owners.chain.hash(-1)
    assert pinned.area_head == twins.area.chain.hash(-1)
    assert pinned.log_head == log_head
    assert f"rules sha256:{pinned.rules_sha256}" in twins.owners.setup.election.election.description
    # The export's own line is the last one inside it.
    assert [entry.act for entry in log] == [
        "election-created",
        "letters-issued",
        "election-opened",
        "election-closed",
        "election-counted",
        "record-exported",
    ]
    assert log == audit_log(counted.site, counted.uuid)


def test_the_closing_checkpoint_is_a_prefix_of_the_record(counted: Assembly) -> None:
    view = elections.election(counted.site, counted.uuid)
    pinned = verify_checkpoint(view.closing_checkpoint, view.rules["receipt_key"])
    files = files_of(export_record(counted.site, counted.uuid, counted.closes_at))
    twins = verify_twins(files[f"owners/{counted.uuid}.bel"], files[f"area/{counted.uuid}.bel"])
    assert twins.owners.chain.end == pinned.height
    assert twins.owners.chain.hash(pinned.height) == pinned.owners_head
    assert twins.area.chain.hash(pinned.height) == pinned.area_head
    lines = files["audit-log.jsonl"].splitlines()
    assert read_lines(lines[:4])[1] == pinned.log_head


def test_boards_and_documents_of_two_exports_are_equal(counted: Assembly) -> None:
    first = files_of(export_record(counted.site, counted.uuid, counted.closes_at))
    second = files_of(export_record(counted.site, counted.uuid, counted.closes_at))
    different = {name for name in first if first[name] != second[name]}
    assert different == {"audit-log.jsonl", "checkpoint.txt"}


def test_no_export_before_the_count_and_no_checkpoint_of_a_draft(assembly: Assembly) -> None:
    assembly.issue()
    site, uuid = assembly.site, assembly.uuid
    with pytest.raises(Refused) as refused:
        checkpoint(site, uuid, assembly.now)
    assert refused.value.refusal is Refusal.ELECTION_WRONG_PHASE
    elections.open_election(site, uuid, assembly.actor, assembly.opens_at)
    rules = elections.election(site, uuid).rules
    assert verify_checkpoint(checkpoint(site, uuid, assembly.voting), rules["receipt_key"]).height == 0
    assembly.close()
    with pytest.raises(Refused) as refused:
        export_record(site, uuid, assembly.closes_at)
    assert refused.value.refusal is Refusal.ELECTION_WRONG_PHASE
    assert audit_log(site, uuid)[-1].act == "election-closed"


def test_an_altered_checkpoint_is_refused(assembly: Assembly) -> None:
    assembly.open()
    key = elections.election(assembly.site, assembly.uuid).rules["receipt_key"]
    text = checkpoint(assembly.site, assembly.uuid, assembly.voting)
    lines = text.splitlines()
    altered = [
        text.replace("\n0\n", "\n1\n"),
        text.replace(lines[3], lines[4]),
        text.replace(lines[7], "2026-05-03T00:00:01Z"),
        text + "\n",
        text[:-1],
        text.replace("v1", "v2"),
        "",
    ]
    for one in altered:
        assert one != text
        with pytest.raises(Refused) as refused:
            verify_checkpoint(one, key)
        assert refused.value.refusal is Refusal.CHECKPOINT_INVALID
    with pytest.raises(Refused):
        verify_checkpoint(text, "00" * 32)


def test_the_log_is_a_chain_and_says_where_it_is_broken(counted: Assembly) -> None:
    with counted.site.store.read() as tx:
        lines = [line.encode() for line in log_rows.lines(tx, counted.uuid)]
        site_lines = [line.encode() for line in log_rows.lines(tx, SITE)]
    assert len(read_lines(lines)[0]) == 5
    assert [entry.act for entry in read_lines(site_lines)[0]] == [
        "account-created",
        "estate-created",
        "register-imported",
    ]
    changed = [*lines[:2], lines[2].replace(b"wang", b"wong"), *lines[3:]]
    cases = {
        4: changed,
        3: [*lines[:2], *lines[3:]],
        2: [lines[0], b" " + lines[1], *lines[2:]],
        1: [b"null", *lines],
        5: [*lines[:4], lines[4][:-1]],
    }
    for number, broken in cases.items():
        with pytest.raises(Refused) as refused:
            read_lines(broken)
        assert (refused.value.refusal, refused.value.context) == (Refusal.LOG_BROKEN, {"line": number})
    with pytest.raises(Refused) as refused:
        audit_log(counted.site, "2" * 14)
    assert refused.value.refusal is Refusal.ELECTION_UNKNOWN


def test_the_log_names_no_voter_and_no_time_of_a_vote(counted: Assembly) -> None:
    text = json.dumps([entry.__dict__ for entry in entries(counted.site, counted.uuid)], ensure_ascii=False)
    for name in ("张三", "李四", "王五", "赵六"):
        assert name not in text
    assert "ballot" not in text


def test_no_number_of_a_person_and_no_credential_is_in_the_database(
    counted: Assembly, store_url: str
) -> None:
    content = _everything(counted, store_url)
    assert "张三".encode() in content  # the search itself works
    for secret in (*IDENTITIES, *PHONES, *counted.private.values(), PASSPHRASE, "a long password"):
        assert secret.encode() not in content
        assert secret.replace("-", "").encode() not in content
    assert BASE_URL.encode() not in content


def _everything(assembly: Assembly, store_url: str) -> bytes:
    """Every byte of an SQLite database with its journal, or every row of a PostgreSQL one."""
    if store_url.startswith("sqlite"):
        path = Path(store_url.removeprefix("sqlite:///"))
        return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    rows = []
    with assembly.site.store.read() as tx:
        for table in metadata.sorted_tables:
            for row in tx.execute(select(table)):
                rows += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    return b"\n".join(rows)
