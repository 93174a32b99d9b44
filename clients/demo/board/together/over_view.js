/** Over the pitch: whom one follows, who presents, who calls. One line, and a frame. Pure. */
import { icon } from "../../parts/icons.js";
import { colourOf, readableOn } from "../../parts/people.js";
import { h } from "../../parts/view.js";
import { mayLock } from "../rights.js";

/**
 * @param {{room: any, ui: any, who: any, here: any[], names: Record<string, string>}} model
 */
export function overView(model, act) {
  const { ui, names } = model;
  if (ui.past) return null;
  const account = ui.following?.account ?? null;
  return [
    account
      ? h("div", {
          class: "follow-frame",
          key: "follow-frame",
          "data-testid": "follow-frame",
          vars: { person: colourOf(names, account) },
        })
      : null,
    line(model, act),
  ];
}

function line(model, act) {
  const { room, ui, who, here, names } = model;
  const { presenter } = room.state;
  const isHere = (account) => here.some((one) => one.account === account);
  const name = (account) => names[account] ?? "Somebody";
  if (ui.called) return calledLine(ui.called, name(ui.called.account), names, act);
  if (presenter === who.me) return presentingLine(ui, act);
  if (ui.following) {
    const { account } = ui.following;
    const presents = presenter === account;
    const words = presents ? `${name(account)} presents` : `Following ${name(account)}`;
    return bar(
      account,
      names,
      isHere(account) ? words : `${words}, who is away just now`,
      press("Look around", () => act.follow(null), presents ? "" : "primary"),
      presents && who.role === "owner" ? press("End presenting", () => act.present(false)) : null,
    );
  }
  if (presenter)
    return bar(
      presenter,
      names,
      isHere(presenter) ? `${name(presenter)} presents` : `${name(presenter)} presents, but is away`,
      press(`Back to ${name(presenter)}`, () => act.follow(presenter), "primary"),
      who.role === "owner" ? press("End presenting", () => act.present(false)) : null,
    );
  return null;
}

function calledLine({ account, before }, name, names, act) {
  return before
    ? bar(
        account,
        names,
        `${name} brought everyone here`,
        press("Go back", act.goBack),
        press("Stay", act.stayHere, "plain"),
      )
    : bar(
        account,
        names,
        `${name} asks everyone to come`,
        press("Go there", act.goThere, "primary"),
        press("Not now", act.stayHere, "plain"),
      );
}

function presentingLine(ui, act) {
  return h(
    "div",
    { class: "together-bar", key: "together", role: "status", "data-testid": "together" },
    icon("present"),
    h("span", {}, "You present"),
    h(
      "button",
      {
        class: "button tiny",
        type: "button",
        key: "gather",
        "aria-label": "Bring everyone here",
        title: "Bring everyone here",
        onclick: act.gather,
      },
      icon("gather"),
    ),
    press(ui.bare ? "Show tools" : "Hide tools", () => act.bare(!ui.bare)),
    press("Stop", () => act.present(false), "primary"),
  );
}

function bar(account, names, words, ...buttons) {
  const colour = colourOf(names, account);
  return h(
    "div",
    {
      class: "together-bar",
      key: "together",
      role: "status",
      "data-testid": "together",
      vars: { person: colour, "person-ink": readableOn(colour) },
    },
    h("i", { class: "dot", "aria-hidden": "true" }),
    h("span", {}, words),
    buttons,
  );
}

function press(label, run, kind = "") {
  return h("button", { class: `button tiny ${kind}`, type: "button", key: label, onclick: run }, label);
}

/** For the top bar: comments, and presenting for those who may. */
export function topButtons({ room, ui, who }, unread, act) {
  const presents = room.state.presenter === who.me;
  return [
    h(
      "button",
      {
        class: "button plain square badged",
        type: "button",
        key: "comments",
        "data-drawer": "comments",
        "aria-label": unread ? `Comments, ${unread} new` : "Comments",
        title: "Comments (C)",
        "aria-expanded": String(ui.drawer === "comments"),
        onclick: () => act.drawer(ui.drawer === "comments" ? null : "comments"),
      },
      icon("comment"),
      unread ? h("span", { class: "badge", "aria-hidden": "true" }, unread) : null,
    ),
    mayLock(who)
      ? h(
          "button",
          {
            class: "button plain square",
            type: "button",
            key: "present",
            "data-act": "present",
            "aria-label": presents ? "Stop presenting" : "Present",
            title: presents ? "Stop presenting" : "Present: everyone follows you",
            "aria-pressed": String(presents),
            onclick: () => act.present(!presents),
          },
          icon("present"),
        )
      : null,
  ];
}
