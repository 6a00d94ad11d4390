// The resident's booth: scan → second factor → questions → review → seal → send → receipt.
//
// The private credential comes in the address's fragment, which no browser sends anywhere. It is read, removed
// from the address bar at once, and given to the worker. This file holds no cryptography and no BigInt, so that
// an old phone can still read it and be told what to do.

import * as questions from "./booth-questions.js";
import { Delivery, post } from "./booth-requests.js";
import { complain, onHistory, say, show, showing, writeTracker } from "./booth-screens.js";
import { qrImage, qrModules } from "./qr.js";
import { receiptPicture } from "./receipt-picture.js";
import { WorkerLine } from "./worker-line.js";

const { uuid, election, at_most: limits, addresses } = JSON.parse(document.getElementById("booth").textContent);
const find = (id) => document.getElementById(id);

let scanned = location.hash.slice(1);
let publicCredential = "";
let reviewed = false;
let sealed = null; // {body, tracker} from sealing until the receipt
let sealing = 0; // counts sealings: one that the voter walked away from is dropped
let delivery = null;
let keep = null; // draws the receipt, once there is one
const sealer = new WorkerLine(addresses.worker, () => fail());

history.replaceState(null, "", location.pathname + location.search);

// ---- refusals ----

function refuse(sentence, { refusal = "", unsent = false } = {}) {
  find("refused-sentence").textContent = sentence;
  find("refused-unsent").hidden = !unsent;
  // Another code may help only where the code was the trouble.
  find("type-code").hidden = !["credential-unknown", "credential-replaced"].includes(refusal);
  show("refused");
}

function fail() {
  sealed = null;
  refuse(say("failed"));
}

// ---- the code ----

async function open(typed, fault) {
  try {
    ({ publicCredential } = await sealer.ask("open", { election, typed }));
  } catch (refused) {
    if (refused.refusal !== "credential-mistyped") fail();
    else fault(refused.context.group);
    return;
  }
  scanned = typed;
  sealer.ask("prepare").catch(fail);
  show("identity");
  find("digits").focus();
}

const characters = (text) => Array.from(text.replace(/[\s\-\u2010\u2011\u2013\u2014\uFF0D]/g, "")).length;

find("code-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = find("code").value;
  open(typed, (group) => {
    const words = group ? say("mistyped_group", { group }) : say("mistyped_length", { count: characters(typed) });
    find("code").focus();
    complain(find("code-fault"), words);
  });
});

find("type-code").addEventListener("click", () => {
  find("code-fault").textContent = "";
  show("code");
});

// ---- the second factor ----

async function enter(digits) {
  const challenge = await post(addresses.challenge, "{}", { page: addresses.booth });
  if (!challenge.value) return challenge;
  const message = `enter|${uuid}|${challenge.value.challenge}`;
  const proof = await sealer.ask("sign", { message });
  const entry = { public_credential: publicCredential, challenge: challenge.value.challenge, proof, digits };
  return post(addresses.enter, JSON.stringify(entry), { page: addresses.booth });
}

function writeRepresenting({ name, units }) {
  const words = say("representing", { name, units: units.join(say("separator")) });
  document.querySelectorAll(".representing").forEach((line) => {
    line.textContent = words;
  });
}

find("identity-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = find("digits");
  const fault = find("digits-fault");
  const button = find("identity-button");
  const digits = field.value.normalize("NFKC").replace(/\s/g, "").toUpperCase();
  if (button.getAttribute("aria-disabled") === "true") return;
  if (!/^(\d{3}[\dX]|\d{6})$/.test(digits)) {
    field.focus();
    complain(fault, say("digits_missing"));
    return;
  }
  const idle = button.textContent;
  fault.textContent = "";
  button.setAttribute("aria-disabled", "true");
  button.textContent = say("checking");
  const answer = await enter(digits).catch(() => ({ failed: true }));
  button.removeAttribute("aria-disabled");
  button.textContent = idle;
  field.value = "";
  if (answer.failed) fail();
  else if (answer.value) entered(answer.value);
  else if (answer.unreachable || answer.refused.refusal === "second-factor-wrong") {
    field.focus();
    complain(fault, answer.unreachable ? answer.sentence || say("no_signal") : answer.refused.sentence);
  } else refuse(answer.refused.sentence, { refusal: answer.refused.refusal, unsent: Boolean(sealed) });
});

function entered(voter) {
  if (voter.receipt) {
    const mine = sealed && sealed.tracker === voter.receipt.tracker;
    finish(voter.receipt, !mine);
    return;
  }
  writeRepresenting(voter);
  if (sealed) cast();
  else showQuestion(1, "replace");
}

// ---- the questions ----

function where(text) {
  find("where").textContent = text;
  find("where").hidden = !text;
}

