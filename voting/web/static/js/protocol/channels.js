// Secret messages between trustees, carried by anybody (spec 4.6.1 "Encrypting", 4.6.3), as in
// `voting.protocol.channels`.
//
// The message is put into an envelope with the recipient's key, and the envelope is signed by the sender. A
// random group element g^s is encrypted for the recipient; its hash is the key of AES-256-GCM, and the hash of
// alpha the initialization vector (32 bytes; a key is used once). Whoever opens it checks the signature and that
// the envelope was meant for the opener: otherwise a trustee could pass on what another had sent to it.

import { aesGcm } from "./aes-gcm.js";
import { randomOf, sign, signedMessage } from "./certificates.js";
import { decode, encode, object, oneOf, text } from "./encoding.js";
import { messageSignatureValid } from "./proofs.js";
import { Refused } from "./refused.js";
import { hex, sha256 } from "./sha256.js";

const channelMessage = object({ recipient: text, message: text });
const encryptedMessage = object({ algorithm: oneOf("AES-GCM"), alpha: text, beta: text, data: text });

const cipherKey = (group, session) => sha256(`key|${group.serialise(session)}`);
const vector = (group, alpha) => sha256(`iv|${group.serialise(alpha)}`);
const bytesOf = (digits) => Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));

// A text that only the owner of the encryption key `recipient` can open.
export async function send(group, sender, recipient, message, scalar = randomOf(group), cipher = aesGcm()) {
  const envelope = encode({ recipient: group.serialise(recipient), message });
  const signed = new TextEncoder().encode(encode(sign(group, sender, envelope, scalar)));
  const randomness = scalar();
  const session = group.generator.power(scalar());
  const alpha = group.generator.power(randomness);
  const beta = group.multiply(group.power(recipient, randomness), session);
  const data = hex(await cipher.encrypt(cipherKey(group, session), vector(group, alpha), signed));
  return encode({ algorithm: "AES-GCM", alpha: group.serialise(alpha), beta: group.serialise(beta), data });
}

// The message in `sealed`, from the owner of the verification key `sender`. `trustee` is the sender's number for
// a refusal: json-*, element-*, scalar-*, message-unreadable, message-sender-invalid, message-recipient-invalid.
export async function receive(group, recipient, sender, sealed, trustee, cipher = aesGcm()) {
  const place = `trustee ${trustee}`;
  const encrypted = decode(encryptedMessage, sealed, "encrypted message");
  const alpha = group.element(encrypted.alpha, place);
  const beta = group.element(encrypted.beta, place);
  if (!/^(?:[0-9a-f]{2}){16,}$/.test(encrypted.data)) throw new Refused("message-unreadable", { trustee });
  const session = group.divide(beta, group.power(alpha, recipient.decryption));
  let signed;
  try {
    const data = bytesOf(encrypted.data);
    signed = await cipher.decrypt(cipherKey(group, session), vector(group, alpha), data);
  } catch (error) {
    throw new Refused("message-unreadable", { trustee });
  }
  const said = decode(signedMessage, signed, "signed message");
  if (!messageSignatureValid(group, sender, said.message, said.signature, place)) {
    throw new Refused("message-sender-invalid", { trustee });
  }
  const envelope = decode(channelMessage, said.message, "channel message");
  if (envelope.recipient !== group.serialise(group.generator.power(recipient.decryption))) {
    throw new Refused("message-recipient-invalid", { trustee });
  }
  return envelope.message;
}
