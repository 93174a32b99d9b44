/**
 * The board: rounds down, teams across in the order of the first round; each cell with the colour and
 * letters of a position, and badges for what was traded, picked automatically or kept. At an auction a
 * column is a team's purchases. Pure.
 */
import { h, memo } from "../parts/view.js";
import { tintOf } from "./bits.js";
import { moveInGrid } from "./grid_keys.js";
import { cellName, isAuction, maxBid, openPlaces, ownerOf, picksByCell, placesOf, playerIn, roundsOf, teamOf } from "./reading.js";
import { badgeOf, howWords } from "./words.js";

export function gridView(model, act) {
  const { state } = model;
  const auction = isAuction(state);
  return h(
    "section",
    {
      ...{ class: "grid-box", key: "grid", tabindex: 0, "data-scrolls": true },
      "aria-label": "Board; the arrow keys go from pick to pick",
      ...{ onkeydown: moveInGrid, vars: { teams: state.order.length, rows: auction ? placesOf(state) : roundsOf(state).length } },
    },
    h(
      "table",
      { class: "grid", "data-testid": "grid" },
      h("thead", {}, h("tr", {}, corner(auction), state.order.map((seat) => head(model, seat, auction, act)))),
      h("tbody", {}, auction ? salesRows(model, act) : cellRows(model, act)),
    ),
  );
}

const corner = (auction) =>
  h("th", { scope: "col", class: "round" }, h("span", { class: "unseen" }, auction ? "Purchase" : "Round"));

function head({ state, mine }, seat, auction, act) {
  const team = teamOf(state, seat);
  const on = state.turn && state.turn.sort !== "bid" && state.turn.seat === seat;
  return h(
    "th",
    { scope: "col", key: seat, "data-own": seat === mine ? "yes" : null, "data-on": on ? "yes" : null },
    h(
      "button",
      { class: "team-head cut", type: "button", tabindex: -1, title: team.name, onclick: () => act.showTeam(seat) },
      team.name,
      auction
        ? h("span", { class: "small quiet" }, `$${state.money[seat] ?? 0} · max $${maxBid(state, seat)} · ${openPlaces(state, seat)} left`)
        : null,
      team.auto || team.cpu ? h("span", { class: "small quiet" }, team.cpu ? "computer" : "autopick") : null,
    ),
  );
}

function cellRows(model, act) {
  const { state, mine } = model;
  const picks = picksByCell(state);
  const skips = new Map([...state.skipped, ...state.returning].map((one) => [one[0], one]));
  const coming = state.keepers.filter(({ round }) => round !== undefined);
  return roundsOf(state).map((cells, index) =>
    h(
      "tr",
      { key: index },
      h("th", { scope: "row", class: "round" }, index + 1),
      columns(state, cells).map((list, column) =>
        h(
          "td",
          { key: column },
          list.map((n) => {
            const pick = picks.get(n) ?? null;
            const owner = ownerOf(state, n);
            const on = state.turn?.n === n && state.phase !== "ended";
            const kept = pick || state.phase !== "waiting" ? null : coming.find((one) => one.round === index + 1 && one.seat === owner) ?? null;
            const same = [pick, owner, on, skips.get(n)?.[1], kept, state.seats[owner]?.[0], mine, state.pool[pick?.player ?? kept?.player ?? ""]];
            return memo("div", n, same, () => cell(model, n, { pick, owner, on, skip: skips.get(n), kept }, act));
          }),
        ),
      ),
    ),
  );
}

/** The cells of a round by column: a team's stands under the team whose pick it was at first. */
function columns(state, cells) {
  return state.order.map((seat) => cells.filter((n) => state.cells[n - 1] === seat));
}

function cell({ state, mine, names }, n, { pick, owner, on, skip, kept }, act) {
  const origin = state.cells[n - 1];
  const traded = owner !== origin ? teamOf(state, owner).name : null;
  const place = cellName(state, n);
  const props = {
    ...{ class: "cell", "data-cell": n, "data-own": owner === mine ? "yes" : null },
    ...{ "data-on": on ? "yes" : null },
  };
  const player = pick || kept ? playerIn(state, (pick ?? kept).player) : null;
  const badge = pick ? badgeOf(pick) : kept ? ["K", "will be kept"] : null;
  const trade = traded ? h("span", { class: "badge-traded cut", title: `Traded to ${traded}` }, `→ ${traded}`) : null;
  if (!player)
    return h(
      "div",
      props,
      h("span", { class: "small quiet place" }, place),
      trade,
      on ? h("span", { class: "small on" }, "on the clock") : null,
      skip ? h("span", { class: "small quiet" }, state.skipped.includes(skip) ? "passed over" : "comes back") : null,
    );
  return h(
    "div",
    { ...props, "data-tint": tintOf(player.positions[0]) },
    h(
      "button",
      {
        ...{ class: "cell-open", type: "button", tabindex: -1, onclick: () => act.openPick(n, player.id) },
        "aria-label": `${place}, ${teamOf(state, owner).name}: ${player.name}, ${player.positions.join("/")}${pick ? `, ${howWords(pick, names)}` : ", kept"}${traded ? ", traded pick" : ""}`,
      },
      h("span", { class: "cut name" }, player.name),
      h(
        "span",
        { class: "small cut" },
        `${player.positions.join("/")}${player.team ? ` · ${player.team}` : ""} · ${place}`,
      ),
      badge ? h("span", { class: "badge-how", title: badge[1] }, badge[0]) : null,
      trade,
    ),
  );
}

/** At an auction: what each team has bought, in the order of its purchases. */
function salesRows(model, act) {
  const { state, names } = model;
  const bought = new Map(state.order.map((seat) => [seat, []]));
  for (const pick of [...state.kept, ...state.picks]) bought.get(pick.seat)?.push(pick);
  const most = Math.max(1, ...[...bought.values()].map((list) => list.length));
  return Array.from({ length: most }, (_, row) =>
    h(
      "tr",
      { key: row },
      h("th", { scope: "row", class: "round" }, row + 1),
      state.order.map((seat) => {
        const pick = bought.get(seat)[row];
        if (!pick) return h("td", { key: seat }, h("div", { class: "cell" }));
        const player = playerIn(state, pick.player);
        const badge = badgeOf(pick);
        return h(
          "td",
          { key: seat },
          h(
            "div",
            { class: "cell", "data-tint": tintOf(player.positions[0]), "data-cell": pick.n },
            h(
              "button",
              {
                ...{ class: "cell-open", type: "button", tabindex: -1, onclick: () => act.openPick(pick.n, player.id) },
                "aria-label": `${teamOf(state, seat).name}: ${player.name} for $${pick.price ?? 0}, ${howWords(pick, names)}`,
              },
              h("span", { class: "cut name" }, player.name),
              h("span", { class: "small cut" }, `${player.positions.join("/")} · $${pick.price ?? 0}`),
              badge ? h("span", { class: "badge-how", title: badge[1] }, badge[0]) : null,
            ),
          ),
        );
      }),
    ),
  );
}
