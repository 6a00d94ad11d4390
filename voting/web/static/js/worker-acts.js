// A worker's end of the line (worker-line.js). Asked {id, act, ...}; answers {id, value} or
// {id, refused: {refusal, context}} or {id, failed}, and on the way {id, progress: [done, total]}.

import { Refused } from "./protocol/refused.js";

export function answerWith(acts) {
  self.addEventListener("message", ({ data }) => {
    const { id, act } = data;
    try {
      const value = acts[act](data, (done, total) => self.postMessage({ id, progress: [done, total] }));
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
