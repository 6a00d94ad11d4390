// The audit log (voting.services.log_lines): every act is one signed line of canonical JSON that holds the SHA-256 of
// the line before, 64 zeros in the first.

import { sha256Hex } from "../protocol/encoding.js";
import { canonicalJson, decoded, kindOf, parse } from "../protocol/json.js";
import { Refused } from "../protocol/refused.js";
import { signaturesBy } from "../protocol/signature.js";
import { checkAct, isTime } from "./acts.js";

const TITLE = "owners-voting log v1";
const BEFORE_THE_FIRST = "0".repeat(64);
const FIELDS = ["act", "actor", "details", "previous", "seq", "time"];
const SIGNATURE = /^[0-9a-f]{128}$/;

function entryIn(line, number, previous) {
  const text = decoded(line);
  const fields = parse(text);
  if (!(fields instanceof Map) || canonicalJson(fields) !== text) return null;
  const entry = { ...Object.fromEntries(fields), fields };
  const signed = fields.has("signature");
  const sound =
    fields.size === FIELDS.length + (signed ? 1 : 0) &&
    FIELDS.every((name) => fields.has(name)) &&
    [entry.actor, entry.act].every((field) => kindOf(field) === "str") &&
    entry.details instanceof Map &&
    entry.seq === number &&
    entry.previous === previous &&
    isTime(entry.time) &&
    (!signed || (kindOf(entry.signature) === "str" && SIGNATURE.test(entry.signature)));
  return sound ? entry : null;
}

// {entries, digests} of a log's bytes: the acts, and the digest after each line, first of all that before any.
// Throws Refused log-broken at the first line that is not canonical, misnumbered or not chained, and what `checkAct`
// does with `acts`.
export function readLog(body, acts) {
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
    checkAct(acts, entry);
    entries.push(entry);
    digests.push(sha256Hex(line));
  });
  if (entries.length === 0) throw new Refused("log-broken", { line: 1 });
  return { entries, digests };
}

// Every line is signed by the holder of `publicKey` (hex), into this chain. Throws Refused log-unsigned,
// log-signature-invalid with the line.
export function verifySignatures(entries, chain, publicKey) {
  const valid = signaturesBy(publicKey);
  entries.forEach(({ seq: line, fields, signature }) => {
    if (signature === undefined) throw new Refused("log-unsigned", { line });
    const unsigned = new Map([...fields].filter(([name]) => name !== "signature"));
    const text = `${TITLE}\n${chain}\n${canonicalJson(unsigned)}`;
    if (!valid(signature, new TextEncoder().encode(text))) throw new Refused("log-signature-invalid", { line });
  });
}
