/** The pool: what one asks for, the players by tiers, and the one that is looked at with the big button. Pure. */
import { icon } from "../parts/icons.js";
import { h, memo } from "../parts/view.js";
import { aboutPlayer, button, position, refusal, select } from "./bits.js";
import { heldIn, isAuction, nextBid, playerIn, settingsOf, teamOf } from "./reading.js";
import { choicesOf } from "./search.js";

const WHY = {
  full: "your roster is full",
  maximum: "you have enough of the position",
  slot: "no open place",
  needs: "you need starters",
};

export function poolView(model, act) {
  const { state, ui, results } = model;
  const { wanted } = ui;
  const slots = settingsOf(state).slots;
  return h(
    "section",
    { class: "pool", key: "pool", "aria-label": "Players" },
    asking(model, choicesOf(state, slots), act),
    refusal(ui, "pool", act),
    h(
      "div",
      { class: "players-box", key: "box", tabindex: -1 },
      results.length === 0
        ? h(
            "p",
            { class: "quiet empty-list" },
            Object.keys(state.pool).length === 0
              ? "There are no players yet. The commissioner fills the pool."
              : "Nobody is like that. ",
            wanted.text || wanted.position || wanted.team || wanted.only
              ? button("Show all who are free", act.askAll, { look: "tiny" })
              : null,
          )
        : h(
            "ul",
            { class: "players", "data-testid": "players", onkeydown: act.poolKey },
            rows(model, results.slice(0, ui.shown), act),
          ),
      results.length > ui.shown
        ? button(`Show more of ${results.length}`, act.showMore, { key: "more" })
        : null,
    ),
    chosen(model, act),
  );
}

function asking({ ui, state }, { tabs, teams, tiers, byes }, act) {
  const { wanted } = ui;
  const tab = (value, words) =>
    h(
      "button",
      {
        ...{ class: "button tiny", type: "button", key: value || "all", onclick: () => act.ask({ position: value }) },
        "aria-pressed": String(wanted.position === value),
      },
      words,
    );
  return h(
    "div",
    { class: "asking", key: "asking", role: "search", "aria-label": "Players" },
    h("input", {
      ...{ class: "input search", type: "search", name: "player", placeholder: "Name or initials", autocomplete: "off" },
      ...{ enterkeyhint: "search", "aria-label": "Search players by name or initials", "data-typing": true },
      ".value": wanted.text,
      oninput: (event) => act.ask({ text: event.target.value }),
      onkeydown: act.searchKey,
    }),
    h(
      "div",
      { class: "tabs", role: "group", "aria-label": "Position", "data-scrolls": true },
      tab("", "All"),
      tabs.map(([value, words]) => tab(value, words)),
    ),
    h(
      "div",
      { class: "row filters", "data-scrolls": true },
      teams.length > 1
        ? select("Team", wanted.team, [["", "Any team"], ...teams.map((one) => [one, one])], (team) => act.ask({ team }))
        : null,
      tiers.length > 1
        ? select("Tier", wanted.tier, [["", "Any tier"], ...tiers.map((one) => [String(one), `Tier ${one}`])], (tier) => act.ask({ tier }))
        : null,
      byes.length > 1
        ? select("Bye", wanted.bye, [["", "Any bye"], ...byes.map((one) => [String(one), `Bye ${one}`])], (bye) => act.ask({ bye }))
        : null,
      select("Of", wanted.only, [["", "Everybody"], ["watch", "Watched"], ["ranking", "Your ranking"], ["avoid", "Do not draft"]], (only) => act.ask({ only })),
      select(
        "Order",
        wanted.order,
        [
          ...[["rank", "By rank"], ["adp", "By ADP"], ["points", "By points"], ["bye", "By bye"], ["name", "By name"]],
          ...(isAuction(state) ? [["value", "By value"]] : []),
        ],
        (order) => act.ask({ order }),
      ),
      h(
        "label",
        { class: "switch" },
        h("input", {
          ...{ type: "checkbox", ".checked": wanted.free },
          onchange: (event) => act.ask({ free: event.target.checked }),
        }),
        "Free only",
      ),
    ),
  );
}

