"""The trustees' cryptography in a real browser: vectors of ceremonies, decryptions and sealed messages."""

import json
import re
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page

from tests.threshold_cases import VECTORS, changed, load, run
from voting.errors import Refused
from voting.protocol import certificates, channels
from voting.protocol.group import GROUPS, group_named

pytestmark = pytest.mark.browser

# Imported once; `twin.prepare(group, threshold, decryption)` brings a group's vectors.
HARNESS = """
async () => {
  const names = ["encoding", "group", "certificates", "channels", "aes-gcm", "pedersen", "threshold",
                 "trustees", "decryption", "tally", "election", "ballot", "verify", "refused"];
  const modules = await Promise.all(names.map((name) => import(`/js/protocol/${name}.js`)));
  const m = Object.assign({}, ...modules);
  const bytes = (digits) => Uint8Array.from(digits.match(/../g) || [], (pair) => parseInt(pair, 16));
  const hex = (array) => Array.from(array, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const read = (reader, value, what) => m.decode(reader, JSON.stringify(value), what);
  const drawing = (texts) => {
    const left = texts.slice();
    return () => BigInt(left.shift());
  };
  const changed = (document, changes) => {
    const whole = { document: structuredClone(document) };
    changes.forEach(([path, ...value]) => {
      const way = ["document", ...path];
      const last = way.pop();
      const place = way.reduce((inner, part) => inner[part], whole);
      if (value.length) place[last] = value[0];
      else delete place[last];
    });
    return whole.document;
  };
  let G, vectors, opened, circle, context, tables, trustees, byArea;
  const texts = (elements) => elements.map((element) => G.serialise(element));
  const keysOf = (index) => m.keyring(G, vectors.seeds[index - 1].seed);
  const dealtIn = (document) => document.polynomials.map((each) => read(m.polynomial, each, "polynomial"));
  const quorumJson = ({ threshold, keys, key, signed }) => [threshold, texts(keys), G.serialise(key), signed];
  const parameters = (name) => (document, first) =>
    quorumJson(m.verifyParameters(G, read(m.thresholdParameters, document[name], "parameters"), first));
  const matrix = (document, owner) =>
    m.verifyPartialDecryption(
      context, byArea.tally, m.keyOf(trustees, owner), JSON.stringify(document.shares[owner]), owner,
    );
  const sums = ({ ballots, weights }) => {
    const verified = ballots.map((body) => m.verifyBallot(context, tables, new TextEncoder().encode(body)));
    return m.encryptedTally(context, verified, new Map(weights));
  };
  const acts = {
    certificates: (document) => {
      const given = read(m.list(m.signedMessage), document.certificates, "certificates");
      const made = m.checkCertificates(G, given);
      const members = made.members.map(({ verification, encryption }) => texts([verification, encryption]));
      return [made.threshold, ...members];
    },
    polynomial: (document, index) => texts(m.checkPolynomial(circle, index, dealtIn(document)[index - 1])),
    input: async (document, index) => {
      const dealt = dealtIn(document);
      const input = {
        polynomial: dealt[index - 1].polynomial,
        secrets: dealt.map(({ secrets }) => secrets[index - 1]),
        coefexps: dealt.map(({ coefexps }) => coefexps),
        signatures: dealt.map(({ signature }) => signature),
      };
      const checked = await m.checkInput(circle, keysOf(index), input);
      return [checked.trustee, checked.secret.toString()];
    },
    output: (document, index) => {
      const output = read(m.output, document.outputs[index - 1], "output");
      return G.serialise(m.checkOutput(circle, dealtIn(document), index, output));
    },
    "private key": async (document, index) =>
      (await m.openPrivateKey(G, keysOf(index), document.outputs[index - 1].private_key)).toString(),
    parameters: parameters("parameters"),
    older: parameters("older"),
    trustees: (document) => {
      const verified = m.verifyTrustees(G, JSON.stringify(document.trustees));
      return [G.serialise(verified.electionKey), verified.signed, ...verified.quorums.map(quorumJson)];
    },
    share: (document, owner) => matrix(document, owner).map(texts),
    result: (document) => {
      const owners = Object.keys(document.shares).map(Number);
      const shares = new Map(owners.map((owner) => [owner, matrix(document, owner)]));
      const factors = m.syntheticFactors(G, trustees, shares);
      return m.resultJson(m.decryptResult(context, byArea.tally, factors, byArea.total));
    },
  };
  const named = async (act) => {
    try {
      return { value: await act(), refusal: null };
    } catch (error) {
      if (!(error instanceof m.Refused)) throw error;
      return { value: null, refusal: error.refusal, context: error.context };
    }
  };
  window.twin = {
    prepare: (name, threshold, decryption) => {
      G = m.groupNamed(name);
      [vectors, opened] = [threshold, decryption];
      circle = m.checkCertificates(G, threshold.ceremony.certificates);
      context = m.decodeElection(decryption.election);
      tables = m.buildTables(context, 6);
      trustees = m.verifyTrustees(G, JSON.stringify(decryption.document.trustees));
      byArea = sums(decryption.tallies[1]);
    },
    run: async (cases) => {
      const answers = [];
      for (const { act, of, changes } of cases) {
        const document = act in { trustees: 1, share: 1, result: 1 } ? opened.document : vectors.ceremony;
        answers.push(await named(() => acts[act](changed(document, changes), of)));
      }
      return answers;
    },
    seeds: () => Promise.all(vectors.seeds.map(({ seed }) => named(() => {
      const keys = m.keyring(G, seed);
      const { verification, encryption } = m.publicKeys(G, keys);
      return {
        seed, signing: keys.signing.toString(), decryption: keys.decryption.toString(),
        verification: G.serialise(verification), encryption: G.serialise(encryption),
      };
    }))),
    checkCode: () => m.checkCode(circle.certificates),
    newSeeds: (number) => Array.from({ length: number }, m.newSeed),
    ceremony: async () => {
      const { drawn, size, threshold } = vectors;
      const keys = vectors.seeds.slice(0, size).map(({ seed }) => m.keyring(G, seed));
      const certificates = keys.map((each, i) =>
        m.makeCertificate(G, each, size, threshold, i + 1, drawing(drawn.certificates[i])));
      const made = m.checkCertificates(G, certificates);
      const polynomials = [];
      for (const [i, each] of keys.entries()) {
        polynomials.push(await m.makePolynomial(made, each, drawing(drawn.polynomials[i])));
      }
      const inputs = m.makeInputs(made, polynomials);
      const outputs = [];
      for (const [i, each] of keys.entries()) {
        outputs.push(await m.makeOutput(made, each, inputs[i], drawing(drawn.outputs[i])));
      }
      return { certificates, polynomials, outputs, parameters: m.makeParameters(made, polynomials, outputs) };
    },
    tallies: () => opened.tallies.map((each) => m.tallyJson(G, sums(each))),
    shares: () => Object.entries(opened.secrets).map(([owner, secret]) =>
      m.partialDecryption(context, byArea.tally, BigInt(secret), { scalar: drawing(opened.drawn[owner]) })),
    lagrange: () => opened.lagrange.map(({ indexes, index }) => m.lagrange(G, indexes, index).toString()),
    aes: async (cases) => {
      const answers = [];
      for (const { key, iv, message, sealed } of cases) {
        for (const cipher of [m.own, m.builtIn]) {
          const [k, v] = [bytes(key), bytes(iv)];
          const spoilt = bytes(sealed);
          spoilt[spoilt.length - 1] ^= 1;
          answers.push([
            hex(await cipher.encrypt(k, v, bytes(message))),
            hex(await cipher.decrypt(k, v, bytes(sealed))),
            (await named(() => cipher.decrypt(k, v, spoilt))).refusal,
            (await named(() => cipher.decrypt(k, v, spoilt.slice(0, 15)))).refusal,
          ]);
        }
      }
      return answers;
    },
    // A message sealed with one cipher and opened with the other, and one for Python to open.
    exchange: async (message) => {
      const [sender, recipient] = [keysOf(1), keysOf(2)];
      const { encryption } = m.publicKeys(G, recipient);
      const { verification } = m.publicKeys(G, sender);
      const answers = [];
      for (const [one, other] of [[m.own, m.builtIn], [m.builtIn, m.own]]) {
        const sealed = await m.send(G, sender, encryption, message, undefined, one);
        answers.push([sealed, await m.receive(G, recipient, verification, sealed, 1, other)]);
      }
      return answers;
    },
    receive: (sealed) => m.receive(G, keysOf(2), m.publicKeys(G, keysOf(1)).verification, sealed, 1),
  };
}
"""


