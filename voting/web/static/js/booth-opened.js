// After the closing: was my ballot opened? The code comes in the address's fragment or is typed, and stays in the
// worker; what is sent is a signature and the digits, as when voting.

import { post } from "./booth-requests.js";
import { complain, say, show, writeTracker } from "./booth-screens.js";
import { WorkerLine } from "./worker-line.js";

const { uuid, election, addresses } = JSON.parse(document.getElementById("opened").textContent);
const find = (id) => document.getElementById(id);
const form = find("opened-form");
const scanned = location.hash.slice(1);

history.replaceState(null, "", location.pathname + location.search);

const characters = (text) => Array.from(text.replace(/[\s\-\u2010\u2011\u2013\u2014\uFF0D]/g, "")).length;

function item(text, answers) {
  const made = document.createElement("li");
  [[text, "asked"], [answers.join(say("separator")) || say("none_chosen"), "answered"]].forEach(([words, name]) => {
    const line = document.createElement("p");
    line.className = name;
    line.textContent = words;
    made.append(line);
  });
  return made;
}

function tell(found) {
  if (!found) {
    show("not-opened");
    return;
  }
  find("opened-time").textContent = found.time;
  find("opened-by").textContent = found.by;
  find("opened-reason").textContent = found.reason;
  writeTracker(find("opened-tracker"), found.tracker);
  find("opened-chosen").replaceChildren(...found.chosen.map(([text, answers]) => item(text, answers)));
  show("was-opened");
}

async function ask(worker, publicCredential, digits) {
  const options = { page: addresses.page };
  const challenge = await post(addresses.challenge, "{}", options);
  if (!challenge.value) return challenge;
  const message = `opened|${uuid}|${challenge.value.challenge}`;
  const proof = await worker.ask("sign", { message });
  const entry = { public_credential: publicCredential, challenge: challenge.value.challenge, proof, digits };
  return post(addresses.opened, JSON.stringify(entry), options);
}

if (form) {
  const worker = new WorkerLine(addresses.worker, () => complain(find("digits-fault"), say("failed")));
  if (scanned) find("code-field").hidden = true;
  if (!worker.works) complain(find("digits-fault"), say("failed"));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = find("opened-button");
    if (button.getAttribute("aria-disabled") === "true" || !worker.works) return;
    const typed = find("code-field").hidden ? scanned : find("code").value;
    const digits = find("digits").value.normalize("NFKC").replace(/\s/g, "").toUpperCase();
    complain(find("code-fault"), "");
    complain(find("digits-fault"), "");
    if (!/^(\d{3}[\dX]|\d{6})$/.test(digits)) {
      find("digits").focus();
      complain(find("digits-fault"), say("digits_missing"));
      return;
    }
    const idle = button.textContent;
    button.setAttribute("aria-disabled", "true");
    button.textContent = say("checking");
    try {
      const { publicCredential } = await worker.ask("open", { election, typed });
      await worker.ask("prepare");
      const answer = await ask(worker, publicCredential, digits);
      if (answer.value) tell(answer.value.opened);
      else complain(find("digits-fault"), answer.refused ? answer.refused.sentence : answer.sentence || say("no_signal"));
    } catch ({ refusal, context }) {
      find("code-field").hidden = false;
      const words = context && context.group ? say("mistyped_group", context) : say("mistyped_length", { count: characters(typed) });
      if (refusal === "credential-mistyped") complain(find("code-fault"), words);
      else complain(find("digits-fault"), say("failed"));
    }
    button.removeAttribute("aria-disabled");
    button.textContent = idle;
    find("digits").value = "";
  });
}
