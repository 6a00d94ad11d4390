// Tally: weighted product of ballots, partial decryptions, result (spec 4.16, 4.18, 4.19), as in
// `voting.protocol.tally`. A tally is a list for each question of {alpha, beta}; factors have its shape.

import { serialised } from "./ballot.js";
import { randomOf } from "./certificates.js";
import { widthOf } from "./election.js";
import { count, decode, encode, integer, integerOf, list, object, plainInteger, proof, sha256Hex, text } from "./encoding.js";
import { decryptionProofValid, proveDecryption } from "./proofs.js";
import { Refused } from "./refused.js";

// The payload of an EncryptedTally event; `total_weight` is a text above 2^30 - 1.
export const sizedTally = object({ num_tallied: integer, total_weight: count, encrypted_tally: text });

// One trustee's factors and proofs, in the shape of the tally (spec 4.18).
export const partialDecryptionShape = object({
  decryption_factors: list(list(text)),
  decryption_proofs: list(list(proof)),
});

// The payload of a PartialDecryption event: who (from 1) and the record's hash.
export const ownedPartialDecryption = object({ owner: integer, payload: text });

const resultShape = object({ result: list(list(count)) });

// What refuses the first ballot too many of a credential that may cast so many.
export const beyond = (most) => (most === 1 ? "ballot-second" : "ballot-third");

// Nobody has cast more than `most` of these verified ballots. Throws Refused ballot-second, ballot-third with the height.
export function checkCast(ballots, most) {
  const cast = new Map();
  ballots.forEach(({ credential }, index) => {
    const times = (cast.get(credential) || 0) + 1;
    if (most !== null && times > most) throw new Refused(beyond(most), { height: index + 1 });
    cast.set(credential, times);
  });
}

// The last ballot of each credential, in the order in which they were cast (spec 4.15).
export function lastBallots(ballots) {
  const last = new Map();
  ballots.forEach((ballot) => {
    last.delete(ballot.credential);
    last.set(ballot.credential, ballot);
  });
  return Array.from(last.values());
}

// {tally, number, total} of the last of these verified ballots: the sums, how many ballots and their weight.
// `weights` is a Map of public credentials.
export function encryptedTally({ election, group }, ballots, weights) {
  const one = group.identity;
  const tally = election.questions.map((question) =>
    Array.from({ length: widthOf(question) }, () => ({ alpha: one, beta: one })),
  );
  let number = 0;
  let total = 0;
  lastBallots(ballots).forEach(({ credential, answers }) => {
    const weight = weights.get(credential);
    number += 1;
    total += weight;
    tally.forEach((row, question) =>
      row.forEach((sum, choice) => {
        ["alpha", "beta"].forEach((half) => {
          const element = answers[question][choice][half];
          const weighted = weight === 1 ? element : group.power(element, BigInt(weight));
          sum[half] = group.multiply(sum[half], weighted);
        });
      }),
    );
  });
  return { tally, number, total };
}

// The texts of an EncryptedTally event: the ciphertexts, and the sized tally that names them.
export function tallyJson(group, { tally, number, total }) {
  const body = encode(tally.map((row) => serialised(group, row)));
  const sized = { num_tallied: number, total_weight: plainInteger(total), encrypted_tally: sha256Hex(body) };
  return [body, encode(sized)];
}

// One trustee's decryption factors with their proofs (spec 4.18). `progress(done, total)` counts ciphertexts.
export function partialDecryption({ group, hash }, tally, secret, { progress, scalar = randomOf(group) } = {}) {
  const key = group.generator.power(secret);
  const total = tally.reduce((sum, row) => sum + row.length, 0);
  let done = 0;
  const made = tally.map((row) =>
    row.map(({ alpha }) => {
      const share = proveDecryption(group, hash, secret, key, alpha, scalar);
      done += 1;
      if (progress) progress(done, total);
      return share;
    }),
  );
  return {
    decryption_factors: made.map((row) => row.map(({ factor }) => group.serialise(factor))),
    decryption_proofs: made.map((row) => row.map((share) => share.proof)),
  };
}

