// Making a ballot (spec 4.11, 4.14, 4.15): encrypt each choice, prove that it is one, sign the whole.

import { secretExponent } from "./credential.js";
import { groupNamed } from "./group.js";
import { proveKnowledge, proveOneOf } from "./proofs.js";
import { Refused } from "./refused.js";
import { fingerprint } from "./sha256.js";

// What every ballot of an election needs, from the exact text of election.json.
export function openElection(electionJson) {
  const election = JSON.parse(electionJson);
  const group = groupNamed(election.group);
  return {
    election,
    group,
    hash: fingerprint(electionJson),
    key: group.element(election.public_key, "public_key"),
  };
}

// Window tables for g and y; `progress(done, total)` counts windows of both.
export function buildTables({ group, key }, bits, progress = () => {}) {
  const half = (offset) => (done, total) => progress(offset * total + done, 2 * total);
  return { g: group.fixedBase(group.g, bits, half(0)), y: group.fixedBase(key, bits, half(1)) };
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const range = (min, max) => Array.from({ length: max - min + 1 }, (_, index) => min + index);
// Pairs of texts, as hashes take them.
export const joined = (pairs) => pairs.map(({ alpha, beta }) => `${alpha},${beta}`).join(",");
// Pairs of elements in text.
export const serialised = (group, pairs) => {
  const texts = group.serialiseAll(pairs.flatMap(({ alpha, beta }) => [alpha, beta]));
  return pairs.map((_, index) => ({ alpha: texts[2 * index], beta: texts[2 * index + 1] }));
};
// The product of pairs of elements.
export const product = (group, pairs) =>
  pairs.reduce((left, right) => ({
    alpha: group.multiply(left.alpha, right.alpha),
    beta: group.multiply(left.beta, right.beta),
  }));

// `choice` is a list of 0 and 1, one for each answer, with the blank flag first if the question allows blank.
function checkChoice(question, choice, number) {
  const flag = question.blank ? choice[0] : 0;
  const total = sum(question.blank ? choice.slice(1) : choice);
  const fits = flag === 1 ? total === 0 : total >= question.min && total <= question.max;
  const expected = question.answers.length + (question.blank ? 1 : 0);
  if (choice.length !== expected || !choice.every((m) => m === 0 || m === 1) || !fits) {
    throw new Refused("choices-invalid", { question: number });
  }
}

// Scalars are drawn in this order, which the shared vectors fix: the randomness of each choice, the blank
// proof, the overall proof, the individual proofs.
function encryptAnswer(tables, context, question, choice, scalar, step, keep) {
  const { group } = context;
  const secrets = choice.map(() => scalar());
  keep(secrets);
  const ciphertexts = choice.map((m, index) => {
    const masked = tables.y.power(secrets[index]);
    return {
      alpha: tables.g.power(secrets[index]),
      beta: m === 1 ? group.multiply(masked, group.g) : masked,
    };
  });
  const choices = serialised(group, ciphertexts);
  const whole = `${context.s0}|${joined(choices)}`;
  const first = question.blank ? 1 : 0;
  const total = sum(choice.slice(first));
  const r = secrets.slice(first).reduce((left, right) => left + right);
  const interval = range(question.min, question.max).map((value) => ({ r, excess: total - value }));
  let overallProof;
  let blankProof;
  if (question.blank) {
    const blank = { r: secrets[0], excess: choice[0] };
    const empty = { r, excess: total };
    blankProof = proveOneOf(tables, `bproof0|${whole}`, [blank, empty], choice[0], scalar);
    const branches = [{ r: secrets[0], excess: choice[0] - 1 }, ...interval];
    const truth = choice[0] ? 0 : 1 + total - question.min;
    overallProof = proveOneOf(tables, `bproof1|${whole}`, branches, truth, scalar);
  } else {
    const prefix = `prove|${whole}|${joined(serialised(group, [product(group, ciphertexts)]))}`;
    overallProof = proveOneOf(tables, prefix, interval, total - question.min, scalar);
  }
  step();
  const individualProofs = choice.map((m, index) => {
    const branches = [0, 1].map((value) => ({ r: secrets[index], excess: m - value }));
    const prefix = `prove|${context.s0}|${joined([choices[index]])}`;
    const proofs = proveOneOf(tables, prefix, branches, m, scalar);
    step();
    return proofs;
  });
  const answer = { choices, individual_proofs: individualProofs, overall_proof: overallProof };
  if (question.blank) answer.blank_proof = blankProof;
  return answer;
}

// The ballot's exact text. `choices` holds one list for each question (see checkChoice).
// `progress(done, total)` counts proofs. `unsafeScalarSource` replaces the random scalars in tests: with
// scalars that anyone can guess or that repeat, the ballot hides nothing and gives the credential away.
// `unsafeKeep` is handed the randomness of each question's ciphertexts: whoever has it reads the ballot.
export function encryptBallot(
  context,
  tables,
  credential,
  choices,
  { progress, unsafeScalarSource, unsafeKeep = () => {} } = {},
) {
  const { election, group, hash } = context;
  const { questions, uuid } = election;
  if (choices.length !== questions.length) throw new Refused("choices-invalid", { question: 0 });
  questions.forEach((question, index) => checkChoice(question, choices[index], index + 1));
  const scalar = unsafeScalarSource || (() => group.randomScalar());
  const total = sum(choices.map((choice) => choice.length + 1)) + 1;
  let done = 0;
  const step = () => {
    done += 1;
    if (progress) progress(done, total);
  };

  const secret = secretExponent(group, uuid, credential);
  const publicKey = group.serialise(tables.g.power(secret));
  const signing = { ...context, s0: `${hash}|${publicKey}` };
  const ballot = { election_uuid: uuid, election_hash: hash, credential: publicKey };
  ballot.answers = questions.map((question, index) =>
    encryptAnswer(tables, signing, question, choices[index], scalar, step, unsafeKeep),
  );
  const signed = fingerprint(JSON.stringify(ballot));
  const proof = proveKnowledge(tables.g, secret, `sig|${signed}|`, scalar);
  ballot.signature = { hash: signed, proof };
  step();
  return JSON.stringify(ballot);
}

// 回执号: what stands on the public board for this ballot (spec 4.15).
export const tracker = fingerprint;
