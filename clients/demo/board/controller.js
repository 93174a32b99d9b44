/**
 * What a person does on the pitch, turned into what is drawn at once and into commands. Gestures and keys call it; it knows neither
 * pointers nor elements. Everything that is only on this page lives in `ui`, everything shared in the room.
 */
import { add, CHANGES_MAX, clampTo, newId, redo, remove, setProps, undo } from "./commands.js";
import { mayAdd, mayTouch } from "./rights.js";
import { handlePoints } from "./scene.js";
import { thingName } from "./words.js";

const KEYBOARD_DROP_MS = 400;
const ZONE_DEFAULTS = { layer: -2, opacity: 22 };

export class BoardController {
  /** @param {{room: any, ui: any, change: (part: any) => void, presence: any, who: () => any, tell: (text: string) => void, refuse: (refusal: any) => void}} parts */
  constructor(parts) {
    Object.assign(this, parts);
    this.keyboardTimer = 0;
  }

  get objects() {
    return this.room.state?.objects ?? {};
  }

  // --- what gestures ask ---

  tool = () => this.ui.tool;
  look = () => this.ui.look;
  inert = () => this.ui.past !== null || !this.room.ready;
  lookAt = (look) => this.change({ look });
  cursor = (at) => this.presence.cursor(at);

  /** The thing nearest to a point, within `reach` mm. */
  nearest = (at, reach) => {
    let best = null;
    let least = reach;
    for (const [id, { sort, props }] of Object.entries(this.objects)) {
      if (sort !== "token" && sort !== "ball") continue;
      const distance = Math.hypot(props.at[0] - at[0], props.at[1] - at[1]);
      if (distance < least) [best, least] = [id, distance];
    }
    return best;
  };

  // --- selection ---

  select(ids, { drawer } = {}) {
    const selection = new Set(ids.filter((id) => this.objects[id]));
    this.dropKeyboardDrag();
    this.change({ selection, refusal: null, ...(drawer === undefined ? {} : { drawer }) });
    this.presence.select([...selection]);
  }

