// The verifier away from the page: one worker leads, the others verify ballots for it.
//
// The leader is told {given, earlier, ports} (see `verifyGiven`) and answers {progress: [done, total]} on the way,
// at last what `verifyGiven` returns, {refused: {refusal, context}} or {failed}. A helper is told {help: port}; on that port
// it hears {election, ballots} first, then {number, bodies}, and answers {number, results}.

import { ballotVerifier } from "../protocol/audit.js";
import { sha256Hex } from "../protocol/encoding.js";
import { Refused } from "../protocol/refused.js";
import { belongs, verifyFiles } from "./verification.js";
import { LARGEST, unzip } from "./zip.js";

// A Refused does not survive the way between workers.
const packed = (result) =>
  result instanceof Refused ? { refused: { refusal: result.refusal, context: result.context } } : result;
const unpacked = (result) =>
  result.refused ? new Refused(result.refused.refusal, result.refused.context) : result;

// Ballots in this thread; `pause()` is awaited between them, so that a page without workers can still be used.
export const alone = (progress, pause = () => {}) =>
  async function* verifyAll(election, bodies) {
    const verify = ballotVerifier(election, bodies.length);
    for (let i = 0; i < bodies.length; i += 1) {
      yield verify(bodies[i]);
      progress(i + 1, bodies.length);
      await pause();
    }
  };

// Ballots by the helpers at the other ends of `ports`, in parts; read in their order, whoever is done first.
const spread = (ports, progress) =>
  async function* verifyAll(election, bodies) {
    if (bodies.length < 2 * ports.length) {
      yield* alone(progress)(election, bodies);
      return;
    }
    const size = Math.max(1, Math.min(16, Math.floor(bodies.length / (4 * ports.length))));
    const parts = [];
    for (let start = 0; start < bodies.length; start += size) {
      const part = { bodies: bodies.slice(start, start + size) };
      part.results = new Promise((resolve) => {
        part.done = resolve;
      });
      parts.push(part);
    }
    let next = 0;
    let done = 0;
    ports.forEach((port) => {
      const give = () => {
        if (next >= parts.length) return;
        port.postMessage({ number: next, bodies: parts[next].bodies });
        next += 1;
      };
      port.onmessage = ({ data: { number, results } }) => {
        done += results.length;
        progress(done, bodies.length);
        parts[number].done(results);
        give();
      };
      port.postMessage({ election, ballots: Math.ceil(bodies.length / ports.length) });
      give();
    });
    try {
      for (const part of parts) for (const result of await part.results) yield unpacked(result);
    } finally {
      next = parts.length; // whoever reads has seen enough
    }
  };

function help(port) {
  let verify = null;
  port.onmessage = ({ data: { election, ballots, number, bodies } }) => {
    if (election) verify = ballotVerifier(election, ballots);
    else port.postMessage({ number, results: bodies.map((body) => packed(verify(body))) });
  };
}

function filesOf(given) {
  const [{ name, body }] = given;
  const unreadable = () => new Refused("export-unreadable", { what: name });
  if (given.reduce((sum, each) => sum + each.body.byteLength, 0) > LARGEST) throw unreadable();
  if (given.length === 1 && !name.endsWith(".bel")) return unzip(new Uint8Array(body), name, belongs);
  const found = new Map(given.map((each) => [each.name, new Uint8Array(belongs(each.name) ? each.body : 0)]));
  if (found.size !== given.length) throw unreadable();
  return found;
}

// {report, rules, digest} of `given`, a list of {name, body: ArrayBuffer}: EXPORT.zip, an archive, or the files of a
// folder with names relative to it; the digest is that of a single file. `earlier` is the text of a checkpoint or
// null.
export async function verifyGiven(given, earlier, verifyAll) {
  const digest = given.length === 1 ? sha256Hex(new Uint8Array(given[0].body)) : null;
  return { ...(await verifyFiles(filesOf(given), { earlier, verifyAll })), digest };
}

async function lead({ given, earlier, ports }, answer) {
  const progress = (done, total) => answer({ progress: [done, total] });
  try {
    answer(await verifyGiven(given, earlier, ports.length > 1 ? spread(ports, progress) : alone(progress)));
  } catch (error) {
    answer(error instanceof Refused ? packed(error) : { failed: String(error) });
  }
}

// What a worker does; `scope` is its global object.
export function serve(scope) {
  scope.addEventListener("message", ({ data }) => {
    if (data.help) help(data.help);
    else lead(data, (message) => scope.postMessage(message));
  });
}
