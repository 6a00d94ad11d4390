// The outcome as it follows from the verified record, drawn: participation, and each question on both measures.

import { APPROVAL, ballotAnswers, QUORUM } from "../rules/questions.js";
import { rulesAgenda } from "../rules/outcome.js";
import { bar, element } from "./elements.js";
import { dm2Of, grouped, least, metres, said, share } from "./words.js";

const both = (counted) => ({ owners: counted.get("owners"), area: dm2Of(counted.get("area_m2")) });

function verdict(words, outcome, questions) {
  if (!outcome.get("quorum_met")) return words.no_quorum;
  const decided = questions.map((question, index) => {
    const counted = outcome.get("questions").get(question.id);
    const number = index + 1;
    if (question.kind === "motion") return said(counted.get("passed") ? words.item_passed : words.item_failed, { number });
    const elected = counted.get("elected");
    if (elected.length === 0) return said(words.item_nobody, { number });
    return said(words.item_elected, { number, count: elected.length, names: elected.join(words.comma) });
  });
  return [words.quorum, ...decided].join(words.space);
}

function participation(words, part, whole) {
  const one = (label, text, line, key, show) => {
    const values = { part: show(part[key]), whole: show(whole[key]), share: share(part[key], whole[key]) };
    const met = QUORUM.met(part[key], whole[key]) ? words.reached : words.not_reached;
    const under = `${met} ${said(line, { line: show(least(whole[key], QUORUM)) })}`;
    return bar({ label, words: said(text, values), part: part[key], whole: whole[key], line: QUORUM, under });
  };
  return element(
    "div",
    { class: "pair" },
    one(words.owners_took_part, words.owners_of, words.owners_line, "owners", grouped),
    one(words.area_took_part, words.area_of, words.area_line, "area", metres),
  );
}

function standing(words, counted, name, quorumMet) {
  const elected = counted.get("elected");
  if (elected.includes(name)) return said(words.elected_at, { place: elected.indexOf(name) + 1 });
  if (counted.get("tie").includes(name)) return words.tied;
  if (!counted.get("over_the_threshold").includes(name)) return words.under_line;
  return quorumMet ? words.over_but_full : words.over_no_quorum;
}

function decision(words, counted) {
  if (counted.get("kind") === "motion") return [element("strong", {}, counted.get("passed") ? words.passed : words.failed)];
  const [elected, tie, vacant] = ["elected", "tie", "seats_vacant"].map((name) => counted.get(name));
  const chosen = elected.length > 0 ? words.elected + elected.join(words.comma) : words.nobody;
  return [
    element("strong", {}, chosen),
    ...(tie.length > 0 ? [` ${said(words.tie, { names: tie.join(words.comma) })}`] : []),
    ...(vacant > 0 ? [` ${said(words.vacant, { count: vacant })}`] : []),
  ];
}

function questionView(words, question, number, counted, cast, quorumMet) {
  const approval = APPROVAL.get(question.matter);
  const motion = question.kind === "motion";
  const quarters = approval.denominator === 4;
  const choices = ballotAnswers(question).answers.flatMap((answer) => {
    const part = both(counted.get("counts").get(answer));
    const name = motion ? words.choices[answer] : said(words.candidate, { name: answer, standing: standing(words, counted, answer, quorumMet) });
    const one = (label, text, key, show) =>
      bar({
        label,
        name: `${name} ${label}`,
        words: said(text, { part: show(part[key]), share: share(part[key], cast[key]) }),
        part: part[key],
        whole: cast[key],
        line: approval,
      });
    return [
      element("p", { class: "choice" }, element("strong", {}, name)),
      element(
        "div",
        { class: "pair tight" },
        one(words.owners, words.owners_part, "owners", grouped),
        one(words.area, words.area_part, "area", metres),
      ),
    ];
  });
  const line = [quarters ? words.line_quarters : words.line_half, ...(motion ? [words.only_yes] : [])].join(words.space);
  return element(
    "section",
    {},
    element("h3", {}, said(words.item, { number, text: question.text })),
    element("p", {}, ...decision(words, counted)),
    element("p", { class: "small soft" }, said(words.matter, { matter: words.matters[question.matter] })),
    element("div", { class: "bars" }, ...choices, element("p", { class: "small soft" }, line)),
  );
}

// Nodes for the outcome (a Map) under its rules.
export function outcomeView(words, outcome, rules) {
  const { questions } = rulesAgenda(rules);
  const [cast, whole] = ["participation", "electorate"].map((name) => both(outcome.get(name)));
  return [
    element("h2", {}, words.outcome),
    element("p", { class: "verdict" }, verdict(words, outcome, questions)),
    participation(words, cast, whole),
    ...questions.map((question, index) => {
      const counted = outcome.get("questions").get(question.id);
      return questionView(words, question, index + 1, counted, cast, outcome.get("quorum_met"));
    }),
  ];
}
