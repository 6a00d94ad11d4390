// An assembly's log, replayed (voting.services.assembly_log, which explains what is checked): that a record's election
// was convened, announced, opened and closed as the law asks.

import { canonicalJson, sorted } from "../protocol/json.js";
import { placed, Refused } from "../protocol/refused.js";
import { Calendar } from "../rules/calendar.js";
import { ACTS, begin, replanned as again, take, uncorrected } from "../rules/clock.js";
import { conveningDocument, ROLL } from "../rules/convening.js";
import { rulesAgenda, rulesConvening, rulesItems } from "../rules/document.js";
import { Settings, SETTINGS } from "../rules/places.js";
import { inUtc, secondsOf } from "../rules/times.js";
import { ASSEMBLY } from "./acts.js";
import { readLog, verifySignatures } from "./log.js";

export const ASSEMBLY_LOG = "assembly-log.jsonl";
const PREFIX = "assembly-";
const PLANNED = "assembly-planned";
const [OPEN, CLOSE, NOTICE, EXTEND] = ["open", "close", "give-notice", "extend"].map((act) => PREFIX + act);
const ROLL_CHANGES = ["roll-correction", "roll-decision"];
const MEETINGS = ["first", "regular", "special"];
const EFFECTS = ["official", "paper-primary", "advisory"];
const ABOUT = ["roll", "candidates", "result"];

const detail = ({ details }, key) => (details.has(key) ? details.get(key) : null);
const conveningLine = (entries) =>
  entries.find(({ details }) => details.has("assembly") || details.has("assembly_head"));

// Whether an election is one of an assembly, by its rules or by its log.
export const isConvened = (rules, entries) => rules.has("assembly") || conveningLine(entries) !== undefined;

function oneOf(allowed, entry, key) {
  const value = detail(entry, key);
  if (!allowed.includes(value)) throw new Refused("log-details-malformed", { place: key });
  return value;
}

function planIn(entry) {
  const settings = new Settings(detail(entry, "place"));
  const calendar = new Calendar(detail(entry, "zone"), detail(entry, "holidays"));
  const [meeting, effect] = [oneOf(MEETINGS, entry, "meeting"), oneOf(EFFECTS, entry, "effect")];
  return { meeting, settings, calendar, effect, electsCommittee: detail(entry, "elects_committee") };
}

// The same steps by another plan: what was taken must have been allowed by it, too, and no period that was published
// becomes shorter.
function replanned(state, plan, refused) {
  try {
    return again(state, plan);
  } catch (error) {
    if (error instanceof Refused) throw refused;
    throw error;
  }
}

function changed(state, entry) {
  const setting = oneOf(SETTINGS, entry, "setting");
  const fixed = new Refused("setting-fixed", { setting });
  if (!["draft", "roll-published"].includes(state.phase)) throw fixed;
  const { settings } = state.plan;
  if (detail(entry, "was") !== settings.get(setting)) throw new Refused("log-disagrees", { place: "was" });
  const after = settings.changed(setting, detail(entry, "value"), detail(entry, "reason"));
  return replanned(state, { ...state.plan, settings: after }, fixed);
}

function after(state, entry) {
  if (entry.act === "assembly-setting-changed") return changed(state, entry);
  if (entry.act === "assembly-elects-committee") {
    return replanned(state, { ...state.plan, electsCommittee: true }, new Refused("committee-not-planned"));
  }
  const act = entry.act.slice(PREFIX.length);
  if (!entry.act.startsWith(PREFIX) || !ACTS.includes(act)) return state;
  const time = (key) => (entry.details.has(key) ? secondsOf(entry.details.get(key)) : null);
  return take(state, {
    act,
    at: secondsOf(entry.time),
    items: detail(entry, "items") || [],
    opensAt: time("opens_at"),
    closesAt: time("closes_at"),
    about: entry.details.has("about") ? oneOf(ABOUT, entry, "about") : null,
    number: detail(entry, "number"),
    upheld: detail(entry, "upheld"),
    reason: detail(entry, "reason") || "",
  });
}

