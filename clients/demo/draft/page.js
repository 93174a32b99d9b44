/** Entry of the draft page: which draft, who we are; then the draft itself (open_draft.js). `?view=tv`: for a television. */
import { Announcer } from "../parts/announcer.js";
import { whenOthersSign } from "../parts/identity.js";
import { registerShell } from "../parts/offline_shell.js";
import "../parts/theme_switch.js";
import { applyRememberedTheme } from "../parts/theme_switch.js";
import { patch } from "../parts/view.js";
import { wayIn } from "../parts/way_in.js";
import { endView, nameView } from "../parts/whole_page.js";
import { openDraft } from "./open_draft.js";
import { THING } from "./whole.js";

applyRememberedTheme();

const page = document.getElementById("page");
const announcer = new Announcer();
const address = new URLSearchParams(location.hash.slice(1));
const roomId = address.get("room");
const invite = address.get("invite") ?? undefined;
const tv = new URLSearchParams(location.search).get("view") === "tv" || address.get("view") === "tv";

const { acts, begin } = wayIn({
  announcer,
  ask: (state, asked) => patch(page, nameView(THING, state, asked)),
  open: (guest) => openDraft({ page, announcer, roomId, invite, guest, acts, tv }),
});

registerShell();
whenOthersSign(() => location.reload());
addEventListener("hashchange", () => location.reload());
if (!/^r_[A-Za-z0-9_-]{22}$/u.test(roomId ?? "")) patch(page, endView(THING, { end: "bad-link" }, acts));
else begin();
