// The door that an assembly's letter opens: both factors once, then the holder's votes, one booth after the other.
//
// The code stays in this page. Each booth gets it in its address's fragment, which no browser sends anywhere, together
// with the pass that says that the second factor was shown (meeting-pass.js).

import { complain, say, show, writeTracker } from "./booth-screens.js";
import { post } from "./booth-requests.js";
import { entryForm, scannedCode } from "./letter-entry.js";
import { goTo } from "./meeting-pass.js";

const { uuid, group, addresses } = JSON.parse(document.getElementById("meeting").textContent);
const find = (id) => document.getElementById(id);
const scanned = scannedCode();

let code = ""; // once both factors were right
let pass = "";

const start = (ballot) => goTo(ballot.address, code, pass, forget);

function forget() {
  code = "";
  pass = "";
  ["ballots", "ballots-title", "representing"].forEach((id) => {
    find(id).textContent = "";
  });
  find("begin").onclick = null;
}

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function startButton(ballot, words) {
  const button = element("button", say(words), "button second full");
  button.type = "button";
  button.addEventListener("click", () => start(ballot));
  return button;
}

function card(ballot, alone) {
  const item = element("li", "");
  item.append(element("h2", ballot.title), element("p", ballot.facts, "small soft"));
  if (ballot.receipt) {
    const { tracker, height, check } = ballot.receipt;
    const link = element("a", say("check"), "button second full");
    link.href = check;
    const stub = element("p", "", "tracker");
    writeTracker(stub, tracker);
    item.append(element("p", say("voted"), "state"), element("p", say("nth_in_box", { height }), "small"));
    item.append(element("p", say("receipt_number"), "label"), stub, link);
    if (ballot.open && ballot.may_vote) item.append(startButton(ballot, "vote_again"));
  } else {
    item.append(element("p", say(ballot.open ? "to_vote" : "not_open"), "state"));
    if (ballot.open && !alone) item.append(startButton(ballot, "this_one"));
  }
  return item;
}

function showBallots({ name, units, ballots }) {
  const waiting = ballots.filter((ballot) => ballot.open && !ballot.receipt);
  const title = ballots.every((ballot) => ballot.receipt) ? "all_voted" : "count";
  find("ballots-title").textContent = say(title, { count: ballots.length });
  find("representing").textContent = say("representing", { name, units: units.join(say("separator")) });
  ballots.forEach((ballot) => find("ballots").append(card(ballot, ballot === waiting[0])));
  find("in-turn").hidden = waiting.length < 2;
  find("begin").hidden = waiting.length === 0;
  if (waiting.length) find("begin").onclick = () => start(waiting[0]);
  else find("leave").textContent = find("leave").dataset.done;
  show("ballots");
}

find("leave").addEventListener("click", async () => {
  await post(addresses.leave, "{}", { page: addresses.page });
  forget();
  show("left");
});

// A second letter scanned into the same page.
window.addEventListener("hashchange", () => {
  if (location.hash.length > 1) location.reload();
});

// The other language keeps the letter that was scanned.
document.querySelectorAll("a[data-keep-fragment]").forEach((link) => {
  link.addEventListener("click", () => {
    link.hash = code || scanned;
  });
});

const worker = entryForm(find("identity-form"), {
  scanned,
  purpose: "enter",
  uuid,
  addresses,
  identify: async (line, typed) => {
    code = typed;
    return (await line.ask("identify", { group, uuid, typed })).publicCredential;
  },
  answered(entered) {
    ({ pass } = entered);
    // Whose letter is for one vote alone need not be told so.
    if (entered.ballots.length === 1) start(entered.ballots[0]);
    else showBallots(entered);
  },
});
if (worker.works) {
  show("identity");
  if (scanned) find("digits").focus();
} else {
  show("too-old");
}
