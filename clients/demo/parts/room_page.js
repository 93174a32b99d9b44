/** Entry of a room's page: which room, who we are; then the room itself. */
import { Announcer } from "./announcer.js";
import { whenOthersSign } from "./identity.js";
import { registerShell } from "./offline_shell.js";
import "./theme_switch.js";
import { applyRememberedTheme } from "./theme_switch.js";
import { patch } from "./view.js";
import { wayIn } from "./way_in.js";
import { endView, nameView } from "./whole_page.js";

/**
 * @param {any} thing what the room is called while there is none to show
 * @param {(parts: any) => void} open
 */
export function roomPage(thing, open) {
  applyRememberedTheme();
  const page = document.getElementById("page");
  const announcer = new Announcer();
  const address = new URLSearchParams(location.hash.slice(1));
  const roomId = address.get("room");
  const invite = address.get("invite") ?? undefined;
  const { acts, begin } = wayIn({
    announcer,
    ask: (state, asked) => patch(page, nameView(thing, state, asked)),
    open: (guest) => open({ page, announcer, roomId, invite, guest, acts }),
  });
  registerShell();
  whenOthersSign(() => location.reload());
  addEventListener("hashchange", () => location.reload());
  if (!/^r_[A-Za-z0-9_-]{22}$/u.test(roomId ?? "")) patch(page, endView(thing, { end: "bad-link" }, acts));
  else begin();
}
