// Ed25519 signatures (RFC 8032, section 5.1.7), as the server signs receipts and checkpoints: not the ballots'
// signatures, which are the protocol's own.

import { anyPoint, ED25519 } from "./ed25519.js";
import { sha512 } from "./sha512.js";

const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const littleEndian = (bytes) => bytes.reduceRight((sum, byte) => sum * BigInt(256) + BigInt(byte), BigInt(0));

// Whether the holder of `publicKey` signed `message` (bytes): 64 and 128 lower-case hex digits. R is compared as
// bytes, with S·B - k·A, and S must be below the order.
export function signatureValid(publicKey, signature, message) {
  const [key, signed] = [fromHex(publicKey), fromHex(signature)];
  const point = anyPoint(key);
  const s = littleEndian(signed.subarray(32));
  if (point === null || s >= ED25519.q) return false;
  const hashed = new Uint8Array(64 + message.length);
  hashed.set(signed.subarray(0, 32));
  hashed.set(key, 32);
  hashed.set(message, 64);
  const k = littleEndian(sha512(hashed));
  const expected = ED25519.multiply(ED25519.power(ED25519.g, s), ED25519.power(point, -k));
  const reversed = fromHex(ED25519.serialise(expected)).reverse();
  return reversed.every((byte, index) => byte === signed[index]);
}
