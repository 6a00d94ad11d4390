// The page that a receipt's QR code opens. All that is believed here is computed here (check-worker.js): the
// signature of the receipt, the place on the board, and every link from there to what the server signs now.
//
// This file holds no cryptography, so that an old phone can still read it and be told what to do.

import { say, show, writeTracker } from "./booth-screens.js";
import { WorkerLine } from "./worker-line.js";

const { uuid, election, rules, zone, addresses } = JSON.parse(document.getElementById("check").textContent);
const find = (id) => document.getElementById(id);
const line = new WorkerLine(addresses.worker, () => show("too-old"));

const OFFLINE = { refusal: "offline", context: {} };

async function get(address, kind) {
  try {
    const response = await fetch(address, { cache: "no-store", headers: { Accept: "application/json" } });
    if (response.status === 429 || response.status >= 500) throw OFFLINE;
    return await response[kind]();
  } catch (error) {
    throw OFFLINE;
  }
}

// As the receipt writes it, whatever the phone's own clock and zone.
function shownTime(iso) {
  const english = document.documentElement.lang === "en";
  const options = { timeZone: zone, year: "numeric", month: english ? "short" : "long", day: "numeric" };
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { ...options, ...clock }).format(new Date(iso));
}

async function checkReceipt(text) {
  let receipt = null;
  try {
    receipt = await line.ask("receipt", { uuid, election, rules, text });
    const checkpoint = await line.ask("checkpoint", { text: await get(addresses.checkpoint, "text") });
    let height = receipt.height - 1;
    while (height < checkpoint.height) {
      const part = await get(`${addresses.events}?from=${height + 1}`, "json");
      if (part.refusal) throw { refusal: part.refusal, context: { height: height + 1 } };
      if (!part.events.length) throw { refusal: "board-too-short", context: { height: height + 1 } };
      height = await line.ask("follow", { part });
    }
    good(receipt, checkpoint, await line.ask("finish"));
  } catch ({ refusal, context }) {
    if (refusal === OFFLINE.refusal) show("offline");
    else if (["receipt-malformed", "receipt-signature-invalid"].includes(refusal)) show("unsigned");
    else if (refusal) missing(receipt, refusal, context);
    else show("too-old");
  }
}

function good(receipt, checkpoint, { since, replacedBy }) {
  const state = replacedBy === null ? "counts" : "replaced";
  find("good-title").textContent = say(`${state}_title`);
  find("good-notice").textContent = say(state, { height: replacedBy });
  find("good-notice").parentElement.className = `notice ${replacedBy === null ? "done" : "caution"}`;
  writeTracker(find("good-tracker"), receipt.tracker);
  find("good-height").textContent = say("nth", { height: receipt.height });
  find("good-time").textContent = shownTime(receipt.time);
  find("good-since").textContent = since ? say("since_some", { count: since }) : say("since_none");
  find("good-seal").textContent = checkpoint.owners.slice(0, 12).match(/.{4}/g).join(" ");
  show("good");
}

function missing(receipt, refusal, { height }) {
  if (receipt) writeTracker(find("missing-tracker"), receipt.tracker);
  find("missing-where").textContent = height ? `${refusal} · ${height}` : refusal;
  show("missing");
}

// ---- a ballot that was opened instead of cast ----

async function checkOpened([, inUrl, opening]) {
  const expected = inUrl.replace(/-/g, "+").replace(/_/g, "/");
  writeTracker(find("opened-tracker"), expected);
  writeTracker(find("wrong-tracker"), expected);
  try {
    const answer = await get(`${addresses.challenged}${inUrl}`, "arrayBuffer");
    const body = new Uint8Array(answer);
    const { questions, choices } = await line.ask("opened", { election, body, expected, opening });
    find("opened-choices").replaceChildren(...questions.map((question, i) => told(question, choices[i], i + 1)));
    show("opened-good");
  } catch ({ refusal }) {
    if (refusal === OFFLINE.refusal) show("offline");
    else if (refusal) {
      find("wrong-where").textContent = say("wrong")[refusal] || say("wrong")["opening-invalid"];
      show("opened-wrong");
    } else show("too-old");
  }
}

function told({ question, answers, blank }, choice, number) {
  const entry = document.createElement("li");
  const [asked, answered] = [document.createElement("p"), document.createElement("p")];
  asked.className = "asked";
  asked.textContent = question;
  answered.className = "answered";
  const marks = blank ? choice.slice(1) : choice;
  const names = answers.filter((_, index) => marks[index] === 1);
  answered.textContent = names.map((name) => say("choices")[name] || name).join(say("separator")) || say("none_chosen");
  entry.append(asked, answered);
  entry.value = number;
  return entry;
}

let test = null; // stays here when it is gone from the address bar: it says what a ballot held

function begin() {
  const receipt = /^#receipt=(.+)$/.exec(location.hash);
  const found = /^#test=([\w-]{43})\.([0-9]*)$/.exec(location.hash);
  if (found || receipt) test = found;
  if (found) history.replaceState(null, "", location.pathname + location.search);
  show("loading");
  if (!line.works) show("too-old");
  else if (receipt) checkReceipt(receipt[1]);
  else if (test) checkOpened(test);
  else show("empty");
}

// The other language opens at the same receipt, or the same opened ballot.
document.querySelectorAll("a[data-keep-fragment]").forEach((link) => {
  link.addEventListener("click", () => {
    link.hash = test ? `test=${test[1]}.${test[2]}` : location.hash;
  });
});

find("again").addEventListener("click", begin);
window.addEventListener("hashchange", begin);
begin();
