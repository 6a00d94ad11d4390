// 求助 from inside the booth: the letter's code alone says which voter asks; nothing has to be typed.

import { complain, say, show, showing } from "./booth-screens.js";
import { present } from "./letter-entry.js";

const find = (id) => document.getElementById(id);

// `asking()` -> {worker, uuid, publicCredential, page, challenge, to}; without a code the links lead to the plain form.
export function offerHelp(asking) {
  let before = "identity";
  document.querySelectorAll("[data-help]").forEach((link) => {
    link.addEventListener("click", (event) => {
      if (!asking().publicCredential) return;
      event.preventDefault();
      before = showing();
      find("help-fault").textContent = "";
      show("help", before === "identity" ? "push" : "replace");
    });
  });
  document.querySelectorAll("[data-no-help]").forEach((button) => {
    button.addEventListener("click", () => show(before));
  });
  document.querySelectorAll("[data-wanted]").forEach((button) => {
    button.addEventListener("click", async () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      button.setAttribute("aria-disabled", "true");
      const { worker, ...address } = asking();
      const entry = { digits: "", wanted: button.dataset.wanted };
      const answer = await present(worker, "help", address, entry).catch(() => ({}));
      button.removeAttribute("aria-disabled");
      if (showing() !== "help") return;
      if (answer.value) {
        find("help-said").textContent = answer.value.sentence;
        show("help-noted");
      } else complain(find("help-fault"), answer.refused ? answer.refused.sentence : answer.sentence || say("not_sent"));
    });
  });
}
