/**
 * Entry of the library page: who we are, and then one library (open_shelf.js, of the address
 * `#room=…`), or the list of those that one can see (open_list.js).
 */
import { Announcer } from "../parts/announcer.js";
import { whenOthersSign } from "../parts/identity.js";
import { registerShell } from "../parts/offline_shell.js";
import "../parts/theme_switch.js";
import { applyRememberedTheme } from "../parts/theme_switch.js";
import { patch } from "../parts/view.js";
import { wayIn } from "../parts/way_in.js";
import { endView, nameView } from "../parts/whole_page.js";
import { openList } from "./open_list.js";
import { openShelf } from "./open_shelf.js";
import { BUILT_IN } from "./reach.js";
import { INVITED, signIn, THING } from "./whole.js";

applyRememberedTheme();

const page = document.getElementById("page");
const announcer = new Announcer();
const address = new URLSearchParams(location.hash.slice(1));
const library = address.get("room");
const { acts, begin } = wayIn({
  announcer,
  ask: (state, asked) => patch(page, nameView(address.has("invite") ? INVITED : THING, state, asked, signIn())),
  open,
});

function open(me) {
  const parts = { page, announcer, me, acts };
  if (library === null) openList(parts);
  else
    openShelf({
      ...parts,
      library,
      invite: address.get("invite") ?? undefined,
      item: address.get("item"),
    });
}

const whole = library === null || library === BUILT_IN || /^r_[\w-]{22}$/u.test(library);
registerShell();
whenOthersSign(() => location.reload());
// One library to another is another page; from item to item nothing is fetched anew.
addEventListener("hashchange", () => {
  const now = new URLSearchParams(location.hash.slice(1));
  if (now.get("room") !== library || now.has("invite")) location.reload();
});
if (!whole) patch(page, endView(THING, { end: "bad-link" }, acts));
else begin();
