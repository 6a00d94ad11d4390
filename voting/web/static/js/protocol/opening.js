// One ballot opened (voting.protocol.opening): its ciphertexts are decrypted like a tally, with proofs.

import { syntheticFactors } from "./decryption.js";
import { encode, integer, list, object, text } from "./encoding.js";
import { Refused } from "./refused.js";
import { partialDecryptionShape, verifyPartialDecryption } from "./tally.js";
import { keyOf } from "./trustees.js";

// A ballot's choices with the proof that they are in it: the shares that opened it, by owner.
export const openedBallot = object({
  tracker: text,
  choices: list(list(integer)),
  shares: list(object({ owner: integer, decryption: partialDecryptionShape })),
});

// Whether these plaintexts, the blank flag first where allowed, obey the question.
function choicesValid({ min, max, blank }, values) {
  if (values.some((value) => value !== 0 && value !== 1)) return false;
  const chosen = (blank ? values.slice(1) : values).reduce((left, right) => left + right, 0);
  return blank && values[0] === 1 ? chosen === 0 : chosen >= min && chosen <= max;
}

function choicesOf({ election, group }, trustees, answers, shares) {
  const factors = syntheticFactors(group, trustees, shares);
  const plain = new Map([
    [group.serialise(group.identity), 0],
    [group.serialise(group.g), 1],
  ]);
  return election.questions.map((question, q) => {
    const values = answers[q].map(({ beta }, c) => plain.get(group.serialise(group.divide(beta, factors[q][c]))));
    if (!choicesValid(question, values)) throw new Refused("opened-no-choice", { question: q + 1 });
    return values;
  });
}

// Checks `opened` against a verified ballot {tracker, answers}: its choices are recomputed from its shares. Throws
// Refused opened-other-ballot, opened-owner-invalid where an owner comes twice or out of order, what
// `verifyPartialDecryption` and `syntheticFactors` refuse, opened-no-choice and opened-choices-mismatch.
export function verifyOpened(context, trustees, { tracker, answers }, opened) {
  if (opened.tracker !== tracker) throw new Refused("opened-other-ballot");
  opened.shares.forEach(({ owner }, index) => {
    const before = index === 0 ? 0 : opened.shares[index - 1].owner;
    if (owner <= before) throw new Refused("opened-owner-invalid", { trustee: owner });
  });
  const shares = new Map(
    opened.shares.map(({ owner, decryption }) => {
      const key = keyOf(trustees, owner);
      return [owner, verifyPartialDecryption(context, answers, key, encode(decryption), owner)];
    }),
  );
  const choices = choicesOf(context, trustees, answers, shares);
  const mismatch = (question) => new Refused("opened-choices-mismatch", { question });
  if (opened.choices.length !== choices.length) throw mismatch(choices.length);
  choices.forEach((found, index) => {
    if (encode(opened.choices[index]) !== encode(found)) throw mismatch(index + 1);
  });
}
