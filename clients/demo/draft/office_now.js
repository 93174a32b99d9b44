/** The commissioner's tools for the turn that runs: pause, time, and what is done for somebody else. Pure. */
import { h } from "../parts/view.js";
import { button, field, select } from "./bits.js";
import { cellName, comingCells, heldIn, isAuction, nextBid, playerIn, settingsOf, teamOf, teamsOf } from "./reading.js";

const AHEAD = 40;

export function nowPart(model, act) {
  const { state } = model;
  const { turn, phase } = state;
  const bidding = turn?.sort === "bid";
  return h(
    "div",
    { class: "stack", key: "running", role: "group", "aria-label": "The draft now" },
    h(
      "div",
      { class: "row wrap" },
      phase === "live"
        ? button("Pause", act.pause, { look: "primary", key: "pause", test: "pause" })
        : [
            button("Go on", () => act.resume("continue"), { look: "primary", key: "go", test: "resume" }),
            button("Go on, new clock", () => act.resume("reset"), { key: "anew" }),
          ],
      button("+30 s", () => act.moreTime(30), { key: "time" }),
      bidding ? button("Sell now", act.sellNow, { key: "sell" }) : null,
      bidding ? null : button("Autopick now", act.force, { key: "force" }),
      bidding ? null : button("Pass over", () => act.skip(false), { key: "skip" }),
      bidding || isAuction(state) ? null : button("Pass over, comes back", () => act.skip(true), { key: "back" }),
      button("Take the last pick back", () => act.undo(null), { key: "undo", test: "undo" }),
    ),
    turn && !bidding ? pickFor(model, act) : null,
    bidding ? bidFor(model, act) : null,
    turn?.sort === "nominate"
      ? select("Hand the nomination to", "", [["", "Hand the nomination to …"], ...options(state)], (seat) => seat && act.nominator(Number(seat)))
      : null,
    isAuction(state) || phase !== "live" ? null : pauseBefore(state, act),
  );
}

const options = (state) => teamsOf(state).map(({ seat, name }) => [String(seat), name]);

function pickFor({ state, ui }, act) {
  const { turn } = state;
  const free = ui.chosen && !heldIn(state).has(ui.chosen) && state.pool[ui.chosen];
  const team = teamOf(state, turn.seat).name;
  const price = ui.price ?? settingsOf(state).auction.min_bid;
  const words = turn.sort === "pick" ? "Pick" : "Nominate";
  return button(
    free
      ? `${words} ${playerIn(state, ui.chosen).name} for ${team}${turn.sort === "pick" ? "" : ` at $${price}`}`
      : `${words} for them: choose a player first`,
    () => act.pickFor(ui.chosen, turn.sort === "pick" ? null : price),
    { key: "for", disabled: !free },
  );
}

function bidFor({ state }, act) {
  return h(
    "form",
    {
      ...{ class: "row wrap", key: `bid ${state.turn.version} ${nextBid(state)}` },
      onsubmit: (event) => {
        event.preventDefault();
        const { seat, price } = event.target.elements;
        act.bidFor(Number(seat.value), Number(price.value));
      },
    },
    select("Bid for", String(state.order[0]), options(state), null, { hidden: false, name: "seat" }),
    field("Dollars", { name: "price", type: "number", min: 1, inputmode: "numeric", value: String(nextBid(state)) }),
    h("button", { class: "button", type: "submit" }, "Bid for them"),
  );
}

function pauseBefore(state, act) {
  const cells = comingCells(state).slice(0, AHEAD);
  return select(
    "Pause when it comes to",
    state.pause_before === null ? "" : String(state.pause_before),
    [["", "Pause when it comes to …"], ...cells.map((n) => [String(n), `Pause before ${cellName(state, n)}`])],
    (n) => n && act.pauseBefore(Number(n)),
  );
}
