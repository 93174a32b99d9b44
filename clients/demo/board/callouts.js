/**
 * What is said beside a thing on the pitch: a conflict to decide, a value that somebody wrote over,
 * a refusal, a text to write. One of each at most; the rest waits in the drawer. Pure.
 */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { propertyName } from "./words.js";

/**
 * @param {{conflicts: any[], lost: any[], refusal: any, textAt: any, words: any, pixelOf: (id:
 * string | null, at?: [number, number]) => [number, number] | null, size: {width: number, height:
 * number}, names: Record<string, string>}} model
 */
export function calloutsView(model, act) {
  return h(
    "div",
    { class: "callouts", key: "callouts" },
    model.conflicts.length > 0 ? conflictCallout(model, act) : null,
    model.lost.length > 0 ? lostCallout(model, act) : null,
    model.refusal ? refusalCallout(model, act) : null,
    model.textAt ? textEntry(model, act) : null,
  );
}

/** Beside a pixel of the stage, inside it whatever the pixel. */
function placed(pixel, { width, height }) {
  const [x, y] = pixel ?? [width / 2, height];
  const side = x > width - 300 ? "left" : "right";
  return {
    "data-side": side,
    vars: {
      x: `${Math.round(Math.max(8, Math.min(width - 8, x)))}px`,
      y: `${Math.round(Math.max(56, Math.min(height - 80, y)))}px`,
    },
  };
}

/** A value that is a place; of another one the thing's own place counts. */
function placeIn(property, value) {
  return property === "at" && Array.isArray(value) ? value : undefined;
}

function conflictCallout({ conflicts, words, pixelOf, size, names }, act) {
  const [conflict] = conflicts;
  const [first] = conflict.clashes;
  return h(
    "div",
    {
      class: "callout",
      key: "conflict",
      role: "group",
      "aria-label": "Conflict",
      "data-testid": "conflict",
      ...placed(pixelOf(first.id, placeIn(first.property, first.theirs)), size),
    },
    h(
      "p",
      {},
      h("b", {}, words.conflict(conflict)),
      conflicts.length > 1
        ? h("span", { class: "quiet small" }, ` 1 of ${conflicts.length}`)
        : null,
    ),
    conflict.positions || conflict.deletes ? null : values(conflict, names),
    choices(conflict, act),
    h("p", { class: "quiet small" }, "Escape keeps theirs"),
  );
}

function values({ clashes }, names) {
  return h(
    "dl",
    { class: "values" },
    clashes
      .slice(0, 4)
      .map((clash) => [
        h("dt", { key: `${clash.id}${clash.property}` }, propertyName(clash.property)),
        h(
          "dd",
          { key: `${clash.id}${clash.property}d` },
          "yours ",
          valueView(clash.mine, clash.property),
          ` · ${names[clash.by] ?? "theirs"} `,
          valueView(clash.theirs, clash.property),
        ),
      ]),
  );
}

function valueView(value, property) {
  if (value === null || value === undefined) return h("i", {}, "nothing");
  if (/^#[0-9a-f]{6}$/u.test(value))
    return h("span", {
      class: "swatch still",
      vars: { swatch: value },
      role: "img",
      "aria-label": value,
    });
  const other = property === "at" ? "another place" : "another shape";
  return h("b", {}, typeof value === "object" ? other : String(value));
}

function lostCallout({ lost, words, pixelOf, size }, act) {
  const last = lost.at(-1);
  const [first] = last.changes;
  return h(
    "div",
    {
      class: "callout slim",
      key: last.key,
      role: "group",
      "data-testid": "overrode",
      ...placed(pixelOf(first.id, placeIn(first.property, first.value)), size),
    },
    h("span", {}, words.lost(last)),
    h(
      "button",
      { class: "button tiny", type: "button", onclick: () => act.bringBack(last) },
      "Bring back",
    ),
    h(
      "button",
      {
        class: "button plain tiny",
        type: "button",
        "aria-label": "Leave it",
        onclick: () => act.dismissLost(last.key),
      },
      icon("close"),
    ),
  );
}

function refusalCallout({ refusal, pixelOf, size }, act) {
  return h(
    "div",
    {
      class: "callout slim bad-edge",
      key: "refusal",
      role: "group",
      "data-testid": "refusal",
      ...placed(pixelOf(refusal.anchor), size),
    },
    h("span", {}, refusal.text),
    refusal.action
      ? h(
          "button",
          { class: "button tiny", type: "button", onclick: refusal.action.run },
          refusal.action.label,
        )
      : null,
    h(
      "button",
      {
        class: "button plain tiny",
        type: "button",
        "aria-label": "Dismiss",
        onclick: act.dismissRefusal,
      },
      icon("close"),
    ),
  );
}

function textEntry({ textAt, pixelOf, size }, act) {
  const submit = (event) => {
    event.preventDefault();
    act.writeText(new FormData(event.target).get("text"));
  };
  return h(
    "form",
    {
      class: "callout slim",
      key: "text",
      onsubmit: submit,
      ...placed(pixelOf(null, textAt), size),
    },
    h("input", {
      class: "input",
      name: "text",
      maxlength: 500,
      autofocus: true,
      autocomplete: "off",
      placeholder: "Text",
      "aria-label": "Text on the pitch",
    }),
    h("button", { class: "button primary tiny", type: "submit" }, "Write"),
  );
}

/** The answers to a conflict, wherever it is shown. */
export function choices(conflict, act) {
  const button = (choice, label, kind = "") =>
    h(
      "button",
      {
        class: `button tiny ${kind}`,
        type: "button",
        key: choice,
        "data-choice": choice,
        onclick: () => act.decide(conflict, choice),
      },
      label,
    );
  return h(
    "div",
    { class: "row wrap", role: "group", "aria-label": "Your choice" },
    button("mine", conflict.deletes ? "Delete it" : "Mine", "primary"),
    button("theirs", conflict.deletes ? "Keep theirs" : "Theirs"),
    conflict.positions ? button("between", "Between") : null,
  );
}
