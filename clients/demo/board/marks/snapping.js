/**
 * What is dragged sticks to the lines of what lies still: the middles of other things and the
 * pitch's own middle lines. Pure; millimetres.
 *
 * @typedef {[number, number]} At
 * @typedef {{axis: "x" | "y", value: number}} Guide
 */

/** @param {Record<string, any>} objects @param {Set<string>} moving @returns {[number[], number[]]} */
export function linesOf(objects, moving) {
  const [xs, ys] = [new Set([0]), new Set([0])];
  for (const [id, { sort, props }] of Object.entries(objects)) {
    const still = sort === "token" || sort === "ball" || sort === "equipment" || sort === "zone";
    if (!still || moving.has(id)) continue;
    xs.add(props.at[0]);
    ys.add(props.at[1]);
  }
  return [[...xs], [...ys]];
}

/**
 * The way that things go when they stick. @param {At[]} origins where they began @param {At} delta
 * how far the hand went @param {[number[], number[]]} lines @param {number} reach
 * @returns {{delta: At, guides: Guide[]}}
 */
export function snapped(origins, delta, lines, reach) {
  const guides = [];
  const result = [0, 1].map((axis) => {
    let [least, by, value] = [reach, 0, null];
    for (const origin of origins) {
      const there = origin[axis] + delta[axis];
      for (const line of lines[axis]) {
        const off = line - there;
        if (Math.abs(off) < least) [least, by, value] = [Math.abs(off), off, line];
      }
    }
    if (value !== null) guides.push({ axis: axis === 0 ? "x" : "y", value });
    return delta[axis] + by;
  });
  return { delta: /** @type {At} */ (result), guides };
}
