/**
 * One's account: name, address, password, second factor, devices, keys, data. State and acts; what
 * it looks like is in the views beside it.
 */
import "../parts/theme_switch.js";
import { forgetAccount, keepAccount, storedAccount } from "../parts/account_session.js";
import { call } from "../parts/http.js";
import { api, signOut } from "../parts/identity.js";
import { registerShell } from "../parts/offline_shell.js";
import { signInPage } from "../parts/own_path.js";
import { pageView } from "./page_view.js";
import { runPage } from "./runner.js";

const initial = {
  account: null,
  sessions: null,
  teams: [],
  keys: null,
  activity: null,
  open: null,
  offer: null,
  codes: null,
  madeKey: null,
  said: null,
};

function leave() {
  forgetAccount();
  location.href = signInPage("/account.html");
}

const { acts } = runPage(initial, pageView, ({ state, change, attempt, announcer }) => {
  /** An act whose refusal may mean that nobody is signed in any more. */
  const act = (where, work, said = null) =>
    attempt(where, async () => {
      try {
        await work();
      } catch (error) {
        if (error.status === 401 && error.code === "unauthorized") leave();
        throw error;
      }
      if (said) {
        change({ said: { where, text: said } });
        announcer.say(said);
      }
    });
  const reload = {
    account: async () => change({ account: await api("GET", "/account") }),
    sessions: async () => change({ sessions: (await api("GET", "/account/sessions")).sessions }),
    keys: async () => change({ keys: (await api("GET", "/keys")).keys }),
    teams: async () => change({ teams: (await api("GET", "/teams")).teams }),
  };
  const later = (name) => async () => {
    change({ open: null, said: null });
    await reload[name]();
  };
  return {
    load: () =>
      act("load", async () => {
        await reload.account();
        await Promise.all([reload.sessions(), reload.keys(), reload.teams()]);
      }),
    toggle: (open) =>
      change({
        open: state.open === open ? null : open,
        problem: null,
        said: null,
        offer: null,
        codes: null,
        madeKey: null,
      }),
    rename: ({ name }) =>
      act(
        "name",
        async () => {
          const account = await api("PATCH", "/account", { name });
          keepName(account.name);
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
          await later("sessions")();
        },
        "The new password holds. Your other devices are signed out.",
      ),
    beginTotp: (given) =>
      act("totp", async () => change({ offer: await api("POST", "/account/totp", given) })),
    confirmTotp: (given) =>
      act("totp", async () => {
        const { recovery_codes: codes } = await api("POST", "/account/totp/confirm", given);
        change({ codes, offer: null });
        await reload.account();
      }),
    disableTotp: (given) =>
      act(
        "totp",
        async () => {
          await api("POST", "/account/totp/disable", given);
          await later("account")();
        },
        "The second factor is removed.",
      ),
    newCodes: (given) =>
      act("codes", async () => {
        const { recovery_codes: codes } = await api("POST", "/account/recovery-codes", given);
        change({ codes });
        await reload.account();
      }),
    copy: async (text, said) => {
      await navigator.clipboard.writeText(text);
      announcer.toast(said);
    },
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
    makeKey: (given) =>
      act("keys", async () => {
        change({ madeKey: await api("POST", "/keys", given) });
        await reload.keys();
      }),
    rotateKey: (id) =>
      act("keys", async () => {
        change({ madeKey: await api("POST", `/keys/${id}/rotate`, {}), open: "keys" });
        await reload.keys();
      }),
    revokeKey: (id) =>
      act(
        "keys",
        async () => {
          await api("DELETE", `/keys/${id}`);
          await reload.keys();
        },
        "The key is revoked.",
      ),
    makeTeam: ({ team }) =>
      act("teams", async () => {
        const made = await api("POST", "/teams", { name: team });
        location.href = `/team.html#team=${made.id}`;
      }),
    showActivity: () =>
      act("activity", async () => {
        const { activity } = await api("GET", "/account/activity?limit=50");
        change({ activity, open: "activity" });
      }),
    exportData: () =>
      act("data", async () => {
        const data = await api("GET", "/account/export");
        const file = new Blob([JSON.stringify(data, null, 2)], { type: "application/json" });
        const link = document.createElement("a");
        link.href = URL.createObjectURL(file);
        link.download = "touchline-account.json";
        link.click();
        URL.revokeObjectURL(link.href);
      }),
    deleteAccount: (given) =>
      act("delete", async () => {
        await api("POST", "/account/delete", given);
        forgetAccount();
        location.href = "/";
      }),
  };
});

function keepName(name) {
  const known = storedAccount();
  if (known) localStorage.setItem("touchline.account", JSON.stringify({ ...known, name }));
}

registerShell();
if (!storedAccount()) {
  // Somebody may have come by a cookie alone, with the device's memory cleared.
  call("POST", "/auth/refresh", {}).then((answer) => {
    keepAccount(answer);
    acts.load();
  }, leave);
} else {
  acts.load();
}
