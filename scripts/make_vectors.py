"""Make `tests/vectors/<group>/*.json`, the contract between the Python and the JavaScript of the protocol.

Half of the cases are negative: each is made from a good one by one named change, with the signature made
again where an attacker could, and carries the name of the refusal that must come. Randomness comes from a
counter here and only here, so that the files can be made again and compared:

    python scripts/make_vectors.py [FOLDER]
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import challenged_vectors
import decryption_vectors
import threshold_vectors
from unsafe_randomness import unsafe_counted_randomness

from tests import edwards
from voting.protocol import credentials
from voting.protocol.ballot import encrypt_ballot, tracker, verify_ballot
from voting.protocol.election import Election, ElectionContext, Question, decode_election
from voting.protocol.encoding import encode, fingerprint
from voting.protocol.group import BELENIOS_2048, ED25519, GROUPS, Group
from voting.protocol.proofs import sign_ballot, sign_message

Json = dict[str, Any]
UUID = "bSYdYd7xzTmLAi"
CREDENTIALS = ("j1Yxj-mi3Ada-ZPEqW-MhMyMc", "PTiZp-Hnjsu4-ZNyJM-DmJe29", "11111-111111-11111-111111")


def _outside() -> int:
    """The least number that is not in BELENIOS-2048."""
    p, q = int(BELENIOS_2048.p), int(BELENIOS_2048.q)
    return next(x for x in range(2, 100) if pow(x, q, p) != 1)


def _in_belenios_2048() -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    g, p = int(BELENIOS_2048.g), int(BELENIOS_2048.p)
    good = {
        "the generator": g,
        "its square": g * g % p,
        "its inverse": pow(g, -1, p),
        "a power": pow(g, 12345, p),
    }
    bad = {
        "the identity": ("1", "element-identity"),
        "zero": ("0", "element-not-in-group"),
        "the modulus": (str(p), "element-not-in-group"),
        "the modulus and the generator": (str(p + g), "element-not-in-group"),
        "minus one": (str(p - 1), "element-not-in-group"),
        "outside the subgroup": (str(_outside()), "element-not-in-group"),
        "leading zero": (f"0{g}", "element-not-canonical"),
        "plus sign": (f"+{g}", "element-not-canonical"),
        "minus sign": (f"-{g}", "element-not-canonical"),
        "space": (f" {g}", "element-not-canonical"),
        "line feed": (f"{g}\n", "element-not-canonical"),
        "hexadecimal": (hex(g), "element-not-canonical"),
        "full-width digit": ("２", "element-not-canonical"),
        "underscore": ("1_0", "element-not-canonical"),
        "exponent": ("2e5", "element-not-canonical"),
        "empty": ("", "element-not-canonical"),
        "far too long": ("9" * 5000, "element-not-canonical"),
    }
    return {name: str(value) for name, value in good.items()}, bad


def _plus(text: str, point: edwards.Point) -> str:
    """The text of an element of Ed25519 with a point added: in the group no more if that is not."""
    number = int(text, 16)
    element = edwards.point_of(number % 2**255, bool(number >> 255))
    assert element is not None
    return edwards.written(edwards.plus(element, point))


def _in_ed25519() -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    g, sign, p = ED25519.serialise(ED25519.g), 1 << 255, edwards.P
    powers = [ED25519.serialise(ED25519.generator.power(exponent)) for exponent in range(1, 200)]
    good = {
        "the generator": g,
        "twice the generator": powers[1],
        "its inverse": ED25519.serialise(ED25519.generator.power(-1)),
        "with leading zeros": min(powers),
        "with the sign of an odd x": max(powers),
    }
    off = next(y for y in range(2, 100) if edwards.point_of(y, odd=False) is None)
    small = edwards.small_order()
    letters = next(text for text in powers if text[0] in "abcdef")
    bad = {
        "the identity": (f"{1:064x}", "element-identity"),
        "the identity with the sign of minus zero": (f"{1 | sign:064x}", "element-not-canonical"),
        "minus one with the sign of minus zero": (f"{p - 1 | sign:064x}", "element-not-canonical"),
        "zero unreduced": (f"{p:064x}", "element-not-canonical"),
        "zero unreduced, with sign": (f"{p | sign:064x}", "element-not-canonical"),
        "the identity unreduced": (f"{p + 1:064x}", "element-not-canonical"),
        "a point unreduced": (f"{p + 3:064x}", "element-not-canonical"),
        "the largest number": ("f" * 64, "element-not-canonical"),
        "off the curve": (f"{off:064x}", "element-not-in-group"),
        "the other byte order": (bytes.fromhex(g)[::-1].hex(), "element-not-in-group"),
    }
    for power, point in enumerate(small[1:], 1):
        bad[f"small order, {power}/8"] = (edwards.written(point), "element-not-in-group")
        bad[f"the generator plus small order, {power}/8"] = (_plus(g, point), "element-not-in-group")
    bad |= {
        "upper case": (letters.upper(), "element-not-canonical"),
        "one capital": (letters[0].upper() + letters[1:], "element-not-canonical"),
        "a digit too few": (g[1:], "element-not-canonical"),
        "a digit too many": (f"0{g}", "element-not-canonical"),
        "prefix": (f"0x{g[2:]}", "element-not-canonical"),
        "plus sign": (f"+{g[1:]}", "element-not-canonical"),
        "space": (f" {g[1:]}", "element-not-canonical"),
        "line feed": (f"{g[1:]}\n", "element-not-canonical"),
        "line feed after": (f"{g}\n", "element-not-canonical"),
        "underscore": (f"6_{g[2:]}", "element-not-canonical"),
        "full-width digit": (f"６{g[1:]}", "element-not-canonical"),
        "letter beyond f": (f"g{g[1:]}", "element-not-canonical"),
        "empty": ("", "element-not-canonical"),
        "far too long": ("6" * 5000, "element-not-canonical"),
    }
    return good, bad


def elements(group: Group) -> Json:
    """Group elements, good and refused."""
    good, bad = _in_ed25519() if group is ED25519 else _in_belenios_2048()
    cases: list[Json] = [{"name": name, "text": text, "refusal": None} for name, text in good.items()]
    cases += [{"name": name, "text": text, "refusal": refusal} for name, (text, refusal) in bad.items()]
    return {"group": group.name, "cases": cases}


def scalars(group: Group) -> Json:
    """Exponents, good and refused."""
    q = int(group.q)
    bad = {
        "the order": (str(q), "scalar-out-of-range"),
        "above the order": (str(q + 1), "scalar-out-of-range"),
        "leading zero": ("01", "scalar-not-canonical"),
        "double zero": ("00", "scalar-not-canonical"),
        "minus one": ("-1", "scalar-not-canonical"),
        "space": ("1 ", "scalar-not-canonical"),
        "line feed": ("1\n", "scalar-not-canonical"),
        "point": ("1.0", "scalar-not-canonical"),
        "empty": ("", "scalar-not-canonical"),
        "far too long": ("9" * 500, "scalar-not-canonical"),
    }
    cases: list[Json] = [
        {"name": name, "text": text, "refusal": None}
        for name, text in (("zero", "0"), ("one", "1"), ("the largest", str(q - 1)))
    ]
    cases += [{"name": name, "text": text, "refusal": refusal} for name, (text, refusal) in bad.items()]
    return {"group": group.name, "cases": cases}


def credential_cases(group: Group) -> Json:
    """Derivation of keys, and what people type."""
    derivation = [
        {
            "uuid": UUID,
            "credential": credential,
            "secret": str(credentials.secret_exponent(group, UUID, credential)),
            "public": credentials.public_credential(group, UUID, credential),
            "printed": credentials.printed(credential),
        }
        for credential in CREDENTIALS
    ]
    typed: list[Json] = []
    for credential in CREDENTIALS[:2]:
        printed = credentials.printed(credential)
        ways = (
            credential,
            printed,
            credential.replace("-", ""),
            printed.replace("-", " "),
            f"  {printed}\n",
            printed.replace("-", "—"),
        )
        typed += [{"text": text, "credential": credential, "refusal": None} for text in ways]
        for part, position in ((1, 0), (2, 7), (3, 13), (4, 20)):
            wrong = "z" if printed[position] != "z" else "y"
            typed.append(
                {
                    "text": printed[:position] + wrong + printed[position + 1 :],
                    "refusal": "credential-mistyped",
                    "group": part,
                }
            )
        typed.append({"text": credential[:-1], "refusal": "credential-mistyped", "group": 0})
        typed.append({"text": credential + "1", "refusal": "credential-mistyped", "group": 0})
        foreign = credential[:7] + "0" + credential[8:]
        typed.append({"text": foreign, "refusal": "credential-mistyped", "group": 2})
    typed.append({"text": "", "refusal": "credential-mistyped", "group": 0})
    return {"group": group.name, "derivation": derivation, "typed": typed}


def messages(group: Group) -> Json:
    """Signed messages (section 4.6.1)."""
    secret = credentials.secret_exponent(group, UUID, CREDENTIALS[0])
    public = credentials.public_credential(group, UUID, CREDENTIALS[0])
    other = credentials.public_credential(group, UUID, CREDENTIALS[1])
    message = f"enter|{UUID}|质询"
    proof = sign_message(group, secret, message)
    good = {"public": public, "message": message, "proof": msgspec.to_builtins(proof)}
    cases = [
        {"name": "good", **good, "refusal": None},
        {"name": "another message", **good, "message": message + "!", "refusal": "message-proof-invalid"},
        {"name": "another credential", **good, "public": other, "refusal": "message-proof-invalid"},
        {
            "name": "challenge and response exchanged",
            **good,
            "proof": {"challenge": proof.response, "response": proof.challenge},
            "refusal": "message-proof-invalid",
        },
        {
            "name": "response out of range",
            **good,
            "proof": {"challenge": proof.challenge, "response": str(int(proof.response) + int(group.q))},
            "refusal": "scalar-out-of-range",
        },
    ]
    return {"group": group.name, "cases": cases}


def _election(group: Group, questions: tuple[Question, ...], secret: int) -> ElectionContext:
    return decode_election(
        encode(
            Election(
                description=f"rules sha256:{'0' * 64}",
                name='测试小区 “第一次” 会议 "2026"\\',
                group=group.name,
                public_key=group.serialise(group.generator.power(secret)),
                questions=questions,
                uuid=UUID,
            )
        )
    )


def _compact(obj: Json) -> bytes:
    return json.dumps(obj, ensure_ascii=False, separators=(",", ":")).encode()


def _resigned(group: Group, obj: Json, credential: str) -> Json:
    """The ballot with a signature made again: an attacker who votes can do that with the own credential."""
    unsigned = {key: value for key, value in obj.items() if key != "signature"}
    digest = fingerprint(_compact(unsigned))
    secret = credentials.secret_exponent(group, UUID, credential)
    proof = sign_ballot(group, secret, digest)
    return {**unsigned, "signature": {"hash": digest, "proof": msgspec.to_builtins(proof)}}


def _set(path: str, change: Callable[[Any], Any]) -> Callable[[Json], None]:
    """A change of the value at a dotted path of keys and indices."""

    def apply(obj: Json) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        place: Any = obj
        for part in way:
            place = place[part]
        place[last] = change(place[last])

    return apply


def _plus_one(group: Group) -> Callable[[str], str]:
    return lambda text: str((int(text) + 1) % int(group.q))


ElementChanges = dict[str, tuple[str, Callable[[str], str], str]]


def _changes_in_belenios_2048() -> ElementChanges:
    """Changes of one ciphertext's texts: of alpha or beta, how, and what must be refused."""
    p, g = int(BELENIOS_2048.p), int(BELENIOS_2048.g)
    return {
        "alpha the identity": ("alpha", lambda _: "1", "element-identity"),
        "alpha zero": ("alpha", lambda _: "0", "element-not-in-group"),
        "alpha outside the subgroup": ("alpha", lambda _: str(_outside()), "element-not-in-group"),
        "alpha negated": ("alpha", lambda text: str(p - int(text)), "element-not-in-group"),
        "beta above the modulus": ("beta", lambda text: str(int(text) + p), "element-not-in-group"),
        "beta with a leading zero": ("beta", lambda text: "0" + text, "element-not-canonical"),
        "beta times g": (
            "beta",
            lambda text: str(int(text) * g % p),
            "ballot-individual-proof-invalid",
        ),
    }


