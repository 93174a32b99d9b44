/** Entry of the game page. */
import { roomPage } from "../parts/room_page.js";
import { openFeed } from "./open_feed.js";
import { THING } from "./whole.js";

roomPage(THING, openFeed);