function showQuestion(number, how) {
  const section = questions.section(number);
  const last = number === questions.count;
  section.querySelector(".fault-line").textContent = "";
  section.querySelector(".back").hidden = number === 1 && !reviewed;
  section.querySelector(".forward").textContent = say(
    reviewed ? "back_to_review" : last ? "to_review" : "next_question",
  );
  where(say("question_title", { number, total: questions.count }));
  show(`question-${number}`, how);
}

function showReview(how) {
  reviewed = true;
  sealed = null;
  questions.writeReview();
  where("");
  show("review", how);
}

for (let number = 1; number <= questions.count; number += 1) {
  const section = questions.section(number);
  section.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!questions.answered(number)) return;
    if (reviewed || number === questions.count) showReview("push");
    else showQuestion(number + 1, "push");
  });
}
document.querySelectorAll(".back").forEach((button) => button.addEventListener("click", () => history.back()));
document.querySelectorAll(".change").forEach((button) => {
  button.addEventListener("click", () => showQuestion(Number(button.dataset.change), "push"));
});

// Only before the ballot is on its way is there a way back.
onHistory((target) => {
  const here = showing();
  if (here === "left" || here === "refused") {
    history.back(); // nothing is left to come back to: on to where the voter came from
    return here;
  }
  const moving = here.startsWith("question-") || ["review", "sealing", "sealed", "challenge", "opened"].includes(here);
  if (!moving || !(target.startsWith("question-") || target === "review")) return null;
  sealing += 1;
  sealed = null;
  forgetOpened();
  if (target === "review") {
    questions.writeReview();
    where("");
  } else {
    showQuestion(Number(target.slice("question-".length)), "stay");
  }
  return target;
});

// ---- sealing and sending ----

async function seal() {
  announced = false;
  sealing += 1;
  const mine = sealing;
  const bar = find("sealing-bar");
  const step = (done, total) => {
    bar.max = total;
    bar.value = done;
    find("sealing-step").textContent = say("sealing", { done, total });
  };
  bar.value = 0;
  find("sealing-step").textContent = "";
  // A quick phone is done before a screen of its own could be read.
  const slow = setTimeout(() => show("sealing", showing() === "review" ? "push" : "replace"), 200);
  try {
    const ballot = await sealer.ask("seal", { choices: questions.choices() }, step);
    if (mine !== sealing) return;
    sealed = ballot;
  } catch (refused) {
    if (mine === sealing) fail();
    return;
  } finally {
    clearTimeout(slow);
  }
  document.querySelectorAll("[data-tracker]").forEach((place) => writeTracker(place, sealed.tracker));
  show("sealed", showing() === "review" ? "push" : "replace");
}

find("seal").addEventListener("click", seal);

// ---- opening a sealed ballot instead of casting it ----

find("challenge").addEventListener("click", () => {
  find("challenge-fault").textContent = "";
  show("challenge");
});

// Once it was announced, a ballot may be spent even if the answer was lost: it is not offered again.
let announced = false;

find("keep-sealed").addEventListener("click", () => {
  if (announced) showReview("replace");
  else show("sealed");
});

find("open-it").addEventListener("click", async () => {
  const button = find("open-it");
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  find("challenge-fault").textContent = "";
  announced = true;
  const { body, tracker } = sealed;
  const answer = await post(addresses.challenged, body, {
    page: addresses.booth,
    type: "application/octet-stream",
  });
  button.removeAttribute("aria-disabled");
  if (!sealed || sealed.tracker !== tracker) return; // the voter went back in the meantime
  if (answer.value && answer.value.tracker === tracker) await showOpened(tracker);
  else if (answer.refused && answer.refused.refusal === "booth-not-entered") {
    sealed = null;
    refuse(answer.refused.sentence, { unsent: true });
  } else if (answer.refused) {
    sealed = null;
    refuse(answer.refused.sentence, { refusal: answer.refused.refusal, unsent: true });
  } else complain(find("challenge-fault"), say("not_opened"));
});

// Only now, when the server will never take this ballot, does the phone give away what opens it.
async function showOpened(tracker) {
  sealed = null;
  let opening;
  try {
    ({ opening } = await sealer.ask("open_sealed"));
  } catch (refused) {
    fail();
    return;
  }
  const inUrl = tracker.replace(/\+/g, "-").replace(/\//g, "_");
  const address = `${addresses.check}#test=${inUrl}.`;
  const rows = qrModules([address, opening], "L");
  find("opened-qr").hidden = rows === null;
  find("opened-too-long").hidden = rows !== null;
  if (rows) find("opened-qr").src = qrImage(rows, 4);
  offerCopy(find("opened-link"), address + opening);
  show("opened");
}

function offerCopy(button, text) {
  button.dataset.copy = text;
  button.hidden = !navigator.clipboard; // plain http
  button.onclick = async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = button.dataset.copied;
  };
}

