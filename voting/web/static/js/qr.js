// QR codes (ISO/IEC 18004), drawn on the phone where what they say must not reach the server. Byte and numeric
// segments, levels L and M, every version.

// For each version from 1: error correction bytes of a block, and blocks (table 9).
const LEVELS = {
  L: {
    bits: 1,
    bytes: [
      7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30,
      30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    blocks: [
      1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19,
      19, 20, 21, 22, 24, 25,
    ],
  },
  M: {
    bits: 0,
    bytes: [
      10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28,
      28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ],
    blocks: [
      1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33,
      35, 37, 38, 40, 43, 45, 47, 49,
    ],
  },
};
const QUIET = 4; // modules of white on every side (6.3.8)

// ---- the bytes ----

// Multiplication in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1.
function times(a, b) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((b >>> bit) & 1) * a;
  }
  return product;
}

function generator(degree) {
  const polynomial = new Array(degree).fill(0);
  polynomial[degree - 1] = 1;
  let root = 1;
  for (let i = 0; i < degree; i += 1) {
    for (let j = 0; j < degree; j += 1) {
      polynomial[j] = times(polynomial[j], root);
      if (j + 1 < degree) polynomial[j] ^= polynomial[j + 1];
    }
    root = times(root, 2);
  }
  return polynomial;
}

function remainder(bytes, divisor) {
  const rest = new Array(divisor.length).fill(0);
  bytes.forEach((byte) => {
    const factor = byte ^ rest.shift();
    rest.push(0);
    divisor.forEach((coefficient, index) => {
      rest[index] ^= times(coefficient, factor);
    });
  });
  return rest;
}

// Modules that carry data or error correction in a version.
function room(version) {
  let modules = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const patterns = Math.floor(version / 7) + 2;
    modules -= (25 * patterns - 10) * patterns - 55;
    if (version >= 7) modules -= 36;
  }
  return modules;
}

const dataBytes = (version, level) =>
  Math.floor(room(version) / 8) - level.bytes[version - 1] * level.blocks[version - 1];

function segment(text, version) {
  const bits = [];
  const put = (value, length) => {
    for (let bit = length - 1; bit >= 0; bit -= 1) bits.push((value >>> bit) & 1);
  };
  const size = version < 10 ? 0 : version < 27 ? 1 : 2;
  if (/^\d+$/.test(text)) {
    put(1, 4);
    put(text.length, [10, 12, 14][size]);
    for (const digits of text.match(/\d{1,3}/g)) put(Number(digits), 3 * digits.length + 1);
  } else {
    const bytes = new TextEncoder().encode(text);
    put(4, 4);
    put(bytes.length, [8, 16, 16][size]);
    bytes.forEach((byte) => put(byte, 8));
  }
  return bits;
}

// {version, bits}, or null if no version is large enough.
function fitted(texts, level) {
  for (let version = 1; version <= 40; version += 1) {
    const bits = texts.map((text) => segment(text, version)).flat();
    const most = 8 * dataBytes(version, level);
    if (bits.length <= most) {
      bits.push(...new Array(Math.min(4, most - bits.length)).fill(0));
      bits.push(...new Array((8 - (bits.length % 8)) % 8).fill(0));
      for (let pad = 0xec; bits.length < most; pad ^= 0xec ^ 0x11) {
        for (let bit = 7; bit >= 0; bit -= 1) bits.push((pad >>> bit) & 1);
      }
      return { version, bits };
    }
  }
  return null;
}

