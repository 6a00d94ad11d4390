// The resident's booth: scan → second factor → questions → review → seal → send → receipt.
//
// The private credential comes in the address's fragment, which no browser sends anywhere. It is read, removed
// from the address bar at once, and given to the worker. This file holds no cryptography and no BigInt, so that
// an old phone can still read it and be told what to do.

import { Challenge } from "./booth-challenge.js";
import { offerHelp } from "./booth-help.js";
import { Helper } from "./booth-helper.js";
import { watchMaterials } from "./booth-materials.js";
import * as questions from "./booth-questions.js";
import { forgetReceipt, showReceipt } from "./booth-receipt.js";
import { Delivery, post } from "./booth-requests.js";
import { complain, onHistory, say, show, showing, writeTracker } from "./booth-screens.js";
import { mistyped, present, scannedCode, typedDigits } from "./letter-entry.js";
import { goTo, passed } from "./meeting-pass.js";
import { WorkerLine } from "./worker-line.js";

const { uuid, election, helper: kept, revoting, at_most: limits, addresses } = JSON.parse(
  document.getElementById("booth").textContent,
);
const find = (id) => document.getElementById(id);
const large = () => document.documentElement.classList.contains("senior");
const BYTES = "application/octet-stream";

let { code: scanned, pass } = passed(scannedCode());
let meeting = null; // {pass, ballots} where the letter serves more votes than this one
let letter = ""; // its code, for the next booth, until the voter leaves
let publicCredential = "";
let reviewed = false;
let sealed = null; // {body, tracker} from sealing until the receipt
let sealing = 0; // counts sealings: one that the voter walked away from is dropped
let delivery = null;
let replaces = ""; // the 回执号 of the own ballot that the next one is to replace
const newSealer = () => new WorkerLine(addresses.worker, () => fail());
let sealer = newSealer();
const helper = new Helper({ kept, addresses, next: beginAgain });

// ---- refusals ----

function refuse(sentence, { refusal = "", unsent = false } = {}) {
  find("refused-sentence").textContent = sentence;
  find("refused-unsent").hidden = !unsent;
  find("refused-earlier").hidden = !(unsent && replaces && refusal !== "voted-meanwhile");
  // Another code may help only where the code was the trouble.
  find("type-code").hidden = !["credential-unknown", "credential-replaced"].includes(refusal);
  show("refused");
}

function fail() {
  sealed = null;
  refuse(say("failed"));
}

// ---- the code ----

let opened = Promise.resolve(false); // whether the worker has read the code

// `first` shows the next screen at once: on a slow network the worker's script comes while the digits are typed.
function open(typed, fault, first = false) {
  const next = () => {
    if (pass) return; // whoever is led here has shown the second factor
    show("identity");
    find("digits").focus();
  };
  if (first) next();
  opened = sealer.ask("open", { election, typed }).then(
    (value) => {
      ({ publicCredential } = value);
      scanned = typed;
      sealer.ask("prepare").catch(fail);
      if (!first) next();
      return true;
    },
    (refused) => {
      if (refused.refusal !== "credential-mistyped") fail();
      else fault(refused.context.group);
      return false;
    },
  );
}

find("code-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = find("code").value;
  open(typed, (group) => {
    find("code").focus();
    complain(find("code-fault"), mistyped(typed, group));
  });
});

find("type-code").addEventListener("click", () => {
  find("code-fault").textContent = "";
  show("code");
});

offerHelp(() => {
  const { booth: page, challenge, help: to } = addresses;
  return { worker: sealer, uuid, publicCredential, page, challenge, to };
});

// ---- the second factor ----

async function enter(digits) {
  if (!(await opened)) return { elsewhere: true };
  const { booth: page, challenge, enter: to } = addresses;
  const shown = pass ? { digits: "", pass } : { digits };
  return present(sealer, "enter", { uuid, publicCredential, page, challenge, to }, shown);
}