def _changes_in_ed25519() -> ElementChanges:
    small = edwards.small_order()
    assert edwards.BASE is not None
    base = edwards.BASE
    return {
        "alpha the identity": ("alpha", lambda _: f"{1:064x}", "element-identity"),
        "alpha of order two": ("alpha", lambda _: edwards.written(small[4]), "element-not-in-group"),
        "alpha of order eight": ("alpha", lambda _: edwards.written(small[1]), "element-not-in-group"),
        "alpha plus order two": ("alpha", lambda text: _plus(text, small[4]), "element-not-in-group"),
        "alpha plus order four": ("alpha", lambda text: _plus(text, small[2]), "element-not-in-group"),
        "beta plus order eight": ("beta", lambda text: _plus(text, small[7]), "element-not-in-group"),
        "beta at the modulus": ("beta", lambda _: f"{edwards.P:064x}", "element-not-canonical"),
        "beta in upper case": ("beta", lambda text: text.upper(), "element-not-canonical"),
        "beta with a leading zero": ("beta", lambda text: "0" + text, "element-not-canonical"),
        "beta times g": ("beta", lambda text: _plus(text, base), "ballot-individual-proof-invalid"),
    }


def _ballot_changes(group: Group, another: Json) -> dict[str, tuple[Callable[[Json], None], str]]:
    """Named changes after which an attacker signs again, with the refusal that must come."""
    q = int(group.q)
    answer = "answers.0."
    of_elements = _changes_in_ed25519() if group is ED25519 else _changes_in_belenios_2048()

    plus_one = _plus_one(group)
    return {
        "another election": (_set("election_uuid", lambda _: "1" * 14), "ballot-wrong-election"),
        "another fingerprint": (
            _set("election_hash", lambda text: "A" + text[1:][::-1]),
            "ballot-wrong-hash",
        ),
        "no answers": (_set("answers", lambda _: []), "ballot-wrong-shape"),
        "an answer too many": (_set("answers", lambda x: x + x), "ballot-wrong-shape"),
        "a choice too few": (_set(answer + "choices", lambda x: x[:-1]), "ballot-wrong-shape"),
        "a choice too many": (_set(answer + "choices", lambda x: x + x[:1]), "ballot-wrong-shape"),
        "a proof too few": (_set(answer + "individual_proofs", lambda x: x[:-1]), "ballot-wrong-shape"),
        "a branch too few": (_set(answer + "individual_proofs.0", lambda x: x[:-1]), "ballot-wrong-shape"),
        "a branch too many": (
            _set(answer + "individual_proofs.0", lambda x: x + x[:1]),
            "ballot-wrong-shape",
        ),
        "an overall branch too few": (_set(answer + "overall_proof", lambda x: x[:-1]), "ballot-wrong-shape"),
        "an overall branch too many": (
            _set(answer + "overall_proof", lambda x: x + x[:1]),
            "ballot-wrong-shape",
        ),
        **{
            name: (_set(f"{answer}choices.0.{part}", change), refusal)
            for name, (part, change, refusal) in of_elements.items()
            if name != "beta times g"
        },
        "ciphertexts exchanged": (
            _set(answer + "choices", lambda x: x[::-1]),
            "ballot-individual-proof-invalid",
        ),
        "beta times g": (
            _set(answer + "choices.0.beta", of_elements["beta times g"][1]),
            "ballot-individual-proof-invalid",
        ),
        "a challenge changed": (
            _set(answer + "individual_proofs.1.0.challenge", plus_one),
            "ballot-individual-proof-invalid",
        ),
        "a response changed": (
            _set(answer + "individual_proofs.1.1.response", plus_one),
            "ballot-individual-proof-invalid",
        ),
        "branches exchanged": (
            _set(answer + "individual_proofs.0", lambda x: x[::-1]),
            "ballot-individual-proof-invalid",
        ),
        "a challenge out of range": (
            _set(answer + "individual_proofs.0.0.challenge", lambda text: str(int(text) + q)),
            "scalar-out-of-range",
        ),
        "a response with a leading zero": (
            _set(answer + "overall_proof.0.response", lambda text: "0" + text),
            "scalar-not-canonical",
        ),
        "the overall proof changed": (
            _set(answer + "overall_proof.0.response", plus_one),
            "ballot-overall-proof-invalid",
        ),
        "another voter's answer": (
            _set("answers", lambda _: another["answers"]),
            "ballot-individual-proof-invalid",
        ),
    }


