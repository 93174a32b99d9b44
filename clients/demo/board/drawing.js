/**
 * Putting new things on the pitch and reshaping marks: what is being drawn shows at once, and
 * becomes a command when the hand lets go.
 */
import { add, clampTo, newId, put, setProps } from "./commands.js";
import { wornBy } from "./kits.js";
import { ChainTool, chains } from "./marks/chain.js";
import { reshaped } from "./marks/handles.js";
import { bent, endIn } from "./phases/ways.js";
import { MARKS, mayAdd, mayTouch } from "./rights.js";
import { thingName } from "./words.js";

const ZONE_DEFAULTS = { layer: -2, opacity: 22 };
const POINTS_MAX = 500;
const JOINED = new Set(["token", "ball", "equipment"]);

export class Drawing {
  /** @param {import("./controller.js").BoardController} board */
  constructor(board) {
    this.board = board;
    this.chain = new ChainTool(this);
  }

  /** Whether the tool in hand takes one place after another. */
  chains = () => chains(this.board.ui);

  /** Links what is selected; false if that are not two things at least. */
  joinSelected(ids) {
    const things = ids.filter((id) => JOINED.has(this.board.objects[id]?.sort));
    return things.length > 1 && this.allowed("link") && this.chain.link(things, false);
  }

  place = (at) => {
    const { tool, options } = this.board.ui;
    if (!this.allowed(tool)) return;
    if (tool === "text") {
      this.board.change({ textAt: at });
      return;
    }
    const props = {
      token: () => ({
        ...{ side: options.side, number: this.nextNumber(options.side) },
        ...wornBy(this.board.objects, options.side),
      }),
      equipment: () => ({ item: options.item, turn: options.turn, layer: -1 }),
      ball: () => ({}),
    }[tool]();
    this.create(tool, { at, ...props });
  };

  allowed(sort) {
    if (mayAdd(this.board.who(), sort)) return true;
    this.board.refuse({ anchor: null, text: this.board.whyFixed(null), action: null });
    return false;
  }

  nextNumber(side) {
    const worn = new Set(
      Object.values(this.board.objects)
        .filter(({ props }) => props.side === side)
        .map(({ props }) => props.number),
    );
    for (let number = 1; number < 100; number += 1) if (!worn.has(number)) return number;
    return null;
  }

  draftStroke = (points) => {
    const { tool, options } = this.board.ui;
    if (points.length < 2 || !this.allowed(tool)) return;
    const at = points[0];
    const relative = points.slice(0, POINTS_MAX).map(([x, y]) => [x - at[0], y - at[1]]);
    const looks = {
      stroke: options.stroke,
      curve: relative.length > 2,
      ...(tool === "arrow" && options.head !== "end" ? { head: options.head } : {}),
    };
    const props =
      tool === "measure"
        ? { at, points: [relative[0], relative.at(-1)] }
        : { at, points: relative, ...looks };
    this.board.change({ draft: { sort: tool, props: { ...props, ink: options.ink, layer: -1 } } });
  };

  draftZone = (from, to) => {
    if (!this.allowed("zone")) return;
    const { options } = this.board.ui;
    const at = [Math.round((from[0] + to[0]) / 2), Math.round((from[1] + to[1]) / 2)];
    const size = [
      Math.max(100, Math.abs(from[0] - to[0])),
      Math.max(100, Math.abs(from[1] - to[1])),
    ];
    this.board.change({
      draft: {
        sort: "zone",
        props: {
          at,
          size,
          shape: options.shape,
          fill: options.ink,
          ink: options.ink,
          ...ZONE_DEFAULTS,
        },
      },
    });
  };

  finishDraft = () => {
    const { draft } = this.board.ui;
    this.board.change({ draft: null, penStart: null });
    if (draft)
      this.create(draft.sort, {
        ...draft.props,
        at: clampTo(this.board.room.state.settings)(draft.props.at),
      });
  };

  dropDraft = () => this.board.change({ draft: null });

  create(sort, props) {
    const id = newId();
    const at = props.at && clampTo(this.board.room.state.settings)(props.at);
    // What is drawn while a phase is worked on belongs to it.
    const { phase } = this.board.ui;
    const shown = phase !== null && MARKS.has(sort) && sort !== "comment" ? { phase } : {};
    const all = { ...props, ...(at ? { at } : {}), ...shown };
    this.board.submit(add([{ id, sort, props: all }]));
    this.board.select([id]);
    this.board.tell(`Added ${thingName({ sort, props })}`);
  }

  writeText(text) {
    const at = this.board.ui.textAt;
    this.board.change({ textAt: null });
    if (at && text.trim())
      this.create("text", { at, text: text.trim().slice(0, 500), ink: this.board.ui.options.ink });
  }

  // --- reshaping ---

  reshape = (handle, to, { upright }) => {
    const [id] = this.board.ui.selection;
    const record = this.board.objects[id];
    if (!mayTouch(this.board.who(), record)) return;
    const since = this.board.ui.reshaping?.since ?? this.board.room.version;
    this.board.change({ reshaping: { ...this.#pulled(id, handle, to, upright), since } });
  };

  /** What changes: the thing itself, or how it moves in the phase that is worked on. */
  #pulled(id, handle, to, upright) {
    const { objects, ui } = this.board;
    if (/^(way|bend) /u.test(handle)) return bent(objects, id, ui.phase, handle, to);
    const at = this.board.placeOf(id);
    const there = { ...objects[id], props: { ...objects[id].props, at } };
    const set = reshaped(there, handle, to, upright);
    if (handle === "facing" && ui.phase !== null) return endIn(objects, id, ui.phase, { at, ...set });
    return { id, set };
  }

  reshaped = () => {
    const { reshaping } = this.board.ui;
    this.board.change({ reshaping: null });
    if (!reshaping) return;
    const { id, set, since, sort } = reshaping;
    this.board.submit(sort ? put([{ id, sort, props: set }]) : setProps([{ id, set }]), { since });
  };
}
