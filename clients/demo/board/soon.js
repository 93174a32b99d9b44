/** What is fetched as soon as the board is there, in one piece: nearly every visit uses it. */
import * as panels from "./panels.js";
import * as together from "./together/together.js";

export { panels, together };
