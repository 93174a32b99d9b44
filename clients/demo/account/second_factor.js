/** The second factor: set up with a drawn code, recovery codes, removed. Pure. */
import { h } from "../parts/view.js";
import { codeField, form, passwordField, problem, submit } from "./fields.js";
import { section } from "./section.js";

export function secondFactor(state, acts) {
  const { account } = state;
  if (!account.password) return null;
  return section(state, {
    id: "totp",
    title: "Second factor",
    about: account.totp
      ? `On. ${account.recovery_codes_left} recovery codes are left.`
      : "Off. A code from your phone, besides the password, keeps others out.",
    said: ["totp"],
    edits: account.totp
      ? [
          { open: "codes", label: "New recovery codes" },
          { open: "totp", label: "Remove", danger: true },
        ]
      : [{ open: "totp", label: "Set up" }],
    acts,
    body: body(state, acts),
  });
}

function body(state, acts) {
  const { account } = state;
  if (state.codes) return codes(state, acts);
  if (state.open === "codes") return again(state, acts, "codes");
  if (state.open !== "totp") return null;
  if (account.totp) return again(state, acts, "totp");
  return state.offer ? offer(state, acts) : askPassword(state, acts);
}

function askPassword(state, acts) {
  return form(
    { key: "password" },
    acts.beginTotp,
    passwordField({ label: "Your password", autofocus: true }),
    problem(state, "totp"),
    submit({ busy: state.busy === "totp", label: "Go on", doing: "One moment" }),
  );
}

function offer(state, acts) {
  const { secret, svg } = state.offer;
  const groups = secret.match(/.{1,4}/gu).join(" ");
  return h(
    "div",
    { class: "offer", key: "offer" },
    h("img", {
      class: "qr",
      key: "qr",
      alt: "Code to scan",
      src: `data:image/svg+xml,${encodeURIComponent(svg)}`,
    }),
    h(
      "div",
      { class: "stack", key: "words" },
      h("p", {}, "Scan this with an authenticator, or type the key into it:"),
      h("p", { class: "secret", "data-testid": "totp-secret" }, groups),
      h(
        "p",
        {},
        h(
          "button",
          {
            class: "button tiny",
            type: "button",
            onclick: () => acts.copy(secret, "The key is copied."),
          },
          "Copy the key",
        ),
      ),
      form(
        { key: "confirm" },
        acts.confirmTotp,
        codeField({ autofocus: true, hint: "What it shows now." }),
        problem(state, "totp"),
        submit({ busy: state.busy === "totp", label: "Turn it on", doing: "Checking" }),
      ),
    ),
  );
}

function again(state, acts, where) {
  const removes = where === "totp";
  return form(
    { key: `again-${where}` },
    removes ? acts.disableTotp : acts.newCodes,
    passwordField({ label: "Your password", autofocus: true }),
    codeField(),
    problem(state, where),
    submit({
      busy: state.busy === where,
      label: removes ? "Remove it" : "Make ten new codes",
      doing: "Checking",
      danger: removes,
    }),
  );
}

function codes(state, acts) {
  const text = `${state.codes.join("\n")}\n`;
  return h(
    "div",
    { class: "stack notice", key: "codes", "data-testid": "recovery-codes" },
    h("p", {}, h("b", {}, "Keep these ten codes. "), "Each signs you in once without the phone. They are not shown again."),
    h(
      "ol",
      { class: "codes" },
      state.codes.map((code) => h("li", { key: code }, code)),
    ),
    h(
      "p",
      { class: "row wrap" },
      h(
        "button",
        { class: "button", type: "button", onclick: () => acts.copy(text, "The codes are copied.") },
        "Copy",
      ),
      h("button", { class: "button", type: "button", onclick: () => print() }, "Print"),
      h(
        "button",
        { class: "button primary", type: "button", onclick: () => acts.toggle(state.open) },
        "I have kept them",
      ),
    ),
  );
}
