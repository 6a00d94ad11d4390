// rules.json (voting.rules.document): a document that is not exactly what its own agenda makes is refused.

import { canonicalJson, kindOf, sorted } from "../protocol/json.js";
import { Refused } from "../protocol/refused.js";
import { measuresOf, readAgenda, versionOf } from "./agenda.js";
import { ballotQuestions, FURTHER, OTHER_MATTER, questionRule, RANKINGS } from "./questions.js";
import { QUORUM } from "./thresholds.js";
import { conveningDocument, conveningIn, namedItems } from "./convening.js";
import { inUtc } from "./times.js";

const SHA256 = /^[0-9a-f]{64}$/;
// What may ever be seen of a single ballot (voting.rules.secrecy).
const SECRECY = ["confidential", "secret", "open"];
// How often a voter may vote again (voting.rules.revoting): the most ballots of one voter, null for any number.
const MOST_BALLOTS = new Map([
  ["none", 1],
  ["once", 2],
  ["until-close", null],
]);
// What a version adds to the questions of its agenda.
const DERIVED = new Map([
  [1, ["choices", "approval", "ranking"]],
  [2, ["choices", "approval"]],
]);

// The terms of an agenda that says none.
const STANDARD = { body: "owners", meeting: "regular", effect: "paper-primary", deemed: null };

const malformed = (place) => new Refused("rules-malformed", { place });
const orNull = (value) => (value === undefined ? null : value);

function commonOf({ kind, id, text, matter, seats, candidates, atMost, plans, rule }) {
  const common = [["kind", kind], ["id", id], ["text", text], ["matter", matter]];
  if (kind === "committee") return [...common, ["seats", seats], ["candidates", candidates], ["at_most", atMost]];
  const own = rule === null ? [] : [["rule", rule.asJson()]];
  return kind === "plans" ? [...common, ["plans", plans], ...own] : [...common, ...own];
}

function question1(question) {
  const approval = ["approval", questionRule(question).approval.asJson()];
  const further = question.kind === "committee" ? ["ranking", RANKINGS[0]] : ["choices", ballotQuestions(question)[0].answers];
  return new Map([...commonOf(question), further, approval]);
}

// A question with all that version 2 says of it, and nothing derived.
function content2(question) {
  const contest = question.kind === "committee";
  const further = contest ? [...FURTHER.keys()].map((name) => [name, question[name]]) : [];
  if (contest && question.sittingMembers.length > 0) further.push(["sitting_members", question.sittingMembers]);
  return new Map([...commonOf(question), ...further]);
}

function question2(question) {
  const derived = question.kind !== "committee" || question.each;
  const choices = derived ? [["choices", ballotQuestions(question)[0].answers]] : [];
  return new Map([...content2(question), ["rule", questionRule(question).asJson()], ...choices]);
}

const scope2 = ({ buildings, excludeUses, stairwells, units }) =>
  new Map([["buildings", buildings], ["exclude_uses", excludeUses], ["stairwells", stairwells], ["units", units]]);

function termsDocument(terms) {
  const { body, meeting, effect, deemed } = terms === null ? STANDARD : terms;
  const said = deemed === null ? null : new Map([["clause", deemed.clause], ["dated", deemed.dated], ["joins", deemed.joins]]);
  return new Map([["body", body], ["meeting", meeting], ["effect", effect], ["deemed", said]]);
}

// What the rules of this agenda must say.
function rulesDocument(agenda, { electorate, rollSha256, receiptKey, group, secrecy, convening }) {
  if (agenda.opensAt === null || agenda.closesAt === null) {
    const place = agenda.opensAt === null ? "opens_at" : "closes_at";
    throw new Refused("agenda-field-missing", { place });
  }
  const version = convening === null ? versionOf(agenda) : 2;
  const { buildings, excludeUses } = agenda.scope;
  const scope = new Map([["buildings", buildings], ["exclude_uses", excludeUses]]);
  const common = [
    ["version", version],
    ["title", agenda.title],
    ["estate", agenda.estate],
    ["scope", version === 1 ? scope : scope2(agenda.scope)],
    ["electorate", electorate],
    ["roll_sha256", rollSha256],
    ["opens_at", `${inUtc(agenda.opensAt)}+00:00`],
    ["closes_at", `${inUtc(agenda.closesAt)}+00:00`],
    ["revoting", agenda.revoting],
    ["secrecy", secrecy],
    ["receipt_key", receiptKey],
    ["group", group],
  ];
  const further =
    version === 1
      ? [["quorum", QUORUM.asJson()], ["questions", agenda.questions.map(question1)]]
      : [
          ["terms", termsDocument(agenda.terms)],
          ["measures", measuresOf(agenda)],
          ["questions", agenda.questions.map(question2)],
          ...(convening === null ? [] : [["assembly", conveningDocument(convening)]]),
        ];
  return new Map([...common, ...further]);
}

