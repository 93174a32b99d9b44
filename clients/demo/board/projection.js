/**
 * From millimetres of the pitch to what is on the screen and back. Pure.
 *
 * On a tall screen the pitch stands upright (its +x end at the top), so that it fills a phone;
 * words stay level because objects are projected one by one instead of turning the whole picture.
 *
 * @typedef {[number, number]} At
 * @typedef {{upright: boolean, x: number, y: number, width: number, height: number, unit: number,
 *   grain: number}} Camera the visible box in projected millimetres; `unit` is millimetres per CSS
 *   pixel, `grain` how large things are drawn
 */

export const ZOOM_MAX = 8;

/** On a shorter pitch than this things are drawn smaller, so that a court is not all tokens. */
const WIDE_MM = 60_000;

/** @param {At} at @param {Camera} camera @returns {At} */
export function project([x, y], { upright }) {
  return upright ? [y, -x] : [x, y];
}

/** @param {At} at @param {Camera} camera @returns {At} */
export function unproject([x, y], { upright }) {
  return upright ? [-y, x] : [x, y];
}

/** Degrees on the pitch (0 is +x, clockwise) to degrees on the screen. */
export function projectAngle(degrees, { upright }) {
  return upright ? degrees - 90 : degrees;
}

/**
 * The camera that shows the pitch, or the part of it between `from` and `to`, in a box of pixels:
 * all of it at zoom 1, around `centre` when nearer. Upright when the board says so, and on a screen
 * that is taller than wide.
 * @param {{length: number, width: number, margin: number, from?: number, to?: number, portrait?:
 * boolean}} dimensions
 * @param {{width: number, height: number}} pixels
 * @param {{zoom: number, centre: At}} look
 * @param {boolean} [upright]
 * @returns {Camera}
 */
export function cameraFor(dimensions, pixels, { zoom, centre }, upright = standsIn(dimensions, pixels)) {
  const { length, margin, from = -length / 2, to = length / 2 } = dimensions;
  const along = to - from + 2 * margin;
  const across = dimensions.width + 2 * margin;
  const [needWidth, needHeight] = upright ? [across, along] : [along, across];
  const width = Math.max(1, pixels.width);
  const height = Math.max(1, pixels.height);
  const fit = Math.max(needWidth / width, needHeight / height);
  const unit = fit / zoom;
  const grain = Math.min(1, length / WIDE_MM);
  const box = { upright, width: width * unit, height: height * unit, unit, grain };
  const [cx, cy] = project(zoom === 1 ? [(from + to) / 2, 0] : centre, box);
  return { ...box, x: cx - box.width / 2, y: cy - box.height / 2 };
}

function standsIn({ portrait = false }, { width, height }) {
  return portrait || height > width * 1.05;
}

/** The point of the pitch under a pixel of the picture. @returns {At} */
export function pointAt([px, py], camera) {
  const [x, y] = unproject([camera.x + px * camera.unit, camera.y + py * camera.unit], camera);
  return [Math.round(x), Math.round(y)];
}

/** The pixel of a point of the pitch. @returns {At} */
export function pixelAt(at, camera) {
  const [x, y] = project(at, camera);
  return [(x - camera.x) / camera.unit, (y - camera.y) / camera.unit];
}

/** Nearer or further, so that the point under the pointer stays where it is. */
export function zoomAround(look, at, factor) {
  const zoom = Math.min(ZOOM_MAX, Math.max(1, look.zoom * factor));
  const ratio = look.zoom / zoom;
  const from = look.zoom === 1 ? [0, 0] : look.centre;
  const centre = [at[0] + (from[0] - at[0]) * ratio, at[1] + (from[1] - at[1]) * ratio];
  return { zoom, centre: zoom === 1 ? [0, 0] : centre };
}

/** Millimetres in each unit that a board may show. */
const UNIT_MM = { m: 1000, yd: 914.4, ft: 304.8 };

/** The unit of a board: what it is set to, or what its sport measures in. */
export function unitOf(settings, sportUnit) {
  return settings?.units && settings.units !== "auto" ? settings.units : sportUnit;
}

/** Coordinates to read out: "12.4, −3.0 m" from the centre. @param {At} at @param {string} unit */
export function coordinates([x, y], unit) {
  const number = (mm) => {
    const rounded = (Math.round((mm / UNIT_MM[unit]) * 10) / 10).toFixed(1);
    return rounded === "-0.0" ? "0.0" : rounded.replace("-", "\u2212");
  };
  return `${number(x)}, ${number(y)} ${unit}`;
}

/** Words for a place: "12 m right of centre, 5 m down". */
export function placeInWords([x, y]) {
  const metres = (mm) => `${Math.abs(Math.round(mm / 1000))} m`;
  const along =
    Math.abs(x) < 500
      ? "on the halfway line"
      : `${metres(x)} ${x > 0 ? "right" : "left"} of halfway`;
  const across =
    Math.abs(y) < 500 ? "in the middle" : `${metres(y)} ${y > 0 ? "below" : "above"} the middle`;
  return `${along}, ${across}`;
}
