// What both groups share: exponents modulo the prime order q, and the hash into them (spec 4.1, 5).
//
// A group is a name; its parameters stand in its module and are never read from data. An element is opaque
// outside its group: `serialise` makes its text, `element` reads it strictly. Beside what stands here, a group
// has g, identity, power(base, exponent), multiply(a, b), serialise(a), element(text, place) and
// fixedBase(base, bits, progress), a table {group, power(exponent)}; `generator` is such a table of g.
// BigInt arithmetic is not constant-time: a voter's phone is trusted by this protocol, and nobody else can
// measure it.

import { Refused } from "./refused.js";
import { integer, sha256 } from "./sha256.js";

export const CANONICAL_DECIMAL = /^(?:0|[1-9][0-9]*)$/;

// Groups are frozen: what is made of them once is kept here.
const generators = new WeakMap();

export class PrimeOrderGroup {
  constructor(name, q) {
    this.name = name;
    this.q = q;
  }

  // Made at its first use, in some milliseconds.
  get generator() {
    if (!generators.has(this)) generators.set(this, this.fixedBase(this.g, 6));
    return generators.get(this);
  }

  // For elements, whose order is q.
  divide(a, b) {
    return this.multiply(a, this.power(b, -BigInt(1)));
  }

  reduce(exponent) {
    return ((exponent % this.q) + this.q) % this.q;
  }

  // 1/x modulo q, for x not 0: q is prime.
  inverseScalar(x) {
    let [r, next, s, following] = [this.q, this.reduce(x), BigInt(0), BigInt(1)];
    while (next !== BigInt(0)) {
      const quotient = r / next;
      [r, next] = [next, r - quotient * next];
      [s, following] = [following, s - quotient * following];
    }
    return this.reduce(s);
  }

  // The digits of an exponent in `windows` windows of `bits` bits, the least first. The exponent becomes text
  // once: shifting a BigInt right for each window would copy it each time.
  digits(exponent, bits, windows) {
    const text = this.reduce(exponent).toString(2).padStart(bits * windows, "0");
    return Array.from({ length: windows }, (_, window) => {
      const end = text.length - bits * window;
      return parseInt(text.slice(end - bits, end), 2);
    });
  }

  windows(bits) {
    return Math.ceil(this.q.toString(2).length / bits);
  }

  // `place` names the field for whoever reads the refusal.
  scalar(text, place) {
    // The longer q has 77 digits.
    if (text.length > 78 || !CANONICAL_DECIMAL.test(text)) throw new Refused("scalar-not-canonical", { place });
    const x = BigInt(text);
    if (x >= this.q) throw new Refused("scalar-out-of-range", { place });
    return x;
  }

  // H of the protocol: SHA-256 of the UTF-8 text, a big-endian integer, always reduced modulo q.
  hash(text) {
    return integer(sha256(text)) % this.q;
  }

  // Uniform in [0, q): 48 bytes hold 128 bits more than q, so the remainder's bias is below 2^-127.
  randomScalar() {
    return integer(crypto.getRandomValues(new Uint8Array(48))) % this.q;
  }
}
