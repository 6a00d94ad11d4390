// One question of an agenda read strictly (voting.rules.question_reader): a motion, several plans, or a contest.

import { Refused } from "../protocol/refused.js";
import { fault, namesIn, objectIn, textIn, wholeIn } from "./fields.js";
import { ELECT_COMMITTEE, FURTHER, matterRule, NO_PLAN, ORDERS, OTHER_MATTER, RANKINGS } from "./questions.js";
import { HEADS, OWNERS_AND_AREA, Rule, Threshold } from "./thresholds.js";

const SEATS = [3, 5, 7, 9, 11];
const MAX_SEATS = 21;
const MAX_PLANS = 10;
const MAX_CANDIDATES = 50;
export const MAX_TEXT = 500;
const NAME_SEPARATOR = /[、,，;；\n\r\t]/;
const ID = /^[a-z][a-z0-9_-]{0,31}$/;

const wordsIn = (value, place) => textIn(value, `${place}.text`, MAX_TEXT);

function idIn(value, place) {
  if (typeof value !== "string" || !ID.test(value)) throw fault(`${place}.id`, "agenda-id-malformed");
  return value;
}

function thresholdIn(value, place) {
  const fields = objectIn(value, place, ["numerator", "denominator", "strict"], []);
  const [numerator, denominator] = ["numerator", "denominator"].map((name) => wholeIn(fields.get(name), place));
  const strict = fields.get("strict");
  const inRange = denominator >= 1 && denominator <= 1000 && numerator >= 0 && numerator <= denominator;
  if (!inRange || typeof strict !== "boolean") throw fault(place);
  // More than everything is never reached, and at least nothing always.
  if ((numerator === denominator && strict) || (numerator === 0 && !strict)) throw fault(place);
  return new Threshold(numerator, denominator, strict);
}

function ruleIn(value, place) {
  const fields = objectIn(value, place, ["measures", "quorum", "approval", "of"], []);
  const measures = namesIn(fields.get("measures"), `${place}.measures`, 2);
  const known = measures.every((name) => [...OWNERS_AND_AREA, ...HEADS].includes(name));
  if (measures.length === 0 || !known || !["participating", "all", "expressed"].includes(fields.get("of"))) throw fault(place);
  const quorum = fields.get("quorum");
  return new Rule(
    measures,
    quorum === null ? null : thresholdIn(quorum, `${place}.quorum`),
    thresholdIn(fields.get("approval"), `${place}.approval`),
    fields.get("of"),
  );
}

// The matter, and the rule that only another law's matter brings along (otherwise null).
function matterIn(fields, place) {
  const matter = fields.get("matter");
  if (matter === OTHER_MATTER) {
    return { matter, rule: ruleIn(fields.has("rule") ? fields.get("rule") : null, `${place}.rule`) };
  }
  if (typeof matter !== "string" || matterRule(matter) === undefined) {
    throw fault(`${place}.matter`, "agenda-matter-unknown");
  }
  if (fields.has("rule")) throw fault(`${place}.rule`, "agenda-field-unknown");
  return { matter, rule: null };
}

function motionIn(value, place) {
  const fields = objectIn(value, place, ["id", "kind", "text", "matter"], ["rule"]);
  const { matter, rule } = matterIn(fields, place);
  const id = idIn(fields.get("id"), place);
  return { kind: "motion", id, text: wordsIn(fields.get("text"), place), matter, rule };
}

function plansIn(value, place) {
  const fields = objectIn(value, place, ["id", "kind", "text", "matter", "plans"], ["rule"]);
  const { matter, rule } = matterIn(fields, place);
  const plans = namesIn(fields.get("plans"), `${place}.plans`, MAX_PLANS);
  plans.forEach((name) => {
    if (NO_PLAN.includes(name)) throw new Refused("agenda-name-twice", { place: `${place}.plans`, name });
  });
  if (plans.length < 2) throw fault(`${place}.plans`, "agenda-plans-missing");
  const text = wordsIn(fields.get("text"), place);
  return { kind: "plans", id: idIn(fields.get("id"), place), text, matter, plans, rule };
}

