// Certificates: how the trustees of a threshold ceremony know each other (spec 4.6.1, 4.6.2), as in
// `voting.protocol.certificates`.
//
// A trustee has one secret, a seed of 22 Base58 characters, from which its two private keys follow. A
// certificate is the two public keys with their context (group, size, threshold, index), signed. The whole set
// is fixed before anybody deals a polynomial: whatever is signed later names it.

import { BASE58 } from "./credential.js";
import { decode, encode, integer, object, proof, sha256Hex, text } from "./encoding.js";
import { messageSignatureValid, signText } from "./proofs.js";
import { Refused } from "./refused.js";

export const SEED_LENGTH = 22; // Base58 characters, about 129 bits

// A text and the signature of its author (spec 4.6.1).
export const signedMessage = object({ message: text, signature: proof });

const certKeys = object(
  {
    context: object({ group: text, size: integer, threshold: integer, index: integer }),
    verification: text,
    encryption: text,
  },
  ["context"],
);

// Hexadecimal digits. A server that shows two trustees two sets makes up certificates in both, so it needs two
// that collide: 2^64 trials for 32 digits, and only 2^32 for half as many.
const CHECK_CODE_DIGITS = 32;

// What trustees compare with each other outside the server: the beginning of SHA-256 of the JSON array of
// certificates, in groups of four digits. `certificates` as `decode` makes them.
export function checkCode(certificates) {
  const digits = sha256Hex(encode(certificates)).slice(0, CHECK_CODE_DIGITS);
  return digits.match(/.{4}/g).join(" ");
}

// A trustee's new secret.
export function newSeed() {
  let seed = "";
  while (seed.length < SEED_LENGTH) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    // 232 is four times 58: every character is as likely as the others.
    if (byte < 232) seed += BASE58[byte % 58];
  }
  return seed;
}

// The private keys {signing, decryption} of a seed. Throws Refused seed-malformed.
export function keyring(group, seed) {
  if (seed.length !== SEED_LENGTH || !Array.from(seed).every((character) => BASE58.includes(character))) {
    throw new Refused("seed-malformed");
  }
  // SHA-256 modulo q is what `hash` computes of any text.
  return { signing: group.hash(`sk|${seed}`), decryption: group.hash(`dk|${seed}`) };
}

// The public halves {verification, encryption}, elements.
export const publicKeys = (group, keys) => ({
  verification: group.generator.power(keys.signing),
  encryption: group.generator.power(keys.decryption),
});

// The default source of exponents. Others are for tests: a scalar that repeats or can be guessed gives the key
// away.
export const randomOf = (group) => () => group.randomScalar();

// `message` with the signature of these keys' owner.
export const sign = (group, keys, message, scalar = randomOf(group)) => ({
  message,
  signature: signText(group.generator, keys.signing, message, scalar),
});

function checkRange(size, threshold, index) {
  if (!(threshold >= 1 && threshold <= size && index >= 1 && index <= size)) {
    throw new Refused("threshold-out-of-range", { threshold, size, index });
  }
}

// The certificate of trustee number `index`. Throws Refused threshold-out-of-range.
export function makeCertificate(group, keys, size, threshold, index, scalar = randomOf(group)) {
  checkRange(size, threshold, index);
  const { verification, encryption } = publicKeys(group, keys);
  const said = {
    context: { group: group.name, size, threshold, index },
    verification: group.serialise(verification),
    encryption: group.serialise(encryption),
  };
  return sign(group, keys, encode(said), scalar);
}

// The public keys in a certificate that must have this context (undefined: none); `trustee` is its number for a
// refusal: json-*, element-*, scalar-*, certificate-context or certificate-invalid.
export function checkCertificate(group, certificate, context, trustee) {
  const place = `trustee ${trustee}`;
  const said = decode(certKeys, certificate.message, "certificate");
  if (encode(said.context) !== encode(context)) throw new Refused("certificate-context", { trustee });
  const member = {
    verification: group.element(said.verification, place),
    encryption: group.element(said.encryption, place),
  };
  const { message, signature } = certificate;
  if (!messageSignatureValid(group, member.verification, message, signature, place)) {
    throw new Refused("certificate-invalid", { trustee });
  }
  return member;
}

// The verified circle {group, threshold, size, certificates, members} of a whole set, in order. Without
// `threshold`, it is that of the first certificate; all must agree with it. `first` is the number of the first
// trustee in refusals: what `checkCertificate` refuses, threshold-shape, threshold-out-of-range,
// certificate-duplicate.
export function checkCertificates(group, certificates, threshold, { first = 1, withContext = true } = {}) {
  if (certificates.length === 0) throw new Refused("threshold-shape", { what: "certs" });
  let needed = threshold;
  if (needed === undefined) {
    const said = decode(certKeys, certificates[0].message, "certificate").context;
    if (said === undefined) throw new Refused("certificate-context", { trustee: first });
    needed = said.threshold;
  }
  const size = certificates.length;
  checkRange(size, needed, 1);
  const known = new Set();
  const members = certificates.map((certificate, position) => {
    const trustee = first + position;
    const context = { group: group.name, size, threshold: needed, index: position + 1 };
    const member = checkCertificate(group, certificate, withContext ? context : undefined, trustee);
    const keys = [member.verification, member.encryption].map((key) => group.serialise(key));
    if (keys.some((key) => known.has(key)) || keys[0] === keys[1]) {
      throw new Refused("certificate-duplicate", { trustee });
    }
    keys.forEach((key) => known.add(key));
    return member;
  });
  return { group, threshold: needed, size, certificates, members };
}

// The number, from 1, of the trustee with these keys. Throws Refused certificate-not-found.
export function indexOf({ group, members }, keys) {
  const texts = (member) => [member.verification, member.encryption].map((key) => group.serialise(key)).join();
  const own = texts(publicKeys(group, keys));
  const index = members.findIndex((member) => texts(member) === own) + 1;
  if (index === 0) throw new Refused("certificate-not-found");
  return index;
}
