// The papers of an export, checked against its two verified archives and against each other
// (voting.services.papers): no byte of an export can change alone.

import { sha256Hex } from "../protocol/encoding.js";
import { canonicalJson, decoded, indentedJson, kindOf, readPaper, sorted } from "../protocol/json.js";
import { Refused } from "../protocol/refused.js";
import { mostBallots, rulesAgenda } from "../rules/document.js";
import { decide } from "../rules/outcome.js";
import { askedOf } from "../rules/questions.js";
import { secondsOf } from "../rules/times.js";
import { ELECTION } from "./acts.js";
import { readCheckpoint } from "./checkpoint.js";
import { readLog } from "./log.js";

const RULES_PREFIX = "rules sha256:";
// Written for people. They prove nothing, but what is in the export is what left the server.
export const DOCUMENTS = ["README.txt", "report.html", "results.xlsx", "verify.html"];

const electionOf = (twins) => twins.owners.context.election;
const linksOf = (record) => record.archive.links;
const sum = (numbers) => [...numbers].reduce((left, right) => left + right, 0);

// Whether a value of a paper is this number or text; true counts as 1, as in Python.
function isSo(said, expected) {
  const value = typeof said === "boolean" ? Number(said) : said;
  return typeof expected === "number" ? kindOf(value) === "int" && Number(value) === expected : value === expected;
}

function agree(place, same) {
  if (!same) throw new Refused("rules-disagree", { place });
}

function sameQuestion({ text, answers, minimum, maximum }, asked) {
  return (
    text === asked.question &&
    answers.length === asked.answers.length &&
    answers.every((answer, index) => answer === asked.answers[index]) &&
    minimum === asked.min &&
    maximum === asked.max &&
    !asked.blank
  );
}

// How many ballots a voter may cast by a rules.json, null for any number; also for what is no rules.json, which is for
// `verifyRules` to find.
export function ballotsAllowed(body) {
  try {
    return mostBallots(rulesAgenda(readPaper(body, "rules.json")));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return null;
  }
}

// Of how many voters, and of what weight on the second board: where area is not counted, one each.
function electorateOf(rules) {
  const electorate = rules.get("electorate");
  const heads = electorate.get(electorate.has("owners") ? "owners" : "heads");
  return { heads, weight: electorate.has("area_dm2") ? electorate.get("area_dm2") : heads };
}

// The rules (a Map), bound by the election and agreeing with both archives. Throws Refused rules-not-bound,
// rules-malformed, agenda-*, json-* or rules-disagree with the place.
export function verifyRules(body, twins) {
  const election = electionOf(twins);
  if (election.description !== RULES_PREFIX + sha256Hex(body)) throw new Refused("rules-not-bound");
  const rules = readPaper(body, "rules.json");
  const { questions, title } = rulesAgenda(rules);
  if (canonicalJson(rules) !== decoded(body)) throw new Refused("json-not-canonical", { what: "rules.json" });
  const asked = election.questions;
  const said = askedOf(questions);
  agree("questions", said.length === asked.length && said.every((each, index) => sameQuestion(each, asked[index])));
  agree("title", title === election.name);
  agree("group", rules.get("group") === election.group);
  const { heads, weight } = electorateOf(rules);
  agree("electorate.owners", heads === twins.owners.weights.size);
  agree("electorate.area", weight === sum(twins.area.weights.values()));
  return rules;
}

// What outcome.json must say: the uuid and what the law makes of the results.
function outcomeOf(rules, { owners, area }, deemed) {
  if (owners.result === null || area.result === null) {
    throw new Refused("archive-grammar", { height: linksOf(owners).length, type: "Result" });
  }
  const byOwners = { cast: owners.numTallied, result: owners.result };
  const byArea = { cast: area.totalWeight, result: area.result };
  // The seed of a lot: the event that ended the ballots on the owners' board.
  const closing = linksOf(owners).find(({ event }) => event.type === "EndBallots").hash;
  return new Map([["uuid", owners.context.election.uuid], ...decide(rules, byOwners, byArea, closing, deemed)]);
}

