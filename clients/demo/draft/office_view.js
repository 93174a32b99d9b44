/** The commissioner's drawer: what can be put right, each act with a reason that all will read. Pure. */
import { h } from "../parts/view.js";
import { button, field, refusal, select } from "./bits.js";
import { cellName, comingCells, heldIn, isAuction, ownerOf, playerIn, playersOf, teamOf, teamsOf } from "./reading.js";
import { hooksPart } from "./hooks_part.js";
import { nowPart } from "./office_now.js";
import { poolPart } from "./pool_part.js";
import { settingsForm } from "./settings_form.js";
import { commissionersPart, teamsPart } from "./teams_part.js";

export function officeView(model, act) {
  const { state, ui, owner, room } = model;
  if (!owner) return h("section", { class: "side-part", key: "office" }, h("p", { class: "quiet" }, "Only the commissioner has tools here."));
  const running = state.phase === "live" || state.phase === "paused";
  const part = (name, title, make) =>
    h(
      "details",
      { key: name, open: ui.office === name || null, ontoggle: (event) => act.openOffice(name, event.target.open) },
      h("summary", {}, title),
      ui.office === name ? make() : null,
    );
  return h(
    "section",
    { class: "side-part office", key: "office", "aria-labelledby": "office-title", "data-testid": "office" },
    h("h2", { id: "office-title" }, "Commissioner"),
    h("p", { class: "quiet small" }, "Everybody is told what you do here, with your reason."),
    field("Reason (may be empty)", { name: "reason", maxlength: 200, ".value": ui.reason, oninput: (event) => act.setReason(event.target.value) }),
    refusal(ui, "office", act),
    running ? nowPart(model, act) : null,
    state.phase === "ended" ? button("Take the last pick back", () => act.undo(null), { key: "undo" }) : null,
    part("pool", "Players", () => poolPart(model, act)),
    part("settings", "Settings", () => settingsForm(model, act)),
    part("teams", "Teams", () => teamsPart(model, act)),
    part("people", "Commissioners", () => commissionersPart(model, act)),
    part("hooks", "Webhooks", () => hooksPart(model, act)),
    part("keepers", "Keepers", () => keepersPart(model, act)),
    part("trade", "Trade", () => tradePart(model, act)),
    state.phase === "waiting" ? null : part("past", "Past picks", () => pastPart(model, act)),
    h("p", { key: "tv" }, h("a", { href: `/draft.html?view=tv#room=${room.id}`, target: "_blank" }, "For a television")),
  );
}

/** A field in which one types a name, with the pool's names below it. */
function playerField(label, name, players) {
  return [
    field(label, { name, list: `${name}-names`, required: true, key: name }),
    h("datalist", { id: `${name}-names`, key: `${name}-names` }, players.map(({ id, name: words, positions, team }) => h("option", { key: id, value: id }, `${words}, ${positions.join("/")} ${team}`))),
  ];
}

function keepersPart({ state, ui }, act) {
  const auction = isAuction(state);
  const free = playersOf(state).filter(({ id }) => !heldIn(state).has(id)).slice(0, 400);
  return h(
    "form",
    {
      ...{ class: "stack" },
      onsubmit: (event) => {
        event.preventDefault();
        const { seat, keeper, cost } = event.target.elements;
        act.keep(Number(seat.value), keeper.value, auction ? { price: Number(cost.value) } : { round: Number(cost.value) });
      },
    },
    h(
      "ul",
      {},
      state.keepers.map(({ seat, player, round, price }) =>
        h(
          "li",
          { key: player, class: "row" },
          h("span", { class: "grow" }, `${playerIn(state, player).name}: ${teamOf(state, seat).name}, ${round === undefined ? `$${price}` : `round ${round}`}`),
          button("Remove", () => act.unkeep(player), { look: "tiny", name: `${playerIn(state, player).name} is not kept` }),
        ),
      ),
    ),
    select("Team", String(state.order[0]), teamsOf(state).map(({ seat, name }) => [String(seat), name]), null, { hidden: false, name: "seat" }),
    playerField("Player (name or id)", "keeper", free),
    field(auction ? "Price in dollars" : "Round", { name: "cost", type: "number", min: auction ? 0 : 1, required: true }),
    refusal(ui, "keepers", act),
    h("button", { class: "button", type: "submit" }, "Keep"),
  );
}

function tradePart({ state, ui }, act) {
  const { a, b } = ui.trade;
  const teams = teamsOf(state).map(({ seat, name }) => [String(seat), name]);
  const side = (which, seat) => {
    const cells = [...comingCells(state), ...(state.turn?.sort === "pick" ? [state.turn.n] : [])].filter((n) => ownerOf(state, n) === seat);
    const tick = (name, value, words) =>
      h("label", { class: "switch", key: `${name} ${value}` }, h("input", { type: "checkbox", name, value }), words);
    return h(
      "fieldset",
      { key: which, class: "stack tight" },
      select("Team", String(seat), teams, (value) => act.setTrade({ [which]: Number(value) })),
      h(
        "div",
        { class: "ticks" },
        cells.sort((x, y) => x - y).map((n) => tick(`${which}_cells`, n, `Pick ${cellName(state, n)}`)),
        (state.rosters[seat] ?? []).map((id) => tick(`${which}_players`, id, playerIn(state, id).name)),
      ),
    );
  };
  return h(
    "form",
    {
      ...{ class: "stack" },
      onsubmit: (event) => {
        event.preventDefault();
        const form = new FormData(event.target);
        act.trade({
          ...{ a, b, a_cells: form.getAll("a_cells").map(Number), b_cells: form.getAll("b_cells").map(Number) },
          ...{ a_players: form.getAll("a_players"), b_players: form.getAll("b_players") },
        });
      },
    },
    side("a", a),
    h("p", { class: "quiet" }, "for"),
    side("b", b),
    refusal(ui, "trade", act),
    h("button", { class: "button", type: "submit" }, "Enter the trade"),
  );
}

function pastPart({ state, ui }, act) {
  const picks = [...state.kept, ...state.picks].filter(({ n }) => n > 0).reverse();
  const free = playersOf(state).filter(({ id }) => !heldIn(state).has(id)).slice(0, 400);
  return h(
    "div",
    { class: "stack" },
    refusal(ui, "past", act),
    h(
      "ol",
      { class: "told" },
      picks.slice(0, 60).map(({ n, player, seat }) =>
        h(
          "li",
          { key: n, class: "row wrap" },
          h("span", { class: "grow" }, `${cellName(state, n)} ${playerIn(state, player).name}, ${teamOf(state, seat).name}`),
          isAuction(state)
            ? button("Take back", () => act.unsell(n), { look: "tiny", name: `Take the sale of ${playerIn(state, player).name} back` })
            : button("Back to here", () => act.undo(n), { look: "tiny", name: `Take back ${cellName(state, n)} and all after it` }),
          button("Replace", () => act.openReplace(n), { look: "tiny", pressed: ui.replacing === n, name: `Another player for ${cellName(state, n)}`, key: "replace" }),
          ui.replacing === n
            ? h(
                "form",
                {
                  ...{ class: "stack tight", key: "form" },
                  onsubmit: (event) => {
                    event.preventDefault();
                    act.replace(n, event.target.elements.other.value);
                  },
                },
                playerField("Who instead (name or id)", "other", free),
                h("button", { class: "button", type: "submit" }, "Replace"),
              )
            : null,
        ),
      ),
    ),
    button(ui.sure === "reset" ? "Really take all picks back" : "Take all picks back", act.reset, { look: "danger", key: "reset" }),
  );
}
