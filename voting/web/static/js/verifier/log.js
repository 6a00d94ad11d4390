// The audit log (voting.services.log): every act is one line of canonical JSON that holds the SHA-256 of the line
// before, 64 zeros in the first.

import { sha256Hex } from "../protocol/encoding.js";
import { canonicalJson, decoded, kindOf, parse } from "../protocol/json.js";
import { Refused } from "../protocol/refused.js";
import { secondsOf } from "../rules/times.js";

const BEFORE_THE_FIRST = "0".repeat(64);
const FIELDS = ["act", "actor", "details", "previous", "seq", "time"];
const TIME = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

function entryIn(line, number, previous) {
  const text = decoded(line);
  const fields = parse(text);
  if (!(fields instanceof Map) || canonicalJson(fields) !== text) return null;
  const entry = Object.fromEntries(fields);
  const sound =
    fields.size === FIELDS.length &&
    FIELDS.every((name) => fields.has(name)) &&
    [entry.time, entry.actor, entry.act].every((field) => kindOf(field) === "str") &&
    entry.details instanceof Map &&
    entry.seq === number &&
    entry.previous === previous &&
    TIME.test(entry.time) &&
    secondsOf(entry.time) !== null;
  return sound ? entry : null;
}

// {entries, digests} of a log's bytes: the acts, and the digest after each line, first of all that before any.
// Throws Refused log-broken at the first line that is not canonical, misnumbered or not chained.
export function readLog(body) {
  const entries = [];
  const digests = [BEFORE_THE_FIRST];
  const lines = [];
  let start = 0;
  for (let end = body.indexOf(10); end >= 0; end = body.indexOf(10, start)) {
    lines.push(body.subarray(start, end));
    start = end + 1;
  }
  if (start < body.length) throw new Refused("log-broken", { line: lines.length + 1 });
  lines.forEach((line, index) => {
    let entry = null;
    try {
      entry = entryIn(line, index + 1, digests[index]);
    } catch (error) {
      // Not UTF-8, not JSON, not canonical: nothing but a sound line is one.
    }
    if (entry === null) throw new Refused("log-broken", { line: index + 1 });
    entries.push(entry);
    digests.push(sha256Hex(line));
  });
  if (entries.length === 0) throw new Refused("log-broken", { line: 1 });
  return { entries, digests };
}
