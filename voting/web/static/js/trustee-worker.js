// A trustee's key and everything that is computed with it, away from the page. The key lives here; the page is
// given it twice: to save it as a file, and to print it. Nothing here knows the network.

import {
  checkCertificates,
  checkCode,
  indexOf,
  keyring,
  makeCertificate,
  publicKeys,
  randomOf,
  signedMessage,
} from "./protocol/certificates.js";
import { receive, send } from "./protocol/channels.js";
import { printed } from "./protocol/credential.js";
import { decodeElection } from "./protocol/election.js";
import { decode, encode, list } from "./protocol/encoding.js";
import { groupNamed } from "./protocol/group.js";
import { thresholdParameters, verifyParameters } from "./protocol/pedersen.js";
import { Refused } from "./protocol/refused.js";
import { input, makeOutput, makePolynomial, output, polynomial } from "./protocol/threshold.js";
import { verifyTrustees } from "./protocol/trustees.js";
import {
  approve,
  examined,
  keyFromSheet,
  newKey,
  opened,
  readKey,
  secretOf,
  share,
  withOutput,
  writtenKey,
} from "./trustee-key.js";
import { answerWith } from "./worker-acts.js";

const MESSAGES = { certificate: signedMessage, polynomial, output, share };
const SEED_GROUPS = [5, 11, 16, 22]; // where the groups of a printed seed end

let key = null;
let record = null; // of a closed election, once it was verified

// What the server says of the ceremony is read strictly, like everything that others sent.
const read = (reader, value, what) => decode(reader, encode(value), what);

// The circle of a state, in which this trustee must be what the state says it is.
function circleOf(state) {
  const group = groupNamed(state.group);
  const certificates = read(list(signedMessage), state.certificates, "certificates");
  const circle = checkCertificates(group, certificates, state.threshold);
  if (circle.size !== state.size) throw new Refused("threshold-shape", { what: "certs" });
  return circle;
}

function ownKeys() {
  const group = groupNamed(key.group);
  return { group, keys: keyring(group, key.seed) };
}

// The circle, with this trustee in the place that the state gives it.
function joined(state) {
  const circle = circleOf(state);
  if (indexOf(circle, ownKeys().keys) !== state.number) throw new Refused("certificate-not-found");
  return circle;
}

// Random exponents, of which `total` will be drawn: how far a step has come.
function counted(group, total, progress) {
  const scalar = randomOf(group);
  let done = 0;
  return () => {
    done += 1;
    progress(Math.min(done, total), total);
    return scalar();
  };
}

function sheet() {
  const parts = SEED_GROUPS.map((end, i) => key.seed.slice(i ? SEED_GROUPS[i - 1] : 0, end));
  return { file: writtenKey(key), printed: printed(parts.join("-")) };
}

// Refuses a key that is not the one whose certificate was sent, or that is not of this election's group.
async function checkOwn(candidate, state) {
  const group = groupNamed(state.group);
  if (candidate.group !== group.name) throw new Refused("certificate-not-found");
  const { certificate, output: made } = state.own;
  if (!certificate) return candidate;
  const own = publicKeys(group, keyring(group, candidate.seed));
  const said = JSON.parse(certificate.message);
  if (said.verification !== group.serialise(own.verification)) throw new Refused("certificate-not-found");
  return made ? withOutput(candidate, read(output, made, "output")) : candidate;
}

