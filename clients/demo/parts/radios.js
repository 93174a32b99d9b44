/**
 * A group of which one is chosen, as WAI-ARIA has it: Tab goes in to the chosen one and out again,
 * arrows choose the next or the one before, Home and End the first and the last. Where choosing does
 * more than that (a tool), they only lead there, and Space or Enter chooses.
 */
import { h } from "./view.js";

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * @param {any} props of the group @param {any[]} items buttons with `role: "radio"`
 * @param {{choosing?: boolean}} [how] whether arrows choose
 * @returns {any}
 */
export function radioGroup(props, items, { choosing = true } = {}) {
  const able = items.filter((one) => !one.props.disabled);
  const entry = able.find((one) => one.props["aria-checked"] === "true") ?? able[0];
  for (const one of items) one.props.tabindex = one === entry ? "0" : "-1";
  return h("div", { role: "radiogroup", onkeydown: choosing ? choose : lead, ...props }, items);
}

/** Which of so many a key leads to from the one at `index`; null: it leads nowhere. */
export function ledTo(key, index, count) {
  if (count === 0) return null;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return key in STEPS ? (index + STEPS[key] + count) % count : null;
}

function choose(event) {
  lead(event)?.click();
}

function lead(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const seen = [...event.currentTarget.querySelectorAll('[role="radio"]:enabled')].filter(
    (one) => one.getClientRects().length > 0,
  );
  const next = ledTo(event.key, seen.indexOf(event.target.closest('[role="radio"]')), seen.length);
  if (next === null) return null;
  event.preventDefault();
  event.stopPropagation();
  seen[next].focus();
  return seen[next];
}