  press = (id, { more }) => {
    const { selection } = this.ui;
    if (more) {
      const ids = new Set(selection);
      if (ids.has(id)) ids.delete(id);
      else ids.add(id);
      this.select([...ids]);
    } else if (!selection.has(id)) {
      this.select([id]);
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
    const inside = ([x, y]) =>
      x >= Math.min(box.from[0], box.to[0]) && x <= Math.max(box.from[0], box.to[0])
      && y >= Math.min(box.from[1], box.to[1]) && y <= Math.max(box.from[1], box.to[1]);
    const ids = Object.keys(this.objects).filter((id) => inside(this.objects[id].props.at));
    this.change({ box: null });
    this.select(more ? [...this.ui.selection, ...ids] : ids);
    this.tell(ids.length === 1 ? "1 thing selected" : `${ids.length} things selected`);
  };

  clear = () => {
    this.change({ box: null });
    this.select([]);
  };

  // --- dragging ---

  /** Begins a drag of what is selected and may be touched; false if there is nothing of that sort. */
  beginDrag(keyboard = false) {
    const origins = new Map();
    for (const id of this.ui.selection) {
      const record = this.objects[id];
      if (mayTouch(this.who(), record)) origins.set(id, record.props.at);
    }
    if (origins.size === 0) {
      const [id] = this.ui.selection;
      if (id) this.refuse({ anchor: id, text: this.whyFixed(this.objects[id]), action: null });
      return false;
    }
    this.ui.drag = { origins, delta: [0, 0], since: this.room.version, keyboard };
    this.presence.hold([...origins.keys()]);
    return true;
  }

  whyFixed(record) {
    const who = this.who();
    const names = this.room.membership.names;
    if (record?.locked && record.locked !== who.me) return `${names[record.locked] ?? "Somebody"} has locked ${thingName(record)}.`;
    if (who.role === "annotator") return "Annotators move lines, zones and text only.";
    return "You can look at this board, not change it.";
  }

  dragTo = (delta) => {
    if (!this.ui.drag && !this.beginDrag()) return;
    this.change({ drag: { ...this.ui.drag, delta } });
    this.presence.drag(this.draggedPlaces());
  };

  /** @returns {[string, [number, number]][]} */
  draggedPlaces() {
    const { drag } = this.ui;
    if (!drag || !this.room.state) return [];
    const clamp = clampTo(this.room.state.settings);
    return [...drag.origins].map(([id, [x, y]]) => [id, clamp([x + drag.delta[0], y + drag.delta[1]])]);
  }

  drop = () => {
    const { drag } = this.ui;
    if (drag) {
      const changes = this.draggedPlaces()
        .filter(([id, at]) => this.objects[id] && String(at) !== String(drag.origins.get(id)))
        .map(([id, at]) => ({ id, set: { at } }));
      for (let i = 0; i < changes.length; i += CHANGES_MAX) this.submit(setProps(changes.slice(i, i + CHANGES_MAX)), { since: drag.since });
    }
    this.change({ drag: null });
    this.presence.letGo();
  };

  abandon = () => {
    this.change({ drag: null, box: null, draft: null, reshaping: null });
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

  // --- drawing ---

  place = (at) => {
    const { tool, options } = this.ui;
    if (!this.allowed(tool)) return;
    if (tool === "text") {
      this.change({ textAt: at });
      return;
    }
    const props = tool === "token" ? { at, side: options.side, number: this.nextNumber(options.side) } : { at };
    this.create(tool, props);
  };

  allowed(sort) {
    if (mayAdd(this.who(), sort)) return true;
    this.refuse({ anchor: null, text: this.whyFixed(null), action: null });
    return false;
  }

  nextNumber(side) {
    const worn = new Set(Object.values(this.objects).filter(({ props }) => props.side === side).map(({ props }) => props.number));
    for (let number = 1; number < 100; number += 1) if (!worn.has(number)) return number;
    return null;
  }

  draftStroke = (points) => {
    const { tool, options } = this.ui;
    if (points.length < 2 || !this.allowed(tool)) return;
    const at = points[0];
    const relative = points.slice(0, 500).map(([x, y]) => [x - at[0], y - at[1]]);
    const props = { at, points: relative, ink: options.ink, stroke: options.stroke, curve: relative.length > 2, layer: -1 };
    this.change({ draft: { sort: tool, props } });
  };

  draftZone = (from, to) => {
    if (!this.allowed("zone")) return;
    const { options } = this.ui;
    const at = [Math.round((from[0] + to[0]) / 2), Math.round((from[1] + to[1]) / 2)];
    const size = [Math.max(100, Math.abs(from[0] - to[0])), Math.max(100, Math.abs(from[1] - to[1]))];
    this.change({ draft: { sort: "zone", props: { at, size, shape: options.shape, fill: options.ink, ink: options.ink, ...ZONE_DEFAULTS } } });
  };

  finishDraft = () => {
    const { draft } = this.ui;
    this.change({ draft: null, penStart: null });
    if (draft) this.create(draft.sort, { ...draft.props, at: clampTo(this.room.state.settings)(draft.props.at) });
  };

  dropDraft = () => this.change({ draft: null });

  create(sort, props) {
    const id = newId();
    const at = clampTo(this.room.state.settings)(props.at);
    this.submit(add([{ id, sort, props: { ...props, at } }]));
    this.select([id]);
    this.tell(`Added ${thingName({ sort, props })}`);
  }

  writeText(text) {
    const at = this.ui.textAt;
    this.change({ textAt: null });
    if (at && text.trim()) this.create("text", { at, text: text.trim().slice(0, 500), ink: this.ui.options.ink });
  }

  // --- reshaping ---

  reshape = (handle, to) => {
    const [id] = this.ui.selection;
    const record = this.objects[id];
    if (!mayTouch(this.who(), record)) return;
    const since = this.ui.reshaping?.since ?? this.room.version;
    this.change({ reshaping: { id, set: reshaped(record, handle, to), since } });
  };

  reshaped = () => {
    const { reshaping } = this.ui;
    this.change({ reshaping: null });
    if (reshaping) this.submit(setProps([{ id: reshaping.id, set: reshaping.set }]), { since: reshaping.since });
  };

  // --- commands ---

  submit(command, { since, keep, local } = {}) {
    try {
      return this.room.submit(command, { keep, local, made: since });
    } catch (error) {
      if (error.name !== "OutboxFull") throw error;
      this.refuse({ anchor: null, text: "5,000 changes wait already; go on when some have been sent.", action: null });
      return null;
    }
  }

  deleteSelected() {
    const ids = [...this.ui.selection].filter((id) => mayTouch(this.who(), this.objects[id]));
    if (ids.length === 0) return;
    this.tell(ids.length === 1 ? `Deleted ${thingName(this.objects[ids[0]])}` : `Deleted ${ids.length} things`);
    for (let i = 0; i < ids.length; i += CHANGES_MAX) this.submit(remove(ids.slice(i, i + CHANGES_MAX)));
    this.select([]);
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

/** New `points` or `size` with one handle pulled to a place. */
function reshaped(record, handle, to) {
  const { at } = record.props;
  if (record.sort === "zone") {
    const size = [0, 1].map((axis) => Math.max(500, Math.round(Math.abs(to[axis] - at[axis]) * 2)));
    return { size };
  }
  const { index } = handlePoints(record, at).find(({ name }) => name === handle);
  const points = record.props.points.map((point, i) => (i === index ? [Math.round(to[0] - at[0]), Math.round(to[1] - at[1])] : point));
  return { points };
}

