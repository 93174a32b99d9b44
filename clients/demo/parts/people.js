/**
 * How a person looks: one colour everywhere, initials, words for roles. Pure.
 *
 * The colour follows the order in which people came to the room, which every page knows alike, so
 * two people of one board share a colour only when there are more of them than colours. Every
 * colour has at least 3:1 against both themes.
 */

export const PERSON_COLOURS = [
  "#d9480f",
  "#2f7fd6",
  "#a34fd1",
  "#138a5b",
  "#d6336c",
  "#8a7407",
  "#0f8fa3",
  "#6a6ff0",
  "#b45f06",
  "#c92a2a",
  "#4d8a1f",
  "#b03bb0",
];

/** @param {Record<string, string>} names everybody who ever was a member, in the order they came */
export function colourOf(names, account) {
  const index = Object.keys(names ?? {}).indexOf(account);
  return PERSON_COLOURS[(index < 0 ? hash(account) : index) % PERSON_COLOURS.length];
}

function hash(text) {
  let sum = 7;
  for (const letter of text ?? "") sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum;
}

/** "Ana María" → "AM", "coach" → "CO". */
export function initials(name) {
  const words = (name ?? "").trim().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return "?";
  const letters =
    words.length === 1 ? [...words[0]].slice(0, 2) : [[...words[0]][0], [...words.at(-1)][0]];
  return letters.join("").toUpperCase();
}

export const ROLES = ["owner", "editor", "annotator", "viewer"];

export const ROLE_MEANING = {
  owner: "everything, also people and links",
  editor: "everything on the board",
  annotator: "draws lines, zones and text",
  viewer: "looks on",
};

/** Relative luminance of `#rrggbb`, as WCAG defines it. */
export function luminance(colour) {
  const channel = (at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

export function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever is read more easily on `colour`. */
export function readableOn(colour) {
  return contrast(colour, "#ffffff") >= contrast(colour, "#000000") ? "#ffffff" : "#000000";
}
