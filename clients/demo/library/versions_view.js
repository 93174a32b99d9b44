/** Who changed an item how and when, with a picture where that changed, and the way back. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { cardPicture } from "./picture.js";
import { eventWords, when } from "./words.js";

/** @param {import("./shelf_view.js").ShelfModel} model @param {import("./catalogue.js").Card} card */
export function versionsView({ ui, may, link }, card, act) {
  const { versions } = ui;
  if (versions?.id !== card.id)
    return h(
      "p",
      { key: "versions" },
      h(
        "button",
        {
          class: "button",
          type: "button",
          disabled: ui.busy === "versions",
          onclick: () => act.versions(card.id),
        },
        icon("history"),
        "Versions",
      ),
      link?.status === "offline"
        ? h("span", { class: "quiet small" }, " These come with the connection.")
        : null,
    );
  return h(
    "section",
    { class: "stack", key: "versions", "aria-label": "Versions", "data-testid": "versions" },
    h("h3", {}, "Versions"),
    h(
      "ol",
      { class: "item-versions" },
      versions.entries.map((entry, i) => row(entry, i === 0, card, may("item.restore"), act)),
    ),
    versions.next
      ? h(
          "button",
          { class: "button", type: "button", onclick: () => act.versions(card.id, versions.next) },
          "Earlier ones",
        )
      : null,
  );
}

function row({ version, at, name, events }, latest, card, mayRestore, act) {
  const own = events.filter(({ id, moved }) => id === card.id || moved?.some((one) => one.id === card.id));
  const words = own.map(eventWords).join(", ");
  const who = name || "Somebody";
  const deleted = own.some(({ type }) => type === "item.deleted");
  const content = own.map((event) => (event.props ?? event.set)?.content).find(Boolean) ?? null;
  return h(
    "li",
    { key: version, "data-version": version },
    content ? cardPicture({ ...card, content }) : h("span", { class: "thumb no-picture" }),
    h(
      "span",
      { class: "grow" },
      h("b", {}, who),
      ` ${words}`,
      h("br", {}),
      h("span", { class: "quiet small" }, latest ? `${when(at)}, as it is now` : when(at)),
    ),
    mayRestore && !latest && !deleted
      ? h(
          "button",
          {
            class: "button tiny",
            type: "button",
            "aria-label": `Go back to where ${who} ${words}`,
            onclick: () => act.rollBack(card.id, version),
          },
          "Go back to this",
        )
      : null,
  );
}
