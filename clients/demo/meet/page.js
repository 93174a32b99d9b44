/** Entry of the meet page. */
import { roomPage } from "../parts/room_page.js";
import { openMeet } from "./open_meet.js";
import { THING } from "./whole.js";

roomPage(THING, openMeet);
