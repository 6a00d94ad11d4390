// Single ballots that were opened: the log of it, and the auditors' part of a record
// (voting.services.auditors_part).

import { decode, integer, list, object, sha256Hex, text, tuple } from "../protocol/encoding.js";
import { canonicalJson, kindOf } from "../protocol/json.js";
import { openedBallot, verifyOpened } from "../protocol/opening.js";
import { placed, Refused } from "../protocol/refused.js";
import { numbered } from "../protocol/trustees.js";

const ROLL = "auditor/roll.json";
const OPENINGS = "auditor/openings.jsonl";
const BALLOTS = "auditor/ballots.jsonl";
const DEEMED = "auditor/deemed.jsonl";
const ATTACHMENT = /^auditor\/attachment-[1-9][0-9]{0,5}\.(?:pdf|png|jpg)$/;
const ACTS = ["opening-requested", "opening-approved", "opening-declined", "ballot-opened"];
const PINNED = ["tracker", "reason", "attachment_sha256"];
const ROLES = ["organiser", "auditor"];

const rollRows = list(tuple(integer, list(text), integer));
const auditorsBallot = object({ voter: integer, ballot: openedBallot });
const nullable = (reader) => (value) => (value === null ? null : reader(value));
const provenUnit = object({ label: text, ground: text, on: text, entry: nullable(integer) });
const silentLine = object({ voter: integer, units: list(provenUnit), area_dm2: integer });

// Whether a file of this name belongs to the auditors' part.
export const isAuditors = (name) => [ROLL, OPENINGS, BALLOTS, DEEMED].includes(name) || ATTACHMENT.test(name);

// The names that the auditors' part of a record can have.
export const auditorsFiles = (rules, entries, told) => [
  ROLL,
  OPENINGS,
  ...(rules.get("secrecy") === "open" ? [BALLOTS] : []),
  ...(tellsOfSilence(entries) ? [DEEMED] : []),
  ...told.map(({ attachment }) => attachment),
];

// Whether anybody ever asked for a ballot.
export const tellsOfOpenings = (entries) => entries.some(({ act }) => ACTS.includes(act));

// The count's line, where it tells that silent voters were counted.
export const tellsOfSilence = (entries) =>
  entries.find(({ act, details }) => act === "election-counted" && details.has("deemed"));

const disagrees = ({ seq: line }, place) => new Refused("log-disagrees", { line, place });
const circlesOf = (trustees) => trustees.quorums.filter(({ circle }) => circle !== null);
const detail = (entry, name) => (entry.details.has(name) ? entry.details.get(name) : null);

function asked(entry, number, told) {
  const attachment = `auditor/attachment-${number}.${detail(entry, "attachment")}`;
  if (number !== told.length + 1) throw disagrees(entry, "opening");
  if (!ROLES.includes(detail(entry, "role"))) throw disagrees(entry, "role");
  if (!isAuditors(attachment)) throw disagrees(entry, "attachment");
  return { number, asked: entry, attachment, approved: [], declined: [], failed: false, opened: null };
}

function whoAnswers(entry, request, circles) {
  if (circles.length > 0) {
    const trustee = detail(entry, "trustee");
    const fits = kindOf(trustee) === "int" && trustee >= 1 && trustee <= circles[0].keys.length;
    if (!fits) throw disagrees(entry, "trustee");
    return trustee;
  }
  const role = detail(entry, "role");
  if (!ROLES.includes(role) || role === detail(request.asked, "role")) throw disagrees(entry, "role");
  return entry.actor;
}

function answered(entry, request, circles) {
  const who = whoAnswers(entry, request, circles);
  if ([...request.approved, ...request.declined].includes(who)) {
    throw disagrees(entry, circles.length > 0 ? "trustee" : "role");
  }
  if (entry.act === "opening-approved") {
    request.approved.push(who);
    return;
  }
  request.declined.push(who);
  request.failed = circles.every(({ keys, threshold }) => keys.length - request.declined.length < threshold);
}

