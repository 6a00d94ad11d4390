"""Archives that are no chain of this form, tallies and decryptions that do not follow, twins at odds."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import forge
import forge_export
import msgspec
from forge import GROUP, MEASURES, TRUSTEE_SECRETS, UUID, VOTERS, Files, Held, Json, compact, hold
from forge_export import Case, Seals, case, seal
from unsafe_randomness import unsafe_counted_randomness

from voting.protocol import tally
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.board import Link, archive_parts, link_after, owned
from voting.protocol.encoding import encode, sha256_hex
from voting.protocol.proofs import Pair, prove_decryption, prove_key

Events = list[tuple[str, list[bytes]]]
P, Q, G = int(GROUP.p), int(GROUP.q), int(GROUP.g)
END, TALLY, SHARE, RESULT = 4, 5, 6, 7  # heights in the good record
BLOCK = 512


def cases() -> Iterator[Case]:
    """Every bad archive. What is in both is found in that by owners, which is read first."""
    yield from _grammar()
    yield from _chain()
    yield from _references()
    yield from _tar()
    yield from _tallies()
    yield from _decryptions()
    yield from _results()
    yield from _twins()
    yield from _in_progress()


def both(name: str, refusal: str, change: Callable[[Events], Any], base: str = "good", **place: Any) -> Case:
    """The events of both archives changed alike, and chained anew."""
    trustees = 2 if base == "two trustees" else 1
    parts = hold(Held(trustees=trustees)).both(change)
    return Case(name, "server", seal(parts), [(refusal, place)], base)


def _without(*heights: int) -> Callable[[Events], None]:
    def change(events: Events) -> None:
        for height in sorted(heights, reverse=True):
            del events[height]

    return change


def _again(height: int, at: int, records: list[bytes] | None = None) -> Callable[[Events], None]:
    """The event at `height` once more before `at`, with other records where the same would be a replay."""

    def change(events: Events) -> None:
        kind, old = events[height]
        events.insert(at, (kind, old if records is None else records))

    return change


def _grammar() -> Iterator[Case]:
    def grammar(name: str, change: Callable[[Events], Any], height: int, kind: str) -> Case:
        return both(name, "archive-grammar", change, height=height, type=kind, measure="owners")

    yield grammar("no Setup", _without(0), 0, "Ballot")
    yield grammar(
        "nothing but the end of ballots", lambda x: x.__setitem__(slice(None), [x[END]]), 0, "EndBallots"
    )
    yield grammar("a second Setup", _again(0, 1, [b"{}"]), 1, "Setup")
    yield grammar(
        "a ballot after the end of ballots",
        lambda x: x.insert(END, x.pop(3)),
        4,
        "Ballot",
    )
    yield grammar("a second end of ballots", _again(END, END + 1), 5, "EndBallots")
    yield grammar("no end of ballots", _without(END), 4, "EncryptedTally")
    yield grammar("no tally", _without(TALLY), 5, "PartialDecryption")
    yield grammar("a second tally", _again(TALLY, SHARE, [b"[]", b"{}"]), 6, "EncryptedTally")
    yield grammar("no decryption", _without(SHARE), 6, "Result")
    yield grammar("a second result", _again(RESULT, RESULT + 1, [b'{"result":[]}']), 8, "Result")
    yield grammar(
        "a decryption after the result", _again(SHARE, RESULT + 1, [b"[]", b"{}"]), 8, "PartialDecryption"
    )
    yield grammar("a ballot after the result", _again(1, RESULT + 1, [b"{}"]), 8, "Ballot")


def _event(name: str, refusal: str, height: int, change: Callable[[Any], Any], /, **place: Any) -> Case:
    """One event of both archives replaced by `change` of its JSON, and all after it chained to it."""
    chains: dict[str, tuple[list[Link], bytes]] = {}

    def events(given: tuple[str, list[Link]]) -> list[Link]:
        measure, links = given
        changed = change(json.loads(encode(links[height].event)))
        body = changed if isinstance(changed, bytes) else compact(changed)
        made = [*links[:height], replace(links[height], hash=sha256_hex(body))]
        for link in links[height + 1 :]:
            made.append(link_after(made[-1].hash, link.event.height, link.event.type, link.records))
        chains[measure] = made, body
        return made

    def archive(given: tuple[str, bytes]) -> bytes:
        made, body = chains[given[0]]
        before, after = (
            b"".join(archive_parts(forge.TIMESTAMP, x)) for x in (made[:height], made[height + 1 :])
        )
        records = [_member(f"{sha256_hex(record)}.data.json", record) for record in made[height].records]
        event = _member(f"{made[height].hash}.event.json", body)
        return before + b"".join(records) + event + after[2 * BLOCK :]

    return case(name, "server", refusal, seals=Seals(events=events, archive=archive), **place)


def _chain() -> Iterator[Case]:
    at: Json = {"height": 2, "measure": "owners"}
    yield _event("a height too high", "archive-height", 2, lambda e: e | {"height": 3}, **at)
    yield _event("a height twice", "archive-height", 2, lambda e: e | {"height": 1}, **at)
    yield _event(
        "the first height is one",
        "archive-height",
        0,
        lambda e: e | {"height": 1},
        height=0,
        measure="owners",
    )
    yield _event("a parent that is nothing", "archive-parent", 2, lambda e: e | {"parent": "0" * 64}, **at)
    yield _event(
        "a parent in upper case", "archive-parent", 2, lambda e: e | {"parent": e["parent"].upper()}, **at
    )
    yield _event(
        "no parent", "archive-parent", 2, lambda e: {k: v for k, v in e.items() if k != "parent"}, **at
    )
    yield _event(
        "a parent of the first event",
        "archive-parent",
        0,
        lambda e: {"parent": "0" * 64} | e,
        height=0,
        measure="owners",
    )
    json_at: Json = {"what": "event", **at}
    yield _event("an event with an extra key", "json-malformed", 2, lambda e: e | {"note": ""}, **json_at)
    yield _event(
        "an event of an unknown kind", "json-malformed", 2, lambda e: e | {"type": "Shuffle"}, **json_at
    )
    yield _event(
        "an event with a height as text", "json-malformed", 2, lambda e: e | {"height": "2"}, **json_at
    )
    yield _event(
        "an event with its fields sorted",
        "json-not-canonical",
        2,
        lambda e: dict(sorted(e.items())),
        **json_at,
    )
    yield _event("an event with a space", "json-not-canonical", 2, lambda e: compact(e) + b" ", **json_at)
    yield _event(
        "an event with a key twice",
        "json-not-canonical",
        2,
        lambda e: compact(e).replace(b'"height"', b'"height":9,"height"'),
        **json_at,
    )


def _references() -> Iterator[Case]:
    def refers(name: str, change: Callable[[Events], Any], height: int) -> Case:
        return both(name, "archive-reference", change, height=height, measure="owners")

    def event(name: str, height: int, change: Callable[[Any], Any]) -> Case:
        return _event(name, "archive-reference", height, change, height=height, measure="owners")

    def records(height: int, change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Events], None]:
        def apply(events: Events) -> None:
            events[height] = (events[height][0], change(events[height][1]))

        return apply

    other = sha256_hex(b"")
    setup = {"election": other}
    yield refers("a ballot event without a ballot", records(2, lambda _: []), 2)
    yield refers("a record that nothing refers to", records(2, lambda x: [b'{"note":1}', *x]), 2)
    yield refers("a payload at the end of ballots", records(END, lambda _: [b"{}"]), END)
    yield refers("the records of the Setup in another order", records(0, lambda x: [x[1], x[0], *x[2:]]), 0)
    yield refers(
        "a Setup that names another election",
        records(0, lambda x: [*x[:3], compact(json.loads(x[3]) | setup)]),
        0,
    )
    yield refers("a tally without its ciphertexts", records(TALLY, lambda x: x[1:]), TALLY)
    yield event("a payload that is another record", 2, lambda e: e | {"payload": other})
    yield event(
        "a ballot event without a payload", 2, lambda e: {k: v for k, v in e.items() if k != "payload"}
    )
    orphan = b'{"orphan":1}'
    yield _archive(
        "a record behind the last event",
        "archive-reference",
        lambda body: body + _member(f"{sha256_hex(orphan)}.data.json", orphan),
        height=8,
    )


def _member(name: str, body: bytes) -> bytes:
    """A member of the archive."""
    header = bytearray(BLOCK)
    header[: len(name)] = name.encode()
    for offset, text in ((100, b"0000644"), (108, b"0000000"), (116, b"0000000")):
        header[offset : offset + 7] = text
    header[124:135] = b"%011o" % len(body)
    header[136:147] = b"%011o" % forge.TIMESTAMP
    header[156:157] = b"0"
    return _checked(header) + body + bytes(-len(body) % BLOCK)


def _checked(header: bytearray) -> bytes:
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def _archive(
    name: str, refusal: str, change: Callable[[bytes], bytes], by: str = "server", **place: Any
) -> Case:
    """The bytes of the archive by owners changed; the events, and so the checkpoint, stay."""

    def archive(given: tuple[str, bytes]) -> bytes:
        measure, body = given
        return change(body) if measure == "owners" else body

    return case(name, by, refusal, seals=Seals(archive=archive), **place, measure="owners")


def _header(number: int, change: Callable[[bytearray], object]) -> Callable[[bytes], bytes]:
    """The header of the member `number` changed, with its checksum made again."""

    def apply(body: bytes) -> bytes:
        offset = 0
        for _ in range(number):
            size = int(body[offset + 124 : offset + 135], 8)
            offset += BLOCK + size + -size % BLOCK
        header = bytearray(body[offset : offset + BLOCK])
        change(header)
        return body[:offset] + _checked(header) + body[offset + BLOCK :]

    return apply


def _put(offset: int, text: bytes) -> Callable[[bytearray], None]:
    def change(header: bytearray) -> None:
        header[offset : offset + len(text)] = text

    return change


def _first(content: bytes) -> Callable[[bytes], bytes]:
    """Another first member."""
    return lambda body: _member("BELENIOS", content) + body[2 * BLOCK :]


def _tar() -> Iterator[Case]:
    header, stamp = "archive-header-invalid", str(forge.TIMESTAMP)
    forms: list[tuple[str, Callable[[bytes], bytes], int]] = [
        ("a tar header with the magic of a newer form", _header(1, _put(257, b"ustar\00000")), 1),
        ("a tar header with another mode", _header(1, _put(100, b"0000755")), 1),
        ("a tar header with an owner", _header(1, _put(108, b"0001750")), 1),
        ("a tar header that says link", _header(1, _put(156, b"1")), 1),
        (
            "a tar header with a size in spaces",
            _header(2, lambda h: _put(124, bytes(h[124:135]).replace(b"0", b" ", 2))(h)),
            2,
        ),
        ("one member of another time", _header(3, _put(136, b"%011o" % (forge.TIMESTAMP + 1))), 3),
        ("two empty blocks at the end, as tar writes them", lambda body: body + bytes(2 * BLOCK), 21),
        ("padding that is not empty", lambda body: body[: 2 * BLOCK - 1] + b"x" + body[2 * BLOCK :], 0),
        ("a version that is not 1", _first(compact({"version": 2, "timestamp": stamp})), 0),
        ("a timestamp with a leading zero", _first(compact({"version": 1, "timestamp": f"0{stamp}"})), 0),
        ("a timestamp that is not the members'", _first(compact({"version": 1, "timestamp": "1"})), 0),
        ("a first member of another name", _header(0, _put(0, b"BELENIOZ")), 0),
    ]
    for name, change, member in forms:
        yield _archive(name, header, change, member=member)
    malformed: Json = {"what": "BELENIOS"}
    yield _archive(
        "a timestamp that is a number",
        "json-malformed",
        _first(compact({"version": 1, "timestamp": int(stamp)})),
        **malformed,
    )
    yield _archive(
        "a first member with an extra key",
        "json-malformed",
        _first(compact({"version": 1, "timestamp": stamp, "x": 1})),
        **malformed,
    )
    yield _archive(
        "a first member with a space",
        "json-not-canonical",
        _first(b'{"version":1, "timestamp":"%s"}' % stamp.encode()),
        what="BELENIOS",
    )
    yield _archive("no first member", "json-malformed", lambda body: body[2 * BLOCK :], what="BELENIOS")
    truncated = "archive-truncated"
    yield _archive("an archive that is empty", truncated, lambda _: b"", "nobody", member=0)
    yield _archive("an archive that ends in a header", truncated, lambda body: body[:600], "nobody", member=0)
    yield _archive(
        "an archive that ends in a record", truncated, lambda body: body[: 3 * BLOCK], "nobody", member=1
    )
    yield _archive(
        "nothing but the first member", "archive-grammar", lambda body: body[: 2 * BLOCK], height=0
    )
    name = "archive-name-not-hash"
    yield _archive(
        "a byte of a ballot is changed",
        name,
        lambda b: b.replace(b'"individual_proofs"', b'"individual_proogs"', 1),
        "nobody",
        height=1,
    )
    yield _archive(
        "a record's name in upper case",
        name,
        _header(1, lambda h: _put(0, bytes(h[:64]).upper())(h)),
        height=0,
    )
    yield _archive("a record of another kind", header, _header(1, _put(65, b"date")), height=0)


def _sum_of(change: Callable[[int, int], tuple[int, int]]) -> Callable[[Any], Any]:
    """A change of the first ciphertext of a tally."""

    def apply(sums: Any) -> Any:
        pair = sums[0][0]
        alpha, beta = change(int(pair.alpha), int(pair.beta))
        return ((Pair(pair.alpha * 0 + alpha, pair.beta * 0 + beta), *sums[0][1:]), *sums[1:])

    return apply


def _tallies() -> Iterator[Case]:
    mismatch, count = "tally-mismatch", "tally-count-mismatch"
    at: Json = {"height": TALLY, "measure": "owners"}
    yield case("a ballot left out of the tally", "server", mismatch, Held(counted=lambda b: b[:2]), **at)
    yield case("a ballot counted twice", "server", mismatch, Held(counted=lambda b: [*b, b[0]]), **at)
    yield case(
        "a vote added to the tally, decrypted with proofs",
        "server",
        mismatch,
        Held(sums=_sum_of(lambda alpha, beta: (alpha, beta * G % P))),
        **at,
    )
    yield case(
        "the tally randomised anew",
        "server",
        mismatch,
        Held(sums=_sum_of(lambda alpha, beta: (alpha * G % P, beta * pow(G, TRUSTEE_SECRETS[0], P) % P))),
        **at,
    )
    yield case(
        "a tally with its questions exchanged",
        "server",
        mismatch,
        Held(sums=lambda s: s[::-1], counts=lambda c: c),
        **at,
    )

    def sized(change: Callable[[Any], Any], measure: str) -> Callable[[], Files]:
        def make() -> Files:
            parts = hold()
            kind, (ciphertexts, body) = parts.events[measure][TALLY]
            changed = change(json.loads(body))
            parts.events[measure][TALLY] = (kind, [ciphertexts, compact(changed)])
            return seal(parts)

        return make

    changes: list[tuple[str, Callable[[Any], Any], str, str, Json]] = [
        ("a number of ballots too high", lambda s: s | {"num_tallied": 4}, "owners", count, {}),
        ("a negative number of ballots", lambda s: s | {"num_tallied": -3}, "owners", count, {}),
        ("a total weight too high", lambda s: s | {"total_weight": s["total_weight"] + 1}, "area", count, {}),
        ("a total weight of nothing", lambda s: s | {"total_weight": 0}, "area", count, {}),
        (
            "a total weight below the limit as text",
            lambda s: s | {"total_weight": str(s["total_weight"])},
            "area",
            "json-not-canonical",
            {"what": "total_weight"},
        ),
        (
            "a total weight above the limit as a number",
            lambda s: s | {"total_weight": 1 << 30},
            "area",
            "json-not-canonical",
            {"what": "total_weight"},
        ),
        (
            "a negative total weight",
            lambda s: s | {"total_weight": -1},
            "area",
            "json-not-canonical",
            {"what": "total_weight"},
        ),
        (
            "a number of ballots as text",
            lambda s: s | {"num_tallied": "3"},
            "owners",
            "json-malformed",
            {"what": "sized tally"},
        ),
        (
            "a sized tally with an extra key",
            lambda s: s | {"note": 1},
            "owners",
            "json-malformed",
            {"what": "sized tally"},
        ),
        (
            "a sized tally with its fields sorted",
            lambda s: dict(sorted(s.items())),
            "owners",
            "json-not-canonical",
            {"what": "sized tally"},
        ),
    ]
    for name, change, measure, refusal, place in changes:
        found = [(refusal, place | {"height": TALLY, "measure": measure})]
        yield Case(name, "server", sized(change, measure)(), found)
    yield case(
        "the area of one voter counted for another",
        "server",
        mismatch,
        Held(credentials={"area": _exchanged}),
        height=TALLY,
        measure="area",
    )


def _exchanged(listed: list[str]) -> list[str]:
    """Two voters' areas exchanged on the list, after the count was made with the true ones."""
    left, right = (forge.public(VOTERS[i][0]) for i in (0, 2))
    areas = dict(entry.split(",") for entry in listed)
    areas[left], areas[right] = areas[right], areas[left]
    return [f"{key},{area}" for key, area in areas.items()]


