// Zero-knowledge proofs (spec 4.5, 4.6.1, 4.12 to 4.14, 4.18).
//
// Disjunctive proofs of spec 4.12 (interval membership) and 4.13 (possibly-blank votes), which are one:
// "one of these ciphertexts holds this value", with a challenge over all the commitments.
//
// A branch to prove is {r, excess}: the ciphertext is (g^r, y^r·g^m) and the branch claims m = M, so
// excess = m − M, and it is zero in the true branch. Because the prover knows r, no power here has a base
// other than g or y, and two window tables serve the whole ballot:
//   α^c = g^(r·c)   and   (β/g^M)^c = y^(r·c)·g^(excess·c).

// As a proof travels: {challenge, response} in decimal.
const written = ({ challenge, response }) => ({ challenge: challenge.toString(), response: response.toString() });

// Elements as hashes take them.
const texts = (group, elements) => group.serialiseAll(elements).join(",");

// `tables` is {g, y}. `prefix` is all of the hash's text before the commitments, e.g. `prove|S|α,β`.
// `scalar()` draws random exponents, two for each branch.
export function proveOneOf(tables, prefix, branches, truth, scalar) {
  const { g, y } = tables;
  const { group } = g;
  const proofs = [];
  const commitments = branches.map(({ r, excess }) => {
    const challenge = scalar();
    const response = scalar();
    proofs.push({ challenge, response });
    // A simulated branch. In the true one challenge and response are replaced below, and this exponent is its
    // random w: every branch takes the same steps, whichever is true.
    const exponent = response + r * challenge;
    const b = y.power(exponent);
    return [g.power(exponent), group.multiply(b, g.power(BigInt(excess) * challenge))];
  });
  const { r } = branches[truth];
  const w = proofs[truth].response + r * proofs[truth].challenge;
  const others = proofs.reduce((sum, proof, index) => (index === truth ? sum : sum + proof.challenge), BigInt(0));
  const challenge = group.reduce(group.hash(`${prefix}|${texts(group, commitments.flat())}`) - others);
  proofs[truth] = { challenge, response: group.reduce(w - r * challenge) };
  return proofs.map(written);
}

// A branch to verify is {alpha, beta, value}, the ciphertext as bases {power(exponent)}; `proofs` holds one
// {challenge, response} for each, as text. True if the equations hold; throws Refused if a scalar is not one.
export function holdsOneOf(tables, prefix, branches, proofs, place) {
  const { g, y } = tables;
  const { group } = g;
  let sum = BigInt(0);
  const commitments = branches.map(({ alpha, beta, value }, index) => {
    const challenge = group.scalar(proofs[index].challenge, place);
    const response = group.scalar(proofs[index].response, place);
    sum += challenge;
    const a = group.multiply(g.power(response), alpha.power(challenge));
    const b = group.multiply(y.power(response), beta.power(challenge));
    return [a, value === 0 ? b : group.multiply(b, g.power(-BigInt(value) * challenge))];
  });
  return group.hash(`${prefix}|${texts(group, commitments.flat())}`) === group.reduce(sum);
}

// ---- knowledge of one exponent: keys, signatures, decryption ----

// `challengeOf(w)` hashes the commitments to w.
function prove(group, secret, w, challengeOf) {
  const challenge = challengeOf(w);
  return written({ challenge, response: group.reduce(w - secret * challenge) });
}

// A Schnorr proof whose challenge hashes `prefix` followed by the commitment. `generator` is a table of g,
// `scalar()` draws random exponents.
export function proveKnowledge(generator, secret, prefix, scalar) {
  const { group } = generator;
  const challengeOf = (w) => group.hash(prefix + group.serialise(generator.power(w)));
  return prove(group, secret, scalar(), challengeOf);
}

// True if the equation holds; throws Refused if a scalar is not one.
export function knowledgeValid(generator, key, prefix, proof, place) {
  const { group } = generator;
  const challenge = group.scalar(proof.challenge, place);
  const response = group.scalar(proof.response, place);
  const commitment = group.multiply(generator.power(response), group.power(key, challenge));
  return group.hash(prefix + group.serialise(commitment)) === challenge;
}

const ofKey = (group, key) => `pok|${group.name}|${group.serialise(key)}|`;
const ofMessage = (message) => `sigmsg|${message}|`;

// Proof of knowledge of a trustee's private key (spec 4.5).
export const proveKey = (group, secret, key, scalar) =>
  proveKnowledge(group.generator, secret, ofKey(group, key), scalar);

export const keyProofValid = (group, key, proof, place) =>
  knowledgeValid(group.generator, key, ofKey(group, key), proof, place);

// The signature of a signed_msg (spec 4.6.1).
export const signText = (generator, secret, message, scalar) =>
  proveKnowledge(generator, secret, ofMessage(message), scalar);

export const messageSignatureValid = (group, key, message, proof, place) =>
  knowledgeValid(group.generator, key, ofMessage(message), proof, place);

const ofDecryption = (group, hash, key, a, b) => {
  const [X, A, B] = group.serialiseAll([key, a, b]);
  return group.hash(`decrypt|${hash}|${X}|${A},${B}`);
};

// A decryption factor alpha^x and the proof that it was computed with the key X (spec 4.18); `hash` is the
// election's fingerprint.
export function proveDecryption(group, hash, secret, key, alpha, scalar) {
  const factor = group.power(alpha, secret);
  const challengeOf = (w) => ofDecryption(group, hash, key, group.generator.power(w), group.power(alpha, w));
  return { factor, proof: prove(group, secret, scalar(), challengeOf) };
}

// `key` and `factor` are bases {element, power(exponent)}.
export function decryptionProofValid(group, hash, key, alpha, factor, proof, place) {
  const challenge = group.scalar(proof.challenge, place);
  const response = group.scalar(proof.response, place);
  const a = group.multiply(group.generator.power(response), key.power(challenge));
  const b = group.multiply(group.power(alpha, response), factor.power(challenge));
  return ofDecryption(group, hash, key.element, a, b) === challenge;
}
