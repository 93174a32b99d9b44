/** What forms of accounts are made of. Pure: descriptions of elements. */
import { h } from "../parts/view.js";

/**
 * One labelled field. What is wrong with it stands below it, and is read out with it.
 * @param {{name: string, label: string, type?: string, autocomplete: string, hint?: string,
 *   wrong?: string | null, value?: string, autofocus?: boolean, required?: boolean} &
 *   Record<string, any>} field
 */
export function field({ name, label, hint, wrong, value, required = true, ...input }) {
  const about = `${name}-about`;
  const told = wrong ?? hint ?? null;
  return h(
    "label",
    { class: "field", key: name },
    h("span", {}, label),
    h("input", {
      class: "input",
      name,
      type: "text",
      required,
      "aria-invalid": wrong ? "true" : null,
      "aria-describedby": told ? about : null,
      // The attribute: a beginning, which what a person types stands over.
      value,
      ...input,
    }),
    told ? h("span", { id: about, class: wrong ? "bad small" : "small" }, told) : null,
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

/** @param {{busy: boolean, label: string, doing: string, danger?: boolean}} button */
export function submit({ busy, label, doing, danger = false }) {
  return h(
    "button",
    { class: danger ? "button danger" : "button primary", type: "submit", disabled: busy },
    busy ? doing : label,
  );
}

/** What went wrong, in words, beside what it is about. */
export function problem(state, where) {
  if (state.problem?.where !== where) return null;
  const { text, incident } = state.problem;
  return h(
    "p",
    { class: "notice bad-edge", role: "alert", key: "problem" },
    text,
    incident ? h("span", { class: "small quiet" }, ` Incident ${incident}`) : null,
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

/** The frame of all pages of accounts. */
export function frame(title, ...children) {
  return h(
    "div",
    { class: "start account" },
    h(
      "header",
      { key: "header" },
      h("a", { class: "brand", href: "/" }, h("img", { src: "/icon.svg", alt: "" }), "Touchline"),
      h("theme-switch", { key: "theme" }),
    ),
    h("main", { key: "main" }, title ? h("h1", { key: "title" }, title) : null, children),
  );
}

/** Date and time as people write it. */
export function when(ms) {
  if (!ms) return "never";
  return new Date(ms).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}
