// Verify an exported record, or one archive: what `voting verify` does, with the same findings and the same report
// (voting.services.verification).
//
// 1. Both archives, whole, and their agreement.
// 2. rules.json is bound by the election; its questions, electorate and group are those of the archives.
// 3. The audit log: chain, acts as declared, signatures, and that it tells of these archives and this outcome.
// 4. outcome.json follows from results and rules by the law.
// 5. The documents are those that the log pins.
// 6. checkpoint.txt is signed by the key in the rules and pins these boards, rules and log.
// 7. With an earlier checkpoint: this record continues that one.
// 8. Where the election is one of an assembly: the assembly's log, replayed (assembly.js).
// 9. Where single ballots were opened: the log's requests and approvals, and the auditors' part.

import { oneByOne, verifyArchive, verifyTwins } from "../protocol/audit.js";
import { sorted } from "../protocol/json.js";
import { Refused } from "../protocol/refused.js";
import { ASSEMBLY_LOG, isConvened, verifyAssembly } from "./assembly.js";
import { verifySignatures } from "./log.js";
import {
  auditorsFiles,
  isAuditors,
  tellsOfOpenings,
  tellsOfSilence,
  verifyAuditorsPart,
  verifyDeemed,
  verifyOpeningsTold,
} from "./openings.js";
import {
  ballotsAllowed,
  DOCUMENTS,
  deemedOf,
  verifyContinues,
  verifyDocuments,
  verifyLog,
  verifyOutcome,
  verifyOwnCheckpoint,
  verifyRules,
  verifyTold,
} from "./papers.js";

const FILES = ["rules.json", "outcome.json", "audit-log.jsonl", "checkpoint.txt"];

// Whether a file of this name is evidence, or pinned by it; others are not looked into.
export const belongs = (name) =>
  [...FILES, ASSEMBLY_LOG].includes(name) || DOCUMENTS.includes(name) || isAuditors(name) || (name.endsWith(".bel") && name.split("/").length <= 2);

// The name of the only archive in a folder.
function one(found, measure) {
  const names = [...found.keys()].filter((name) => name.startsWith(`${measure}/`) && name.endsWith(".bel"));
  if (names.length !== 1) throw new Refused("export-incomplete", { name: `${measure}/<uuid>.bel` });
  return names[0];
}

const recordFacts = ({ archive, ballots, numTallied, totalWeight, result, trustees }) => ({
  finished: result !== null,
  events: archive.links.length,
  ballots,
  num_tallied: numTallied,
  total_weight: totalWeight,
  head: archive.links[archive.links.length - 1].hash,
  trustees: trustees.quorums.map(({ keys, threshold }) => ({ size: keys.length, threshold })),
  result,
});

// What a sound record leaves open by itself: its end, or the trustees' agreement in an old form.
const unfinished = ({ result, trustees }) => [
  ...(result === null ? ["unfinished"] : []),
  ...(trustees.signed ? [] : ["circle"]),
];

const report = (findings, checked, notChecked, failed, facts) => ({
  valid: findings.length === 0,
  findings: findings.map(({ refusal, context: place }) => ({ refusal, place })),
  checked,
  failed,
  not_checked: notChecked,
  facts,
});

async function verifySingle(body, verifyAll) {
  const notChecked = ["twin", "rules", "log", "checkpoint", "history", "omissions"];
  let record;
  try {
    record = await verifyArchive(body, verifyAll);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { report: report([error], [], ["archives", ...notChecked], ["archives"], {}), rules: null };
  }
  const { uuid, name } = record.context.election;
  const facts = { uuid, title: name, archive: recordFacts(record) };
  // Without rules nobody knows how many ballots a voter may cast.
  const again = record.numTallied < record.ballots ? ["revoting"] : [];
  return { report: report([], ["archives"], [...unfinished(record), ...again, ...notChecked], [], facts), rules: null };
}

// Both archives, under the name that the outside tool wants: that of their election.
async function verifyBoth(found, names, verifyAll, most) {
  const twins = await verifyTwins(found.get(names[0]), found.get(names[1]), verifyAll, most);
  ["owners", "area"].forEach((measure, index) => {
    const name = `${measure}/${twins.owners.context.election.uuid}.bel`;
    if (names[index] !== name) throw new Refused("export-incomplete", { name });
  });
  return twins;
}

