// A worker's end of the line (worker-line.js). Acts may be asynchronous. Asked {id, act, ...}; answers {id, value} or
// {id, refused: {refusal, context}} or {id, failed}, and on the way {id, progress: [done, total, ...]}.

import { Refused } from "./protocol/refused.js";

export function answerWith(acts) {
  self.addEventListener("message", async ({ data }) => {
    const { id, act } = data;
    try {
      const value = await acts[act](data, (...progress) => self.postMessage({ id, progress }));
      self.postMessage({ id, value });
    } catch (error) {
      if (!(error instanceof Refused)) {
        self.postMessage({ id, failed: true });
        return;
      }
      self.postMessage({ id, refused: { refusal: error.refusal, context: error.context } });
    }
  });
}
