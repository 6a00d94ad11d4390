// What a trustee's page shows: where the ceremony stands, who has done what, and the one next step.

import { say } from "./booth-screens.js";
import * as saving from "./trustee-saving.js";

const { addresses, sentences } = JSON.parse(document.getElementById("circle").textContent);
const find = (id) => document.getElementById(id);
const all = (selector) => Array.from(document.querySelectorAll(selector));

// What everything here follows from; trustee.js changes it.
export const view = {
  state: null, // the server's, see voting.services.ceremony
  code: "", // the check code, as this browser computed it
  key: "none", // "unsaved": made here and not yet kept; "open"
  opening: false, // the form that opens a key is shown although it is not needed
  present: null, // whether the published keys have this trustee's: {fault} or {certain}
  examined: null, // the closed record, verified here: {ballots, heads}
  busy: false,
};

// The sentence for what the worker or the server refused.
export function sentenceOf(error) {
  if (error.sentence) return error.sentence;
  if (error.unreachable) return say("no_signal");
  const { refusal, context = {} } = error;
  if (!refusal) return say("failed");
  if (!sentences[refusal]) return say("refused", { refusal });
  return sentences[refusal].replace(/\{(\w+)\}/g, (_, name) => (name in context ? context[name] : "—"));
}

export function fault(error) {
  find("act-fault-sentence").textContent = error ? sentenceOf(error) : "";
  find("act-fault").hidden = !error;
  if (error) find("act-fault").scrollIntoView({ block: "nearest" });
}

export const ROUNDS = { certificates: "certificate", polynomials: "polynomial", outputs: "output" };

// What this trustee can do now: the name of an act on the page.
export function act() {
  const { state, key } = view;
  const { own, phase, round, share } = state;
  if (view.opening) return "open-key";
  if (key === "unsaved") return "save-key";
  if (phase === "draft") {
    const message = ROUNDS[round];
    if (!message) return "ready";
    if (own[message]) return "wait";
    if (key === "none") return round === "certificates" ? "new-key" : "open-key";
    return message === "polynomial" ? "compare" : message;
  }
  if (phase === "open") return "ready";
  if (share || phase !== "closed") return "decrypted";
  if (key === "none") return "open-key";
  return view.examined ? "decrypt" : "examine";
}

// The sentence over it.
function sentence(now) {
  const { phase, round, share } = view.state;
  if (phase === "draft" && ROUNDS[round]) {
    if (now === "wait") return say("waiting");
    if (now === "save-key") return say("save_key");
    return say({ certificates: "step_1", polynomials: "step_2", outputs: "step_3" }[round]);
  }
  if (phase === "draft") return say("ready");
  if (phase === "open") return say("open");
  if (share) return say("sent");
  return say(phase === "closed" ? "to_decrypt" : "over");
}

function showTable() {
  const { state } = view;
  const done = (row, label, yes) => {
    const cell = row.insertCell();
    cell.dataset.label = label;
    cell.textContent = say(yes ? "done" : "not_done");
    cell.classList.toggle("done", yes);
  };
  const labels = all(".circle-table thead th").map((cell) => cell.textContent);
  const rows = state.trustees.map((trustee) => {
    const row = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent =
      trustee.number === state.number ? say("yourself", trustee) : say("trustee", trustee);
    row.append(name);
    ["certificate", "polynomial", "output", "share"].forEach((step, i) => done(row, labels[i + 1], trustee[step]));
    return row;
  });
  find("trustees").replaceChildren(...rows);
}

function waitNames() {
  const { state } = view;
  const message = ROUNDS[state.round];
  const names = state.trustees.filter((trustee) => message && !trustee[message]).map(({ name }) => name);
  return names.length ? say("waiting_for", { names: names.join(say("separator")) }) : "";
}

function readyWords() {
  const { present, state } = view;
  if (!present) return say("working");
  if (present.fault) return say("key_missing", { reason: sentenceOf(present.fault) });
  if (state.phase === "draft") return say(present.certain ? "ready_certain" : "ready_said");
  return say(present.certain ? "open_certain" : "open_said");
}

function decryptedWords() {
  const { state } = view;
  if (!state.share) return say("over_without");
  if (state.phase !== "closed") return say(state.secrecy === "secret" ? "over" : "over_with");
  return state.shares_needed > 0 ? say("shares_needed", { count: state.shares_needed }) : say("shares_enough");
}

// What the record holds, for whoever compares it with what is published.
function facts() {
  if (!view.examined) return;
  const { ballots, heads } = view.examined;
  const head = (measure) => [say("head", { measure: say(measure) }), heads[measure]];
  const entries = [[say("ballots"), ballots], head("owners"), head("area")].flatMap(([name, value]) => {
    const [term, said] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    said.textContent = value;
    said.className = "digest";
    return [term, said];
  });
  find("facts").replaceChildren(...entries);
}

export function render() {
  const { state, busy, present, code } = view;
  const now = act();
  const { name, number, size, threshold } = state;
  find("greeting").textContent = say("greeting", { name });
  find("place").textContent = say("place", { number, size, threshold });
  find("sentence").textContent = sentence(now);
  all("[data-act]").forEach((part) => {
    part.hidden = part.dataset.act !== (busy ? "busy" : now);
  });
  find("wait-names").textContent = waitNames();
  find("ready-words").textContent = now === "ready" ? readyWords() : "";
  find("check-with-key").hidden = view.key !== "none" || !present || present.certain;
  find("not-now").hidden = !view.opening;
  find("by-photo").hidden = typeof window.BarcodeDetector !== "function";
  find("decrypted-words").textContent = decryptedWords();
  find("record").hidden = !view.examined || busy || !["decrypt", "decrypted"].includes(now);
  facts();
  all("[data-secrecy]").forEach((part) => {
    part.hidden = !part.dataset.secrecy.split(" ").includes(state.secrecy);
  });
  find("destroy-key").hidden = now !== "decrypted" || state.secrecy !== "secret" || busy;
  find("updated-key").hidden = !saving.updated() || busy;
  all("[data-check-code]").forEach((place) => saving.writeGroups(place, code.split(" ")));
  find("code-line").hidden = !code || now === "compare";
  offline(now);
  showTable();
}

// With the program at a terminal: what it needs, its command, and the way back.
function offline(now) {
  const { state, key, busy } = view;
  const kind = view.state.phase === "draft" ? ROUNDS[view.state.round] : view.state.phase === "closed" ? "share" : null;
  const own = kind === "share" ? view.state.share : kind && view.state.own[kind];
  const offered = kind && !own && view.key !== "unsaved" && !view.busy && now !== "busy";
  find("offline").hidden = !offered;
  if (!offered) return;
  find("offline").dataset.kind = kind;
  find("offline-command").textContent = say(`command_${kind}`, { group: view.state.group });
  find("offline-files").replaceChildren(...saving.linksFor(state, addresses, kind === "share"));
}