async function verifyExport(found, verifyAll, earlier) {
  FILES.forEach((name) => {
    if (!found.has(name)) throw new Refused("export-incomplete", { name });
  });
  const archives = [one(found, "owners"), one(found, "area")];
  const known = [...FILES, ...DOCUMENTS, ...archives, ASSEMBLY_LOG];
  const others = sorted([...found.keys()].filter((name) => !known.includes(name) && !isAuditors(name)));
  const findings = [];
  const checked = [];
  const failed = [];
  const check = async (name, act) => {
    try {
      const value = await act();
      checked.push(name);
      return value;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      findings.push(error);
      failed.push(name);
      return null;
    }
  };
  const steps = ["archives", "rules", "log", "signatures", "documents", "outcome", "told", "checkpoint"];
  if (earlier !== null) steps.push("history");
  let facts = {};
  let rules = null;
  let unproven = [];
  const most = ballotsAllowed(found.get("rules.json"));
  const twins = await check("archives", () => verifyBoth(found, archives, verifyAll, most));
  if (twins !== null) {
    const { uuid, name } = twins.owners.context.election;
    facts = { uuid, title: name, owners: recordFacts(twins.owners), area: recordFacts(twins.area) };
    rules = await check("rules", () => verifyRules(found.get("rules.json"), twins));
    const log = await check("log", () => verifyLog(found.get("audit-log.jsonl"), twins));
    if (rules !== null && log !== null) {
      await check("signatures", () => verifySignatures(log.entries, uuid, rules.get("receipt_key")));
    }
    if (rules !== null && log !== null && isConvened(rules, log.entries)) {
      steps.push("assembly");
      const verify = () => verifyAssembly(found.get(ASSEMBLY_LOG), rules, uuid, log.entries);
      facts.assembly = await check("assembly", verify);
    }
    if (log !== null) await check("documents", () => verifyDocuments(found, log));
    let told = null;
    if (rules !== null && log !== null && tellsOfOpenings(log.entries)) {
      steps.push("openings");
      told = await check("openings", () => verifyOpeningsTold(log.entries, rules, twins.owners.trustees));
    }
    if (rules !== null && log !== null && (told !== null || !steps.includes("openings"))) {
      // Single ballots were opened, or there is the part of the record that says what is in them.
      const openings = told || [];
      const all = rules.get("secrecy") === "open" && twins.owners.result !== null;
      const silence = tellsOfSilence(log.entries);
      const auditors = [...found.keys()].filter(isAuditors);
      if (auditors.length > 0) {
        steps.push("auditors-part");
        const verify = () => verifyAuditorsPart(found, twins, rules, log.entries, openings);
        facts.auditors_part = await check("auditors-part", verify);
        unproven = ["voters"];
        const part = auditorsFiles(rules, log.entries, openings);
        others.push(...sorted(auditors.filter((name) => !part.includes(name))));
        if (silence) {
          steps.push("silent");
          facts.silent = await check("silent", () => verifyDeemed(found, rules, silence));
        }
      } else {
        const single = all || openings.some((each) => each.opened !== null);
        unproven = [...(single ? ["auditors-part"] : []), ...(silence ? ["silent"] : [])];
      }
    }
    if (rules !== null && !rules.has("assembly") && found.has(ASSEMBLY_LOG)) {
      others.splice(0, others.length, ...sorted([...others, ASSEMBLY_LOG]));
    }
    if (rules !== null) {
      const outcome = await check("outcome", () => verifyOutcome(found.get("outcome.json"), rules, twins, deemedOf(log)));
      facts.outcome = outcome;
      if (log !== null && outcome !== null) await check("told", () => verifyTold(log, rules, outcome));
      await check("checkpoint", () => verifyOwnCheckpoint(found.get("checkpoint.txt"), rules, log, twins));
      if (earlier !== null) await check("history", () => verifyContinues(earlier, rules, log, twins));
    }
  }
  if (others.length > 0) facts.other_files = others;
  const ended = [...checked, ...failed].filter((name) => twins !== null || name !== "archives");
  const unseen = [
    ...(twins === null ? [] : unfinished(twins.owners)),
    ...unproven,
    ...(others.length > 0 ? ["other-files"] : []),
    ...(earlier === null ? ["history"] : []),
    "papers",
    "omissions",
  ];
  const left = steps.filter((step) => !ended.includes(step));
  return { report: report(findings, checked, [...left, ...unseen], failed, facts), rules };
}

// {report, rules} on files that have been read, a Map from names relative to the export to bytes: the report as
// `Verification.as_json` has it, but for the outcome, which is a Map; and the rules, where they were found to be
// those of the election, or null. `earlier` is the text of a checkpoint or null; `verifyAll` is `audit.oneByOne` or
// the like. Throws Refused export-incomplete when there is nothing to verify.
export async function verifyFiles(found, { earlier = null, verifyAll = oneByOne } = {}) {
  const archives = [...found.keys()].filter((name) => name.endsWith(".bel") && belongs(name));
  if (archives.length === 1 && !FILES.some((name) => found.has(name))) {
    return verifySingle(found.get(archives[0]), verifyAll);
  }
  return verifyExport(found, verifyAll, earlier);
}
