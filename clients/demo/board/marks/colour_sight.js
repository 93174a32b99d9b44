/**
 * How far two colours are apart for people who see red, green or blue less. Pure. The matrices are
 * those of Viénot, Brettel and Mollon (1999) for protan and deutan sight, and of Brettel, Viénot
 * and Mollon (1997), simplified to one plane, for tritan sight; on linear RGB.
 */

const SIGHT = {
  protan: [0.1124, 0.8876, 0, 0.1124, 0.8876, 0, 0.004, -0.004, 1],
  deutan: [0.2929, 0.7071, 0, 0.2929, 0.7071, 0, -0.0223, 0.0223, 1],
  tritan: [1, 0.1446, -0.1446, 0, 0.8592, 0.1408, 0, 0.8592, 0.1408],
};
export const ALIKE = 0.16;

/** `#rrggbb` as somebody with this sight sees it. */
export function seenBy(sight, colour) {
  const m = SIGHT[sight];
  const linear = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const channel = (row) => {
    const value = m[row * 3] * linear[0] + m[row * 3 + 1] * linear[1] + m[row * 3 + 2] * linear[2];
    const kept = Math.max(0, Math.min(1, value));
    const shown = kept <= 0.0031308 ? kept * 12.92 : 1.055 * kept ** (1 / 2.4) - 0.055;
    return Math.round(shown * 255)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(1)}${channel(2)}`;
}

/** The least distance of two colours for anybody. */
export function leastDistance(a, b) {
  return Math.min(
    distance(a, b),
    ...Object.keys(SIGHT).map((sight) => distance(seenBy(sight, a), seenBy(sight, b))),
  );
}

/** Distance of two colours in OKLab, 0 to about 1. */
export function distance(a, b) {
  const [p, q] = [oklab(a), oklab(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

function oklab(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122 * r + 0.5363 * g + 0.0514 * b);
  const m = Math.cbrt(0.2119 * r + 0.6807 * g + 0.1074 * b);
  const s = Math.cbrt(0.0883 * r + 0.2817 * g + 0.63 * b);
  return [
    0.2105 * l + 0.7936 * m - 0.0041 * s,
    1.978 * l - 2.4286 * m + 0.4506 * s,
    0.0259 * l + 0.7828 * m - 0.8087 * s,
  ];
}
