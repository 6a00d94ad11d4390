// The page's end of a worker: questions and answers, and whether this phone can run one at all.

const NEEDED = ["BigInt", "Worker", "TextEncoder", "AbortController", "fetch"];

export class WorkerLine {
  // `address` is that of the worker's script; `onLost()`: it did not load, or ran out of memory.
  constructor(address, onLost) {
    this.asked = new Map();
    this.number = 0;
    this.works =
      NEEDED.every((name) => typeof window[name] === "function") &&
      Boolean(window.crypto && crypto.getRandomValues);
    if (!this.works) return;
    this.worker = new Worker(address);
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

  // With the worker goes whatever it knew.
  dismiss() {
    this.worker.terminate();
  }
}
