// What applies in a place, and what people changed of it (voting.rules.places, settings and presets): values only,
// their sources stand there.

import { kindOf } from "../protocol/json.js";
import { Refused } from "../protocol/refused.js";
import { joined } from "./fields.js";

const MOST = 10000000;
const MOST_DAYS = 3660;
export const LEAST_REASON = 5;
const MAX_REASON = 500;

const NATIONAL = [
  ["notice-days", 15],
  ["notice-days-special", 15],
  ["roll-objection-days", 7],
  ["candidates-before-days", 15],
  ["candidates-shown-days", 7],
  ["window-least-days", 5],
  ["window-most-days", 60],
  ["extensions-most", 1],
  ["extension-in-committee-election", false],
  ["result-posted-days", 3],
  ["result-objection-days", 7],
  ["filing-days", 30],
  ["committee-least", 5],
  ["committee-most", 11],
  ["small-committee", null],
  ["small-households", null],
  ["small-area-dm2", null],
  ["committee-stands-incomplete", false],
  ["alternates", "none"],
  ["revoting", "none"],
  ["proxy-cap", 3],
  ["deemed-votes", false],
  ["official-system-for-online-votes", false],
  ["keep-years", 5],
];
const BEIJING = [
  ["small-committee", 3],
  ["small-households", 100],
  ["alternates", "as-many"],
  ["official-system-for-online-votes", true],
];
const SHANGHAI = [
  ["small-committee", 3],
  ["small-area-dm2", 1000000],
];
const HANGZHOU = [
  ["notice-days-special", 7],
  ["small-committee", 3],
  ["small-households", 100],
  ["committee-stands-incomplete", true],
  ["alternates", "all-over-the-threshold"],
];

export const PRESETS = new Map([
  ["全国", new Map(NATIONAL)],
  ["北京", new Map([...NATIONAL, ...BEIJING])],
  ["上海", new Map([...NATIONAL, ...SHANGHAI])],
  ["杭州", new Map([...NATIONAL, ...HANGZHOU])],
]);
export const SETTINGS = NATIONAL.map(([setting]) => setting);

const WORDS = new Map([
  ["alternates", ["none", "half", "as-many", "all-over-the-threshold"]],
  ["revoting", ["none", "once", "until-close"]],
]);
const FLAGS = NATIONAL.filter(([, value]) => typeof value === "boolean").map(([setting]) => setting);
// May be null: no such limit, or no such rule.
const OPEN = [
  "candidates-before-days",
  "candidates-shown-days",
  "window-most-days",
  "committee-most",
  "small-committee",
  "small-households",
  "small-area-dm2",
  "proxy-cap",
];

function isValue(setting, value) {
  if (value === null) return OPEN.includes(setting);
  if (WORDS.has(setting)) return WORDS.get(setting).includes(value);
  if (FLAGS.includes(setting)) return kindOf(value) === "bool";
  return kindOf(value) === "int" && value >= 0 && value <= (setting.includes("-days") ? MOST_DAYS : MOST);
}

// What applies: a place's preset and what was changed of it, [{setting, value, reason}] in order.
export class Settings {
  constructor(place, changes = []) {
    if (!PRESETS.has(place)) throw new Refused("place-unknown", { place: Array.from(place).slice(0, 50).join("") });
    this.place = place;
    this.changes = changes;
  }

  // Throws Refused setting-value, reason-missing.
  changed(setting, value, reason) {
    if (!isValue(setting, value)) throw new Refused("setting-value", { setting });
    const said = Array.from(joined(reason));
    if (said.length < LEAST_REASON) throw new Refused("reason-missing", { least: LEAST_REASON });
    const change = { setting, value, reason: said.slice(0, MAX_REASON).join("") };
    return new Settings(this.place, [...this.changes, change]);
  }

  get(setting) {
    const changed = this.changes.filter((each) => each.setting === setting);
    return changed.length > 0 ? changed[changed.length - 1].value : PRESETS.get(this.place).get(setting);
  }

  // What differs in the end from the preset, in the order of the settings.
  get net() {
    const last = SETTINGS.map((setting) => this.changes.filter((each) => each.setting === setting).pop());
    return last.filter((each) => each !== undefined && each.value !== PRESETS.get(this.place).get(each.setting));
  }
}