// What a contest says beyond version 1, by its name in a document.
function furtherIn(fields, place) {
  const further = new Map([...FURTHER].map(([name, plain]) => [name, fields.has(name) ? fields.get(name) : plain]));
  [["ranking", RANKINGS], ["order", ORDERS]].forEach(([name, oneOf]) => {
    if (!oneOf.includes(further.get(name))) throw fault(`${place}.${name}`);
  });
  ["each", "stands_incomplete"].forEach((name) => {
    if (typeof further.get(name) !== "boolean") throw fault(`${place}.${name}`);
  });
  [["alternates", MAX_CANDIDATES], ["size", MAX_SEATS], ["sitting", MAX_SEATS], ["least", MAX_SEATS]].forEach(
    ([name, most]) => {
      const number = wholeIn(further.get(name), `${place}.${name}`);
      if (!(number >= 0 && number <= most)) throw fault(`${place}.${name}`);
    },
  );
  return further;
}

// Who stays in office, as many as the number says; nobody of them stands for a seat that is vacant.
function sittingIn(fields, sitting, candidates, place) {
  if (!fields.has("sitting_members")) return [];
  const members = namesIn(fields.get("sitting_members"), place, MAX_SEATS);
  if (members.length === 0 || BigInt(members.length) !== BigInt(sitting)) throw fault(place);
  members.forEach((name, index) => {
    if (NAME_SEPARATOR.test(name)) throw fault(`${place}[${index + 1}]`, "agenda-name-separator");
    if (candidates.includes(name)) throw new Refused("agenda-name-twice", { place, name });
  });
  return members;
}

function contestIn(value, place) {
  const required = ["id", "kind", "text", "seats", "candidates"];
  const fields = objectIn(value, place, required, ["matter", "at_most", "sitting_members", ...FURTHER.keys()]);
  if (fields.has("matter") && fields.get("matter") !== ELECT_COMMITTEE) {
    throw fault(`${place}.matter`, "agenda-matter-unknown");
  }
  const seats = wholeIn(fields.get("seats"), `${place}.seats`);
  const further = furtherIn(fields, place);
  const [size, sitting] = [further.get("size") || seats, further.get("sitting")];
  const odd = (number) => number >= 1 && number <= MAX_SEATS && Number(number) % 2 === 1;
  const allowed = [...FURTHER.keys()].some((name) => fields.has(name)) ? odd(size) : SEATS.includes(size);
  if (!allowed) throw new Refused("agenda-seats", { place, seats: size });
  if (!(seats >= 1 && seats <= size - sitting) || (seats !== size && sitting === 0)) {
    throw new Refused("agenda-seats", { place, seats });
  }
  const candidates = namesIn(fields.get("candidates"), `${place}.candidates`, MAX_CANDIDATES);
  if (candidates.length === 0) throw fault(`${place}.candidates`, "agenda-candidates-missing");
  candidates.forEach((name, index) => {
    if (NAME_SEPARATOR.test(name)) throw fault(`${place}.candidates[${index + 1}]`, "agenda-name-separator");
  });
  const sittingMembers = sittingIn(fields, sitting, candidates, `${place}.sitting_members`);
  const given = fields.has("at_most") ? fields.get("at_most") : null;
  const atMost = given === null ? Math.min(seats, candidates.length) : wholeIn(given, `${place}.at_most`);
  if (!(atMost >= 1 && atMost <= candidates.length)) {
    throw new Refused("agenda-at-most", { place, most: candidates.length });
  }
  const id = idIn(fields.get("id"), place);
  const text = wordsIn(fields.get("text"), place);
  const said = { ...Object.fromEntries(further), sittingMembers };
  return { kind: "committee", id, text, seats, candidates, atMost, matter: ELECT_COMMITTEE, rule: null, ...said };
}

const KINDS = new Map([
  ["motion", motionIn],
  ["plans", plansIn],
  ["committee", contestIn],
]);

// A question of any kind. Throws Refused agenda-kind-unknown, and agenda-* for a fault inside it.
export function questionIn(value, place) {
  const read = KINDS.get(value instanceof Map ? value.get("kind") : null);
  if (read === undefined) throw fault(`${place}.kind`, "agenda-kind-unknown");
  return read(value, place);
}
