// Somebody operates the phone beside the voter: who, said before anything is asked; handed over before the last steps;
// and on to the next household without loading the page again.

import { post } from "./booth-requests.js";
import { complain, say, show } from "./booth-screens.js";

const find = (id) => document.getElementById(id);
const main = document.querySelector("main");

export class Helper {
  // `kept`: {name, role} whom the server remembers, or null; `next()`: empties the booth for the next household.
  constructor({ kept, addresses, next }) {
    this.by = null;
    this.set(kept);
    const to = { page: addresses.booth };
    find("i-help").addEventListener("click", () => {
      find("helper-fault").textContent = "";
      show("helper", "push");
    });
    find("helper-form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const name = find("helper-name").value.trim();
      const role = event.target.querySelector("input[name=role]:checked");
      complain(find("helper-fault"), name && role ? "" : say("helper_missing"));
      if (!name || !role) return;
      const body = JSON.stringify({ name, role: role.value });
      const { value, refused, sentence } = await post(addresses.helper, body, to);
      if (!value) {
        complain(find("helper-fault"), refused ? refused.sentence : sentence || say("not_sent"));
        return;
      }
      event.target.reset();
      this.set(value);
      show("identity");
    });
    document.querySelectorAll("[data-enough]").forEach((button) => {
      button.addEventListener("click", async () => {
        await post(addresses.helper_end, "{}", to);
        this.set(null);
        show(button.dataset.enough);
      });
    });
    find("next-household").addEventListener("click", next);
  }

  set(by) {
    this.by = by;
    main.classList.toggle("helped", Boolean(by));
    find("helping").textContent = by ? say("helping", by) : "";
    find("helping").hidden = !by;
  }

  // What the last screens say: whom to give the phone to.
  handTo(name) {
    if (!this.by) return;
    find("hand-over-title").textContent = say("hand_over", { name });
    find("own-hand").textContent = say("own_hand", { name, helper: this.by.name });
  }

  forget() {
    ["hand-over-title", "own-hand"].forEach((id) => {
      find(id).textContent = "";
    });
  }
}