function opened(entry, request, circles) {
  const needed = Math.max(1, ...circles.map(({ threshold }) => threshold));
  if (request.approved.length < needed) {
    throw new Refused("opening-not-approved", { opening: request.number, line: entry.seq });
  }
  PINNED.forEach((name) => {
    if (canonicalJson(detail(entry, name)) !== canonicalJson(detail(request.asked, name))) {
      throw disagrees(entry, name);
    }
  });
  if (detail(entry, "requested_by") !== request.asked.actor) throw disagrees(entry, "requested_by");
  request.opened = entry;
}

// Every request in the log, each opened one with the approvals that the election's trustees ask for. Throws Refused
// opening-against-rules, opening-not-approved and log-disagrees with the line.
export function verifyOpeningsTold(entries, rules, trustees) {
  const closing = entries.find(({ act }) => act === "election-closed");
  const closed = closing ? closing.seq : entries.length + 1;
  const circles = circlesOf(trustees);
  const told = [];
  entries.filter(({ act }) => ACTS.includes(act)).forEach((entry) => {
    if (rules.get("secrecy") !== "confidential") throw new Refused("opening-against-rules", { line: entry.seq });
    if (entry.seq < closed) throw disagrees(entry, "election-closed");
    const number = detail(entry, "opening");
    if (kindOf(number) !== "int") throw disagrees(entry, "opening");
    if (entry.act === "opening-requested") {
      told.push(asked(entry, number, told));
      return;
    }
    const request = told.find((each) => each.number === number);
    if (!request || request.opened !== null || request.failed) throw disagrees(entry, "opening");
    (entry.act === "ballot-opened" ? opened : answered)(entry, request, circles);
  });
  return told;
}

function fileIn(found, name) {
  if (!found.has(name)) throw new Refused("export-incomplete", { name });
  return found.get(name);
}

// Each voter's units and area, by number.
function rollOf(found, rules) {
  const body = fileIn(found, ROLL);
  if (sha256Hex(body) !== rules.get("roll_sha256")) throw new Refused("export-file-differs", { name: ROLL });
  return new Map(decode(rollRows, body, ROLL).map(([number, labels, area]) => [number, { labels, area }]));
}

function linesIn(body, name) {
  const lines = [];
  let start = 0;
  for (let end = body.indexOf(10); end >= 0; end = body.indexOf(10, start)) {
    lines.push(body.subarray(start, end));
    start = end + 1;
  }
  if (start < body.length) throw new Refused("json-malformed", { what: name });
  return lines;
}

function verifyLine(line, { owners, area }, areas, ballot) {
  const said = decode(auditorsBallot, line, "opened ballot");
  verifyOpened(owners.context, owners.trustees, ballot, said.ballot);
  if (areas.get(said.voter) !== area.weights.get(ballot.credential)) {
    throw new Refused("opening-voter-differs", { voter: said.voter });
  }
  return said;
}

// Nobody's share is used who, by the log, did not approve; the mandatory keys are the server's.
function requireApproved(trustees, { number, approved }, shares) {
  const ofCircles = numbered(trustees).filter(([quorum]) => quorum.circle !== null);
  const approvers = approved.filter((who) => kindOf(who) === "int").map((who) => ofCircles[0][1][who - 1]);
  const unapproved = ([, numbers]) =>
    shares.some(({ owner }) => numbers.includes(owner) && !approvers.includes(owner));
  if (ofCircles.some(unapproved)) throw new Refused("opening-not-approved", { opening: number });
}

function openings(found, twins, areas, told) {
  if (!found.has(OPENINGS)) {
    if (told.length > 0) throw new Refused("export-incomplete", { name: OPENINGS });
    return 0;
  }
  const lines = linesIn(found.get(OPENINGS), OPENINGS);
  lines.forEach((line, index) => {
    const logged = index < told.length && detail(told[index].opened, "proof_sha256") === sha256Hex(line);
    if (!logged) throw new Refused("opening-not-logged", { line: index + 1 });
  });
  if (lines.length < told.length) throw new Refused("opening-missing", { opening: told[lines.length].number });
  const { counted, verified } = twins.owners;
  const ballots = new Map(verified.map((ballot) => [ballot.tracker, ballot]));
  lines.forEach((line, index) => {
    const opening = told[index].number;
    placed({ opening }, () => {
      const ballot = ballots.get(detail(told[index].asked, "tracker"));
      if (!ballot) throw new Refused("opening-ballot-unknown", { opening });
      if (!counted.includes(ballot)) throw new Refused("opening-superseded", { opening });
      const said = verifyLine(line, twins, areas, ballot);
      requireApproved(twins.owners.trustees, told[index], said.ballot.shares);
    });
  });
  return lines.length;
}