function forgetOpened() {
  find("opened-qr").removeAttribute("src");
  delete find("opened-link").dataset.copy;
}

find("reseal").addEventListener("click", () => {
  forgetOpened();
  seal();
});
document.querySelector(".back-to-review").addEventListener("click", () => {
  forgetOpened();
  showReview("replace");
});

// ---- casting ----

find("unseal").addEventListener("click", () => history.back());
find("cast").addEventListener("click", () => cast());
find("again").addEventListener("click", () => delivery.again());

async function cast() {
  const { body, tracker } = sealed;
  const state = (name, unsent) => {
    find("sending-title").textContent = say(`${name}_title`);
    find("sending-state").textContent = say(name);
    find("sending-notice").classList.toggle("caution", unsent);
    find("waiting").hidden = !unsent;
  };
  delivery = new Delivery({
    send: () => post(addresses.ballot, body, { page: addresses.booth, type: "application/octet-stream" }),
    genuine: (receipt) => receipt.tracker === tracker,
    onSending: () => state("sending", false),
    onWaiting: () => state("waiting", true),
    onCountdown: (seconds) => {
      find("countdown").textContent = say("countdown", { seconds });
    },
  });
  state("sending", false);
  show("sending");
  const { value, refused } = await delivery.run();
  if (value) finish(value, false);
  else if (refused.refusal === "booth-not-entered") {
    show("identity");
    find("digits-fault").textContent = say("waiting_entry");
    find("digits").focus();
  } else {
    sealed = null;
    refuse(refused.sentence, { refusal: refused.refusal, unsent: true });
  }
}

// On a shared phone the next one finds nothing, whichever way they look.
function forgetReceipt() {
  keep = null;
  ["receipt-tracker", "receipt-height", "receipt-time"].forEach((id) => {
    find(id).textContent = "";
  });
  ["receipt-qr", "saved-picture"].forEach((id) => find(id).removeAttribute("src"));
  find("check-link").removeAttribute("href");
  document.querySelectorAll("[data-tracker], .representing").forEach((place) => {
    place.textContent = "";
  });
}

function finish(receipt, earlier) {
  sealed = null;
  sealer.dismiss();
  scanned = "";
  questions.forget();
  where("");
  writeTracker(find("receipt-tracker"), receipt.tracker);
  find("receipt-height").textContent = say("nth", { height: receipt.height });
  find("receipt-time").textContent = receipt.shown_time;
  find("receipt-qr").src = receipt.qr;
  find("check-link").href = receipt.check;
  keep = () => receiptPicture(receipt, {
    title: say("receipt_title"),
    election: document.querySelector(".running-title").textContent,
    label: say("receipt_number"),
    facts: [say("nth_in_box", { height: receipt.height }), say("cast_at", { time: receipt.shown_time })],
    note: say("receipt_note"),
  });
  find("saved").hidden = true;
  if (earlier) {
    find("receipt-title").textContent = say("already");
    find("receipt-explained").textContent = say("already_explained");
    find("receipt-explained").hidden = false;
  }
  document.querySelector(".running-title").hidden = true; // the stub has it, and fits one photograph
  show("receipt");
}

// A picture that a long press keeps, for browsers that download nothing; the others download it at once as well.
find("save").addEventListener("click", () => {
  const picture = keep();
  const wechat = document.documentElement.classList.contains("wechat");
  find("saved-picture").src = picture;
  find("saved-words").textContent = say(wechat ? "press_long" : "downloaded");
  find("saved").hidden = false;
  find("saved").scrollIntoView({ block: "nearest" });
  if (wechat) return;
  const link = document.createElement("a");
  link.href = picture;
  link.download = `${say("receipt_title")}.png`.replace(/\s/g, "");
  link.click();
});

if (document.documentElement.classList.contains("wechat")) find("check-link").removeAttribute("target");

find("leave").addEventListener("click", async () => {
  await post(addresses.leave, "{}", { page: addresses.booth });
  document.querySelector(".running-title").hidden = false;
  forgetReceipt();
  show("left");
});

window.addEventListener("beforeunload", (event) => {
  if (!sealed) return;
  event.preventDefault();
  event.returnValue = "";
});

// A second letter scanned into the same page.
window.addEventListener("hashchange", () => {
  if (location.hash.length > 1) location.reload();
});

// The other language keeps the letter that was scanned.
document.querySelectorAll("a[data-keep-fragment]").forEach((link) => {
  link.addEventListener("click", () => {
    link.hash = scanned;
  });
});

// ---- begin ----

questions.watchLimits(limits);
if (!sealer.works) {
  show("too-old");
} else if (scanned) {
  open(scanned, () => {
    find("code-fault").textContent = say("link_broken");
    show("code");
  });
} else {
  show("code");
}
