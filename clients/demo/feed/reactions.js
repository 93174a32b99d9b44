/**
 * What people feel about what happens: a few signs, counted together each second, never by name
 * (SPEC RX). Shown is what came within the last seconds; nothing moves for those who want no motion.
 */
import { h } from "../parts/view.js";

/** As the server knows them; what is drawn, and what is read. */
export const SIGNS = [
  ["cheer", "🎉", "Cheer"],
  ["clap", "👏", "Clap"],
  ["wow", "😮", "Wow"],
  ["laugh", "😂", "Laugh"],
  ["sad", "😢", "Sad"],
  ["boo", "👎", "Boo"],
];
const KEY = "reactions";
/** So long a count stands after it came. */
export const STANDS_MS = 4_000;
/** The server counts four of a connection in a second. */
const EACH_MAX = 4;
const SECOND_MS = 1_000;

export const noReactions = () => ({ came: [], mine: [] });

/**
 * What a presence message says of them; null: nothing.
 * @param {any} change of `room.on("presence")` @returns {Record<string, number> | null}
 */
export const reactionsIn = ({ connection, key, value }) => (connection === 0 && key === KEY ? value : null);

/** @param {any} reactions @param {Record<string, number>} counts @param {number} now */
export function withCame({ came, mine }, counts, now) {
  return { mine, came: [...came.filter(({ at }) => now - at < STANDS_MS), { at: now, counts }] };
}

/** Whether one more of one's own would count; and it noted. @returns {any | null} */
export function withMine({ came, mine }, now) {
  const lately = mine.filter((at) => now - at < SECOND_MS);
  return lately.length < EACH_MAX ? { came, mine: [...lately, now] } : null;
}

/** Sign to how many showed it within the last seconds. */
export function countsOf({ came }, now) {
  const counts = {};
  for (const { at, counts: each } of came)
    if (now - at < STANDS_MS) for (const [sign, count] of Object.entries(each)) counts[sign] = (counts[sign] ?? 0) + count;
  return counts;
}

export const short = (count) => (count < 1_000 ? String(count) : `${(count / 1_000).toFixed(count < 10_000 ? 1 : 0)}k`);

/** The signs as buttons; beside each how many show it now. */
export function reactionsView({ ui, link }, act) {
  const counts = countsOf(ui.reactions, Date.now());
  const away = link.status !== undefined && link.status !== "live" && link.status !== "saving";
  return h(
    "div",
    { class: "reactions", key: "reactions", role: "group", "aria-label": "React", "data-testid": "reactions" },
    SIGNS.map(([sign, drawn, words]) => {
      const count = counts[sign] ?? 0;
      return h(
        "button",
        {
          ...{ class: "button reaction", type: "button", key: sign, title: words, disabled: away },
          ...{ "aria-label": count ? `${words}, ${count} now` : words, "data-sign": sign, "data-now": count ? "yes" : null },
          onclick: () => act.react(sign),
        },
        h("span", { "aria-hidden": "true" }, drawn),
        h("span", { class: "small word", "aria-hidden": "true" }, words),
        h("span", { class: "small how-many", "aria-hidden": "true" }, count ? short(count) : ""),
      );
    }),
  );
}
