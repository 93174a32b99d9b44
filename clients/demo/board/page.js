/** Entry of the board page: which board, who we are; then the board itself (open_board.js). */
import { Announcer } from "../parts/announcer.js";
import { forgetGuest, signInAsGuest, storedIdentity } from "../parts/identity.js";
import { signInPage } from "../parts/own_path.js";
import { registerShell } from "../parts/offline_shell.js";
import "../parts/theme_switch.js";
import { applyRememberedTheme } from "../parts/theme_switch.js";
import { patch } from "../parts/view.js";
import { openBoard } from "./open_board.js";
import { endView, nameView } from "./whole_page.js";

applyRememberedTheme();

const page = document.getElementById("page");
const announcer = new Announcer();
const address = new URLSearchParams(location.hash.slice(1));
const roomId = address.get("room");
const invite = address.get("invite") ?? undefined;

const who = storedIdentity();

const acts = {
  reload: () => location.reload(),
  signInAgain: () => {
    forgetGuest();
    if (who?.kind === "account") location.href = signInPage(location.pathname + location.hash);
    else location.reload();
  },
  signIn: async (name) => {
    draw({ busy: true, problem: null });
    try {
      await signInAsGuest(name);
      open(storedIdentity());
    } catch (error) {
      draw({ busy: false, problem: error.message });
      announcer.alert(error.message);
    }
  },
};

function draw(state) {
  patch(page, nameView(state, acts));
}

function open(guest) {
  openBoard({ page, announcer, roomId, invite, guest, acts });
}

registerShell();
addEventListener("hashchange", () => location.reload());
if (!/^r_[A-Za-z0-9_-]{22}$/u.test(roomId ?? "")) patch(page, endView({ end: "bad-link" }, acts));
else if (who) open(who);
else draw({ busy: false, problem: null });
