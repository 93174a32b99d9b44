/**
 * What a person does on the pitch, turned into what is drawn at once and into commands. Gestures
 * and keys call it; it knows neither pointers nor elements. Everything that is only on this page
 * lives in `ui`, everything shared in the room.
 */
import { clampTo, redo, remove, setProps, undo } from "./commands.js";
import { groupsOf } from "./marks/groups.js";
import { linesOf, snapped } from "./marks/snapping.js";
import { isMover, workedOn } from "./phases/moments.js";
import { putStops, stopId } from "./phases/order.js";
import { keptWay } from "./phases/ways.js";
import { piecesOf } from "./pieces.js";
import { unsentWords } from "./refusal_words.js";
import { LAYER_OF, layerLockedBy, mayTouch } from "./rights.js";
import { Standing } from "./standing.js";
import { layerLockedWords, thingName } from "./words.js";

const KEYBOARD_DROP_MS = 400;
/** Phases of a room in which nothing can be done any more; the page is about to say so. */
const OVER = new Set(["closed", "removed", "not-found", "full", "gone"]);

export class BoardController extends Standing {
  /**
   * @param {{room: any, ui: any, change: (part: any) => void, presence: any, who: () => any, tell:
   * (text: string) => void, refuse: (refusal: any) => void}} parts
   */
  constructor(parts) {
    super(parts);
    Object.assign(this, parts);
    this.keyboardTimer = 0;
  }

  // --- what gestures ask ---

  tool = () => this.ui.tool;
  look = () => this.ui.look;
  inert = () => this.ui.past !== null || !this.room.ready || this.moment().playing;
  lookAt = (look) => this.change({ look });
  cursor = (at) => this.presence.cursor(at);


  /** What a press means to the tools of together/, once they are there. */
  handFor = (_event, _tool, _at) => null;
  /** The keyboard's pen points. */
  pointed = (_at) => undefined;

  // --- selection ---

  select(ids, { drawer } = {}) {
    const selection = new Set(ids.filter((id) => this.objects[id]));
    this.dropKeyboardDrag();
    this.change({ selection, refusal: null, ...(drawer === undefined ? {} : { drawer }) });
    this.presence.select([...selection]);
  }

  press = (id, { more }) => {
    const { selection } = this.ui;
    const together = groupsOf(this.seen, [id]);
    if (more) {
      const ids = new Set(selection);
      for (const one of together) {
        if (selection.has(id)) ids.delete(one);
        else ids.add(one);
      }
      this.select([...ids]);
    } else if (!selection.has(id)) {
      this.select(together);
    }
    const held = [...this.ui.selection].filter((one) => mayTouch(this.who(), this.objects[one]));
    if (held.length > 0 && selectionHas(this.ui, id)) this.presence.hold(held);
  };

  /** Pressed and let go without moving. */
  released = () => this.presence.letGo();

  focused = (id) => {
    if (!this.ui.selection.has(id)) this.select([id]);
  };

  edit = (id) => {
    this.select([id], { drawer: "inspector" });
  };

  box = (from, to) => this.change({ box: { from, to } });

  boxed = (more) => {
    const { box } = this.ui;
    if (!box) return;
    const inside = ([x, y] = [NaN, NaN]) =>
      x >= Math.min(box.from[0], box.to[0]) &&
      x <= Math.max(box.from[0], box.to[0]) &&
      y >= Math.min(box.from[1], box.to[1]) &&
      y <= Math.max(box.from[1], box.to[1]);
    const there = this.standing();
    const found = this.selectable().filter((id) => inside(this.middleOf(id, there)));
    const ids = groupsOf(this.seen, found);
    this.change({ box: null });
    this.select(more ? [...this.ui.selection, ...ids] : ids);
    this.tell(ids.length === 1 ? "1 thing selected" : `${ids.length} things selected`);
  };

  clear = () => {
    this.change({ box: null });
    this.select([]);
  };

  // --- dragging ---

  /**
   * Begins a drag of what is selected and may be touched; false if there is nothing of that sort.
   */
  beginDrag(keyboard = false) {
    if (!this.standsStill()) return false;
    const origins = new Map();
    const places = this.places();
    // A link goes where its ends go.
    const wanted = [...this.ui.selection].flatMap((id) => this.objects[id]?.props.ends ?? [id]);
    for (const id of wanted) {
      // A ball is drawn beside whoever has it: from there it is taken.
      const drawn = this.objects[id]?.sort === "ball" ? this.drawnAt(id) : undefined;
      const at = drawn?.map(Math.round) ?? this.placeOf(id, places);
      if (at && mayTouch(this.who(), this.objects[id])) origins.set(id, at);
    }
    if (origins.size === 0) {
      const [id] = this.ui.selection;
      if (id) this.refuse({ anchor: id, text: this.whyFixed(this.objects[id]), action: null });
      return false;
    }
    const lines = linesOf(this.standing(), new Set(origins.keys()));
    this.ui.drag = { origins, delta: [0, 0], since: this.room.version, keyboard, lines };
    this.presence.hold([...origins.keys()]);
    return true;
  }

  /**
   * Things are moved in the set-up or at the end of a phase; at a moment between them, that is
   * offered.
   */
  standsStill() {
    const moment = this.moment();
    const phase = workedOn(this.objects, moment);
    if (!moment.shared && phase !== undefined) {
      if (this.ui.play) this.change({ phase, play: null });
      return true;
    }
    const [anchor = null] = this.ui.selection;
    const text = moment.shared
      ? "The phases play for all. To move things, look by yourself."
      : "This is a moment within a phase. Things are moved at its end.";
    const run = () => this.change({ phase: moment.phase, play: null, alone: true, refusal: null });
    this.refuse({ anchor, text, action: { label: "Go to its end", run } });
    return false;
  }

