// What is put to the vote (voting.rules.questions, thresholds): the matters of Civil Code art. 278 with the
// majorities that the law gives them, and how a ballot asks a question.

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

export const QUORUM = new Threshold(2, 3, false);
const MORE_THAN_HALF = new Threshold(1, 2, true);
const THREE_QUARTERS = new Threshold(3, 4, false);

export const ELECT_COMMITTEE = "278-3";
// The approval that each matter needs, of those who took part.
export const APPROVAL = new Map([
  ["278-1", MORE_THAN_HALF],
  ["278-2", MORE_THAN_HALF],
  ["278-3", MORE_THAN_HALF],
  ["278-4", MORE_THAN_HALF],
  ["278-5", MORE_THAN_HALF],
  ["278-6", THREE_QUARTERS],
  ["278-7", THREE_QUARTERS],
  ["278-8", THREE_QUARTERS],
  ["278-9", MORE_THAN_HALF],
]);

export const MOTION_CHOICES = ["同意", "反对", "弃权"];

// The answers of a question in the order of ballots and results, and how many of them may be ticked.
export function ballotAnswers(question) {
  if (question.kind === "motion") return { answers: MOTION_CHOICES, minimum: 1, maximum: 1 };
  return { answers: question.candidates, minimum: 0, maximum: question.atMost };
}
