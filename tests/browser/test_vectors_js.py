"""The browser's cryptography in a real browser: the shared vectors, and both twins against each other."""

import json
import secrets
import shutil
from dataclasses import replace
from hashlib import sha256, sha512
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page

from tests.elections import CHOICES, QUESTIONS, SmallElection, small_election
from tests.interop.test_belenios_tool import accepts
from voting.errors import Refused
from voting.protocol.audit import verify_archive
from voting.protocol.ballot import encrypt_ballot, tracker, verify_ballot
from voting.protocol.challenged import opened_choices
from voting.protocol.credentials import Proof, public_credential, verify_message
from voting.protocol.election import Question
from voting.protocol.group import BELENIOS_2048, GROUPS, group_named

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests" / "vectors"

# Imported once for each page; every function answers with a refusal's name instead of throwing it.
HARNESS = """
async () => {
  const at = (name) => import(`/js/protocol/${name}.js`);
  const [sha256, group, credential, message, ballot, verify, refused] = await Promise.all(
    ["sha256", "group", "credential", "message", "ballot", "verify", "refused"].map(at),
  );
  const opened = new Map();
  const election = (text) => {
    if (!opened.has(text)) {
      const context = ballot.openElection(text);
      opened.set(text, { context, tables: ballot.buildTables(context, 6) });
    }
    return opened.get(text);
  };
  const bytes = (hex) => new Uint8Array((hex.match(/../g) || []).map((pair) => parseInt(pair, 16)));
  const named = (act) => (...given) => {
    try {
      return { value: act(...given), refusal: null, context: {} };
    } catch (error) {
      if (!(error instanceof refused.Refused)) throw error;
      return { value: null, refusal: error.refusal, context: error.context };
    }
  };
  const { groupNamed } = group;
  window.twin = {
    sha256: (texts) => texts.map((text) => sha256.hex(sha256.sha256(text))),
    groups: (names) => names.map(named((name) => groupNamed(name).name)),
    elements: (name, texts) => {
      const G = groupNamed(name);
      return texts.map(named((text) => G.serialise(G.element(text, "here"))));
    },
    scalars: (name, texts) => texts.map(named((text) => groupNamed(name).scalar(text, "here").toString())),
    // For each base and exponent: by windows of a table, without one, and times the base.
    powers: (name, text, exponents) => {
      const G = groupNamed(name);
      const base = G.element(text, "here");
      const table = G.fixedBase(base, 7);
      return exponents.map((exponent) => {
        const power = G.power(base, BigInt(exponent));
        return [table.power(BigInt(exponent)), power, G.multiply(power, base)].map((e) => G.serialise(e));
      });
    },
    derive: (name, uuid, code) => {
      const G = groupNamed(name);
      return {
        secret: credential.secretExponent(G, uuid, code).toString(),
        public: G.serialise(G.power(G.g, credential.secretExponent(G, uuid, code))),
        printed: credential.printed(code),
      };
    },
    typed: (texts) => texts.map(named(credential.parseTyped)),
    messages: (name, cases) =>
      cases.map(named((c) => {
        message.verifyMessage(groupNamed(name), c.public, c.message, c.proof);
        return true;
      })),
    sign: (electionText, uuid, code, text) => {
      const { context, tables } = election(electionText);
      return message.signMessage(tables.g, credential.secretExponent(context.group, uuid, code), text);
    },
    fingerprint: (text) => election(text).context.hash,
    verify: (text, bodies) => {
      const { context, tables } = election(text);
      return bodies.map(named((hex) => verify.verifyBallot(context, tables, bytes(hex)).tracker));
    },
    encrypt: (text, code, choices, scalars) => {
      const { context, tables } = election(text);
      const given = scalars && scalars.map(BigInt);
      const unsafeScalarSource = given ? () => given.shift() : undefined;
      const made = named((...all) => ballot.encryptBallot(...all))(
        context, tables, code, choices, { unsafeScalarSource },
      );
      return { ...made, left: given ? given.length : 0 };
    },
    time: (text, code, choices, bits) => {
      const context = ballot.openElection(text);
      const start = performance.now();
      const tables = ballot.buildTables(context, bits);
      const built = performance.now();
      ballot.encryptBallot(context, tables, code, choices);
      return [built - start, performance.now() - built];
    },
  };
}
"""


