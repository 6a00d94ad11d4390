// What the booth says to the server, and what it does when nobody answers.

const TIMEOUT = 30000; // milliseconds; a ballot of 30 kB takes some seconds on the slowest phone network
const PAUSES = [2, 4, 8, 15, 30, 60]; // seconds before each new try; the last one repeats

let token = document.querySelector('meta[name="csrf-token"]').content;

// The token may have been bound to a session that is gone; a fresh page brings a fresh one.
async function renewToken(page) {
  const response = await fetch(page, { cache: "no-store", credentials: "same-origin" });
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const meta = fresh.querySelector('meta[name="csrf-token"]');
  if (meta) token = meta.content;
}

async function once(address, body, type, further) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT);
  try {
    const response = await fetch(address, {
      method: "POST",
      body,
      headers: { ...further, "Content-Type": type, Accept: "application/json", "X-CSRFToken": token },
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error", // a hotel's sign-in page is not our server
      signal: stop.signal,
    });
    if (response.status === 204) return { value: null };
    const answer = await response.json();
    if (response.ok) return { value: answer };
    // Too many at once, or the server is ill: the same request may succeed later.
    const later = response.status === 429 || response.status >= 500 || answer.refusal === "board-busy";
    if (later || !answer.refusal) {
      return { unreachable: true, sentence: answer.sentence };
    }
    return { refused: answer };
  } catch (error) {
    return { unreachable: true };
  } finally {
    clearTimeout(timer);
  }
}

// -> {value} | {refused: {refusal, sentence}} | {unreachable: true, sentence?}. Never throws.
export async function post(address, body, { page, type = "application/json", headers = {} }) {
  const answer = await once(address, body, type, headers);
  if (!answer.refused || answer.refused.refusal !== "form-expired") return answer;
  try {
    await renewToken(page);
  } catch (error) {
    return { unreachable: true };
  }
  return once(address, body, type, headers);
}

// One sealed ballot on its way. It is sent again, unchanged, until the server answers: sent twice, it is one
// ballot. `send()` is a post; `genuine(value)` tells our receipt from anybody else's "200 OK".
export class Delivery {
  constructor({ send, genuine, onSending, onWaiting, onCountdown }) {
    Object.assign(this, { send, genuine, onSending, onWaiting, onCountdown });
    this.wake = null;
  }

  // By the voter's button, or because the signal is back.
  again() {
    if (this.wake) this.wake();
  }

  // -> {value} or {refused}; only a definite answer ends it.
  async run() {
    const again = () => this.again();
    window.addEventListener("online", again);
    try {
      for (let attempt = 0; ; attempt += 1) {
        this.onSending();
        const answer = await this.send();
        if (answer.value && this.genuine(answer.value)) return answer;
        if (answer.refused) return answer;
        this.onWaiting(answer.sentence);
        await this.pause(PAUSES[Math.min(attempt, PAUSES.length - 1)]);
      }
    } finally {
      window.removeEventListener("online", again);
    }
  }

  pause(seconds) {
    return new Promise((resolve) => {
      const until = Date.now() + 1000 * seconds;
      const finish = () => {
        clearInterval(timer);
        this.wake = null;
        resolve();
      };
      const tick = () => {
        const left = Math.ceil((until - Date.now()) / 1000);
        if (left <= 0) finish();
        else this.onCountdown(left);
      };
      const timer = setInterval(tick, 1000);
      this.wake = finish;
      tick();
    });
  }
}
