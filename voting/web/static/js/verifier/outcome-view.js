// The outcome as it follows from the verified record, drawn: participation, and each question on every measure.

import { measuresOf } from "../rules/agenda.js";
import { rulesAgenda } from "../rules/document.js";
import { ballotQuestions, MOTION_CHOICES, questionRule } from "../rules/questions.js";
import { OWNERS_AND_AREA, QUORUM } from "../rules/thresholds.js";
import { bar, element } from "./elements.js";
import { dm2Of, grouped, least, metres, said, share } from "./words.js";

const amountOf = (counted, measure) => (measure === "area" ? dm2Of(counted.get("area_m2")) : counted.get(measure));
const shown = (measure, amount) => (measure === "area" ? metres(amount) : grouped(amount));
const decidedOf = (outcome, { id }) => outcome.get("questions").get(id);

// Whether the law's own quorum, of owners and area, is that of every question.
const isUsual = ({ questions }) =>
  questions.every((question) => {
    const { quorum, measures } = questionRule(question);
    const two = quorum !== null && quorum.numerator === QUORUM.numerator && quorum.denominator === QUORUM.denominator;
    return two && !quorum.strict && measures.length === OWNERS_AND_AREA.length;
  });

function sentenceOf(words, question, number, counted) {
  if (question.kind === "motion") return said(counted.get("passed") ? words.item_passed : words.item_failed, { number });
  if (question.kind === "plans") {
    return said(counted.get("passed") ? words.item_chosen : words.item_no_plan, { number, plan: counted.get("chosen") });
  }
  const elected = counted.get("elected");
  if (elected.length === 0) return said(words.item_nobody, { number });
  return said(words.item_elected, { number, count: elected.length, names: elected.join(words.comma) });
}

function verdict(words, outcome, agenda) {
  const [usual, met] = [isUsual(agenda), outcome.get("quorum_met")];
  if (!met && usual) return words.no_quorum;
  const first = usual ? words.quorum : met ? words.quorum_general : words.no_quorum_general;
  const decided = agenda.questions.map((question, index) =>
    sentenceOf(words, question, index + 1, decidedOf(outcome, question)),
  );
  return [first, ...decided].join(words.space);
}

function participation(words, outcome, agenda) {
  const quorum = questionRule(agenda.questions[0]).quorum || QUORUM;
  const usual = isUsual(agenda);
  return element(
    "div",
    { class: "pair" },
    ...measuresOf(agenda).map((measure) => {
      const [part, whole] = ["participation", "electorate"].map((name) => amountOf(outcome.get(name), measure));
      const values = { part: shown(measure, part), whole: shown(measure, whole), share: share(part, whole) };
      const line = { line: shown(measure, least(whole, quorum)) };
      const met = quorum.met(part, whole) ? words.reached : words.not_reached;
      return bar({
        label: words[`${measure}_took_part`],
        words: said(words[`${measure}_of`], values),
        part,
        whole,
        line: quorum,
        under: `${met} ${said(usual ? words[`${measure}_line`] : words.line_at, line)}`,
      });
    }),
  );
}

function standing(words, counted, name, quorumMet) {
  const place = (list) => list.indexOf(name) + 1;
  const elected = counted.get("elected");
  if (elected.includes(name)) return said(words.elected_at, { place: place(elected) });
  if (counted.get("tie").includes(name)) return words.tied;
  const alternates = counted.get("alternates") || [];
  if (alternates.includes(name)) return said(words.alternate_at, { place: place(alternates) });
  if ((counted.get("alternates_tie") || []).includes(name)) return words.tied;
  if (!counted.get("over_the_threshold").includes(name)) return words.under_line;
  return quorumMet ? words.over_but_full : words.over_no_quorum;
}

function decision(words, counted) {
  const strong = (text) => element("strong", {}, text);
  const names = (list) => ({ names: list.join(words.comma) });
  if (counted.get("kind") === "motion") return [strong(counted.get("passed") ? words.passed : words.failed)];
  const tie = counted.get("tie");
  if (counted.get("kind") === "plans") {
    const chosen = counted.get("passed") ? said(words.chosen_plan, { plan: counted.get("chosen") }) : words.no_plan;
    return [strong(chosen), ...(tie.length > 0 ? [` ${said(words.plans_tie, names(tie))}`] : [])];
  }
  const [elected, vacant] = ["elected", "seats_vacant"].map((name) => counted.get(name));
  const [alternates, lot] = [counted.get("alternates") || [], counted.get("lot") || null];
  const committee = counted.get("committee") || [];
  const further = [
    [tie.length > 0, () => said(words.tie, names(tie))],
    [vacant > 0, () => said(words.vacant, { count: vacant })],
    [alternates.length > 0, () => said(words.alternates, names(alternates))],
    [committee.length > 0, () => said(words.committee, { count: committee.length, ...names(committee) })],
    [elected.length + committee.length > 0 && counted.get("committee_stands") === false, () => words.not_standing],
    [lot !== null, () => said(words.lot, { ...names(lot.get("drawn")), seed: lot.get("seed") })],
  ];
  const chosen = elected.length > 0 ? words.elected + elected.join(words.comma) : words.nobody;
  return [strong(chosen), ...further.filter(([is]) => is).map(([, tell]) => ` ${tell()}`)];
}

