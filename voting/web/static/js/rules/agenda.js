// The agenda of one election, read strictly (voting.rules.agenda): title, estate, scope, questions, times, terms and
// revoting.

import { Refused } from "../protocol/refused.js";
import { fault, MAX_NAME, namesIn, objectIn, textIn, timeIn } from "./fields.js";
import { MAX_TEXT, questionIn } from "./question-reader.js";
import { askedOf, FURTHER, MATTERS, questionRule } from "./questions.js";
import { HEADS, OWNERS_AND_AREA } from "./thresholds.js";

const MAX_QUESTIONS = 20;
const MAX_BALLOT_QUESTIONS = 40;
const MAX_TITLE = 100;
const MAX_LISTED = 1000;
const BODIES = new Map([
  ["owners", OWNERS_AND_AREA],
  ["residents", HEADS],
  ["households", HEADS],
]);
const MEETINGS = ["first", "regular", "special"];
const EFFECTS = ["official", "paper-primary", "advisory"];
const JOINS = ["majority", "consent", "quorum"];

// What a ballot counts in: that of an owners' assembly where the agenda says no terms.
export const measuresOf = ({ terms }) => BODIES.get(terms === null ? "owners" : terms.body);

function listed(value, place) {
  if (!Array.isArray(value) || value.length > MAX_LISTED) throw fault(place);
  return value;
}

function pairIn(value, place) {
  if (listed(value, place).length !== 2) throw fault(place);
  return value.map((name) => textIn(name, place, MAX_NAME));
}

function scopeIn(value) {
  const fields = objectIn(value, "scope", [], ["buildings", "exclude_uses", "stairwells", "units"]);
  const given = (name) => (fields.has(name) ? fields.get(name) : null);
  let buildings = given("buildings");
  if (buildings !== null) {
    buildings = namesIn(buildings, "scope.buildings", 1000);
    if (buildings.length === 0) throw fault("scope.buildings", "agenda-scope-empty");
  }
  const uses = given("exclude_uses");
  const excludeUses = uses === null ? ["车位"] : namesIn(uses, "scope.exclude_uses", 100);
  const pairs = listed(fields.has("stairwells") ? fields.get("stairwells") : [], "scope.stairwells");
  const stairwells = pairs.map((pair, index) => pairIn(pair, `scope.stairwells[${index + 1}]`));
  const units = namesIn(fields.has("units") ? fields.get("units") : [], "scope.units", 100000);
  // One way of saying it, so that nobody has to guess which one counts.
  if ([buildings !== null, stairwells.length > 0, units.length > 0].filter(Boolean).length > 1) throw fault("scope");
  return { buildings, excludeUses, stairwells, units };
}

// A day of the calendar as ISO 8601 writes it.
function isDay(value) {
  const found = typeof value === "string" ? /^(\d{4})-(\d\d)-(\d\d)$/.exec(value) : null;
  if (found === null || Number(found[1]) < 1) return false;
  const date = new Date(0);
  date.setUTCFullYear(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  return date.getUTCMonth() === Number(found[2]) - 1 && date.getUTCDate() === Number(found[3]);
}

function deemedIn(value, meeting) {
  if (value === null) return null;
  if (meeting === "first") throw new Refused("deemed-in-first");
  const fields = objectIn(value, "terms.deemed", ["clause", "dated", "joins"], []);
  const clause = textIn(fields.get("clause"), "terms.deemed.clause", MAX_TEXT);
  const [dated, joins] = [fields.get("dated"), fields.get("joins")];
  if (!isDay(dated) || !JOINS.includes(joins)) throw fault("terms.deemed");
  return { clause, dated, joins };
}

function termsIn(value) {
  if (value === null) return null;
  const fields = objectIn(value, "terms", ["body", "meeting", "effect", "deemed"], []);
  [["body", [...BODIES.keys()]], ["meeting", MEETINGS], ["effect", EFFECTS]].forEach(([name, oneOf]) => {
    if (!oneOf.includes(fields.get(name))) throw fault(`terms.${name}`);
  });
  const [body, meeting, effect] = ["body", "meeting", "effect"].map((name) => fields.get(name));
  return { body, meeting, effect, deemed: deemedIn(fields.get("deemed"), meeting) };
}

function questionsIn(value) {
  if (!Array.isArray(value) || value.length === 0) throw fault("questions", "agenda-questions-missing");
  if (value.length > MAX_QUESTIONS) throw new Refused("agenda-too-many", { place: "questions", most: MAX_QUESTIONS });
  const questions = [];
  value.forEach((entry, index) => {
    const place = `questions[${index + 1}]`;
    const question = questionIn(entry, place);
    if (questions.some(({ id }) => id === question.id)) {
      throw new Refused("agenda-name-twice", { place: `${place}.id`, name: question.id });
    }
    questions.push(question);
  });
  return questions;
}

// {title, estate, scope, questions, opensAt, closesAt, terms, revoting} of an agenda whose fields may be null where they are
// not there, but for `revoting`, which its reader has checked; times in seconds since 1970. Throws Refused agenda-* with the place.
export function readAgenda({ title, estate, scope, questions: asked, opensAt, closesAt, terms: given, revoting }) {
  const questions = questionsIn(asked);
  const [opens, closes] = [timeIn(opensAt, "opens_at"), timeIn(closesAt, "closes_at")];
  if (opens !== null && closes !== null && closes <= opens) throw fault("closes_at", "agenda-closes-before-opening");
  if (askedOf(questions).length > MAX_BALLOT_QUESTIONS) {
    throw new Refused("agenda-too-many", { place: "questions", most: MAX_BALLOT_QUESTIONS });
  }
  const terms = termsIn(given);
  questions.forEach((question, index) => {
    // Owners and residents are never mixed in one ballot.
    if (!questionRule(question).measures.every((name) => measuresOf({ terms }).includes(name))) {
      throw fault(`questions[${index + 1}].matter`, "agenda-matter-of-others");
    }
  });
  return {
    title: textIn(title, "title", MAX_TITLE),
    estate: textIn(estate, "estate", MAX_TITLE),
    scope: scopeIn(scope),
    questions,
    opensAt: opens,
    closesAt: closes,
    terms,
    revoting,
  };
}

function isPlain(question) {
  if (question.kind === "motion") return MATTERS.has(question.matter);
  if (question.kind !== "committee" || question.sittingMembers.length > 0) return false;
  return [...FURTHER].every(([name, plain]) => question[name] === plain);
}

// The first version of rules.json that can say all of an agenda.
export function versionOf({ terms, scope, questions, revoting }) {
  const plain = terms === null && revoting === "none" && scope.stairwells.length === 0 && scope.units.length === 0;
  return plain && questions.every(isPlain) ? 1 : 2;
}
