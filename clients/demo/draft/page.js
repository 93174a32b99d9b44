/** Entry of the draft page. `?view=tv`: for a television. */
import { roomPage } from "../parts/room_page.js";
import { openDraft } from "./open_draft.js";
import { THING } from "./whole.js";

const tv = [location.search, location.hash.slice(1)].some((part) => new URLSearchParams(part).get("view") === "tv");

roomPage(THING, (parts) => openDraft({ ...parts, tv }));
