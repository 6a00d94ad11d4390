"""Papers that do not follow from good archives: outcome, rules, log, documents, checkpoints, history."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import forge
import forge_export
from bad_ballots import faultless
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from forge import DOCUMENTS, UUID, VOTERS, Files, Held, Json, hold, set_at
from forge_export import Case, Seals, case, seal

from voting.protocol.encoding import sha256_hex
from voting.rules.outcome import canonical_json, outcome_json
from voting.services.log_lines import signed_line


def cases() -> Iterator[Case]:
    """Every bad paper."""
    yield from _outcomes()
    yield from _unbound()
    yield from _logs()
    yield from _acts()
    yield from _signatures()
    yield from _documents()
    yield from _checkpoints()
    yield from _history()
    yield from _incomplete()


def _outcomes() -> Iterator[Case]:
    def outcome(
        name: str, change: Callable[[Any], Any], refusal: str = "outcome-mismatch", **place: Any
    ) -> Case:
        """Another outcome.json; the log says its digest, and the checkpoint is signed again."""
        parts = hold()
        changed = change(json.loads(parts.outcome))
        parts.outcome = changed if isinstance(changed, bytes) else outcome_json(changed)
        return Case(name, "server", seal(parts), [(refusal, place)])

    q1 = "questions.q1."
    yield outcome("a motion said to have failed", set_at(q1 + "passed", lambda x: not x), place=q1 + "passed")
    yield outcome("a quorum said to be missed", set_at("quorum_met", lambda x: not x), place="quorum_met")
    yield outcome(
        "a quorum by owners said to be missed",
        set_at("quorum.owners", lambda x: not x),
        place="quorum.owners",
    )
    yield outcome(
        "a count in the outcome",
        set_at(q1 + "counts.同意.owners", lambda x: x + 1),
        place=q1 + "counts.同意.owners",
    )
    yield outcome(
        "an area in the outcome",
        set_at(q1 + "counts.同意.area_m2", lambda _: "151.11"),
        place=q1 + "counts.同意.area_m2",
    )
    yield outcome(
        "an area without its second place",
        set_at("electorate.area_m2", lambda x: x[:-1]),
        place="electorate.area_m2",
    )
    yield outcome(
        "an electorate in the outcome",
        set_at("electorate.owners", lambda x: x - 1),
        place="electorate.owners",
    )
    yield outcome(
        "a participation in the outcome",
        set_at("participation.owners", lambda x: x + 1),
        place="participation.owners",
    )
    yield outcome(
        "a candidate said to be elected",
        set_at("questions.q2.elected", lambda x: ["乙"] if x != ["乙"] else []),
        place="questions.q2.elected",
    )
    yield outcome("an outcome of another election", set_at("uuid", lambda _: "1" * 14), place="uuid")
    yield outcome("an outcome with an extra key", lambda o: o | {"note": ""}, place="note")
    yield outcome(
        "an outcome without a question",
        lambda o: o | {"questions": {"q1": o["questions"]["q1"]}},
        place="questions.q2",
    )
    yield outcome("a flag that is a number", set_at("quorum_met", int), place="quorum_met")
    yield outcome("an outcome that is a list", lambda o: [o], place="outcome.json")
    written: Json = {"refusal": "json-not-canonical", "what": "outcome.json"}
    yield outcome("an outcome on one line", canonical_json, **written)
    yield outcome("an outcome without its last line feed", lambda o: outcome_json(o)[:-1], **written)
    yield outcome(
        "an outcome with a key twice, the first one false",
        lambda o: outcome_json(o).replace(b"{", b'{\n "quorum_met": false,', 1),
        **written,
    )
    yield outcome(
        "an outcome that is no JSON", lambda o: outcome_json(o)[:-3], "json-malformed", what="outcome.json"
    )


def _unbound() -> Iterator[Case]:
    def unbound(name: str, change: Callable[[bytes], bytes]) -> Case:
        def files(made: Files) -> Files:
            return made | {"rules.json": change(made["rules.json"])}

        return case(name, "server", "rules-not-bound", seals=Seals(files=files))

    yield unbound(
        "rules that the voters did not sign", lambda x: x.replace(b'"denominator":3', b'"denominator":4', 1)
    )
    yield unbound("rules with a line feed that the voters did not sign", lambda x: x + b"\n")
    yield unbound("rules that are empty", lambda _: b"")


def _logs() -> Iterator[Case]:
    def entries(name: str, change: Callable[[list[Json]], Any], line: int, place: str) -> Case:
        return case(name, "server", "log-disagrees", seals=Seals(log=change), line=line, place=place)

    def details(act: str, key: str, value: object) -> Callable[[list[Json]], list[Json]]:
        def change(log: list[Json]) -> list[Json]:
            for entry in log:
                if entry["act"] == act:
                    entry["details"][key] = value
            return log

        return change

    def without(act: str) -> Callable[[list[Json]], list[Json]]:
        return lambda log: [entry for entry in log if entry["act"] != act]

    other = "0" * 64
    yield entries(
        "a log of another opening", details("election-opened", "owners_event", other), 3, "owners_event"
    )
    yield entries("a log of other rules", details("election-opened", "rules_sha256", other), 3, "rules")
    yield entries("a log that opens at another time", _at("2.time", "2026-05-01T00:00:01Z"), 3, "timestamp")
    yield entries(
        "a log of another closing", details("election-closed", "area_event", other), 4, "area_event"
    )
    yield entries("a log that closes with more ballots", details("election-closed", "voters", 4), 4, "owners")
    yield entries("a log that closes with less area", details("election-closed", "area_dm2", 1), 4, "area")
    yield entries("a log that closes at another height", details("election-closed", "height", 5), 4, "height")
    yield entries(
        "a log of another outcome", details("election-counted", "outcome_sha256", other), 5, "outcome"
    )
    yield entries("a log of another roll", details("letters-issued", "roll_sha256", other), 2, "credentials")
    yield entries("a log of a larger electorate", details("letters-issued", "voters", 5), 2, "owners")
    yield entries("a log without the opening", without("election-opened"), 5, "election-opened")
    yield entries("a log without the count", without("election-counted"), 5, "election-counted")
    yield entries("a log that opens twice", lambda log: [*log[:3], log[2], *log[3:]], 4, "election-opened")
    yield entries("a log without the letters", without("letters-issued"), 5, "letters-issued")

    def lines(name: str, change: Callable[[list[bytes]], list[bytes]], line: int) -> Case:
        """A chain that is broken; the checkpoint signs its end as it is."""
        return case(name, "server", "log-broken", seals=Seals(lines=change), line=line)

    def put(number: int, old: bytes, new: bytes) -> Callable[[list[bytes]], list[bytes]]:
        return lambda made: [
            line.replace(old, new) if i == number else line for i, line in enumerate(made, 1)
        ]

    yield lines("a name changed in the log", put(2, b"wang", b"wong"), 3)
    yield lines("a line taken out of the log", lambda x: [*x[:1], *x[2:]], 2)
    yield lines("a line of the log twice", lambda x: [*x[:2], *x[1:]], 3)
    yield lines("two lines of the log exchanged", lambda x: [x[0], x[2], x[1], *x[3:]], 2)
    yield lines("a line with a space", put(6, b'"act":', b'"act": '), 6)
    yield lines("a line with an extra key", put(6, b'"act":', b'"a":1,"act":'), 6)
    yield lines("a line whose number is true", put(1, b'"seq":1', b'"seq":true'), 1)
    yield lines("a line whose time is none", put(6, b"2026-05-09T", b"2026-05-99T"), 6)
    yield lines("a line that is no JSON", put(6, b'{"act"', b'"act"'), 6)

    def whole(name: str, change: Callable[[bytes], bytes], by: str, *found: tuple[str, Json]) -> Case:
        def files(made: Files) -> Files:
            return made | {"audit-log.jsonl": change(made["audit-log.jsonl"])}

        return Case(name, by, seal(hold(), Seals(files=files)), list(found))

    yield whole("a log without its last line feed", lambda x: x[:-1], "nobody", ("log-broken", {"line": 6}))
    yield whole(
        "a log with carriage returns",
        lambda x: x.replace(b"\n", b"\r\n"),
        "nobody",
        ("log-broken", {"line": 1}),
    )
    yield whole("a log that is empty", lambda _: b"", "nobody", ("log-broken", {"line": 1}))
    yield whole(
        "a log without its last line",
        lambda x: b"\n".join(x.split(b"\n")[:-2]) + b"\n",
        "nobody",
        ("log-disagrees", {"line": 5, "place": "record-exported"}),
        ("checkpoint-invalid", {"place": "log"}),
    )


def _acts() -> Iterator[Case]:
    """Lines that are none: an act nobody knows, or one with other details than it has."""

    def entry(name: str, number: int, change: Callable[[Json], object], refusal: str, **place: Any) -> Case:
        def log(entries: list[Json]) -> list[Json]:
            change(entries[number - 1])
            return entries

        return case(name, "server", refusal, seals=Seals(log=log), line=number, **place)

    def detail(name: str, number: int, place: str, value: object) -> Case:
        change = set_at(f"details.{place.replace('[1]', '.0')}", lambda _: value)
        return entry(name, number, change, "log-details-malformed", place=place)

    unknown, malformed = "log-act-unknown", "log-details-malformed"
    yield entry(
        "an act that nobody knows", 1, lambda e: e.update(act="election-made"), unknown, act="election-made"
    )
    yield entry(
        "an act of the site's own log",
        1,
        lambda e: e.update(act="account-created", details={"account": 1, "role": "auditor"}),
        unknown,
        act="account-created",
    )
    yield entry(
        "an act of an assembly's log",
        1,
        lambda e: e.update(act="assembly-close", details={}),
        unknown,
        act="assembly-close",
    )
    yield entry("a line without a detail", 1, lambda e: e["details"].pop("title"), malformed, place="title")
    yield entry(
        "a line with a detail too many", 1, lambda e: e["details"].update(note=""), malformed, place="note"
    )
    yield detail("a title that is a number", 1, "title", 5)
    yield detail("a number of voters that is text", 2, "voters", "4")
    yield detail("a number of voters below nothing", 2, "voters", -1)
    yield detail("a number of voters past all numbers", 2, "voters", 10**15 + 1)
    yield detail("a digest in upper case", 2, "roll_sha256", "AB" * 32)
    yield detail("a flag that is null", 6, "auditors", None)
    yield detail("a document pinned by less than a digest", 6, "files", {"report.html": "0"})
    yield entry(
        "silence told with a name",
        5,
        lambda e: e["details"].update(deemed={"heads": 0, "area_dm2": 0, "name": "甲"}),
        malformed,
        place="deemed.name",
    )


def _signatures() -> Iterator[Case]:
    """Chains that hold and lines that the server did not sign."""

    def signed(name: str, by: str, change: Callable[[Json], bytes], number: int, refusal: str) -> Case:
        def lines(made: list[bytes]) -> list[bytes]:
            """The changed line, and after it all of them chained and signed again."""
            again: list[bytes] = []
            for i, line in enumerate(made, 1):
                unsigned = {key: value for key, value in json.loads(line).items() if key != "signature"}
                unsigned["previous"] = sha256_hex(again[-1]) if again else "0" * 64
                honest = signed_line(UUID, unsigned, forge.RECEIPT_KEY)
                again.append(change(unsigned) if i == number else honest)
            return again

        return case(name, by, refusal, seals=Seals(lines=lines), line=number)

    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    invalid = "log-signature-invalid"
    yield signed("a line without a signature", "nobody", canonical_json, 2, "log-unsigned")
    yield signed("a log that begins without signatures", "nobody", canonical_json, 1, "log-unsigned")
    yield signed(
        "a line signed by a stranger", "nobody", lambda e: signed_line(UUID, e, stranger), 3, invalid
    )
    yield signed(
        "a line signed for another election's log",
        "nobody",
        lambda e: signed_line("1" * 14, e, forge.RECEIPT_KEY),
        3,
        invalid,
    )
    yield signed(
        "a line with the signature of another one",
        "nobody",
        lambda e: canonical_json(
            e | {"signature": json.loads(signed_line(UUID, e | {"seq": 5}, forge.RECEIPT_KEY))["signature"]}
        ),
        4,
        invalid,
    )
    yield signed(
        "a signature of zeros", "nobody", lambda e: canonical_json(e | {"signature": "0" * 128}), 6, invalid
    )
    broken = "log-broken"
    yield signed(
        "a signature that is too short",
        "nobody",
        lambda e: canonical_json(e | {"signature": "0" * 126}),
        6,
        broken,
    )
    yield signed(
        "a signature that is null", "nobody", lambda e: canonical_json(e | {"signature": None}), 6, broken
    )


def _at(path: str, value: str) -> Callable[[list[Json]], list[Json]]:
    """One value of a log's entries replaced."""

    def change(log: list[Json]) -> list[Json]:
        number, _, key = path.partition(".")
        log[int(number)][key] = value
        return log

    return change


