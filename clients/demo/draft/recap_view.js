/** All picks so far, and what they were worth: against ADP (or the price against the value), by pick and by team. Pure. */
import { h } from "../parts/view.js";
import { button, position, refusal } from "./bits.js";
import { FORMATS } from "./export_formats.js";
import { cellName, isAuction, picksByCell, playerIn, teamOf } from "./reading.js";
import { actWords, changeWords, clockTime, howWords } from "./words.js";

/**
 * Every pick with its worth: places (or dollars) better than expected; null where nothing was expected.
 * @returns {{pick: any, player: any, worth: number | null}[]}
 */
export function worths(state) {
  const auction = isAuction(state);
  return state.picks.map((pick) => {
    const player = playerIn(state, pick.player);
    const worth = auction
      ? player.value === null ? null : player.value - (pick.price ?? 0)
      : player.adp === null ? null : Math.round(pick.n - player.adp / 10);
    return { pick, player, worth };
  });
}

/** The picks that were worth most and least, five of each at most. */
export function extremes(state) {
  const known = worths(state).filter(({ worth }) => worth !== null);
  const by = [...known].sort((a, b) => b.worth - a.worth);
  return {
    steals: by.slice(0, 5).filter(({ worth }) => worth > 0),
    reaches: by.reverse().slice(0, 5).filter(({ worth }) => worth < 0),
  };
}

/** By team, best first: sum of worths. @returns {{seat: number, sum: number, count: number}[]} */
export function teamWorths(state) {
  const sums = new Map(state.order.map((seat) => [seat, { seat, sum: 0, count: 0 }]));
  for (const { pick, worth } of worths(state)) {
    const row = sums.get(pick.seat);
    if (!row || worth === null) continue;
    row.sum += worth;
    row.count += 1;
  }
  return [...sums.values()].sort((a, b) => b.sum - a.sum);
}

export const signed = (value, auction) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${auction ? "$" : ""}${Math.abs(value)}`;

export function recapView(model, act) {
  const { state } = model;
  const auction = isAuction(state);
  const all = worths(state);
  const { steals, reaches } = extremes(state);
  return h(
    "section",
    { class: "side-part recap", key: "recap", "aria-labelledby": "recap-title", "data-testid": "recap" },
    h("h2", { id: "recap-title" }, state.phase === "ended" ? "Recap" : "Picks so far"),
    all.length === 0 ? h("p", { class: "quiet" }, "No pick was made yet.") : null,
    list("Steals", steals, model, auction, act),
    list("Reaches", reaches, model, auction, act),
    all.some(({ worth }) => worth !== null) ? teams(model, auction) : null,
    h("h3", {}, "All picks"),
    h("ol", { class: "told" }, [...all].reverse().map((one) => row(one, model, auction, act))),
    office(model),
    files(model, act),
  );
}

/** The picks to take away. */
function files({ state, ui }, act) {
  if (state.picks.length + state.kept.length === 0) return null;
  return [
    h("h3", { key: "files" }, "Take it with you"),
    refusal(ui, "export", act),
    h(
      "div",
      { class: "row wrap", key: "formats", "data-testid": "exports" },
      FORMATS.map(([format, words]) => button(words, () => act.exportAs(format), { key: format })),
    ),
  ];
}

function list(title, rows, model, auction, act) {
  if (rows.length === 0) return null;
  return [
    h("h3", { key: title }, title),
    h("ol", { class: "told", key: `${title} list` }, rows.map((one) => row(one, model, auction, act))),
  ];
}

function row({ pick, player, worth }, { state, names }, auction, act) {
  return h(
    "li",
    { key: `${pick.n} ${pick.player}` },
    h(
      "button",
      { class: "player-open", type: "button", onclick: () => act.choose(player.id) },
      h("span", { class: "small quiet place" }, auction ? `$${pick.price ?? 0}` : cellName(state, pick.n)),
      position(player),
      h(
        "span",
        { class: "grow cut" },
        h("b", {}, player.name),
        h("span", { class: "small quiet cut about" }, `${teamOf(state, pick.seat).name} · ${howWords(pick, names)}`),
      ),
      worth === null ? null : h("span", { class: worth > 0 ? "good" : worth < 0 ? "bad" : "quiet" }, signed(worth, auction)),
    ),
  );
}

function teams({ state, mine }, auction) {
  return [
    h("h3", { key: "teams" }, auction ? "By team: value less price" : "By team: picks after ADP"),
    h(
      "ol",
      { class: "told", key: "team list", "data-testid": "team-worths" },
      teamWorths(state).map(({ seat, sum }) =>
        h(
          "li",
          { key: seat, class: "row", "data-own": seat === mine ? "yes" : null },
          h("span", { class: "grow cut" }, teamOf(state, seat).name),
          h("span", { class: sum > 0 ? "good" : sum < 0 ? "bad" : "quiet" }, signed(sum, auction)),
        ),
      ),
    ),
  ];
}

/** What the commissioner did: who, why, before and after. */
function office({ state, names }) {
  if (state.acts.length === 0) return null;
  return [
    h("h3", { key: "acts" }, "By the commissioner"),
    h(
      "ol",
      { class: "told", key: "act list", "data-testid": "acts" },
      [...state.acts].reverse().map((act) => {
        const change = changeWords(act, state, names);
        return h(
          "li",
          { key: `${act.v} ${act.act}` },
          h("span", {}, actWords(act, state, names)),
          h("span", { class: "small quiet" }, ` ${clockTime(act.at)}`),
          change ? h("div", { class: "small quiet" }, change) : null,
        );
      }),
    ),
  ];
}

/** The latest picks, newest first: on television. */
export function latestPicks(state, count) {
  const picks = [...picksByCell(state).values(), ...state.picks.filter(({ n }) => n === 0)];
  return picks.sort((a, b) => b.at - a.at).slice(0, count);
}