// {entries, digests, state, announced, lines} of a log: `announced` is the notice as it was given, `lines` the last
// line of each act up to the opening, and the opening's and closing's.
function replayed({ entries, digests }) {
  let state = null;
  let announced = null;
  const lines = new Map();
  const changes = [];
  entries.forEach((entry) => {
    if (ROLL_CHANGES.includes(entry.act)) changes.push([secondsOf(entry.time), detail(entry, "objection")]);
    state = placed({ line: entry.seq }, () => {
      if ((entry.act === PLANNED) !== (state === null)) throw new Refused("log-disagrees", { place: PLANNED });
      const made = state === null ? begin(planIn(entry)) : after(state, entry);
      if (entry.act === NOTICE) {
        uncorrected(made, changes).forEach((number) => {
          throw new Refused("objection-unheeded", { about: "roll", number });
        });
      }
      return made;
    });
    if (state.openedAt === null || [OPEN, CLOSE].includes(entry.act)) lines.set(entry.act, entry);
    if (state.openedAt === null) announced = state.notice;
  });
  [OPEN, CLOSE].forEach((act) => {
    if (!lines.has(act)) throw new Refused("step-missing", { step: act.slice(PREFIX.length), line: entries.length });
  });
  return { entries, digests, state, announced, lines };
}

function sameMeeting({ lines, state }, convening) {
  const planned = lines.get(PLANNED);
  const { plan } = state;
  const [title, convener] = [detail(planned, "title"), detail(planned, "convener")];
  const whole = (each) => {
    const { meeting, effect } = each.plan;
    return new Map([...conveningDocument(each), ["meeting", meeting], ["effect", effect]]);
  };
  const [meant, told] = [whole(convening), whole({ ...convening, title, convener, plan })];
  sorted(meant.keys()).forEach((place) => {
    if (canonicalJson(meant.get(place)) !== canonicalJson(told.get(place))) {
      throw new Refused("assembly-differs", { line: planned.seq, place });
    }
  });
}

function sameNotice({ lines, digests, announced }, convening, rules) {
  const line = lines.get(NOTICE).seq;
  if (digests[line] !== convening.noticeSha256) throw new Refused("notice-differs", { line });
  [["opens_at", announced.opensAt], ["closes_at", announced.closesAt]].forEach(([place, at]) => {
    if (secondsOf(rules.get(place)) !== at) throw new Refused("notice-window-differs", { line, place });
  });
}

function sameQuestions({ lines }, agenda, rules, uuid) {
  const notice = lines.get(NOTICE);
  const line = notice.seq;
  const told = [];
  detail(notice, "elections").forEach((each) => {
    each.get("questions").forEach((asked) => told.push(`${each.get("uuid")}/${asked.get("id")}/${asked.get("sha256")}`));
    told.push(`${each.get("uuid")}/${ROLL}/${each.get("roll_sha256")}`);
  });
  if (canonicalJson(told) !== canonicalJson(detail(notice, "items"))) {
    throw new Refused("log-disagrees", { line, place: "items" });
  }
  const totals = detail(notice, "elections").filter((each) => each.get("uuid") === uuid);
  const read = totals.flatMap((each) => each.get("questions")).filter((asked) => asked.has("materials_sha256"));
  const materials = new Map(read.map((asked) => [asked.get("id"), asked.get("materials_sha256")]));
  const questions = rulesItems(uuid, rules, agenda, materials);
  const roll = questions.pop();
  questions.forEach((item, index) => {
    if (!told.includes(item)) throw new Refused("notice-questions-differ", { line, question: index + 1 });
  });
  if (told.filter((item) => item.startsWith(`${uuid}/`)).length > questions.length + 1) {
    throw new Refused("notice-questions-differ", { line, question: questions.length + 1 });
  }
  const electorate = rules.get("electorate");
  const heads = electorate.get(electorate.has("owners") ? "owners" : "heads");
  const same = totals.every((each) => {
    return each.get("owners") === heads && (!electorate.has("area_dm2") || each.get("area_dm2") === electorate.get("area_dm2"));
  });
  if (!told.includes(roll) || !same) throw new Refused("notice-roll-differs", { line });
}

function sameCandidates({ lines }, { questions }, uuid) {
  const published = lines.get("assembly-publish-candidates");
  if (published === undefined) return;
  const told = detail(published, "candidates").filter((each) => each.get("election") === uuid);
  const contests = questions.filter(({ kind }) => kind === "committee");
  const listed = told.map((each) => [each.get("question"), each.get("candidates")]);
  if (canonicalJson(listed) !== canonicalJson(contests.map(({ id, candidates }) => [id, candidates]))) {
    throw new Refused("candidates-differ", { line: published.seq });
  }
}

