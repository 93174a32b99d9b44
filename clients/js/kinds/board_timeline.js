/**
 * Where everything on a board is at a moment of its phases. Pure arithmetic on places; mirrors
 * server/rules/board_timeline.py (SPEC BD59, BD64 to BD69) step by step, and both are held to one
 * golden file.
 *
 * @typedef {[x: number, y: number]} Spot mm
 * @typedef {{x: number, y: number, facing: number | null}} Place facing: degrees clockwise from x
 * @typedef {{id: string, start: number, duration: number, easing: string}} Span ms from the set-up
 * @typedef {{at: Spot, facing: number | null, carrier: string | null}} End
 * @typedef {{sort: string, props: Record<string, any>}} Thing
 *
 * @typedef {object} Timeline
 * @property {Span[]} phases in order
 * @property {number} duration ms
 * @property {(ms: number) => number | null} phaseAt index of the phase that runs; null: the set-up
 * @property {(ms: number) => Record<string, Place>} at every token, ball and piece of equipment
 */

const CARRIED_MM = 900;
const CURVE_PIECES = 8;
const MOVERS = new Set(['token', 'ball', 'equipment']);
/** @type {Record<string, number>} */
const ATTACK = { home: 0, away: 180 };

/**
 * Progress along the way at the share `u` of the time, both 0 to 1.
 * @param {string} easing
 * @param {number} u
 */
export function eased(easing, u) {
  if (easing === 'linear') return u;
  if (easing === 'in') return u * u;
  if (easing === 'out') return 1 - (1 - u) * (1 - u);
  return u < 0.5 ? 2 * u * u : 1 - 2 * (1 - u) * (1 - u);
}

/**
 * @param {Record<string, Thing>} objects of the view
 * @returns {Timeline}
 */
export function timelineOf(objects) {
  const entries = Object.entries(objects);
  const movers = Object.fromEntries(entries.filter(([, { sort }]) => MOVERS.has(sort)));
  /** @type {Record<string, Record<string, any>>} */
  const stops = {};
  for (const [, { sort, props }] of entries)
    if (sort === 'stop') stops[`${props.phase} ${props.of}`] = props;
  const { phases, duration } = spansOf(entries);
  const carrierOf = (/** @type {any} */ value) =>
    value != null && movers[value]?.sort === 'token' ? value : null;
  const ends = [mapValues(movers, (thing) => setUp(thing, carrierOf))];
  for (const span of phases) {
    const before = /** @type {Record<string, End>} */ (ends.at(-1));
    ends.push(
      mapValues(movers, ({ sort }, id) =>
        endOf(stops[`${span.id} ${id}`], sort, /** @type {End} */ (before[id]), carrierOf),
      ),
    );
  }

  /**
   * @param {string} carrier
   * @param {Place} where
   * @returns {Spot}
   */
  function carried(carrier, where) {
    const facing = where.facing ?? ATTACK[movers[carrier]?.props.side] ?? 0;
    const angle = (facing * Math.PI) / 180;
    return [where.x + CARRIED_MM * Math.cos(angle), where.y + CARRIED_MM * Math.sin(angle)];
  }

  /**
   * @param {number} moment index of the ends
   * @param {string} id
   * @returns {Place}
   */
  function held(moment, id) {
    const { at, facing, carrier } = /** @type {End} */ (ends[moment]?.[id]);
    if (carrier === null) return { x: at[0], y: at[1], facing };
    const [x, y] = carried(carrier, held(moment, carrier));
    return { x, y, facing };
  }

  /**
   * @param {number} index of the phase
   * @param {string} id
   * @param {number} share
   * @returns {Place}
   */
  function moving(index, id, share) {
    const before = /** @type {End} */ (ends[index]?.[id]);
    const after = /** @type {End} */ (ends[index + 1]?.[id]);
    const facing = turned(before.facing, after.facing, share);
    if (after.carrier !== null && before.carrier === after.carrier) {
      const [x, y] = carried(after.carrier, moving(index, after.carrier, share));
      return { x, y, facing };
    }
    const stop = stops[`${phases[index]?.id} ${id}`];
    const start = held(index, id);
    if (stop === undefined) return { ...start, facing };
    const end = held(index + 1, id);
    const [x, y] = way(stop, [start.x, start.y], [end.x, end.y], share);
    return { x, y, facing };
  }

  /** @param {number} ms */
  function phaseAt(ms) {
    if (ms <= 0 || phases.length === 0) return null;
    const index = phases.findIndex((span) => ms <= span.start + span.duration);
    return index === -1 ? phases.length - 1 : index;
  }

  return {
    phases,
    duration,
    phaseAt,
    at(ms) {
      const index = phaseAt(ms);
      const span = index === null ? undefined : phases[index];
      if (index === null || span === undefined) return mapValues(movers, (_, id) => held(0, id));
      const share = eased(span.easing, Math.min(1, (ms - span.start) / span.duration));
      return mapValues(movers, (_, id) => moving(index, id, share));
    },
  };
}

/**
 * Where everybody is while the phases play for all (BD59).
 * @param {import('./board.js').Playback} playback
 * @param {number} now the server's clock, ms
 * @param {number} duration of all phases
 */
