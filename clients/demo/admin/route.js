/** Which part of the page, and of whom: read from the fragment, and written into links. Pure. */

/** @typedef {{page: string, id: string | null, filter: Record<string, string>}} Route */

export const PAGES = [
  ["people", "People"],
  ["teams", "Teams"],
  ["records", "Records"],
  ["limits", "Limits"],
  ["blocks", "Blocks"],
  ["keys", "Keys"],
  ["site", "Site"],
];
const NAMES = new Set(PAGES.map(([name]) => name));

/** @param {string} hash @returns {Route} */
export function routeOf(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const page = given.get("page") ?? "people";
  const { page: _, id = null, ...filter } = Object.fromEntries(given);
  return { page: NAMES.has(page) ? page : "people", id, filter };
}

/** @param {string} page @param {Record<string, string | null>} [more] */
export function linkTo(page, more = {}) {
  const given = Object.entries(more).filter(([, value]) => value);
  return `#${new URLSearchParams([["page", page], ...given])}`;
}
