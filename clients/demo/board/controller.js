/**
 * What a person does on the pitch, turned into what is drawn at once and into commands. Gestures
 * and keys call it; it knows neither pointers nor elements. Everything that is only on this page
 * lives in `ui`, everything shared in the room.
 */
import { CHANGES_MAX, clampTo, redo, remove, setProps, undo } from "./commands.js";
import { mayTouch } from "./rights.js";
import { thingName } from "./words.js";

const KEYBOARD_DROP_MS = 400;

export class BoardController {
  /**
   * @param {{room: any, ui: any, change: (part: any) => void, presence: any, who: () => any, tell:
   * (text: string) => void, refuse: (refusal: any) => void}} parts
   */
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
      x >= Math.min(box.from[0], box.to[0]) &&
      x <= Math.max(box.from[0], box.to[0]) &&
      y >= Math.min(box.from[1], box.to[1]) &&
      y <= Math.max(box.from[1], box.to[1]);
    const ids = Object.keys(this.objects).filter(
      (id) => this.objects[id].sort !== "comment" && inside(this.objects[id].props.at),
    );
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
    if (record?.locked && record.locked !== who.me)
      return `${names[record.locked] ?? "Somebody"} has locked ${thingName(record)}.`;
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
    return [...drag.origins].map(([id, [x, y]]) => [
      id,
      clamp([x + drag.delta[0], y + drag.delta[1]]),
    ]);
  }

  drop = () => {
    const { drag } = this.ui;
    if (drag) {
      const changes = this.draggedPlaces()
        .filter(([id, at]) => this.objects[id] && String(at) !== String(drag.origins.get(id)))
        .map(([id, at]) => ({ id, set: { at } }));
      for (let i = 0; i < changes.length; i += CHANGES_MAX)
        this.submit(setProps(changes.slice(i, i + CHANGES_MAX)), { since: drag.since });
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

  // --- commands ---

  submit(command, { since, keep, local } = {}) {
    try {
      return this.room.submit(command, { keep, local, made: since });
    } catch (error) {
      if (error.name !== "OutboxFull") throw error;
      this.refuse({
        anchor: null,
        text: "5,000 changes wait already; go on when some have been sent.",
        action: null,
      });
      return null;
    }
  }

  deleteSelected() {
    const ids = [...this.ui.selection].filter((id) => mayTouch(this.who(), this.objects[id]));
    if (ids.length === 0) return;
    this.tell(
      ids.length === 1
        ? `Deleted ${thingName(this.objects[ids[0]])}`
        : `Deleted ${ids.length} things`,
    );
    for (let i = 0; i < ids.length; i += CHANGES_MAX)
      this.submit(remove(ids.slice(i, i + CHANGES_MAX)));
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