// The verified factors of the trustee `owner`, whose public key is `key`, from the record's bytes or text. Throws
// Refused json-*, decryption-shape, element-*, scalar-* or decryption-proof-invalid with question and choice.
export function verifyPartialDecryption({ group, hash }, tally, key, body, owner) {
  const share = decode(partialDecryptionShape, body, "partial decryption");
  const shapeOf = (rows) => encode(rows.map((row) => row.length));
  const { decryption_factors: texts, decryption_proofs: proofs } = share;
  if (shapeOf(texts) !== shapeOf(tally) || shapeOf(proofs) !== shapeOf(tally)) {
    throw new Refused("decryption-shape", { trustee: owner });
  }
  const nothing = group.serialise(group.identity);
  const keyBase = group.sharedPowers(key);
  return tally.map((row, q) =>
    row.map(({ alpha }, c) => {
      const place = `trustee ${owner}, question ${q + 1}, choice ${c + 1}`;
      // Only where nobody voted is alpha the identity, and then its factor must be so, too.
      const empty = texts[q][c] === nothing && group.serialise(alpha) === nothing;
      const factor = empty ? group.sharedPowers(group.identity) : group.base(texts[q][c], place);
      if (!decryptionProofValid(group, hash, keyBase, alpha, factor, proofs[q][c], place)) {
        throw new Refused("decryption-proof-invalid", { trustee: owner, question: q + 1, choice: c + 1 });
      }
      return factor.element;
    }),
  );
}

// The product of factors, entry by entry (spec 4.19).
export const combine = (group, shares) =>
  shares.reduce((left, right) =>
    left.map((row, q) => row.map((factor, c) => group.multiply(factor, right[q][c]))),
  );

// Giant steps whose texts are made at once, which is cheaper.
const TOGETHER = 32;

// Logarithms to the base g in [0, bound] by baby steps and giant steps: about 2 sqrt(bound) products.
export class DiscreteLogarithms {
  constructor(group, bound) {
    this.group = group;
    this.bound = bound;
    this.step = Math.floor(Math.sqrt(bound)) + 1;
    const powers = [group.identity];
    for (let step = 0; step < this.step; step += 1) powers.push(group.multiply(powers[step], group.g));
    this.giant = group.divide(group.identity, powers.pop());
    this.baby = new Map(group.serialiseAll(powers).map((text, exponent) => [text, exponent]));
  }

  // The exponent; throws Refused result-not-found where there is none within the bound.
  of(element) {
    let rest = element;
    for (let first = 0; first <= this.step; first += TOGETHER) {
      const rests = [];
      for (let giant = first; giant <= this.step && giant < first + TOGETHER; giant += 1) {
        rests.push(rest);
        rest = this.group.multiply(rest, this.giant);
      }
      const babies = this.group.serialiseAll(rests).map((text) => this.baby.get(text));
      const found = babies.findIndex((baby) => baby !== undefined);
      if (found < 0) continue;
      const exponent = (first + found) * this.step + babies[found];
      if (exponent <= this.bound) return exponent;
      break;
    }
    throw new Refused("result-not-found");
  }
}

// The counts: log_g(beta / F), bounded by the total weight (spec 4.19). Throws Refused result-not-found with
// question and choice.
export function decryptResult({ group }, tally, factors, total) {
  const logarithms = new DiscreteLogarithms(group, total);
  return tally.map((row, q) =>
    row.map(({ beta }, c) => {
      try {
        return logarithms.of(group.divide(beta, factors[q][c]));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        throw new Refused(error.refusal, { ...error.context, question: q + 1, choice: c + 1 });
      }
    }),
  );
}

// The canonical Result record.
export const resultJson = (counts) => encode({ result: counts.map((row) => row.map(plainInteger)) });

// The counts in a Result record. Throws Refused json-*, or result-mismatch where the shape is wrong.
export function decodeResult(body, questions) {
  const rows = decode(resultShape, body, "result").result;
  if (encode(rows.map((row) => row.length)) !== encode(questions.map(widthOf))) {
    throw new Refused("result-mismatch");
  }
  return rows.map((row) => row.map((number) => integerOf(number, "result")));
}