function lineWords(words, { approval, of }) {
  const { numerator, denominator, strict } = approval;
  if (numerator === denominator) return words.line_all;
  const known = { "1/2": strict && words.line_half, "3/4": !strict && words.line_quarters }[`${numerator}/${denominator}`];
  return of === "participating" && known ? known : said(words.line_share, { share: `${numerator}/${denominator}` });
}

// One answer's bars, a measure each.
function answerBars(words, question, outcome, name, given) {
  const { measures, approval, of } = questionRule(question);
  const abstained = decidedOf(outcome, question).get("counts").get(MOTION_CHOICES[2]);
  const bars = measures.map((measure) => {
    const part = amountOf(given, measure);
    const all = amountOf(outcome.get(of === "all" ? "electorate" : "participation"), measure);
    const whole = of === "expressed" ? all - amountOf(abstained, measure) : all;
    const label = words[measure];
    const values = { part: shown(measure, part), share: share(part, whole) };
    return bar({ label, name: `${name} ${label}`, words: said(words[`${measure}_part`], values), part, whole, line: approval });
  });
  return [element("p", { class: "choice" }, element("strong", {}, name)), element("div", { class: "pair tight" }, ...bars)];
}

function choicesOf(words, question, outcome, counted) {
  const counts = counted.get("counts");
  if (question.kind !== "committee") {
    return ballotQuestions(question)[0].answers.map((answer) => [words.choices[answer] || answer, counts.get(answer)]);
  }
  const met = counted.has("quorum_met") ? counted.get("quorum_met") : outcome.get("quorum_met");
  return question.candidates.flatMap((name) => {
    const told = said(words.candidate, { name, standing: standing(words, counted, name, met) });
    const of = counts.get(name);
    if (!question.each) return [[told, of]];
    return MOTION_CHOICES.map((answer, at) => [
      `${at === 0 ? told : name}${words.colon}${words.choices[answer]}`,
      of.get(answer),
    ]);
  });
}

function questionView(words, question, number, outcome) {
  const counted = decidedOf(outcome, question);
  const rule = questionRule(question);
  const yesAlone = question.kind === "motion" || (question.kind === "committee" && question.each);
  const line = [lineWords(words, rule), ...(yesAlone ? [words.only_yes] : [])].join(words.space);
  const short = counted.get("quorum_met") === false ? [` ${words.too_few}`] : [];
  const bars = choicesOf(words, question, outcome, counted).flatMap(([name, of]) =>
    answerBars(words, question, outcome, name, of),
  );
  const matter = words.matters[question.matter];
  return element(
    "section",
    {},
    element("h3", {}, said(words.item, { number, text: question.text })),
    element("p", {}, ...decision(words, counted), ...short),
    element("p", { class: "small soft" }, question.matter.startsWith("278-") ? said(words.matter, { matter }) : matter),
    element("div", { class: "bars" }, ...bars, element("p", { class: "small soft" }, line)),
  );
}

// What would follow with the silent ones counted, where the rules of procedure say so.
function withDeemed(words, outcome, agenda) {
  if (!outcome.has("with_deemed")) return [];
  const { dated, clause } = agenda.terms.deemed;
  const counted = new Map([...outcome, ...outcome.get("with_deemed")]);
  return [
    element("h2", {}, words.with_deemed),
    element("p", {}, said(words.deemed_clause, { dated, clause })),
    participation(words, counted, agenda),
    ...agenda.questions.map((question, index) => questionView(words, question, index + 1, counted)),
  ];
}

// Nodes for the outcome (a Map) under its rules.
export function outcomeView(words, outcome, rules) {
  const agenda = rulesAgenda(rules);
  return [
    element("h2", {}, words.outcome),
    element("p", { class: "verdict" }, verdict(words, outcome, agenda)),
    participation(words, outcome, agenda),
    ...agenda.questions.map((question, index) => questionView(words, question, index + 1, outcome)),
    ...withDeemed(words, outcome, agenda),
  ];
}
