// What both groups share: exponents modulo the prime order q, and the hash into them (spec 4.1, 5).
//
// A group is a name; its parameters stand in its module and are never read from data. An element is opaque
// outside its group: `serialise` makes its text, `element` reads it strictly. Beside what stands here, a group
// has g, identity, isIdentity(a), power(base, exponent), multiply(a, b), divide(a, b), square(a), serialiseAll(list),
// canonical(text, place), which knows nothing of membership, and fixedBase(base, bits, progress), a table
// {group, power(exponent)}; `generator` is such a table of g.
// BigInt arithmetic is not constant-time: a voter's phone is trusted by this protocol, and nobody else can
// measure it.

import { Refused } from "./refused.js";
import { integer, sha256 } from "./sha256.js";

export const CANONICAL_DECIMAL = /^(?:0|[1-9][0-9]*)$/;

// Groups are frozen: what is made of them once is kept here.
const generators = new WeakMap();

// Powers of one base of which more than one is needed: all the squares are made once, and a power is then a third
// of the work (Yao 1976, with windows of four bits).
class SharedPowers {
  constructor(group, element) {
    this.group = group;
    this.element = element;
    this.squares = [element];
    for (let window = 1; window < group.windows(4); window += 1) {
      let next = this.squares[window - 1];
      for (let i = 0; i < 4; i += 1) next = group.square(next);
      this.squares.push(next);
    }
  }

  power(exponent) {
    const { group } = this;
    const times = (a, b) => (a === null ? b : group.multiply(a, b));
    // What is to be raised to 1, 2, .. 15; each is then counted as often as that.
    const sums = new Array(16).fill(null);
    group.digits(exponent, 4, this.squares.length).forEach((digit, window) => {
      if (digit !== 0) sums[digit] = times(sums[digit], this.squares[window]);
    });
    let suffix = null;
    let result = null;
    for (let digit = 15; digit > 0; digit -= 1) {
      if (sums[digit] !== null) suffix = times(suffix, sums[digit]);
      if (suffix !== null) result = times(result, suffix);
    }
    return result === null ? group.identity : result;
  }
}

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

  // {element, power(exponent)}, for a base of which more than one power is needed.
  sharedPowers(element) {
    return new SharedPowers(this, element);
  }

  // The element that `text` writes, ready for powers; membership is checked always. `place` names the field for
  // whoever reads the refusal.
  base(text, place) {
    const base = this.sharedPowers(this.canonical(text, place));
    // q itself would be reduced to 0: x^q = x^(q-1)·x.
    if (!this.isIdentity(this.multiply(base.power(this.q - BigInt(1)), base.element))) {
      throw new Refused("element-not-in-group", { place });
    }
    return base;
  }

  element(text, place) {
    return this.base(text, place).element;
  }

  serialise(a) {
    return this.serialiseAll([a])[0];
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
