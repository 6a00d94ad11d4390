// Majorities, exactly (voting.rules.thresholds): a rule is what a law asks of a decision, as plain data.

// A share of a whole: `strict` means more than it, otherwise at least it. Exact, in integers of any size.
export class Threshold {
  constructor(numerator, denominator, strict) {
    this.numerator = numerator;
    this.denominator = denominator;
    this.strict = strict;
  }

  met(part, whole) {
    const left = BigInt(part) * BigInt(this.denominator);
    const right = BigInt(whole) * BigInt(this.numerator);
    return this.strict ? left > right : left >= right;
  }

  asJson() {
    return new Map([
      ["numerator", this.numerator],
      ["denominator", this.denominator],
      ["strict", this.strict],
    ]);
  }
}

export const OWNERS_AND_AREA = ["owners", "area"];
export const HEADS = ["heads"];
export const QUORUM = new Threshold(2, 3, false);
export const MORE_THAN_HALF = new Threshold(1, 2, true);
export const THREE_QUARTERS = new Threshold(3, 4, false);
const UNANIMITY = new Threshold(1, 1, false);

// What must be reached, on each of the measures: the quorum of all (null: none is asked), and the approval of those
// who took part, or with `of` "all" of everybody, with "expressed" of those who were for or against.
export class Rule {
  constructor(measures, quorum, approval, of = "participating") {
    this.measures = measures;
    this.quorum = quorum;
    this.approval = approval;
    this.of = of;
  }

  // Map from measure to whether enough took part; `cast` and `total` are Maps from measure to amount.
  quorumMet(cast, total) {
    const enough = (name) => this.quorum === null || this.quorum.met(cast.get(name), total.get(name));
    return new Map(this.measures.map((name) => [name, enough(name)]));
  }

  // Map from measure to the amount that the approval is a share of; `abstained` is null where nobody can.
  base(cast, total, abstained) {
    const all = this.of === "all" ? total : cast;
    const silent = (name) => (this.of === "expressed" && abstained !== null ? abstained.get(name) : 0);
    return new Map(this.measures.map((name) => [name, all.get(name) - silent(name)]));
  }

  // Map from measure to whether enough of the base is for it; of nobody, nobody is enough.
  approved(part, base) {
    const enough = (name) => base.get(name) > 0 && this.approval.met(part.get(name), base.get(name));
    return new Map(this.measures.map((name) => [name, enough(name)]));
  }

  asJson() {
    return new Map([
      ["measures", this.measures],
      ["quorum", this.quorum === null ? null : this.quorum.asJson()],
      ["approval", this.approval.asJson()],
      ["of", this.of],
    ]);
  }
}

export const ORDINARY = new Rule(OWNERS_AND_AREA, QUORUM, MORE_THAN_HALF);
export const SPECIAL = new Rule(OWNERS_AND_AREA, QUORUM, THREE_QUARTERS);
export const UNANIMOUS = new Rule(["owners"], null, UNANIMITY, "all");
export const RESIDENTS = new Rule(HEADS, MORE_THAN_HALF, MORE_THAN_HALF);