function everyBallot(found, twins, areas, entries) {
  const body = fileIn(found, BALLOTS);
  const counted = entries.filter(({ act }) => act === "election-counted").map((each) => detail(each, "ballots_sha256"));
  if (counted.length !== 1 || counted[0] !== sha256Hex(body)) throw new Refused("export-file-differs", { name: BALLOTS });
  const lines = linesIn(body, BALLOTS);
  const seen = new Set();
  const counts = new Set(twins.owners.counted);
  twins.owners.verified.forEach((ballot, index) => {
    if (!counts.has(ballot)) return;
    const height = index + 1;
    placed({ height }, () => {
      if (seen.size >= lines.length) throw new Refused("opening-missing", { opening: height });
      const { voter } = verifyLine(lines[seen.size], twins, areas, ballot);
      if (seen.has(voter)) throw new Refused("opening-voter-differs", { voter });
      seen.add(voter);
    });
  });
  if (lines.length > seen.size) throw new Refused("opening-not-logged", { line: seen.size + 1 });
  return seen.size;
}

// Who was counted without having voted, as the count's line pins it (voting.services.deemed_lines): how many. Throws
// Refused export-incomplete and export-file-differs with the name, json-*, deemed-voter-differs with the voter.
export function verifyDeemed(found, rules, counted) {
  const roll = rollOf(found, rules);
  const body = fileIn(found, DEEMED);
  if (detail(counted, "deemed_sha256") !== sha256Hex(body)) throw new Refused("export-file-differs", { name: DEEMED });
  const sums = { voter: 0, heads: 0, area: 0 };
  linesIn(body, DEEMED).forEach((line) => {
    const said = decode(silentLine, line, "silent voter");
    const { labels, area } = roll.get(said.voter) || { labels: [], area: 0 };
    const units = said.units.map(({ label }) => label);
    const known = labels.filter((label) => units.includes(label));
    const same = units.length > 0 && units.length === known.length && units.every((each, i) => each === known[i]);
    const partly = said.area_dm2 > 0 && said.area_dm2 < area;
    const fits = units.length === labels.length ? said.area_dm2 === area : partly;
    if (said.voter <= sums.voter || !same || !fits) throw new Refused("deemed-voter-differs", { voter: said.voter });
    sums.voter = said.voter;
    sums.heads += 1;
    sums.area += said.area_dm2;
  });
  const told = new Map([["heads", sums.heads], ["area_dm2", sums.area]]);
  if (canonicalJson(detail(counted, "deemed")) !== canonicalJson(told)) {
    throw new Refused("export-file-differs", { name: DEEMED });
  }
  return sums.heads;
}

// The files of the auditors' part that tell of ballots: how many were opened. Throws Refused export-incomplete and
// export-file-differs with the name, json-*, opening-* with the line, the opening or the height, and what
// `verifyOpened` refuses.
export function verifyAuditorsPart(found, twins, rules, entries, told) {
  const roll = rollOf(found, rules);
  // Where area is not counted, everybody weighs one.
  const counts = rules.get("electorate").has("area_dm2");
  const areas = new Map([...roll].map(([number, { area }]) => [number, counts ? area : 1]));
  told.forEach(({ attachment: name, asked: entry }) => {
    const digest = sha256Hex(fileIn(found, name));
    if (digest !== detail(entry, "attachment_sha256")) throw new Refused("export-file-differs", { name });
  });
  return {
    opened: openings(found, twins, areas, told.filter((each) => each.opened !== null)),
    ballots: rules.get("secrecy") === "open" ? everyBallot(found, twins, areas, entries) : 0,
  };
}
