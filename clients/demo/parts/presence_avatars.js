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

export class PresenceAvatars extends Part {
  /** @param {{here: ReturnType<typeof whoIsHere>, shown: number}} model */
  view({ here, shown }) {
    const rest = here.length - shown;
    const visible = rest > 1 ? here.slice(0, shown) : here;
    return [
      ...visible.map(({ account, name, mine, colour }) =>
        avatar({ key: account, name, colour, label: mine ? `${name} (you)` : `${name} is here` }),
      ),
      rest > 1
        ? h(
            "span",
            {
              class: "avatar more",
              key: "more",
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
