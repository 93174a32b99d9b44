/** Others' drags glide as little behind as the network allows, on steady and on jittery ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
const { Arrivals, BEHIND_FIRST_MS, BEHIND_MAX_MS, BEHIND_MIN_MS } = await import(
  '../../clients/demo/board/arrivals.js'
);
const { Motion } = await import('../../clients/demo/board/motion.js');

const FRAME_MS = 1000 / 60;
const MM_PER_MS = 8;
const REST = [0, 0];

function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * A hand moves evenly for `ms`; a place of it leaves every `tick` ms and takes `wayMs()`, in order.
 * @returns what was drawn at each frame, with what had arrived by then
 */
function play(motion, { ms, tick, wayMs, from = 0 }) {
  const arrivals = [];
  let last = 0;
  for (let sent = 0; sent <= ms; sent += tick) {
    last = Math.max(last, sent + wayMs(sent));
    arrivals.push({ at: last, x: sent * MM_PER_MS });
  }
  const frames = [];
  let next = 0;
  for (let now = 0; now <= ms; now += FRAME_MS) {
    for (; next < arrivals.length && arrivals[next].at <= now; next += 1)
      motion.sample('o_token', [arrivals[next].x, 0], REST, from + arrivals[next].at);
    const [x] = motion.place('o_token', REST, null, from + now);
    frames.push({ now, x, newest: arrivals[next - 1]?.x ?? 0, hand: now * MM_PER_MS });
  }
  return frames;
}

const stepsOf = (frames) => frames.slice(1).map(({ x }, n) => x - frames[n].x);
const lagMs = ({ hand, x }) => (hand - x) / MM_PER_MS;
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

test('a steady network shows drags hardly more than an interval behind', () => {
  const frames = play(new Motion(), { ms: 4_000, tick: 40, wayMs: () => 5 });
  const settled = frames.filter(({ now }) => now > 1_000);
  assert.ok(Math.max(...settled.map(lagMs)) < 5 + 50, `${Math.max(...settled.map(lagMs))}`);
  for (const step of stepsOf(settled)) assert.ok(Math.abs(step / (FRAME_MS * MM_PER_MS) - 1) < 0.2, `${step}`);
});

for (const [name, jitterMs] of [['a little', 15], ['much', 45], ['more than it waits for', 160]])
  test(`on a network with ${name} jitter drags go on, never back, never beyond what arrived`, () => {
    const random = randomFrom(7);
    const frames = play(new Motion(), { ms: 20_000, tick: 40, wayMs: () => 20 + random() ** 2 * jitterMs });
    const moving = frames.filter(({ now }) => now > 500);
    for (const { x, newest } of frames) assert.ok(x <= newest, 'never beyond');
    const even = FRAME_MS * MM_PER_MS;
    const steps = stepsOf(moving);
    assert.ok(Math.min(...steps) >= 0, 'never back');
    // What waited goes on from where it was seen, and not in leaps.
    assert.ok(Math.max(...steps) <= even * (jitterMs > BEHIND_MAX_MS ? 4 : 2.5), `${Math.max(...steps) / even}`);
    const waiting = steps.filter((step) => step < even / 10).length;
    assert.ok(waiting <= steps.length * (jitterMs > BEHIND_MAX_MS ? 0.1 : 0.03), `${waiting} of ${steps.length}`);
  });

test('what a page could not draw for long is caught up with soon', () => {
  const motion = new Motion();
  for (let at = 0; at <= 400; at += 40) motion.sample('o_token', [at, 0], REST, at);
  for (let at = 440; at <= 1_000; at += 40) motion.sample('o_token', [at, 0], REST, 1_000);
  assert.deepEqual(motion.place('o_token', REST, null, 1_000 + BEHIND_FIRST_MS + 60), [1_000, 0]);
});

test('the delay follows the network both ways, slowly enough that nobody sees it', () => {
  const motion = new Motion();
  let way = () => 5;
  const random = randomFrom(3);
  const lag = (frames) => median(frames.slice(-120).map(lagMs));
  const calm = lag(play(motion, { ms: 4_000, tick: 40, wayMs: () => way() }));
  way = () => 5 + random() * 60;
  const rough = play(motion, { ms: 6_000, tick: 40, wayMs: () => way(), from: 10_000 });
  motion.release('o_token', 16_000);
  way = () => 5;
  const again = lag(play(motion, { ms: 6_000, tick: 40, wayMs: () => way(), from: 20_000 }));
  assert.ok(calm < 55 && again < 55, `${calm}, ${again}`);
  assert.ok(lag(rough) > calm + 20, `${lag(rough)}`);
});

test('a hand that rested and moves on is followed from where it was, without a leap', () => {
  const motion = new Motion();
  motion.sample('o_token', [0, 0], REST, 0);
  motion.sample('o_token', [1_000, 0], REST, 40);
  assert.deepEqual(motion.place('o_token', REST, null, 1_000), [1_000, 0]);
  motion.sample('o_token', [5_000, 0], REST, 1_000);
  const [first] = motion.place('o_token', REST, null, 1_000);
  assert.ok(first < 1_100, `${first}`);
  const [half] = motion.place('o_token', REST, null, 1_000 + BEHIND_FIRST_MS / 2);
  assert.ok(half > 2_500 && half < 3_500, `${half}`);
  assert.deepEqual(motion.place('o_token', REST, null, 1_000 + BEHIND_FIRST_MS), [5_000, 0]);
});

test('what was dropped is where the drag ended, and then where the room says', () => {
  const motion = new Motion();
  motion.sample('o_token', [0, 0], REST, 0);
  motion.sample('o_token', [1_000, 0], REST, 40);
  motion.release('o_token', 40);
  assert.deepEqual(motion.place('o_token', REST, null, 120), [1_000, 0]);
  assert.deepEqual(motion.place('o_token', [1_000, 0], null, 140), [1_000, 0]);
  assert.equal(motion.moving, false);
});

test('the delay stays within its bounds and steps no faster than a part of the time', () => {
  const arrivals = new Arrivals();
  assert.equal(arrivals.behind(0), BEHIND_FIRST_MS);
  for (let n = 0; n < 100; n += 1) arrivals.note(5);
  let before = arrivals.behind(0);
  for (let now = 10; now <= 1_000; now += 10) {
    const behind = arrivals.behind(now);
    assert.ok(Math.abs(behind - before) <= 1.5 + 1e-9);
    before = behind;
  }
  assert.equal(before, BEHIND_MIN_MS);
  for (let n = 0; n < 100; n += 1) arrivals.note(200);
  assert.equal(arrivals.behind(2_000), BEHIND_MAX_MS);
  for (let n = 0; n < 100; n += 1) arrivals.note(600);
  assert.equal(arrivals.behind(4_000), BEHIND_MAX_MS, 'a rest says nothing of the network');
  assert.equal(arrivals.behind(3_000), BEHIND_MAX_MS, 'nor does a clock that is asked for before');
});
