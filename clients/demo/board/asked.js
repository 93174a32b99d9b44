/** What is fetched when it is first asked for, in one piece: the past, exchange, libraries, sharing. */
import * as sharing from "../parts/share_dialog.js";
import * as exchange from "./exchange/acts.js";
import * as past from "./history/whole_past.js";
import * as shelf from "./shelf/shelf.js";

export { exchange, past, sharing, shelf };
