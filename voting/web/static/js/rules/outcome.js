// From totals on the measures to what the law makes of them (voting.rules.outcome; Civil Code arts 278, 279).
//
// 1. Quorum: at least 2/3 of the owners and at least 2/3 of the area of the scope took part, or what the question's
//    own rule asks.
// 2. A motion passes when the quorum is met and 同意 reaches its rule's approval on every measure. Of several plans,
//    the one that does is chosen.
// 3. A candidate is over the threshold when the ticks (or 同意) reach that of 278-3. With a quorum, the first `seats`
//    of those are elected by the contest's ranking.
// 4. Where silence counts by the rules of procedure, everything is decided twice.
//
// Values are as json.js reads them; what is made here are Maps, in the order of outcome.json.

import { Refused } from "../protocol/refused.js";
import { measuresOf, versionOf } from "./agenda.js";
import { rulesAgenda } from "./document.js";
import { askedOf, ballotQuestions, MOTION_CHOICES, NO_PLAN, questionRule, RANKINGS } from "./questions.js";
import { elect, stands } from "./ranking.js";
import { QUORUM } from "./thresholds.js";

const ordered = (...entries) => new Map(entries);
const all = (flags) => [...flags.values()].every(Boolean);

// Square metres as decimal text with two places: 886200 -> "8862.00".
export function areaM2(areaDm2) {
  const digits = BigInt(areaDm2).toString().padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

// Amounts as they are published: heads as integers, areas as decimal text.
const amounts = (of) =>
  new Map([...of].map(([name, amount]) => (name === "area" ? ["area_m2", areaM2(amount)] : [name, amount])));

// Throws Refused totals-impossible for numbers that no set of valid ballots can add up to.
function check({ cast, result }, total, questions, measure) {
  const impossible = (question) => new Refused("totals-impossible", { measure, question });
  const asked = askedOf(questions);
  if (cast < 0 || cast > total || result.length !== asked.length) throw impossible("");
  asked.forEach(({ answers, minimum, maximum, question }, position) => {
    const counts = result[position].map(BigInt);
    const sum = counts.reduce((left, right) => left + right, BigInt(0));
    const possible =
      counts.length === answers.length &&
      counts.every((count) => count >= 0 && count <= cast) &&
      BigInt(minimum) * BigInt(cast) <= sum &&
      sum <= BigInt(maximum) * BigInt(cast);
    if (!possible) throw impossible(question.id);
  });
}

// One election's totals on the way to its outcome; `tally` is a Map from measure to {cast, total, result}.
class Count {
  constructor(tally, version, closing) {
    this.tally = tally;
    this.version = version;
    this.closing = closing;
  }

  each(name) {
    return new Map([...this.tally].map(([measure, measured]) => [measure, measured[name]]));
  }

  // For each ballot question of a question: a Map from answer to (measure to amount).
  counts(question, first) {
    return ballotQuestions(question).map(
      ({ answers }, place) =>
        new Map(
          answers.map((answer, index) => [
            answer,
            new Map([...this.tally].map(([name, { result }]) => [name, result[first + place][index]])),
          ]),
        ),
    );
  }

  approved(rule, part, abstained = null) {
    if (this.version !== 1) return rule.approved(part, rule.base(this.each("cast"), this.each("total"), abstained));
    // As version 1 has always said it: of nobody, nobody is three quarters.
    const cast = this.each("cast");
    return new Map(rule.measures.map((name) => [name, rule.approval.met(part.get(name), cast.get(name))]));
  }

  // A question's outcome; `first` is the place of its first ballot question.
  question(question, first) {
    const rule = questionRule(question);
    const quorum = rule.quorumMet(this.each("cast"), this.each("total"));
    const met = all(quorum);
    const counted = this.counts(question, first);
    const decide = { motion: () => this.motion(question, counted[0], met), plans: () => this.plans(question, counted[0], met) };
    const decided = question.kind === "committee" ? this.contest(question, counted, met) : decide[question.kind]();
    return this.version === 1 ? decided : new Map([...decided, ["quorum", quorum], ["quorum_met", met]]);
  }

  motion(question, counted, met) {
    const [yes, , abstained] = MOTION_CHOICES.map((choice) => counted.get(choice));
    const approved = this.approved(questionRule(question), yes, abstained);
    return ordered(
      ["kind", "motion"],
      ["counts", new Map([...counted].map(([answer, of]) => [answer, amounts(of)]))],
      ["threshold_met", approved],
      ["passed", met && all(approved)],
    );
  }

  plans(question, counted, met) {
    const rule = questionRule(question);
    const abstained = counted.get(NO_PLAN[1]);
    const approved = new Map(question.plans.map((name) => [name, this.approved(rule, counted.get(name), abstained)]));
    const over = question.plans.filter((name) => met && all(approved.get(name)));
    return ordered(
      ["kind", "plans"],
      ["counts", new Map([...counted].map(([answer, of]) => [answer, amounts(of)]))],
      ["threshold_met", approved],
      ["chosen", over.length === 1 ? over[0] : null],
      ["tie", over.length > 1 ? over : []],
      ["passed", over.length === 1],
    );
  }

  contest(question, counted, met) {
    const rule = questionRule(question);
    const given = question.each ? question.candidates.map((name, at) => [name, counted[at]]) : null;
    const ticks = given === null ? counted[0] : new Map(given.map(([name, of]) => [name, of.get(MOTION_CHOICES[0])]));
    const said = (of) => new Map([...of].map(([answer, each]) => [answer, amounts(each)]));
    const counts = given === null ? said(counted[0]) : new Map(given.map(([name, of]) => [name, said(of)]));
    const heads = [...this.tally.keys()].find((name) => name !== "area");
    const over = [...ticks]
      .filter(([, of]) => all(this.approved(rule, of)))
      .map(([name, of]) => ({ name, heads: of.get(heads), areaDm2: of.has("area") ? of.get("area") : 0 }));
    const cast = this.each("cast");
    const took = [cast.get(heads), cast.has("area") ? cast.get("area") : 0];
    // Without a quorum nobody is elected, and no lot is drawn.
    const barred = { ...question, seats: 0, alternates: 0, ranking: RANKINGS[0] };
    const made = elect(met ? question : barred, over, took, this.closing);
    const decided = ordered(
      ["kind", "committee"],
      ["counts", counts],
      ["seats", question.seats],
      ["over_the_threshold", made.ranked],
      ["elected", made.elected],
      ["tie", made.tie],
      ["seats_vacant", question.seats - made.elected.length],
    );
    if (this.version === 1) return decided;
    return ordered(
      ...decided,
      ["alternates", made.alternates],
      ["alternates_tie", made.alternatesTie],
      ["lot", made.lot.length > 0 ? ordered(["seed", made.seed], ["drawn", made.lot]) : null],
      ["committee_stands", stands(question, made.elected.length)],
      ...(question.sittingMembers.length > 0 ? [["committee", [...question.sittingMembers, ...made.elected]]] : []),
    );
  }

  // The totals with silence counted as the rules of procedure have it.
  withDeemed(questions, deemed, joins) {
    const more = (name) => (name === "area" ? deemed.areaDm2 : deemed.heads);
    const vectors = new Map([...this.tally.keys()].map((name) => [name, []]));
    let first = 0;
    questions.forEach((question) => {
      const asked = this.counts(question, first);
      asked.forEach((counts) => {
        const joined = question.kind === "committee" ? null : joinedBy(question, counts, joins);
        vectors.forEach((of, name) => {
          of.push([...counts].map(([answer, given]) => given.get(name) + (answer === joined ? more(name) : 0)));
        });
      });
      first += asked.length;
    });
    const tally = [...this.tally].map(([name, { cast, total }]) => [
      name,
      { cast: cast + more(name), total, result: vectors.get(name) },
    ]);
    return new Count(new Map(tally), this.version, this.closing);
  }

  // Participation, quorum and every question, as entries.
  outcome(questions) {
    const decided = [];
    let first = 0;
    questions.forEach((question) => {
      decided.push([question.id, this.question(question, first)]);
      first += ballotQuestions(question).length;
    });
    const [cast, total] = [this.each("cast"), this.each("total")];
    const participation = ["participation", amounts(cast)];
    if (this.version === 1) {
      const quorum = new Map([...cast].map(([name, part]) => [name, QUORUM.met(part, total.get(name))]));
      return [participation, ["quorum", quorum], ["quorum_met", all(quorum)], ["questions", new Map(decided)]];
    }
    const met = decided.every(([, each]) => each.get("quorum_met"));
    return [participation, ["quorum_met", met], ["questions", new Map(decided)]];
  }
}

// The answer that silence joins: with most votes on every measure, or 同意; null where there is none.
function joinedBy(question, counts, joins) {
  if (joins === "consent") return question.kind === "motion" ? MOTION_CHOICES[0] : null;
  if (joins !== "majority") return null;
  const measures = [...counts.values().next().value.keys()];
  const leaders = measures.map((measure) => {
    const most = Math.max(...[...counts.values()].map((of) => Number(of.get(measure))));
    const leading = [...counts.keys()].filter((answer) => Number(counts.get(answer).get(measure)) === most);
    return leading.length === 1 ? leading[0] : null;
  });
  return leaders.every((leader) => leader === leaders[0]) ? leaders[0] : null;
}

// outcome.json without its uuid. `owners` and `area` are {cast, result}, in heads and in 0.01 m² (not looked at where
// the rules know no area); a vector of `result` follows what the ballot asks. `closing` is the closing digest in hex,
// `deemed` {heads, areaDm2} or null. Throws Refused rules-malformed, agenda-*, totals-impossible, lot-seed-missing,
// deemed-not-agreed.
export function decide(rules, owners, area, closing = "", deemed = null) {
  const agenda = rulesAgenda(rules);
  const { questions, terms } = agenda;
  const electorate = rules.get("electorate");
  const tally = new Map();
  measuresOf(agenda).forEach((measure, index) => {
    const { cast, result } = index === 0 ? owners : area;
    const total = electorate.get(measure === "area" ? "area_dm2" : measure);
    check({ cast, result }, total, questions, measure);
    // The protocol's totals are far below 2^53.
    tally.set(measure, { cast: Number(cast), total: Number(total), result: result.map((row) => row.map(Number)) });
  });
  const count = new Count(tally, versionOf(agenda), closing);
  const outcome = ordered(["electorate", amounts(count.each("total"))], ...count.outcome(questions));
  const clause = terms === null ? null : terms.deemed;
  if (deemed === null && clause === null) return outcome;
  if (clause === null) throw new Refused("deemed-not-agreed");
  const silent = deemed === null ? { heads: 0, areaDm2: 0 } : deemed;
  const counted = count.withDeemed(questions, silent, clause.joins);
  counted.tally.forEach(({ cast, total }, measure) => {
    if (cast > total) throw new Refused("totals-impossible", { measure, question: questions[0].id });
  });
  const told = new Map([...tally.keys()].map((name) => [name, name === "area" ? silent.areaDm2 : silent.heads]));
  outcome.set("with_deemed", ordered(["deemed", amounts(told)], ...counted.outcome(questions)));
  return outcome;
}
