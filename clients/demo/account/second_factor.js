/** The second factor: set up with a drawn code, recovery codes, removed. Pure. */
import { h } from "../parts/view.js";
import {
  codeField,
  field,
  form,
  passwordField,
  press,
  problem,
  submit,
  wrongWith,
} from "./fields.js";
import { section } from "./section.js";

const TOLD_BY_FIELDS = ["invalid_credentials", "invalid_code"];

export function secondFactor(state, acts) {
  const { account } = state;
  if (!account.password) return null;
  const left = account.recovery_codes_left;
  return section(state, {
    id: "totp",
    title: "Second factor",
    about: account.totp
      ? `On. ${left === 1 ? "One recovery code is" : `${left} recovery codes are`} left.`
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

const password = (state, where) =>
  passwordField({
    label: "Your password",
    autofocus: true,
    wrong: wrongWith(state, where, "invalid_credentials") && "This is not your password.",
  });

function askPassword(state, acts) {
  return form(
    { key: "password" },
    acts.beginTotp,
    password(state, "totp"),
    problem(state, "totp", ...TOLD_BY_FIELDS),
    submit({ busy: state.busy === "totp", label: "Go on", doing: "One moment" }),
  );
}

function offer(state, acts) {
  const { secret, svg, uri } = state.offer;
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
        { class: "row wrap" },
        press("Copy the key", () => acts.copy(secret, "The key is copied."), { look: "tiny" }),
        h("a", { class: "button tiny handheld", href: uri }, "Open it on this device"),
      ),
      form(
        { key: "confirm" },
        acts.confirmTotp,
        codeField({
          autofocus: true,
          hint: "What it shows now.",
          wrong: wrongWith(state, "totp", "invalid_code"),
        }),
        problem(state, "totp", "invalid_code"),
        submit({ busy: state.busy === "totp", label: "Turn it on", doing: "Checking" }),
      ),
    ),
  );
}

/** Password and code once more; who has lost the phone removes it with a recovery code. */
function again(state, acts, where) {
  const removes = where === "totp";
  const wrong = wrongWith(state, where, "invalid_code");
  return form(
    { key: `again-${where}-${state.recovery}` },
    removes ? acts.disableTotp : acts.newCodes,
    password(state, where),
    removes && state.recovery
      ? field({ name: "recovery_code", label: "A recovery code", autocomplete: "off", wrong })
      : codeField({ wrong }),
    problem(state, where, ...TOLD_BY_FIELDS),
    h("div", { class: "row wrap", key: "do" }, [
      submit({
        busy: state.busy === where,
        label: removes ? "Remove it" : "Make ten new codes",
        doing: "Checking",
        danger: removes,
      }),
      removes
        ? press(state.recovery ? "Use the authenticator" : "I have lost it", acts.otherFactor, {
            look: "plain",
            key: "other",
          })
        : null,
    ]),
  );
}

function codes(state, acts) {
  const text = `${state.codes.join("\n")}\n`;
  return h(
    "div",
    { class: "stack notice calm", key: "codes", "data-testid": "recovery-codes" },
    h(
      "p",
      {},
      h("b", {}, "Keep these ten codes. "),
      "Each signs you in once without the phone. They are not shown again.",
    ),
    h(
      "ol",
      { class: "codes" },
      state.codes.map((code) => h("li", { key: code }, code)),
    ),
    h(
      "p",
      { class: "row wrap" },
      press("Copy", () => acts.copy(text, "The codes are copied."), { autofocus: true }),
      press("Print", acts.print),
      press("Download", () => acts.download("touchline-recovery-codes.txt", text)),
      press("I have kept them", () => acts.toggle(null), { look: "primary" }),
    ),
  );
}
