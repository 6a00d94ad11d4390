// The archive `<uuid>.bel` (spec 4.4; voting.protocol.board): a chain of events and the records they refer to.
//
// An old-style tar without end blocks. Every header is rebuilt from name, size and time and compared, so that an
// archive has exactly one form. The grammar is Setup Ballot* EndBallots EncryptedTally PartialDecryption+ Result;
// a prefix of it is an election in progress.

import { decode, integer, object, oneOf, sha256Hex, text } from "./encoding.js";
import { placed, Refused } from "./refused.js";
import { ownedPartialDecryption, sizedTally } from "./tally.js";

const BLOCK = 512;
// See voting.protocol.board: what is larger is no record of ours.
const LARGEST_RECORD = 64 * 1024 * 1024;

// Which event may follow which.
const FOLLOWS = {
  "": ["Setup"],
  Setup: ["Ballot", "EndBallots"],
  Ballot: ["Ballot", "EndBallots"],
  EndBallots: ["EncryptedTally"],
  EncryptedTally: ["PartialDecryption"],
  PartialDecryption: ["PartialDecryption", "Result"],
  Result: [],
};

const header = object({ version: integer, timestamp: text });
const event = object(
  {
    parent: text,
    height: integer,
    type: oneOf(...Object.keys(FOLLOWS).filter((type) => type !== "")),
    payload: text,
  },
  ["parent", "payload"],
);
const setupData = object({ election: text, trustees: text, credentials: text });

const octal = (number) => number.toString(8).padStart(11, "0");

function tarHeader(name, size, time) {
  const block = new Uint8Array(BLOCK);
  const put = (offset, written) => {
    for (let i = 0; i < written.length; i += 1) block[offset + i] = written.charCodeAt(i);
  };
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, octal(size));
  put(136, octal(time));
  put(148, "        ");
  put(156, "0");
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  put(148, `${checksum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

export const sameBytes = (left, right) =>
  left === right || (left.length === right.length && left.every((byte, index) => byte === right[index]));

const latin = (bytes) => String.fromCharCode(...bytes);
const octalIn = (bytes) => (/^[0-7]+$/.test(latin(bytes)) ? parseInt(latin(bytes), 8) : null);

// Names and bodies; every header is rebuilt and compared. Throws Refused archive-*.
function* members(body) {
  let offset = 0;
  let number = 0;
  let timestamp = null;
  const invalid = () => new Refused("archive-header-invalid", { member: number });
  while (offset < body.length) {
    const block = body.subarray(offset, offset + BLOCK);
    if (block.length < BLOCK) throw new Refused("archive-truncated", { member: number });
    const name = latin(block.subarray(0, 100)).replace(/\0+$/, "");
    const size = octalIn(block.subarray(124, 135));
    const time = octalIn(block.subarray(136, 147));
    if (size === null || time === null || /[^\0-\x7f]/.test(name)) throw invalid();
    if (timestamp === null) timestamp = time;
    if (size > LARGEST_RECORD || time !== timestamp || !sameBytes(tarHeader(name, size, time), block)) {
      throw invalid();
    }
    offset += BLOCK;
    const end = offset + size;
    const next = Math.ceil(end / BLOCK) * BLOCK;
    if (next > body.length) throw new Refused("archive-truncated", { member: number });
    if (body.subarray(end, next).some((byte) => byte !== 0)) throw invalid();
    yield { name, content: body.subarray(offset, end), time };
    offset = next;
    number += 1;
  }
  if (number === 0) throw new Refused("archive-truncated", { member: 0 });
}

function headerTimestamp({ name, content, time }) {
  const { version, timestamp } = decode(header, content, "BELENIOS");
  const fits =
    name === "BELENIOS" && version === 1 && /^(?:0|[1-9][0-9]{0,10})$/.test(timestamp) && Number(timestamp) === time;
  if (!fits) throw new Refused("archive-header-invalid", { member: 0 });
  return time;
}

// The hashes of the records that must stand before this event, in order.
function expectedRecords({ type, height }, payload) {
  if ((payload === undefined) !== (type === "EndBallots")) throw new Refused("archive-reference", { height });
  if (payload === undefined) return [];
  if (type === "Setup") {
    const { election, trustees, credentials } = decode(setupData, payload.content, "setup_data");
    return [election, trustees, credentials, payload.digest];
  }
  if (type === "EncryptedTally") {
    return [decode(sizedTally, payload.content, "sized tally").encrypted_tally, payload.digest];
  }
  if (type === "PartialDecryption") {
    return [decode(ownedPartialDecryption, payload.content, "owned partial decryption").payload, payload.digest];
  }
  return [payload.digest];
}

function nextLink(previous, content, digest, records) {
  const found = decode(event, content, "event");
  const height = previous ? previous.event.height + 1 : 0;
  const { type, parent, payload } = found;
  if (!FOLLOWS[previous ? previous.event.type : ""].includes(type)) {
    throw new Refused("archive-grammar", { height, type });
  }
  if (found.height !== height) throw new Refused("archive-height", { height });
  if (parent !== (previous ? previous.hash : undefined)) throw new Refused("archive-parent", { height });
  const last = records[records.length - 1];
  const fits = () => {
    const expected = expectedRecords(found, last);
    return expected.length === records.length && expected.every((hash, index) => hash === records[index].digest);
  };
  if (payload !== (last ? last.digest : undefined) || !fits()) throw new Refused("archive-reference", { height });
  return { event: found, hash: digest, records: records.map((record) => record.content) };
}

const looksLikeBallot = (content) => new TextDecoder("latin1").decode(content).includes('"election_hash"');

// Checks an archive's form: names, grammar, heights, parents, references (spec 4.4). Whether what the records say
// is true is audit.js's question. Returns {timestamp, links: [{event, hash, records}], setup, ballots}. Throws
// Refused archive-* or json-* with the place.
export function readArchive(body) {
  const all = members(body);
  const timestamp = headerTimestamp(all.next().value);
  const links = [];
  const seen = new Set();
  let records = [];
  for (const { name, content } of all) {
    const height = links.length;
    const dot = name.indexOf(".");
    const [digest, kind] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1)];
    if (digest !== sha256Hex(content)) throw new Refused("archive-name-not-hash", { height });
    if (seen.has(digest)) {
      // The same bytes twice: a ballot replayed, or a record that nothing needs.
      throw new Refused(looksLikeBallot(content) ? "ballot-replayed" : "archive-reference", { height });
    }
    seen.add(digest);
    if (kind === "data.json") {
      records.push({ content, digest });
    } else if (kind === "event.json") {
      const given = records;
      links.push(placed({ height }, () => nextLink(links[links.length - 1], content, digest, given)));
      records = [];
    } else {
      throw new Refused("archive-header-invalid", { height });
    }
  }
  if (records.length > 0) throw new Refused("archive-reference", { height: links.length });
  if (links.length === 0) throw new Refused("archive-grammar", { height: 0 });
  const [election, trustees, credentials] = links[0].records;
  const ballots = links.filter(({ event: { type } }) => type === "Ballot").map((link) => link.records[0]);
  return { timestamp, links, setup: { election, trustees, credentials }, ballots };
}
