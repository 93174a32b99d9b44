/** One's queue: private, in order; by drag, by keys, by buttons. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { aboutPlayer, button, position, refusal } from "./bits.js";
import { heldIn, playerIn } from "./reading.js";

export function queueView(model, act) {
  const { state, lists, ui, mine, auto } = model;
  const held = heldIn(state);
  return h(
    "section",
    { class: "side-part queue", key: "queue", "aria-labelledby": "queue-title" },
    h("h2", { id: "queue-title" }, "Your queue"),
    h(
      "p",
      { class: "quiet small" },
      "Nobody else sees it. Autopick takes the first who is free and has a place.",
    ),
    refusal(ui, "queue", act),
    lists.queue.length === 0
      ? h("p", { class: "quiet empty-list" }, "Nobody waits here yet: press + at a player.")
      : h(
          "ol",
          { class: "queued", "data-testid": "queue" },
          lists.queue.map((id, index) => queued(model, id, index, held.get(id) ?? null, act)),
        ),
    lists.queue.some((id) => held.has(id))
      ? button("Take out who is gone", act.tidyQueue, { look: "tiny", key: "tidy" })
      : null,
    ranking(model, act),
    mine !== null && state.phase !== "ended"
      ? h(
          "label",
          { class: "switch", key: "auto" },
          h("input", {
            ...{ type: "checkbox", role: "switch", ".checked": auto },
            onchange: (event) => act.setAuto(event.target.checked),
          }),
          h(
            "span",
            {},
            h("b", {}, "Pick for me"),
            h("br", {}),
            h("span", { class: "quiet small" }, "From your queue, then your ranking, then by rank"),
          ),
        )
      : null,
    h("p", { class: "small quiet", key: "keys" }, "Keys: / searches; the arrows go through the list, Enter looks, Q queues; Alt and the arrows move within the queue."),
  );
}

/** Autopick's second list: the players in the order in which the pool shows them. */
function ranking({ lists, results }, act) {
  const count = lists.ranking.length;
  return h(
    "div",
    { class: "stack tight", key: "ranking" },
    h("p", { class: "small quiet" }, count ? `Your ranking has ${count} players.` : "You have no ranking of your own: after the queue autopick goes by rank."),
    h(
      "div",
      { class: "row wrap" },
      button("Rank as the pool shows them", act.rankAsShown, { look: "tiny", disabled: results.length === 0 }),
      count ? button("Forget my ranking", act.forgetRanking, { look: "tiny plain", key: "forget" }) : null,
    ),
  );
}

function queued({ state, ui, lists }, id, index, owner, act) {
  const player = playerIn(state, id);
  const last = index === lists.queue.length - 1;
  const move = (by, name, picture, disabled) =>
    h(
      "button",
      {
        ...{ class: "button plain square", type: "button", disabled, "aria-label": name },
        onclick: () => act.moveInQueue(id, by),
      },
      h("span", { class: picture }, icon("backward")),
    );
  return h(
    "li",
    {
      ...{ key: id, class: "queued-row", tabindex: 0, "data-queued": id },
      "data-gone": owner ? "yes" : null,
      "data-over": ui.drag && ui.drag.id !== id && ui.drag.over === id ? "yes" : null,
      "data-held": ui.drag?.id === id ? "yes" : null,
      "aria-label": `${index + 1}: ${player.name}. Alt and the arrow keys move it, Delete takes it out.`,
      onkeydown: (event) => act.queueKey(event, id),
    },
    h(
      "span",
      {
        ...{ class: "grip", "aria-hidden": "true", onpointerdown: (event) => act.grip(event, id) },
        ...{ onpointermove: act.gripMove, onpointerup: act.gripEnd, onpointercancel: act.gripEnd },
      },
      "⠿",
    ),
    h("span", { class: "quiet place" }, index + 1),
    position(player),
    h(
      "button",
      { class: "player-open grow cut", type: "button", onclick: () => act.choose(id) },
      h("span", { class: "cut" }, h("b", {}, player.name), h("span", { class: "quiet small cut about" }, owner ? "gone" : aboutPlayer(player))),
    ),
    move(-1, `Move ${player.name} up`, "up", index === 0),
    move(1, `Move ${player.name} down`, "down", last),
    h(
      "button",
      {
        ...{ class: "button plain square", type: "button", onclick: () => act.toggleQueue(id) },
        "aria-label": `Take ${player.name} out`,
      },
      icon("close"),
    ),
  );
}