const outcomeJson = (outcome) => `${indentedJson(outcome)}\n`;

function firstDifference(claimed, outcome, place = "") {
  if (claimed instanceof Map && outcome instanceof Map) {
    for (const name of sorted(new Set([...claimed.keys(), ...outcome.keys()]))) {
      const here = place === "" ? name : `${place}.${name}`;
      if (!claimed.has(name) || !outcome.has(name)) return here;
      const found = firstDifference(claimed.get(name), outcome.get(name), here);
      if (found !== null) return found;
    }
    return null;
  }
  return sameValue(claimed, outcome) ? null : place || "outcome.json";
}

// A type of its own: true is not 1, and a list is a list.
function sameValue(left, right) {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  return left.length === right.length && left.every((each, index) => sameValue(each, right[index]));
}

// The silent ones of whom the count's line tells, {heads, areaDm2}, or null; `log` may be null.
export function deemedOf(log) {
  const isCount = (value) => kindOf(value) === "int" && value >= 0;
  for (const { details } of log === null ? [] : ofAct(log, "election-counted")) {
    const said = details.get("deemed");
    if (said instanceof Map && sorted(said.keys()).join() === "area_dm2,heads" && [...said.values()].every(isCount)) {
      return { heads: said.get("heads"), areaDm2: said.get("area_dm2") };
    }
  }
  return null;
}

// The outcome (a Map) that follows from results and rules. Throws Refused outcome-mismatch with the first place
// that differs, json-malformed, or json-not-canonical where only the writing does.
export function verifyOutcome(body, rules, twins, deemed = null) {
  const outcome = outcomeOf(rules, twins, deemed);
  const expected = new TextEncoder().encode(outcomeJson(outcome));
  if (sha256Hex(expected) !== sha256Hex(body)) {
    const place = firstDifference(readPaper(body, "outcome.json"), outcome);
    if (place !== null) throw new Refused("outcome-mismatch", { place });
    throw new Refused("json-not-canonical", { what: "outcome.json" });
  }
  return outcome;
}

function told(entry, place, same) {
  if (!same) throw new Refused("log-disagrees", { line: entry.seq, place });
}

function toldEvents(entry, owners, area) {
  told(entry, "owners_event", entry.details.get("owners_event") === owners.hash);
  told(entry, "area_event", entry.details.get("area_event") === area.hash);
}

const ofAct = ({ entries }, act) => entries.filter((entry) => entry.act === act);

function only(log, act) {
  const entries = ofAct(log, act);
  if (entries.length !== 1) {
    const line = entries.length > 0 ? entries[1].seq : log.entries.length;
    throw new Refused("log-disagrees", { line, place: act });
  }
  return entries[0];
}

// The log: an unbroken chain of acts as they are declared, which agree with the archives. Throws Refused log-broken,
// log-act-unknown and log-details-malformed with the line, log-disagrees with line and place.
export function verifyLog(body, twins) {
  const log = readLog(body, ELECTION);
  const [owners, area] = [twins.owners, twins.area];
  const opened = only(log, "election-opened");
  told(opened, "timestamp", secondsOf(opened.time) === owners.archive.timestamp);
  toldEvents(opened, linksOf(owners)[0], linksOf(area)[0]);
  const rules = opened.details.get("rules_sha256");
  told(opened, "rules", RULES_PREFIX + (rules === undefined ? "None" : rules) === electionOf(twins).description);
  const end = linksOf(owners).findIndex(({ event }) => event.type === "EndBallots");
  if (end >= 0) {
    const closed = only(log, "election-closed");
    told(closed, "height", isSo(closed.details.get("height"), end));
    toldEvents(closed, linksOf(owners)[end], linksOf(area)[end]);
    told(closed, "owners", isSo(closed.details.get("voters"), owners.numTallied));
    // A meeting of heads tells no area, and every voter weighs one.
    const areaTold = closed.details.get(closed.details.has("area_dm2") ? "area_dm2" : "voters");
    told(closed, "area", isSo(areaTold, area.totalWeight));
  }
  return log;
}

