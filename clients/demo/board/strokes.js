/**
 * Paths of lines and arrows: straight, curved or wavy, with their heads; and fewer points for what
 * a hand drew. Pure.
 */

/** @typedef {[number, number]} At */

/**
 * A path through points; `curve` joins them smoothly, `wave` is the height of a dribble's wave in
 * mm, `zigzag` that of its corners, `double` the distance of two lines side by side.
 */
export function strokePath(
  points,
  { curve = false, wave = 0, zigzag = 0, double = 0, stop = 0 } = {},
) {
  const cut = stop > 0 ? shortened(points, stop) : points;
  if (cut.length < 2) return "";
  const dense = curve && cut.length > 2 ? smooth(cut) : cut;
  if (double > 0)
    return toPath(beside(dense, double / 2)) + toPath(beside(dense, -double / 2));
  if (zigzag > 0) return toPath(waving(dense, zigzag, 4));
  return toPath(wave > 0 ? waving(dense, wave, 12) : dense);
}

/** The same way, `offset` mm to its side. */
function beside(points, offset) {
  return points.map((point, i) => {
    const [a, b] = [points[Math.max(0, i - 1)], points[Math.min(points.length - 1, i + 1)]];
    const long = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
    return [
      point[0] - ((b[1] - a[1]) / long) * offset,
      point[1] + ((b[0] - a[0]) / long) * offset,
    ];
  });
}

function toPath(points) {
  return points
    .map(([x, y], i) => `${i === 0 ? "M" : "L"}${Math.round(x)} ${Math.round(y)}`)
    .join("");
}

/** Catmull-Rom through all points, as many short straight pieces. */
function smooth(points) {
  const dense = [points[0]];
  for (let i = 0; i + 1 < points.length; i += 1) {
    const [a, b, c, d] = [
      points[Math.max(0, i - 1)],
      points[i],
      points[i + 1],
      points[Math.min(points.length - 1, i + 2)],
    ];
    for (let step = 1; step <= 8; step += 1) dense.push(spline(a, b, c, d, step / 8));
  }
  return dense;
}

function spline(a, b, c, d, t) {
  const axis = (k) =>
    0.5 *
    (2 * b[k] +
      (c[k] - a[k]) * t +
      (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t ** 2 +
      (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t ** 3);
  return [axis(0), axis(1)];
}

/**
 * The same way, waving; straight for the last bit, so that the head points right. With four
 * `samples` a wave it is a zigzag.
 */
function waving(points, height, samples) {
  const total = lengthOf(points);
  const period = height * 4;
  const straight = Math.min(total / 4, height * 2.5);
  const waves = Math.max(1, Math.round((total - straight) / period));
  const stretch = (total - straight) / waves;
  const result = [];
  for (let d = 0; d < total - straight; d += stretch / samples) {
    const { at, normal } = along(points, d);
    const offset = Math.sin((d / stretch) * 2 * Math.PI) * height;
    result.push([at[0] + normal[0] * offset, at[1] + normal[1] * offset]);
  }
  result.push(along(points, total - straight).at, points.at(-1));
  return result;
}

export function lengthOf(points) {
  let total = 0;
  for (let i = 1; i < points.length; i += 1)
    total += Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]);
  return total;
}

/** The place `d` mm along the way, and the direction across it. */
function along(points, d) {
  let left = d;
  for (let i = 1; i < points.length; i += 1) {
    const [a, b] = [points[i - 1], points[i]];
    const piece = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (left <= piece || i === points.length - 1) {
      const part = piece === 0 ? 0 : Math.min(1, left / piece);
      const [dx, dy] = piece === 0 ? [1, 0] : [(b[0] - a[0]) / piece, (b[1] - a[1]) / piece];
      return { at: [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part], normal: [-dy, dx] };
    }
    left -= piece;
  }
  return { at: points[0], normal: [0, 1] };
}

/** The way without its last `stop` mm, where the head is drawn. */
function shortened(points, stop) {
  const total = lengthOf(points);
  if (total <= stop * 1.2) return points;
  const { at } = along(points, total - stop);
  let walked = 0;
  const kept = [points[0]];
  for (let i = 1; i < points.length; i += 1) {
    walked += Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]);
    if (walked >= total - stop) break;
    kept.push(points[i]);
  }
  return [...kept, at];
}

/** A triangle at the end of the way (or a bar across it, of a screen). */
export function headPath(points, size, kind) {
  const tip = points.at(-1);
  const { at: base } = along(points, Math.max(0, lengthOf(points) - size));
  const distance = Math.hypot(tip[0] - base[0], tip[1] - base[1]) || 1;
  const [dx, dy] = [(tip[0] - base[0]) / distance, (tip[1] - base[1]) / distance];
  const at = (forward, side) =>
    `${Math.round(tip[0] + dx * forward - dy * side)} ${Math.round(tip[1] + dy * forward + dx * side)}`;
  if (kind === "bar") return `M${at(0, -size * 0.7)}L${at(0, size * 0.7)}`;
  return `M${at(0, 0)}L${at(-size, -size * 0.55)}L${at(-size, size * 0.55)}Z`;
}

/**
 * Ramer-Douglas-Peucker: what a hand drew, with as few points as look the same. @param {At[]}
 * points @returns {At[]}
 */
export function simplify(points, tolerance) {
  if (points.length < 3) return points;
  const keep = new Set([0, points.length - 1]);
  const spans = [[0, points.length - 1]];
  while (spans.length > 0) {
    const [first, last] = spans.pop();
    let far = -1;
    let most = tolerance;
    for (let i = first + 1; i < last; i += 1) {
      const off = distanceToSegment(points[i], points[first], points[last]);
      if (off > most) [far, most] = [i, off];
    }
    if (far < 0) continue;
    keep.add(far);
    spans.push([first, far], [far, last]);
  }
  return points.filter((_, i) => keep.has(i));
}

export function distanceToSegment(p, a, b) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const square = dx * dx + dy * dy;
  const t =
    square === 0 ? 0 : Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square));
  return Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy);
}
