/**
 * Which pictures a board has on paper, and what is on each: the set-up and every phase, as it
 * begins, with the ways of those who move in it. Pure.
 *
 * @typedef {{key: string, title: string, name: string, notes: string, phase: string | null,
 *   seconds: number | null}} Sheet
 */
import { timelineOf } from "/js/kinds/board_timeline.js";

const UNSEEN = new Set(["phase", "stop", "comment"]);
const WAY_PIECES = 24;
const WAY_MIN_MM = 400;

/** @returns {Sheet[]} the set-up, then the phases in their order */
export function sheetsOf(objects) {
  const { phases } = timelineOf(objects);
  const first = {
    key: "set-up",
    title: phases.length > 0 ? "Set-up" : "",
    name: "",
    notes: "",
    phase: null,
    seconds: null,
  };
  return [
    first,
    ...phases.map(({ id, duration }, index) => {
      const { name, notes } = objects[id].props;
      return {
        key: id,
        title: `${index + 1}${name ? ` ${name}` : ""}`,
        name: name ?? "",
        notes: notes ?? "",
        phase: id,
        seconds: duration / 1000,
      };
    }),
  ];
}

/** What a sheet shows: everything where the phase begins, and where it goes from there. */
export function objectsOfSheet(objects, phase) {
  const timeline = timelineOf(objects);
  const span = timeline.phases.find(({ id }) => id === phase);
  if (!span) return objectsAt(objects, timeline, 0);
  const shown = shownIn(objects, phase, timeline.at(span.start));
  return { ...waysIn(objects, timeline, span), ...shown };
}

/** What is to be seen at a moment of the play. */
export function objectsAt(objects, timeline, ms) {
  const index = timeline.phaseAt(ms);
  const phase = index === null ? null : timeline.phases[index].id;
  return shownIn(objects, phase, timeline.at(ms));
}

function shownIn(objects, phase, places) {
  const shown = Object.entries(objects)
    .filter(([, { sort, props }]) => !UNSEEN.has(sort) && (!props.phase || props.phase === phase))
    .map(([id, record]) => [id, at(record, places[id])]);
  return Object.fromEntries(shown);
}

function at(record, place) {
  if (!place) return record;
  const props = { ...record.props, at: [Math.round(place.x), Math.round(place.y)] };
  if (place.facing !== null) props.facing = Math.round(place.facing) % 360;
  return { ...record, props };
}

/** An arrow for everyone who moves in the phase; a ball that is not carried goes dashed. */
function waysIn(objects, timeline, { id, start, duration }) {
  const moments = Array.from({ length: WAY_PIECES + 1 }, (_, i) =>
    timeline.at(start + (duration * i) / WAY_PIECES),
  );
  const stops = Object.values(objects).filter(
    ({ sort, props }) => sort === "stop" && props.phase === id,
  );
  const ways = stops.flatMap(({ props }) => {
    const points = moments.map((places) => places[props.of]).filter(Boolean);
    const ball = objects[props.of]?.sort === "ball";
    if (points.length === 0 || (ball && runsAlong(props.carrier, points[0], moments[0]))) return [];
    const [{ x, y }] = points;
    const relative = points.map((point) => [Math.round(point.x - x), Math.round(point.y - y)]);
    const far = Math.max(...relative.map(([dx, dy]) => Math.hypot(dx, dy)));
    if (far < WAY_MIN_MM) return [];
    const way = {
      at: [Math.round(x), Math.round(y)],
      points: relative.filter((point, i) => i === 0 || point.join() !== relative[i - 1].join()),
      stroke: ball ? "dashed" : "solid",
      layer: -1,
    };
    return [[`o_way-${props.of.slice(2)}`, { sort: "arrow", props: way }]];
  });
  return Object.fromEntries(ways);
}

/** Whether the ball is with its carrier from the beginning: their way is its way. */
function runsAlong(carrier, ball, places) {
  const holder = carrier && places[carrier];
  return Boolean(holder) && Math.hypot(holder.x - ball.x, holder.y - ball.y) < 1_500;
}
