// A trustee's page: the key ceremony in three rounds, each when all have done the one before, and the decryption
// after the closing. Days may pass between them.
//
// The invitation comes in the address's fragment, is removed from the address bar at once, and is exchanged for a
// session. The key lives in the worker. This file is given it only to save and to print it, holds no cryptography,
// and sends nothing but messages that the worker made or read strictly.

import { post } from "./booth-requests.js";
import { complain, say, show } from "./booth-screens.js";
import { Openings } from "./trustee-openings.js";
import { fetched, received } from "./trustee-requests.js";
import * as saving from "./trustee-saving.js";
import { WorkerLine } from "./worker-line.js";

const { uuid, addresses, sentences } = JSON.parse(document.getElementById("circle").textContent);
const find = (id) => document.getElementById(id);
const all = (selector) => Array.from(document.querySelectorAll(selector));
const AGAIN = 20000; // milliseconds between looks, while this trustee waits for others

let state = null;
let invitation = location.hash.slice(1);
let code = ""; // the check code, as this browser computed it
let key = "none"; // "unsaved": made here and not yet kept; "open"
let opening = false; // the form that opens a key is shown although it is not needed
let present = null; // whether the published keys have this trustee's: {fault} or {certain}
let outcome = null; // of the decryption
let unsent = null; // {kind, body}: what was made and has not arrived, sent again unchanged
let busy = false;

const worker = new WorkerLine(addresses.worker, () => refuse(say("failed")));

const openings = new Openings({
  mayApprove: () => key === "open" && !busy,
  askForKey: () => {
    opening = true;
    render();
    focusNow();
  },
  approve: ({ number, tracker, reason, addresses: { approve } }) =>
    during("downloading", async (progress) => {
      const asked = { wanted: tracker, reason };
      if (!unsent || unsent.kind !== `approval ${number}`) {
        const made = await worker.ask("approve", { state, ...(await bothArchives(progress)), asked }, progress);
        saving.rememberDecrypted(uuid, made.decrypted);
        saving.offer(made, state, { changed: true });
        unsent = { kind: `approval ${number}`, body: made.body };
      }
      const type = "application/octet-stream";
      const answer = await post(approve, unsent.body, { page: addresses.circle, type });
      if (!answer.value) throw answer.refused || answer;
      unsent = null;
      openings.show(answer.value);
    }),
  decline: async ({ addresses: { decline } }, reason) => {
    const answer = await post(decline, JSON.stringify({ reason }), { page: addresses.circle });
    if (!answer.value) return sentenceOf(answer.refused || answer);
    openings.show(answer.value);
    return "";
  },
});

history.replaceState(null, "", location.pathname + location.search);

// ---- what goes wrong ----

function refuse(sentence) {
  find("refused-sentence").textContent = sentence;
  show("refused");
}

// The sentence for what the worker or the server refused.
function sentenceOf(error) {
  if (error.sentence) return error.sentence;
  if (error.unreachable) return say("no_signal");
  const { refusal, context = {} } = error;
  if (!refusal) return say("failed");
  if (!sentences[refusal]) return say("refused", { refusal });
  return sentences[refusal].replace(/\{(\w+)\}/g, (_, name) => (name in context ? context[name] : "—"));
}

function fault(error) {
  find("act-fault-sentence").textContent = error ? sentenceOf(error) : "";
  find("act-fault").hidden = !error;
  if (error) find("act-fault").scrollIntoView({ block: "nearest" });
}

// ---- where the ceremony stands ----

const ROUNDS = { certificates: "certificate", polynomials: "polynomial", outputs: "output" };

// What this trustee can do now: the name of an act on the page.
function act() {
  const { own, phase, round, share } = state;
  if (opening) return "open-key";
  if (key === "unsaved") return "save-key";
  if (phase === "draft") {
    const message = ROUNDS[round];
    if (!message) return "ready";
    if (own[message]) return "wait";
    if (key === "none") return round === "certificates" ? "new-key" : "open-key";
    return message === "polynomial" ? "compare" : message;
  }
  if (phase === "open") return "ready";
  if (outcome || share) return "decrypted";
  if (phase === "closed") return key === "none" ? "open-key" : "decrypt";
  return "decrypted";
}

// The sentence over it.
function sentence(now) {
  const { phase, round, share } = state;
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
  const message = ROUNDS[state.round];
  const names = state.trustees.filter((trustee) => message && !trustee[message]).map(({ name }) => name);
  return names.length ? say("waiting_for", { names: names.join(say("separator")) }) : "";
}

function readyWords() {
  if (!present) return say("working");
  if (present.fault) return say("key_missing", { reason: sentenceOf(present.fault) });
  if (state.phase === "draft") return say(present.certain ? "ready_certain" : "ready_said");
  return say(present.certain ? "open_certain" : "open_said");
}

function decryptedWords() {
  if (!state.share) return say("over_without");
  if (state.phase !== "closed") return say(state.secrecy === "secret" ? "over" : "over_with");
  return state.shares_needed > 0 ? say("shares_needed", { count: state.shares_needed }) : say("shares_enough");
}

