/**
 * One's account: name, address, password, second factor, devices, data. State and acts; what it
 * looks like is in the views beside it.
 */
import { api, signOut } from "../parts/identity.js";
import { session } from "../parts/session.js";
import { makePasskey, whyNoPasskeys } from "../parts/webauthn.js";
import { pageView } from "./page_view.js";
import { runPage } from "./runner.js";
import { actsOf, begin, download, leave } from "./signed_in_page.js";

const initial = {
  account: null,
  sessions: null,
  teams: [],
  keys: null,
  passkeys: null,
  noPasskeys: whyNoPasskeys(),
  deviceName: "",
  activity: null,
  moreActivity: null,
  offer: null,
  codes: null,
  recovery: false,
  said: null,
};

const { acts, runner } = runPage(initial, pageView, (running) => {
  const { state, change } = running;
  const act = actsOf(running);
  const reload = {
    account: async () => change({ account: await api("GET", "/account") }),
    sessions: async () => change({ sessions: (await api("GET", "/account/sessions")).sessions }),
    keys: async () => change({ keys: (await api("GET", "/keys")).keys }),
    teams: async () => change({ teams: (await api("GET", "/teams")).teams }),
    passkeys: async () => change({ passkeys: (await api("GET", "/account/passkeys")).passkeys }),
  };
  return {
    load: () =>
      act("load", async () => {
        await reload.account();
        const rest = [reload.sessions, reload.keys, reload.teams, reload.passkeys];
        await Promise.all(rest.map((load) => load()));
        change({ deviceName: state.sessions.find((one) => one.current)?.device ?? "" });
      }),
    toggle: (open) =>
      change({
        open: state.open === open ? null : open,
        problem: null,
        said: null,
        offer: null,
        codes: null,
        recovery: false,
        sure: null,
      }),
    otherFactor: () => change({ recovery: !state.recovery, problem: null }),
    ...profileActs(act, change, reload),
    ...factorActs(act, change, reload),
    ...passkeyActs(act, change, reload),
    ...deviceActs(act, reload),
    ...dataActs(act, change, state),
    makeTeam: ({ team }) =>
      act("teams", async () => {
        const made = await api("POST", "/teams", { name: team });
        location.href = `/team.html#team=${made.id}`;
      }),
    print: () => print(),
    download,
  };
});

function profileActs(act, change, reload) {
  return {
    rename: ({ name }) =>
      act(
        "name",
        async () => {
          const account = await api("PATCH", "/account", { name });
          session.rename(account.name);
          change({ account, open: null });
        },
        "Your name is changed.",
      ),
    changeEmail: (given) =>
      act(
        "email",
        async () => {
          await api("POST", "/account/email", given);
          change({ open: null });
        },
        `A link was sent to ${given.email}. The old address holds until it is opened.`,
      ),
    changePassword: ({ password, new_password: wanted }) =>
      act(
        "password",
        async () => {
          await api("POST", "/account/password", { current: password, new: wanted });
          change({ open: null });
          await Promise.all([reload.sessions(), reload.account()]);
        },
        "The new password holds. Your other devices are signed out.",
      ),
  };
}

function factorActs(act, change, reload) {
  return {
    beginTotp: (given) =>
      act("totp", async () => change({ offer: await api("POST", "/account/totp", given) })),
    confirmTotp: ({ code }) =>
      act("totp", async () => {
        const given = { code: code.replaceAll(" ", "") };
        const { recovery_codes: codes } = await api("POST", "/account/totp/confirm", given);
        change({ codes, offer: null });
        await reload.account();
      }),
    disableTotp: (given) =>
      act(
        "totp",
        async () => {
          await api("POST", "/account/totp/disable", given);
          change({ open: null, recovery: false });
          await reload.account();
        },
        "The second factor is removed.",
      ),
    newCodes: (given) =>
      act("codes", async () => {
        const { recovery_codes: codes } = await api("POST", "/account/recovery-codes", given);
        change({ codes });
        await reload.account();
      }),
  };
}

function passkeyActs(act, change, reload) {
  return {
    addPasskey: ({ passkey_name: name, ...given }) =>
      act(
        "passkeys",
        async () => {
          const { ceremony, options } = await api("POST", "/account/passkeys/begin", given);
          const credential = await makePasskey(options);
          await api("POST", "/account/passkeys/finish", { ceremony, credential, name });
          change({ open: null, recovery: false });
          // A recovery code may have been used up.
          await Promise.all([reload.passkeys(), reload.account()]);
        },
        "The passkey is added. It signs you in from now on.",
      ),
    removePasskey: (id) =>
      act(
        "passkeys",
        async () => {
          await api("DELETE", `/account/passkeys/${id}`);
          await reload.passkeys();
        },
        "The passkey is removed.",
      ),
  };
}

function deviceActs(act, reload) {
  return {
    endSession: (id) =>
      act(
        "sessions",
        async () => {
          await api("DELETE", `/account/sessions/${id}`);
          await reload.sessions();
        },
        "That device is signed out.",
      ),
    endOthers: () =>
      act(
        "sessions",
        async () => {
          await api("POST", "/account/sessions/end", {});
          await reload.sessions();
        },
        "Every other device is signed out.",
      ),
    endAll: () =>
      act("sessions", async () => {
        await api("POST", "/account/sessions/end", { all: true });
        leave();
      }),
    signOut: () =>
      act("sessions", async () => {
        await signOut();
        location.href = "/";
      }),
  };
}

function dataActs(act, change, state) {
  return {
    showActivity: (cursor = null) =>
      act("activity", async () => {
        const from = typeof cursor === "string" ? `&cursor=${encodeURIComponent(cursor)}` : "";
        const page = await api("GET", `/account/activity?limit=50${from}`);
        const before = from ? (state.activity ?? []) : [];
        change({
          activity: [...before, ...page.activity],
          moreActivity: page.next,
          open: "activity",
        });
      }),
    exportData: () =>
      act(
        "data",
        async () => {
          const data = await api("GET", "/account/export");
          const text = JSON.stringify(data, null, 2);
          download("touchline-account.json", text, "application/json");
        },
        "The file is on its way to your downloads.",
      ),
    deleteAccount: (given) =>
      act("delete", async () => {
        await api("POST", "/account/delete", given);
        session.forget();
        location.href = "/";
      }),
  };
}

begin(runner, acts.load);
