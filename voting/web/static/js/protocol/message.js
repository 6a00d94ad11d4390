// Signed messages (spec 4.6.1): the booth proves that it knows the private credential without sending it.
// The challenge is reduced modulo q, which the specification forgets here (the others all say it).

import { Refused } from "./refused.js";

const challengeOf = (group, message, commitment) => group.hash(`sigmsg|${message}|${group.serialise(commitment)}`);

// `generator` is the table of g. Returns a proof {challenge, response}, both decimal strings.
// `unsafeScalarSource` replaces the random scalars in tests; a repeated scalar reveals the credential.
export function signMessage(generator, secret, message, unsafeScalarSource = null) {
  const { group } = generator;
  const w = unsafeScalarSource ? unsafeScalarSource() : group.randomScalar();
  const challenge = challengeOf(group, message, generator.power(w));
  const response = group.reduce(w - secret * challenge);
  return { challenge: challenge.toString(), response: response.toString() };
}

// `key` is the signer's public credential as text. Throws Refused message-proof-invalid.
export function verifyMessage(group, key, message, proof) {
  const y = group.element(key, "credential");
  const challenge = group.scalar(proof.challenge, "challenge");
  const response = group.scalar(proof.response, "response");
  const commitment = group.multiply(group.power(group.g, response), group.power(y, challenge));
  if (challengeOf(group, message, commitment) !== challenge) throw new Refused("message-proof-invalid");
}
