// Ed25519 signatures (RFC 8032, section 5.1.7), as the server signs receipts, checkpoints and the lines of its logs:
// not the ballots' signatures, which are the protocol's own.

import { anyPoint, ED25519 } from "./ed25519.js";
import { sha512 } from "./sha512.js";

const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const littleEndian = (bytes) => bytes.reduceRight((sum, byte) => sum * BigInt(256) + BigInt(byte), BigInt(0));
const minus = ({ x, y, z, t }) => ({ x: -x, y, z, t: -t });

// Whether `signature` (128 lower-case hex digits) is one of `message` by the holder of `key`. R is compared as bytes,
// with S·B - k·A, and S must be below the order; `powers` are k -> -k·A and s -> s·B.
function valid(key, powers, signature, message) {
  const signed = fromHex(signature);
  const s = littleEndian(signed.subarray(32));
  if (s >= ED25519.q) return false;
  const hashed = new Uint8Array(64 + message.length);
  hashed.set(signed.subarray(0, 32));
  hashed.set(key, 32);
  hashed.set(message, 64);
  const k = littleEndian(sha512(hashed));
  const reversed = fromHex(ED25519.serialise(ED25519.multiply(powers.base(s), powers.key(k)))).reverse();
  return reversed.every((byte, index) => byte === signed[index]);
}

// Whether the holder of `publicKey` (64 lower-case hex digits) signed `message` (bytes).
export function signatureValid(publicKey, signature, message) {
  const key = fromHex(publicKey);
  const point = anyPoint(key);
  if (point === null) return false;
  const powers = { base: (s) => ED25519.power(ED25519.g, s), key: (k) => ED25519.power(minus(point), k) };
  return valid(key, powers, signature, message);
}

// The same for whoever has many signatures of one key: (signature, message) -> boolean. Tables are made first.
export function signaturesBy(publicKey) {
  const key = fromHex(publicKey);
  const point = anyPoint(key);
  if (point === null) return () => false;
  const table = ED25519.fixedBase(minus(point), 4);
  const powers = { base: (s) => ED25519.generator.power(s), key: (k) => table.power(k) };
  return (signature, message) => valid(key, powers, signature, message);
}