def _raw_changes(body: bytes) -> dict[str, tuple[bytes, str]]:
    """Changes of the bytes themselves."""
    text = body.decode()
    tail = text[: text.index(',"signature"')]
    return {
        "a space": (text.replace('":', '": ', 1).encode(), "json-not-canonical"),
        "a line feed at the end": (body + b"\n", "json-not-canonical"),
        "two values": (body + b"{}", "json-malformed"),
        "cut short": (body[:-1], "json-malformed"),
        "empty": (b"", "json-malformed"),
        "an array": (b"[]", "json-malformed"),
        "an extra key": (text[:-1].encode() + b',"extra":1}', "json-malformed"),
        "a key twice": (
            text.replace("{", '{"election_uuid":"x",', 1).encode(),
            "json-not-canonical",
        ),
        "an escape": (text.replace("election_uuid", "election\\u005fuuid", 1).encode(), "json-not-canonical"),
        "a number instead of a string": (text.replace(f'"{UUID}"', "1", 1).encode(), "json-malformed"),
        "no signature": (f"{tail}}}".encode(), "ballot-signature-invalid"),
        "not UTF-8": (body[:20] + b"\xff" + body[21:], "json-malformed"),
    }


def _ballot_cases(election: ElectionContext, choices: list[list[list[int]]]) -> list[Json]:
    mine, others, _ = CREDENTIALS
    group = election.group
    cases: list[Json] = []
    for choice in choices:
        body = encrypt_ballot(election, mine, choice)
        verify_ballot(election, body)
        cases.append(
            {"name": f"good {choice}", "ballot": body.decode(), "tracker": tracker(body), "refusal": None}
        )
    body = cases[0]["ballot"].encode()
    another = json.loads(encrypt_ballot(election, others, choices[0]))
    changes = _ballot_changes(group, another)
    if election.election.questions[0].allows_blank:
        changes = {
            "the blank proof changed": (
                _set("answers.0.blank_proof.0.response", _plus_one(group)),
                "ballot-blank-proof-invalid",
            ),
            "the blank proof left out": (
                lambda obj: obj["answers"][0].pop("blank_proof"),
                "ballot-wrong-shape",
            ),
            "the overall proof changed": changes["the overall proof changed"],
        }
    for name, (change, refusal) in changes.items():
        obj = json.loads(body)
        change(obj)
        signed = _compact(_resigned(group, obj, mine))
        cases.append({"name": name, "ballot": signed.decode(), "refusal": refusal})
    if not election.election.questions[0].allows_blank:
        for name, (raw, refusal) in _raw_changes(body).items():
            cases.append({"name": name, "bytes_hex": raw.hex(), "refusal": refusal})
        cases += _signature_cases(group, body, another)
    return cases


