// Verifying a ballot, whole: shape, elements, every proof, the signature (spec 4.11 to 4.15), in the same order
// and with the same refusals as `voting.protocol.ballot.verify_ballot`.

import { joined, product, serialised, tracker } from "./ballot.js";
import { decode, list, object, proof, text, two } from "./encoding.js";
import { holdsOneOf, knowledgeValid } from "./proofs.js";
import { Refused } from "./refused.js";
import { fingerprint } from "./sha256.js";

const answer = object(
  {
    choices: list(object({ alpha: text, beta: text })),
    individual_proofs: list(list(proof)),
    overall_proof: list(proof),
    blank_proof: two(proof),
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

// The ballot in `body` (bytes), if it is the canonical form of one and signed.
export function decodeBallot(body) {
  const decoded = decode(ballot, body, "ballot");
  if (!decoded.signature) throw new Refused("ballot-signature-invalid");
  return decoded;
}

function verifySignature(tables, decoded, credential) {
  const { signature, ...unsigned } = decoded;
  const holds =
    signature.hash === fingerprint(JSON.stringify(unsigned)) &&
    knowledgeValid(tables.g, credential, `sig|${signature.hash}|`, signature.proof, "signature");
  if (!holds) throw new Refused("ballot-signature-invalid");
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
    alpha: group.base(alpha, `${place}, choice ${index + 1}, alpha`),
    beta: group.base(beta, `${place}, choice ${index + 1}, beta`),
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
  const elements = pairs.map(({ alpha, beta }) => ({ alpha: alpha.element, beta: beta.element }));
  const sum = product(group, question.blank ? elements.slice(1) : elements);
  const total = { alpha: group.sharedPowers(sum.alpha), beta: group.sharedPowers(sum.beta) };
  const interval = [];
  for (let value = question.min; value <= question.max; value += 1) interval.push({ ...total, value });
  let prefix = `prove|${whole}|${joined(serialised(group, [sum]))}`;
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
  return elements;
}

// `context` is from openElection, `tables` from buildTables, `body` the ballot's bytes (Uint8Array). Returns
// {credential, tracker, answers}, the answers as pairs of elements; throws Refused with the question and choice.
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
  verifySignature(tables, decoded, credential);
  const s0 = `${hash}|${decoded.credential}`;
  const answers = election.questions.map((question, index) =>
    verifyAnswer(context, tables, s0, question, decoded.answers[index], index + 1),
  );
  return { credential: decoded.credential, tracker: tracker(body), answers };
}