// Blocks with their error correction, interleaved.
function interleaved(version, level, bits) {
  const bytes = [];
  for (let i = 0; i < bits.length; i += 8) bytes.push(parseInt(bits.slice(i, i + 8).join(""), 2));
  const count = level.blocks[version - 1];
  const divisor = generator(level.bytes[version - 1]);
  const short = Math.floor(bytes.length / count);
  const shorter = count - (bytes.length % count);
  const blocks = [];
  let start = 0;
  for (let i = 0; i < count; i += 1) {
    const length = short + (i < shorter ? 0 : 1);
    blocks.push(bytes.slice(start, start + length));
    start += length;
  }
  const corrections = blocks.map((block) => remainder(block, divisor));
  const columns = (rows) => {
    const longest = Math.max(...rows.map((row) => row.length));
    return Array.from({ length: longest }, (_, i) => rows.filter((row) => i < row.length).map((row) => row[i])).flat();
  };
  return [...columns(blocks), ...columns(corrections)];
}

// ---- the modules ----

function alignments(version, size) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  const places = [6];
  for (let place = size - 7; places.length < count; place -= step) places.splice(1, 0, place);
  return places;
}

class Symbol {
  constructor(version, level) {
    this.size = 17 + 4 * version;
    this.level = level;
    this.dark = Array.from({ length: this.size }, () => new Array(this.size).fill(false));
    this.fixed = Array.from({ length: this.size }, () => new Array(this.size).fill(false));
    for (let i = 0; i < this.size; i += 1) {
      this.fix(6, i, i % 2 === 0);
      this.fix(i, 6, i % 2 === 0);
    }
    const last = this.size - 4;
    [[3, 3], [last, 3], [3, last]].forEach(([x, y]) => this.finder(x, y));
    const places = alignments(version, this.size);
    const end = places.length - 1;
    places.forEach((x, i) =>
      places.forEach((y, j) => {
        const taken = (i === 0 && j === 0) || (i === 0 && j === end) || (i === end && j === 0);
        if (!taken) this.alignment(x, y);
      }),
    );
    this.format(0);
    this.version(version);
  }

  fix(x, y, dark) {
    this.dark[y][x] = dark;
    this.fixed[y][x] = true;
  }

  finder(x, y) {
    for (let dy = -4; dy <= 4; dy += 1) {
      for (let dx = -4; dx <= 4; dx += 1) {
        const [at, down] = [x + dx, y + dy];
        const distance = Math.max(Math.abs(dx), Math.abs(dy));
        if (at >= 0 && at < this.size && down >= 0 && down < this.size) {
          this.fix(at, down, distance !== 2 && distance !== 4);
        }
      }
    }
  }

  alignment(x, y) {
    for (let dy = -2; dy <= 2; dy += 1) {
      for (let dx = -2; dx <= 2; dx += 1) this.fix(x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
    }
  }

  format(mask) {
    const value = (this.level.bits << 3) | mask;
    let rest = value;
    for (let i = 0; i < 10; i += 1) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
    const bits = ((value << 10) | rest) ^ 0x5412;
    const bit = (i) => ((bits >>> i) & 1) === 1;
    const { size } = this;
    for (let i = 0; i <= 5; i += 1) this.fix(8, i, bit(i));
    this.fix(8, 7, bit(6));
    this.fix(8, 8, bit(7));
    this.fix(7, 8, bit(8));
    for (let i = 9; i < 15; i += 1) this.fix(14 - i, 8, bit(i));
    for (let i = 0; i < 8; i += 1) this.fix(size - 1 - i, 8, bit(i));
    for (let i = 8; i < 15; i += 1) this.fix(8, size - 15 + i, bit(i));
    this.fix(8, size - 8, true);
  }

  version(number) {
    if (number < 7) return;
    let rest = number;
    for (let i = 0; i < 12; i += 1) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
    const bits = (number << 12) | rest;
    for (let i = 0; i < 18; i += 1) {
      const [a, b] = [this.size - 11 + (i % 3), Math.floor(i / 3)];
      this.fix(a, b, ((bits >>> i) & 1) === 1);
      this.fix(b, a, ((bits >>> i) & 1) === 1);
    }
  }

  // In columns of two from the right, upwards and downwards by turns.
  fill(bytes) {
    let i = 0;
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      for (let step = 0; step < this.size; step += 1) {
        const y = ((right + 1) & 2) === 0 ? this.size - 1 - step : step;
        for (const x of [right, right - 1]) {
          if (!this.fixed[y][x] && i < 8 * bytes.length) {
            this.dark[y][x] = ((bytes[i >>> 3] >>> (7 - (i & 7))) & 1) === 1;
            i += 1;
          }
        }
      }
    }
  }

