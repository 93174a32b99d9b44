/** The list of libraries: what comes with Touchline, one's own, those of teams, public ones. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { REACH, when } from "./words.js";

const GROUPS = [
  ["built-in", "To begin with"],
  ["private", "Yours"],
  ["team", "Your teams’"],
  ["public", "Public"],
];

/**
 * @param {{libraries: import("./reach.js").Library[] | null, teams: {id: string,
 *   name: string, role: string}[], problem: string | null, busy: boolean, away: boolean}} state
 */
export function listView(state, act) {
  return h(
    "div",
    { class: "libraries", key: "list" },
    h(
      "header",
      { key: "header" },
      h(
        "a",
        { class: "brand", href: "/", "aria-label": "All boards", title: "All boards" },
        h("img", { src: "/icon.svg", alt: "" }),
      ),
      h("h1", {}, "Libraries"),
      h("theme-switch", { key: "theme" }),
    ),
    h(
      "main",
      { class: "columns", key: "main" },
      h("div", { class: "stack wide", key: "groups" }, away(state, act), groups(state)),
      newLibrary(state, act),
    ),
  );
}

function away({ away: isAway, libraries }, act) {
  if (!isAway) return null;
  return h(
    "div",
    { class: "notice", key: "away", role: "status" },
    libraries?.length
      ? "The server cannot be reached. These are the libraries as you saw them last; those that you opened here open without a connection too."
      : "The server cannot be reached.",
    h("div", {}, h("button", { class: "button", type: "button", onclick: act.reload }, "Try again")),
  );
}

function groups({ libraries, teams }) {
  if (libraries === null)
    return h(
      "div",
      { class: "stack", key: "loading", "aria-busy": "true", "aria-label": "Loading the libraries" },
      [1, 2, 3].map((n) => h("div", { class: "skeleton row-place", key: n })),
    );
  return GROUPS.map(([reach, title]) => {
    const here = libraries.filter((library) => library.reach === reach);
    if (here.length === 0 && reach !== "private") return null;
    return h(
      "section",
      { key: reach, "aria-labelledby": `of-${reach}` },
      h("h2", { id: `of-${reach}` }, title),
      here.length === 0
        ? h(
            "p",
            { class: "empty quiet" },
            "No library of your own yet. Make one, and keep in it what you draw more than once.",
          )
        : h(
            "ul",
            { class: "boards", "data-testid": `libraries-${reach}` },
            here.map((library) => row(library, teams)),
          ),
    );
  });
}

function row({ id, name, reach, role, team, updated_at }, teams) {
  const of = teams.find((one) => one.id === team)?.name;
  const about =
    reach === "built-in"
      ? "formations of every sport"
      : [of ?? REACH[reach], role, updated_at ? `changed ${when(updated_at)}` : null];
  return h(
    "li",
    { key: id },
    h(
      "a",
      { href: `/library.html#room=${id}` },
      h("span", { class: "name cut" }, name),
      h("span", { class: "quiet small" }, [about].flat().filter(Boolean).join(" · ")),
    ),
  );
}

function newLibrary({ busy, problem, teams }, act) {
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    act.create({ name: String(form.get("library")).trim(), team: form.get("team") });
  };
  const into = teams.filter(({ role }) => role !== "guest");
  return h(
    "form",
    { class: "new-library", key: "new", onsubmit: submit, "aria-labelledby": "new" },
    h("h2", { id: "new" }, "New library"),
    h(
      "label",
      { class: "field" },
      h("span", {}, "Name"),
      h("input", {
        ...{ class: "input", name: "library", maxlength: 64, required: true },
        ...{ autocomplete: "off", placeholder: "Set pieces" },
      }),
    ),
    into.length > 0
      ? h(
          "label",
          { class: "field", key: "team" },
          h("span", {}, "Whose"),
          h(
            "select",
            { class: "input", name: "team" },
            h("option", { value: "", key: "me" }, "Mine"),
            into.map((team) => h("option", { value: team.id, key: team.id }, team.name)),
          ),
        )
      : null,
    problem ? h("p", { class: "notice bad-edge", role: "alert" }, problem) : null,
    h(
      "button",
      { class: "button primary", type: "submit", disabled: busy },
      icon("plus"),
      busy ? "Making it" : "Make library",
    ),
  );
}
