/** What lies over the pitch: hints, what is selected, and a beginning. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";
import { mayAdd, whyNot } from "./rights.js";
import { thingName } from "./words.js";

/** Objects that are selected and still there. */
export function selectedIn(room, ui) {
  return [...ui.selection].map((id) => [id, room.state.objects[id]]).filter(([, record]) => record);
}

export function isEmpty({ room, ui }) {
  return (
    ui.past === null &&
    !ui.draft &&
    ui.tool === "select" &&
    Object.keys(room.state.objects).length === 0
  );
}

export function emptyBoard({ who }, act) {
  const why = whyNot(who, {});
  return h(
    "div",
    { class: "empty-board", key: "empty" },
    h("h2", {}, "An empty pitch"),
    why || who.role === "annotator"
      ? h("p", {}, why ?? "Draw an arrow, a zone or a note; players come from an editor.")
      : [
          h("p", {}, "Start with both teams in place, or pick a tool and draw."),
          h(
            "button",
            {
              class: "button primary",
              type: "button",
              "data-testid": "line-ups",
              onclick: act.addLineUps,
            },
            icon("people"),
            "Add two line-ups",
          ),
        ],
  );
}

/** A short line over the pitch when something about the whole board must be known. */
export function banner({ who, names, ui }) {
  const why = whyNot(who, names);
  if (why)
    return h(
      "p",
      { class: "banner", key: "banner", role: "status" },
      icon(who.role === "viewer" ? "eye" : "lock"),
      why,
    );
  const next = {
    line: "Drag to draw a line",
    arrow: "Drag to draw an arrow",
    zone:
      ui.options.shape === "polygon"
        ? "Press each corner; the first one again closes it"
        : "Drag to draw a zone",
    equipment: "Press where it stands",
    link: "Press players one by one; the last again ends the link, the first closes it",
    measure: "Drag from here to there",
    text: "Press where the text goes",
    token: "Press where the player stands",
    ball: "Press where the ball lies",
    comment: "Press what the comment is about",
    laser: "Hold and move to point; it fades by itself",
  }[ui.tool];
  return next
    ? h(
        "p",
        { class: "banner hint", key: "banner" },
        next,
        ui.pen ? " · arrows move the pen, Enter draws" : null,
      )
    : null;
}

/** What is selected, in one line over the pitch, with the acts one wants most. */
export function selectionBar({ room, ui, who }, act) {
  const records = selectedIn(room, ui);
  if (records.length === 0 || ui.drag || ui.textAt) return null;
  const name = records.length === 1 ? thingName(records[0][1]) : `${records.length} things`;
  return h(
    "div",
    { class: "selection-bar", key: "selection", "data-testid": "selection" },
    h("span", { class: "cut" }, name),
    h(
      "button",
      { class: "button tiny", type: "button", onclick: () => act.drawer("inspector") },
      "Edit",
    ),
    records.length > 1 && whyNot(who, {}) === null
      ? h(
          "button",
          {
            class: "button plain tiny",
            type: "button",
            onclick: () => act.group(!records.every(([, one]) => one.props.group)),
          },
          records.every(([, one]) => one.props.group) ? "Ungroup" : "Group",
        )
      : null,
    act.comment && mayAdd(who, "comment")
      ? h("button", { class: "button tiny", type: "button", onclick: act.comment }, "Comment")
      : null,
    whyNot(who, {}) === null
      ? h(
          "button",
          {
            class: "button plain tiny danger",
            type: "button",
            "aria-label": `Delete ${name}`,
            onclick: act.deleteSelected,
          },
          icon("trash"),
        )
      : null,
  );
}
