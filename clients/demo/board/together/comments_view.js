/** The drawer of comments: threads with answers, what is settled, and a new one. Pure. */
import { icon } from "../../parts/icons.js";
import { colourOf } from "../../parts/people.js";
import { avatar } from "../../parts/presence_avatars.js";
import { h } from "../../parts/view.js";
import { mayAdd } from "../rights.js";
import { thingName } from "../words.js";
import { threadsOf } from "./threads.js";

const TEXT_MAX = 500;

/**
 * @param {{room: any, ui: any, who: any, names: Record<string, string>}} model
 */
export function commentsView(model, act) {
  const { room, ui, who } = model;
  const threads = threadsOf(room.state.objects);
  const open = threads.filter(({ done }) => !done);
  const settled = threads.filter(({ done }) => done);
  const may = mayAdd(who, "comment");
  return h(
    "aside",
    { class: "panel", key: "comments", "aria-label": "Comments" },
    h(
      "header",
      {},
      h("h2", {}, "Comments"),
      h(
        "button",
        {
          class: "button plain square",
          type: "button",
          "aria-label": "Close comments",
          onclick: () => act.drawer(null),
        },
        icon("close"),
      ),
    ),
    h(
      "div",
      { class: "scroll stack" },
      may && ui.remark ? writing(model, act) : null,
      may && !ui.remark ? invitation(model, act) : null,
      !may && threads.length === 0 ? h("p", { class: "quiet" }, "No comments yet.") : null,
      h(
        "ol",
        { class: "threads", "data-testid": "threads" },
        open.map((thread) => threadView(thread, model, may, act)),
      ),
      settled.length > 0
        ? h(
            "button",
            {
              class: "button plain",
              type: "button",
              key: "settled",
              "aria-expanded": String(ui.settled === true),
              onclick: () => act.showSettled(!ui.settled),
            },
            `${settled.length} done`,
          )
        : null,
      settled.length > 0 && ui.settled
        ? h(
            "ol",
            { class: "threads", key: "done", "data-testid": "threads-done" },
            settled.map((thread) => threadView(thread, model, may, act)),
          )
        : null,
    ),
  );
}

function invitation({ ui, room }, act) {
  const [id] = ui.selection;
  const record = ui.selection.size === 1 ? room.state.objects[id] : null;
  return h(
    "div",
    { class: "stack tight", key: "new" },
    h(
      "button",
      { class: "button", type: "button", "data-act": "comment", onclick: act.comment },
      icon("plus"),
      record ? `Comment on ${thingName(record)}` : "New comment",
    ),
    record ? null : h("p", { class: "quiet small" }, "Then press what it is about."),
  );
}

function writing({ ui, room }, act) {
  const { about } = ui.remark;
  const record = about ? room.state.objects[about] : null;
  const gone = about && !record;
  return h(
    "form",
    { class: "stack tight", key: "writing", onsubmit: sends((text) => act.writeComment(text)) },
    h(
      "label",
      { class: "field" },
      h(
        "span",
        {},
        gone ? "What it was about is gone; it stays at its place" : `About ${record ? thingName(record) : "this place"}`,
      ),
      field("Your comment", true),
    ),
    h(
      "div",
      { class: "row" },
      h("button", { class: "button primary", type: "submit" }, "Comment"),
      h("button", { class: "button plain", type: "button", onclick: act.dropComment }, "Cancel"),
    ),
  );
}

function field(label, autofocus = false) {
  return h("input", {
    class: "input",
    name: "text",
    maxlength: TEXT_MAX,
    required: true,
    autocomplete: "off",
    autofocus,
    "aria-label": label,
    placeholder: label,
  });
}

/** @param {(text: string) => void} send */
function sends(send) {
  return (event) => {
    event.preventDefault();
    const input = event.target.elements.text;
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    send(text);
  };
}

function threadView(thread, { room, ui, who, names }, may, act) {
  const record = thread.about ? room.state.objects[thread.about] : null;
  const current = ui.thread === thread.id;
  return h(
    "li",
    {
      key: thread.id,
      class: current ? "thread current" : "thread",
      "data-thread": thread.id,
      "aria-current": current ? "true" : null,
      tabindex: -1,
    },
    h(
      "button",
      {
        class: "button plain about",
        type: "button",
        onclick: () => act.openThread(thread.id),
      },
      record ? thingName(record) : "On the pitch",
    ),
    said(thread, thread, { who, names, may }, act),
    thread.replies.map((reply) => said(reply, thread, { who, names, may }, act)),
    may
      ? h(
          "div",
          { class: "row wrap" },
          h(
            "button",
            {
              class: "button tiny",
              type: "button",
              onclick: () => act.settle(thread.id, !thread.done),
            },
            icon(thread.done ? "undo" : "check"),
            thread.done ? "Open again" : "Done",
          ),
          current
            ? null
            : h(
                "button",
                { class: "button tiny plain", type: "button", onclick: () => act.openThread(thread.id, true) },
                "Reply",
              ),
        )
      : null,
    may && current
      ? h(
          "form",
          { class: "row", key: "reply", onsubmit: sends((text) => act.reply(thread.id, text)) },
          field("Reply"),
          h("button", { class: "button", type: "submit" }, "Send"),
        )
      : null,
  );
}

function said({ id, by, text, waits }, thread, { who, names, may }, act) {
  const name = names[by] ?? "Somebody";
  const whole = id === thread.id && thread.replies.length > 0;
  return h(
    "div",
    { class: waits ? "remark waiting" : "remark", key: id, "data-comment": id },
    avatar({ name, colour: colourOf(names, by) }),
    h(
      "div",
      { class: "grow" },
      h("b", { class: "small" }, by === who.me ? "You" : name),
      waits ? h("span", { class: "quiet small" }, " on its way") : null,
      h("div", { class: "said" }, text),
    ),
    may && (by === who.me || who.role === "owner")
      ? h(
          "button",
          {
            class: "button plain square",
            type: "button",
            "aria-label": whole ? `Delete this comment and its replies` : "Delete this comment",
            onclick: () => act.deleteComment(id),
          },
          icon("trash"),
        )
      : null,
  );
}