// The board's own opening and closing, which the archives prove, within the assembly's.
function sameWindow({ entries: all, lines, state }, entries) {
  const times = new Map(entries.map(({ act, time }) => [act, secondsOf(time)]));
  if (!times.has("election-closed")) {
    throw new Refused("board-window-differs", { line: all.length, place: "closes_at" });
  }
  const [opened, closed] = [times.get("election-opened"), times.get("election-closed")];
  if (!(state.openedAt <= opened && opened < state.notice.closesAt)) {
    throw new Refused("board-window-differs", { line: lines.get(OPEN).seq, place: "opens_at" });
  }
  if (closed < state.closedAt) throw new Refused("board-window-differs", { line: lines.get(CLOSE).seq, place: "closes_at" });
}

// What the election's own log says of its assembly.
function toldAlike({ entries: all, digests, lines }, entries, convening) {
  const disagrees = (line, place) => new Refused("log-disagrees", { line, place });
  const ofAct = (listed, act) => listed.filter((each) => each.act === act);
  const noticed = ofAct(entries, "notice-given").pop();
  if (noticed === undefined) throw disagrees(entries.length, "notice-given");
  ["opens_at", "closes_at"].forEach((place) => {
    if (detail(noticed, place) !== detail(lines.get(NOTICE), place)) throw disagrees(noticed.seq, place);
  });
  const extended = ofAct(entries, "election-extended");
  const closings = (listed) => canonicalJson(listed.map((each) => detail(each, "closes_at")));
  if (closings(extended) !== closings(ofAct(all, EXTEND))) {
    const line = extended.length > 0 ? extended[extended.length - 1].seq : entries.length;
    throw disagrees(line, "election-extended");
  }
  entries.forEach((each) => {
    if (each.details.has("assembly") && detail(each, "assembly") !== convening.uuid) throw disagrees(each.seq, "assembly");
  });
  const last = all.length;
  const [opened, closed] = [lines.get(OPEN).seq, lines.get(CLOSE).seq];
  const spans = new Map([
    ["election-opened", [opened, closed]],
    ["election-closed", [closed, last + 1]],
    ["record-exported", [0, last + 1]],
  ]);
  entries.forEach((each) => {
    if (!spans.has(each.act)) return;
    if (!digests.slice(...spans.get(each.act)).includes(detail(each, "assembly_head"))) throw disagrees(each.seq, "assembly_head");
  });
  const end = entries[entries.length - 1];
  if (detail(end, "assembly_head") !== digests[last]) throw disagrees(end.seq, "assembly_head");
}

// The assembly's log (bytes, or undefined) against the rules and the log of its election: what it tells. Throws
// Refused export-incomplete, log-*, what the clock refuses, assembly-differs, notice-*, candidates-differ and
// board-window-differs with the line.
export function verifyAssembly(body, rules, uuid, entries) {
  const agenda = rulesAgenda(rules);
  const convening = rulesConvening(rules, agenda);
  if (convening === null) throw new Refused("log-disagrees", { line: conveningLine(entries).seq, place: "assembly" });
  if (body === undefined) throw new Refused("export-incomplete", { name: ASSEMBLY_LOG });
  const found = placed({ log: ASSEMBLY_LOG }, () => {
    const log = readLog(body, ASSEMBLY);
    verifySignatures(log.entries, convening.uuid, rules.get("receipt_key"));
    const made = replayed(log);
    sameMeeting(made, convening);
    sameNotice(made, convening, rules);
    sameQuestions(made, agenda, rules, uuid);
    sameCandidates(made, agenda, uuid);
    sameWindow(made, entries);
    return made;
  });
  toldAlike(found, entries, convening);
  const { announced, state } = found;
  return {
    uuid: convening.uuid,
    title: convening.title,
    convener: convening.convener,
    meeting: convening.plan.meeting,
    place: convening.plan.settings.place,
    changes: conveningDocument(convening).get("changes").length,
    zone: convening.plan.calendar.zone,
    notice: `${inUtc(announced.at)}Z`,
    announced_opening: `${inUtc(announced.opensAt)}Z`,
    announced_closing: `${inUtc(announced.closesAt)}Z`,
    closing: `${inUtc(state.closedAt)}Z`,
    extensions: state.extensions,
  };
}
