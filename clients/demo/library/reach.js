/**
 * Libraries by who can see them and what one may do there. Pure.
 *
 * @typedef {{id: string, name: string, reach: "built-in" | "private" | "team" | "public", role:
 *   string, team: string | null, version: number, updated_at: number}} Library
 */

/** Comes with the server; everybody's to read. */
export const BUILT_IN = "built-in";
const OWN_FIRST = { "built-in": 0, private: 1, team: 2, public: 3 };

/** Those into which one may put things. @param {Library[]} libraries */
export function writable(libraries) {
  return libraries.filter(({ id, role }) => id !== BUILT_IN && ["owner", "editor"].includes(role));
}

/** By reach and name. @param {Library[]} libraries */
export function inOrder(libraries) {
  return [...libraries].sort(
    (a, b) => OWN_FIRST[a.reach] - OWN_FIRST[b.reach] || a.name.localeCompare(b.name),
  );
}
