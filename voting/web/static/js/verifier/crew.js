// The page's end of the workers (work.js). Each is made of the page's own script, so that the page stays one file.

import { Refused } from "../protocol/refused.js";
import { alone, verifyGiven } from "./work.js";

const MOST = 8; // workers beyond the leader; more would rather wait for memory

// Workers running the script at `address`; [] where the browser lets none run.
function hired(address) {
  const count = Math.min(MOST, navigator.hardwareConcurrency || 2);
  try {
    // One core: the leader verifies the ballots itself.
    return Array.from({ length: count > 1 ? count + 1 : 1 }, () => new Worker(address));
  } catch (error) {
    return [];
  }
}

const soon = () => new Promise((resolve) => setTimeout(resolve));

// `source` is the text of the page's script. {report, rules, digest} of what `given` and `earlier` hold (see work.js); `progress(done, total)` counts ballots. Throws
// Refused, or another error when the browser cannot finish.
export async function verify(source, given, earlier, progress) {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const [leader, ...helpers] = hired(address);
  if (!leader) return verifyGiven(given, earlier, alone(progress, soon));
  try {
    return await new Promise((resolve, reject) => {
      [leader, ...helpers].forEach((worker) => {
        worker.onerror = (event) => reject(new Error(event.message || "worker"));
      });
      leader.onmessage = ({ data }) => {
        if (data.progress) progress(...data.progress);
        else if (data.refused) reject(new Refused(data.refused.refusal, data.refused.context));
        else if (data.failed) reject(new Error(data.failed));
        else resolve(data);
      };
      const ports = helpers.map((helper) => {
        const { port1, port2 } = new MessageChannel();
        helper.postMessage({ help: port1 }, [port1]);
        return port2;
      });
      leader.postMessage({ given, earlier, ports }, [...ports, ...given.map(({ body }) => body)]);
    });
  } finally {
    [leader, ...helpers].forEach((worker) => worker.terminate());
    URL.revokeObjectURL(address);
  }
}
