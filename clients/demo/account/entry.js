/**
 * Signing in, signing up, and what links in messages open. Which of them, the page's own address
 * says; the secret of a link is in the fragment.
 */
import "../parts/theme_switch.js";
import { deviceStorage } from "../parts/device_storage.js";
import { call } from "../parts/http.js";
import { api, forgetGuest, freshToken, storedGuest } from "../parts/identity.js";
import { registerShell } from "../parts/offline_shell.js";
import { nextPath, signInPage } from "../parts/own_path.js";
import { session } from "../parts/session.js";
import { hasPasskeys, offersInFields, usePasskey } from "../parts/webauthn.js";
import { entryView } from "./entry_view.js";
import { openedLink } from "./opened_link.js";
import { runPage } from "./runner.js";

const NEXT = "touchline.next";
/** How long the server waits for the second factor. */
const FACTOR_MS = 5 * 60_000;
const link = openedLink(location, history);
const address = link.given;
const given = {
  token: address.get("token") ?? "",
  invitation: address.get("invitation") ?? "",
  team: address.get("team") ?? "",
  next: nextPath(address.get("next")),
};

const page = /([\w-]+)\.html$/.exec(location.pathname)?.[1] ?? "sign-in";
const needsLink = page === "confirm" || page === "reset";
const forEmail = address.get("for") === "email";
const signedIn = session.stored();
const guest = signedIn ? null : storedGuest();

/** What this address is about. */
function firstStep() {
  if (needsLink && !given.token) return "bad-link";
  if (page === "confirm" && !forEmail && signedIn) return "another";
  return page === "sign-in" && address.get("step") === "forgot" ? "forgot" : page;
}

const initial = {
  step: firstStep(),
  guest,
  name: guest?.name ?? "",
  email: page === "confirm" ? (address.get("email") ?? "") : "",
  mfaToken: "",
  mfaSince: 0,
  recovery: false,
  passkeys: hasPasskeys(),
  page,
  forEmail,
  signedIn,
  signInFirst: signInPage(`/confirm.html#token=${given.token}&for=email`),
  invited: Boolean(given.invitation || given.team),
  next: given.next,
  mail: "smtp",
  signUp: "open",
  words: "",
  onward: "/",
  onwardLabel: "To your boards",
};

/** Signed in. A guest that became the account is no guest any more; another one waits here. */
function enter(answer) {
  link.used();
  session.keep(answer);
  if (storedGuest()?.account === answer.account) forgetGuest();
  // Whoever came to sign up on the way to something goes on there from the message's link.
  const remembered = nextPath(deviceStorage.getItem(NEXT));
  deviceStorage.removeItem(NEXT);
  location.href = given.next === "/" ? remembered : given.next;
}

/** The browser's offer of passkeys in the field's own list, as long as nothing else is asked for. */
let offer = null;

async function comeWithPasskey(how = {}) {
  if (!how.signal) offer?.abort();
  const { ceremony, options } = await call("POST", "/auth/passkey/begin");
  const credential = await usePasskey(options, how);
  try {
    enter(await call("POST", "/auth/passkey/finish", { ceremony, credential }));
  } catch (error) {
    if (error.code === "invalid_credentials") error.message = "This passkey is not known here.";
    throw error;
  }
}

async function offerPasskeys() {
  if (page !== "sign-in" || !(await offersInFields())) return;
  offer = new AbortController();
  const { signal } = offer;
  try {
    await comeWithPasskey({ mediation: "conditional", signal });
  } catch (error) {
    if (error.code !== "aborted" && error.code !== "declined") runner.tell("passkey", error);
  }
}

/** An act by a link: where that is void, the page says what to do instead. */
function byLink(change, act) {
  return async () => {
    try {
      await act();
    } catch (error) {
      if (error.code === "unknown_link") {
        link.used();
        change({ step: "void" });
      }
      throw error;
    }
  };
}

/** The address that stands in the form, which goes along to the next one. */
function typedEmail(otherwise) {
  const input = document.getElementById("field-email");
  return input instanceof HTMLInputElement ? input.value : otherwise;
}

const { runner } = runPage(initial, entryView, ({ state, change, attempt, announcer }) => ({
  go: (step) =>
    change({ step, email: typedEmail(state.email), problem: null, recovery: false, words: "" }),
  otherFactor: () => change({ recovery: !state.recovery, problem: null }),
  signIn: ({ email, password }) =>
    attempt("sign-in", async () => {
      const answer = await call("POST", "/auth/login", { email, password });
      if (!answer.mfa) return enter(answer);
      const mfaSince = Date.now();
      change({ step: "mfa", mfaToken: answer.mfa_token, mfaSince, email, words: "" });
    }),
  usePasskey: () => attempt("passkey", () => comeWithPasskey()),
  secondFactor: (fields) =>
    attempt("mfa", async () => {
      if (Date.now() - state.mfaSince > FACTOR_MS) {
        const words = "That took longer than five minutes: begin again.";
        change({ step: "sign-in", words });
        return announcer.alert(words);
      }
      enter(await call("POST", "/auth/mfa", { mfa_token: state.mfaToken, ...fields }));
    }),
  forgot: ({ email }) =>
    attempt("forgot", async () => {
      await call("POST", "/auth/reset", { email });
      change({ step: "sent", email });
    }),
  signUp: ({ name, email }) =>
    attempt("sign-up", async () => {
      const asked = { name, email };
      if (given.invitation) asked.invitation = given.invitation;
      if (given.team) asked.team_invitation = given.team;
      const bearer = state.guest ? (await freshToken()) || undefined : undefined;
      await call("POST", "/auth/sign-up", asked, bearer);
      if (given.next !== "/") deviceStorage.setItem(NEXT, given.next);
      change({ step: "sent", email });
    }),
  confirm: ({ password }) =>
    attempt(
      "confirm",
      byLink(change, async () => {
        if (state.forEmail) {
          await api("POST", "/auth/email/confirm", { token: given.token });
          link.used();
          const words = "The address is confirmed.";
          change({ step: "done", words, onward: "/account.html", onwardLabel: "To your account" });
          return;
        }
        const here = session.stored();
        // Signed in in another tab meanwhile: asked as whoever was here from the beginning.
        if (here && here.account !== state.signedIn?.account)
          return change({ step: "another", signedIn: here });
        enter(await call("POST", "/auth/sign-up/confirm", { token: given.token, password }));
      }),
    ),
  reset: ({ password }) =>
    attempt(
      "reset",
      byLink(change, async () => {
        await call("POST", "/auth/reset/confirm", { token: given.token, password });
        link.used();
        // Every session ended with the old password, that of this browser too.
        session.forget();
        const words = "The new password holds, and you are signed out everywhere. Passkeys still sign in: look at them on your account's page.";
        change({ step: "done", words, onward: "/sign-in.html", onwardLabel: "Sign in" });
      }),
    ),
}));

registerShell();
call("GET", "/config.json").then(
  ({ mail = "smtp", sign_up: signUp = "open" }) => runner.change({ mail, signUp }),
  () => {}, // the page works without knowing
);
offerPasskeys();
