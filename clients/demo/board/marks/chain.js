/**
 * Marks that are made by pressing one place after another: the corners of a polygon, the things
 * that a link joins. Pressed places live in `ui.chain`; pressing the first one again closes the
 * form, pressing the last one again (or Enter there) ends it.
 *
 * @typedef {[number, number]} At
 * @typedef {{sort: "zone" | "link", points: At[], ids: string[]}} Chain
 */
import { thingName } from "../words.js";
import { sizeOf } from "./handles.js";

const REACH_PX = 22;
export const ENDS_MAX = 11;
const CORNERS_MAX = 60;

/** Whether a tool is used by pressing places one after another. */
export const chains = ({ tool, options }) =>
  tool === "link" || (tool === "zone" && options.shape === "polygon");

export class ChainTool {
  /** @param {any} drawing the drawing whose marks these are */
  constructor(drawing) {
    this.drawing = drawing;
    this.board = drawing.board;
  }

  /** One more place; `unit` is mm a pixel. */
  press(at, unit) {
    const { ui } = this.board;
    const sort = ui.tool === "link" ? "link" : "zone";
    if (!this.drawing.allowed(sort)) return;
    const chain = ui.chain ?? { sort, points: [], ids: [] };
    const id = sort === "link" ? this.board.nearest(at, REACH_PX * unit) : null;
    if (sort === "link" && !id) return void this.lost(chain);
    const place = id ? this.board.placeOf(id) : at;
    const near = (one) => one && Math.hypot(place[0] - one[0], place[1] - one[1]) < 12 * unit;
    if (chain.points.length > 0 && near(chain.points.at(-1))) return void this.finish(false);
    if (chain.points.length > 2 && near(chain.points[0])) return void this.finish(true);
    if (id && chain.ids.includes(id)) return;
    const points = [...chain.points, place];
    const ids = id ? [...chain.ids, id] : [];
    this.board.change({ chain: { sort, points, ids } });
    this.draw(null);
    const full = points.length === (sort === "link" ? ENDS_MAX : CORNERS_MAX);
    if (full) this.finish(sort === "zone");
    else if (id) this.board.tell(`${thingName(this.board.objects[id])}, ${ids.length} joined`);
    else this.board.tell(`Corner ${points.length}`);
  }

  /** A link pressed where nothing is: what was joined is kept. */
  lost(chain) {
    if (chain.ids.length > 1) this.finish(false);
    else this.board.tell("Press a player, a ball or equipment");
  }

  /** Where the pointer is shows what the next press would make. */
  hover(at) {
    if (this.board.ui.chain) this.draw(at);
  }

  draw(at) {
    const { chain, options } = this.board.ui;
    const all = at ? [...chain.points, at] : chain.points;
    const [first] = all;
    const points = all.map(([x, y]) => [x - first[0], y - first[1]]);
    if (points.length === 1) points.push([1, 1]);
    const props = { at: first, points, ink: options.ink, stroke: "solid" };
    this.board.change({ draft: { sort: "line", props } });
  }

  /** Takes the last place back; false if there is none. */
  back() {
    const { chain } = this.board.ui;
    if (!chain) return false;
    const [points, ids] = [chain.points.slice(0, -1), chain.ids.slice(0, -1)];
    if (points.length === 0) this.board.change({ chain: null, draft: null });
    else {
      this.board.change({ chain: { ...chain, points, ids } });
      this.draw(null);
    }
    return true;
  }

  /** Makes the mark; false if it is not one yet. */
  finish(closed) {
    const { chain } = this.board.ui;
    if (!chain) return false;
    this.board.change({ chain: null, draft: null });
    if (chain.sort === "link") return this.link(chain.ids, closed);
    return chain.points.length > 2 ? this.polygon(chain.points) : false;
  }

  polygon(points) {
    const { options } = this.board.ui;
    const middle = (axis) => {
      const values = points.map((point) => point[axis]);
      return Math.round((Math.max(...values) + Math.min(...values)) / 2);
    };
    const at = [middle(0), middle(1)];
    const relative = points.map(([x, y]) => [x - at[0], y - at[1]]);
    this.drawing.create("zone", {
      at,
      shape: "polygon",
      points: relative,
      size: sizeOf(relative),
      fill: options.ink,
      ink: options.ink,
      layer: -2,
      opacity: 22,
    });
    return true;
  }

  /** Joins things in this order; closed and filled when there are three or more. */
  link(ids, closed) {
    const { options } = this.board.ui;
    const there = ids.filter((id) => this.board.objects[id]).slice(0, ENDS_MAX);
    if (there.length < 2) return false;
    this.drawing.create("link", {
      ends: there,
      ink: options.ink,
      layer: -1,
      ...(closed && there.length > 2 ? { fill: options.ink } : {}),
      ...(options.linkMeasure ? { measure: true } : {}),
    });
    return true;
  }
}
