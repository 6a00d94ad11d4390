// What was found, for people: first the verdict as a sentence, then what was checked and what was not, each finding
// with its name and place, the outcome, and the numbers.

import { Calendar } from "../rules/calendar.js";
import { element } from "./elements.js";
import { outcomeView } from "./outcome-view.js";
import { grouped, metres, said, sentence, timed } from "./words.js";

const placeText = (place) =>
  Object.entries(place)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");

function finding(words, found) {
  const place = placeText(found.place);
  return element(
    "li",
    {},
    element("p", {}, sentence(words, found)),
    element("p", { class: "small soft" }, element("code", {}, place === "" ? found.refusal : `${found.refusal} (${place})`)),
  );
}

const listed = (heading, kind, items) =>
  items.length === 0 ? [] : [element("h2", {}, heading), element("ul", { class: `marked ${kind}` }, ...items)];

function verdictOf(words, report) {
  const { title } = report.facts;
  if (!report.valid) {
    return element("p", {}, element("strong", {}, said(words.invalid, { count: report.findings.length })));
  }
  const open = report.not_checked.includes("unfinished") ? words.valid_so_far : words.valid;
  const text = report.checked.includes("rules") ? open : words.valid_archive;
  return element("p", {}, element("strong", {}, said(text, { title })));
}

const row = ([term, value]) => [element("dt", {}, term), element("dd", {}, value)];

function facts(words, { report, name, digest, seconds }) {
  const rows = [[words.file, name]];
  const coded = [];
  if (digest) coded.push([words.file_digest, digest]);
  const { uuid, owners, area, archive } = report.facts;
  const first = owners || archive;
  if (uuid) coded.push([words.uuid, uuid]);
  if (first) {
    rows.push([words.events, grouped(first.events)], [words.ballots, grouped(first.ballots)]);
    const replaced = first.ballots - first.num_tallied;
    if (replaced > 0) rows.push([words.replaced, grouped(replaced)]);
    rows.push([words.trustees, first.trustees.map((each) => said(words.of_trustees, each)).join(words.comma)]);
  }
  if (owners) {
    rows.push([words.counted_owners, grouped(owners.num_tallied)], [words.counted_area, metres(area.total_weight)]);
    coded.push([words.owners_head, owners.head], [words.area_head, area.head]);
  } else if (archive) {
    rows.push([words.counted, grouped(archive.num_tallied)], [words.weight, grouped(archive.total_weight)]);
    coded.push([words.head, archive.head]);
  }
  rows.push([words.took, said(words.seconds, { seconds: seconds.toFixed(1) })]);
  return [
    element("h2", {}, words.numbers),
    element("dl", { class: "facts" }, ...rows.flatMap(row)),
    ...coded.map(([term, value]) =>
      element("p", {}, element("span", { class: "small soft" }, term), " ", element("code", { class: "digest" }, value)),
    ),
  ];
}

// Of the meeting in which it was voted (voting.documents.verdicts.meeting_rows); nothing where there is none.
export function meeting(words, told) {
  if (!told) return [];
  const { zone, place, changes, extensions } = told;
  const calendar = new Calendar(zone, []);
  const at = (text) => timed(calendar.shown(Date.parse(text) / 1000), words);
  const name = words.meeting.places[place];
  const window = { opens: at(told.announced_opening), closes: at(told.announced_closing) };
  const rows = [
    [words.meeting.name, told.title],
    [words.meeting.kind, words.meeting.kinds[told.meeting]],
    [words.meeting.convener, told.convener],
    [words.meeting.rules, changes ? said(words.meeting.changed, { place: name, count: changes }) : name],
    [words.meeting.notice, at(told.notice)],
    [words.meeting.window, said(words.meeting.from_to, window)],
    [words.meeting.prolonged, extensions ? said(words.meeting.times, { count: extensions, closes: at(told.closing) }) : words.meeting.never],
  ];
  return [element("h2", {}, words.meeting.heading), element("dl", { class: "facts" }, ...rows.flatMap(row))];
}

// Nodes for a verification {report, rules, name, digest, seconds}; the first can take the focus.
export function reportView(words, verification) {
  const { report, rules } = verification;
  const { checked, not_checked: notChecked, findings } = report;
  const others = report.facts.other_files || [];
  const open = notChecked.map((key) => {
    const names = key === "other-files" ? [element("ul", {}, ...others.map((name) => element("li", {}, element("code", {}, name))))] : [];
    return element("li", {}, words.checks[key][1], ...names);
  });
  const { outcome } = report.facts;
  return [
    element("div", { class: `notice ${report.valid ? "done" : "fault"}`, tabindex: "-1" }, verdictOf(words, report)),
    ...listed(words.checked, "right", checked.map((key) => element("li", {}, words.checks[key][0]))),
    ...listed(words.not_checked, "open", [...open, element("li", {}, words.own_origin)]),
    ...listed(words.findings, "wrong", findings.map((found) => finding(words, found))),
    ...(outcome && rules ? outcomeView(words, outcome, rules) : []),
    ...meeting(words, report.facts.assembly),
    ...facts(words, verification),
  ];
}

// Nodes for files that are no record: `refused` is {refusal, place}, or null when the browser could not finish.
export function unreadableView(words, refused) {
  const text = refused ? sentence(words, refused) : words.broke_off;
  const code = refused ? [element("p", { class: "small soft" }, element("code", {}, refused.refusal))] : [];
  return [element("div", { class: "notice fault", tabindex: "-1" }, element("p", {}, text), ...code)];
}
