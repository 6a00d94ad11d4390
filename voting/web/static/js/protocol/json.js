// Reading JSON with nothing lost: integers of any size, 1 told from 1.0, a name that stands twice.
//
// JSON.parse forgets all three, and each of them is where two readers of one record could part. Integers are
// numbers while they are safe and BigInt beyond; objects are Maps, in the order in which they are written (a
// JavaScript object would put the names 1 and 2 first).

import { Refused } from "./refused.js";

// A number with a point or an exponent, or one that is none (NaN, Infinity). No message and no paper has one.
export class Fraction {
  constructor(written) {
    this.written = written;
  }
}

const DEEPEST = 500; // objects and lists inside each other; ours have seven
const LONGEST_INTEGER = 4300; // digits, as Python reads them
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:(["\\/bfnrt])|u([0-9a-fA-F]{4}))/y;
const WORDS = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);
const NOT_NUMBERS = ["NaN", "Infinity", "-Infinity"];
const ESCAPED = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class Reader {
  constructor(written, { lenient, twice }) {
    this.written = written;
    this.at = 0;
    this.lenient = lenient;
    this.twice = twice;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.written);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }

  take(character) {
    this.match(SPACE);
    if (this.written[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  need(fits) {
    if (!fits) throw new SyntaxError(`JSON, at ${this.at}`);
  }

  value(depth) {
    this.need(depth <= DEEPEST);
    if (this.take("{")) return this.object(depth);
    if (this.take("[")) return this.list(depth);
    if (this.take('"')) return this.string();
    for (const [word, value] of WORDS) if (this.word(word)) return value;
    const odd = this.lenient && NOT_NUMBERS.find((word) => this.word(word));
    return odd ? new Fraction(odd) : this.number();
  }

  word(word) {
    if (!this.written.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  number() {
    const found = this.match(NUMBER);
    this.need(found !== null);
    const [written, whole, part, power] = found;
    if (part !== undefined || power !== undefined) return new Fraction(written);
    this.need(whole.length - (whole[0] === "-" ? 1 : 0) <= LONGEST_INTEGER);
    const number = Number(whole);
    if (Number.isSafeInteger(number)) return number === 0 ? 0 : number; // there is no -0
    return BigInt(whole);
  }

  string() {
    let read = "";
    for (;;) {
      read += this.match(PLAIN)[0];
      if (this.written[this.at] === '"') break;
      const found = this.match(ESCAPE);
      this.need(found !== null);
      const [, short, code] = found;
      read += code === undefined ? ESCAPED[short] || short : String.fromCharCode(parseInt(code, 16));
    }
    this.at += 1;
    return read;
  }

  list(depth) {
    const read = [];
    if (this.take("]")) return read;
    do read.push(this.value(depth + 1));
    while (this.take(","));
    this.need(this.take("]"));
    return read;
  }

  object(depth) {
    const read = new Map();
    let again = false;
    if (this.take("}")) return read;
    do {
      this.need(this.take('"'));
      const name = this.string();
      this.need(this.take(":"));
      const value = this.value(depth + 1);
      if (read.has(name)) {
        again = true;
        this.twice(name, value, read);
      }
      read.set(name, value);
    } while (this.take(","));
    this.need(this.take("}"));
    if (again) this.twice(null, null, read);
    return read;
  }
}

// The value that `written` (a text) holds. `twice(name, value, object)` is told of each name that stands again,
// and then, with null, of the object's end. `lenient` lets NaN and Infinity pass, as Python does. Throws
// SyntaxError.
export function parse(written, { lenient = false, twice = () => {} } = {}) {
  const reader = new Reader(written, { lenient, twice });
  const value = reader.value(0);
  reader.match(SPACE);
  reader.need(reader.at === written.length);
  return value;
}

// The text of bytes in UTF-8; a byte order mark is a character like others. Throws TypeError.
export const decoded = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

// The value of a paper; `what` is its name. Throws Refused json-malformed, or json-not-canonical where a name
// stands twice: of such a name, another reader may believe the other value.
export function readPaper(bytes, what) {
  const twice = (name) => {
    if (name === null) throw new Refused("json-not-canonical", { what });
  };
  try {
    return parse(decoded(bytes), { lenient: true, twice });
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused("json-malformed", { what });
  }
}

const UNPAIRED = /\p{Surrogate}/u;
const byCodePoint = (left, right) => {
  const [a, b] = [Array.from(left), Array.from(right)];
  const first = a.findIndex((character, index) => character !== b[index]);
  if (first < 0) return a.length - b.length;
  return first < b.length ? a[first].codePointAt(0) - b[first].codePointAt(0) : 1;
};

// Names in the order in which canonical papers have them.
export const sorted = (names) => Array.from(names).sort(byCodePoint);

// What Python calls a value's type.
export function kindOf(value) {
  if (value === null || value === undefined) return "NoneType";
  if (value instanceof Map) return "dict";
  if (value instanceof Fraction) return "float";
  if (Array.isArray(value)) return "list";
  return { string: "str", boolean: "bool", number: "int", bigint: "int" }[typeof value];
}

function written(value, order) {
  if (value instanceof Map) {
    return `{${order(value.keys()).map((name) => `${written(name, order)}:${written(value.get(name), order)}`)}}`;
  }
  if (Array.isArray(value)) return `[${value.map((each) => written(each, order))}]`;
  if (value instanceof Fraction) throw new Refused("json-not-canonical", { what: "float" });
  if (typeof value === "bigint") return value.toString();
  return JSON.stringify(value);
}

// Text without spaces, the names sorted (voting.rules.outcome.canonical_json). Throws Refused json-not-canonical.
export function canonicalJson(value) {
  const text = written(value, sorted);
  // A surrogate without its other half is written as an escape, which nothing canonical has.
  if (/\\ud[89a-f]/.test(text) && hasUnpaired(value)) {
    throw new Refused("json-not-canonical", { what: kindOf(value) });
  }
  return text;
}

function hasUnpaired(value) {
  if (value instanceof Map) return Array.from(value).some(([name, each]) => UNPAIRED.test(name) || hasUnpaired(each));
  if (Array.isArray(value)) return value.some(hasUnpaired);
  return typeof value === "string" && UNPAIRED.test(value);
}

// The same in the order of the Map, on lines of their own with one space for each step inwards: as Python's
// `json.dumps(value, indent=1)` writes it.
export function indentedJson(value, inside = "\n ") {
  const outside = inside.slice(0, -1);
  const lines = (opening, parts, closing) =>
    parts.length === 0 ? opening + closing : `${opening}${inside}${parts.join(`,${inside}`)}${outside}${closing}`;
  if (value instanceof Map) {
    const parts = Array.from(value, ([name, each]) => `${JSON.stringify(name)}: ${indentedJson(each, `${inside} `)}`);
    return lines("{", parts, "}");
  }
  if (Array.isArray(value)) {
    return lines("[", value.map((each) => indentedJson(each, `${inside} `)), "]");
  }
  return typeof value === "bigint" ? value.toString() : JSON.stringify(value);
}

// The Map of an object's own fields.
export const mapOf = (fields) => new Map(Object.entries(fields));
