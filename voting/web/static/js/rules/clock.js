// The clock of an assembly as a state machine that cannot be skipped (voting.rules.clock, which explains it).
//
// A plan is {meeting, effect, settings, calendar, electsCommittee}; a step {act, at, items, opensAt, closesAt, about,
// number, upheld, reason}, times in seconds since 1970, what is not said null. An assembly is what its plan and steps
// make of it.

import { Refused } from "../protocol/refused.js";
import { stripped } from "./fields.js";
import { LEAST_REASON } from "./places.js";

const ALL = ["draft", "roll-published", "notice-given", "open", "closed", "preliminary-result", "final", "filed"];
const BEFORE = ["draft", "roll-published", "notice-given"];
const PHASES = new Map([
  ["publish-roll", BEFORE],
  ["publish-candidates", BEFORE],
  ["object", ALL],
  ["decide-objection", ALL],
  ["give-notice", ["roll-published", "notice-given"]],
  ["open", ["notice-given"]],
  ["extend", ["open"]],
  ["close", ["open"]],
  ["publish-preliminary", ["closed", "preliminary-result"]],
  ["publish-final", ["preliminary-result"]],
  ["file", ["final"]],
]);
export const ACTS = [...PHASES.keys()];

export const begin = (plan) => ({
  plan,
  steps: [],
  phase: "draft",
  rollAt: null,
  candidatesAt: null,
  notice: null,
  openedAt: null,
  extensions: 0,
  closedAt: null,
  preliminaryAt: null,
  objections: [],
});

// The assembly that these steps make. Throws like `take`.
export const replay = (plan, steps) => steps.reduce(take, begin(plan));

// The same steps by another plan. Throws like `take`, and objections-running where a period for objections that was
// published would become shorter.
export function replanned(assembly, plan) {
  const again = replay(plan, assembly.steps);
  ["roll", "candidates", "result"].forEach((about) => {
    const [until, after] = [objectionsUntil(assembly, about), objectionsUntil(again, about)];
    if (until !== null && (after === null || after < until)) {
      throw new Refused("objections-running", { about, until: assembly.plan.calendar.shown(until) });
    }
  });
  return again;
}

// The assembly after a step. Throws Refused with the first of its obstacles.
export function take(assembly, step) {
  const first = obstacles(assembly, step).next();
  if (!first.done) throw first.value;
  return after(assembly, step);
}

export function* obstacles(assembly, step) {
  const { phase, steps, plan } = assembly;
  if (!PHASES.get(step.act).includes(phase)) {
    yield new Refused("step-out-of-order", { step: step.act, stage: phase });
    return;
  }
  const last = steps[steps.length - 1];
  if (last !== undefined && step.at < last.at) {
    yield new Refused("step-backwards", { at: plan.calendar.shown(last.at) });
  }
  const own = OBSTACLES.get(step.act);
  if (own !== undefined) yield* own(assembly, step);
}

function noticeDays({ meeting, settings }) {
  return settings.get(meeting === "special" ? "notice-days-special" : "notice-days");
}

function objectionsUntil({ plan, rollAt, candidatesAt, preliminaryAt }, about) {
  const [begun, setting] = {
    roll: [rollAt, "roll-objection-days"],
    candidates: [candidatesAt, "candidates-shown-days"],
    result: [preliminaryAt, "result-objection-days"],
  }[about];
  const days = plan.settings.get(setting);
  return begun === null || days === null ? null : plan.calendar.waiting(begun, days);
}

function earliestOpening(plan, noticeAt, candidatesAt) {
  const ends = [plan.calendar.waiting(noticeAt, noticeDays(plan))];
  if (plan.electsCommittee && candidatesAt !== null) {
    ["candidates-before-days", "candidates-shown-days"].forEach((setting) => {
      ends.push(plan.calendar.waiting(candidatesAt, plan.settings.get(setting) || 0));
    });
  }
  return Math.max(...ends);
}

