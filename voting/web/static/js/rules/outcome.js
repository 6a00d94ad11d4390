// From totals on two measures to what the law makes of them (voting.rules.outcome; Civil Code art. 278).
//
// 1. Quorum: at least 2/3 of the owners and at least 2/3 of the area of the scope took part.
// 2. A motion passes when the quorum is met and 同意 reaches its matter's threshold on both measures, counted
//    among those who took part.
// 3. A candidate is over the threshold when the ticks reach that of 278-3 on both measures. With a quorum, the
//    first `seats` of those are elected, ranked by owners, then by area; equals at the last seat are a tie.
//
// Values are as json.js reads them; what is made here are Maps, in the order of outcome.json.

import { canonicalJson, kindOf, sorted } from "../protocol/json.js";
import { Refused } from "../protocol/refused.js";
import { readAgenda } from "./agenda.js";
import { APPROVAL, ballotAnswers, MOTION_CHOICES, QUORUM } from "./questions.js";
import { inUtc } from "./times.js";

const SHA256 = /^[0-9a-f]{64}$/;
// What may ever be seen of a single ballot (voting.rules.secrecy).
const SECRECY = ["confidential", "secret", "open"];
const DERIVED = ["choices", "approval", "ranking"];

const malformed = (place) => new Refused("rules-malformed", { place });
const ordered = (...entries) => new Map(entries);
const orNull = (value) => (value === undefined ? null : value);

