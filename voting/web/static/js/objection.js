// An objection with a letter: the code comes in the address's fragment or is typed, and stays in the worker; what
// is sent is a signature, the digits and the words.

import { post } from "./booth-requests.js";
import { complain, say, show } from "./booth-screens.js";
import { WorkerLine } from "./worker-line.js";

const { uuid, group, addresses } = JSON.parse(document.getElementById("objection").textContent);
const find = (id) => document.getElementById(id);
const form = find("objection-form");
const scanned = location.hash.slice(1);

history.replaceState(null, "", location.pathname + location.search);

const characters = (text) => Array.from(text.replace(/[\s\-\u2010\u2011\u2013\u2014\uFF0D]/g, "")).length;

async function send(worker, publicCredential, entry) {
  const options = { page: addresses.page };
  const challenge = await post(addresses.challenge, "{}", options);
  if (!challenge.value) return challenge;
  const message = `objection|${uuid}|${challenge.value.challenge}`;
  const proof = await worker.ask("sign", { message });
  const shown = { public_credential: publicCredential, challenge: challenge.value.challenge, proof, ...entry };
  return post(addresses.objection, JSON.stringify(shown), options);
}

if (form) {
  const worker = new WorkerLine(addresses.worker, () => complain(find("digits-fault"), say("failed")));
  if (scanned) find("code-field").hidden = true;
  if (!worker.works) complain(find("digits-fault"), say("failed"));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = find("objection-button");
    if (button.getAttribute("aria-disabled") === "true" || !worker.works) return;
    const typed = find("code-field").hidden ? scanned : find("code").value;
    const digits = find("digits").value.normalize("NFKC").replace(/\s/g, "").toUpperCase();
    const text = find("text").value.trim();
    ["text-fault", "code-fault", "digits-fault"].forEach((id) => complain(find(id), ""));
    if (!text) {
      find("text").focus();
      complain(find("text-fault"), say("text_missing"));
      return;
    }
    if (!/^(\d{3}[\dX]|\d{6})$/.test(digits)) {
      find("digits").focus();
      complain(find("digits-fault"), say("digits_missing"));
      return;
    }
    const idle = button.textContent;
    button.setAttribute("aria-disabled", "true");
    button.textContent = say("checking");
    try {
      const { publicCredential } = await worker.ask("identify", { group, uuid, typed });
      const about = form.querySelector("input[name=about]:checked").value;
      const answer = await send(worker, publicCredential, { digits, about, text });
      if (answer.value) {
        find("number").textContent = answer.value.number;
        show("filed");
      } else {
        const refused = answer.refused ? answer.refused.sentence : answer.sentence || say("no_signal");
        complain(find("digits-fault"), refused);
      }
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