@pytest.fixture(scope="module")
def twin(static_page: Page) -> Page:
    """A page that has the modules; `twin.evaluate("twin.…")`."""
    static_page.evaluate(HARNESS)
    return static_page


@pytest.fixture(scope="module", params=GROUPS)
def group(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def made(group: str) -> SmallElection:
    return small_election(group=group_named(group))


def vectors(group: str, name: str) -> dict[str, Any]:
    path = VECTORS / group.lower() / f"{name}.json"
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def call(page: Page, function: str, *given: Any) -> Any:
    return page.evaluate(f"(given) => twin.{function}(...given)", list(given))


def test_sha256_at_every_block_boundary(twin: Page) -> None:
    texts = ["", "abc", *("a" * n for n in (55, 56, 57, 63, 64, 65, 119, 120, 128)), "业主" * 5000]
    assert call(twin, "sha256", texts) == [sha256(text.encode()).hexdigest() for text in texts]


def test_sha512_at_every_block_boundary(twin: Page) -> None:
    bodies = [bytes(n) for n in (0, 3, 111, 112, 113, 127, 128, 129, 239, 240, 241, 1000)]
    found = twin.evaluate(
        """async (bodies) => {
             const { sha512 } = await import("/js/protocol/sha512.js");
             const { hex } = await import("/js/protocol/sha256.js");
             return bodies.map((length) => hex(sha512(new Uint8Array(length))));
           }""",
        [len(body) for body in bodies],
    )
    assert found == [sha512(body).hexdigest() for body in bodies]


def test_signatures_of_the_server(twin: Page) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    public = key.public_key().public_bytes_raw().hex()
    message = "回执".encode()
    good = key.sign(message)
    r, s = good[:32], int.from_bytes(good[32:], "little")
    order = int(group_named("Ed25519").q)
    cases = {
        "good": (public, message, good.hex(), True),
        "another message": (public, message + b"!", good.hex(), False),
        "another key": (
            Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex(),
            message,
            good.hex(),
            False,
        ),
        "a bit of R": (public, message, (bytes([r[0] ^ 1]) + good[1:]).hex(), False),
        "a bit of S": (public, message, (good[:32] + bytes([good[32] ^ 1]) + good[33:]).hex(), False),
        "S beyond the order": (public, message, (r + (s + order).to_bytes(32, "little")).hex(), False),
        "no key": ("ff" * 32, message, good.hex(), False),
    }
    found = twin.evaluate(
        """async (cases) => {
             const { signatureValid } = await import("/js/protocol/signature.js");
             const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
             return cases.map(([key, text, mark]) => signatureValid(key, mark, bytes(text)));
           }""",
        [[public, body.hex(), signature] for public, body, signature, _ in cases.values()],
    )
    assert dict(zip(cases, found, strict=True)) == {name: case[3] for name, case in cases.items()}


@pytest.mark.parametrize("kind", ["elements", "scalars"])
def test_numbers(twin: Page, group: str, kind: str) -> None:
    cases = vectors(group, kind)["cases"]
    answers = call(twin, kind, group, [case["text"] for case in cases])
    assert {case["name"]: answer["refusal"] for case, answer in zip(cases, answers, strict=True)} == {
        case["name"]: case["refusal"] for case in cases
    }
    for case, answer in zip(cases, answers, strict=True):
        assert answer["value"] == (None if case["refusal"] else case["text"])


def test_an_unknown_group_is_refused(twin: Page) -> None:
    answers = call(twin, "groups", [*GROUPS, "RFC-3526-2048", "ED25519", ""])
    assert [answer["value"] for answer in answers] == [*GROUPS, None, None, None]
    assert {answer["refusal"] for answer in answers[len(GROUPS) :]} == {"group-unknown"}


def test_powers_are_the_same_everywhere(twin: Page, group: str) -> None:
    known = group_named(group)
    base, q = known.generator.power(987654321), int(known.q)
    exponents = [-1, 0, 1, 2, 127, 128, 129, 2**126, q - 2, q - 1, q, q + 1, 3**150]
    answers = call(twin, "powers", group, known.serialise(base), [str(exponent) for exponent in exponents])
    for exponent, answer in zip(exponents, answers, strict=True):
        power = known.power(base, exponent)
        texts = [known.serialise(element) for element in (power, power, known.multiply(power, base))]
        assert answer == texts, exponent


def test_credentials_are_derived_alike(twin: Page, group: str) -> None:
    for case in vectors(group, "credentials")["derivation"]:
        derived = call(twin, "derive", group, case["uuid"], case["credential"])
        assert derived == {name: case[name] for name in ("secret", "public", "printed")}


def test_typed_credentials(twin: Page) -> None:
    cases = vectors("BELENIOS-2048", "credentials")["typed"]
    answers = call(twin, "typed", [case["text"] for case in cases])
    for case, answer in zip(cases, answers, strict=True):
        assert answer["refusal"] == case["refusal"], case
        assert answer["value"] == case.get("credential")
        assert answer["context"].get("group") == case.get("group")


def test_signed_messages(twin: Page, group: str) -> None:
    cases = vectors(group, "messages")["cases"]
    answers = call(twin, "messages", group, cases)
    assert [answer["refusal"] for answer in answers] == [case["refusal"] for case in cases]


@pytest.mark.parametrize("index", range(3))
def test_ballots(twin: Page, group: str, index: int) -> None:
    election = vectors(group, "ballots")["elections"][index]
    assert call(twin, "fingerprint", election["election"]) == election["fingerprint"]
    cases = election["cases"]
    bodies = [case["bytes_hex"] if "bytes_hex" in case else case["ballot"].encode().hex() for case in cases]
    answers = call(twin, "verify", election["election"], bodies)
    assert {case["name"]: answer["refusal"] for case, answer in zip(cases, answers, strict=True)} == {
        case["name"]: case["refusal"] for case in cases
    }
    for case, answer in zip(cases, answers, strict=True):
        assert answer["value"] == case.get("tracker")


def test_opened_ballots(static_page: Page, group: str) -> None:
    given = vectors(group, "challenged")
    found = static_page.evaluate(
        """async ({ election, cases }) => {
             const [ballot, verify, challenged, { Refused }] = await Promise.all(
               ["ballot", "verify", "challenged", "refused"].map((name) => import(`/js/protocol/${name}.js`)),
             );
             const context = ballot.openElection(election);
             const tables = ballot.buildTables(context, 6);
             return cases.map(({ ballot: text, opening }) => {
               const sealed = verify.verifyBallot(context, tables, new TextEncoder().encode(text));
               try {
                 return { choices: challenged.openedChoices(context, tables, sealed, opening) };
               } catch (error) {
                 if (!(error instanceof Refused)) throw error;
                 return { refusal: error.refusal, place: [error.context.question, error.context.choice] };
               }
             });
           }""",
        given,
    )
    for case, answer in zip(given["cases"], found, strict=True):
        if case["refusal"] is None:
            assert answer == {"choices": case["choices"]}
        else:
            assert answer["refusal"] == case["refusal"], case["name"]
            assert case["place"] in (None, answer["place"]), case["name"]


def test_what_the_browser_keeps_opens_what_it_sealed(static_page: Page, made: SmallElection) -> None:
    body, opening = static_page.evaluate(
        """async ([election, credential, choices]) => {
             const ballot = await import("/js/protocol/ballot.js");
             const { writtenOpening } = await import("/js/protocol/challenged.js");
             const context = ballot.openElection(election);
             const kept = [];
             const unsafeKeep = (secrets) => kept.push(...secrets);
             const tables = ballot.buildTables(context, 6);
             const body = ballot.encryptBallot(context, tables, credential, choices, { unsafeKeep });
             return [body, writtenOpening(kept)];
           }""",
        [made.context.body.decode(), made.credentials[0], CHOICES[0]],
    )
    ballot = verify_ballot(made.context, body.encode())
    assert opened_choices(made.context, ballot, opening) == CHOICES[0]


def test_the_same_randomness_makes_the_same_bytes(
    twin: Page, made: SmallElection, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = count(1)
    drawn: list[str] = []

    def below(bound: int) -> int:
        value = pow(3, 1000 + next(counter), bound)
        drawn.append(str(value))
        return value

    monkeypatch.setattr(secrets, "randbelow", below)
    credential = made.credentials[0]
    for choices in CHOICES:
        drawn.clear()
        body = encrypt_ballot(made.context, credential, choices).decode()
        answer = call(twin, "encrypt", made.context.body.decode(), credential, choices, drawn)
        assert answer["value"] == body
        assert answer["left"] == 0


def test_ballots_of_the_browser_verify_here_and_with_the_outside_tool(
    twin: Page, made: SmallElection, tmp_path: Path
) -> None:
    text = made.context.body.decode()
    bodies = []
    for credential, choices in zip(made.credentials, CHOICES, strict=True):
        body = call(twin, "encrypt", text, credential, choices, None)["value"].encode()
        verified = verify_ballot(made.context, body)
        assert verified.tracker == tracker(body)
        assert verified.credential == public_credential(
            made.context.group, made.context.election.uuid, credential
        )
        bodies.append(body)
    archive = replace(made, ballots=tuple(bodies)).archive(weighted=True)
    verify_archive(archive)
    # The outside tool, in the version of Debian 12, knows no Ed25519.
    if made.context.group is BELENIOS_2048 and shutil.which("belenios-tool") is not None:
        assert accepts(tmp_path, made.context.election.uuid, archive)


def test_ballots_made_here_verify_in_the_browser(twin: Page, made: SmallElection) -> None:
    answers = call(twin, "verify", made.context.body.decode(), [body.hex() for body in made.ballots])
    assert [answer["value"] for answer in answers] == [tracker(body) for body in made.ballots]


def test_two_ballots_of_the_same_choices_have_nothing_in_common(twin: Page, made: SmallElection) -> None:
    first, second = (
        call(twin, "encrypt", made.context.body.decode(), made.credentials[0], CHOICES[0], None)["value"]
        for _ in range(2)
    )
    one, other = json.loads(first), json.loads(second)
    alphas = [
        {pair["alpha"] for answer in ballot["answers"] for pair in answer["choices"]}
        for ballot in (one, other)
    ]
    assert not alphas[0] & alphas[1]
    assert len(alphas[0]) == sum(question.width for question in QUESTIONS)


@pytest.mark.parametrize(
    ("choices", "question"),
    [
        ([[1, 0, 0], [1, 0, 1, 0]], 0),  # a question left out
        ([[0, 0, 0], [1, 0, 1, 0], [0, 1, 0]], 1),  # fewer than the least
        ([[1, 1, 0], [1, 0, 1, 0], [0, 1, 0]], 1),  # more than the most
        ([[1, 0, 0], [1, 1, 1, 0], [0, 1, 0]], 2),
        ([[2, -1, 0], [0, 0, 0, 0], [0, 1, 0]], 1),  # a sum that fits, of numbers that do not
        ([[1, 0, 0], [0, 0, 0], [0, 1, 0]], 2),  # an answer left out
        ([[1, 0, 0], [0, 0, 0, 0], [1, 1, 0]], 3),  # blank and not blank
    ],
)
def test_choices_that_no_ballot_may_hold(
    twin: Page, made: SmallElection, choices: list[list[int]], question: int
) -> None:
    answer = call(twin, "encrypt", made.context.body.decode(), made.credentials[0], choices, None)
    assert answer["refusal"] == "choices-invalid"
    assert answer["context"] == {"question": question}


def test_a_message_signed_in_the_browser_is_known_here(twin: Page, made: SmallElection) -> None:
    uuid, credential = made.context.election.uuid, made.credentials[0]
    group = made.context.group
    proof = Proof(**call(twin, "sign", made.context.body.decode(), uuid, credential, f"enter|{uuid}|质询"))
    public = public_credential(group, uuid, credential)
    verify_message(group, public, f"enter|{uuid}|质询", proof)
    with pytest.raises(Refused):
        verify_message(group, public, f"enter|{uuid}|质问", proof)


def test_sealing_is_quick_enough_for_an_old_phone(twin: Page, group: str) -> None:
    """Three motions and a contest of seven: a phone ten times slower still seals in some seconds."""
    motion = Question(answers=("同意", "反对", "弃权"), min=1, max=1, question="?")
    contest = Question(answers=tuple("甲乙丙丁戊己庚"), min=0, max=5, question="?")
    large = small_election(
        weights=(1,), choices=[], questions=(motion, motion, motion, contest), group=group_named(group)
    )
    choices = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1, 0, 0, 1, 1]]
    for bits in (6, 7, 8):
        runs = [
            call(twin, "time", large.context.body.decode(), large.credentials[0], choices, bits)
            for _ in range(5)
        ]
        building, sealing = (sorted(run[part] for run in runs)[2] for part in (0, 1))
        print(f"{group}, {bits} bits: tables {building:.0f} ms, sealing {sealing:.0f} ms (median of five)")
        assert sealing < 3000