// Square metres as decimal text with two places: 886200 -> "8862.00".
export function areaM2(areaDm2) {
  const digits = BigInt(areaDm2).toString().padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function questionDocument(question) {
  const { kind, id, text, matter } = question;
  const common = [["kind", kind], ["id", id], ["text", text], ["matter", matter]];
  const approval = ["approval", APPROVAL.get(matter).asJson()];
  if (kind === "motion") return ordered(...common, ["choices", MOTION_CHOICES], approval);
  const { seats, candidates, atMost } = question;
  const contest = [["seats", seats], ["candidates", candidates], ["at_most", atMost]];
  return ordered(...common, ...contest, ["ranking", "owners-then-area"], approval);
}

// What the rules of this agenda must say.
function rulesDocument(agenda, { owners, areaDm2, rollSha256, receiptKey, group, secrecy }) {
  if (agenda.opensAt === null || agenda.closesAt === null) {
    const place = agenda.opensAt === null ? "opens_at" : "closes_at";
    throw new Refused("agenda-field-missing", { place });
  }
  return ordered(
    ["version", 1],
    ["title", agenda.title],
    ["estate", agenda.estate],
    ["scope", ordered(["buildings", agenda.scope.buildings], ["exclude_uses", agenda.scope.excludeUses])],
    ["electorate", ordered(["owners", owners], ["area_dm2", areaDm2])],
    ["roll_sha256", rollSha256],
    ["quorum", QUORUM.asJson()],
    ["questions", agenda.questions.map(questionDocument)],
    ["opens_at", `${inUtc(agenda.opensAt)}+00:00`],
    ["closes_at", `${inUtc(agenda.closesAt)}+00:00`],
    ["revoting", "none"],
    ["secrecy", secrecy],
    ["receipt_key", receiptKey],
    ["group", group],
  );
}

const withoutDerived = (question) =>
  question instanceof Map ? new Map([...question].filter(([name]) => !DERIVED.includes(name))) : question;

// The agenda inside a rules.json, for documents that the server could have made of it. Throws Refused
// rules-malformed with the first place that differs, or agenda-* for a fault in a question.
export function rulesAgenda(rules) {
  if (!(rules instanceof Map)) throw malformed("rules");
  const given = (name) => orNull(rules.get(name));
  const secrecy = given("secrecy");
  if (!SECRECY.includes(secrecy)) throw malformed("secrecy");
  const listed = Array.isArray(given("questions")) ? given("questions") : [];
  const agenda = readAgenda({
    title: given("title"),
    estate: given("estate"),
    scope: given("scope"),
    questions: listed.map(withoutDerived),
    opensAt: given("opens_at"),
    closesAt: given("closes_at"),
  });
  const electorate = given("electorate") instanceof Map ? given("electorate") : new Map();
  const [owners, areaDm2] = [electorate.get("owners"), electorate.get("area_dm2")];
  if (![owners, areaDm2].every((count) => kindOf(count) === "int" && count > 0)) throw malformed("electorate");
  const [rollSha256, receiptKey, group] = ["roll_sha256", "receipt_key", "group"].map((name) => {
    const text = given(name);
    if (typeof text !== "string" || (name !== "group" && !SHA256.test(text))) throw malformed(name);
    return text;
  });
  const made = rulesDocument(agenda, { owners, areaDm2, rollSha256, receiptKey, group, secrecy });
  sorted(new Set([...made.keys(), ...rules.keys()])).forEach((name) => {
    const same = made.has(name) && rules.has(name) && canonicalJson(made.get(name)) === canonicalJson(rules.get(name));
    if (!same) throw malformed(Array.from(name).slice(0, 50).join(""));
  });
  return agenda;
}

// Throws Refused totals-impossible for numbers that no set of valid ballots can add up to.
function check({ cast, result }, total, questions, measure) {
  const impossible = (question) => new Refused("totals-impossible", { measure, question });
  if (cast < 0 || cast > total || result.length !== questions.length) throw impossible("");
  questions.forEach((question, position) => {
    const { answers, minimum, maximum } = ballotAnswers(question);
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

const both = (owners, areaDm2) => ordered(["owners", owners], ["area_m2", areaM2(areaDm2)]);

// The names of those elected, and of the equals between whom nothing published decides.
function elect({ seats }, ranked) {
  const equal = (left, right) => left.owners === right.owners && left.area === right.area;
  const names = (candidates) => candidates.map(({ answer }) => answer);
  const seated = ranked.slice(0, seats);
  const last = seated[seated.length - 1];
  if (ranked.length <= seats || !equal(ranked[seats], last)) return { elected: names(seated), tie: [] };
  return {
    elected: names(seated.filter((candidate) => !equal(candidate, last))),
    tie: names(ranked.filter((candidate) => equal(candidate, last))),
  };
}

function questionOutcome(question, owners, area, position, quorumMet) {
  const approval = APPROVAL.get(question.matter);
  const counted = ballotAnswers(question).answers.map((answer, index) => ({
    answer,
    owners: owners.result[position][index],
    area: area.result[position][index],
  }));
  const counts = new Map(counted.map((each) => [each.answer, both(each.owners, each.area)]));
  const met = (each) => [approval.met(each.owners, owners.cast), approval.met(each.area, area.cast)];
  if (question.kind === "motion") {
    const [byOwners, byArea] = met(counted[0]);
    return ordered(
      ["kind", "motion"],
      ["counts", counts],
      ["threshold_met", ordered(["owners", byOwners], ["area", byArea])],
      ["passed", quorumMet && byOwners && byArea],
    );
  }
  const over = counted.filter((each) => met(each).every(Boolean));
  const descending = (left, right) => (left === right ? 0 : left < right ? 1 : -1);
  over.sort((left, right) => descending(left.owners, right.owners) || descending(left.area, right.area));
  const { elected, tie } = quorumMet ? elect(question, over) : { elected: [], tie: [] };
  return ordered(
    ["kind", "committee"],
    ["counts", counts],
    ["seats", question.seats],
    ["over_the_threshold", over.map(({ answer }) => answer)],
    ["elected", elected],
    ["tie", tie],
    ["seats_vacant", question.seats - elected.length],
  );
}

// outcome.json without its uuid. `owners` and `area` are {cast, result}, in owners and in 0.01 m²; a vector of
// `result` follows the question's `ballotAnswers`. Throws Refused rules-malformed, agenda-*, totals-impossible.
export function decide(rules, owners, area) {
  const { questions } = rulesAgenda(rules);
  const electorate = rules.get("electorate");
  const [allOwners, allArea] = [electorate.get("owners"), electorate.get("area_dm2")];
  check(owners, allOwners, questions, "owners");
  check(area, allArea, questions, "area");
  const quorum = [QUORUM.met(owners.cast, allOwners), QUORUM.met(area.cast, allArea)];
  const quorumMet = quorum.every(Boolean);
  return ordered(
    ["electorate", both(allOwners, allArea)],
    ["participation", both(owners.cast, area.cast)],
    ["quorum", ordered(["owners", quorum[0]], ["area", quorum[1]])],
    ["quorum_met", quorumMet],
    [
      "questions",
      new Map(questions.map((question, at) => [question.id, questionOutcome(question, owners, area, at, quorumMet)])),
    ],
  );
}
