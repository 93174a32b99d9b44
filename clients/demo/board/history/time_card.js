/**
 * Going through time: a slider over all versions, what happened at the one that shows, and what can
 * be done with it: name it, compare it, make a new board of it. Pure.
 */
import { clock } from "../../parts/chat_drawer.js";
import { icon } from "../../parts/icons.js";
import { h } from "../../parts/view.js";
import { mayRestore } from "../rights.js";
import { eventWords } from "../words.js";

/**
 * @param {{past: any, form: any, last: number, entry: any, names: Record<string, string>, find: (id:
 * string) => any, who: any, called: string, boardName: string}} model
 *   `past`: what shows instead of now; `called`: the version's name, or nothing
 */
export function timeCard(model, act) {
  const { past, last } = model;
  const version = past?.version ?? last;
  const words = versionWords(model, version);
  return h(
    "section",
    { class: "time-card", key: "time", "aria-label": "Go through time" },
    h(
      "div",
      { class: "row" },
      step("back", "One version back", version <= 1, () => act.scrub(version - 1)),
      h("input", {
        class: "range grow",
        type: "range",
        min: 1,
        max: last,
        step: 1,
        ".max": String(last),
        ".value": String(version),
        disabled: last < 2,
        "aria-label": "Version",
        "aria-valuetext": words,
        "data-testid": "scrub",
        oninput: (event) => act.scrub(Number(event.target.value)),
      }),
      step("next", "One version on", version >= last, () => act.scrub(version + 1)),
    ),
    h("p", { class: "small", "data-testid": "scrubbed" }, words),
    h("div", { class: "row wrap" }, deeds(model, version, act)),
    model.form ? form(model, version, act) : null,
  );
}

function step(picture, label, disabled, onclick) {
  return h(
    "button",
    { class: "button plain square", type: "button", "aria-label": label, title: label, disabled, onclick },
    icon(picture),
  );
}

function versionWords({ past, entry, names, find, called }, version) {
  const head = called ? `“${called}”, version ${version}` : `Version ${version}`;
  if (!past) return `${head}, now`;
  if (!entry) return head;
  const did = (entry.events ?? []).map((event) => eventWords(event, names, find)).join("; ");
  const who = names[entry.by] ?? (entry.by ? "Somebody" : "Touchline");
  return `${head}, ${clock(entry.at)}: ${who} ${did || "did something private"}`;
}

function deeds({ form: open, who, called, last }, version, act) {
  const deed = (name, picture, label, onclick) =>
    h(
      "button",
      {
        class: "button tiny",
        type: "button",
        key: name,
        "aria-expanded": name === "compare" ? null : String(open?.what === name),
        onclick,
      },
      icon(picture),
      label,
    );
  return [
    mayRestore(who)
      ? deed("name", "tag", called ? "Rename" : "Name", () => act.historyForm("name", version))
      : null,
    last > 1 ? deed("compare", "compare", "Compare", () => act.compareFrom(version)) : null,
    deed("fork", "fork", "Fork", () => act.historyForm("fork", version)),
  ];
}

function form({ form: { what, version, busy, problem }, called, boardName }, _, act) {
  const naming = what === "name";
  return h(
    "form",
    {
      class: "stack",
      key: `${what} ${version}`,
      onsubmit: (event) => {
        event.preventDefault();
        const name = event.target.elements["version-name"].value.trim();
        if (name) (naming ? act.nameVersion : act.fork)(version, name);
      },
    },
    h(
      "label",
      { class: "field" },
      h(
        "span",
        {},
        naming ? `Name of version ${version}` : `Name of the new board, made of version ${version}`,
      ),
      h("input", {
        class: "input",
        name: "version-name",
        maxlength: 64,
        required: true,
        autocomplete: "off",
        autofocus: true,
        "data-typing": true,
        ".value": naming ? called : `${boardName.slice(0, 58)}, fork`,
      }),
    ),
    problem ? h("p", { class: "bad small", role: "alert" }, problem) : null,
    h(
      "div",
      { class: "row wrap" },
      h(
        "button",
        { class: "button tiny primary", type: "submit", disabled: busy },
        naming ? "Save name" : busy ? "Making it" : "Make board",
      ),
      naming && called
        ? h(
            "button",
            {
              class: "button tiny danger",
              type: "button",
              onclick: () => act.nameVersion(version, null),
            },
            "Remove name",
          )
        : null,
      h(
        "button",
        { class: "button plain tiny", type: "button", onclick: () => act.historyForm(null) },
        "Cancel",
      ),
    ),
  );
}
