/** How large a token is drawn. Pure. */

const TOKEN_MM = 1_700;
const TOKEN_PX_MIN = 14;

/**
 * Radius of a token in mm: to scale, but never too small to see and to grab. @param
 * {import("./projection.js").Camera} camera
 */
export function tokenRadius(props, camera) {
  const usual = TOKEN_MM * (camera.grain ?? 1);
  return Math.max(usual, TOKEN_PX_MIN * camera.unit) * ((props.scale ?? 100) / 100);
}
