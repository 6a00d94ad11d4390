"""Every act of a log has one declared shape, the same for whoever writes, verifies here, and in a browser."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.assembly import Assembly
from voting.errors import Refusal, Refused
from voting.services import acts, log
from voting.services.log_lines import Entry, read_lines, signature_valid, signed_line, verify_signatures
from voting.store import log as rows
from voting.web.chronicle import has_sentence

PACKAGE = Path(acts.__file__).parent.parent
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw().hex()


def test_the_browser_has_the_same_tables() -> None:
    script = (PACKAGE / "web/static/js/verifier/acts.js").read_text(encoding="utf-8")
    tables = dict(re.findall(r"const (\w+) = `(.*?)`;", script, re.DOTALL))
    assert tables == {
        "ELECTION_ACTS": acts.ELECTION_ACTS,
        "ASSEMBLY_ACTS": acts.ASSEMBLY_ACTS,
        "RECORDS": acts.RECORDS,
    }, "copy the tables of voting/services/acts.py into web/static/js/verifier/acts.js"


def test_an_act_means_one_thing() -> None:
    every = [*acts.SITE.items(), *acts.ELECTION.items(), *acts.ASSEMBLY.items()]
    assert len({name for name, _ in every}) == len({(name, str(shape)) for name, shape in every})


def test_every_act_that_is_written_is_declared_and_every_declared_one_has_its_sentence() -> None:
    written = {
        node.args[4].value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "log.append"
        and isinstance(node.args[4], ast.Constant)
    }
    declared = {**acts.SITE, **acts.ELECTION, **acts.ASSEMBLY}
    assert len(written) > 30
    assert written <= declared.keys()
    assert {act for act in declared if not has_sentence(act)} == set()


@pytest.mark.parametrize(
    ("act", "details", "place"),
    [
        ("letters-withdrawn", {"voters": 3}, "reason"),
        ("letters-withdrawn", {"voters": True, "reason": ""}, "voters"),
        ("letters-withdrawn", {"voters": -1, "reason": ""}, "voters"),
        ("letters-withdrawn", {"voters": 10**15 + 1, "reason": ""}, "voters"),
        ("letters-withdrawn", {"voters": 3, "reason": "", "by": ""}, "by"),
        ("assembly-extend", {"closes_at": "2026-02-29T00:00:00Z", "reason": ""}, "closes_at"),
        ("assembly-extend", {"closes_at": "1999-01-01T00:00:00Z", "reason": ""}, "closes_at"),
        ("assembly-extend", {"closes_at": "2026-01-01T08:00:00+08:00", "reason": ""}, "closes_at"),
        ("assembly-open", {"items": ["a", 1]}, "items[2]"),
        ("assembly-open", {"items": "a"}, "items"),
        ("election-counted", {"outcome_sha256": "a" * 64, "deemed": {"heads": 1}}, "deemed.area_dm2"),
        ("record-exported", {"files": {"a": "b"}, "auditors": False}, "files"),
    ],
)
def test_details_are_as_declared(act: str, details: dict[str, Any], place: str) -> None:
    with pytest.raises(Refused) as refused:
        acts.check_act(acts.ELECTION | acts.ASSEMBLY, act, details, 7)
    assert refused.value.refusal is Refusal.LOG_DETAILS_MALFORMED
    assert refused.value.context == {"line": 7, "place": place}
    with pytest.raises(acts.Undeclared):
        acts.declared(act, details)


def test_what_may_be_left_out_or_null() -> None:
    acts.declared("assembly-setting-changed", {"setting": "x", "value": None, "was": 3, "reason": "r"})
    acts.declared("election-published", {})
    acts.declared("election-published", {"assembly": "x"})
    noticed = {"uuid": "", "title": "", "scope": {"buildings": None, "exclude_uses": []}, "questions": []}
    totals = {"owners": 1, "area_dm2": 1, "roll_sha256": "a" * 64}
    at = "2026-05-01T00:00:00Z"
    details = {"items": [], "opens_at": at, "closes_at": at, "roll": {"version": 0, **totals}}
    acts.declared("assembly-give-notice", {**details, "elections": [noticed | totals]})


def test_every_line_is_signed_for_its_chain(assembly: Assembly) -> None:
    assembly.draft()
    key = assembly.site.keys.receipt_key_hex
    with assembly.site.store.read() as tx:
        chains = {
            chain: [line.encode() for line in rows.lines(tx, chain)] for chain in (log.SITE, assembly.uuid)
        }
    for chain, lines in chains.items():
        entries, _ = read_lines(lines)
        assert [entry.line for entry in entries] == lines
        verify_signatures(entries, chain, key)
        assert not signature_valid(entries[0], "another", key)
        with pytest.raises(Refused) as refused:
            verify_signatures(entries, chain, PUBLIC)
        assert refused.value.refusal is Refusal.LOG_SIGNATURE_INVALID


def test_a_line_from_before_signatures_is_read_and_not_taken_for_signed(assembly: Assembly) -> None:
    """A database of an earlier version opens; what it holds is not more than it is."""
    assembly.draft()
    with assembly.site.store.write() as tx:
        [line] = rows.lines(tx, assembly.uuid)
        unsigned = Entry(**read_lines([line.encode()])[0][0].unsigned)
        rows.add_line(tx, "2" * 14, 1, assembly.now, unsigned.line.decode(), "0" * 64)
    [entry] = log.entries(assembly.site, "2" * 14)
    assert entry == unsigned
    assert entry.signature == ""
    assert b"signature" not in entry.line
    with pytest.raises(Refused) as refused:
        verify_signatures([entry], "2" * 14, PUBLIC)
    assert (refused.value.refusal, refused.value.context) == (Refusal.LOG_UNSIGNED, {"line": 1})


def test_nothing_undeclared_is_written(assembly: Assembly) -> None:
    assembly.draft()
    site, before = assembly.site, len(log.entries(assembly.site, assembly.uuid))
    for act, details in (("election-made", {}), ("voter-unlocked", {}), ("voter-unlocked", {"voter": "1"})):
        with pytest.raises(acts.Undeclared), site.store.write() as tx:
            log.append(site, tx, assembly.uuid, "wang", act, details, assembly.now)
    assert len(log.entries(site, assembly.uuid)) == before


def test_a_signature_covers_every_member() -> None:
    unsigned = Entry(1, "2026-05-01T00:00:00Z", "wang", "key-destroyed", {}, "0" * 64).unsigned
    entry = read_lines([signed_line("chain", unsigned, KEY)])[0][0]
    assert signature_valid(entry, "chain", PUBLIC)
    for changed in (
        {"seq": 2},
        {"time": "2026-05-01T00:00:01Z"},
        {"actor": "li"},
        {"act": "x"},
        {"details": {"a": 1}},
    ):
        assert not signature_valid(Entry(**{**vars(entry), **changed}), "chain", PUBLIC)
