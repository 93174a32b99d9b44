/** The library itself: its name, who can see it, what happens when two change the same; and what was deleted. Pure. */
import { h } from "../parts/view.js";
import { frame } from "./item_view.js";
import { sortName, when } from "./words.js";

/** @param {import("./shelf_view.js").ShelfModel} model */
export function settingsView(model, act) {
  const { name, role, ui, conflicts, guest } = model;
  const owner = role === "owner";
  return frame(
    "Library",
    act,
    ui.refusal !== null && ui.refusal.id === null
      ? h("p", { class: "notice bad-edge", key: "refusal", role: "alert" }, ui.refusal.text)
      : null,
    owner ? null : h("p", { class: "quiet", key: "why" }, "Owners change what stands here."),
    h(
      "label",
      { class: "field", key: "name" },
      h("span", {}, "Name"),
      h("input", {
        ...{ class: "input", name: "library-name", maxlength: 64, autocomplete: "off" },
        ...{ "data-typing": true, disabled: !owner, ".value": name },
        onchange: (event) => act.rename(event.target.value),
      }),
    ),
    seen(model, owner, act),
    h(
      "fieldset",
      { class: "field", key: "conflicts", disabled: !owner },
      h("legend", {}, "When two people change the same thing at once"),
      policy("latest", "The latest wins", "The other is told, and can bring theirs back", conflicts, act),
      policy("ask", "Ask", "The second person decides whether theirs goes on", conflicts, act),
    ),
    guest
      ? h(
          "p",
          { class: "quiet small", key: "guest" },
          "Guests’ libraries are on this device only; an account keeps them, and can give them to a team.",
        )
      : null,
  );
}

function seen({ ui, reach, team, guest }, owner, act) {
  const into = ui.teams.filter(({ id, role }) => role !== "guest" || id === team);
  return h(
    "section",
    { class: "stack", key: "seen", "aria-labelledby": "seen-title" },
    h("h3", { id: "seen-title" }, "Who can see it"),
    h(
      "p",
      { class: "quiet small" },
      team
        ? "The team’s people, and whom you invite under “Share”."
        : "You, and whom you invite under “Share”.",
    ),
    !guest && (into.length > 0 || team)
      ? h(
          "label",
          { class: "field", key: "team" },
          h("span", {}, "Team that owns it"),
          h(
            "select",
            {
              class: "input",
              name: "team",
              disabled: !owner,
              ".value": team ?? "",
              onchange: (event) => act.setTeam(event.target.value),
            },
            h("option", { value: "", key: "none" }, "No team"),
            into.map(({ id, name }) => h("option", { value: id, key: id }, name)),
          ),
        )
      : null,
    h(
      "label",
      { class: "switch", key: "public" },
      h("input", {
        ...{ type: "checkbox", role: "switch", disabled: !owner },
        ".checked": reach === "public",
        onchange: (event) => act.setPublic(event.target.checked),
      }),
      h(
        "span",
        {},
        h("b", {}, "Public"),
        h("br", {}),
        h(
          "span",
          { class: "quiet small" },
          "Everybody who is signed in reads its items and opens boards from them; nobody is named to them",
        ),
      ),
    ),
  );
}

function policy(value, title, about, conflicts, act) {
  return h(
    "label",
    { class: "switch", key: value },
    h("input", {
      ...{ type: "radio", name: "conflicts", value, ".checked": conflicts === value },
      onchange: () => act.configure(value),
    }),
    h("span", {}, h("b", {}, title), h("br", {}), h("span", { class: "quiet small" }, about)),
  );
}

/** What was deleted, the latest first. @param {import("./shelf_view.js").ShelfModel} model */
export function deletedView({ deleted, names, may }, act) {
  const rows = Object.entries(deleted).reverse();
  return frame(
    "Deleted",
    act,
    rows.length === 0 ? h("p", { class: "quiet", key: "none" }, "Nothing is deleted.") : null,
    h(
      "ul",
      { class: "list", key: "list", "data-testid": "deleted" },
      rows.map(([id, { sort, name, by, at }]) =>
        h(
          "li",
          { key: id },
          h(
            "span",
            { class: "grow" },
            h("b", {}, name),
            h("br", {}),
            h(
              "span",
              { class: "quiet small" },
              `${sortName(sort)}, by ${names[by] ?? "somebody"}, ${when(at)}`,
            ),
          ),
          may("item.restore")
            ? h(
                "button",
                { class: "button", type: "button", "aria-label": `Bring ${name} back`, onclick: () => act.restore(id) },
                "Bring back",
              )
            : null,
        ),
      ),
    ),
  );
}
