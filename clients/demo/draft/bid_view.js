/** The block: who is sold, the standing bid, what one may bid at most, one's private maximum, everybody's money. Pure. */
import { h } from "../parts/view.js";
import { aboutPlayer, button, position, refusal } from "./bits.js";
import { maxBid, nextBid, openPlaces, playerIn, settingsOf, teamOf } from "./reading.js";

export function bidView(model, act) {
  const { state, mine, ui, sending, proxies } = model;
  const { turn } = state;
  if (turn?.sort !== "bid" || state.phase === "ended") return null;
  const player = playerIn(state, turn.player);
  const [leader, price] = state.bid ?? [turn.seat, 0];
  const least = nextBid(state);
  const most = mine === null ? 0 : maxBid(state, mine);
  const { increment } = settingsOf(state).auction;
  const why = mine === null ? "You have no team here." : whyNoBid(model, player, { least, most });
  const bids = [...new Set([least, least + increment * 4, least + increment * 9])].filter((bid) => bid <= most);
  return h(
    "section",
    { class: "block", key: "block", "aria-label": "On the block", "data-leading": leader === mine ? "yes" : null },
    h(
      "div",
      { class: "row wrap" },
      position(player),
      h("div", { class: "grow cut" }, h("b", { class: "block-name" }, player.name), h("div", { class: "small quiet cut" }, aboutPlayer(player))),
      h(
        "p",
        { class: "standing", "data-testid": "standing-bid" },
        h("span", { class: "amount" }, `$${price}`),
        h("span", { class: "small" }, leader === mine ? " yours" : ` ${teamOf(state, leader).name}`),
      ),
    ),
    refusal(ui, "bid", act),
    why
      ? h("p", { class: "quiet", key: "why" }, why)
      : h(
          "div",
          { class: "row wrap bids", key: "bids" },
          bids.map((bid, index) =>
            button(`Bid $${bid}`, () => act.bid(bid), { look: index === 0 ? "primary big" : "big", key: bid, disabled: sending, test: index === 0 ? "bid" : null }),
          ),
        ),
    mine === null || most < 1
      ? null
      : h(
          "p",
          { class: "small quiet", key: "most", "data-testid": "max-bid" },
          `You have $${state.money[mine] ?? 0}, ${openPlaces(state, mine)} open places: at most $${most}.`,
        ),
    mine === null || most < least ? null : proxy(model, { most, held: proxies[mine] ?? null }, act),
  );
}

function whyNoBid({ fits }, player, { least, most }) {
  const why = fits?.why(player);
  if (why === "full") return "Your roster is full.";
  if (why === "maximum") return "You have as many of this position as the league allows.";
  if (why === "slot") return "You have no open place for him.";
  return most < least ? `You may bid at most $${most}.` : null;
}

/** What the system bids up to; nobody else is told. */
function proxy({ sending, state }, { most, held }, act) {
  return h(
    "form",
    {
      ...{ class: "row wrap", key: `proxy ${state.turn.version} ${held}` },
      onsubmit: (event) => {
        event.preventDefault();
        const value = event.target.elements.most.value;
        act.proxy(value === "" ? null : Number(value));
      },
    },
    h("input", {
      ...{ class: "input price", name: "most", type: "number", min: 1, max: most, inputmode: "numeric" },
      ...{ placeholder: "up to $", "aria-label": "Bid for me up to, in dollars; nobody else sees it" },
      value: held === null ? "" : String(held),
    }),
    h("button", { class: "button", type: "submit", disabled: sending }, held === null ? "Bid for me" : "Change"),
    held === null
      ? h("span", { class: "small quiet" }, "Only you see it")
      : [
          h("span", { class: "small", key: "held" }, `The system bids for you up to $${held}`),
          button("Stop", () => act.proxy(null), { look: "tiny plain", key: "stop" }),
        ],
  );
}

/** Everybody's money, who can still bid. */
export function moneyTable({ state, mine }) {
  const { turn } = state;
  return h(
    "table",
    { class: "money", key: "money" },
    h("caption", { class: "unseen" }, "Money of each team"),
    h("thead", {}, h("tr", {}, ["Team", "Left", "Max", "Open"].map((one) => h("th", { scope: "col", key: one }, one)))),
    h(
      "tbody",
      {},
      state.order.map((seat) =>
        h(
          "tr",
          { key: seat, "data-own": seat === mine ? "yes" : null, "data-leads": turn?.sort === "bid" && state.bid?.[0] === seat ? "yes" : null },
          h("th", { scope: "row", class: "cut" }, teamOf(state, seat).name),
          h("td", {}, `$${state.money[seat] ?? 0}`),
          h("td", {}, `$${maxBid(state, seat)}`),
          h("td", {}, openPlaces(state, seat)),
        ),
      ),
    ),
  );
}
