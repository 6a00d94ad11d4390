// One field of a JSON document at a time, strictly (voting.rules.fields): every fault is refused with its place.
// Values are as json.js reads them: objects are Maps, integers numbers or BigInt.

import { kindOf, sorted } from "../protocol/json.js";
import { Refused } from "../protocol/refused.js";
import { secondsOf } from "./times.js";

export const MAX_NAME = 50;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u;
// What Python's str.strip takes from both ends; JavaScript's trim takes U+FEFF too, and fewer control characters.
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");

const BETWEEN = new RegExp(`${SPACE}+`, "g");

// Without blanks around it; `joined` also with one between words.
export const stripped = (text) => text.replace(AROUND, "");
export const joined = (text) => stripped(text).replace(BETWEEN, " ");

export const fault = (place, refusal = "agenda-malformed") => new Refused(refusal, { place });
const first = (text, most) => Array.from(text).slice(0, most).join("");

export function textIn(value, place, longest) {
  const said = typeof value === "string" ? stripped(value) : "";
  if (said === "") throw fault(place, "agenda-text-missing");
  if (CONTROL.test(said)) throw fault(place, "agenda-text-unprintable");
  if (Array.from(said).length > longest) throw new Refused("agenda-text-too-long", { place, longest });
  return said;
}

export function objectIn(value, place, required, optional) {
  if (!(value instanceof Map)) throw fault(place);
  sorted(required.filter((name) => !value.has(name))).forEach((name) => {
    throw fault(`${place}.${name}`, "agenda-field-missing");
  });
  sorted([...value.keys()].filter((name) => ![...required, ...optional].includes(name))).forEach((name) => {
    throw fault(`${place}.${first(name, MAX_NAME)}`, "agenda-field-unknown");
  });
  return value;
}

export function namesIn(value, place, most) {
  if (!Array.isArray(value)) throw fault(place);
  if (value.length > most) throw new Refused("agenda-too-many", { place, most });
  const names = value.map((name, index) => textIn(name, `${place}[${index + 1}]`, MAX_NAME));
  const seen = new Set();
  names.forEach((name, index) => {
    if (seen.has(name)) throw new Refused("agenda-name-twice", { place: `${place}[${index + 1}]`, name });
    seen.add(name);
  });
  return names;
}

export function wholeIn(value, place) {
  if (kindOf(value) !== "int") throw fault(place);
  return value;
}

// Seconds since 1970 of a time with an offset, or null for null.
export function timeIn(value, place) {
  if (value === null) return null;
  const seconds = typeof value === "string" ? secondsOf(value) : null;
  if (seconds === null) throw fault(place, "agenda-time-unreadable");
  return seconds;
}
