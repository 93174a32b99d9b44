/** Entry of the page of questions: who asks; then the questions themselves (open_explorer.js). */
import { Announcer } from "../parts/announcer.js";
import { whenOthersSign } from "../parts/identity.js";
import { registerShell } from "../parts/offline_shell.js";
import "../parts/theme_switch.js";
import { applyRememberedTheme } from "../parts/theme_switch.js";
import { patch } from "../parts/view.js";
import { wayIn } from "../parts/way_in.js";
import { openExplorer } from "./open_explorer.js";
import { nameView } from "./whole.js";

applyRememberedTheme();

const page = document.getElementById("page");
const announcer = new Announcer();

const { acts, begin } = wayIn({
  announcer,
  ask: (state, asked) => patch(page, nameView(state, asked)),
  open: () => openExplorer({ page, announcer, acts }),
});

registerShell();
whenOthersSign(() => location.reload());
begin();
