/**
 * Putting new things on the pitch and reshaping marks: what is being drawn shows at once, and
 * becomes a command when the hand lets go.
 */
import { add, clampTo, newId, setProps } from "./commands.js";
import { bent } from "./phases/ways.js";
import { MARKS, mayAdd, mayTouch } from "./rights.js";
import { handlePoints } from "./scene.js";
import { thingName } from "./words.js";

const ZONE_DEFAULTS = { layer: -2, opacity: 22 };
const POINTS_MAX = 500;

export class Drawing {
  /** @param {import("./controller.js").BoardController} board */
  constructor(board) {
    this.board = board;
  }

  place = (at) => {
    const { tool, options } = this.board.ui;
    if (!this.allowed(tool)) return;
    if (tool === "text") {
      this.board.change({ textAt: at });
      return;
    }
    const props =
      tool === "token" ? { at, side: options.side, number: this.nextNumber(options.side) } : { at };
    this.create(tool, props);
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
    const props = {
      at,
      points: relative,
      ink: options.ink,
      stroke: options.stroke,
      curve: relative.length > 2,
      layer: -1,
    };
    this.board.change({ draft: { sort: tool, props } });
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
    const at = clampTo(this.board.room.state.settings)(props.at);
    // What is drawn while a phase is worked on belongs to it.
    const { phase } = this.board.ui;
    const shown = phase !== null && MARKS.has(sort) && sort !== "comment" ? { phase } : {};
    this.board.submit(add([{ id, sort, props: { ...props, at, ...shown } }]));
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

  reshape = (handle, to) => {
    const [id] = this.board.ui.selection;
    const record = this.board.objects[id];
    if (!mayTouch(this.board.who(), record)) return;
    const since = this.board.ui.reshaping?.since ?? this.board.room.version;
    const reshaping =
      /^(way|bend) /u.test(handle)
        ? bent(this.board.objects, id, this.board.ui.phase, handle, to)
        : { id, set: reshaped(record, handle, to) };
    this.board.change({ reshaping: { ...reshaping, since } });
  };

  reshaped = () => {
    const { reshaping } = this.board.ui;
    this.board.change({ reshaping: null });
    if (reshaping)
      this.board.submit(setProps([{ id: reshaping.id, set: reshaping.set }]), {
        since: reshaping.since,
      });
  };
}

/** New `points` or `size` with one handle pulled to a place. */
function reshaped(record, handle, to) {
  const { at } = record.props;
  if (record.sort === "zone") {
    const size = [0, 1].map((axis) => Math.max(500, Math.round(Math.abs(to[axis] - at[axis]) * 2)));
    return { size };
  }
  const { index } = handlePoints(record, at).find(({ name }) => name === handle);
  const points = record.props.points.map((point, i) =>
    i === index ? [Math.round(to[0] - at[0]), Math.round(to[1] - at[1])] : point,
  );
  return { points };
}
