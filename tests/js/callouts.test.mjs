/** What stands beside a thing on the pitch: a conflict, work that somebody replaced. */
import assert from 'node:assert/strict';
import { register } from 'node:module';
import { test } from 'node:test';

await import('./support/described.mjs');
register('./support/served_paths.mjs', import.meta.url);
const { calloutsView } = await import('../../clients/demo/board/callouts.js');
const { openConflicts } = await import('../../clients/demo/board/conflicts.js');

const ID = 'o_ten_____';

/** Where callouts of this model ask to stand. */
function asked(part) {
  const places = [];
  const model = {
    ...{ conflicts: [], lost: [], refusal: null, textAt: null, names: {} },
    ...{ words: { conflict: () => 'Ben changed it', lost: () => 'Ben changed it' } },
    pixelOf: (...place) => (places.push(place), [100, 100]),
    size: { width: 800, height: 600 },
    ...part,
  };
  calloutsView(model, new Proxy({}, { get: () => () => undefined }));
  return places;
}

test('BD25 a callout stands where somebody put the thing, or beside the thing itself', () => {
  const conflictOf = (clash) =>
    openConflicts([
      {
        ...{ id: 'u', code: 'conflict', command: { type: 'objects.set', changes: [] } },
        detail: { conflicts: [{ id: ID, by: 'a_ben', version: 3, ...clash }] },
      },
    ]);
  const where = (clash) => asked({ conflicts: conflictOf(clash) });
  assert.deepEqual(where({ property: 'at', mine: [1, 1], theirs: [5, 5] }), [[ID, [5, 5]]]);
  for (const [property, theirs] of [
    ['at', null],
    ['width', 800],
    ['name', 'Ten'],
    ['points', [[0, 0], [5, 5]]],
  ])
    assert.deepEqual(where({ property, mine: null, theirs }), [[ID, undefined]], property);
});
