/**
 * Pitches to scale: what is painted on them, from the table of every sport. Millimetres; the origin
 * is the centre of the pitch, x along its length, y across it. Pure.
 */
import { PITCHES } from "/js/kinds/pitches.js";
import { h, memo } from "../parts/view.js";
import { zonesView } from "./zones.js";

const MARGIN = 0.038;
const STRIPES = 19;

/** Names of the sports, in the order of the table. */
export const SPORTS = Object.entries(PITCHES).map(([id, { name }]) => [id, name]);

/**
 * The dimensions of a board: its settings may say another length and width, and which part shows.
 * `from` and `to`: the x between which it shows.
 */
export function dimensionsOf(settings) {
  const sport = PITCHES[settings?.sport] ? settings.sport : "soccer";
  const table = PITCHES[sport];
  const length = settings?.length_mm || table.length;
  const width = settings?.width_mm || table.width;
  const [from, to] = shown(settings?.part, length);
  return {
    ...table,
    sport,
    length,
    width,
    from,
    to,
    margin: Math.max(length * MARGIN, 700),
    portrait: settings?.portrait ?? false,
  };
}

/** From which x to which a part shows; it is that of the goal on the right. */
export function shown(part, length) {
  if (part === "half") return [0, length / 2];
  if (part === "third") return [length / 2 - length / 3, length / 2];
  return [-length / 2, length / 2];
}

/** A place of the table on a pitch of this size: a number, or [half lengths, half widths, mm]. */
export function placeOn(place, { length, width }) {
  if (typeof place === "number") return place;
  const [along, across, mm] = place;
  return (along * length) / 2 + (across * width) / 2 + mm;
}

/** Ground and markings, in the pitch's own coordinates. `upright`: whether it will be turned. */
export function pitchView(settings, upright = false) {
  const d = dimensionsOf(settings);
  const { stripes = true, zones = "none", part = "full" } = settings ?? {};
  const same = [d.sport, d.length, d.width, stripes, zones, part, upright];
  return memo("g", null, same, () => groundAndChalk(d, { stripes, zones, part, upright }));
}

function groundAndChalk(d, { stripes, zones, part, upright }) {
  const clip = `part-${part}-${d.length}-${d.width}`;
  return h(
    "g",
    { class: `pitch ${d.surface}`, "aria-hidden": "true", "data-sport": d.sport },
    h("clipPath", { id: clip }, visible(d)),
    h(
      "g",
      { "clip-path": `url(#${clip})` },
      ground(d, stripes),
      h(
        "g",
        { class: "chalk", "stroke-width": Math.round(Math.max(d.line * 1.4, d.length / 700)) },
        d.marks.map((mark) => markView(mark, d)),
      ),
      zones === "none" ? null : zonesView(zones, { ...d, lanes: d.lanes.map((place) => placeOn(place, d)) }, upright),
    ),
  );
}

/** What shows: the part, with a strip around it that lies on the pitch's own side as well. */
function visible(d) {
  return rect(
    d.from - d.margin,
    -d.width / 2 - d.margin,
    d.to - d.from + 2 * d.margin,
    d.width + 2 * d.margin,
  );
}

function ground(d, stripes) {
  const [left, top] = [-d.length / 2, -d.width / 2];
  const around = rect(
    left - d.margin,
    top - d.margin,
    d.length + 2 * d.margin,
    d.width + 2 * d.margin,
    "around",
  );
  const inside = rect(left, top, d.length, d.width, "ground");
  if (d.corner > 0) return [around, rounded(left, top, d)];
  if (!stripes || d.surface !== "grass") return [around, inside];
  // An odd number, so that both ends look alike; in yards, one for every five between the ends.
  const ends = d.marks.some(([kind, , , , , fill]) => kind === "area" && fill === "end");
  const goalLine = ends ? firstEnd(d) : d.length / 2;
  const count = d.sport === "american_football" ? 20 : STRIPES;
  const step = (2 * goalLine) / count;
  const mown = [];
  for (let i = 0; i < count; i += 2)
    mown.push(rect(-goalLine + i * step, top, step, d.width, "stripe"));
  return [around, inside, ...mown];
}

/** Where the field of play ends, if end zones or in-goals lie beyond. */
function firstEnd(d) {
  const [, x1] = d.marks.find(([kind, , , , , fill]) => kind === "area" && fill === "end");
  return Math.abs(placeOn(x1, d));
}

function rounded(x, y, d) {
  return h("rect", {
    class: "ground",
    x,
    y,
    width: d.length,
    height: d.width,
    rx: d.corner,
    ry: d.corner,
  });
}

/** One row of the table as an element. */
function markView(mark, d) {
  const on = (place) => placeOn(place, d);
  const [kind, a, b, ...rest] = mark;
  switch (kind) {
    case "line": {
      const [c, e, style, times = 1, step = 0] = rest;
      const points = [on(a), on(b), on(c), on(e)].map(Math.round);
      if (times === 1) return line(points, style);
      return h("path", { class: styleOf(style), d: comb(points, times, step) });
    }
    case "arc": {
      const [radius, start, stop, style] = rest;
      if (stop - start >= 360)
        return h("circle", { class: styleOf(style), cx: on(a), cy: on(b), r: radius });
      return h("path", { class: styleOf(style), d: arcPath(on(a), on(b), radius, start, stop) });
    }
    case "disc": {
      const [radius, start, stop, filling] = rest;
      return h("path", {
        class: `area ${filling}`,
        d: `${arcPath(on(a), on(b), radius, start, stop)}Z`,
      });
    }
    case "spot":
      return h("circle", { class: `spot ${styleOf(rest[1]) ?? ""}`, cx: on(a), cy: on(b), r: rest[0] });
    case "area": {
      const [c, e, filling] = rest;
      return rect(on(a), on(b), on(c) - on(a), on(e) - on(b), `area ${filling}`);
    }
    default:
      return label([on(a), on(b)], rest);
  }
}

function comb([x1, y1, x2, y2], times, step) {
  let d = "";
  for (let i = 0; i < times; i += 1)
    d += `M${Math.round(x1 + i * step)} ${y1}L${Math.round(x2 + i * step)} ${y2}`;
  return d;
}

/** An arc from one direction to another, clockwise. */
export function arcPath(x, y, radius, start, stop) {
  const at = (degrees) => {
    const angle = (degrees * Math.PI) / 180;
    return `${Math.round(x + radius * Math.cos(angle))} ${Math.round(y + radius * Math.sin(angle))}`;
  };
  return `M${at(start)}A${radius} ${radius} 0 ${stop - start > 180 ? 1 : 0} 1 ${at(stop)}`;
}

function label([x, y], [height, text, turn]) {
  return h(
    "text",
    {
      class: "yard-number",
      x: Math.round(x),
      y: Math.round(y),
      "font-size": Math.round(height * 1.35),
      transform: turn ? `rotate(${turn} ${Math.round(x)} ${Math.round(y)})` : null,
    },
    [...text].join("\u2009"),
  );
}

const styleOf = (style) => (style === "line" ? null : style);
const rect = (x, y, width, height, kind = null) =>
  h("rect", {
    class: kind,
    x: Math.round(x),
    y: Math.round(y),
    width: Math.round(width),
    height: Math.round(height),
  });
const line = ([x1, y1, x2, y2], style) => h("line", { class: styleOf(style), x1, y1, x2, y2 });
