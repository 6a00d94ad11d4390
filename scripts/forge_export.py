"""Seal the parts of a record: every hash, chain, digest and signature that whoever holds the server can make.

Each step can be changed, and what follows is made to agree. Only for vectors.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from forge import (
    CLOSED,
    COUNTED,
    DOCUMENTS,
    EXPORTED,
    MEASURES,
    OPENED,
    RECEIPT_KEY,
    TIMESTAMP,
    UUID,
    Change,
    Files,
    Held,
    Json,
    Parts,
    hold,
    same,
)

from voting.protocol.board import EventType, Link, archive_parts, make_link
from voting.protocol.encoding import sha256_hex
from voting.services.checkpoint import Checkpoint, sign_checkpoint
from voting.services.log_lines import signed_line
from voting.services.papers import told_deemed


@dataclass
class Seals:
    """What is changed while a record is sealed; each is given what would stand there."""

    events: Change = same  # (measure, list of links) -> list of links
    archive: Change = same  # (measure, bytes) -> bytes
    log: Change = same  # list of entries without seq and previous
    lines: Change = same  # list of chained lines
    checkpoint: Change = same
    key: Ed25519PrivateKey = RECEIPT_KEY
    text: Change = same  # of checkpoint.txt
    files: Change = same
    timestamps: dict[str, int] = field(default_factory=dict)


def chained(events: Sequence[tuple[str, Sequence[bytes]]]) -> list[Link]:
    """The chain of these events."""
    links: list[Link] = []
    for kind, records in events:
        event: EventType = kind  # type: ignore[assignment]
        links.append(make_link(links[-1] if links else None, event, tuple(records)))
    return links


def lines(entries: Sequence[Json], chain: str = UUID, key: Ed25519PrivateKey = RECEIPT_KEY) -> list[bytes]:
    """The chained and signed lines of a log."""
    made: list[bytes] = []
    for number, entry in enumerate(entries, 1):
        previous = hashlib.sha256(made[-1]).hexdigest() if made else "0" * 64
        made.append(signed_line(chain, {"seq": number, "previous": previous, **entry}, key))
    return made


def _entries(parts: Parts, links: dict[str, list[Link]]) -> list[Json]:
    def entry(time: str, act: str, details: Json) -> Json:
        return {"time": time, "actor": "wang", "act": act, "details": details}

    def events(height: int) -> Json:
        return {f"{measure}_event": links[measure][height].hash for measure in MEASURES}

    end = next((i for i, link in enumerate(links["owners"]) if link.event.type == "EndBallots"), None)
    document = json.loads(parts.honest_rules)
    counts_area = "heads" not in document["electorate"]
    made = [
        entry(
            OPENED,
            "election-created",
            {
                "title": document["title"],
                "agenda_sha256": sha256_hex(b"agenda"),
                "group": document["group"],
                "secrecy": document["secrecy"],
            },
        ),
        entry(
            OPENED,
            "letters-issued",
            {
                "register": 1,
                "credential_file_sha256": sha256_hex(b"credentials"),
                "voters": document["electorate"].get("owners", document["electorate"].get("heads")),
                **({"area_dm2": document["electorate"]["area_dm2"]} if counts_area else {}),
                "roll_sha256": document["roll_sha256"],
            },
        ),
        entry(OPENED, "election-opened", {**events(0), "rules_sha256": sha256_hex(parts.rules)}),
    ]
    if end is not None and end < len(links["area"]):
        details = {
            "height": end,
            **events(end),
            "voters": parts.num_tallied,
            **({"area_dm2": parts.total_weight} if counts_area else {}),
        }
        made.append(entry(CLOSED, "election-closed", details))
    counted: Json = {"outcome_sha256": sha256_hex(parts.outcome)}
    if parts.deemed is not None:
        counted["deemed"] = told_deemed(parts.deemed)
    made.append(entry(COUNTED, "election-counted", counted))
    pinned = {name: sha256_hex(body) for name, body in DOCUMENTS.items()}
    made.append(entry(EXPORTED, "record-exported", {"files": pinned, "auditors": False}))
    return made


def seal(parts: Parts, seals: Seals | None = None) -> Files:
    """The files of an export, with all that the server can repair."""
    seals = seals or Seals()
    links, archives = {}, {}
    for measure in MEASURES:
        made = chained(parts.events[measure])
        links[measure] = made if seals.events is same else seals.events((measure, made))
        stamp = seals.timestamps.get(measure, TIMESTAMP)
        body = b"".join(archive_parts(stamp, links[measure]))
        archives[measure] = body if seals.archive is same else seals.archive((measure, body))
    log = seals.lines(lines(seals.log(_entries(parts, links))))
    checkpoint = seals.checkpoint(pinned(parts, links, log))
    files = {
        **DOCUMENTS,
        "rules.json": parts.rules,
        "outcome.json": parts.outcome,
        f"owners/{UUID}.bel": archives["owners"],
        f"area/{UUID}.bel": archives["area"],
        "audit-log.jsonl": b"".join(line + b"\n" for line in log),
        "checkpoint.txt": seals.text(sign_checkpoint(checkpoint, seals.key)).encode(),
    }
    changed: Files = seals.files(files)
    return changed


def pinned(parts: Parts, links: dict[str, list[Link]], log: Sequence[bytes]) -> Checkpoint:
    """The checkpoint of a record that ends with these links and lines."""
    return Checkpoint(
        uuid=UUID,
        height=len(links["owners"]) - 1,
        owners_head=links["owners"][-1].hash,
        area_head=links["area"][-1].hash,
        rules_sha256=sha256_hex(parts.rules),
        log_head=hashlib.sha256(log[-1]).hexdigest(),
        time=EXPORTED,
    )


def earlier(parts: Parts, height: int, log_lines: int, later: int = 0, **changes: Any) -> str:
    """A checkpoint of this record when it ended at `height`, with so many lines in the log.

    It says a height that is `later` than that.
    """
    links = {measure: chained(parts.events[measure]) for measure in MEASURES}
    log = lines(_entries(parts, links))[:log_lines]
    short = {measure: made[: height + 1] for measure, made in links.items()}
    checkpoint = replace(pinned(parts, short, log), height=height + later)
    return sign_checkpoint(replace(checkpoint, **changes), RECEIPT_KEY)


@dataclass(frozen=True)
class Case:
    """A record and what must be found in it, in order: (refusal, place). `unreadable` is refused outright;
    `not_checked` are notes that must come with it."""

    name: str
    by: str
    files: Files
    findings: list[tuple[str, Json]]
    base: str = "good"
    since: str | None = None
    unreadable: tuple[str, Json] | None = None
    not_checked: tuple[str, ...] = ()


def case(
    name: str,
    by: str,
    refusal: str | None,
    /,
    held: Held | None = None,
    seals: Seals | None = None,
    base: str = "good",
    since: str | None = None,
    **place: Any,
) -> Case:
    """A case with one finding, or with none."""
    findings = [] if refusal is None else [(refusal, place)]
    return Case(name, by, seal(hold(held), seals), findings, base, since)
