// The group BELENIOS-2048 (spec 5.1): the subgroup of order q of the integers modulo p, with generator g.
//
// The group is a name; its parameters stand here and are never read from data. An element's text is its
// canonical decimal form; membership (1 < x < p and x^q = 1) is checked wherever one is decoded.
// BigInt arithmetic is not constant-time: a voter's phone is trusted by this protocol, and nobody else can
// measure it.

import { Refused } from "./refused.js";
import { integer, sha256 } from "./sha256.js";

const P = BigInt(
  "206947856914225464010136436575050080649229892957511040971008847870573742192427174019222372544976" +
    "843381290666331380789584049600543896362897963930387739057228036059737494276713767776188985898727" +
    "358650490811670993105358677809800307904916540637771737641986785272734744763418356000356983051931" +
    "442845617019110007867373073335641239717328979132404745788344682606523279746479511376726586935821" +
    "800463179220736688600526271863633860887968821207694323661494910029234443463732221458841005864210" +
    "502421203654335612013204811188524087310770141516662001623131771693721892480785077118278423174980" +
    "73276598828825169183103125680162072880719",
);
const Q = BigInt("78571733251071885079927659812671450121821421258408794611510081919805623223441");
const G = BigInt(
  "240235267750185220922768770353239993271228765737836491651007531878766327414635321932028567615526" +
    "967879969466829874938909508389657342560190060106847716449173547413728310461045868131451178164675" +
    "540052740288984613986453266121505579709716201616827031288643245666383486363578210615491841998253" +
    "431518974065818686865115135857641013888221539601604322884360393098933366277284840659313840601023" +
    "167509576377798266510360682240663507669776402534625377308513317349519424896775405257365904949247" +
    "763147599157519877517771148149092045660020547812705472823814097251863985833411570056835369555342" +
    "3781475582491896050296680037745308460627",
);
const CANONICAL_DECIMAL = /^(?:0|[1-9][0-9]*)$/;
const ONE = BigInt(1);
const ZERO = BigInt(0);

// A table of base^(k·2^(bits·i)): a power of the base is then one multiplication for each window.
export class FixedBase {
  // `progress(done, total)` is called between windows: on an old phone a table takes a second.
  constructor(group, base, bits, progress = () => {}) {
    this.group = group;
    this.bits = bits;
    this.rows = [];
    const windows = Math.ceil(group.q.toString(2).length / bits);
    let step = base;
    for (let window = 0; window < windows; window += 1) {
      const row = [ONE];
      for (let k = 1; k < 1 << bits; k += 1) row.push((row[k - 1] * step) % group.p);
      this.rows.push(row);
      step = (row[row.length - 1] * step) % group.p;
      progress(window + 1, windows);
    }
  }

  power(exponent) {
    const { p, q } = this.group;
    const reduced = ((exponent % q) + q) % q;
    // The exponent becomes text once: shifting a BigInt right for each window would copy it each time.
    const digits = reduced.toString(2).padStart(this.bits * this.rows.length, "0");
    let result = ONE;
    for (let window = 0; window < this.rows.length; window += 1) {
      const end = digits.length - this.bits * window;
      const k = parseInt(digits.slice(end - this.bits, end), 2);
      if (k !== 0) result = (result * this.rows[window][k]) % p;
    }
    return result;
  }
}

export class Group {
  constructor(name, p, q, g) {
    this.name = name;
    this.p = p;
    this.q = q;
    this.g = g;
    Object.freeze(this);
  }

  // Any base, exponent taken modulo q: windows of four bits from the top.
  power(base, exponent) {
    const digits = this.reduce(exponent).toString(16);
    const table = [ONE];
    for (let k = 1; k < 16; k += 1) table.push((table[k - 1] * base) % this.p);
    let result = ONE;
    for (const digit of digits) {
      for (let i = 0; i < 4; i += 1) result = (result * result) % this.p;
      result = (result * table[parseInt(digit, 16)]) % this.p;
    }
    return result;
  }

  multiply(a, b) {
    return (a * b) % this.p;
  }

  reduce(exponent) {
    return ((exponent % this.q) + this.q) % this.q;
  }

  // `place` names the field for whoever reads the refusal.
  element(text, place) {
    // p has 617 digits: a longer text is refused before it is parsed.
    if (text.length > 617 || !CANONICAL_DECIMAL.test(text)) throw new Refused("element-not-canonical", { place });
    const x = BigInt(text);
    if (x === ONE) throw new Refused("element-identity", { place });
    if (x <= ZERO || x >= this.p) throw new Refused("element-not-in-group", { place });
    // q itself would be reduced to 0 by power(): x^q = x^(q-1)·x.
    if (this.multiply(this.power(x, this.q - ONE), x) !== ONE) throw new Refused("element-not-in-group", { place });
    return x;
  }

  scalar(text, place) {
    // q has 77 digits.
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

export const BELENIOS_2048 = new Group("BELENIOS-2048", P, Q, G);

export function groupNamed(name) {
  if (name !== BELENIOS_2048.name) throw new Refused("group-unknown", { group: name });
  return BELENIOS_2048;
}