answerWith({
  // {state} -> {file, printed}: a new key, tried out with a message to itself.
  async create({ state }, progress) {
    const group = groupNamed(state.group);
    group.fixedBase(group.g, 6, (done, total) => progress(done, 2 * total));
    const made = newKey(group);
    const keys = keyring(group, made.seed);
    const { verification, encryption } = publicKeys(group, keys);
    const sealed = await send(group, keys, encryption, made.kind, counted(group, 3, (done) => progress(3 + done, 8)));
    if ((await receive(group, keys, verification, sealed, state.number)) !== made.kind) throw new Error("unusable");
    progress(1, 1);
    key = made;
    return sheet();
  },

  // {state, file | typed, remembered} -> {}: the trustee's own key, from its file or its sheet. `remembered` is
  // what this browser knows to have been decrypted, by election.
  async open({ state, file, typed, remembered }) {
    const given = file === undefined ? keyFromSheet(groupNamed(state.group), typed) : readKey(file);
    const own = await checkOwn(given, state);
    key = { ...own, decrypted: { ...remembered, ...own.decrypted } };
    record = null;
    return {};
  },

  // {state} -> {body}: the text of each message. With the first one `verification`, the public key in it.
  certificate({ state }) {
    const { group, keys } = ownKeys();
    const body = encode(makeCertificate(group, keys, state.size, state.threshold, state.number));
    return { body, verification: group.serialise(publicKeys(group, keys).verification) };
  },

  async polynomial({ state }, progress) {
    const circle = joined(state);
    const { group, keys } = ownKeys();
    const draws = state.threshold + 3 * (state.size + 1) + 2;
    return { body: encode(await makePolynomial(circle, keys, counted(group, draws, progress))) };
  },

  async output({ state }) {
    const circle = joined(state);
    const dealt = read(input, state.input, "vinput");
    const made = await makeOutput(circle, ownKeys().keys, dealt);
    key = await withOutput(key, made);
    return { body: encode(made), ...sheet() };
  },

  // {state} -> the code of the whole set of certificates, which trustees compare.
  code({ state }) {
    return { code: checkCode(circleOf(state).certificates) };
  },

  // {state, verification} -> {certain}: the keys that will be published, or that were, have this trustee's. That is
  // certain where the key is here, or `verification`, which this browser sent: not by the server's word alone.
  async present({ state, verification }) {
    const group = groupNamed(state.group);
    const circle = circleOf(state);
    let quorum;
    if (state.election) {
      const { election } = decodeElection(state.election.election_json);
      const trustees = verifyTrustees(group, state.election.trustees_json);
      if (group.serialise(trustees.electionKey) !== election.public_key || election.uuid !== state.uuid) {
        throw new Refused("election-key-mismatch");
      }
      quorum = trustees.quorums.find((each) => each.circle !== null && each.signed);
    } else {
      quorum = verifyParameters(group, read(thresholdParameters, state.parameters, "parameters"));
    }
    if (!quorum || encode(quorum.circle.certificates) !== encode(circle.certificates)) {
      throw new Refused("trustee-not-in-election");
    }
    const known = key ? group.serialise(publicKeys(group, ownKeys().keys).verification) : verification;
    const there = group.serialise(quorum.circle.members[state.number - 1].verification);
    if (known && known !== there) throw new Refused("trustee-not-in-election");
    if (key) {
      const own = group.serialise(group.generator.power(await secretOf(key)));
      if (own !== group.serialise(quorum.keys[state.number - 1])) throw new Refused("trustee-not-in-election");
    }
    return { certain: Boolean(known) };
  },

  // {state, owners, area: bytes} -> {ballots, heads}: the closed record, verified.
  async examine({ state, owners, area }, progress) {
    const verifying = (done, total) => progress(done, total, "verifying");
    record = await examined(key, { owners, area }, state.uuid, state.election.rules_json, verifying);
    // What the page says about single ballots is what every ballot signed.
    if (record.secrecy !== state.secrecy) throw new Refused("rules-disagree");
    return { ballots: record.ballots, heads: record.heads };
  },

  // -> {body, file, decrypted}: the share of the record that was examined.
  decrypt(asked, progress) {
    const made = opened(record, (done, total) => progress(done, total, "decrypting"));
    key = { ...key, decrypted: { ...key.decrypted, ...made.key.decrypted } };
    return { body: encode(made.share), decrypted: key.decrypted, ...sheet() };
  },

  // {state, owners, area, asked: {wanted, reason}} -> {body, file, decrypted}: the share of one ballot.
  async approve({ state, owners, area, asked }, progress) {
    const verifying = (done, total) => progress(done, total, "verifying");
    const rules = state.election.rules_json;
    const made = await approve(key, { owners, area }, state.uuid, rules, asked, { verifying });
    key = made.key;
    return { body: encode(made.share), decrypted: key.decrypted, ...sheet() };
  },

  // {kind, text} -> {body}: a message that another program made, strictly read. A key file is none of them, and
  // never comes out of here.
  message({ kind, text }) {
    return { body: encode(decode(MESSAGES[kind], text.trim(), kind)) };
  },
});
