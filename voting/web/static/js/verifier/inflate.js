// DEFLATE (RFC 1951). Browsers have it only in newer versions and only as a stream; this one is the same
// everywhere, and never makes more than it was told to expect.

const BASES = (start, extra) => {
  const bases = [];
  let base = start;
  extra.forEach((bits) => {
    bases.push(base);
    base += 1 << bits;
  });
  return bases;
};
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const LENGTH_BASE = [...BASES(3, LENGTH_EXTRA.slice(0, 28)), 258];
const DISTANCE_EXTRA = Array.from({ length: 30 }, (_, code) => Math.max(0, (code >> 1) - 1));
const DISTANCE_BASE = BASES(1, DISTANCE_EXTRA);
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LONGEST = 15; // bits of a code

const broken = () => new RangeError("DEFLATE: not a stream of it");

// How many codes there are of each length, and the symbols in the order of their codes. A set of codes that is
// over-full is refused, and one that is not full, unless it has a single code.
function codes(lengths) {
  const counts = new Uint16Array(LONGEST + 1);
  lengths.forEach((length) => {
    counts[length] += 1;
  });
  const used = lengths.length - counts[0];
  counts[0] = 0;
  const offsets = new Uint16Array(LONGEST + 2);
  let left = 1;
  for (let length = 1; length <= LONGEST; length += 1) {
    left = 2 * left - counts[length];
    if (left < 0) throw broken();
    offsets[length + 1] = offsets[length] + counts[length];
  }
  if (left > 0 && used > 1) throw broken();
  const symbols = new Uint16Array(used);
  lengths.forEach((length, symbol) => {
    if (length !== 0) {
      symbols[offsets[length]] = symbol;
      offsets[length] += 1;
    }
  });
  return { counts, symbols };
}

const FIXED = [
  codes(Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8))),
  codes(Array.from({ length: 32 }, () => 5)),
];

class Inflater {
  constructor(bytes, size) {
    this.bytes = bytes;
    this.at = 0;
    this.hold = 0;
    this.held = 0;
    this.out = new Uint8Array(size);
    this.made = 0;
  }

  bits(count) {
    while (this.held < count) {
      if (this.at >= this.bytes.length) throw broken();
      this.hold |= this.bytes[this.at] << this.held;
      this.at += 1;
      this.held += 8;
    }
    const value = this.hold & ((1 << count) - 1);
    this.hold >>>= count;
    this.held -= count;
    return value;
  }

  // Codes are canonical: those of one length are consecutive numbers.
  symbol({ counts, symbols }) {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST; length += 1) {
      if (this.held === 0) {
        if (this.at >= this.bytes.length) throw broken();
        this.hold = this.bytes[this.at];
        this.at += 1;
        this.held = 8;
      }
      code |= this.hold & 1;
      this.hold >>>= 1;
      this.held -= 1;
      const count = counts[length];
      if (code - first < count) return symbols[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw broken();
  }

  room(count) {
    if (this.made + count > this.out.length) throw broken();
  }

  stored() {
    this.hold = 0;
    this.held = 0;
    if (this.at + 4 > this.bytes.length) throw broken();
    const [a, b, c, d] = this.bytes.subarray(this.at, this.at + 4);
    const count = a | (b << 8);
    this.at += 4;
    if ((count ^ 0xffff) !== (c | (d << 8)) || this.at + count > this.bytes.length) throw broken();
    this.room(count);
    this.out.set(this.bytes.subarray(this.at, this.at + count), this.made);
    this.at += count;
    this.made += count;
  }

  // The two sets of codes that stand before a block.
  dynamic() {
    const [literals, distances, lengths] = [this.bits(5) + 257, this.bits(5) + 1, this.bits(4) + 4];
    if (literals > 286 || distances > 30) throw broken();
    const ofLengths = new Array(19).fill(0);
    for (let i = 0; i < lengths; i += 1) ofLengths[ORDER[i]] = this.bits(3);
    const set = codes(ofLengths);
    const all = [];
    while (all.length < literals + distances) {
      const symbol = this.symbol(set);
      if (symbol < 16) {
        all.push(symbol);
        continue;
      }
      if (symbol === 16 && all.length === 0) throw broken();
      const value = symbol === 16 ? all[all.length - 1] : 0;
      const times = symbol === 16 ? 3 + this.bits(2) : symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7);
      if (all.length + times > literals + distances) throw broken();
      for (let i = 0; i < times; i += 1) all.push(value);
    }
    if (all[256] === 0) throw broken();
    return [codes(all.slice(0, literals)), codes(all.slice(literals))];
  }

  block([literals, distances]) {
    for (;;) {
      const symbol = this.symbol(literals);
      if (symbol === 256) return;
      if (symbol < 256) {
        this.room(1);
        this.out[this.made] = symbol;
        this.made += 1;
        continue;
      }
      if (symbol > 285) throw broken();
      const length = LENGTH_BASE[symbol - 257] + this.bits(LENGTH_EXTRA[symbol - 257]);
      const code = this.symbol(distances);
      if (code > 29) throw broken();
      const distance = DISTANCE_BASE[code] + this.bits(DISTANCE_EXTRA[code]);
      if (distance > this.made) throw broken();
      this.room(length);
      for (let i = 0; i < length; i += 1) this.out[this.made + i] = this.out[this.made + i - distance];
      this.made += length;
    }
  }
}

// The `size` bytes that `bytes` hold, all of them and no more. Throws RangeError.
export function inflate(bytes, size) {
  const inflater = new Inflater(bytes, size);
  let last = false;
  while (!last) {
    last = inflater.bits(1) === 1;
    const kind = inflater.bits(2);
    if (kind === 0) inflater.stored();
    else if (kind === 1) inflater.block(FIXED);
    else if (kind === 2) inflater.block(inflater.dynamic());
    else throw broken();
  }
  if (inflater.made !== size || inflater.at !== bytes.length) throw broken();
  return inflater.out;
}
