// AES-256-GCM (FIPS 197; NIST SP 800-38D) with initialization vectors of any length: crypto.subtle where the
// browser gives it, which it does over https and on the own machine only, and this module's own code elsewhere.

import { Refused } from "./refused.js";

const ROUNDS = 14; // of a key of 256 bits

// ---- the block cipher ----

// The S-box is computed, so that there is no digit to mistype (FIPS 197, 5.1.1): inverse, then affine map.
const SBOX = new Uint8Array(256);
const doubled = (byte) => ((byte << 1) ^ (byte & 0x80 ? 0x11b : 0)) & 0xff;
{
  const powers = []; // of 3, which generates all bytes but 0
  const logarithms = new Uint8Array(256);
  for (let exponent = 0, byte = 1; exponent < 255; exponent += 1) {
    powers.push(byte);
    logarithms[byte] = exponent;
    byte ^= doubled(byte);
  }
  for (let byte = 0; byte < 256; byte += 1) {
    const inverse = byte === 0 ? 0 : powers[(255 - logarithms[byte]) % 255];
    let image = 0x63;
    for (let turn = 0; turn < 5; turn += 1) image ^= ((inverse << turn) | (inverse >> (8 - turn))) & 0xff;
    SBOX[byte] = image;
  }
}

// The round keys, 16 bytes each (FIPS 197, 5.2).
function expanded(key) {
  const words = [];
  for (let i = 0; i < 8; i += 1) words.push(Array.from(key.subarray(4 * i, 4 * i + 4)));
  for (let i = 8, constant = 1; i < 4 * (ROUNDS + 1); i += 1) {
    let word = words[i - 1];
    if (i % 8 === 0) {
      word = [word[1], word[2], word[3], word[0]].map((byte) => SBOX[byte]);
      word[0] ^= constant;
      constant = doubled(constant);
    } else if (i % 8 === 4) {
      word = word.map((byte) => SBOX[byte]);
    }
    words.push(words[i - 8].map((byte, at) => byte ^ word[at]));
  }
  return Uint8Array.from(words.flat());
}

function encryptBlock(roundKeys, block) {
  let state = block.map((byte, i) => byte ^ roundKeys[i]);
  for (let round = 1; round <= ROUNDS; round += 1) {
    // The bytes of a block stand in columns of four; row r moves r columns to the left.
    const moved = state.map((_, i) => SBOX[state[(i + 4 * (i % 4)) % 16]]);
    if (round < ROUNDS) {
      for (let column = 0; column < 16; column += 4) {
        const bytes = moved.slice(column, column + 4);
        const all = bytes[0] ^ bytes[1] ^ bytes[2] ^ bytes[3];
        for (let row = 0; row < 4; row += 1) {
          moved[column + row] ^= all ^ doubled(bytes[row] ^ bytes[(row + 1) % 4]);
        }
      }
    }
    state = moved.map((byte, i) => byte ^ roundKeys[16 * round + i]);
  }
  return state;
}

// ---- Galois counter mode ----

const ZERO = BigInt(0);
const ONE = BigInt(1);
const REDUCTION = BigInt(0xe1) << BigInt(120);
const integerOf = (bytes) => bytes.reduce((number, byte) => (number << BigInt(8)) | BigInt(byte), ZERO);
const bytesOf = (number) =>
  Uint8Array.from(number.toString(16).padStart(32, "0").match(/../g), (pair) => parseInt(pair, 16));

// The product of SP 800-38D, 6.3.
function product(x, y) {
  let [z, v] = [ZERO, y];
  for (const bit of x.toString(2).padStart(128, "0")) {
    if (bit === "1") z ^= v;
    v = v & ONE ? (v >> ONE) ^ REDUCTION : v >> ONE;
  }
  return z;
}

// GHASH of `bytes`, filled up with zeros, and a last block of two lengths in bits.
function hashed(subkey, bytes, lengths) {
  let sum = ZERO;
  for (let at = 0; at < bytes.length; at += 16) {
    const block = new Uint8Array(16);
    block.set(bytes.subarray(at, at + 16));
    sum = product(sum ^ integerOf(block), subkey);
  }
  return product(sum ^ lengths, subkey);
}

const bits = (bytes) => BigInt(8 * bytes.length);

function prepared(key, iv) {
  const roundKeys = expanded(key);
  const subkey = integerOf(encryptBlock(roundKeys, new Uint8Array(16)));
  const start = new Uint8Array(16);
  if (iv.length === 12) {
    start.set(iv);
    start[15] = 1;
  } else {
    start.set(bytesOf(hashed(subkey, iv, bits(iv))));
  }
  return { roundKeys, subkey, start };
}

function counted({ roundKeys, start }, bytes) {
  const counter = start.slice();
  const view = new DataView(counter.buffer);
  const out = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 16) {
    view.setUint32(12, (view.getUint32(12) + 1) >>> 0);
    const mask = encryptBlock(roundKeys, counter);
    for (let i = at; i < Math.min(at + 16, bytes.length); i += 1) out[i] = bytes[i] ^ mask[i - at];
  }
  return out;
}

function tagOf({ roundKeys, subkey, start }, ciphertext) {
  const sum = bytesOf(hashed(subkey, ciphertext, bits(ciphertext)));
  return encryptBlock(roundKeys, start).map((byte, i) => byte ^ sum[i]);
}

// The own code. Keys of 32 bytes, Uint8Array everywhere; the tag of 16 bytes stands behind the ciphertext.
export const own = {
  async encrypt(key, iv, message) {
    const state = prepared(key, iv);
    const ciphertext = counted(state, message);
    const sealed = new Uint8Array(ciphertext.length + 16);
    sealed.set(ciphertext);
    sealed.set(tagOf(state, ciphertext), ciphertext.length);
    return sealed;
  },

  // Throws Refused message-unreadable where the tag is wrong.
  async decrypt(key, iv, sealed) {
    if (sealed.length < 16) throw new Refused("message-unreadable");
    const state = prepared(key, iv);
    const ciphertext = sealed.subarray(0, sealed.length - 16);
    const given = sealed.subarray(sealed.length - 16);
    const different = tagOf(state, ciphertext).reduce((all, byte, i) => all | (byte ^ given[i]), 0);
    if (different !== 0) throw new Refused("message-unreadable");
    return counted(state, ciphertext);
  },
};

const importKey = (key) => crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);

// The browser's.
export const builtIn = {
  async encrypt(key, iv, message) {
    return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await importKey(key), message));
  },

  async decrypt(key, iv, sealed) {
    try {
      return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await importKey(key), sealed));
    } catch (error) {
      throw new Refused("message-unreadable");
    }
  },
};

export const aesGcm = () => (crypto.subtle ? builtIn : own);
