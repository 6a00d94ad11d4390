// The assembly in which an election is held: what rules.json binds of it, and what its notice names
// (voting.rules.convening).

import { sha256Hex } from "../protocol/encoding.js";
import { canonicalJson, kindOf } from "../protocol/json.js";
import { Refused } from "../protocol/refused.js";
import { Calendar } from "./calendar.js";
import { objectIn, textIn } from "./fields.js";
import { PRESETS, Settings, SETTINGS } from "./places.js";
import { secondsOf } from "./times.js";

const MAX_NAME = 100;
export const ROLL = "roll";
const UUID = /^[1-9A-HJ-NP-Za-km-z]{14,64}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const DAY = /^2\d{3}-\d\d-\d\d$/;
const MOST_MEMBERS = 21;
const REVOTING = ["none", "once", "until-close"];
const KEYS = ["uuid", "title", "convener", "place", "changes", "zone", "holidays", "elects_committee", "notice_sha256"];

const malformed = (key) => new Refused("rules-malformed", { place: `assembly.${key}` });

// The rules' `assembly` (a Map) of a convening {uuid, title, convener, plan, noticeSha256}.
export function conveningDocument({ uuid, title, convener, plan, noticeSha256 }) {
  const { settings, calendar, electsCommittee } = plan;
  const changes = settings.net.map(({ setting, value, reason }) => {
    return new Map([["setting", setting], ["value", value], ["reason", reason]]);
  });
  return new Map([
    ["uuid", uuid],
    ["title", title],
    ["convener", convener],
    ["place", settings.place],
    ["changes", changes],
    ["zone", calendar.zone],
    ["holidays", calendar.holidays],
    ["elects_committee", electsCommittee],
    ["notice_sha256", noticeSha256],
  ]);
}

function changesIn(value) {
  if (!Array.isArray(value) || value.length > SETTINGS.length) throw malformed("changes");
  return value.map((each) => {
    const whole = each instanceof Map && each.size === 3;
    if (!whole || !["setting", "value", "reason"].every((key) => each.has(key))) throw malformed("changes");
    const change = { setting: each.get("setting"), value: each.get("value"), reason: each.get("reason") };
    if (!SETTINGS.includes(change.setting) || kindOf(change.reason) !== "str") throw malformed("changes");
    return change;
  });
}

// What the place asks of a contest in the smallest estate that there can be (voting.rules.committee).
function checkContest({ settings }, contest) {
  const number = (setting) => settings.get(setting);
  const small = number("small-committee") !== null && (number("small-households") !== null || number("small-area-dm2") !== null);
  const least = small ? number("small-committee") : number("committee-least");
  const most = number("committee-most") === null ? MOST_MEMBERS : number("committee-most");
  const size = contest.size || contest.seats;
  if (size % 2 === 0 || size < least || size > most) {
    throw new Refused("committee-size", { size, least, most: most || MOST_MEMBERS });
  }
  const { alternates, candidates } = contest;
  const every = { none: 0, half: Math.floor(size / 2), "as-many": size, "all-over-the-threshold": candidates.length };
  const mostAlternates = every[number("alternates")];
  if (alternates > mostAlternates) throw new Refused("alternates-too-many", { alternates, most: mostAlternates });
  if (!contest.stands_incomplete) return;
  if (number("committee-stands-incomplete") !== true) throw new Refused("incomplete-not-in-place");
  if (contest.least < least) throw new Refused("incomplete-too-few", { given: contest.least, least });
}

// What the place does not allow of an election (place_obstacles).
function checkPlace({ effect, settings }, { title, revoting, questions }) {
  if (effect === "official" && settings.get("official-system-for-online-votes") === true) {
    throw new Refused("official-elsewhere");
  }
  const allowed = settings.get("revoting");
  if (REVOTING.indexOf(revoting) > REVOTING.indexOf(allowed)) {
    throw new Refused("revoting-not-in-place", { title, revoting: allowed });
  }
  questions.filter(({ kind }) => kind === "committee").forEach((contest) => checkContest({ settings }, contest));
}

// The convening in the rules of an agenda with these terms. Throws Refused rules-malformed with the place, agenda-*,
// place-unknown, setting-value, reason-missing, zone-unknown, deemed-not-in-place, and what the place does not allow.
export function conveningIn(value, { title: asked, questions, terms, revoting }) {
  const fields = objectIn(value, "assembly", KEYS, []);
  const given = (key) => fields.get(key);
  [["uuid", UUID], ["notice_sha256", SHA256]].forEach(([key, form]) => {
    if (kindOf(given(key)) !== "str" || !form.test(given(key))) throw malformed(key);
  });
  ["title", "convener"].forEach((key) => {
    if (textIn(given(key), `assembly.${key}`, MAX_NAME) !== given(key)) throw malformed(key);
  });
  if (!PRESETS.has(given("place"))) throw malformed("place");
  const electsCommittee = given("elects_committee");
  const contest = questions.some(({ kind }) => kind === "committee");
  if (kindOf(electsCommittee) !== "bool" || (contest && !electsCommittee)) throw malformed("elects_committee");
  if (kindOf(given("zone")) !== "str") throw malformed("zone");
  const settings = new Settings(given("place"), changesIn(given("changes")));
  settings.changes.reduce((all, { setting, value: to, reason }) => all.changed(setting, to, reason), new Settings(given("place")));
  const holidays = given("holidays");
  const isDay = (day) => kindOf(day) === "str" && DAY.test(day) && secondsOf(`${day}T00:00:00Z`) !== null;
  if (!Array.isArray(holidays) || !holidays.every(isDay)) throw malformed("holidays");
  const calendar = new Calendar(given("zone"), holidays);
  const plan = { meeting: terms.meeting, settings, calendar, effect: terms.effect, electsCommittee };
  if (terms.deemed !== null && settings.get("deemed-votes") !== true) throw new Refused("deemed-not-in-place");
  checkPlace(plan, { title: asked, revoting, questions });
  const [uuid, title, convener, noticeSha256] = ["uuid", "title", "convener", "notice_sha256"].map(given);
  return { uuid, title, convener, plan, noticeSha256 };
}

// What a notice names of an election, each question and at last its roll: `<uuid>/<question>/<SHA-256>`. `common` and
// the questions' own contents are those of the rules, as Maps; `materials` the digests of what can be read, by id.
export function namedItems(uuid, common, contents, rollSha256, materials) {
  const digests = contents.map((content) => {
    const id = content.get("id");
    const readable = materials.has(id) ? [materials.get(id)] : [];
    return [id, sha256Hex(canonicalJson([common, content, ...readable]))];
  });
  return [...digests, [ROLL, rollSha256]].map(([name, digest]) => `${uuid}/${name}/${digest}`);
}
