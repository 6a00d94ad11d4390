// The group Ed25519 (spec 5.2, since 2.1): the subgroup of prime order of the curve edwards25519 (RFC 8032).
//
// An element is a point {x, y, z, t} in extended coordinates: x/z and y/z are its affine ones, t = xy/z. Its
// text is 64 lower-case hex digits, big-endian, of y + 2^255·(x mod 2). The formulas (Hisil, Wong, Carter and
// Dawson 2008, with a = -1) are complete: they need no case for the identity or for equal points. Coordinates
// may be negative between steps: `%` keeps the sign, and `modulo` removes it where it would matter.

import { PrimeOrderGroup } from "./prime-order.js";
import { Refused } from "./refused.js";

const ZERO = BigInt(0);
const ONE = BigInt(1);
const TWO = BigInt(2);
const P = TWO ** BigInt(255) - BigInt(19);
const Q = TWO ** BigInt(252) + BigInt("27742317777372353535851937790883648493");
const SIGN_BIT = BigInt(255);
const BELOW_SIGN = (ONE << SIGN_BIT) - ONE;

const modulo = (a) => ((a % P) + P) % P;

// Euclid; `a` is not 0 modulo p.
function inverse(a) {
  let [r, next, s, following] = [P, modulo(a), ZERO, ONE];
  while (next !== ZERO) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [s, following] = [following, s - quotient * following];
  }
  return modulo(s);
}

function powerModulo(base, exponent) {
  let result = ONE;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P;
    if (bit === "1") result = (result * base) % P;
  }
  return result;
}

const D = modulo(BigInt(-121665) * inverse(BigInt(121666)));
const TWICE_D = modulo(TWO * D);
const ROOT_OF_MINUS_ONE = powerModulo(TWO, (P - ONE) / BigInt(4));

const IDENTITY = Object.freeze({ x: ZERO, y: ONE, z: ONE, t: ZERO });

// A summand made ready: a sum takes eight products with it.
const prepared = ({ x, y, z, t }) => ({
  total: y + x,
  difference: y - x,
  twiceZ: TWO * z,
  product: (t * TWICE_D) % P,
});

function plus({ x, y, z, t }, summand) {
  const a = ((y - x) * summand.difference) % P;
  const b = ((y + x) * summand.total) % P;
  const c = (t * summand.product) % P;
  const d = (z * summand.twiceZ) % P;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { x: (e * f) % P, y: (g * h) % P, z: (f * g) % P, t: (e * h) % P };
}

function twice({ x, y, z }) {
  const a = (x * x) % P;
  const b = (y * y) % P;
  const c = (TWO * z * z) % P;
  const e = (x + y) * (x + y) - a - b;
  const [g, h] = [b - a, -a - b];
  const f = g - c;
  return { x: (e * f) % P, y: (g * h) % P, z: (f * g) % P, t: (e * h) % P };
}

// The point with this y and this parity of x (RFC 8032, section 5.1.3), or null if the curve has none.
function pointOf(y, parity) {
  const u = modulo(y * y - ONE);
  const v = modulo(D * y * y + ONE);
  const v3 = (v * v * v) % P;
  let x = (u * v3 * powerModulo((u * v3 * v3 * v) % P, (P - BigInt(5)) / BigInt(8))) % P;
  if (modulo(v * x * x) !== u) x = (x * ROOT_OF_MINUS_ONE) % P;
  if (modulo(v * x * x) !== u) return null;
  if (x % TWO !== parity) x = P - x;
  return { x, y, z: ONE, t: (x * y) % P };
}

// The point that 32 bytes write as RFC 8032 does (little-endian), of whatever order; null if there is none. Like
// OpenSSL, which the server signs and verifies with, it takes y modulo p.
export function anyPoint(bytes) {
  const number = bytes.reduceRight((sum, byte) => sum * BigInt(256) + BigInt(byte), ZERO);
  return pointOf(modulo(number & BELOW_SIGN), number >> SIGN_BIT);
}

// A table of the sums of k·2^(bits·i) points: a power of the base is then one sum for each window.
class WindowTable {
  constructor(group, base, bits, progress) {
    this.group = group;
    this.bits = bits;
    this.rows = [];
    const windows = group.windows(bits);
    let step = base;
    for (let window = 0; window < windows; window += 1) {
      const summand = prepared(step);
      const row = [null];
      let point = IDENTITY;
      for (let k = 1; k < 1 << bits; k += 1) {
        point = plus(point, summand);
        row.push(prepared(point));
      }
      this.rows.push(row);
      step = plus(point, summand);
      progress(window + 1, windows);
    }
  }

  power(exponent) {
    let result = IDENTITY;
    this.group.digits(exponent, this.bits, this.rows.length).forEach((k, window) => {
      if (k !== 0) result = plus(result, this.rows[window][k]);
    });
    return result;
  }
}

class Edwards25519 extends PrimeOrderGroup {
  constructor() {
    super("Ed25519", Q);
    // The base point: y = 4/5, x even.
    this.g = Object.freeze(pointOf(modulo(BigInt(4) * inverse(BigInt(5))), ZERO));
    this.identity = IDENTITY;
    Object.freeze(this);
  }

  fixedBase(base, bits, progress = () => {}) {
    return new WindowTable(this, base, bits, progress);
  }

  // Any base, exponent taken modulo q: windows of four bits from the top.
  power(base, exponent) {
    const table = [prepared(IDENTITY)];
    let multiple = IDENTITY;
    const summand = prepared(base);
    for (let k = 1; k < 16; k += 1) {
      multiple = plus(multiple, summand);
      table.push(prepared(multiple));
    }
    let result = IDENTITY;
    for (const digit of this.reduce(exponent).toString(16)) {
      for (let i = 0; i < 4; i += 1) result = twice(result);
      result = plus(result, table[parseInt(digit, 16)]);
    }
    return result;
  }

  multiply(a, b) {
    return plus(a, prepared(b));
  }

  divide(a, { x, y, z, t }) {
    return plus(a, prepared({ x: -x, y, z, t: -t }));
  }

  square(a) {
    return twice(a);
  }

  isIdentity({ x, y, z }) {
    return modulo(x) === ZERO && modulo(y - z) === ZERO;
  }

  // Of all z one inverse is taken, that of their product (Montgomery 1987): it costs more than twenty products.
  serialiseAll(points) {
    const products = [ONE];
    points.forEach(({ z }, index) => products.push((products[index] * z) % P));
    let rest = inverse(products[points.length]);
    const texts = new Array(points.length);
    for (let index = points.length - 1; index >= 0; index -= 1) {
      const { x, y, z } = points[index];
      const scale = (rest * products[index]) % P;
      rest = (rest * z) % P;
      const number = modulo(y * scale) | ((modulo(x * scale) % TWO) << SIGN_BIT);
      texts[index] = number.toString(16).padStart(64, "0");
    }
    return texts;
  }

  // The point of the curve that `text` writes, of whatever order.
  canonical(text, place) {
    if (!/^[0-9a-f]{64}$/.test(text)) throw new Refused("element-not-canonical", { place });
    const number = BigInt(`0x${text}`);
    const y = number & BELOW_SIGN;
    const parity = number >> SIGN_BIT;
    // x is 0 for y = 1 and y = -1: then it has no sign.
    if (y >= P || (parity === ONE && (y === ONE || y === P - ONE))) {
      throw new Refused("element-not-canonical", { place });
    }
    if (y === ONE) throw new Refused("element-identity", { place });
    const point = pointOf(y, parity);
    if (point === null) throw new Refused("element-not-in-group", { place });
    return point;
  }
}

export const ED25519 = new Edwards25519();
