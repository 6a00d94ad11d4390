// The key ceremony of a threshold circle (spec 3.1.1 "Pedersen protocol", 4.6.4 to 4.6.7), as in
// `voting.protocol.threshold`, where the five steps are explained. The seed alone is secret; everything that is
// made here may pass through anybody's hands. Every `make` has a `check`. What opens or seals messages is async.

import { indexOf, publicKeys, randomOf, sign, signedMessage } from "./certificates.js";
import { receive, send } from "./channels.js";
import { decode, encode, list, object, proof, text } from "./encoding.js";
import {
  binding,
  checkCommitments,
  checkVerificationKey,
  committed,
  joint,
  thresholdParameters,
  verificationKey,
  verifyParameters,
} from "./pedersen.js";
import { proveKey, signText } from "./proofs.js";
import { Refused } from "./refused.js";

export { thresholdParameters };

// What a trustee deals (spec 4.6.4).
export const polynomial = object({ polynomial: text, secrets: list(text), coefexps: signedMessage, signature: proof });

// What was dealt to a trustee (spec 4.6.5).
export const input = object({
  polynomial: text,
  secrets: list(text),
  coefexps: list(signedMessage),
  signatures: list(proof),
});

// A trustee's keys (spec 4.6.6).
export const output = object({ private_key: text, public_key: verificationKey });

const rawPolynomial = object({ polynomial: list(text) });
const secretPoint = object({ secret: text });
const partialDecryptionKey = object({ decryption_key: text });

const shape = (fits, what) => {
  if (!fits) throw new Refused("threshold-shape", { what });
};

const valueAt = (group, coefficients, point) =>
  coefficients.reduceRight((value, a) => group.reduce(value * BigInt(point) + a), BigInt(0));

// Deal a new random polynomial. Throws Refused certificate-not-found.
export async function makePolynomial(circle, keys, scalar = randomOf(circle.group)) {
  const { group, threshold, members } = circle;
  const own = members[indexOf(circle, keys) - 1];
  const coefficients = Array.from({ length: threshold }, () => scalar());
  const commitments = coefficients.map((coefficient) => group.generator.power(coefficient));
  const raw = { polynomial: coefficients.map(String) };
  const sealed = await send(group, keys, own.encryption, encode(raw), scalar);
  const secrets = [];
  for (const [position, { encryption }] of members.entries()) {
    const secret = valueAt(group, coefficients, position + 1).toString();
    secrets.push(await send(group, keys, encryption, encode({ secret }), scalar));
  }
  const coefexps = commitments.map((commitment) => group.serialise(commitment));
  return {
    polynomial: sealed,
    secrets,
    coefexps: sign(group, keys, encode({ coefexps }), scalar),
    signature: signText(group.generator, keys.signing, binding(circle, commitments), scalar),
  };
}

// What anybody can check of what trustee `index` dealt; the points are for their recipients to check. Returns
// its commitments; throws Refused threshold-shape, commitment-*, json-*, element-*, scalar-*.
export function checkPolynomial(circle, index, dealt) {
  shape(dealt.secrets.length === circle.size, "secrets");
  return checkCommitments(circle, index, dealt.coefexps, dealt.signature);
}

function checkPolynomials(circle, polynomials) {
  shape(polynomials.length === circle.size, "polynomials");
  return polynomials.map((dealt, position) => checkPolynomial(circle, position + 1, dealt));
}

// Route what was dealt to each trustee. Throws what `checkPolynomial` throws.
export function makeInputs(circle, polynomials) {
  checkPolynomials(circle, polynomials);
  return polynomials.map((own, position) => ({
    polynomial: own.polynomial,
    secrets: polynomials.map(({ secrets }) => secrets[position]),
    coefexps: polynomials.map(({ coefexps }) => coefexps),
    signatures: polynomials.map(({ signature }) => signature),
  }));
}

// What is dealt in the owner's name is what the owner dealt: no other polynomial was put in its place.
async function checkOwn(circle, keys, sealed, commitments, index) {
  const { group } = circle;
  const message = await receive(group, keys, circle.members[index - 1].verification, sealed, index);
  const texts = decode(rawPolynomial, message, "polynomial").polynomial;
  const own = texts.map((each) => group.serialise(group.generator.power(group.scalar(each, "polynomial"))));
  if (encode(own) !== encode(commitments.map((each) => group.serialise(each)))) {
    throw new Refused("own-polynomial-differs");
  }
}

// Check everything that was dealt to the owner of `keys`. Returns {trustee, secret}: its number and private key.
// A refusal names the dealer: commitment-*, message-*, share-invalid; own-polynomial-differs where what is said to
// come from the owner does not; threshold-shape, certificate-not-found, json-*, element-*, scalar-*.
export async function checkInput(circle, keys, given) {
  const { group, size, members } = circle;
  const index = indexOf(circle, keys);
  shape([given.secrets, given.coefexps, given.signatures].every((each) => each.length === size), "vinput");
  const dealers = given.coefexps.map((coefexps, position) =>
    checkCommitments(circle, position + 1, coefexps, given.signatures[position]),
  );
  await checkOwn(circle, keys, given.polynomial, dealers[index - 1], index);
  let total = BigInt(0);
  for (const [position, commitments] of dealers.entries()) {
    const trustee = position + 1;
    const message = await receive(group, keys, members[position].verification, given.secrets[position], trustee);
    const point = group.scalar(decode(secretPoint, message, "secret").secret, `trustee ${trustee}`);
    const expected = group.serialise(committed(group, commitments, index));
    if (group.serialise(group.generator.power(point)) !== expected) throw new Refused("share-invalid", { trustee });
    total += point;
  }
  return { trustee: index, secret: group.reduce(total) };
}

// Check the input and make the trustee's keys of it. Throws what `checkInput` throws.
export async function makeOutput(circle, keys, given, scalar = randomOf(circle.group)) {
  const { group, members } = circle;
  const { trustee, secret } = await checkInput(circle, keys, given);
  const key = group.generator.power(secret);
  const sealed = encode({ decryption_key: secret.toString() });
  const privateKey = await send(group, keys, members[trustee - 1].encryption, sealed, scalar);
  const pok = proveKey(group, secret, key, scalar);
  const publicKey = group.serialise(key);
  const signature = signText(group.generator, keys.signing, publicKey, scalar);
  return { private_key: privateKey, public_key: { pok, public_key: publicKey, signature } };
}

// The public key of trustee `index`. Throws Refused threshold-shape without a signature, and what
// `checkVerificationKey` throws.
export function checkOutput(circle, polynomials, index, given) {
  shape(given.public_key.signature !== undefined, "signature");
  const commitments = joint(circle.group, checkPolynomials(circle, polynomials));
  return checkVerificationKey(circle, index, given.public_key, committed(circle.group, commitments, index));
}

// What is published with the election; checked as every verifier will.
export function makeParameters(circle, polynomials, outputs) {
  const parameters = {
    threshold: circle.threshold,
    certs: circle.certificates,
    coefexps: polynomials.map(({ coefexps }) => coefexps),
    signatures: polynomials.map(({ signature }) => signature),
    verification_keys: outputs.map((made) => made.public_key),
  };
  verifyParameters(circle.group, parameters);
  return parameters;
}

// The private key that a trustee had sealed to itself in its output. Throws what `receive` throws.
export async function openPrivateKey(group, keys, privateKey) {
  const { verification } = publicKeys(group, keys);
  const message = await receive(group, keys, verification, privateKey, 0);
  return group.scalar(decode(partialDecryptionKey, message, "key").decryption_key, "key");
}