def _election() -> bytes:
    return compact(forge.election_json(forge.rules()))


def _shared(
    name: str,
    refusal: str,
    change: Callable[[Any], Any],
    by: str = "trustee",
    at: int = SHARE,
    base: str = "good",
    **place: Any,
) -> Case:
    """The share at a height changed in the archive by owners: `change` of its JSON."""
    parts = hold(Held(trustees=2 if base == "two trustees" else 1))
    kind, (share, body) = parts.events["owners"][at]
    changed = change(json.loads(share))
    changed = changed if isinstance(changed, bytes) else compact(changed)
    parts.events["owners"][at] = (kind, list(owned(json.loads(body)["owner"], changed)))
    return Case(name, by, seal(parts), [(refusal, {**place, "height": at, "measure": "owners"})], base)


def _decryptions() -> Iterator[Case]:
    invalid, shape = "decryption-proof-invalid", "decryption-shape"
    factor, proof = "decryption_factors.0.0", "decryption_proofs.0.0"
    one: Json = {"trustee": 1, "question": 1, "choice": 1}
    place: Json = {"place": "trustee 1, question 1, choice 1"}
    set_at = forge.set_at
    times_g = set_at(factor, lambda x: str(int(x) * G % P))
    yield _shared("a factor that takes a vote away", invalid, times_g, **one)
    yield _shared(
        "a proof whose challenge is changed",
        invalid,
        set_at(proof + ".challenge", lambda x: str((int(x) + 1) % Q)),
        **one,
    )
    yield _shared("factors exchanged with their proofs", invalid, _exchange_choices, **one)
    yield _shared("a factor with the proof of another key", invalid, _of_another_key, **one)
    yield _shared(
        "a factor negated", "element-not-in-group", set_at(factor, lambda x: str(P - int(x))), **place
    )
    yield _shared("a factor that is the identity", "element-identity", set_at(factor, lambda _: "1"), **place)
    yield _shared(
        "a factor with a leading zero", "element-not-canonical", set_at(factor, lambda x: f"0{x}"), **place
    )
    yield _shared(
        "a decryption's response that is not reduced",
        "scalar-out-of-range",
        set_at(proof + ".response", lambda x: str(int(x) + Q)),
        **place,
    )
    yield _shared(
        "a decryption without a question", shape, set_at("decryption_factors", lambda x: x[:1]), trustee=1
    )
    yield _shared(
        "a decryption with a proof too many",
        shape,
        set_at("decryption_proofs.0", lambda x: [*x, x[0]]),
        trustee=1,
    )
    what: Json = {"what": "partial decryption"}
    yield _shared("a decryption with an extra key", "json-malformed", lambda s: s | {"note": 1}, **what)
    yield _shared("a decryption with a space", "json-not-canonical", lambda s: compact(s) + b" ", **what)

    def swapped(parts: forge.Parts) -> forge.Parts:
        owners, area = (parts.events[measure] for measure in MEASURES)
        owners[SHARE], area[SHARE] = area[SHARE], owners[SHARE]
        return parts

    found = [(invalid, one | {"height": SHARE, "measure": "owners"})]
    yield Case("the decryptions of the two archives exchanged", "server", seal(swapped(hold())), found)
    owner = "decryption-owner-invalid"
    for number in (0, 2, -1):

        def claim(events: Events, number: int = number) -> None:
            kind, records = events[SHARE]
            events[SHARE] = (kind, list(owned(number, records[0])))

        yield both(
            f"a decryption by trustee {number}", owner, claim, trustee=number, height=SHARE, measure="owners"
        )
    yield both(
        "a trustee as text",
        "json-malformed",
        lambda events: events.__setitem__(SHARE, (events[SHARE][0], _owner_as_text(events[SHARE][1]))),
        what="owned partial decryption",
        height=SHARE,
        measure="owners",
    )
    yield from _two_trustees()


