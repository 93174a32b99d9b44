/** Who is here: one avatar a person, however many connections they have; the rest as a number. */
import { colourOf, initials, readableOn } from "./people.js";
import { h, Part } from "./view.js";

/** @param {{name: string, colour: string, label?: string, key?: any}} person */
export function avatar({ name, colour, label, key }) {
  return h(
    "span",
    {
      class: "avatar",
      key,
      vars: { person: colour, "person-ink": readableOn(colour) },
      title: label ?? name,
      role: "img",
      "aria-label": label ?? name,
    },
    initials(name),
  );
}

/**
 * One row a person who is here, oneself first. @param {Map<number, {account: string, name:
 * string}>} people
 */
export function whoIsHere(people, names, me) {
  const seen = new Map();
  for (const { account, name } of people.values()) {
    if (account && !seen.has(account)) seen.set(account, names[account] ?? name ?? "Somebody");
  }
  return [...seen]
    .map(([account, name]) => ({
      account,
      name,
      mine: account === me,
      colour: colourOf(names, account),
    }))
    .sort((a, b) => Number(b.mine) - Number(a.mine));
}

function pressLabel({ name, mine, account }, following) {
  if (mine) return `${name} (you), who is here`;
  return account === following ? `${name} is here, stop following` : `${name} is here, follow`;
}

export class PresenceAvatars extends Part {
  /**
   * `one`: all together are one button, where there is no room for more. Tells `person-press` with
   * the account, and `people-press`; with `still` nothing happens when they are pressed.
   * @param {{here: ReturnType<typeof whoIsHere>, shown: number, one?: boolean, still?: boolean,
   *   following?: string}} model
   */
  view({ here, shown, one = false, still = false, following }) {
    const rest = here.length - shown;
    const visible = rest > 1 ? here.slice(0, shown) : here;
    const face = ({ account, name, mine, colour }) =>
      avatar({ key: account, name, colour, label: mine ? `${name} (you)` : `${name} is here` });
    const all = () => this.say("people-press");
    const faces = [
      visible.map(face),
      rest > 1 ? h("span", { class: "avatar more", key: "more" }, `+${rest}`) : null,
    ];
    if (still) return faces;
    const press = { class: "avatars", type: "button", title: "Who is here", onclick: all };
    if (one) return h("button", press, faces);
    return [
      ...visible.map((person) =>
        h(
          "button",
          {
            class: "avatars",
            type: "button",
            key: person.account,
            "aria-label": pressLabel(person, following),
            "aria-pressed": person.mine ? null : String(person.account === following),
            onclick: () => this.say("person-press", person.account),
          },
          face(person),
        ),
      ),
      rest > 1
        ? h(
            "button",
            {
              class: "avatar more",
              type: "button",
              key: "more",
              "aria-label": `${rest} more, who is here`,
              onclick: all,
              title: here
                .slice(shown)
                .map((p) => p.name)
                .join(", "),
            },
            `+${rest}`,
          )
        : null,
    ];
  }
}

customElements.define("presence-avatars", PresenceAvatars);
