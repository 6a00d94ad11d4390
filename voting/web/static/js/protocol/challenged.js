// Cast as intended: a sealed ballot that is opened instead of cast, in the same form and with the same refusals as
// `voting.protocol.challenged`.

import { Refused } from "./refused.js";

const DIGITS = 78; // the largest exponent below 2^256 has as many

export const writtenOpening = (randomness) => randomness.map((r) => r.toString().padStart(DIGITS, "0")).join("");

// The choices that a ballot holds: for each question a list of 0 and 1. `ballot` is what verifyBallot returned,
// `opening` the text of the exponents. Throws Refused opening-length, opening-invalid.
export function openedChoices({ group }, tables, ballot, opening) {
  const count = ballot.answers.reduce((sum, list) => sum + list.length, 0);
  if (!/^[0-9]*$/.test(opening) || opening.length !== DIGITS * count) throw new Refused("opening-length");
  let at = 0;
  return ballot.answers.map((list, question) =>
    list.map(({ alpha, beta }, choice) => {
      const invalid = new Refused("opening-invalid", { question: question + 1, choice: choice + 1 });
      const r = BigInt(opening.slice(at, at + DIGITS));
      at += DIGITS;
      if (r >= group.q || group.serialise(tables.g.power(r)) !== group.serialise(alpha)) throw invalid;
      const masked = tables.y.power(r);
      const text = group.serialise(beta);
      if (group.serialise(masked) === text) return 0;
      if (group.serialise(group.multiply(masked, group.g)) === text) return 1;
      throw invalid;
    }),
  );
}
