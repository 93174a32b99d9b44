/** How large a token is drawn. Pure. */

const TOKEN_MM = 1_700;
const TOKEN_PX_MIN = 14;

/**
 * Radius of a token in mm: to scale, but never too small to see and to grab. @param
 * {import("./projection.js").Camera} camera
 */
export function tokenRadius(props, camera) {
  return Math.max(TOKEN_MM, TOKEN_PX_MIN * camera.unit) * ((props.scale ?? 100) / 100);
}
