// The group BELENIOS-2048 (spec 5.1): the subgroup of order q of the integers modulo p, with generator g.
//
// An element is a BigInt, its text the canonical decimal form; membership (1 < x < p and x^q = 1) is checked
// wherever one is decoded.

import { CANONICAL_DECIMAL, PrimeOrderGroup } from "./prime-order.js";
import { Refused } from "./refused.js";

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
const ONE = BigInt(1);
const ZERO = BigInt(0);

// A table of base^(k·2^(bits·i)): a power of the base is then one multiplication for each window.
class WindowTable {
  // `progress(done, total)` is called between windows: on an old phone a table takes a second.
  constructor(group, base, bits, progress) {
    this.group = group;
    this.bits = bits;
    this.rows = [];
    const windows = group.windows(bits);
    let step = base;
    for (let window = 0; window < windows; window += 1) {
      const row = [ONE];
      for (let k = 1; k < 1 << bits; k += 1) row.push((row[k - 1] * step) % P);
      this.rows.push(row);
      step = (row[row.length - 1] * step) % P;
      progress(window + 1, windows);
    }
  }

  power(exponent) {
    let result = ONE;
    this.group.digits(exponent, this.bits, this.rows.length).forEach((k, window) => {
      if (k !== 0) result = (result * this.rows[window][k]) % P;
    });
    return result;
  }
}

class IntegersModulo extends PrimeOrderGroup {
  constructor() {
    super("BELENIOS-2048", Q);
    this.g = G;
    this.identity = ONE;
    Object.freeze(this);
  }

  fixedBase(base, bits, progress = () => {}) {
    return new WindowTable(this, base, bits, progress);
  }

  // Any base, exponent taken modulo q: windows of four bits from the top.
  power(base, exponent) {
    const digits = this.reduce(exponent).toString(16);
    const table = [ONE];
    for (let k = 1; k < 16; k += 1) table.push((table[k - 1] * base) % P);
    let result = ONE;
    for (const digit of digits) {
      for (let i = 0; i < 4; i += 1) result = (result * result) % P;
      result = (result * table[parseInt(digit, 16)]) % P;
    }
    return result;
  }

  multiply(a, b) {
    return (a * b) % P;
  }

  // For elements, whose order is q.
  divide(a, b) {
    return this.multiply(a, this.power(b, -ONE));
  }

  square(a) {
    return (a * a) % P;
  }

  isIdentity(a) {
    return a === ONE;
  }

  serialiseAll(elements) {
    return elements.map((a) => a.toString());
  }

  // The number that `text` writes, between 1 and p.
  canonical(text, place) {
    // p has 617 digits: a longer text is refused before it is parsed.
    if (text.length > 617 || !CANONICAL_DECIMAL.test(text)) throw new Refused("element-not-canonical", { place });
    const x = BigInt(text);
    if (x === ONE) throw new Refused("element-identity", { place });
    if (x <= ZERO || x >= P) throw new Refused("element-not-in-group", { place });
    return x;
  }
}

export const BELENIOS_2048 = new IntegersModulo();
