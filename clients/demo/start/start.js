/**
 * The start page: who you are, your boards, a new board. State in `state`, drawn by `view.js`; this
 * file talks to the server.
 */
import { Announcer } from "../parts/announcer.js";
import {
  api,
  forgetGuest,
  signInAsGuest,
  signOut,
  storedIdentity,
  whenOthersSign,
} from "../parts/identity.js";
import { registerShell } from "../parts/offline_shell.js";
import { recentRooms, rememberBoard, rememberRoom } from "../parts/recent.js";
import "../parts/theme_switch.js";
import { applyRememberedTheme } from "../parts/theme_switch.js";
import { frameScheduler, patch } from "../parts/view.js";
import { makePlays } from "../plays/acts.js";
import { draftRequest, fileProblem } from "./drafts.js";
import { startView } from "./view.js";

applyRememberedTheme();

const page = document.getElementById("page");
const announcer = new Announcer();
const state = {
  guest: storedIdentity(),
  boards: null,
  teams: [],
  more: null,
  leaving: false,
  recent: recentRooms(),
  problem: null,
  busy: null,
  /** @type {any} Of plays/acts.js. */
  plays: null,
  /** The game of the demo, where there is one. @type {{name: string, path: string} | null} */
  game: null,
  /** The league that it is in. @type {{name: string, path: string} | null} */
  league: null,
  /** The meet of the demo. @type {{name: string, path: string} | null} */
  meet: null,
  /** The match of soccer of the demo. @type {{name: string, path: string} | null} */
  match: null,
  /** Its games that are over. @type {{name: string, path: string}[]} */
  over: [],
  draft: { name: "", sport: "soccer", lineUps: true },
};

const draw = frameScheduler(() => patch(page, startView(state, actions, recorded.view(state.plays))));

const recorded = makePlays({
  get: () => state.plays,
  set: (plays) => change({ plays }),
  announcer,
  made: ({ id, name }) => {
    rememberBoard(id, name);
    location.href = `/board.html#room=${id}`;
  },
});
state.plays = recorded.plays;

function change(changes) {
  Object.assign(state, changes);
  draw();
}

/** Runs one act of the person; what goes wrong is told beside it. */
async function attempt(busy, act) {
  if (state.busy) return;
  change({ busy, problem: null });
  try {
    await act();
  } catch (error) {
    if (error.status === 401 && busy !== "sign-in") signedOut();
    const problem = { where: busy, text: error.message, incident: error.incident ?? null };
    change({ problem });
    announcer.alert(problem.text);
  } finally {
    change({ busy: null });
  }
}

const actions = {
  signIn: (name) =>
    attempt("sign-in", async () => {
      await signInAsGuest(name);
      change({ guest: storedIdentity() });
      loadBoards();
    }),
  /** A guest who signs out cannot come back: asked once more where that loses something. */
  askToLeave: (leaving) => change({ leaving }),
  signOut: () =>
    attempt("sign-out", async () => {
      await signOut();
      change({ guest: storedIdentity(), boards: null, teams: [], more: null, leaving: false });
      if (state.guest) loadBoards();
    }),
  edit: (draft) => change({ draft: { ...state.draft, ...draft } }),
  reload: () => loadBoards(),
  loadMore: () => loadBoards(state.more),
  create: () =>
    attempt("create", async () => {
      const { name, sport, lineUps } = state.draft;
      const title = name.trim() || "New board";
      const room = await api("POST", "/rooms", {
        kind: "board",
        name: title,
        settings: { sport },
        line_ups: lineUps,
      });
      rememberBoard(room.id, title);
      location.href = `/board.html#room=${room.id}`;
    }),
  createDraft: (wanted) =>
    attempt("create-draft", async () => {
      const asked = draftRequest(wanted);
      const room = await api("POST", "/rooms", asked);
      rememberRoom({ id: room.id, name: asked.name, kind: "draft" });
      location.href = `/draft.html#room=${room.id}`;
    }),
  importDraft: (file) =>
    file &&
    attempt("import-draft", async () => {
      try {
        const room = await api("POST", "/drafts/import", file);
        rememberRoom({ id: room.id, name: room.name, kind: "draft" });
        location.href = `/draft.html#room=${room.id}`;
      } catch (error) {
        error.message = fileProblem(error);
        throw error;
      }
    }),
};

/** The server knows us no more: whoever signs in next sees nothing of before. */
function signedOut() {
  if (state.guest?.kind === "guest") forgetGuest();
  change({ guest: storedIdentity(), boards: null, teams: [] });
}

async function loadBoards(cursor = null) {
  try {
    const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
    const answer = await api("GET", `/rooms${query}`);
    if (!cursor && state.guest?.kind === "account") change({ teams: await teamBoards() });
    change({
      boards: [...(cursor ? state.boards : []), ...answer.rooms],
      more: answer.next ?? null,
      problem: null,
    });
  } catch (error) {
    if (error.status === 401) return signedOut();
    change({
      boards: state.boards ?? [],
      problem: { where: "boards", text: error.message, incident: error.incident },
    });
  }
}

/** The boards of the teams that one is in, also those that one has not opened yet. */
async function teamBoards() {
  const { teams } = await api("GET", "/teams");
  return Promise.all(
    teams.map(async ({ id, name, role }) => {
      const { rooms, next } = await api("GET", `/teams/${id}/rooms?limit=20`);
      return { id, name, role, rooms, more: next !== null };
    }),
  );
}

async function loadGame() {
  try {
    const answer = await fetch("/config.json", { cache: "no-store" });
    if (!answer.ok) return;
    const { game = null, league = null, meet = null, match = null, over = [] } = await answer.json();
    change({ game, league, meet, match, over });
  } catch {
    // Nothing on this page depends on it.
  }
}

draw();
loadGame();
registerShell();
whenOthersSign(() => location.reload());
addEventListener("online", () => {
  if (state.problem?.where === "boards") loadBoards();
});
if (state.guest) loadBoards();
