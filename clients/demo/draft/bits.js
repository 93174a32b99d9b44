/** Small pieces that several views of a draft share. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";

/** Positions with a colour of their own; the letters are always there too. */
const COLOURED = new Set(["QB", "RB", "WR", "TE", "K", "DEF"]);
/** Other sports' positions, by the colour of a like part of the team. */
const ALIKE = {
  ...{ GK: "QB", MID: "RB", FWD: "WR", PG: "QB", SG: "RB", SF: "WR", PF: "TE", C: "DEF" },
  ...{ DL: "TE", DE: "TE", DT: "TE", LB: "K", DB: "DEF", CB: "DEF", S: "DEF" },
};

/** Which colour a position has. */
export const tintOf = (position) => (COLOURED.has(position) ? position : (ALIKE[position] ?? "other"));

export function position(player) {
  return h(
    "span",
    { class: "position", "data-tint": tintOf(player.positions[0]) },
    player.positions.join("/"),
  );
}

export function button(label, onclick, { look = "", name, key, pressed, disabled, picture, test } = {}) {
  return h(
    "button",
    {
      ...{ class: `button ${look}`, type: "button", key: key ?? null, onclick },
      "aria-label": name ?? null,
      "aria-pressed": pressed === undefined ? null : String(pressed),
      disabled: disabled || null,
      "data-testid": test ?? null,
    },
    picture ? icon(picture) : null,
    label,
  );
}

/** What was refused, beside what it is about. @param {any} ui @param {string} anchor */
export function refusal(ui, anchor, act) {
  if (ui.refusal?.anchor !== anchor) return null;
  return h(
    "p",
    { class: "notice bad-edge refused", key: "refused", "data-testid": "refusal" },
    h("span", {}, ui.refusal.text),
    button("Understood", act.dismiss, { look: "tiny" }),
  );
}

export function select(label, value, options, onchange, { hidden = true, name } = {}) {
  return h(
    "label",
    { class: hidden ? "choice" : "field" },
    h("span", { class: hidden ? "unseen" : null }, label),
    h(
      "select",
      {
        ...{ class: "input", name: name ?? null },
        // In a form what is chosen stays chosen, whatever arrives meanwhile.
        ...(onchange ? { ".value": value, onchange: (event) => onchange(event.target.value) } : {}),
      },
      options.map(([one, words]) => h("option", { value: one, key: one, selected: !onchange && one === value }, words)),
    ),
  );
}

/** `value` is what it begins with, and stays what was typed; `.value` is what it is, unless one types. */
export function field(label, props, about = null) {
  return h(
    "label",
    { class: "field" },
    h("span", {}, label),
    h("input", { class: "input", autocomplete: "off", "data-typing": true, ...props }),
    about ? h("span", { class: "quiet small" }, about) : null,
  );
}

/** What stands under a player's name. */
export function aboutPlayer(player) {
  return [
    player.team,
    player.bye === null ? null : `bye ${player.bye}`,
    player.rank ? `#${player.rank}` : null,
    player.adp === null ? null : `ADP ${(player.adp / 10).toFixed(1)}`,
    player.value === null ? null : `$${player.value}`,
    player.points === null ? null : `${(player.points / 10).toFixed(1)} pts`,
  ]
    .filter(Boolean)
    .join(" · ");
}
