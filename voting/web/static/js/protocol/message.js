// Signed messages (spec 4.6.1): the booth proves that it knows the private credential without sending it.
// The challenge is reduced modulo q, which the specification forgets here (the others all say it).

import { messageSignatureValid, signText } from "./proofs.js";
import { Refused } from "./refused.js";

// `generator` is the table of g. Returns a proof {challenge, response}, both decimal strings.
// `unsafeScalarSource` replaces the random scalars in tests; a repeated scalar reveals the credential.
export const signMessage = (generator, secret, message, unsafeScalarSource = null) =>
  signText(generator, secret, message, unsafeScalarSource || (() => generator.group.randomScalar()));

// `key` is the signer's public credential as text. Throws Refused message-proof-invalid.
export function verifyMessage(group, key, message, proof) {
  const element = group.element(key, "credential");
  if (!messageSignatureValid(group, element, message, proof, "signature")) {
    throw new Refused("message-proof-invalid");
  }
}
