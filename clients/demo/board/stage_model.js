/**
 * What the pitch shows at this instant, gathered from the room, the others and this page. Reads;
 * changes nothing but motion.
 */
import { concerned } from "./conflicts.js";
import { besideCarrier } from "./phases/carried.js";
import { carrierOf, isMover, onPitch, placesAt, thingsOn } from "./phases/moments.js";
import { wayHandles } from "./phases/ways.js";
import { dimensionsOf } from "./pitch.js";
import { unitOf } from "./projection.js";
import { mayTouch } from "./rights.js";

const NOBODY = new Set();
const NOTHING = new Map();

export class StageModel {
  /**
   * @param {{room: any, ui: any, controller: any, gestures: any, motion: any, watch: any, work:
   * any, who: () => any, moment: () => any, past: any}} parts
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
      unit: ui.readout ? unitOf(settings, dimensionsOf(settings).unit) : null,
      look: ui.look,
      tool: ui.tool,
      moving: () =>
        motion.moving ||
        (!ui.past && this.moment().playing) ||
        (this.together?.moving(performance.now()) ?? false),
      label: `${room.name}, ${Object.keys(thingsOn(room.state.objects, ui.phase)).length} things on the pitch`,
    };
  }

  #now(camera, now) {
    const { room, ui, controller, motion, watch, work } = this;
    const { objects, settings } = room.state;
    const own = new Map(controller.draggedPlaces());
    const all = this.#reshaped(objects);
    const moment = this.moment();
    const places = placesAt(all, moment.ms);
    const still = !moment.playing && !moment.shared && !ui.play;
    const facing = moment.phase !== null || moment.ms > 0;
    motion.keep((id) => id in objects);
    return {
      camera,
      settings,
      objects: facing ? turned(onPitch(all, moment.phase), places) : onPitch(all),
      place: (id, one) => {
        if (!isMover(one)) return motion.place(id, one.props.at, own.get(id) ?? null, now);
        const { x, y } = places[id];
        const held = own.get(id) ?? (still ? null : [x, y]);
        if (one.sort !== "ball" || own.has(id)) return motion.place(id, [x, y], held, now);
        // It goes with whoever carries it, also under somebody's hand.
        const drawn = (token) => {
          const rest = [places[token].x, places[token].y];
          return motion.place(token, rest, own.get(token) ?? (still ? null : rest), now);
        };
        const carrier = still ? carrierOf(all, id, ui.phase) : null;
        const [a, b] = carrier === null ? [0, 0] : drawn(carrier);
        const at = carrier ? [x + a - places[carrier].x, y + b - places[carrier].y] : [x, y];
        const beside = besideCarrier(all, id, at, drawn, camera);
        return motion.place(id, beside, carrier === null && still ? null : beside, now);
      },
      onion: still && ui.phase !== null ? { objects: all, phase: ui.phase } : null,
      wayHandles: (id) => (still ? wayHandles(all, id, ui.phase) : []),
      selection: ui.selection,
      pending: this.#movedBy(room.pending.flatMap(({ command }) => concerned(command))),
      refused: this.#movedBy([...work.refusedIds()]),
      holders: watch.holders(now),
      selectedByOthers: watch.selections(),
      cursors: watch.cursors(),
      ghosts: work.ghosts(now),
      draft: ui.draft,
      box: ui.box,
      pen: ui.pen,
      guides: ui.guides,
      hidden: ui.hidden,
      handles: this.#hasHandles(objects, still),
      together: (scene) => this.together?.scene(scene, now) ?? null,
    };
  }

  /** What is concerned; a stop concerns what it moves, in its phase. */
  #movedBy(ids) {
    const { objects } = this.room.state;
    const shown = ids.map((id) => {
      const { sort, props } = objects[id] ?? {};
      return sort === "stop" && props.phase === this.ui.phase ? props.of : id;
    });
    return new Set(shown);
  }

  /** What moves has them where it can be moved: not at a moment within a phase. */
  #hasHandles(objects, still) {
    const { ui } = this;
    if (ui.selection.size !== 1 || ui.drag) return false;
    const [id] = ui.selection;
    if (!still && isMover(objects[id])) return false;
    return mayTouch(this.who(), objects[id]);
  }

  /** A mark whose handle is being pulled shows as it will be. */
  #reshaped(objects) {
    const { reshaping } = this.ui;
    const record = reshaping && (objects[reshaping.id] ?? (reshaping.sort ? reshaping : null));
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
      guides: [],
      hidden: NOBODY,
      handles: false,
      over: this.past.over(camera, state.settings),
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
