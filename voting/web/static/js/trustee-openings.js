// Requests to open one ballot, as trustees see them: what is asked and why, and the two answers.

import { complain, say } from "./booth-screens.js";

const find = (id) => document.getElementById(id);

export class Openings {
  // `mayApprove()`: whether the key is here; if not, `askForKey()`. `approve(request)` and `decline(request, reason)`
  // do it; the latter gives what is wrong with it in words, or "".
  constructor({ mayApprove, askForKey, approve, decline }) {
    Object.assign(this, { mayApprove, askForKey, approve, decline });
    this.shown = "";
  }

  show(requests) {
    const written = JSON.stringify(requests);
    if (written === this.shown) return; // what somebody is writing stays
    this.shown = written;
    find("openings").hidden = requests.length === 0;
    find("opening-list").replaceChildren(...requests.map((request) => this.card(request)));
  }

  card(request) {
    const card = find("opening-request").content.cloneNode(true).firstElementChild;
    const put = (name, words) => {
      card.querySelector(`[data-${name}]`).textContent = words;
    };
    put("reason", request.reason);
    put("asked", say("opening_asked", request));
    put("tracker", request.tracker);
    put("state", say(`opening_${request.state}`, request));
    put("answer", request.approved === null ? "" : say(request.approved ? "opening_yes" : "opening_no"));
    card.querySelector("[data-document]").href = request.addresses.document;
    card.querySelector("[data-pending]").hidden = request.state !== "requested" || request.approved !== null;
    const fault = card.querySelector(".fault-line");
    card.querySelector("[data-approve]").addEventListener("click", () => {
      complain(fault, "");
      if (this.mayApprove()) {
        this.approve(request);
        find("now").scrollIntoView({ block: "start" });
      } else {
        complain(fault, say("opening_key"));
        this.askForKey();
      }
    });
    card.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const reason = card.querySelector("textarea").value.trim();
      complain(fault, reason.length < 5 ? say("reason_first") : await this.decline(request, reason));
    });
    return card;
  }
}
