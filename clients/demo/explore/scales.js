/** Where numbers lie on a line: ranges, ticks, bins, the middle one. Pure. */

const STEPS = [1, 2, 5, 10];

/** Round numbers between two, about so many, the ends included. @returns {number[]} */
export function ticksOf(low, high, count = 5) {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find((one) => one * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const ticks = [];
  for (let n = first; n * step <= high + step * 1e-9; n++) ticks.push(Number((n * step).toPrecision(12)));
  return ticks;
}

/** A number's place between `from` and `to`. */
export function scaleOf(low, high, from, to) {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

/** Low and high with a little air; 0 among them where `zero`. @param {number[]} values */
export function rangeOf(values, { zero = false, air = 0 } = {}) {
  const all = zero ? [0, ...values] : values;
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const more = (high - low || Math.abs(high) || 1) * air;
  return [low - (zero && low === 0 ? 0 : more), high + (zero && high === 0 ? 0 : more)];
}

/**
 * Sums by a measure as bars of equal width.
 * @param {{value: number, plays: number}[]} counts @param {number} most bars
 * @returns {{from: number, to: number, plays: number}[]} every bar from the first to the last
 */
export function binsOf(counts, most) {
  if (counts.length === 0) return [];
  const [low, high] = rangeOf(counts.map(({ value }) => value));
  const width = [1, 2, 5, 10, 20, 50].find((one) => (high - low + 1) / one <= most) ?? 100;
  const first = Math.floor(low / width);
  const bins = Array.from({ length: Math.floor(high / width) - first + 1 }, (_, n) => ({
    ...{ from: (first + n) * width, to: (first + n + 1) * width - 1, plays: 0 },
  }));
  for (const { value, plays } of counts) bins[Math.floor(value / width) - first].plays += plays;
  return bins;
}

/** Of how many plays, their mean and the value of the middle one. @param {{value: number, plays: number}[]} counts */
export function middleOf(counts) {
  const sorted = counts.toSorted((one, other) => one.value - other.value);
  const plays = sorted.reduce((sum, one) => sum + one.plays, 0);
  if (plays === 0) return { plays, mean: null, median: null };
  const mean = sorted.reduce((sum, one) => sum + one.value * one.plays, 0) / plays;
  let [seen, median] = [0, sorted[0].value];
  for (const { value, plays: here } of sorted) {
    if (seen >= plays / 2) break;
    median = value;
    seen += here;
  }
  return { plays, mean, median };
}