  // Applied twice, a mask is gone.
  mask(number) {
    const turned = [
      (x, y) => (x + y) % 2,
      (x, y) => y % 2,
      (x) => x % 3,
      (x, y) => (x + y) % 3,
      (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
      (x, y) => ((x * y) % 2) + ((x * y) % 3),
      (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
      (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
    ][number];
    this.dark.forEach((row, y) =>
      row.forEach((dark, x) => {
        if (!this.fixed[y][x] && turned(x, y) === 0) row[x] = !dark;
      }),
    );
  }

  // How hard it would be to read (7.8.3).
  penalty() {
    const { dark, size } = this;
    let sum = 0;
    const lines = [...dark, ...dark.map((_, x) => dark.map((row) => row[x]))];
    lines.forEach((line) => {
      const text = line.map((module) => (module ? "1" : "0")).join("");
      for (const run of text.match(/0{5,}|1{5,}/g) || []) sum += run.length - 2;
      const bordered = `0000${text}0000`;
      for (let at = 0; at + 11 <= bordered.length; at += 1) {
        const piece = bordered.slice(at, at + 11);
        if (piece === "10111010000" || piece === "00001011101") sum += 40;
      }
    });
    for (let y = 0; y + 1 < size; y += 1) {
      for (let x = 0; x + 1 < size; x += 1) {
        const here = dark[y][x];
        if (here === dark[y][x + 1] && here === dark[y + 1][x] && here === dark[y + 1][x + 1]) sum += 3;
      }
    }
    const share = dark.flat().filter(Boolean).length / (size * size);
    return sum + 10 * Math.floor(Math.abs(share - 0.5) * 20);
  }
}

// The symbol of `texts` one after the other, a text of digits alone more closely packed: rows of booleans, true
// is black, without the quiet zone. Null if they are too long for any symbol.
export function qrModules(texts, levelName) {
  const level = LEVELS[levelName];
  const found = fitted(texts, level);
  if (found === null) return null;
  const symbol = new Symbol(found.version, level);
  symbol.fill(interleaved(found.version, level, found.bits));
  let best = 0;
  let least = Infinity;
  for (let mask = 0; mask < 8; mask += 1) {
    symbol.mask(mask);
    symbol.format(mask);
    const penalty = symbol.penalty();
    if (penalty < least) [best, least] = [mask, penalty];
    symbol.mask(mask);
  }
  symbol.mask(best);
  symbol.format(best);
  return symbol.dark;
}

// On a canvas: black on white, quiet zone included, `size` pixels wide at most; returns the width used.
export function drawQr(brush, rows, x, y, size) {
  const modules = rows.length + 2 * QUIET;
  const unit = Math.max(1, Math.floor(size / modules));
  brush.fillStyle = "#fff";
  brush.fillRect(x, y, modules * unit, modules * unit);
  brush.fillStyle = "#000";
  rows.forEach((row, down) =>
    row.forEach((dark, across) => {
      if (dark) brush.fillRect(x + (QUIET + across) * unit, y + (QUIET + down) * unit, unit, unit);
    }),
  );
  return modules * unit;
}

// An address of an image that an <img> shows and a long press on a phone can read or keep.
export function qrImage(rows, unit) {
  const canvas = document.createElement("canvas");
  canvas.width = (rows.length + 2 * QUIET) * unit;
  canvas.height = canvas.width;
  drawQr(canvas.getContext("2d"), rows, 0, 0, canvas.width);
  return canvas.toDataURL("image/png");
}
