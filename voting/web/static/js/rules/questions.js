// What is put to the vote (voting.rules.questions): motions, plans and committee contests, each under a matter with
// the majority that its law gives it, and how a ballot asks them.

import { ORDINARY, RESIDENTS, SPECIAL, UNANIMOUS } from "./thresholds.js";

export const ELECT_COMMITTEE = "278-3";
export const OTHER_MATTER = "other";
// The rule of each matter of Civil Code art. 278; what version 1 of rules.json knows.
export const MATTERS = new Map(
  [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => [`278-${number}`, number >= 6 && number <= 8 ? SPECIAL : ORDINARY]),
);
const FURTHER_MATTERS = new Map([
  ["279", UNANIMOUS],
  ["residents", RESIDENTS],
]);

// The law's rule for a matter, or undefined.
export const matterRule = (matter) => FURTHER_MATTERS.get(matter) || MATTERS.get(matter);

export const MOTION_CHOICES = ["同意", "反对", "弃权"];
// After the plans: without the first there would be no way to refuse them all.
export const NO_PLAN = ["都不同意", "弃权"];
export const RANKINGS = ["owners-then-area", "owners-then-run-off", "shares-then-area-then-lot"];
export const ORDERS = ["published", "surname-strokes"];
// What a contest says beyond version 1, by its name in a document, and what it is where it is not said.
export const FURTHER = new Map([
  ["each", false],
  ["ranking", RANKINGS[0]],
  ["alternates", 0],
  ["size", 0],
  ["sitting", 0],
  ["least", 5],
  ["stands_incomplete", false],
  ["order", ORDERS[0]],
]);

// The rule that decides a question; its own only where the matter is `other`.
export const questionRule = (question) => question.rule || matterRule(question.matter);

// All that a ballot asks for these questions, in the order of ballots and results: words, answers, how many of them
// may be ticked, and the question. `about` is the candidate where a contest asks for each one, otherwise empty.
export function ballotQuestions(question) {
  const once = (answers) => ({ answers, minimum: 1, maximum: 1, about: "", text: question.text, question });
  if (question.kind === "motion") return [once(MOTION_CHOICES)];
  if (question.kind === "plans") return [once([...question.plans, ...NO_PLAN])];
  const { candidates, atMost, text } = question;
  if (!question.each) return [{ answers: candidates, minimum: 0, maximum: atMost, about: "", text, question }];
  return candidates.map((about) => ({ ...once(MOTION_CHOICES), about, text: `${text}：${about}` }));
}

export const askedOf = (questions) => questions.flatMap(ballotQuestions);
