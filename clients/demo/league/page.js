/** Entry of the league page: which league, who we are; then the league itself (open_league.js). */
import { Announcer } from "../parts/announcer.js";
import { whenOthersSign } from "../parts/identity.js";
import { registerShell } from "../parts/offline_shell.js";
import "../parts/theme_switch.js";
import { applyRememberedTheme } from "../parts/theme_switch.js";
import { patch } from "../parts/view.js";
import { wayIn } from "../parts/way_in.js";
import { endView, nameView } from "../parts/whole_page.js";
import { openLeague } from "./open_league.js";
import { THING } from "./whole.js";

applyRememberedTheme();

const page = document.getElementById("page");
const announcer = new Announcer();
const address = new URLSearchParams(location.hash.slice(1));
const roomId = address.get("room");
const invite = address.get("invite") ?? undefined;

const { acts, begin } = wayIn({
  announcer,
  ask: (state, asked) => patch(page, nameView(THING, state, asked)),
  open: (guest) => openLeague({ page, announcer, roomId, invite, guest, acts }),
});

registerShell();
whenOthersSign(() => location.reload());
addEventListener("hashchange", () => location.reload());
if (!/^r_[A-Za-z0-9_-]{22}$/u.test(roomId ?? "")) patch(page, endView(THING, { end: "bad-link" }, acts));
else begin();