// A question without what the version derives for it.
function withoutDerived(question, version) {
  if (!(question instanceof Map)) return question;
  const own = version === 2 && question.get("matter") !== OTHER_MATTER ? ["rule"] : [];
  const derived = [...DERIVED.get(version), ...own];
  return new Map([...question].filter(([name]) => !derived.includes(name)));
}

// How many ballots one voter may cast by these rules, null for any number.
export const mostBallots = ({ revoting }) => MOST_BALLOTS.get(revoting);

// The agenda inside a rules.json, for documents that the server could have made of it. Throws Refused
// rules-malformed with the first place that differs, or agenda-* for a fault in a question.
export function rulesAgenda(rules) {
  if (!(rules instanceof Map)) throw malformed("rules");
  const given = (name) => orNull(rules.get(name));
  const secrecy = given("secrecy");
  if (!SECRECY.includes(secrecy)) throw malformed("secrecy");
  const version = given("version") === 2 ? 2 : 1;
  const revoting = given("revoting");
  if (!(version === 2 ? MOST_BALLOTS.has(revoting) : revoting === "none")) throw malformed("revoting");
  const listed = Array.isArray(given("questions")) ? given("questions") : [];
  const agenda = readAgenda({
    title: given("title"),
    estate: given("estate"),
    scope: given("scope"),
    questions: listed.map((question) => withoutDerived(question, version)),
    opensAt: given("opens_at"),
    closesAt: given("closes_at"),
    terms: version === 2 ? given("terms") : null,
    revoting,
  });
  const held = given("electorate") instanceof Map ? given("electorate") : new Map();
  const wanted = measuresOf(agenda).includes("area") ? ["owners", "area_dm2"] : ["heads"];
  const electorate = new Map(wanted.map((name) => [name, held.get(name)]));
  if (![...electorate.values()].every((count) => kindOf(count) === "int" && count > 0)) throw malformed("electorate");
  const [rollSha256, receiptKey, group] = ["roll_sha256", "receipt_key", "group"].map((name) => {
    const text = given(name);
    if (typeof text !== "string" || (name !== "group" && !SHA256.test(text))) throw malformed(name);
    return text;
  });
  const convening = version === 2 ? rulesConvening(rules, agenda) : null;
  const made = rulesDocument(agenda, { electorate, rollSha256, receiptKey, group, secrecy, convening });
  sorted(new Set([...made.keys(), ...rules.keys()])).forEach((name) => {
    const same = made.has(name) && rules.has(name) && canonicalJson(made.get(name)) === canonicalJson(rules.get(name));
    if (!same) throw malformed(Array.from(name).slice(0, 50).join(""));
  });
  return agenda;
}

// The assembly that the rules of an election name (a convening), or null.
export function rulesConvening(rules, agenda) {
  if (orNull(rules.get("assembly")) === null) return null;
  return conveningIn(rules.get("assembly"), { ...agenda, terms: agenda.terms === null ? STANDARD : agenda.terms });
}

// What the notice of an election with these rules names.
export function rulesItems(uuid, rules, agenda, materials) {
  const common = new Map([
    ["title", agenda.title],
    ["scope", scope2(agenda.scope)],
    ["secrecy", rules.get("secrecy")],
    ["revoting", agenda.revoting],
    ["terms", termsDocument(agenda.terms)],
  ]);
  return namedItems(uuid, common, agenda.questions.map(content2), rules.get("roll_sha256"), materials);
}