// From the meeting's page, or from the last booth: in at once, or asked like everybody.
async function follow() {
  const answer = await enter("").catch(() => ({ failed: true }));
  pass = "";
  if (answer.elsewhere) return;
  if (answer.failed) fail();
  else if (answer.value) entered(answer.value);
  else if (answer.refused && answer.refused.refusal !== "booth-not-entered") {
    refuse(answer.refused.sentence, { refusal: answer.refused.refusal });
  } else {
    show("identity");
    if (answer.unreachable) complain(find("digits-fault"), answer.sentence || say("no_signal"));
  }
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
  if (button.getAttribute("aria-disabled") === "true") return;
  const digits = typedDigits(field, fault);
  if (!digits) return;
  const idle = button.textContent;
  fault.textContent = "";
  button.setAttribute("aria-disabled", "true");
  button.textContent = say("checking");
  const answer = await enter(digits).catch(() => ({ failed: true }));
  button.removeAttribute("aria-disabled");
  button.textContent = idle;
  if (answer.elsewhere) return; // another screen has said why
  field.value = "";
  if (answer.failed) fail();
  else if (answer.value) entered(answer.value);
  else if (answer.unreachable || answer.refused.refusal === "second-factor-wrong") {
    field.focus();
    complain(fault, answer.unreachable ? answer.sentence || say("no_signal") : answer.refused.sentence);
  } else refuse(answer.refused.sentence, { refusal: answer.refused.refusal, unsent: Boolean(sealed) });
});

function entered(voter) {
  meeting = voter.meeting || null;
  letter = meeting ? scanned : "";
  const { receipt, may_vote: mayVote } = voter;
  // What was sealed before the voter had to show both factors again is cast if it still replaces what is there.
  const waits = sealed && replaces === (receipt ? receipt.tracker : "");
  if (receipt && !waits) {
    if (sealed && sealed.tracker === receipt.tracker) finish(receipt);
    else if (mayVote) offerAgain(voter);
    else finish(receipt, { title: say("already"), explained: say(revoting === "none" ? "already_explained" : "used_once") });
    return;
  }
  writeRepresenting(voter);
  helper.handTo(voter.name);
  if (waits) cast();
  else vote("");
}

// The questions, for a ballot that replaces the one with the tracker `earlier`, or none ("").
function vote(earlier) {
  replaces = earlier;
  document.querySelectorAll("[data-again]").forEach((notice) => {
    notice.hidden = !replaces;
  });
  find("final").textContent = say(replaces ? `final_again_${revoting}` : `final_${revoting}`);
  showQuestion(1, "replace");
}

// Somebody who has voted sees the receipt, and may leave it at that or vote again.
function offerAgain(voter) {
  sealed = null;
  where("");
  offerNext();
  find("again-offer").hidden = false;
  find("vote-again").onclick = () => {
    find("again-offer").hidden = true;
    forgetReceipt();
    writeRepresenting(voter);
    helper.handTo(voter.name);
    vote(voter.receipt.tracker);
  };
  showReceipt(voter.receipt, { title: say("already"), explained: say(`may_${revoting}`) });
}

// ---- the questions ----

function where(text) {
  find("where").textContent = text;
  find("where").hidden = !text;
}

// The one button of a question says what it does: on, ready, back to the review; or that the answer stays.
function forwardWords(number) {
  if (!questions.stepsOn(number)) return reviewed ? "ready_to_review" : "ready";
  if (reviewed) return large() ? "back_to_review" : "keep_to_review";
  const on = number === questions.count ? "to_review" : "next_question";
  return large() ? on : `keep_${on}`;
}

function writeForward(number) {
  const section = questions.section(number);
  section.querySelector(".forward").textContent = say(forwardWords(number));
  // Where the answer is the step on, the button is for whoever came back and keeps theirs (booth.css).
  section.classList.toggle("waits", questions.stepsOn(number) && !questions.isAnswered(number));
}

function showQuestion(number, how) {
  const section = questions.section(number);
  const first = number === 1 && !reviewed;
  section.querySelector(".fault-line").textContent = "";
  section.querySelector(".back").hidden = first;
  section.classList.toggle("first", first);
  writeForward(number);
  where(say("question_title", { number, total: questions.count }));
  show(`question-${number}`, how);
}

