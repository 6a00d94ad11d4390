// The page's end of the worker (booth-worker.js), and whether this phone can run it at all.

const NEEDED = ["BigInt", "Worker", "TextEncoder", "AbortController", "fetch"];

function start() {
  if (!NEEDED.every((name) => typeof window[name] === "function")) return null;
  if (!window.crypto || !crypto.getRandomValues) return null;
  // A browser that knows module workers reads `type`; one that does not would start a script it cannot parse.
  let asked = false;
  const options = {
    get type() {
      asked = true;
      return "module";
    },
  };
  const started = new Worker(new URL("booth-worker.js", import.meta.url), options);
  if (asked) return started;
  started.terminate();
  return null;
}

export class Sealer {
  // `onLost()`: the worker did not load, or ran out of memory.
  constructor(onLost) {
    this.asked = new Map();
    this.number = 0;
    this.worker = start();
    this.works = this.worker !== null;
    if (!this.works) return;
    this.worker.addEventListener("message", ({ data }) => this.hear(data));
    this.worker.addEventListener("error", onLost);
  }

  // -> the act's value; rejects with {refusal, context}, the refusal null if it was none.
  ask(act, details = {}, progress = () => {}) {
    return new Promise((resolve, reject) => {
      this.number += 1;
      this.asked.set(this.number, { resolve, reject, progress });
      this.worker.postMessage({ ...details, id: this.number, act });
    });
  }

  hear({ id, value, progress, refused, failed }) {
    const asked = this.asked.get(id);
    if (progress) {
      asked.progress(...progress);
      return;
    }
    this.asked.delete(id);
    if (refused || failed) asked.reject(refused || { refusal: null });
    else asked.resolve(value);
  }

  // With the worker goes the private credential.
  dismiss() {
    this.worker.terminate();
  }
}