def _owner_as_text(records: list[bytes]) -> list[bytes]:
    return [records[0], records[1].replace(b'"owner":1', b'"owner":"1"')]


def _exchange_choices(share: Any) -> Any:
    for name in ("decryption_factors", "decryption_proofs"):
        row = share[name][0]
        row[0], row[1] = row[1], row[0]
    return share


def _of_another_key(share: Any) -> Any:
    """What a trustee does who lost the key and made another one."""
    sums = json.loads(hold().events["owners"][TALLY][1][0])
    alpha = GROUP.element(sums[0][0]["alpha"], "")
    unsafe_counted_randomness("another key")
    secret = TRUSTEE_SECRETS[1]
    election = forge.context(_election()).fingerprint
    factor, proof = prove_decryption(GROUP, election, secret, GROUP.generator.power(secret), alpha)
    share["decryption_factors"][0][0] = str(factor)
    share["decryption_proofs"][0][0] = msgspec.to_builtins(proof)
    return share


def _two_trustees() -> Iterator[Case]:
    base, invalid = "two trustees", "decryption-proof-invalid"
    yield both(
        "the second trustee's decryption is missing",
        "decryption-missing",
        _without(SHARE + 1),
        base,
        trustee=2,
        height=SHARE + 1,
        measure="owners",
    )

    def twice(events: Events) -> None:
        # The same trustee with a second proof of the same factors: other bytes.
        kind, records = events[SHARE]
        sums = forge.unsafe_tally(election, ballots, weights[len(shares)])
        unsafe_counted_randomness("a second time")
        shares.append(tally.partial_decryption(election, sums, TRUSTEE_SECRETS[0]))
        assert shares[-1] != records[0]
        events[SHARE + 1] = (kind, list(owned(1, shares[-1])))

    election = hold(Held(trustees=2)).election
    ballots = forge.honest_ballots(election.body)
    weights = [[1, 1, 1], [area for _, area in VOTERS[:3]]]
    shares: list[bytes] = []
    yield both(
        "one trustee's decryption stands for both",
        "decryption-owner-invalid",
        twice,
        base,
        trustee=1,
        height=SHARE + 1,
        measure="owners",
    )

    def exchanged(events: Events) -> None:
        (kind, left), (_, right) = events[SHARE : SHARE + 2]
        events[SHARE : SHARE + 2] = [(kind, list(owned(1, right[0]))), (kind, list(owned(2, left[0])))]

    yield both(
        "two trustees' decryptions under each other's name",
        invalid,
        exchanged,
        base,
        trustee=1,
        question=1,
        choice=1,
        height=SHARE,
        measure="owners",
    )


