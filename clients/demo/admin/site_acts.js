/** What is done with the site as a whole: blocks, keys, limits, records, invitations, cleanup. */
import { ApiError, api, freshToken } from "../parts/identity.js";
import { endOf } from "./block_days.js";

export function siteActs({ act, change, state, reload, download }) {
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
  const limitPath = ({ name, subject }) =>
    `/admin/limits/${name}?subject=${encodeURIComponent(subject)}`;
  return {
    block: ({ kind, value, reason, days }) =>
      done(
        "blocks",
        () =>
          api("POST", "/admin/blocks", {
            kind,
            value,
            reason,
            ends_at: endOf(days, Date.now()),
          }),
        "They are kept out from now on.",
      ),
    lift: (id) =>
      done("blocks", () => api("DELETE", `/admin/blocks/${id}`), "They are let in again."),
    revokeKey: (id) =>
      done(
        "keys",
        () => api("DELETE", `/admin/keys/${id}`),
        "Nobody comes in by that key any more.",
      ),
    look: (asked) =>
      act("look", async () => change({ looked: await api("GET", limitPath(asked)) })),
    forget: () =>
      act(
        "look",
        async () => {
          await api("DELETE", limitPath(state.looked));
          change({ looked: await api("GET", limitPath(state.looked)) });
        },
        "They start over.",
      ),
    invite: ({ email, role }) =>
      act("invite", async () => {
        const { link } = await api("POST", "/admin/invitations", {
          email,
          site_role: role || null,
        });
        change({ link, open: null });
        await reload();
      }),
    revokeInvitation: (id) =>
      done(
        "invitations",
        () => api("DELETE", `/admin/invitations/${id}`),
        "Nobody signs up by it any more.",
      ),
    cleanUp: () =>
      act("cleanup", async () => {
        const gone = await api("POST", "/admin/cleanup");
        const count = Object.values(gone).reduce((sum, one) => sum + one, 0);
        const forgotten = `${count} things that had expired are forgotten.`;
        const text = count ? forgotten : "Nothing had expired.";
        change({ said: { where: "cleanup", text } });
        await reload();
      }),
    exportRecords: () =>
      act(
        "records",
        async () => {
          const text = await lines("/admin/audit/export");
          download("touchline-records.ndjson", text, "application/x-ndjson");
        },
        "The file is on its way to your downloads.",
      ),
  };
}

/** An answer that is not one JSON value. */
async function lines(path) {
  const answer = await fetch(path, {
    headers: { authorization: `Bearer ${await freshToken()}` },
    cache: "no-store",
  }).catch(() => {
    throw new ApiError(0);
  });
  const text = await answer.text();
  if (!answer.ok) throw new ApiError(answer.status, JSON.parse(text || "null"));
  return text;
}
