/** Versions that somebody named, newest first, each with its picture; and where a fork comes from. Pure. */
import { clock } from "../../parts/chat_drawer.js";
import { h } from "../../parts/view.js";
import { thumbnail } from "./thumbnail.js";

/** How many have pictures: each is a whole board to fetch. */
export const PICTURED = 12;

/**
 * @param {Record<string, {name: string, by: string, at: number}>} named by version
 * @returns {{version: number, name: string, by: string, at: number}[]} newest first
 */
export function newestFirst(named) {
  return Object.entries(named)
    .map(([version, one]) => ({ version: Number(version), ...one }))
    .sort((a, b) => b.version - a.version);
}

/**
 * @param {{named: Record<string, any>, names: Record<string, string>, shown: number | null, picture:
 * (version: number) => any}} model
 */
export function namedVersions({ named, names, shown, picture }, act) {
  const list = newestFirst(named);
  if (list.length === 0) return null;
  return h(
    "section",
    { key: "named", class: "stack tight" },
    h("h3", {}, "Named versions"),
    h(
      "ul",
      { class: "named-versions", "data-testid": "named-versions" },
      list.map(({ version, name, by, at }, index) =>
        h(
          "li",
          { key: version },
          h(
            "button",
            {
              class: "version",
              type: "button",
              "data-version": version,
              "aria-pressed": String(shown === version),
              onclick: () => act.showPast(version),
            },
            index < PICTURED ? thumbnail(picture(version)) : null,
            h(
              "span",
              { class: "grow" },
              h("b", {}, name),
              h("br", {}),
              h("span", { class: "quiet small" }, `${names[by] ?? "Somebody"}, ${when(at)} · v${version}`),
            ),
          ),
        ),
      ),
    ),
  );
}

function when(at) {
  const date = new Date(at);
  if (date.toDateString() === new Date().toDateString()) return clock(at);
  return date.toLocaleDateString([], { day: "numeric", month: "short" });
}

/**
 * @param {{room: string, version: number} | null | undefined} origin
 * @param {{id: string, name: string}[]} known boards that this device has opened
 */
export function originLine(origin, known) {
  if (!origin) return null;
  const name = known.find(({ id }) => id === origin.room)?.name;
  return h(
    "p",
    { class: "small origin", key: "origin", "data-testid": "origin" },
    "Forked from ",
    h(
      "a",
      { href: `/board.html#room=${origin.room}`, title: "Opens it, if you may see it" },
      name ? `“${name}”` : "another board",
    ),
    `, version ${origin.version}`,
  );
}