def _signature_cases(group: Group, body: bytes, another: Json) -> list[Json]:
    changes: dict[str, Callable[[Json], None]] = {
        "the signature's challenge changed": _set("signature.proof.challenge", _plus_one(group)),
        "the signature's hash changed": _set("signature.hash", lambda text: text[::-1]),
        "another voter's signature": _set("signature", lambda _: another["signature"]),
        "another voter's credential": _set("credential", lambda _: another["credential"]),
    }
    cases = []
    for name, change in changes.items():
        obj = json.loads(body)
        change(obj)
        cases.append({"name": name, "ballot": _compact(obj).decode(), "refusal": "ballot-signature-invalid"})
    return cases


def ballots(group: Group) -> Json:
    """Ballots of three small elections: one with a plain question, one that allows blank votes."""
    plain = _election(
        group, (Question(answers=("同意", "反对"), min=1, max=1, question="是否同意?"),), 20260101
    )
    several = _election(
        group, (Question(answers=("甲", "乙", "丙"), min=0, max=2, question="选举"),), 20260102
    )
    blank = _election(
        group, (Question(answers=("a", "b"), blank=True, min=1, max=1, question="Blank allowed"),), 20260103
    )
    made = (
        (plain, [[[1, 0]], [[0, 1]]]),
        (several, [[[0, 0, 0]], [[1, 0, 1]]]),
        (blank, [[[0, 0, 1]], [[1, 0, 0]]]),
    )
    return {
        "elections": [
            {
                "election": election.body.decode(),
                "fingerprint": election.fingerprint,
                "cases": _ballot_cases(election, choices),
            }
            for election, choices in made
        ]
    }


def make(folder: Path) -> None:
    """Write every file of vectors into `folder`."""
    for group in GROUPS.values():
        unsafe_counted_randomness("vectors")
        place = folder / group.name.lower()
        place.mkdir(parents=True, exist_ok=True)
        for name, content in (
            ("elements", elements(group)),
            ("scalars", scalars(group)),
            ("credentials", credential_cases(group)),
            ("messages", messages(group)),
            ("ballots", ballots(group)),
            *_of_trustees(group),
            ("challenged", challenged_vectors.challenged(group)),
        ):
            _write(place / f"{name}.json", content)
    _write(folder / "aes-256-gcm.json", threshold_vectors.sealed_messages())


def _of_trustees(group: Group) -> Iterator[tuple[str, Json]]:
    made = threshold_vectors.Ceremony(group)
    yield "threshold", threshold_vectors.ceremonies(made)
    yield "decryption", decryption_vectors.decryptions(made)


def _write(path: Path, content: Json) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    import make_clock

    vectors = (
        Path(sys.argv[1])
        if len(sys.argv) > 1
        else Path(__file__).resolve().parent.parent / "tests" / "vectors"
    )
    make(vectors)
    make_clock.make(vectors / "clock.json")
