/** What became of one's own work: not taken, written over, refused; and where the copy is from. Pure. */
import { h } from "../parts/view.js";
import { commandWords, refusalWords, when } from "./words.js";

/** @param {import("./shelf_view.js").ShelfModel} model */
export function noticesView(model, act) {
  const { ui, unsaved, read, deleted, cards, names } = model;
  const nameOf = (id) =>
    cards.find((card) => card.id === id)?.name ?? deleted[id]?.name ?? "an item";
  return [
    read ? reading(model, act) : null,
    ui.refusal !== null && !cards.some(({ id }) => id === ui.refusal.id)
      ? h(
          "div",
          { class: "notice bad-edge", key: "refusal", role: "alert" },
          ui.refusal.text,
          press("Dismiss", act.dismissRefusal),
        )
      : null,
    ui.lost.map((lost) =>
      h(
        "div",
        { class: "notice", key: lost.key, "data-testid": "lost" },
        lost.text,
        h(
          "div",
          { class: "row wrap" },
          press("Bring mine back", () => act.bringBack(lost)),
          press("Leave it", () => act.dismissLost(lost.key)),
        ),
      ),
    ),
    unsaved.length > 0
      ? h(
          "section",
          { class: "stack", key: "unsaved", "aria-label": "Not saved", "data-testid": "unsaved" },
          unsaved.map((one) =>
            h(
              "div",
              { class: "notice bad-edge", key: one.id, "data-code": one.code },
              h("b", {}, `Not saved: ${commandWords(one.command, nameOf)}`),
              h("span", {}, refusalWords(one, names, nameOf)),
              h(
                "div",
                { class: "row wrap" },
                press("Try again", () => act.retry(one)),
                press("Discard", () => act.discard(one)),
              ),
            ),
          ),
        )
      : null,
  ];
}

function press(label, onclick) {
  return h("button", { class: "button tiny", type: "button", onclick }, label);
}

function reading({ read, reach }, act) {
  const words = read.copy
    ? "This device’s copy: opening a board and counts come with the connection."
    : reach === "built-in"
      ? "Everybody’s to use. To change one, copy it into a library of yours."
      : `Public: you read it as it was at ${when(read.at)}. To follow it live, ask an owner for a link.`;
  return h(
    "div",
    { class: "notice calm reading", key: "reading" },
    h("span", {}, words),
    reach === "public" || read.copy ? press("Look again", act.reload) : null,
  );
}
