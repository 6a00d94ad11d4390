// Canonical JSON (voting.protocol.encoding): what is decoded must re-serialise byte for byte, or it is refused.
// That refuses at one stroke duplicate keys, white space, other escapes, other orders and trailing bytes.
//
// A reader checks a decoded value's type and rebuilds it with its fields in the specified order.

import { decoded, parse } from "./json.js";
import { Refused } from "./refused.js";
import { hex, sha256 } from "./sha256.js";

class Malformed extends Error {}

const expect = (fits) => {
  if (!fits) throw new Malformed();
};

// belenios-tool prints integers above 2^30 - 1 (OCaml's smallest native range) as strings.
export const LARGEST_PLAIN_INTEGER = 1073741823;

// ---- readers ----

export const text = (value) => {
  expect(typeof value === "string" && !/\p{Surrogate}/u.test(value));
  return value;
};

// A number, or a BigInt where that would not be exact.
export const integer = (value) => {
  expect(typeof value === "number" || typeof value === "bigint");
  return value;
};

export const flag = (value) => {
  expect(typeof value === "boolean");
  return value;
};

// One of these texts and no other.
export const oneOf = (...texts) => (value) => {
  expect(texts.includes(value));
  return value;
};

// A weight or a result: see `integerOf`.
export const count = (value) => (typeof value === "string" ? text(value) : integer(value));

export const list = (item) => (value) => {
  expect(Array.isArray(value));
  return value.map((each) => item(each));
};

// Exactly two.
export const two = (item) => (value) => {
  expect(Array.isArray(value) && value.length === 2);
  return value.map((each) => item(each));
};

// A list of as many values as there are readers.
export const tuple = (...items) => (value) => {
  expect(Array.isArray(value) && value.length === items.length);
  return value.map((each, index) => items[index](each));
};

// `optional` fields may be left out; any other field is one too many.
export const object = (fields, optional = []) => (value) => {
  expect(value instanceof Map);
  const names = Object.keys(fields);
  value.forEach((_, name) => expect(names.includes(name)));
  const rebuilt = {};
  names.forEach((name) => {
    expect(value.has(name) || optional.includes(name));
    if (value.has(name)) rebuilt[name] = fields[name](value.get(name));
  });
  return rebuilt;
};

// Any names, each with an `item`.
export const dictionary = (item) => (value) => {
  expect(value instanceof Map);
  return Object.fromEntries(Array.from(value, ([name, each]) => [name, item(each)]));
};

// ["Name", value], with the reader of each name.
export const tagged = (readers) => (value) => {
  expect(Array.isArray(value) && value.length === 2);
  expect(Object.prototype.hasOwnProperty.call(readers, value[0]));
  return [value[0], readers[value[0]](value[1])];
};

// {challenge, response}, decimal texts that are scalars only once a group has read them.
export const proof = object({ challenge: text, response: text });

// ---- both ways ----

// JSON.stringify, but for the BigInt that a message from elsewhere may hold.
export function encode(message) {
  if (typeof message === "bigint") return message.toString();
  if (Array.isArray(message)) return `[${message.map(encode)}]`;
  if (typeof message !== "object" || message === null) return JSON.stringify(message);
  const fields = Object.entries(message).filter(([, value]) => value !== undefined);
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${encode(value)}`)}}`;
}

// The message in `body`, a text or its bytes in UTF-8; `what` names it for the person who reads a refusal.
// Throws Refused json-malformed or json-not-canonical.
export function decode(reader, body, what) {
  let given;
  let message;
  try {
    given = typeof body === "string" ? body : decoded(body);
    message = reader(parse(given));
  } catch (error) {
    throw new Refused("json-malformed", { what });
  }
  if (encode(message) !== given) throw new Refused("json-not-canonical", { what });
  return message;
}

// The name under which an archive stores a record (spec 4.4).
export const sha256Hex = (body) => hex(sha256(body));

// A weight or a result as belenios-tool prints it.
export const plainInteger = (number) => (number <= LARGEST_PLAIN_INTEGER ? number : String(number));

// The inverse of `plainInteger`; the other form of the same number is refused.
export function integerOf(number, what) {
  if (typeof number === "number") {
    if (number >= 0 && number <= LARGEST_PLAIN_INTEGER) return number;
  } else if (/^[1-9][0-9]{0,19}$/.test(number)) {
    const value = Number(number);
    if (value > LARGEST_PLAIN_INTEGER) return Number.isSafeInteger(value) ? value : BigInt(number);
  }
  throw new Refused("json-not-canonical", { what });
}
