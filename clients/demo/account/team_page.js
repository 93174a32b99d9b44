/**
 * A team: its people, invitations and boards; and the page that an invitation opens. Which, the
 * fragment says: `#team=…`, or `#invite=…` with the invitation's secret.
 */
import "../parts/theme_switch.js";
import { storedAccount } from "../parts/account_session.js";
import { call } from "../parts/http.js";
import { api } from "../parts/identity.js";
import { registerShell } from "../parts/offline_shell.js";
import { signInPage } from "../parts/own_path.js";
import { runPage } from "./runner.js";
import { teamView } from "./team_view.js";

const address = new URLSearchParams(location.hash.slice(1));
const teamId = address.get("team");
const invite = address.get("invite");

const initial = {
  step: invite ? "invited" : teamId ? "team" : "none",
  me: storedAccount(),
  told: null,
  team: null,
  rooms: null,
  invitations: [],
  link: null,
  open: null,
  said: null,
  signIn: signInPage(location.pathname + location.hash),
  signUp: invite
    ? `/sign-up.html#team=${invite}&next=${encodeURIComponent(`/team.html#invite=${invite}`)}`
    : "/sign-up.html",
};

const { acts } = runPage(initial, teamView, ({ state, change, attempt, announcer }) => {
  const path = `/teams/${teamId}`;
  const say = (where, text) => {
    change({ said: { where, text }, open: null });
    announcer.say(text);
  };
  const mayInvite = () => ["owner", "admin"].includes(state.team.role);
  const load = async () => {
    const [team, { rooms }] = await Promise.all([api("GET", path), api("GET", `${path}/rooms`)]);
    change({ team, rooms });
    if (mayInvite())
      change({ invitations: (await api("GET", `${path}/invitations`)).invitations });
  };
  return {
    load: () => attempt("load", load),
    look: () =>
      attempt("load", async () =>
        change({ told: await call("POST", "/teams/invitation", { token: invite }) }),
      ),
    join: () =>
      attempt("join", async () => {
        const team = await api("POST", "/teams/join", { token: invite });
        location.replace(`/team.html#team=${team.id}`);
        location.reload();
      }),
    toggle: (open) =>
      change({ open: state.open === open ? null : open, problem: null, said: null, link: null }),
    rename: ({ name }) =>
      attempt("name", async () => {
        await api("PATCH", path, { name });
        await load();
        say("name", "The team has another name.");
      }),
    setRole: (account, role) =>
      attempt("people", async () => {
        await api("PATCH", `${path}/members/${account}`, { role });
        await load();
        say("people", "The role is changed, on all of the team's boards too.");
      }),
    remove: (account) =>
      attempt("people", async () => {
        await api("DELETE", `${path}/members/${account}`);
        await load();
        say("people", "They are out, of the team's boards too.");
      }),
    transfer: (account) =>
      attempt("people", async () => {
        await api("POST", `${path}/transfer`, { to: account });
        await load();
        say("people", "The team is handed over. You are an admin of it now.");
      }),
    leave: () =>
      attempt("people", async () => {
        await api("POST", `${path}/leave`);
        location.href = "/account.html";
      }),
    invite: ({ email, role }) =>
      attempt("invite", async () => {
        const made = await api("POST", `${path}/invitations`, { role, email });
        await load();
        change({ link: made.link, open: null });
        if (email) say("invite", `A message with the link was sent to ${email}.`);
      }),
    revoke: (id) =>
      attempt("invite", async () => {
        await api("DELETE", `${path}/invitations/${id}`);
        await load();
        say("invite", "The invitation is void.");
      }),
    copy: async (text) => {
      await navigator.clipboard.writeText(text);
      announcer.toast("The link is copied.");
    },
    newBoard: ({ board }) =>
      attempt("boards", async () => {
        const room = await api("POST", "/rooms", {
          kind: "board",
          name: board,
          team: teamId,
          line_ups: true,
        });
        location.href = `/board.html#room=${room.id}`;
      }),
    deleteTeam: () =>
      attempt("delete", async () => {
        await api("DELETE", path);
        location.href = "/account.html";
      }),
  };
});

registerShell();
addEventListener("hashchange", () => location.reload());
if (initial.step === "invited") acts.look();
else if (initial.step === "team" && initial.me) acts.load();
