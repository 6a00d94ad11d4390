// What is published of a threshold ceremony, and its verification (spec 4.6.4, 4.6.7, 4.7), as in
// `voting.protocol.pedersen`, where the steps and the older form of before 2.5.1 are explained.

import { checkCertificates, signedMessage } from "./certificates.js";
import { decode, encode, integer, list, object, proof, text } from "./encoding.js";
import { keyProofValid, messageSignatureValid } from "./proofs.js";
import { Refused } from "./refused.js";

// A trustee's public key with its proof (spec 4.5); `signature` since 3.0.
export const verificationKey = object({ pok: proof, public_key: text, signature: proof }, ["signature"]);

// Published with the election (spec 4.6.7); `signatures` since 2.5.1.
export const thresholdParameters = object(
  {
    threshold: integer,
    certs: list(signedMessage),
    coefexps: list(signedMessage),
    signatures: list(proof),
    verification_keys: list(verificationKey),
  },
  ["signatures"],
);

const rawCommitments = object({ coefexps: list(text) });

// The text that binds a dealer's commitments (elements) to the whole set of certificates.
export function binding({ group, certificates }, commitments) {
  const coefexps = commitments.map((commitment) => group.serialise(commitment));
  return `certs_sig|${encode({ certs: certificates, coefexps })}`;
}

// The commitments A_0 .. A_(threshold - 1) of dealer `index` (from 1), elements; `signature` may be undefined;
// `first` is the first trustee's number in refusals: json-*, element-*, scalar-*, commitment-invalid,
// commitment-length, commitment-not-bound.
export function checkCommitments(circle, index, coefexps, signature, { first = 1 } = {}) {
  const { group, threshold } = circle;
  const trustee = first + index - 1;
  const place = `trustee ${trustee}`;
  const dealer = circle.members[index - 1].verification;
  if (!messageSignatureValid(group, dealer, coefexps.message, coefexps.signature, place)) {
    throw new Refused("commitment-invalid", { trustee });
  }
  const texts = decode(rawCommitments, coefexps.message, "coefexps").coefexps;
  if (texts.length !== threshold) throw new Refused("commitment-length", { trustee });
  const commitments = texts.map((each) => group.element(each, place));
  if (
    signature !== undefined &&
    !messageSignatureValid(group, dealer, binding(circle, commitments), signature, place)
  ) {
    throw new Refused("commitment-not-bound", { trustee });
  }
  return commitments;
}

// g^f(index), the product of A_k^(index^k), by Horner's rule: every exponent is small.
export function committed(group, commitments, index) {
  const point = BigInt(index);
  return commitments.reduceRight((value, commitment) => group.multiply(group.power(value, point), commitment));
}

// The commitments to the sum of all polynomials.
export const joint = (group, dealers) =>
  dealers.reduce((left, right) => left.map((element, k) => group.multiply(element, right[k])));

// The key of trustee `index`, which must be `expected`. Throws Refused element-*, scalar-*,
// verification-key-mismatch, trustee-key-proof-invalid, verification-key-signature-invalid.
export function checkVerificationKey(circle, index, key, expected, { first = 1 } = {}) {
  const { group } = circle;
  const trustee = first + index - 1;
  const place = `trustee ${trustee}`;
  const element = group.element(key.public_key, place);
  if (key.public_key !== group.serialise(expected)) throw new Refused("verification-key-mismatch", { trustee });
  if (!keyProofValid(group, element, key.pok, place)) throw new Refused("trustee-key-proof-invalid", { trustee });
  const owner = circle.members[index - 1].verification;
  if (
    key.signature !== undefined &&
    !messageSignatureValid(group, owner, key.public_key, key.signature, place)
  ) {
    throw new Refused("verification-key-signature-invalid", { trustee });
  }
  return element;
}

// The quorum {threshold, keys, key, circle, signed} of decoded parameters; `first` is the first trustee's number
// among all owners. Throws Refused threshold-shape, threshold-out-of-range and what the checks above refuse.
export function verifyParameters(group, parameters, first = 1) {
  const { threshold, certs, coefexps, signatures, verification_keys: published } = parameters;
  const size = certs.length;
  const signed = signatures !== undefined;
  const shapes = { coefexps, verification_keys: published, ...(signed ? { signatures } : {}) };
  Object.entries(shapes).forEach(([what, given]) => {
    if (given.length !== size) throw new Refused("threshold-shape", { what });
  });
  if (published.some((key) => (key.signature !== undefined) !== signed)) {
    throw new Refused("threshold-shape", { what: "signature" });
  }
  const circle = checkCertificates(group, certs, threshold, { first, withContext: signed });
  const dealers = coefexps.map((each, position) =>
    checkCommitments(circle, position + 1, each, signed ? signatures[position] : undefined, { first }),
  );
  const commitments = joint(group, dealers);
  const keys = published.map((key, position) => {
    const expected = committed(group, commitments, position + 1);
    return checkVerificationKey(circle, position + 1, key, expected, { first });
  });
  // Decoded once more because a circle whose polynomials cancel out would protect nothing.
  const key = group.element(group.serialise(commitments[0]), `trustee ${first}`);
  return { threshold, keys, key, circle, signed };
}