function leaveQuestion(number) {
  if (!reviewed && number < questions.count) showQuestion(number + 1, "push");
  else if (!reviewed && helper.by) {
    where("");
    show("hand-over", "push");
  } else showReview("push");
}
find("in-hand").addEventListener("click", () => showReview("push"));

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
    if (questions.answered(number)) leaveQuestion(number);
  });
}
questions.watchAnswers((number) => {
  if (large()) return;
  find("answer-said").textContent = say("answer_said", { number, choice: questions.said(number).join("") });
  leaveQuestion(number);
});
window.addEventListener("sizechange", () => {
  const [, number] = showing().match(/^question-(\d+)$/) || [];
  if (number) writeForward(Number(number));
});
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
  if (["help", "help-noted", "helper"].includes(here)) return target === "identity" ? target : null;
  const moving =
    here.startsWith("question-") || ["hand-over", "review", "sealing", "sealed", "challenge", "opened"].includes(here);
  if (!moving || !(target.startsWith("question-") || ["hand-over", "review"].includes(target))) return null;
  sealing += 1;
  sealed = null;
  challenge.forget();
  if (target === "hand-over") where("");
  else if (target === "review") {
    questions.writeReview();
    where("");
  } else {
    showQuestion(Number(target.slice("question-".length)), "stay");
  }
  return target;
});

// ---- sealing and sending ----

async function seal() {
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

const challenge = new Challenge({
  address: addresses.check,
  current: () => sealed,
  drop: () => {
    sealed = null;
  },
  announce: (body) => post(addresses.challenged, body, { page: addresses.booth, type: BYTES }),
  reveal: async () => (await sealer.ask("open_sealed")).opening,
  back: () => showReview("replace"),
  reseal: () => seal(),
  refuse,
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
    send: () =>
      post(addresses.ballot, body, {
        page: addresses.booth,
        type: BYTES,
        headers: replaces ? { Replaces: replaces } : {},
      }),
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
  if (value) finish(value);
  else if (refused.refusal === "booth-not-entered") {
    show("identity");
    find("digits-fault").textContent = say("waiting_entry");
    find("digits").focus();
  } else {
    sealed = null;
    refuse(refused.sentence, { refusal: refused.refusal, unsent: true });
  }
}

// What has become of a ballot that was cast in this visit.
function castWords({ replaced }) {
  if (replaced) return { title: say("replaced"), explained: say("replaced_explained") };
  if (replaces) return { title: say("recast"), explained: say(`recast_${revoting}`) };
  return { title: say("cast"), explained: revoting === "none" ? "" : say(`cast_${revoting}`) };
}

function finish(receipt, words = castWords(receipt)) {
  dismiss();
  where("");
  offerNext();
  showReceipt(receipt, words);
}

// The code and the answers are gone from this page.
function dismiss() {
  sealed = null;
  sealer.dismiss();
  scanned = "";
  questions.forget();
  find("answer-said").textContent = "";
  helper.forget();
  find("again-offer").hidden = true;
}

// What else this letter is for: the same code opens the next booth, and nothing is asked again.
function offerNext() {
  const waiting = meeting ? meeting.ballots.filter((ballot) => ballot.open && !ballot.receipt && ballot.uuid !== uuid) : [];
  find("next-ballot").hidden = waiting.length === 0;
  if (!waiting.length) return;
  const [next] = waiting;
  find("next-words").textContent = say(waiting.length > 1 ? "ballots_left" : "ballot_left", { count: waiting.length });
  find("vote-next").textContent = say("vote_next", { title: next.title });
  find("vote-next").onclick = () => goTo(next.address, letter, meeting.pass, forget);
}

function forget() {
  dismiss();
  letter = "";
  meeting = null;
  forgetReceipt();
}

find("leave").addEventListener("click", async () => {
  await post(addresses.leave, "{}", { page: addresses.booth });
  forget();
  show("left");
});

// The next household at the same phone: nothing of the last one is here any more, and nothing is loaded again.
function beginAgain() {
  forget();
  sealer = newSealer();
  replaces = "";
  publicCredential = "";
  reviewed = false;
  delivery = null;
  ["code", "digits"].forEach((id) => {
    find(id).value = "";
    find(`${id}-fault`).textContent = "";
  });
  show("code");
}

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

watchMaterials();
questions.watchLimits(limits);
if (!sealer.works) {
  show("too-old");
} else if (scanned) {
  open(scanned, () => {
    find("code-fault").textContent = say("link_broken");
    show("code");
  }, true);
  if (pass) follow();
} else {
  show("code");
}