function* running(assembly, about, at) {
  const until = objectionsUntil(assembly, about);
  if (until !== null && at < until) {
    yield new Refused("objections-running", { about, until: assembly.plan.calendar.shown(until) });
  }
  const count = assembly.objections.filter((each) => each.about === about && each.upheld === null).length;
  if (count > 0) yield new Refused("objections-undecided", { about, count });
}

// The numbers of upheld objections since what they are about was last published.
function unheeded({ steps, objections }, about) {
  const publishes = { roll: "publish-roll", candidates: "publish-candidates", result: "publish-preliminary" }[about];
  return steps.reduce((found, { act, number, upheld }) => {
    if (act === publishes) return [];
    const counts = act === "decide-objection" && upheld && objections[number - 1].about === about;
    return counts ? [...found, number] : found;
  }, []);
}

// The numbers of upheld objections to the roll that no change of it, [time, the objection that it names or null], can be
// for.
export const uncorrected = (assembly, changes) =>
  unheeded(assembly, "roll").filter((number) => {
    const { at } = assembly.objections[number - 1];
    return !changes.some(([time, named]) => time >= at && [null, number].includes(named));
  });

function* heeded(assembly, about) {
  for (const number of unheeded(assembly, about)) yield new Refused("objection-unheeded", { about, number });
}

function* withReason({ reason }) {
  if (Array.from(stripped(reason)).length < LEAST_REASON) yield new Refused("reason-missing", { least: LEAST_REASON });
}

function* candidates({ plan }) {
  if (!plan.electsCommittee) yield new Refused("no-committee-elected");
}

function* object(assembly, { about, at }) {
  if (about === null) {
    yield new Refused("assembly-malformed");
    return;
  }
  const until = objectionsUntil(assembly, about);
  if (until === null) {
    yield new Refused("objection-too-early", { about });
  } else if (at >= until) {
    yield new Refused("objection-too-late", { about, until: assembly.plan.calendar.shown(until) });
  }
}

function* decide({ objections }, step) {
  const number = step.number === null ? 0 : step.number;
  if (!(number >= 1 && number <= objections.length) || step.upheld === null) {
    yield new Refused("objection-unknown", { number });
  } else if (objections[number - 1].upheld !== null) {
    yield new Refused("objection-decided", { number });
  }
  yield* withReason(step);
}

function* giveNotice(assembly, step) {
  const { plan, steps, candidatesAt } = assembly;
  yield* running(assembly, "roll", step.at);
  if (steps.some(({ act }) => act === "give-notice")) yield* withReason(step);
  if (step.items.length === 0) yield new Refused("notice-without-items");
  if (plan.electsCommittee && candidatesAt === null) yield new Refused("candidates-unpublished");
  if (plan.electsCommittee) yield* heeded(assembly, "candidates");
  if (step.opensAt === null || step.closesAt === null) {
    yield new Refused("window-invalid");
    return;
  }
  const earliest = earliestOpening(plan, step.at, candidatesAt);
  if (step.opensAt < earliest) {
    yield new Refused("notice-too-short", { days: noticeDays(plan), earliest: plan.calendar.shown(earliest) });
  }
  yield* withinWindow(plan, step.opensAt, step.closesAt);
}

function* withinWindow({ settings, calendar }, opensAt, closesAt) {
  const [shortest, longest] = [settings.get("window-least-days"), settings.get("window-most-days")];
  const least = calendar.waiting(opensAt, shortest);
  const most = longest === null ? null : calendar.deadline(opensAt, longest);
  if (closesAt < least) {
    yield new Refused("window-too-short", { days: shortest, earliest: calendar.shown(least) });
  } else if (most !== null && closesAt > most) {
    yield new Refused("window-too-long", { days: longest, latest: calendar.shown(most) });
  }
}

