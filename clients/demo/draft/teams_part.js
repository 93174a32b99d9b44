/** The commissioner's part about people: teams with up to four managers each, and who else is commissioner. Pure. */
import { h } from "../parts/view.js";
import { button, field, refusal, select } from "./bits.js";
import { isAuction, teamOf } from "./reading.js";

const MANAGERS_MAX = 4;

export function teamsPart({ state, room, ui }, act) {
  const members = Object.entries(room.members);
  return h(
    "div",
    { class: "stack" },
    refusal(ui, "teams", act),
    state.order.map((seat) => teamOf(state, seat)).map((team, place) =>
      h(
        "div",
        { key: team.seat, class: "stack tight" },
        h("b", {}, `${place + 1}. ${team.name}`),
        h(
          "div",
          { class: "row wrap" },
          state.phase === "waiting"
            ? [
                button("Earlier", () => act.moveInOrder(team.seat, -1), { look: "tiny plain", name: `${team.name} earlier`, key: "up", disabled: place === 0 }),
                button("Later", () => act.moveInOrder(team.seat, 1), { look: "tiny plain", name: `${team.name} later`, key: "down", disabled: place === state.order.length - 1 }),
              ]
            : null,
          managers(team, members, act),
          button("Autopick", () => act.setSeat(team.seat, { auto: !team.auto }), { pressed: team.auto, name: `Autopick for ${team.name}`, look: "tiny", key: "auto" }),
          button("Computer", () => act.setSeat(team.seat, { cpu: !team.cpu }), { pressed: team.cpu, name: `A computer plays for ${team.name}`, look: "tiny", key: "cpu" }),
        ),
        state.phase === "waiting" ? bounds(state, team, act) : null,
      ),
    ),
  );
}

/** What a team has otherwise than the others: players at most, dollars. */
function bounds(state, team, act) {
  const number = (label, name) =>
    field(label, {
      ...{ type: "number", min: 0, inputmode: "numeric", "aria-label": `${label}, ${team.name}` },
      ".value": team[name] === null ? "" : String(team[name]),
      onchange: (event) => act.setSeat(team.seat, { [name]: event.target.value === "" ? null : Number(event.target.value) }),
    });
  return h(
    "div",
    { class: "row", key: "bounds" },
    number("Players at most", "room"),
    isAuction(state) ? number("Dollars", "budget") : null,
  );
}

/** Who manages a team: one choice a person, and one more. The first one's lists come first in autopick. */
function managers(team, members, act) {
  const shown = [...team.managers, ...(team.managers.length < MANAGERS_MAX ? [""] : [])];
  return shown.map((account, place) => {
    const others = team.managers.filter((one) => one !== account);
    const known = members.some(([one]) => one === account);
    const options = [
      ["", place === 0 ? "nobody" : "no co-manager"],
      ...(account && !known ? [[account, "somebody who is not here"]] : []),
      ...members.filter(([one]) => !others.includes(one)).map(([one, { name }]) => [one, name]),
    ];
    const label = place === 0 ? `Manager of ${team.name}` : `Co-manager ${place} of ${team.name}`;
    const set = (chosen) => {
      const next = [...team.managers];
      if (chosen) next[place] = chosen;
      else next.splice(place, 1);
      act.setSeat(team.seat, { managers: next });
    };
    return h("div", { key: `manager ${place}` }, select(label, account, options, set));
  });
}

/** Owners of the room are its commissioners: a second one, or another one when one hands it over. */
export function commissionersPart({ room, ui, me }, act) {
  const members = Object.entries(room.members);
  const owners = members.filter(([, { role }]) => role === "owner");
  const others = members.filter(([, { role }]) => role !== "owner");
  return h(
    "div",
    { class: "stack", "data-testid": "commissioners" },
    refusal(ui, "people", act),
    h(
      "ul",
      {},
      owners.map(([account, { name }]) =>
        h(
          "li",
          { key: account, class: "row" },
          h("span", { class: "grow cut" }, account === me ? `${name} (you)` : name),
          owners.length > 1
            ? button(ui.sure === `office ${account}` ? "Really" : "Not any more", () => act.setCommissioner(account, false), { look: "tiny", name: `${name} is commissioner no more` })
            : null,
        ),
      ),
    ),
    others.length
      ? h("div", { key: "add" }, select("One more commissioner", "", [["", "One more commissioner"], ...others.map(([account, { name }]) => [account, name])], (account) => account && act.setCommissioner(account, true)))
      : h("p", { class: "quiet small", key: "none" }, "Nobody else is here yet: share the draft first."),
    h("p", { class: "quiet small", key: "about" }, "A commissioner may do all that you may. To hand the office over, make somebody one and step back."),
  );
}