// The log tells of this electorate and this outcome. Throws Refused log-disagrees.
export function verifyTold(log, rules, outcome) {
  const issued = ofAct(log, "letters-issued");
  if (issued.length === 0) throw new Refused("log-disagrees", { line: log.entries.length, place: "letters-issued" });
  const roll = issued[issued.length - 1];
  const electorate = rules.get("electorate");
  told(roll, "owners", isSo(roll.details.get("voters"), electorateOf(rules).heads));
  const area = roll.details.get("area_dm2");
  const noArea = !electorate.has("area_dm2") && (area === undefined || area === null);
  told(roll, "area", noArea || isSo(area, electorate.get("area_dm2")));
  told(roll, "credentials", roll.details.get("roll_sha256") === rules.get("roll_sha256"));
  const counted = only(log, "election-counted");
  told(counted, "outcome", counted.details.get("outcome_sha256") === sha256Hex(outcomeJson(outcome)));
  if (rules.get("secrecy") === "secret") {
    const destroyed = only(log, "key-destroyed");
    told(destroyed, "election-counted", destroyed.seq > counted.seq);
  }
}

// The documents are those that the log's last line, the export's own, pins. Throws Refused log-disagrees without
// such a line, export-file-differs with the file's name.
export function verifyDocuments(found, log) {
  const last = log.entries[log.entries.length - 1];
  const pinned = last.details.get("files");
  if (last.act !== "record-exported" || !(pinned instanceof Map)) {
    throw new Refused("log-disagrees", { line: last.seq, place: "record-exported" });
  }
  sorted(new Set([...DOCUMENTS, ...pinned.keys()])).forEach((name) => {
    if (!found.has(name) || sha256Hex(found.get(name)) !== pinned.get(name)) {
      throw new Refused("export-file-differs", { name });
    }
  });
}

function checkBoards({ height, owners, area }, twins) {
  const [byOwners, byArea] = [linksOf(twins.owners), linksOf(twins.area)];
  if (height >= byOwners.length || byOwners[height].hash !== owners || byArea[height].hash !== area) {
    throw new Refused("checkpoint-not-a-prefix", { height });
  }
}

// The export's own checkpoint pins exactly this record; `log` may be null. Throws Refused checkpoint-*.
export function verifyOwnCheckpoint(body, rules, log, twins) {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(body);
  const checkpoint = readCheckpoint(text, rules.get("receipt_key"));
  const pinned = [
    ["uuid", checkpoint.uuid === electionOf(twins).uuid],
    ["rules", RULES_PREFIX + checkpoint.rules === electionOf(twins).description],
    ["height", checkpoint.height === linksOf(twins.owners).length - 1],
  ];
  if (log !== null) {
    const last = log.entries.length;
    pinned.push(["log", checkpoint.log === log.digests[last]]);
    pinned.push(["time", checkpoint.time === log.entries[last - 1].time]);
  }
  pinned.forEach(([place, same]) => {
    if (!same) throw new Refused("checkpoint-invalid", { place });
  });
  checkBoards(checkpoint, twins);
}

// This record continues the one that `earlier` (a text) pins, boards and log. Throws Refused checkpoint-invalid,
// checkpoint-not-a-prefix with the height, log-not-a-prefix.
export function verifyContinues(earlier, rules, log, twins) {
  const checkpoint = readCheckpoint(earlier, rules.get("receipt_key"));
  if (checkpoint.uuid !== electionOf(twins).uuid) throw new Refused("checkpoint-invalid", { place: "uuid" });
  checkBoards(checkpoint, twins);
  if (log !== null && !log.digests.includes(checkpoint.log)) throw new Refused("log-not-a-prefix");
}
