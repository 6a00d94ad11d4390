// The agenda of one election, read strictly (voting.rules.agenda): title, estate, scope, questions and times.
// Values are as json.js reads them: objects are Maps, integers numbers or BigInt.

import { Refused } from "../protocol/refused.js";
import { kindOf, sorted } from "../protocol/json.js";
import { APPROVAL, ELECT_COMMITTEE } from "./questions.js";
import { secondsOf } from "./times.js";

const SEATS = [3, 5, 7, 9, 11];
const MAX_QUESTIONS = 20;
const MAX_CANDIDATES = 50;
const MAX_TITLE = 100;
const MAX_TEXT = 500;
const MAX_NAME = 50;
const NAME_SEPARATOR = /[、,，;；\n\r\t]/;
const ID = /^[a-z][a-z0-9_-]{0,31}$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u;
// What Python's str.strip takes from both ends; JavaScript's trim takes U+FEFF too, and fewer control characters.
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");

const fault = (place, refusal = "agenda-malformed") => new Refused(refusal, { place });
const isObject = (value) => value instanceof Map;
const isWhole = (value) => kindOf(value) === "int";
const first = (text, most) => Array.from(text).slice(0, most).join("");

function textIn(value, place, longest) {
  const stripped = typeof value === "string" ? value.replace(AROUND, "") : "";
  if (stripped === "") throw fault(place, "agenda-text-missing");
  if (CONTROL.test(stripped)) throw fault(place, "agenda-text-unprintable");
  if (Array.from(stripped).length > longest) throw new Refused("agenda-text-too-long", { place, longest });
  return stripped;
}

function objectIn(value, place, required, optional) {
  if (!isObject(value)) throw fault(place);
  sorted(required.filter((name) => !value.has(name))).forEach((name) => {
    throw fault(`${place}.${name}`, "agenda-field-missing");
  });
  sorted([...value.keys()].filter((name) => ![...required, ...optional].includes(name))).forEach((name) => {
    throw fault(`${place}.${first(name, MAX_NAME)}`, "agenda-field-unknown");
  });
  return value;
}

function namesIn(value, place, most) {
  if (!Array.isArray(value)) throw fault(place);
  if (value.length > most) throw new Refused("agenda-too-many", { place, most });
  const names = value.map((name, index) => textIn(name, `${place}[${index + 1}]`, MAX_NAME));
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) throw new Refused("agenda-name-twice", { place: `${place}[${index + 1}]`, name });
  });
  return names;
}

function wholeIn(value, place) {
  if (!isWhole(value)) throw fault(place);
  return value;
}

function idIn(value, place) {
  if (typeof value !== "string" || !ID.test(value)) throw fault(`${place}.id`, "agenda-id-malformed");
  return value;
}

function motionIn(value, place) {
  const fields = objectIn(value, place, ["id", "kind", "text", "matter"], []);
  const matter = fields.get("matter");
  if (!APPROVAL.has(matter)) throw fault(`${place}.matter`, "agenda-matter-unknown");
  const id = idIn(fields.get("id"), place);
  return { kind: "motion", id, text: textIn(fields.get("text"), `${place}.text`, MAX_TEXT), matter };
}

function contestIn(value, place) {
  const required = ["id", "kind", "text", "seats", "candidates"];
  const fields = objectIn(value, place, required, ["matter", "at_most"]);
  if (fields.has("matter") && fields.get("matter") !== ELECT_COMMITTEE) {
    throw fault(`${place}.matter`, "agenda-matter-unknown");
  }
  const seats = wholeIn(fields.get("seats"), `${place}.seats`);
  if (!SEATS.includes(seats)) throw new Refused("agenda-seats", { place, seats });
  const candidates = namesIn(fields.get("candidates"), `${place}.candidates`, MAX_CANDIDATES);
  if (candidates.length === 0) throw fault(`${place}.candidates`, "agenda-candidates-missing");
  candidates.forEach((name, index) => {
    if (NAME_SEPARATOR.test(name)) throw fault(`${place}.candidates[${index + 1}]`, "agenda-name-separator");
  });
  const given = fields.has("at_most") ? fields.get("at_most") : null;
  const atMost = given === null ? Math.min(seats, candidates.length) : wholeIn(given, `${place}.at_most`);
  if (!(atMost >= 1 && atMost <= candidates.length)) {
    throw new Refused("agenda-at-most", { place, most: candidates.length });
  }
  const id = idIn(fields.get("id"), place);
  const text = textIn(fields.get("text"), `${place}.text`, MAX_TEXT);
  return { kind: "committee", id, text, seats, candidates, atMost, matter: ELECT_COMMITTEE };
}

function scopeIn(value) {
  const fields = objectIn(value, "scope", [], ["buildings", "exclude_uses"]);
  const given = (name) => (fields.has(name) ? fields.get(name) : null);
  let buildings = given("buildings");
  if (buildings !== null) {
    buildings = namesIn(buildings, "scope.buildings", 1000);
    if (buildings.length === 0) throw fault("scope.buildings", "agenda-scope-empty");
  }
  const uses = given("exclude_uses");
  return { buildings, excludeUses: uses === null ? ["车位"] : namesIn(uses, "scope.exclude_uses", 100) };
}

function timeIn(value, place) {
  if (value === null) return null;
  const seconds = typeof value === "string" ? secondsOf(value) : null;
  if (seconds === null) throw fault(place, "agenda-time-unreadable");
  return seconds;
}

function questionsIn(listed) {
  if (!Array.isArray(listed) || listed.length === 0) throw fault("questions", "agenda-questions-missing");
  if (listed.length > MAX_QUESTIONS) throw new Refused("agenda-too-many", { place: "questions", most: MAX_QUESTIONS });
  const questions = [];
  listed.forEach((entry, index) => {
    const place = `questions[${index + 1}]`;
    const kind = isObject(entry) ? entry.get("kind") : null;
    if (kind !== "motion" && kind !== "committee") throw fault(`${place}.kind`, "agenda-kind-unknown");
    const question = kind === "motion" ? motionIn(entry, place) : contestIn(entry, place);
    if (questions.some(({ id }) => id === question.id)) {
      throw new Refused("agenda-name-twice", { place: `${place}.id`, name: question.id });
    }
    questions.push(question);
  });
  return questions;
}

// {title, estate, scope, questions, opensAt, closesAt} of an agenda whose fields may be null where they are not
// there; times in seconds since 1970. Throws Refused agenda-* with the place.
export function readAgenda({ title, estate, scope, questions: listed, opensAt, closesAt }) {
  const questions = questionsIn(listed);
  const [opens, closes] = [timeIn(opensAt, "opens_at"), timeIn(closesAt, "closes_at")];
  if (opens !== null && closes !== null && closes <= opens) throw fault("closes_at", "agenda-closes-before-opening");
  return {
    title: textIn(title, "title", MAX_TITLE),
    estate: textIn(estate, "estate", MAX_TITLE),
    scope: scopeIn(scope),
    questions,
    opensAt: opens,
    closesAt: closes,
  };
}
