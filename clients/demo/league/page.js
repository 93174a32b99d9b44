/** Entry of the league page. */
import { roomPage } from "../parts/room_page.js";
import { openLeague } from "./open_league.js";
import { THING } from "./whole.js";

roomPage(THING, openLeague);