def _documents() -> Iterator[Case]:
    def document(name: str, file: str, change: Callable[[Files], Files]) -> Case:
        return case(name, "nobody", "export-file-differs", seals=Seals(files=change), name=file)

    for file in DOCUMENTS:
        yield document(f"{file} is changed", file, lambda made, file=file: made | {file: made[file] + b" "})  # type: ignore[misc]
    yield document(
        "no report",
        "report.html",
        lambda made: {name: body for name, body in made.items() if name != "report.html"},
    )

    def unpinned(log: list[Json]) -> list[Json]:
        log[-1]["details"] = {}
        return log

    yield case(
        "a log that pins no documents",
        "server",
        "log-details-malformed",
        seals=Seals(log=unpinned),
        line=6,
        place="files",
    )


def _checkpoints() -> Iterator[Case]:
    invalid = "checkpoint-invalid"

    def pinned(name: str, place: str, **changes: Any) -> Case:
        seals = Seals(checkpoint=lambda made: replace(made, **changes))
        return case(name, "server", invalid, seals=seals, place=place)

    def text(name: str, change: Callable[[str], str], by: str = "nobody") -> Case:
        return case(name, by, invalid, seals=Seals(text=change))

    other = "0" * 64
    yield pinned("a checkpoint of another election", "uuid", uuid="1" * 14)
    yield pinned("a checkpoint of other rules", "rules", rules_sha256=other)
    yield pinned("a checkpoint of an earlier height", "height", height=6)
    yield pinned("a checkpoint of another log", "log", log_head=other)
    yield pinned("a checkpoint of another time", "time", time="2026-05-09T00:00:01Z")
    for measure in forge.MEASURES:
        heads: Json = {f"{measure}_head": other}
        seals = Seals(checkpoint=lambda made, heads=heads: replace(made, **heads))  # type: ignore[misc]
        name = f"a checkpoint of another board by {measure}"
        yield case(name, "server", "checkpoint-not-a-prefix", seals=seals, height=7)
    stranger = Ed25519PrivateKey.from_private_bytes(b"another key, that is in no rules")
    yield case("a checkpoint signed by another key", "voter", invalid, seals=Seals(key=stranger))
    yield text(
        "a checkpoint whose signature is changed", lambda x: x[:-3] + ("1" if x[-3] == "0" else "0") + x[-2:]
    )
    yield text("a checkpoint whose time is changed", lambda x: x.replace("2026-", "2025-", 1))
    yield text("a checkpoint in upper case", lambda x: x.upper())
    yield text("a checkpoint with a line more", lambda x: x + "\n")
    yield text("a checkpoint with carriage returns", lambda x: x.replace("\n", "\r\n"))
    yield text("a checkpoint that is empty", lambda _: "")
    yield text("a checkpoint of another version", lambda x: x.replace("v1", "v2"))


