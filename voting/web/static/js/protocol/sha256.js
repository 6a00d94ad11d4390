// SHA-256 (FIPS 180-4). crypto.subtle is missing on plain http, so the booth always uses this one:
// one path on every phone, and the one that the vectors test.

const ROUND = new Uint32Array(64);
const START = new Uint32Array(8);

// The constants are the first 32 bits of the fractional parts of cube and square roots of primes (§4.2.2,
// §5.3.3): computed in integers rather than typed, so there is no digit to mistype.
function fractionOfRoot(prime, degree) {
  const target = BigInt(prime) << BigInt(32 * degree);
  let low = BigInt(0);
  let high = BigInt(1) << BigInt(40);
  while (high - low > BigInt(1)) {
    const middle = (low + high) >> BigInt(1);
    if (middle ** BigInt(degree) <= target) low = middle;
    else high = middle;
  }
  return Number(BigInt.asUintN(32, low));
}

for (let candidate = 2, found = 0; found < 64; candidate += 1) {
  let prime = true;
  for (let d = 2; d * d <= candidate; d += 1) if (candidate % d === 0) prime = false;
  if (!prime) continue;
  ROUND[found] = fractionOfRoot(candidate, 3);
  if (found < 8) START[found] = fractionOfRoot(candidate, 2);
  found += 1;
}

function compress(state, bytes, offset, schedule) {
  for (let t = 0; t < 16; t += 1) {
    const at = offset + 4 * t;
    schedule[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let t = 16; t < 64; t += 1) {
    const x = schedule[t - 15];
    const y = schedule[t - 2];
    const small0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const small1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    schedule[t] = (schedule[t - 16] + small0 + schedule[t - 7] + small1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t += 1) {
    const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + big1 + ((e & f) ^ (~e & g)) + ROUND[t] + schedule[t]) | 0;
    const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

// Uint8Array or string (hashed as UTF-8) -> Uint8Array of 32 bytes.
export function sha256(message) {
  const bytes = typeof message === "string" ? new TextEncoder().encode(message) : message;
  const whole = bytes.length - (bytes.length % 64);
  const state = START.slice();
  const schedule = new Int32Array(64);
  for (let offset = 0; offset < whole; offset += 64) compress(state, bytes, offset, schedule);
  const rest = bytes.length - whole;
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[rest] = 0x80;
  const length = new DataView(tail.buffer);
  length.setUint32(tail.length - 8, Math.floor(bytes.length / 0x20000000));
  length.setUint32(tail.length - 4, (bytes.length << 3) >>> 0);
  for (let offset = 0; offset < tail.length; offset += 64) compress(state, tail, offset, schedule);
  const digest = new Uint8Array(32);
  const view = new DataView(digest.buffer);
  state.forEach((word, index) => view.setUint32(4 * index, word));
  return digest;
}

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Big-endian, unsigned.
export function integer(bytes) {
  return BigInt(`0x${hex(bytes)}`);
}

// Unpadded Base64 of SHA-256: the fingerprint of an election, a signature's hash, a tracker (spec 4.15).
export function fingerprint(message) {
  return btoa(String.fromCharCode(...sha256(message))).replace(/=+$/, "");
}