/** Rows of players with a line where a tier ends. */
function rows(model, players, act) {
  const { state, ui, lists } = model;
  const held = heldIn(state);
  const tiered = ui.wanted.order === "rank" && players.some(({ tier }) => tier !== null);
  let tier = null;
  return players.flatMap((player) => {
    const line = tiered && player.tier !== null && player.tier !== tier;
    if (line) tier = player.tier;
    const owner = held.get(player.id) ?? null;
    const why = model.fits && state.phase !== "ended" ? model.fits.why(player) : null;
    const queued = lists.queue.includes(player.id);
    const picked = ui.chosen === player.id;
    return [
      line ? h("li", { class: "tier", key: `tier ${tier}` }, `Tier ${tier}`) : null,
      memo("li", player.id, [player, owner, why, queued, picked, state.phase === "ended", owner && state.seats[owner]?.[0], lists.watch.includes(player.id)], () =>
        row(model, player, { owner, why, queued, picked }, act),
      ),
    ];
  });
}

function row({ state, lists }, player, { owner, why, queued, picked }, act) {
  return h(
    "li",
    { class: "player", "data-player": player.id, "data-chosen": picked ? "yes" : null, "data-gone": owner ? "yes" : null },
    h(
      "button",
      {
        ...{ class: "player-open", type: "button", onclick: () => act.choose(player.id) },
        ondblclick: () => act.takeIfTurn(player.id),
        "aria-pressed": String(picked),
      },
      position(player),
      h(
        "span",
        { class: "grow cut" },
        h("b", {}, player.name),
        player.status ? h("span", { class: "bad small" }, ` ${player.status}`) : null,
        lists.watch.includes(player.id) ? h("span", { class: "small quiet" }, " watched") : null,
        h("span", { class: "quiet small cut about" }, aboutPlayer(player)),
      ),
      owner ? h("span", { class: "small quiet" }, teamOf(state, owner).name) : null,
      !owner && why ? h("span", { class: "small warn" }, WHY[why]) : null,
    ),
    owner || state.phase === "ended"
      ? null
      : h(
          "button",
          {
            ...{ class: "button plain square", type: "button", onclick: () => act.toggleQueue(player.id) },
            "aria-pressed": String(queued),
            "aria-label": queued ? `Take ${player.name} out of your queue` : `Queue ${player.name}`,
          },
          icon(queued ? "check" : "plus"),
        ),
  );
}

/** The player that is looked at: everything known, and what one can do with him, within a thumb's reach. */
function chosen(model, act) {
  const { state, ui, mine, lists, sending } = model;
  if (!ui.chosen || !state.pool[ui.chosen]) return null;
  const player = playerIn(state, ui.chosen);
  const owner = heldIn(state).get(player.id) ?? null;
  const { turn, phase } = state;
  const own = phase === "live" && turn && turn.seat === mine && !owner;
  const list = (name, on, off) =>
    button(lists[name].includes(player.id) ? off : on, () => act.toggleList(name, player.id), {
      ...{ look: "tiny", pressed: lists[name].includes(player.id), key: name },
    });
  return h(
    "div",
    { class: "chosen", key: "chosen", "data-testid": "chosen", role: "group", "aria-label": player.name },
    refusal(ui, "chosen", act),
    h(
      "div",
      { class: "row" },
      position(player),
      h(
        "div",
        { class: "grow cut" },
        h("b", {}, player.name),
        h("div", { class: "small quiet cut" }, owner ? `with ${teamOf(state, owner).name}` : aboutPlayer(player)),
      ),
      h(
        "button",
        { class: "button plain square", type: "button", "aria-label": "Close", onclick: () => act.choose(null) },
        icon("close"),
      ),
    ),
    owner || phase === "ended"
      ? null
      : h(
          "div",
          { class: "row wrap" },
          list("queue", "Queue", "Queued"),
          list("watch", "Watch", "Watched"),
          list("avoid", "Do not draft", "Not to be drafted"),
        ),
    own && turn.sort === "pick"
      ? button(sending ? "Sending your pick" : `Draft ${player.name}`, () => act.take(player.id), {
          ...{ look: "primary big", disabled: sending, test: "draft-player", key: "take" },
        })
      : null,
    own && turn.sort === "nominate" ? nominate(model, player, act) : null,
  );
}

function nominate({ state, ui, sending }, player, act) {
  const price = ui.price ?? nextBid({ ...state, bid: null });
  return h(
    "form",
    {
      ...{ class: "row", key: "nominate" },
      onsubmit: (event) => {
        event.preventDefault();
        act.nominate(player.id, Number(event.target.elements.price.value));
      },
    },
    h("input", {
      ...{ class: "input price", type: "number", name: "price", min: 0, inputmode: "numeric", "aria-label": "Opening bid in dollars", "data-typing": true },
      ".value": String(price),
      oninput: (event) => act.setPrice(Number(event.target.value)),
    }),
    h(
      "button",
      { class: "button primary big grow", type: "submit", disabled: sending, "data-testid": "nominate" },
      sending ? "Sending" : `Nominate ${player.name}`,
    ),
  );
}
