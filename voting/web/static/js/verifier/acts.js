// What each act in an audit log says of itself: the tables of voting.services.acts, which
// explains them, but for the site's own log, which is in no record.

import { kindOf, sorted } from "../protocol/json.js";
import { Refused } from "../protocol/refused.js";
import { secondsOf } from "../rules/times.js";

const ELECTION_ACTS = `
election-created title:text agenda_sha256:digest group:text secrecy:text assembly?:text;
election-edited title:text agenda_sha256:digest group:text secrecy:text;
election-deleted title:text;
material-added question:text kind:text material_sha256:digest;
material-removed question:text kind:text;
notice-given assembly:text notice:number opens_at:time closes_at:time;
letters-issued register:number voters:number area_dm2?:number roll_sha256:digest
    credential_file_sha256:digest materials_sha256?:digest;
letters-withdrawn voters:number reason:text;
letter-replaced voter:number reason:text;
letter-reprinted voter:number;
voter-locked voter:number reason:text;
voter-unlocked voter:number;
second-factor-reset voter:number reason:text;
voter-transferred voter:number reason:text stands:number;
second-factor-locked voter:number;
help-asked voter:number wanted:text;
volunteers-listed count:number;
circle-set-up trustees:text* threshold:number;
circle-dissolved trustees:text* round:text;
trustee-invited-anew trustee:number name:text begins_again:flag;
trustee-sent-certificate trustee:number;
trustee-sent-polynomial trustee:number;
trustee-sent-output trustee:number;
trustee-sent-share trustee:number;
trustee-share-refused trustee:number refusal:text;
election-opened owners_event:digest area_event:digest rules_sha256:digest trustees?:number
    threshold?:number assembly_head?:digest;
election-extended assembly:text was:time closes_at:time reason:text;
election-closed height:number owners_event:digest area_event:digest voters:number area_dm2?:number
    early?:text assembly_head?:digest;
election-counted outcome_sha256:digest deemed?:deemed deemed_sha256?:digest shares_refused?:text
    ballots_sha256?:digest;
key-destroyed;
election-published assembly?:text;
opening-requested opening:number tracker:text reason:text role:text attachment:text
    attachment_sha256:digest;
opening-approved opening:number role?:text trustee?:number;
opening-declined opening:number role?:text trustee?:number reason:text ends:flag;
ballot-opened opening:number tracker:text requested_by:text reason:text attachment_sha256:digest
    proof_sha256:digest;
record-exported files:digests auditors:flag assembly_head?:digest;
delivery-recorded entry:number sha256:digest photo_sha256?:digest way:text units:number voters?:number*;
delivery-withdrawn entry:number sha256:digest photo_sha256?:digest withdraws:number reason:text;
posting-recorded entry:number sha256:digest photo_sha256?:digest paper:text title:text election:text
    places:text* at:time by:text version:number paper_sha256:digest;
posting-withdrawn entry:number sha256:digest photo_sha256?:digest withdraws:number reason:text;
`;

const ASSEMBLY_ACTS = `
assembly-planned title:text convener:text meeting:text place:text effect:text zone:text holidays:day*
    elects_committee:flag;
assembly-setting-changed setting:text value:scalar was:scalar reason:text;
assembly-elects-committee;
by-election-planned fills:text members:number vacant:number moved_up:number reason?:text;
assembly-publish-roll register:number version:number owners:number area_dm2:number roll_sha256:digest
    reason?:text;
assembly-publish-candidates candidates:contest* candidates_sha256:digest reason?:text;
candidate-nominated number:number nominator:text;
candidate-checked number:number met:number not_met:number;
candidate-decided number:number listed:flag reason?:text objection?:number;
candidate-withdrawn number:number reason:text;
candidates-arranged numbers:number*;
assembly-object about:text;
assembly-objection-answered number:number;
assembly-decide-objection number:number upheld:flag reason:text;
assembly-give-notice items:text* opens_at:time closes_at:time roll:roll elections:noticed* reason?:text;
assembly-open items:text*;
assembly-extend closes_at:time reason:text;
assembly-close;
assembly-publish-preliminary reason?:text;
assembly-publish-final;
assembly-file;
assembly-letters-issued letters:number elections:text* credential_file_sha256:digest;
assembly-letters-withdrawn letters:number reason:text;
assembly-letter-replaced letter:number reason:text;
assembly-letter-reprinted letter:number;
assembly-voter-locked letter:number reason:text;
assembly-voter-unlocked letter:number;
assembly-second-factor-reset letter:number reason:text;
assembly-voter-transferred letter:number reason:text stands:number;
assembly-second-factor-locked letter:number;
roll-correction version:number reason:text owners:number area_dm2:number roll_sha256:digest unit:text
    removed:flag objection?:number;
roll-decision version:number reason:text owners:number area_dm2:number roll_sha256:digest units:text*
    accepted:flag split:flag;
delivery-recorded entry:number sha256:digest photo_sha256?:digest way:text units:number voters?:number*;
delivery-withdrawn entry:number sha256:digest photo_sha256?:digest withdraws:number reason:text;
posting-recorded entry:number sha256:digest photo_sha256?:digest paper:text title:text election:text
    places:text* at:time by:text version:number paper_sha256:digest;
posting-withdrawn entry:number sha256:digest photo_sha256?:digest withdraws:number reason:text;
`;

