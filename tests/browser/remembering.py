"""What the browser need not compute twice where a test has it verify many records that hardly differ."""

# A module's beginning. Elements that were read before, powers and tables are remembered by what was asked;
# what was refused is not. Everything else is done anew for each record.
REMEMBER = """
import { BELENIOS_2048, ED25519 } from "ORIGIN/js/protocol/group.js";

function remembered(known, name, compute) {
  if (!known.has(name)) known.set(name, compute());
  return known.get(name);
}

for (const group of [BELENIOS_2048, ED25519]) {
  const kind = Object.getPrototypeOf(group);
  const { base, fixedBase, power } = kind;
  const [bases, tables, powers] = [new Map(), new Map(), new Map()];
  kind.base = function (text, place) {
    return remembered(bases, text, () => {
      const read = base.call(this, text, place);
      const own = new Map();
      const again = (exponent) => remembered(own, exponent, () => read.power(exponent));
      return { element: read.element, power: again };
    });
  };
  kind.fixedBase = function (element, bits, ...rest) {
    const name = `${this.serialise(element)} ${bits}`;
    return remembered(tables, name, () => fixedBase.call(this, element, bits, ...rest));
  };
  kind.power = function (element, exponent) {
    const name = `${this.serialise(element)} ${exponent}`;
    return remembered(powers, name, () => power.call(this, element, exponent));
  };
}
"""
