/** What forms of accounts are made of. Pure: descriptions of elements. */
import { h } from "../parts/view.js";

/**
 * One labelled field. What is wrong with it stands below it, and is read out with it.
 * @param {{name: string, label: string, type?: string, autocomplete: string, hint?: string,
 *   wrong?: string | null, value?: string, autofocus?: boolean, required?: boolean} &
 *   Record<string, any>} field
 */
export function field({ name, label, hint, wrong, value, required = true, ...input }) {
  const id = `field-${name}`;
  const told = wrong ?? hint ?? null;
  return h(
    "div",
    { class: "field", key: name },
    h("label", { for: id }, label),
    h("input", {
      class: "input",
      id,
      name,
      type: "text",
      required,
      "aria-invalid": wrong ? "true" : null,
      "aria-describedby": told ? `${id}-about` : null,
      // The attribute: a beginning, which what a person types stands over.
      value,
      ...input,
    }),
    told ? h("p", { id: `${id}-about`, class: wrong ? "bad small" : "quiet small" }, told) : null,
  );
}

/** A choice of one. @param {{name: string, label: string, options: [string, string][]}} choice */
export function choice({ name, label, options, ...select }) {
  const id = `field-${name}`;
  return h(
    "div",
    { class: "field", key: name },
    h("label", { for: id }, label),
    h(
      "select",
      { class: "input", id, name, ...select },
      options.map(([value, text]) => h("option", { value, key: value }, text)),
    ),
  );
}

export const emailField = (more = {}) =>
  field({
    name: "email",
    label: "E-mail address",
    type: "email",
    autocomplete: "username",
    inputmode: "email",
    maxlength: 254,
    ...more,
  });

export const passwordField = (more = {}) =>
  field({
    name: "password",
    label: "Password",
    type: "password",
    autocomplete: "current-password",
    maxlength: 1024,
    ...more,
  });

export const newPasswordField = (more = {}) =>
  passwordField({
    label: "Choose a password",
    autocomplete: "new-password",
    minlength: 8,
    hint: "At least 8 characters; three or four words are good.",
    ...more,
  });

/** Whose password a form is about, for password managers; people read it elsewhere. */
export const usernameField = (address) =>
  h("input", {
    class: "unseen",
    key: "username",
    name: "username",
    type: "email",
    autocomplete: "username",
    tabindex: "-1",
    "aria-hidden": "true",
    readonly: true,
    ".value": address ?? "",
  });

export const codeField = (more = {}) =>
  field({
    name: "code",
    label: "Six digits from your authenticator",
    autocomplete: "one-time-code",
    inputmode: "numeric",
    pattern: "[0-9 ]{6,7}",
    maxlength: 7,
    ...more,
  });

/**
 * Stays reachable while it is busy, so that the focus stays where it was.
 * @param {{busy: boolean, label: string, doing: string, danger?: boolean}} button
 */
export function submit({ busy, label, doing, danger = false }) {
  const look = danger ? "button danger" : "button primary";
  return h(
    "button",
    { class: look, type: "submit", "aria-disabled": busy ? "true" : null },
    busy ? doing : label,
  );
}

/** A button that does something at once. */
export function press(label, onclick, { look = "", ...more } = {}) {
  return h("button", { class: `button ${look}`.trim(), type: "button", onclick, ...more }, label);
}

/** What is wrong with one field: the refusal of this form by one of the codes that are about it. */
export function wrongWith(state, where, ...codes) {
  const { problem: told } = state;
  return told?.where === where && codes.includes(told.code) ? told.text : null;
}

/** What went wrong, in words; but for what a field of the form says itself. */
export function problem(state, where, ...toldByFields) {
  const { problem: told } = state;
  if (told?.where !== where || toldByFields.includes(told.code)) return null;
  return h(
    "p",
    { class: "notice bad-edge", key: "problem", "data-testid": "problem" },
    told.text,
    told.incident ? h("span", { class: "small quiet" }, ` Incident ${told.incident}`) : null,
  );
}

/**
 * A button that asks once more before it does what cannot be undone.
 * @param {{id: string, label: string, question: string, yes: string, run: () => void,
 *   name?: string, look?: string}} act `name`: of the button, where the label does not say all
 */
export function grave(state, acts, { id, label, question, yes, run, name, look = "danger" }) {
  if (state.sure !== id)
    return press(label, () => acts.sure(id), { look, key: id, id, "aria-label": name });
  const small = look.includes("tiny") ? "tiny" : "";
  return h(
    "div",
    { class: "row wrap sure", key: `${id}-sure`, role: "group", "aria-label": question },
    h("span", { class: "grow" }, question),
    h("span", { class: "row" }, [
      press(yes, run, { look: `${small} danger`, autofocus: true }),
      press("No", () => acts.sure(null), { look: small }),
    ]),
  );
}

/** A form whose fields are handed to `act` as an object, trimmed but for passwords. */
export function form(props, act, ...children) {
  const onsubmit = (event) => {
    event.preventDefault();
    const given = {};
    for (const [name, value] of new FormData(event.target)) {
      given[name] = name.includes("password") ? value : String(value).trim();
    }
    act(given, event.target);
  };
  return h("form", { class: "stack", ...props, onsubmit }, children);
}

const PAGES = [
  ["/", "Boards"],
  ["/account.html", "Account"],
];

function shell(navigation, content) {
  return h(
    "div",
    { class: "start account" },
    h(
      "header",
      { key: "header" },
      h("a", { class: "brand", href: "/" }, h("img", { src: "/icon.svg", alt: "" }), "Touchline"),
      navigation,
      h("theme-switch", { key: "theme" }),
    ),
    h("main", { key: "main" }, content),
  );
}

/** The frame of the pages of whoever is signed in. */
export function frame(title, ...children) {
  const pages = PAGES.map(([href, label]) =>
    h("a", { class: "button plain", href, key: href }, label),
  );
  return shell(h("nav", { class: "row", key: "nav", "aria-label": "Pages" }, pages), [
    h("h1", { key: "title", class: "cut", tabindex: "-1" }, title),
    ...children,
  ]);
}

/** The frame of what one passes on the way in. @param {{key: string, title: string, focus?: boolean}} step */
export function entryFrame({ key, title, focus = false }, ...children) {
  const heading = h("h1", { tabindex: "-1", autofocus: focus, key: "title" }, title);
  return shell(null, [h("div", { class: "welcome", key }, heading, children)]);
}

/** The places of what is asked for. */
export function loading(state, again, places = 3) {
  if (state.problem?.where === "load") {
    return h(
      "div",
      { class: "stack", key: "failed" },
      problem(state, "load"),
      h("p", {}, press("Try again", again, { look: "primary" })),
    );
  }
  const numbers = Array.from({ length: places }, (_, n) => n);
  return h(
    "div",
    { class: "sections", key: "loading", role: "group", "aria-busy": "true", "aria-label": "Loading" },
    numbers.map((n) => h("div", { class: "skeleton tall", key: n })),
  );
}

/** A moment as people say it. @param {number | null} ms @param {number} [now] */
export function when(ms, now = Date.now()) {
  if (!ms) return "never";
  if (Math.abs(now - ms) < 60_000) return "just now";
  const [then, today] = [new Date(ms), new Date(now)];
  const time = then.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === today.toDateString()) return `today, ${time}`;
  const year = then.getFullYear() === today.getFullYear() ? {} : { year: "numeric" };
  return `${then.toLocaleDateString([], { day: "numeric", month: "short", ...year })}, ${time}`;
}
