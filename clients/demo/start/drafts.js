/** Drafts on the start page: one's own and those of one's teams, and a new one. Pure. */
import { ROSTERS } from "../draft/ready_rosters.js";
import { h } from "../parts/view.js";
import { ownRooms, problem, roomsOf } from "./lists.js";

export const DRAFT_TYPES = [
  ["snake", "Snake"],
  ["linear", "Linear"],
  ["auction", "Auction"],
];
export const DRAFT_ROSTERS = Object.entries(ROSTERS).map(([name, [words]]) => [name, words]);

export const draftsOf = (state) => roomsOf("draft", state);

export function ownDrafts(state) {
  return ownRooms({ kind: "draft", title: "Drafts", id: "drafts" }, state);
}

/** What `POST /rooms` is asked for. @param {{name: string, type: string, roster: string, teams: number}} wanted */
export function draftRequest({ name, type, roster, teams }) {
  const [, slots] = ROSTERS[roster];
  const rounds = slots.reduce((sum, { count = 1 }) => sum + count, 0);
  return { kind: "draft", name: name.trim() || "New draft", settings: { type, teams, rounds, slots } };
}

/** Why a file is no draft, with its line where there is one. @param {{message: string, detail?: any}} error */
export function fileProblem({ message, detail }) {
  return detail?.why ? `Line ${detail.line}: ${detail.why} (${detail.path})` : message;
}

export function newDraft(state, actions) {
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    actions.createDraft({
      ...{ name: form.get("draft"), type: form.get("type"), roster: form.get("roster") },
      teams: Number(form.get("teams")),
    });
  };
  const select = (label, name, options) =>
    h(
      "label",
      { class: "field" },
      h("span", {}, label),
      h("select", { class: "input", name }, options.map(([value, words]) => h("option", { value, key: value }, words))),
    );
  return h(
    "form",
    { class: "new-board", key: "new-draft", onsubmit: submit, "aria-labelledby": "new-draft" },
    h("h2", { id: "new-draft" }, "New draft"),
    h(
      "label",
      { class: "field" },
      h("span", {}, "What it is called"),
      h("input", { class: "input", name: "draft", maxlength: 64, placeholder: "Our league", autocomplete: "off" }),
    ),
    select("Kind", "type", DRAFT_TYPES),
    select("Roster", "roster", DRAFT_ROSTERS),
    h(
      "label",
      { class: "field" },
      h("span", {}, "Teams"),
      h("input", { class: "input", name: "teams", type: "number", min: 2, max: 32, value: 10, required: true }),
    ),
    problem(state, "create-draft"),
    h(
      "button",
      { class: "button primary", type: "submit", disabled: state.busy === "create-draft" },
      state.busy === "create-draft" ? "Making it" : "Make draft",
    ),
    h(
      "label",
      { class: "field", key: "file" },
      h("span", {}, state.busy === "import-draft" ? "Reading it" : "Or from a file in Sleeper's shape, begun or not"),
      h("input", {
        ...{ class: "input", type: "file", accept: ".json", "data-testid": "draft-file" },
        disabled: Boolean(state.busy) || null,
        onchange: (event) => actions.importDraft(event.target.files[0]),
      }),
    ),
    problem(state, "import-draft"),
  );
}
