/**
 * What the pitch shows at this instant, gathered from the room, the others and this page. Reads;
 * changes nothing but motion.
 */
import { concerned } from "./conflicts.js";
import { carrierOf, isMover, onPitch, placesAt } from "./phases/moments.js";
import { wayHandles } from "./phases/onion.js";
import { dimensionsOf } from "./pitch.js";
import { mayTouch } from "./rights.js";

const NOBODY = new Set();
const NOTHING = new Map();

export class StageModel {
  /**
   * @param {{room: any, ui: any, controller: any, gestures: any, motion: any, watch: any, work:
   * any, who: () => any, moment: () => any}} parts
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
      moving: () => motion.moving || (!ui.past && this.moment().playing),
      label: `${room.name}, ${Object.keys(onPitch(room.state.objects, ui.phase)).length} things on the pitch`,
    };
  }

  #now(camera, now) {
    const { room, ui, controller, motion, watch, work } = this;
    const { objects, settings } = room.state;
    const own = new Map(controller.draggedPlaces());
    const all = this.#reshaped(objects);
    const moment = this.moment();
    const places = placesAt(all, moment.ms);
    const facing = moment.phase !== null || moment.ms > 0;
    motion.keep((id) => id in objects);
    return {
      camera,
      settings,
      objects: facing ? turned(onPitch(all, moment.phase), places) : onPitch(all),
      place: (id, one) => {
        if (!isMover(one)) return motion.place(id, one.props.at, own.get(id) ?? null, now);
        const { x, y } = places[id];
        const carrier = one.sort === "ball" ? carrierOf(all, id, this.ui.phase) : null;
        const with_ = carrier === null ? null : own.get(carrier);
        const at = with_
          ? [x + with_[0] - places[carrier].x, y + with_[1] - places[carrier].y]
          : [x, y];
        const held = own.get(id) ?? (with_ || moment.playing ? at : null);
        return motion.place(id, at, held, now);
      },
      onion: moment.playing || ui.play || ui.phase === null ? null : { objects: all, phase: ui.phase },
      wayHandles: (id) => (moment.playing || ui.play ? [] : wayHandles(all, id, ui.phase)),
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
      objects: onPitch(state.objects),
      place: (id, record) => {
        if (!isMover(record)) return record.props.at;
        const { x, y } = placesAt(state.objects, 0)[id];
        return [x, y];
      },
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

/** Things look where they look at that moment. */
function turned(objects, places) {
  return Object.fromEntries(
    Object.entries(objects).map(([id, record]) => {
      const facing = places[id]?.facing ?? null;
      const same = !places[id] || facing === (record.props.facing ?? null);
      return [id, same ? record : { ...record, props: { ...record.props, facing } }];
    }),
  );
}