function* open(assembly, { at, items }) {
  const { plan, notice, candidatesAt } = assembly;
  const { calendar } = plan;
  const start = (item) => Array.from(item).slice(0, 50).join("");
  const earliest = earliestOpening(plan, notice.at, candidatesAt);
  if (at < earliest) {
    yield new Refused("notice-period-running", { days: noticeDays(plan), earliest: calendar.shown(earliest) });
  }
  if (at < notice.opensAt) yield new Refused("opening-too-early", { opens_at: calendar.shown(notice.opensAt) });
  const [days, closes] = [plan.settings.get("window-least-days"), calendar.shown(notice.closesAt)];
  if (at >= notice.closesAt) {
    yield new Refused("window-over", { closes_at: closes });
  } else if (calendar.waiting(at, days) > notice.closesAt) {
    yield new Refused("opening-too-late", { days, closes_at: closes });
  }
  for (const item of items) {
    if (!notice.items.includes(item)) yield new Refused("item-not-announced", { item: start(item) });
  }
  for (const item of notice.items) if (!items.includes(item)) yield new Refused("item-left-out", { item: start(item) });
  if (plan.electsCommittee) {
    yield* running(assembly, "candidates", at);
    yield* heeded(assembly, "candidates");
  }
}

function* extend(assembly, step) {
  const { plan, notice, extensions } = assembly;
  const closes = plan.calendar.shown(notice.closesAt);
  if (plan.electsCommittee && plan.settings.get("extension-in-committee-election") !== true) {
    yield new Refused("extension-in-election");
  }
  const most = plan.settings.get("extensions-most");
  if (extensions >= most) yield new Refused("extensions-used-up", { most });
  if (step.at >= notice.closesAt) yield new Refused("extension-too-late", { closes_at: closes });
  if (step.closesAt === null || step.closesAt <= notice.closesAt) {
    yield new Refused("extension-backwards", { closes_at: closes });
  } else {
    yield* withinWindow(plan, notice.opensAt, step.closesAt);
  }
  yield* withReason(step);
}

function* close({ plan, notice }, { at }) {
  if (at < notice.closesAt) yield new Refused("closing-too-early", { closes_at: plan.calendar.shown(notice.closesAt) });
}

function* preliminary(assembly, step) {
  if (assembly.phase !== "preliminary-result") return;
  if (unheeded(assembly, "result").length === 0) {
    yield new Refused("step-out-of-order", { step: step.act, stage: assembly.phase });
  }
  yield* withReason(step);
}

function* final(assembly, { at }) {
  yield* running(assembly, "result", at);
  yield* heeded(assembly, "result");
}

const OBSTACLES = new Map([
  ["publish-candidates", candidates],
  ["object", object],
  ["decide-objection", decide],
  ["give-notice", giveNotice],
  ["open", open],
  ["extend", extend],
  ["close", close],
  ["publish-preliminary", preliminary],
  ["publish-final", final],
]);

// What a step that is allowed makes of an assembly.
function after(assembly, step) {
  const taken = { ...assembly, steps: [...assembly.steps, step] };
  const { notice, objections } = assembly;
  switch (step.act) {
    case "publish-roll":
      return { ...taken, phase: "roll-published", rollAt: step.at, notice: null };
    case "publish-candidates": {
      const phase = assembly.phase === "draft" ? "draft" : "roll-published";
      return { ...taken, phase, candidatesAt: step.at, notice: null };
    }
    case "object":
      return { ...taken, objections: [...objections, { about: step.about, at: step.at, upheld: null }] };
    case "decide-objection": {
      const decided = (each, index) => (index + 1 === step.number ? { ...each, upheld: step.upheld } : each);
      return { ...taken, objections: objections.map(decided) };
    }
    case "give-notice": {
      const { at, items, opensAt, closesAt } = step;
      return { ...taken, phase: "notice-given", notice: { at, items, opensAt, closesAt } };
    }
    case "open":
      return { ...taken, phase: "open", openedAt: step.at };
    case "extend":
      return { ...taken, notice: { ...notice, closesAt: step.closesAt }, extensions: assembly.extensions + 1 };
    case "close":
      return { ...taken, phase: "closed", closedAt: step.at };
    case "publish-preliminary":
      return { ...taken, phase: "preliminary-result", preliminaryAt: step.at };
    case "publish-final":
      return { ...taken, phase: "final" };
    default:
      return { ...taken, phase: "filed" };
  }
}
