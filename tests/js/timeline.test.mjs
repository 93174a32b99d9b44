/** Where everything is in the phases: the same as the rules of the server have it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { momentOf, timelineOf } from '../../clients/js/kinds/board_timeline.js';

const GOLDEN = new URL('../golden/board/timelines.ndjson', import.meta.url);
const cases = readFileSync(GOLDEN, 'utf8').trim().split('\n').map((line) => JSON.parse(line));

/** Degrees between two directions. */
const apart = (a, b) => Math.abs(((a - b + 540) % 360) - 180);

test('BD64 BD65 BD66 BD67 BD68 every place of the golden file, within a millimetre', () => {
  let places = 0;
  for (const { objects, phases, duration, moments } of cases) {
    const line = timelineOf(objects);
    assert.deepEqual(
      line.phases.map(({ id }) => id),
      phases,
    );
    assert.equal(line.duration, duration);
    for (const { ms, places: expected } of moments) {
      const found = line.at(ms);
      assert.deepEqual(Object.keys(found), Object.keys(expected));
      for (const [id, [x, y, facing]] of Object.entries(expected)) {
        assert.ok(Math.hypot(found[id].x - x, found[id].y - y) <= 1, `${id} at ${ms}`);
        if (facing === null) assert.equal(found[id].facing, null);
        else assert.ok(apart(found[id].facing, facing) < 0.01, `${id} looks wrong at ${ms}`);
        places += 1;
      }
    }
  }
  assert.ok(places > 3_000);
});

test('BD59 where everybody is', () => {
  const usual = { at_ms: 1_000, since: 10_000, playing: true, speed: 100, loop: false };
  const moment = (said, now) =>
    momentOf({ ...usual, from_ms: null, to_ms: null, by: 'a_ann', ...said }, now, 4_000);
  assert.equal(moment({ playing: false }, 10_700), 1_000);
  assert.equal(moment({ speed: 50 }, 10_701), 1_350);
  assert.equal(moment({}, 9_000), 1_000);
  assert.equal(moment({}, 99_000), 4_000);
  assert.equal(moment({ loop: true }, 17_500), 500);
  assert.equal(moment({ loop: true, from_ms: 1_500, to_ms: 2_000 }, 11_100), 1_600);
});
