/** The drawer of who is here: where each looks, following them, bringing them here. Pure. */
import { icon } from "../../parts/icons.js";
import { avatar } from "../../parts/presence_avatars.js";
import { h } from "../../parts/view.js";
import { mayLock } from "../rights.js";
import { whereInWords } from "./places.js";

/**
 * @param {{room: any, ui: any, who: any, here: any[], views: (account: string) => any}} model
 */
export function hereView(model, act) {
  const { room, who, here } = model;
  const { presenter } = room.state;
  const others = here.filter(({ mine }) => !mine).length;
  return h(
    "aside",
    { class: "panel", key: "here", "aria-label": "Who is here" },
    h(
      "header",
      {},
      h("h2", {}, "Who is here"),
      h(
        "button",
        {
          class: "button plain square",
          type: "button",
          "aria-label": "Close who is here",
          onclick: () => act.drawer(null),
        },
        icon("close"),
      ),
    ),
    h(
      "div",
      { class: "scroll stack here" },
      h(
        "ul",
        { class: "list people-here", "data-testid": "people-here" },
        here.map((person) => personRow(person, model, act)),
      ),
      others === 0 ? h("p", { class: "quiet" }, "Nobody else is here now.") : null,
      mayLock(who)
        ? [
            h(
              "button",
              { class: "button", type: "button", key: "gather", disabled: others === 0, onclick: act.gather },
              icon("gather"),
              "Bring everyone here",
            ),
            h(
              "button",
              {
                class: "button",
                type: "button",
                key: "present",
                "aria-pressed": String(presenter === who.me),
                onclick: () => act.present(presenter !== who.me),
              },
              icon("present"),
              presenter === who.me ? "Stop presenting" : "Present to everyone",
            ),
          ]
        : null,
    ),
  );
}

function personRow({ account, name, mine, colour }, { room, ui, views }, act) {
  const following = ui.following?.account === account;
  const presents = room.state.presenter === account;
  return h(
    "li",
    { key: account, "data-person": account },
    avatar({ name, colour }),
    h(
      "div",
      { class: "grow" },
      h("div", { class: "cut" }, mine ? `${name} (you)` : name),
      h(
        "div",
        { class: "quiet small" },
        presents ? "presents · " : null,
        whereInWords(views(account), room.state),
      ),
    ),
    mine
      ? null
      : h(
          "button",
          {
            class: "button tiny",
            type: "button",
            "aria-pressed": String(following),
            "aria-label": following ? `Stop following ${name}` : `Follow ${name}`,
            onclick: () => act.follow(following ? null : account),
          },
          following ? "Stop" : "Follow",
        ),
  );
}

/**
 * Small avatars of those who look at one phase, for the strip of phases; `phase` null: the set-up.
 * @param {{here: any[], where: Map<string | null, string[]>, phase: string | null}} model
 */
export function peopleIn({ here, where, phase }) {
  const accounts = new Set(where.get(phase) ?? []);
  const there = here.filter(({ account, mine }) => !mine && accounts.has(account));
  if (there.length === 0) return null;
  return h(
    "span",
    { class: "people-in", key: "people-in" },
    there.slice(0, 3).map(({ account, name, colour }) =>
      avatar({ key: account, name, colour, label: `${name} is in this phase` }),
    ),
    there.length > 3 ? h("span", { class: "small" }, `+${there.length - 3}`) : null,
  );
}