function facts(list) {
  const entries = list.flatMap(([name, value]) => {
    const [term, said] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    said.textContent = value;
    said.className = "digest";
    return [term, said];
  });
  find("decrypted-facts").replaceChildren(...entries);
}

function render() {
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
  find("check-with-key").hidden = key !== "none" || !present || present.certain;
  find("not-now").hidden = !opening;
  find("by-photo").hidden = typeof window.BarcodeDetector !== "function";
  find("decrypted-words").textContent = decryptedWords();
  find("heads-hint").hidden = !outcome;
  if (outcome) {
    const { ballots, heads } = outcome;
    const head = (measure) => [say("head", { measure: say(measure) }), heads[measure]];
    facts([[say("ballots"), ballots], head("owners"), head("area")]);
  }
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

// A new state, from the server's text. What follows from it is computed before it is shown. Throws what that
// refuses: then nothing more is done with it.
async function take(next) {
  state = next;
  code = state.certificates ? (await worker.ask("code", { state })).code : "";
  present = null;
  if (state.parameters && state.own.output && ["draft", "open"].includes(state.phase)) {
    try {
      present = await worker.ask("present", { state, verification: saving.verificationOf(uuid) });
    } catch (error) {
      present = { fault: error };
    }
  }
  if (state.phase === "draft" && unsent && unsent.kind !== ROUNDS[state.round]) unsent = null;
  fault(null);
  render();
  if (["closed", "counted", "published"].includes(state.phase) && state.secrecy === "confidential") {
    fetched(addresses.openings).then(({ value }) => value && openings.show(value));
  }
}

// Shows what an answer brought, or says why not.
async function arrive(answer, complaint) {
  if (!answer.value) {
    complaint(sentenceOf(answer.refused || answer));
    return;
  }
  try {
    await take(answer.value);
    show("circle");
  } catch (error) {
    refuse(sentenceOf(error));
  }
}

async function look() {
  const answer = await fetched(addresses.state);
  if (answer.refused && answer.refused.refusal === "trustee-not-entered") show("invitation");
  else await arrive(answer, refuse);
}

async function enter(token, complaint) {
  await arrive(await post(addresses.enter, JSON.stringify({ token }), { page: addresses.circle }), complaint);
}

// ---- doing something ----

// One thing at a time, with a bar; what it refuses is said, and nothing is lost.
async function during(step, task) {
  if (busy) return;
  busy = true;
  fault(null);
  const bar = find("busy-bar");
  bar.removeAttribute("value");
  find("busy-step").textContent = say(step);
  render();
  const progress = (done, total, what = step) => {
    bar.max = total;
    bar.value = done;
    find("busy-step").textContent = say(what, { done, total });
  };
  let failed = null;
  try {
    await task(progress);
  } catch (error) {
    failed = error;
  }
  busy = false;
  render();
  if (failed) fault(failed);
  else focusNow();
}

function focusNow() {
  const part = document.querySelector(`[data-act="${act()}"]`);
  const first = part && part.querySelector("button:not([hidden]), a[href], input, textarea");
  if (first) first.focus({ preventScroll: true });
}

async function deliver(kind, body) {
  unsent = { kind, body };
  const type = "application/octet-stream";
  const answer = await post(addresses[kind], body, { page: addresses.circle, type });
  if (!answer.value) throw answer.refused || answer;
  unsent = null;
  await take(answer.value);
}

// Made once: what did not arrive is sent again as it was made.
async function made(kind, progress) {
  if (unsent && unsent.kind === kind) return unsent;
  return worker.ask(kind, { state }, progress);
}

function sendRound(kind, step) {
  return during(step, async (progress) => {
    const message = await made(kind, progress);
    if (message.verification) saving.rememberKey(uuid, message.verification);
    if (message.file) saving.offer(message, state, { changed: true });
    await deliver(kind, message.body);
  });
}

find("make-key").addEventListener("click", () =>
  during("making", async (progress) => {
    const fresh = await worker.ask("create", { state }, progress);
    saving.offer(fresh, state, { sheet: true });
    key = "unsaved";
  }),
);

find("key-kept").addEventListener("click", () => {
  if (!saving.kept() || !find("key-saved").checked) {
    complain(find("save-fault"), say(saving.kept() ? "save_first" : "save_neither"));
    return;
  }
  complain(find("save-fault"), "");
  key = "open";
  saving.forgetSheet();
  if (state.own.certificate) render();
  else sendRound("certificate", "sending");
});

find("send-certificate").addEventListener("click", () => sendRound("certificate", "sending"));

find("send-polynomial").addEventListener("click", () => {
  if (!find("code-compared").checked) {
    complain(find("compare-fault"), say("compare_first"));
    return;
  }
  complain(find("compare-fault"), "");
  sendRound("polynomial", "dealing");
});

find("send-output").addEventListener("click", () => sendRound("output", "checking"));

// ---- opening the key ----

all("[data-open-key]").forEach((button) =>
  button.addEventListener("click", () => {
    opening = true;
    render();
    focusNow();
  }),
);

find("not-now").addEventListener("click", () => {
  opening = false;
  render();
});

async function given() {
  const [file] = find("key-file").files;
  const [photo] = find("photo").files;
  if (file) return { file: await file.text() };
  if (photo) return { typed: await saving.scanned(photo) };
  return { typed: find("seed").value };
}

function keyFault({ refusal, context = {} }, fromFile) {
  if (refusal === "credential-mistyped") {
    return context.group ? say("mistyped_group", context) : say("mistyped_length");
  }
  if (refusal === "certificate-not-found") return say("key_wrong", { name: state.name });
  if (fromFile && refusal && /^(json|seed|group)-/.test(refusal)) return say("key_unreadable");
  return sentenceOf({ refusal, context });
}

find("key-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const from = await given();
  if (from.file === undefined && !from.typed.trim()) {
    complain(find("key-fault"), say(find("photo").files.length ? "photo_unread" : "key_first"));
    return;
  }
  try {
    await worker.ask("open", { state, ...from, remembered: saving.decryptedBefore(uuid) });
  } catch (error) {
    // What was typed stays, to be looked over; a file is chosen anew.
    all("#key-form input").forEach((field) => {
      field.value = "";
    });
    complain(find("key-fault"), keyFault(error, from.file !== undefined));
    (from.file === undefined ? find("seed") : find("key-file")).focus({ preventScroll: true });
    return;
  }
  find("key-form").reset();
  find("by-sheet").open = false;
  complain(find("key-fault"), "");
  key = "open";
  opening = false;
  await take(state);
  focusNow();
});

