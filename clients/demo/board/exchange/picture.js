/** A board as a picture of its own: the same scene as on the page, without anybody in it. Pure. */
import { h } from "../../parts/view.js";
import { dimensionsOf } from "../pitch.js";
import { cameraFor } from "../projection.js";
import { sceneView } from "../scene.js";

const NOBODY = new Set();
const NOTHING = new Map();
/**
 * Width and height in pixels for a picture whose longer side has so many, of the part of the pitch
 * that the board shows.
 */
export function pictureSize(settings, long) {
  const { from, to, width, margin } = dimensionsOf(settings);
  const sides = [to - from + 2 * margin, width + 2 * margin];
  if (settings.portrait) sides.reverse();
  return sides.map((side) => Math.round((long * side) / Math.max(...sides)));
}

/**
 * @param {{settings: any, objects: Record<string, any>, size: [number, number], title: string}}
 *   picture
 */
export function pictureView({ settings, objects, size, title }) {
  const [width, height] = size;
  const dimensions = dimensionsOf(settings);
  const camera = cameraFor(dimensions, { width, height }, { zoom: 1, centre: [0, 0] }, dimensions.portrait);
  const box = [camera.x, camera.y, camera.width, camera.height].map(Math.round);
  const scene = {
    ...{ camera, settings, objects },
    place: (_, record) => record.props.at ?? [0, 0],
    ...{ selection: NOBODY, pending: NOBODY, refused: NOBODY },
    ...{ holders: NOTHING, selectedByOthers: NOTHING, cursors: [], ghosts: [] },
    ...{ draft: null, box: null, pen: null, handles: false, guides: [], hidden: NOBODY, still: true },
  };
  return h(
    "svg",
    { class: "scene", viewBox: box.join(" "), width, height, role: "img", "aria-label": title },
    h("title", { key: "title" }, title),
    // Of the surface, and all of the picture: a frame of other proportions shows more than the pitch.
    h("g", { key: "ground", class: dimensions.surface }, h("rect", { class: "around", ...rectOf(box) })),
    sceneView(scene),
  );
}

function rectOf([x, y, width, height]) {
  return { x, y, width, height };
}
