/**
 * A team: its people, invitations and boards; and the page that an invitation opens. Which, the
 * fragment says: `#team=…`, or `#invite=…` with the invitation's secret.
 */
import { call } from "../parts/http.js";
import { api } from "../parts/identity.js";
import { registerShell } from "../parts/offline_shell.js";
import { signInPage } from "../parts/own_path.js";
import { session } from "../parts/session.js";
import { draftRequest } from "../start/drafts.js";
import { runPage } from "./runner.js";
import { actsOf, begin } from "./signed_in_page.js";
import { runs } from "./team_rights.js";
import { teamView } from "./team_view.js";

const DAY_MS = 86_400_000;
const address = new URLSearchParams(location.hash.slice(1));
const teamId = address.get("team");
const invite = address.get("invite");

const initial = {
  step: invite ? "invited" : teamId ? "team" : "none",
  me: session.stored(),
  told: null,
  team: null,
  rooms: null,
  moreRooms: null,
  ownRooms: null,
  invitations: [],
  link: null,
  said: null,
  signIn: signInPage(location.pathname + location.hash),
  signUp: invite
    ? `/sign-up.html#team=${invite}&next=${encodeURIComponent(`/team.html#invite=${invite}`)}`
    : "/sign-up.html",
};
const path = `/teams/${teamId}`;

const { acts, runner } = runPage(initial, teamView, (running) => {
  const { state, change } = running;
  const act = actsOf(running);
  const reload = {
    team: async () => change({ team: await api("GET", path) }),
    rooms: async () => {
      const { rooms, next } = await api("GET", `${path}/rooms`);
      change({ rooms, moreRooms: next });
    },
    invitations: async () => {
      if (!runs(state.team.role)) return change({ invitations: [] });
      change({ invitations: (await api("GET", `${path}/invitations`)).invitations });
    },
  };
  return {
    load: () =>
      act("load", async () => {
        await Promise.all([reload.team(), reload.rooms()]);
        await reload.invitations();
      }),
    toggle: (open) =>
      change({
        open: state.open === open ? null : open,
        problem: null,
        said: null,
        link: null,
        sure: null,
      }),
    rename: ({ name }) =>
      act(
        "name",
        async () => {
          await api("PATCH", path, { name });
          change({ open: null });
          await reload.team();
        },
        "The team has another name.",
      ),
    leave: () =>
      act("ending", async () => {
        await api("POST", `${path}/leave`);
        location.href = "/account.html";
      }),
    deleteTeam: () =>
      act("ending", async () => {
        await api("DELETE", path);
        location.href = "/account.html";
      }),
    ...joinActs(act, change),
    ...peopleActs(act, reload),
    ...invitationActs(act, change, reload),
    ...boardActs(act, change, state, reload),
  };
});

function joinActs(act, change) {
  return {
    look: () =>
      act("load", async () =>
        change({ told: await call("POST", "/teams/invitation", { token: invite }) }),
      ),
    join: () =>
      act("join", async () => {
        const team = await api("POST", "/teams/join", { token: invite });
        location.replace(`/team.html#team=${team.id}`);
        location.reload();
      }),
  };
}

function peopleActs(act, reload) {
  return {
    setRole: (account, role) =>
      act(
        "people",
        async () => {
          try {
            await api("PATCH", `${path}/members/${account}`, { role });
          } finally {
            // The choice shows what holds, also where it was refused.
            await reload.team();
          }
        },
        "The role is changed, on all of the team's boards too.",
      ),
    remove: (account) =>
      act(
        "people",
        async () => {
          await api("DELETE", `${path}/members/${account}`);
          await reload.team();
        },
        "They are out, of the team's boards too.",
      ),
    transfer: (account) =>
      act(
        "people",
        async () => {
          await api("POST", `${path}/transfer`, { to: account });
          await reload.team();
        },
        "The team is handed over. You are an admin of it now.",
      ),
  };
}

function invitationActs(act, change, reload) {
  return {
    invite: ({ email, role, days, uses }) =>
      act("invite", async () => {
        const asked = { role, email };
        if (Number(days)) asked.expires = Date.now() + Number(days) * DAY_MS;
        if (Number(uses)) asked.uses = Number(uses);
        const made = await api("POST", `${path}/invitations`, asked);
        const text = email ? `A message with the link was sent to ${email}.` : null;
        change({ link: made.link, open: null, said: text && { where: "invite", text } });
        if (text) runner.announcer.say(text);
        await reload.invitations();
      }),
    revoke: (id) =>
      act(
        "invite",
        async () => {
          await api("DELETE", `${path}/invitations/${id}`);
          change({ link: null });
          await reload.invitations();
        },
        "The invitation is void.",
      ),
  };
}

function boardActs(act, change, state, reload) {
  return {
    newBoard: ({ board }) =>
      act("boards", async () => {
        const asked = { kind: "board", name: board, team: teamId, line_ups: true };
        const room = await api("POST", "/rooms", asked);
        location.href = `/board.html#room=${room.id}`;
      }),
    newDraft: (wanted) =>
      act("boards", async () => {
        const asked = draftRequest({ ...wanted, teams: Number(wanted.teams) });
        const room = await api("POST", "/rooms", { ...asked, team: teamId });
        location.href = `/draft.html#room=${room.id}`;
      }),
    chooseBoard: () =>
      act("boards", async () => {
        const { rooms } = await api("GET", "/rooms?limit=100");
        const here = new Set((state.rooms ?? []).map((room) => room.id));
        const ownRooms = rooms.filter((room) => room.role === "owner" && !here.has(room.id));
        change({ ownRooms, open: "bring", said: null });
      }),
    bring: ({ room }) =>
      act(
        "boards",
        async () => {
          await api("PUT", `/rooms/${room}/team`, { team: teamId });
          change({ open: null });
          await reload.rooms();
        },
        "The board is the team's now.",
      ),
    takeOut: (room) =>
      act(
        "boards",
        async () => {
          await api("PUT", `/rooms/${room}/team`, { team: null });
          await reload.rooms();
        },
        "The board is out of the team.",
      ),
    showMore: () =>
      act("boards", async () => {
        const cursor = encodeURIComponent(state.moreRooms);
        const { rooms, next } = await api("GET", `${path}/rooms?cursor=${cursor}`);
        change({ rooms: [...state.rooms, ...rooms], moreRooms: next });
      }),
  };
}

addEventListener("hashchange", () => location.reload());
if (initial.step === "team") begin(runner, acts.load);
else {
  registerShell();
  if (invite) acts.look();
}
