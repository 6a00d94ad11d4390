// The groups that an election may name, and no others.

import { BELENIOS_2048 } from "./belenios-2048.js";
import { ED25519 } from "./ed25519.js";
import { Refused } from "./refused.js";

export { BELENIOS_2048, ED25519 };

export function groupNamed(name) {
  const found = [BELENIOS_2048, ED25519].find((group) => group.name === name);
  if (found === undefined) throw new Refused("group-unknown", { group: name });
  return found;
}
