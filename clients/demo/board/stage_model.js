/**
 * What the pitch shows at this instant, gathered from the room, the others and this page. Reads;
 * changes nothing but motion.
 */
import { concerned } from "./conflicts.js";
import { dimensionsOf } from "./pitch.js";
import { mayTouch } from "./rights.js";

const NOBODY = new Set();
const NOTHING = new Map();

export class StageModel {
  /**
   * @param {{room: any, ui: any, controller: any, gestures: any, motion: any, watch: any, work:
   * any, who: () => any}} parts
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** For `<board-stage>`: a new value each time, so that it draws. */
  value() {
    const { room, ui, gestures, motion } = this;
    const { settings } = ui.past?.state ?? room.state;
    return {
      scene: (camera, now) => (ui.past ? this.#past(camera) : this.#now(camera, now)),
      gestures,
      dimensions: dimensionsOf(settings),
      look: ui.look,
      tool: ui.tool,
      moving: () => motion.moving || (this.together?.moving(performance.now()) ?? false),
      label: `${room.name}, ${Object.keys(room.state.objects).length} things on the pitch`,
    };
  }

  #now(camera, now) {
    const { room, ui, controller, motion, watch, work } = this;
    const { objects, settings } = room.state;
    const own = new Map(controller.draggedPlaces());
    motion.keep((id) => id in objects);
    return {
      camera,
      settings,
      objects: this.#reshaped(objects),
      place: (id, one) => motion.place(id, one.props.at, own.get(id) ?? null, now),
      selection: ui.selection,
      pending: new Set(room.pending.flatMap(({ command }) => concerned(command))),
      refused: work.refusedIds(),
      holders: watch.holders(now),
      selectedByOthers: watch.selections(),
      cursors: watch.cursors(),
      ghosts: work.ghosts(now),
      draft: ui.draft,
      box: ui.box,
      pen: ui.pen,
      handles: this.#hasHandles(objects),
      together: (scene) => this.together?.scene(scene, now) ?? null,
    };
  }

  #hasHandles(objects) {
    const { ui } = this;
    if (ui.selection.size !== 1 || ui.drag) return false;
    const [id] = ui.selection;
    return mayTouch(this.who(), objects[id]);
  }

  /** A mark whose handle is being pulled shows as it will be. */
  #reshaped(objects) {
    const { reshaping } = this.ui;
    const record = reshaping && objects[reshaping.id];
    if (!record) return objects;
    return {
      ...objects,
      [reshaping.id]: { ...record, props: { ...record.props, ...reshaping.set } },
    };
  }

  #past(camera) {
    const state = this.ui.past.state ?? { settings: this.room.state.settings, objects: {} };
    return {
      camera,
      settings: state.settings,
      objects: state.objects,
      place: (_, record) => record.props.at,
      selection: NOBODY,
      pending: NOBODY,
      refused: NOBODY,
      holders: NOTHING,
      selectedByOthers: NOTHING,
      cursors: [],
      ghosts: [],
      draft: null,
      box: null,
      pen: null,
      handles: false,
    };
  }
}