def _results() -> Iterator[Case]:
    mismatch = "result-mismatch"

    def result(name: str, change: Callable[[Any], Any], refusal: str = mismatch, **place: Any) -> Case:
        parts = hold()
        body = json.loads(parts.events["owners"][RESULT][1][0])
        changed = change(body["result"])
        record = changed if isinstance(changed, bytes) else compact({"result": changed})
        parts.events["owners"][RESULT] = ("Result", [record])
        return Case(
            name, "server", seal(parts), [(refusal, {**place, "height": RESULT, "measure": "owners"})]
        )

    first: Json = {"question": 1, "choice": 1}
    exchanged = Held(counts=lambda counts: [[counts[0][1], counts[0][0], counts[0][2]], *counts[1:]])
    yield case(
        "for and against exchanged, and the outcome with them",
        "server",
        mismatch,
        exchanged,
        **first,
        height=RESULT,
        measure="owners",
    )
    yield result("a vote more than was decrypted", lambda r: [[r[0][0] + 1, *r[0][1:]], *r[1:]], **first)
    yield result("a candidate's vote taken", lambda r: [r[0], [r[1][0], r[1][1] - 1]], question=2, choice=2)
    yield result("a result without a question", lambda r: r[:1])
    yield result("a result with a choice too many", lambda r: [[*r[0], 0], *r[1:]])
    written: Json = {"refusal": "json-not-canonical", "what": "result"}
    yield result("a count below the limit as text", lambda r: [[str(r[0][0]), *r[0][1:]], *r[1:]], **written)
    yield result("a count as text with a leading zero", lambda r: [["02", *r[0][1:]], *r[1:]], **written)
    yield result("a negative count", lambda r: [[r[0][0], -1, r[0][2]], *r[1:]], **written)
    yield result("a count above the limit as a number", lambda r: [[1 << 30, *r[0][1:]], *r[1:]], **written)
    malformed: Json = {"refusal": "json-malformed", "what": "result"}
    yield result("a count that is half a vote", lambda r: [[1.5, *r[0][1:]], *r[1:]], **malformed)
    yield result("a count that is true", lambda r: [[True, *r[0][1:]], *r[1:]], **malformed)
    yield result("a result with an extra key", lambda r: compact({"result": r, "note": 1}), **malformed)
    yield result("a result with a line feed", lambda r: compact({"result": r}) + b"\n", **written)


