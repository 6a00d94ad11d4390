// A sealed ballot that is opened instead of cast. The server is told first, and never takes that ballot again; only
// then does the phone give away what opens it, as a QR code for a second device.

import { complain, say, show } from "./booth-screens.js";
import { qrImage, qrModules } from "./qr.js";

const find = (id) => document.getElementById(id);

export class Challenge {
  // `current()`: the sealed ballot {body, tracker} or null; `drop()`: it is no longer one to cast; `announce(body)`:
  // a post; `reveal()`: what opens it, from the worker; `address`: of the check page; `back()`, `reseal()`, `refuse`.
  constructor(given) {
    Object.assign(this, given);
    // Once it was announced, a ballot may be spent even if the answer was lost: it is not offered again.
    this.announced = false;
    find("challenge").addEventListener("click", () => {
      this.announced = false;
      find("challenge-fault").textContent = "";
      show("challenge");
    });
    find("keep-sealed").addEventListener("click", () => {
      if (this.announced) this.back();
      else show("sealed");
    });
    find("open-it").addEventListener("click", () => this.open());
    find("reseal").addEventListener("click", () => {
      this.forget();
      this.reseal();
    });
    document.querySelector(".back-to-review").addEventListener("click", () => {
      this.forget();
      this.back();
    });
  }

  async open() {
    const button = find("open-it");
    const ballot = this.current();
    if (!ballot || button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    find("challenge-fault").textContent = "";
    this.announced = true;
    const { value, refused } = await this.announce(ballot.body);
    button.removeAttribute("aria-disabled");
    if (this.current() !== ballot) return; // the voter went back in the meantime
    if (value && value.tracker === ballot.tracker) {
      this.drop();
      this.show(ballot.tracker, await this.reveal());
    } else if (refused) {
      this.drop();
      this.refuse(refused.sentence, { refusal: refused.refusal, unsent: true });
    } else complain(find("challenge-fault"), say("not_opened"));
  }

  show(tracker, opening) {
    const inUrl = tracker.replace(/\+/g, "-").replace(/\//g, "_");
    const address = `${this.address}#test=${inUrl}.`;
    const rows = qrModules([address, opening], "L");
    find("opened-qr").hidden = rows === null;
    find("opened-too-long").hidden = rows !== null;
    if (rows) find("opened-qr").src = qrImage(rows, 4);
    const link = find("opened-link");
    link.dataset.copy = address + opening;
    link.hidden = !navigator.clipboard; // plain http
    link.onclick = async () => {
      await navigator.clipboard.writeText(address + opening);
      link.textContent = link.dataset.copied;
    };
    show("opened");
  }

  forget() {
    find("opened-qr").removeAttribute("src");
    delete find("opened-link").dataset.copy;
    find("opened-link").onclick = null;
  }
}
