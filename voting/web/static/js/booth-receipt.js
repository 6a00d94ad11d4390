// The receipt: shown, kept as a picture, and gone when the voter leaves.

import { say, show, writeTracker } from "./booth-screens.js";
import { receiptPicture } from "./receipt-picture.js";

const find = (id) => document.getElementById(id);
const title = document.querySelector(".running-title");
const inWeChat = document.documentElement.classList.contains("wechat");

let keep = null; // draws the receipt, once there is one

// `words` {title, explained}: what has become of the ballot, and what that means; the latter may be "".
export function showReceipt(receipt, words) {
  const { height, shown_time: time } = receipt;
  writeTracker(find("receipt-tracker"), receipt.tracker);
  find("receipt-height").textContent = say("nth", { height });
  find("receipt-time").textContent = time;
  find("receipt-qr").src = receipt.qr;
  find("check-link").href = receipt.check;
  find("saved").hidden = true;
  keep = () =>
    receiptPicture(receipt, {
      title: say("receipt_title"),
      election: title.textContent,
      label: say("receipt_number"),
      facts: [say("nth_in_box", { height }), say("cast_at", { time })],
      note: say("receipt_note"),
    });
  find("receipt-title").textContent = words.title;
  find("receipt-explained").textContent = words.explained;
  find("receipt-explained").hidden = !words.explained;
  title.hidden = true; // the stub has it, and fits one photograph
  show("receipt");
}

// On a shared phone the next one finds nothing, whichever way they look.
export function forgetReceipt() {
  keep = null;
  title.hidden = false;
  ["receipt-tracker", "receipt-height", "receipt-time"].forEach((id) => {
    find(id).textContent = "";
  });
  ["receipt-qr", "saved-picture"].forEach((id) => find(id).removeAttribute("src"));
  find("check-link").removeAttribute("href");
  document.querySelectorAll("[data-tracker], .representing").forEach((place) => {
    place.textContent = "";
  });
}

// A picture that a long press keeps, for browsers that download nothing; the others download it at once as well.
find("save").addEventListener("click", () => {
  const picture = keep();
  find("saved-picture").src = picture;
  find("saved-words").textContent = say(inWeChat ? "press_long" : "downloaded");
  find("saved").hidden = false;
  find("saved").scrollIntoView({ block: "nearest" });
  if (inWeChat) return;
  const link = document.createElement("a");
  link.href = picture;
  link.download = `${say("receipt_title")}.png`;
  link.click();
});

if (inWeChat) find("check-link").removeAttribute("target");
