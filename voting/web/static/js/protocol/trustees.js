// Who decrypts (spec 3.1.1, 4.5, 4.7), as in `voting.protocol.trustees`: mandatory keys ("Single") and threshold
// circles ("Pedersen"). Owners are numbered from 1 over all keys of the structure, in order; the election key is
// the product of the parts. Verified, a mandatory key is a quorum of one of one.

import { decode, encode, list, object, proof, tagged, text } from "./encoding.js";
import { thresholdParameters, verifyParameters } from "./pedersen.js";
import { keyProofValid } from "./proofs.js";
import { Refused } from "./refused.js";

const structure = list(
  tagged({ Single: object({ pok: proof, public_key: text }), Pedersen: thresholdParameters }),
);

// The canonical trustees structure of [kind, part]s.
export const trusteesJson = (parts) => encode(parts);

function verifySingle(group, key, trustee) {
  const place = `trustee ${trustee}`;
  const element = group.element(key.public_key, place);
  if (!keyProofValid(group, element, key.pok, place)) throw new Refused("trustee-key-proof-invalid", { trustee });
  return { threshold: 1, keys: [element], key: element, circle: null, signed: true };
}

// Verified trustees {quorums, electionKey, keys, signed}: `keys` in the owners' order, `signed` whether every
// circle has the signatures that show its members' agreement (since 2.5.1). Throws Refused json-*, element-*,
// scalar-*, trustee-key-proof-invalid with the trustee's number, and what `verifyParameters` throws.
export function verifyTrustees(group, body) {
  const parts = decode(structure, body, "trustees");
  if (parts.length === 0) throw new Refused("json-malformed", { what: "trustees" });
  const quorums = [];
  let first = 1;
  parts.forEach(([kind, part]) => {
    quorums.push((kind === "Pedersen" ? verifyParameters : verifySingle)(group, part, first));
    first += quorums[quorums.length - 1].keys.length;
  });
  return {
    quorums,
    electionKey: quorums.map(({ key }) => key).reduce((left, right) => group.multiply(left, right)),
    keys: quorums.flatMap(({ keys }) => keys),
    signed: quorums.every(({ signed }) => signed),
  };
}

// The public key of an owner. Throws Refused trustee-not-in-election.
export function keyOf({ keys }, owner) {
  if (!(Number.isInteger(owner) && owner >= 1 && owner <= keys.length)) {
    throw new Refused("trustee-not-in-election");
  }
  return keys[owner - 1];
}

// Each quorum with the numbers of its owners, [quorum, [owner, ...]].
export function numbered({ quorums }) {
  let first = 1;
  return quorums.map((quorum) => {
    const owners = quorum.keys.map((_, position) => first + position);
    first += quorum.keys.length;
    return [quorum, owners];
  });
}

// Whether these owners (a Set) can decrypt: of each quorum as many as its threshold.
export const suffice = (trustees, owners) =>
  numbered(trustees).every(
    ([quorum, numbers]) => numbers.filter((owner) => owners.has(owner)).length >= quorum.threshold,
  );
