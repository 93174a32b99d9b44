/**
 * Everything that looking back needs, fetched together (door.js).
 *
 * @typedef {{machine: TimeMachine, acts: any, view: (model: any, act: any) => any, banner: (model: any,
 *   act: any) => any, over: (camera: any, settings: any) => any}} WholePast
 */
import { differenceScene } from "./difference_scene.js";
import { historyActs } from "./history_acts.js";
import { historyView } from "./history_view.js";
import { pastBanner } from "./past_banner.js";
import { TimeMachine } from "./time_machine.js";

/** @param {any} parts as of door.js @returns {WholePast} */
export function makePast(parts) {
  const { history, ui, model, changed } = parts;
  const machine = new TimeMachine({
    fetch: (version) => history.at(version),
    entry: (version) => history.entry(version),
    ...{ model, changed },
  });
  return {
    machine,
    acts: historyActs({ ...parts, machine }),
    banner: pastBanner,
    view: (page, act) => historyView({ ...page, machine }, act),
    over: (camera, settings) => {
      const { compare } = ui.history;
      return compare ? differenceScene(compare.overlay, camera, settings, compare.chosen) : null;
    },
  };
}