def _history() -> Iterator[Case]:
    """Records that hang together in themselves, beside a checkpoint that somebody kept."""
    good = hold()
    closed = forge_export.earlier(good, 4, 4)
    yield case(
        "good: continues the checkpoint of its opening",
        "nobody",
        None,
        since=forge_export.earlier(good, 0, 3),
    )
    yield case("good: continues the checkpoint of its closing", "nobody", None, since=closed)
    prefix = "checkpoint-not-a-prefix"
    rewritten: list[tuple[str, Held, int]] = [
        ("a ballot left out after the closing", Held(ballots=lambda b: b[:2]), 4),
        ("two ballots reordered after the closing", Held(ballots=lambda b: [b[1], b[0], b[2]]), 4),
        (
            "a voter's ballot replaced by another of the same credential",
            Held(ballots=lambda b: [faultless(VOTERS[0][0], [[0, 1, 0], [0, 0]]), *b[1:]]),
            4,
        ),
        (
            "a ballot added after the closing",
            Held(ballots=lambda b: [*b, faultless(VOTERS[3][0], [[0, 1, 0], [0, 0]])]),
            4,
        ),
    ]
    for name, held, height in rewritten:
        yield case(f"{name}, with an earlier checkpoint", "server", prefix, held, since=closed, height=height)
        # Nothing inside such a record is wrong: receipts and checkpoints are what finds it.
        yield case(f"good: {name}, and no checkpoint kept", "server", None, held)
    yield case(
        "a record that ends before the checkpoint",
        "server",
        prefix,
        since=forge_export.earlier(good, 7, 6, later=1),
        height=8,
    )
    invalid = "checkpoint-invalid"
    yield case(
        "a checkpoint kept of another election",
        "nobody",
        invalid,
        since=forge_export.earlier(good, 4, 4, uuid="1" * 14),
        place="uuid",
    )
    yield case(
        "a checkpoint kept that was altered", "nobody", invalid, since=closed.replace("\n4\n", "\n3\n")
    )
    yield case("a checkpoint kept that is empty", "nobody", invalid, since="")
    yield case(
        "a log written anew",
        "server",
        "log-not-a-prefix",
        seals=Seals(log=_at("0.actor", "zhao")),
        since=closed,
    )


def _incomplete() -> Iterator[Case]:
    def incomplete(name: str, missing: str, change: Callable[[Files], Files]) -> Case:
        files = seal(hold(), Seals(files=change))
        return Case(name, "nobody", files, [], unreadable=("export-incomplete", {"name": missing}))

    def without(name: str) -> Callable[[Files], Files]:
        return lambda made: {each: body for each, body in made.items() if each != name}

    for file in ("rules.json", "outcome.json", "audit-log.jsonl", "checkpoint.txt"):
        yield incomplete(f"no {file}", file, without(file))
    for measure in forge.MEASURES:
        wanted = f"{measure}/{UUID}.bel"
        yield incomplete(f"no archive by {measure}", f"{measure}/<uuid>.bel", without(wanted))
    area = f"area/{UUID}.bel"
    yield incomplete(
        "two archives by area", "area/<uuid>.bel", lambda made: made | {"area/11111111111111.bel": made[area]}
    )

    def renamed(made: Files) -> Files:
        return {("area/11111111111111.bel" if name == area else name): body for name, body in made.items()}

    yield case(
        "an archive under another name",
        "nobody",
        "export-incomplete",
        seals=Seals(files=renamed),
        name=area,
    )
