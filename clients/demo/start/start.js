/**
 * The start page: who you are, your boards, a new board. State in `state`, drawn by `view.js`; this
 * file talks to the server.
 */
import { Announcer } from "../parts/announcer.js";
import { api, forgetGuest, signInAsGuest, signOut, storedIdentity } from "../parts/identity.js";
import { registerShell } from "../parts/offline_shell.js";
import { recentBoards, rememberBoard } from "../parts/recent.js";
import "../parts/theme_switch.js";
import { applyRememberedTheme } from "../parts/theme_switch.js";
import { frameScheduler, patch } from "../parts/view.js";
import { startView } from "./view.js";

applyRememberedTheme();

const page = document.getElementById("page");
const announcer = new Announcer();
const state = {
  guest: storedIdentity(),
  boards: null,
  more: null,
  recent: recentBoards(),
  problem: null,
  busy: null,
  draft: { name: "", sport: "soccer", lineUps: true },
};

const draw = frameScheduler(() => patch(page, startView(state, actions)));

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
  signOut: () =>
    attempt("sign-out", async () => {
      await signOut();
      change({ guest: null, boards: null, more: null });
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
};

/** The server knows us no more: whoever signs in next sees nothing of before. */
function signedOut() {
  forgetGuest();
  change({ guest: storedIdentity(), boards: null });
}

async function loadBoards(cursor = null) {
  try {
    const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
    const answer = await api("GET", `/rooms${query}`);
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

draw();
registerShell();
if (state.guest) loadBoards();