// ---- decrypting ----

async function bothArchives(progress) {
  const downloaded = (done, total) => progress(done, total, "downloading");
  const owners = await received(addresses.owners, downloaded);
  return { owners, area: await received(addresses.area, downloaded) };
}

find("decrypt").addEventListener("click", () =>
  during("downloading", async (progress) => {
    if (!unsent || unsent.kind !== "share") {
      outcome = await worker.ask("decrypt", { state, ...(await bothArchives(progress)) }, progress);
      // Noted before it is sent: what was opened once is never opened in another way.
      saving.rememberDecrypted(uuid, outcome.decrypted);
      saving.offer(outcome, state, { changed: true });
      unsent = { kind: "share", body: outcome.body };
    }
    find("busy-step").textContent = say("sending");
    await deliver("share", unsent.body).catch((error) => {
      outcome = null;
      throw error;
    });
  }),
);

// ---- with the program at a terminal ----

function offline(now) {
  const kind = state.phase === "draft" ? ROUNDS[state.round] : state.phase === "closed" ? "share" : null;
  const own = kind === "share" ? state.share : kind && state.own[kind];
  const offered = kind && !own && key !== "unsaved" && !busy && now !== "busy";
  find("offline").hidden = !offered;
  if (!offered) return;
  find("offline").dataset.kind = kind;
  find("offline-command").textContent = say(`command_${kind}`, { group: state.group });
  find("offline-files").replaceChildren(...saving.linksFor(state, addresses, kind === "share"));
}

find("offline-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [file] = find("offline-message").files;
  const { kind } = find("offline").dataset;
  if (!file) {
    complain(find("offline-fault"), say("file_first"));
    return;
  }
  const text = await file.text();
  find("offline-form").reset();
  try {
    const { body } = await worker.ask("message", { kind, text });
    await deliver(kind, body);
    complain(find("offline-fault"), "");
  } catch (error) {
    unsent = null;
    const unread = error.refusal && /^json-/.test(error.refusal);
    complain(find("offline-fault"), unread ? say("message_unreadable", { kind: say(kind) }) : sentenceOf(error));
  }
});

// ---- coming, looking again, leaving ----

find("invitation-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = find("invitation").value.trim().split("#").pop();
  find("invitation").value = "";
  enter(token, (words) => complain(find("invitation-fault"), words));
});

all("[data-refresh]").forEach((button) => button.addEventListener("click", () => look()));

setInterval(() => {
  const waiting = state && !busy && !opening && ["wait", "ready", "decrypted"].includes(act());
  if (waiting && document.visibilityState === "visible") {
    fetched(addresses.state).then((answer) => answer.value && !busy && !opening && arrive(answer, refuse));
  }
}, AGAIN);

window.addEventListener("beforeunload", (event) => {
  if (key !== "unsaved" && !unsent && !busy && !saving.unsaved()) return;
  event.preventDefault();
  event.returnValue = "";
});

// With the worker goes the key; a page that the browser keeps for its back button starts anew.
window.addEventListener("pagehide", () => {
  worker.dismiss();
  saving.forget();
  ["key-form", "offline-form", "invitation-form"].forEach((id) => find(id).reset());
});
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
window.addEventListener("hashchange", () => {
  if (location.hash.length > 1) location.reload();
});

if (!worker.works) {
  show("too-old");
} else if (invitation) {
  const token = invitation;
  invitation = "";
  enter(token, (words) => {
    complain(find("invitation-fault"), words);
    show("invitation");
  });
} else {
  look();
}
