/** Entry of the board page: which board, who we are; then the board itself (open_board.js). */
import { Announcer } from "../parts/announcer.js";
import { registerShell } from "../parts/offline_shell.js";
import "../parts/theme_switch.js";
import { applyRememberedTheme } from "../parts/theme_switch.js";
import { patch } from "../parts/view.js";
import { wayIn } from "../parts/way_in.js";
import { openBoard } from "./open_board.js";
import { endView, nameView } from "./whole.js";

applyRememberedTheme();

const page = document.getElementById("page");
const announcer = new Announcer();
const address = new URLSearchParams(location.hash.slice(1));
const roomId = address.get("room");
const invite = address.get("invite") ?? undefined;

const { acts, begin } = wayIn({
  announcer,
  ask: (state, asked) => patch(page, nameView(state, asked)),
  open: (guest) => openBoard({ page, announcer, roomId, invite, guest, acts }),
});

registerShell();
addEventListener("hashchange", () => location.reload());
if (!/^r_[A-Za-z0-9_-]{22}$/u.test(roomId ?? "")) patch(page, endView({ end: "bad-link" }, acts));
else begin();
