/** What is fetched after the board itself: panels beside the pitch, and what their buttons do. */
import { inspectorView } from "./inspector.js";
import { layersView } from "./marks/layers_drawer.js";
import * as acts from "./marks/panel_acts.js";
import { teamsView } from "./marks/teams_drawer.js";

const drawers = { layers: layersView, teams: teamsView };

export { acts, drawers, inspectorView };
