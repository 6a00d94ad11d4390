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
import { act, fault, render, ROUNDS, sentenceOf, view } from "./trustee-view.js";
import { WorkerLine } from "./worker-line.js";

const { uuid, addresses } = JSON.parse(document.getElementById("circle").textContent);
const find = (id) => document.getElementById(id);
const all = (selector) => Array.from(document.querySelectorAll(selector));
const AGAIN = 20000; // milliseconds between looks, while this trustee waits for others

let invitation = location.hash.slice(1);
let unsent = null; // {kind, body}: what was made and has not arrived, sent again unchanged

const worker = new WorkerLine(addresses.worker, () => refuse(say("failed")));

const openings = new Openings({
  mayApprove: () => view.key === "open" && !view.busy,
  askForKey: () => {
    view.opening = true;
    render();
    focusNow();
  },
  approve: ({ number, tracker, reason, addresses: { approve } }) =>
    during("downloading", async (progress) => {
      const asked = { wanted: tracker, reason };
      if (!unsent || unsent.kind !== `approval ${number}`) {
        const archives = await bothArchives(progress);
        const made = await worker.ask("approve", { state: view.state, ...archives, asked }, progress);
        saving.rememberDecrypted(uuid, made.decrypted);
        saving.offer(made, view.state, { changed: true });
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

// ---- where the ceremony stands ----

// A new state, from the server's text. What follows from it is computed before it is shown. Throws what that
// refuses: then nothing more is done with it.
async function take(next) {
  view.state = next;
  view.code = view.state.certificates ? (await worker.ask("code", { state: view.state })).code : "";
  view.present = null;
  if (view.state.parameters && view.state.own.output && ["draft", "open"].includes(view.state.phase)) {
    try {
      view.present = await worker.ask("present", { state: view.state, verification: saving.verificationOf(uuid) });
    } catch (error) {
      view.present = { fault: error };
    }
  }
  if (view.state.phase === "draft" && unsent && unsent.kind !== ROUNDS[view.state.round]) unsent = null;
  fault(null);
  render();
  if (["closed", "counted", "published"].includes(view.state.phase) && view.state.secrecy === "confidential") {
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
  if (view.busy) return;
  view.busy = true;
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
  view.busy = false;
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
  return worker.ask(kind, { state: view.state }, progress);
}

function sendRound(kind, step) {
  return during(step, async (progress) => {
    const message = await made(kind, progress);
    if (message.verification) saving.rememberKey(uuid, message.verification);
    if (message.file) saving.offer(message, view.state, { changed: true });
    await deliver(kind, message.body);
  });
}

find("make-key").addEventListener("click", () =>
  during("making", async (progress) => {
    const fresh = await worker.ask("create", { state: view.state }, progress);
    saving.offer(fresh, view.state, { sheet: true });
    view.key = "unsaved";
  }),
);

find("key-kept").addEventListener("click", () => {
  if (!saving.kept() || !find("key-saved").checked) {
    complain(find("save-fault"), say(saving.kept() ? "save_first" : "save_neither"));
    return;
  }
  complain(find("save-fault"), "");
  view.key = "open";
  saving.forgetSheet();
  if (view.state.own.certificate) render();
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
    view.opening = true;
    render();
    focusNow();
  }),
);

find("not-now").addEventListener("click", () => {
  view.opening = false;
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
  if (refusal === "certificate-not-found") return say("key_wrong", { name: view.state.name });
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
    await worker.ask("open", { state: view.state, ...from, remembered: saving.decryptedBefore(uuid) });
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
  view.key = "open";
  view.opening = false;
  view.examined = null;
  await take(view.state);
  focusNow();
});

// ---- decrypting ----

async function bothArchives(progress) {
  const downloaded = (done, total) => progress(done, total, "downloading");
  const owners = await received(addresses.owners, downloaded);
  return { owners, area: await received(addresses.area, downloaded) };
}

find("examine").addEventListener("click", () =>
  during("downloading", async (progress) => {
    view.examined = await worker.ask("examine", { state: view.state, ...(await bothArchives(progress)) }, progress);
  }),
);

find("decrypt").addEventListener("click", () =>
  during("decrypting_now", async (progress) => {
    if (!unsent || unsent.kind !== "share") {
      const opened = await worker.ask("decrypt", { state: view.state }, progress);
      // Noted before it is sent: what was opened once is never opened in another way.
      saving.rememberDecrypted(uuid, opened.decrypted);
      saving.offer(opened, view.state, { changed: true });
      unsent = { kind: "share", body: opened.body };
    }
    find("busy-step").textContent = say("sending");
    await deliver("share", unsent.body);
  }),
);

// ---- with the program at a terminal ----

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
  const waiting = view.state && !view.busy && !view.opening && ["wait", "ready", "decrypted"].includes(act());
  if (waiting && document.visibilityState === "visible") {
    fetched(addresses.state).then((answer) => {
      if (answer.value && !view.busy && !view.opening) arrive(answer, refuse);
    });
  }
}, AGAIN);

window.addEventListener("beforeunload", (event) => {
  if (view.key !== "unsaved" && !unsent && !view.busy && !saving.unsaved()) return;
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
