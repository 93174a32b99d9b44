/** What is done with one person. */
import { api } from "../parts/identity.js";
import { endOf } from "./block_days.js";

export function personActs({ act, change, state, reload }) {
  const path = (rest) => `/admin/users/${state.route.id}${rest}`;
  /** An act, what it says afterwards, and the person as they are now. */
  const done = (where, work, said) =>
    act(
      where,
      async () => {
        await work();
        change({ open: null });
        await reload();
      },
      said,
    );
  return {
    endSession: (id) =>
      done("sessions", () => api("DELETE", `/admin/sessions/${id}`), "That device is signed out."),
    endSessions: () =>
      done(
        "sessions",
        () => api("POST", path("/sessions/end")),
        "They are signed out on every device.",
      ),
    setRole: ({ role }) =>
      done(
        "role",
        () => api("PUT", path("/site-role"), { role: role || null }),
        "Their role on the site is changed.",
      ),
    sendReset: () =>
      done("reset", () => api("POST", path("/reset")), "A link was sent to their address."),
    removeTotp: ({ reason }) =>
      done(
        "totp",
        () => api("POST", path("/totp/remove"), { reason }),
        "The second factor is removed, and every device is signed out.",
      ),
    blockPerson: ({ reason, days }) =>
      done(
        "block",
        () =>
          api("POST", "/admin/blocks", {
            kind: "account",
            value: state.route.id,
            reason,
            ends_at: endOf(days, Date.now()),
          }),
        "They are kept out, on every device at once.",
      ),
    close: ({ reason }) =>
      done("close", () => api("POST", path("/close"), { reason }), "The account is closed."),
  };
}