export function momentOf(playback, now, duration) {
  const end = playback.to_ms === null ? duration : Math.min(playback.to_ms, duration);
  const start = Math.min(playback.from_ms ?? 0, end);
  let place = playback.at_ms;
  if (playback.playing)
    place += Math.floor((Math.max(now - playback.since, 0) * playback.speed) / 100);
  if (playback.loop && playback.playing && place >= end && end > start)
    return start + ((place - start) % (end - start));
  return Math.min(place, end);
}

/** @param {[string, Thing][]} entries */
function spansOf(entries) {
  const sorted = entries
    .filter(([, { sort }]) => sort === 'phase')
    .sort(([one, { props: a }], [two, { props: b }]) => order(a.rank, b.rank) || order(one, two));
  let duration = 0;
  const phases = sorted.map(([id, { props }]) => {
    const span = { id, start: duration, duration: props.duration, easing: props.easing ?? 'in_out' };
    duration += props.duration;
    return span;
  });
  return { phases, duration };
}

/**
 * By code units.
 * @param {string} a
 * @param {string} b
 */
function order(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * @param {Thing} thing
 * @param {(value: any) => string | null} carrierOf
 * @returns {End}
 */
function setUp({ sort, props }, carrierOf) {
  const carrier = sort === 'ball' ? carrierOf(props.carrier) : null;
  return { at: props.at, facing: props.facing ?? null, carrier };
}

/**
 * @param {Record<string, any> | undefined} stop
 * @param {string} sort
 * @param {End} before
 * @param {(value: any) => string | null} carrierOf
 * @returns {End}
 */
function endOf(stop, sort, before, carrierOf) {
  if (stop === undefined) return before;
  const carrier = sort === 'ball' ? carrierOf(stop.carrier) : null;
  return { at: stop.at, facing: stop.facing ?? before.facing, carrier };
}

/**
 * @param {Record<string, any>} stop
 * @param {Spot} start
 * @param {Spot} end
 * @param {number} share
 * @returns {Spot}
 */
function way(stop, start, end, share) {
  const [x, y] = stop.at;
  /** @type {Spot[]} */
  const points = stop.points ?? [];
  if (points.length === 0) return between(start, end, share);
  if (stop.sampled) {
    const [dx, dy] = sample(points, share);
    return [x + dx, y + dy];
  }
  /** @type {Spot[]} */
  const through = [start, ...points.map(([dx, dy]) => /** @type {Spot} */ ([x + dx, y + dy])), end];
  return along(stop.curve ? smooth(through) : through, share);
}

/**
 * @param {Spot[]} points
 * @returns {Spot[]}
 */
function smooth(points) {
  const last = points.length - 1;
  const point = (/** @type {number} */ i) =>
    /** @type {Spot} */ (points[Math.min(last, Math.max(0, i))]);
  const dense = [point(0)];
  for (let i = 0; i < last; i += 1) {
    for (let step = 1; step <= CURVE_PIECES; step += 1) {
      const t = step / CURVE_PIECES;
      const four = [point(i - 1), point(i), point(i + 1), point(i + 2)];
      dense.push([spline(four.map(([x]) => x), t), spline(four.map(([, y]) => y), t)]);
    }
  }
  return dense;
}

/**
 * @param {number[]} four
 * @param {number} t
 */
function spline([a = 0, b = 0, c = 0, d = 0], t) {
  return (
    0.5 *
    (2 * b +
      (c - a) * t +
      (2 * a - 5 * b + 4 * c - d) * t * t +
      (3 * b - a - 3 * c + d) * t * t * t)
  );
}

/**
 * @param {Spot} a
 * @param {Spot} b
 * @param {number} t
 * @returns {Spot}
 */
function between(a, b, t) {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
}

/**
 * The place after this share of the length of the way.
 * @param {Spot[]} points
 * @param {number} share
 * @returns {Spot}
 */
function along(points, share) {
  const pieces = points.slice(1).map((b, i) => {
    const a = /** @type {Spot} */ (points[i]);
    return { a, b, length: Math.hypot(b[0] - a[0], b[1] - a[1]) };
  });
  let left = pieces.reduce((sum, { length }) => sum + length, 0) * share;
  for (const { a, b, length } of pieces) {
    if (left <= length && length > 0) return between(a, b, left / length);
    left -= length;
  }
  return /** @type {Spot} */ (points.at(-1));
}

/**
 * The place between samples that are evenly spaced in time.
 * @param {Spot[]} points
 * @param {number} share
 * @returns {Spot}
 */
function sample(points, share) {
  const place = share * (points.length - 1);
  const i = Math.max(0, Math.min(Math.floor(place), points.length - 2));
  const a = /** @type {Spot} */ (points[i]);
  return between(a, points[i + 1] ?? a, place - i);
}

/**
 * The short way round. What looked nowhere looks at once where it will.
 * @param {number | null} a
 * @param {number | null} b
 * @param {number} share
 */
function turned(a, b, share) {
  if (a === null || b === null) return b;
  return (a + (((b - a + 540) % 360) - 180) * share + 360) % 360;
}

/**
 * @template T, R
 * @param {Record<string, T>} from
 * @param {(value: T, key: string) => R} change
 * @returns {Record<string, R>}
 */
function mapValues(from, change) {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, change(value, key)]));
}
