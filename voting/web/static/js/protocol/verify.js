// Verifying a ballot, whole: shape, elements, every proof, the signature (spec 4.11 to 4.15), in the same order
// and with the same refusals as `voting.protocol.ballot.verify_ballot`.

import { joined, product, serialised, tracker } from "./ballot.js";
import { holdsOneOf } from "./proofs.js";
import { Refused } from "./refused.js";
import { fingerprint } from "./sha256.js";

const malformed = () => new Refused("json-malformed", { what: "ballot" });

// Readers check a decoded value's type and rebuild it with its fields in the specified order.
const text = (value) => {
  if (typeof value !== "string") throw malformed();
  return value;
};
const list = (item) => (value) => {
  if (!Array.isArray(value)) throw malformed();
  return value.map(item);
};
// `optional` fields may be left out; any other field is one too many.
const object = (fields, optional = []) => (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed();
  if (!Object.keys(value).every((name) => Object.keys(fields).includes(name))) throw malformed();
  const rebuilt = {};
  Object.keys(fields).forEach((name) => {
    const present = Object.prototype.hasOwnProperty.call(value, name);
    if (!present && !optional.includes(name)) throw malformed();
    if (present) rebuilt[name] = fields[name](value[name]);
  });
  return rebuilt;
};

const proof = object({ challenge: text, response: text });
const twoProofs = (value) => {
  const proofs = list(proof)(value);
  if (proofs.length !== 2) throw malformed();
  return proofs;
};
const answer = object(
  {
    choices: list(object({ alpha: text, beta: text })),
    individual_proofs: list(list(proof)),
    overall_proof: list(proof),
    blank_proof: twoProofs,
  },
  ["blank_proof"],
);
const ballot = object(
  {
    election_uuid: text,
    election_hash: text,
    credential: text,
    answers: list(answer),
    signature: object({ hash: text, proof }),
  },
  ["signature"],
);

// The ballot in `body` (bytes), if it is the canonical form of one and signed. Comparing with the re-encoding
// refuses at one stroke duplicate keys, white space, other orders and other escapes.
export function decodeBallot(body) {
  let given;
  let value;
  try {
    given = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    value = JSON.parse(given);
  } catch (error) {
    throw malformed();
  }
  const decoded = ballot(value);
  if (JSON.stringify(decoded) !== given) throw new Refused("json-not-canonical", { what: "ballot" });
  if (!decoded.signature) throw new Refused("ballot-signature-invalid");
  return decoded;
}

function verifySignature({ group }, tables, decoded, credential) {
  const { signature, ...unsigned } = decoded;
  if (signature.hash !== fingerprint(JSON.stringify(unsigned))) throw new Refused("ballot-signature-invalid");
  const challenge = group.scalar(signature.proof.challenge, "signature");
  const response = group.scalar(signature.proof.response, "signature");
  const commitment = group.multiply(tables.g.power(response), group.power(credential, challenge));
  if (group.hash(`sig|${signature.hash}|${group.serialise(commitment)}`) !== challenge) {
    throw new Refused("ballot-signature-invalid");
  }
}

function checkShape(question, given, number) {
  const width = question.answers.length + (question.blank ? 1 : 0);
  const overall = question.max - question.min + 1 + (question.blank ? 1 : 0);
  const fits =
    given.choices.length === width &&
    given.individual_proofs.length === width &&
    given.individual_proofs.every((proofs) => proofs.length === 2) &&
    given.overall_proof.length === overall &&
    (given.blank_proof !== undefined) === Boolean(question.blank);
  if (!fits) throw new Refused("ballot-wrong-shape", { question: number });
}

function verifyAnswer(context, tables, s0, question, given, number) {
  const { group } = context;
  const place = `question ${number}`;
  checkShape(question, given, number);
  const pairs = given.choices.map(({ alpha, beta }, index) => ({
    alpha: group.element(alpha, `${place}, choice ${index + 1}, alpha`),
    beta: group.element(beta, `${place}, choice ${index + 1}, beta`),
  }));
  pairs.forEach((pair, index) => {
    const branches = [0, 1].map((value) => ({ ...pair, value }));
    const at = `${place}, choice ${index + 1}`;
    const prefix = `prove|${s0}|${joined([given.choices[index]])}`;
    if (!holdsOneOf(tables, prefix, branches, given.individual_proofs[index], at)) {
      throw new Refused("ballot-individual-proof-invalid", { question: number, choice: index + 1 });
    }
  });
  const whole = `${s0}|${joined(given.choices)}`;
  const total = product(group, question.blank ? pairs.slice(1) : pairs);
  const interval = [];
  for (let value = question.min; value <= question.max; value += 1) interval.push({ ...total, value });
  let prefix = `prove|${whole}|${joined([serialised(group, total)])}`;
  if (question.blank) {
    const zeros = [pairs[0], total].map((pair) => ({ ...pair, value: 0 }));
    if (!holdsOneOf(tables, `bproof0|${whole}`, zeros, given.blank_proof, place)) {
      throw new Refused("ballot-blank-proof-invalid", { question: number });
    }
    interval.unshift({ ...pairs[0], value: 1 });
    prefix = `bproof1|${whole}`;
  }
  if (!holdsOneOf(tables, prefix, interval, given.overall_proof, place)) {
    throw new Refused("ballot-overall-proof-invalid", { question: number });
  }
}

// `context` is from openElection, `tables` from buildTables, `body` the ballot's bytes (Uint8Array). Returns
// {credential, tracker}; throws Refused with the question and choice.
export function verifyBallot(context, tables, body) {
  const { election, group, hash } = context;
  const decoded = decodeBallot(body);
  if (decoded.election_uuid !== election.uuid) throw new Refused("ballot-wrong-election");
  if (decoded.election_hash !== hash) throw new Refused("ballot-wrong-hash");
  if (decoded.answers.length !== election.questions.length) {
    throw new Refused("ballot-wrong-shape", { question: 0 });
  }
  const credential = group.element(decoded.credential, "credential");
  // The signature first: it is cheap, and a ballot that nobody signed costs no more than that.
  verifySignature(context, tables, decoded, credential);
  const s0 = `${hash}|${decoded.credential}`;
  election.questions.forEach((question, index) =>
    verifyAnswer(context, tables, s0, question, decoded.answers[index], index + 1),
  );
  return { credential: decoded.credential, tracker: tracker(body) };
}
