// From the trustees' shares to the factors that open a tally (spec 4.19), as in `voting.protocol.decryption`.

import { Refused } from "./refused.js";
import { combine, verifyPartialDecryption } from "./tally.js";
import { keyOf, numbered } from "./trustees.js";

// {valid, refused} of partial decryptions, a Map from owner (from 1) to the record's text: Maps from owner to
// verified factors, and to why a share was refused. Throws nothing for a bad one.
export function verifyShares(context, tally, trustees, bodies) {
  const valid = new Map();
  const refused = new Map();
  Array.from(bodies.keys()).sort((a, b) => a - b).forEach((owner) => {
    try {
      const key = keyOf(trustees, owner);
      valid.set(owner, verifyPartialDecryption(context, tally, key, bodies.get(owner), owner));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused.set(owner, error);
    }
  });
  return { valid, refused };
}

// The coefficient at 0 of the point `index` among the distinct `indexes`, modulo q.
export function lagrange(group, indexes, index) {
  let numerator = BigInt(1);
  let denominator = BigInt(1);
  indexes.forEach((other) => {
    if (other === index) return;
    numerator = group.reduce(numerator * BigInt(other));
    denominator = group.reduce(denominator * BigInt(other - index));
  });
  return group.reduce(numerator * group.inverseScalar(denominator));
}

// The factors that open the tally, from verified shares by owner. Of a quorum's shares the first `threshold` are
// used, each raised to its coefficient. Throws Refused decryption-too-few {valid, needed}.
export function syntheticFactors(group, trustees, shares) {
  const parts = [];
  numbered(trustees).forEach(([quorum, owners]) => {
    const there = owners.map((owner, position) => [position + 1, shares.get(owner)]).filter(([, share]) => share);
    if (there.length < quorum.threshold) {
      throw new Refused("decryption-too-few", { valid: there.length, needed: quorum.threshold });
    }
    const used = there.slice(0, quorum.threshold);
    const indexes = used.map(([index]) => index);
    used.forEach(([index, share]) => {
      const exponent = lagrange(group, indexes, index);
      const raised = (factor) => (exponent === BigInt(1) ? factor : group.power(factor, exponent));
      parts.push(share.map((row) => row.map(raised)));
    });
  });
  return combine(group, parts);
}