@pytest.fixture(scope="module", params=GROUPS)
def group(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def twin(static_page: Page, group: str) -> Page:
    """A page with the modules and a group's vectors."""
    static_page.evaluate(HARNESS)
    given = [group, load(group, "threshold"), load(group, "decryption")]
    static_page.evaluate("(given) => twin.prepare(...given)", given)
    return static_page


@pytest.mark.parametrize("name", ["threshold", "decryption"])
def test_cases(twin: Page, group: str, name: str) -> None:
    vectors = load(group, name)
    answers = twin.evaluate("(cases) => twin.run(cases)", vectors["cases"])
    document = vectors["ceremony" if name == "threshold" else "document"]
    for case, answer in zip(vectors["cases"], answers, strict=True):
        said = [answer["refusal"], answer.get("context")]
        assert said == [case["refusal"], case.get("context")], case["name"]
        if case["refusal"] is None:
            assert answer["value"] == run(group, document, case), case["name"]


def test_seeds(twin: Page, group: str) -> None:
    answers = twin.evaluate("() => twin.seeds()")
    for case, answer in zip(load(group, "threshold")["seeds"], answers, strict=True):
        assert answer["refusal"] == case["refusal"]
        if case["refusal"] is None:
            assert answer["value"] | {"refusal": None} == case


def test_the_code_that_trustees_compare(twin: Page, group: str) -> None:
    listed = load(group, "threshold")["ceremony"]["certificates"]
    signed = [msgspec.convert(each, certificates.SignedMessage) for each in listed]
    code = certificates.check_code(signed)
    assert re.fullmatch(r"(?:[0-9a-f]{4} ){7}[0-9a-f]{4}", code)
    assert twin.evaluate("() => twin.checkCode()") == code
    assert certificates.check_code(signed[::-1]) != code


def test_new_seeds_are_seeds(twin: Page, group: str) -> None:
    seeds = twin.evaluate("() => twin.newSeeds(200)")
    assert len(set(seeds)) == 200
    assert len(set("".join(seeds))) == 58
    for seed in seeds:
        certificates.keyring(group_named(group), seed)


def test_the_same_randomness_makes_the_same_ceremony(twin: Page, group: str) -> None:
    made = load(group, "threshold")["ceremony"]
    assert twin.evaluate("() => twin.ceremony()") == {
        name: made[name] for name in ("certificates", "polynomials", "outputs", "parameters")
    }


def test_tallies(twin: Page, group: str) -> None:
    cases = load(group, "decryption")["tallies"]
    assert twin.evaluate("() => twin.tallies()") == [[case["tally"], case["sized"]] for case in cases]


def test_the_same_randomness_makes_the_same_shares(twin: Page, group: str) -> None:
    vectors = load(group, "decryption")
    assert twin.evaluate("() => twin.shares()") == list(vectors["document"]["shares"].values())
    assert twin.evaluate("() => twin.lagrange()") == [case["value"] for case in vectors["lagrange"]]


def test_sealed_messages(twin: Page) -> None:
    """By the module's own code and by the browser's, with every length of vector."""
    cases = json.loads((VECTORS / "aes-256-gcm.json").read_text(encoding="utf-8"))["cases"]
    answers = iter(twin.evaluate("(cases) => twin.aes(cases)", cases))
    for case in cases:
        for _ in ("own", "built in"):
            expected = [case["sealed"], case["message"], "message-unreadable", "message-unreadable"]
            assert next(answers) == expected, case["name"]


def test_messages_pass_between_programs(twin: Page, group: str) -> None:
    of, message = group_named(group), '{"secret":"业主"}'
    first, second = (certificates.keyring(of, case["seed"]) for case in load(group, "threshold")["seeds"][:2])
    sender = certificates.public_keys(of, first).verification
    for sealed, opened in twin.evaluate("(message) => twin.exchange(message)", message):
        assert opened == message
        assert channels.receive(of, second, sender, sealed, 1) == message
    sealed = channels.send(of, first, certificates.public_keys(of, second).encryption, message)
    assert twin.evaluate("(sealed) => twin.receive(sealed)", sealed) == message


def test_a_case_is_changed_alike() -> None:
    """The harness and this program read the same changes."""
    document: Any = {"a": [1, 2], "b": {"c": 3}}
    assert changed(document, [[["a", 2], 4], [["b", "c"]], [["a", 0], 0]]) == {"a": [0, 2, 4], "b": {}}
    with pytest.raises(Refused):
        run(
            "Ed25519",
            load("Ed25519", "threshold")["ceremony"],
            {"act": "certificates", "changes": [[["certificates"], []]], "of": 1},
        )