  whyFixed(record) {
    const who = this.who();
    const names = this.room.membership.names;
    if (record?.locked && record.locked !== who.me)
      return `${names[record.locked] ?? "Somebody"} has locked ${thingName(record)}.`;
    const by = record && layerLockedBy(who, record.sort);
    if (by) return layerLockedWords(names[by] ?? "Somebody", LAYER_OF[record.sort]);
    if (who.role === "annotator") return "Annotators move lines, zones and text only.";
    return "You can look at this board, not change it.";
  }

  /** `reach`: how near, in mm, the things stick to the lines of others; 0: they do not. */
  dragTo = (wanted, { reach = 0 } = {}) => {
    if (!this.ui.drag && !this.beginDrag()) return;
    const { origins, lines } = this.ui.drag;
    const sticks = this.ui.snap ? reach : 0;
    const { delta, guides } = snapped([...origins.values()].slice(0, 12), wanted, lines, sticks);
    this.change({ drag: { ...this.ui.drag, delta }, guides });
    this.presence.drag(this.draggedPlaces(), this.ui.phase);
  };

  /** @returns {[string, [number, number]][]} */
  draggedPlaces() {
    const { drag } = this.ui;
    if (!drag || !this.room.state) return [];
    const clamp = clampTo(this.room.state.settings);
    return [...drag.origins].map(([id, [x, y]]) => [
      id,
      clamp([x + drag.delta[0], y + drag.delta[1]]),
    ]);
  }

  drop = () => {
    const { drag } = this.ui;
    if (drag) {
      const moved = this.draggedPlaces().filter(
        ([id, at]) => this.objects[id] && String(at) !== String(drag.origins.get(id)),
      );
      this.putAt(moved, { since: drag.since });
    }
    this.change({ drag: null, guides: [] });
    this.presence.letGo();
  };

  /**
   * Things go to places: what moves at the end of the phase that is worked on, all else for good.
   * @param {[string, [number, number]][]} places
   */
  putAt(places, { since } = {}) {
    const moved = places.map(([id, at]) => ({
      id,
      set: { at, ...this.possession(id, at), ...this.#way(id, at) },
    }));
    const inPhase = (id) => this.ui.phase !== null && isMover(this.objects[id]);
    const stops = moved.filter(({ id }) => inPhase(id));
    const changes = moved.filter(({ id }) => !inPhase(id));
    if (changes.length > 0) this.submit(setProps(changes), { since });
    if (stops.length > 0) this.submit(putStops(this.ui.phase, stops), { since });
  }

  /** The bends of its way stay where they are. */
  #way(id, at) {
    return keptWay(this.objects[stopId(this.ui.phase ?? "", id)], at);
  }

  abandon = () => {
    this.change({ drag: null, guides: [], box: null, draft: null, chain: null, reshaping: null });
    this.presence.letGo();
  };

  /** Arrow keys: things move at once, and the command follows when the hand rests. */
  nudge(dx, dy) {
    if (!this.ui.drag && !this.beginDrag(true)) return;
    const { drag } = this.ui;
    this.dragTo([drag.delta[0] + dx, drag.delta[1] + dy]);
    clearTimeout(this.keyboardTimer);
    this.keyboardTimer = setTimeout(() => this.dropKeyboardDrag(), KEYBOARD_DROP_MS);
  }

  dropKeyboardDrag() {
    clearTimeout(this.keyboardTimer);
    if (this.ui.drag?.keyboard) this.drop();
  }

  // --- commands ---

  /** One gesture; over more than a command holds it goes in several. Null: it could not leave. */
  submit(command, { since, keep, local } = {}) {
    if (OVER.has(this.room.phase)) return null;
    const { commandBytesMax: bytesMax } = this.room;
    let sent = null;
    try {
      const pieces = piecesOf(command, { bytesMax, objects: this.objects }) ?? [command];
      for (const piece of pieces) sent = this.room.submit(piece, { keep, local, made: since });
      return sent;
    } catch (error) {
      const text = unsentWords(error);
      if (text === null) throw error;
      this.refuse({ anchor: null, text, action: null });
      return null;
    }
  }

  deleteSelected() {
    const there = [...this.ui.selection].filter((id) => this.objects[id]);
    const ids = there.filter((id) => mayTouch(this.who(), this.objects[id]));
    const fixed = there.filter((id) => !ids.includes(id));
    const name = ids.length === 1 ? thingName(this.objects[ids[0]]) : `${ids.length} things`;
    if (ids.length > 0 && !this.submit(remove(ids))) return;
    // What somebody holds fast stays, selected, and it is said who.
    if (there.length > 0) this.select(fixed);
    if (fixed.length > 0) {
      const why = this.whyFixed(this.objects[fixed[0]]);
      const more = fixed.length > 1 ? ` ${fixed.length} things stay.` : "";
      const text = ids.length > 0 ? `Deleted ${name}. ${why}${more}` : why + more;
      this.refuse({ anchor: fixed[0], text, action: null });
    } else if (ids.length > 0) this.tell(`Deleted ${name}`);
  }

  undo = (of) => this.step(undo(of));
  redo = () => this.step(redo());

  step(command) {
    this.dropKeyboardDrag();
    this.submit(command, { keep: false });
  }
}

function selectionHas(ui, id) {
  return ui.selection.has(id);
}