def _twins() -> Iterator[Case]:
    disagree = "twins-disagree"

    def twins(name: str, make: Callable[[], forge.Parts], seals: Seals | None = None, **place: Any) -> Case:
        return Case(name, "server", seal(make(), seals), [(disagree, place)])

    def other_area(held: Held) -> Callable[[], forge.Parts]:
        """The archive by area of another run of the election."""

        def make() -> forge.Parts:
            parts = hold()
            parts.events["area"] = hold(held).events["area"]
            return parts

        return make

    def credentials(
        change: Callable[[list[str]], list[str]], measure: str = "area"
    ) -> Callable[[], forge.Parts]:
        return lambda: hold(Held(credentials={measure: change}))

    reversed_list = [1, 2, 3, 0]
    yield twins(
        "two ballots in another order in one archive",
        other_area(Held(ballots=lambda b: [b[0], b[2], b[1]])),
        place="ballots",
        height=2,
    )
    yield twins(
        "a ballot left out of one archive",
        other_area(Held(ballots=lambda b: b[:2])),
        place="ballots",
        height=3,
    )
    yield twins(
        "a voter's ballot is another in one archive",
        other_area(Held(ballots=lambda b: [_other_ballot(), *b[1:]])),
        place="ballots",
        height=1,
    )
    yield twins(
        "one archive asks another question",
        other_area(Held(election=forge.set_at("questions.0.question", lambda _: "是否反对？"))),
        place="election",
    )
    yield twins(
        "one archive has another proof of the trustee's key",
        other_area(Held(trustees_json=_proven_again, setup_only=True)),
        place="trustees",
    )
    yield twins(
        "one archive lists the credentials in another order",
        credentials(lambda x: [x[i] for i in reversed_list]),
        place="credentials",
        number=1,
    )
    yield twins(
        "one archive lists a credential more",
        credentials(lambda x: [*x, f"{forge.public(forge.STRANGER)},1"]),
        place="credentials",
        number=5,
    )
    yield twins(
        "an owner who counts for two",
        credentials(lambda x: [f"{x[0]},2", *x[1:]], "owners"),
        place="weights of owners",
        number=1,
    )
    yield twins(
        "an owner with a weight of one, written",
        credentials(lambda x: [x[0], f"{x[1]},1", *x[2:]], "owners"),
        place="weights of owners",
        number=2,
    )
    yield twins(
        "one archive is of another time",
        hold,
        Seals(timestamps={"area": forge.TIMESTAMP + 1}),
        place="timestamp",
    )

    def shorter() -> forge.Parts:
        parts = hold()
        del parts.events["area"][RESULT]
        return parts

    yield twins("one archive has no result", shorter, place="length", height=RESULT)

    def swapped(files: Files) -> Files:
        left, right = f"owners/{UUID}.bel", f"area/{UUID}.bel"
        return files | {left: files[right], right: files[left]}

    yield case(
        "the two archives in each other's place",
        "nobody",
        "weight-invalid",
        seals=Seals(files=swapped),
        number=1,
        height=0,
        measure="area",
    )


def _other_ballot() -> bytes:
    unsafe_counted_randomness("another ballot")
    return encrypt_ballot(forge.context(_election()), VOTERS[0][0], [[0, 1, 0], [0, 0]])


def _proven_again(trustees: list[Any]) -> list[Any]:
    secret = TRUSTEE_SECRETS[0]
    unsafe_counted_randomness("proven again")
    proof = prove_key(GROUP, secret, GROUP.generator.power(secret))
    return [["Single", {**trustees[0][1], "pok": msgspec.to_builtins(proof)}]]


def _in_progress() -> Iterator[Case]:
    """Single archives that have not come to their end: good as far as they go."""
    parts = hold()
    links = forge_export.chained(parts.events["area"])
    for length in (1, 2, 4, 5, 6, 7, 8):
        body = b"".join(archive_parts(forge.TIMESTAMP, links[:length]))
        yield Case(f"good: an archive of {length} events", "nobody", {f"area/{UUID}.bel": body}, [])