// What stands inside others.
const RECORDS = `
deemed heads:number area_dm2:number;
contest election:text question:text candidates:text* order?:text;
roll version:number owners:number area_dm2:number roll_sha256:digest;
noticed uuid:text title:text scope:scope questions:named* owners:number area_dm2:number
    roll_sha256:digest materials?:readable*;
readable question:text sha256:digest*;
named id:text text:text sha256:digest materials_sha256?:digest;
scope buildings:text*? exclude_uses:text* stairwells?:text** units?:text*;
`;

const DIGEST = /^[0-9a-f]{64}$/;
const TIME = /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const DAY = /^2\d{3}-\d\d-\d\d$/;
const MOST = 10 ** 15;

// [key, optional, kind] of each key, by act.
function declared(table) {
  const entries = table.split(";").slice(0, -1).map((entry) => entry.trim().split(/\s+/));
  const shape = (word) => {
    const [written, kind] = word.split(":");
    return [written.replace("?", ""), written.endsWith("?"), kind];
  };
  return new Map(entries.map(([act, ...words]) => [act, words.map(shape)]));
}

export const ELECTION = declared(ELECTION_ACTS);
export const ASSEMBLY = declared(ASSEMBLY_ACTS);
const ALL_RECORDS = declared(RECORDS);

const isText = (value) => kindOf(value) === "str";
const isFlag = (value) => kindOf(value) === "bool";
const isNumber = (value) => kindOf(value) === "int" && value >= 0 && value <= MOST;
const isDigest = (value) => isText(value) && DIGEST.test(value);
export const isTime = (value) => isText(value) && TIME.test(value) && secondsOf(value) !== null;
const isDay = (value) => isText(value) && DAY.test(value) && secondsOf(`${value}T00:00:00Z`) !== null;
const KINDS = new Map([
  ["text", isText],
  ["number", isNumber],
  ["flag", isFlag],
  ["scalar", (value) => value === null || isText(value) || isFlag(value) || isNumber(value)],
  ["time", isTime],
  ["day", isDay],
  ["digest", isDigest],
  ["digests", (value) => value instanceof Map && [...value.values()].every(isDigest)],
]);

const start = (name) => Array.from(name).slice(0, 50).join("");

// The place of the first key that is not as declared, in the order of the declaration; null for none.
function faultIn(shape, value, place) {
  if (!(value instanceof Map)) return place;
  const at = (key) => (place === "" ? key : `${place}.${key}`);
  for (const [key, optional, kind] of shape) {
    const found = value.has(key) ? faultOf(kind, value.get(key), at(key)) : optional ? null : at(key);
    if (found !== null) return found;
  }
  const unknown = sorted([...value.keys()].filter((name) => !shape.some(([key]) => key === name)));
  return unknown.length > 0 ? at(start(unknown[0])) : null;
}

function faultOf(kind, value, place) {
  const inner = kind.slice(0, -1);
  if (kind.endsWith("?")) return value === null ? null : faultOf(inner, value, place);
  if (kind.endsWith("*")) {
    if (!Array.isArray(value)) return place;
    const faults = value.map((each, index) => faultOf(inner, each, `${place}[${index + 1}]`));
    const found = faults.find((fault) => fault !== null);
    return found === undefined ? null : found;
  }
  if (ALL_RECORDS.has(kind)) return faultIn(ALL_RECORDS.get(kind), value, place);
  return KINDS.get(kind)(value) ? null : place;
}

// Throws Refused log-act-unknown, log-details-malformed for an entry that is not one of `acts` as declared.
export function checkAct(acts, { seq: line, act, details }) {
  if (!acts.has(act)) throw new Refused("log-act-unknown", { line, act: start(act) });
  const place = faultIn(acts.get(act), details, "");
  if (place !== null) throw new Refused("log-details-malformed", { line, place });
}
