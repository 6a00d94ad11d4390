// SHA-512 (FIPS 180-4), for Ed25519 signatures. A signature hashes some hundred bytes: 64-bit words as BigInt are
// slow and plain.

const ZERO = BigInt(0);
const ONE = BigInt(1);
const word = (value) => BigInt.asUintN(64, value);
const rotated = (value, by) => word((value >> BigInt(by)) | (value << BigInt(64 - by)));

// The constants are the first 64 bits of the fractional parts of cube and square roots of primes (§4.2.3, §5.3.5):
// computed in integers rather than typed, so there is no digit to mistype.
function fractionOfRoot(prime, degree) {
  const target = BigInt(prime) << BigInt(64 * degree);
  let low = ZERO;
  let high = ONE << BigInt(72);
  while (high - low > ONE) {
    const middle = (low + high) >> ONE;
    if (middle ** BigInt(degree) <= target) low = middle;
    else high = middle;
  }
  return word(low);
}

const PRIMES = [];
for (let candidate = 2; PRIMES.length < 80; candidate += 1) {
  if (PRIMES.every((prime) => candidate % prime !== 0)) PRIMES.push(candidate);
}
const ROUND = PRIMES.map((prime) => fractionOfRoot(prime, 3));
const START = PRIMES.slice(0, 8).map((prime) => fractionOfRoot(prime, 2));

function compress(state, view, offset) {
  const w = [];
  for (let t = 0; t < 16; t += 1) w.push(view.getBigUint64(offset + 8 * t));
  for (let t = 16; t < 80; t += 1) {
    const [x, y] = [w[t - 15], w[t - 2]];
    const small0 = rotated(x, 1) ^ rotated(x, 8) ^ (x >> BigInt(7));
    const small1 = rotated(y, 19) ^ rotated(y, 61) ^ (y >> BigInt(6));
    w.push(word(w[t - 16] + small0 + w[t - 7] + small1));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 80; t += 1) {
    const big1 = rotated(e, 14) ^ rotated(e, 18) ^ rotated(e, 41);
    const t1 = h + big1 + ((e & f) ^ (BigInt.asUintN(64, ~e) & g)) + ROUND[t] + w[t];
    const big0 = rotated(a, 28) ^ rotated(a, 34) ^ rotated(a, 39);
    const t2 = big0 + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [word(t1 + t2), a, b, c, word(d + t1), e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((value, index) => word(value + state[index]));
}

// Uint8Array -> Uint8Array of 64 bytes.
export function sha512(bytes) {
  const whole = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setBigUint64(whole.length - 8, BigInt.asUintN(64, BigInt(bytes.length) * BigInt(8)));
  let state = START;
  for (let offset = 0; offset < whole.length; offset += 128) state = compress(state, view, offset);
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((value, index) => digest.setBigUint64(8 * index, value));
  return new Uint8Array(digest.buffer);
}
