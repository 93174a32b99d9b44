/** Groups of which one is chosen: one stop for Tab, and arrows within. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
await import('./support/described.mjs');
const { ledTo, radioGroup } = await import('../../clients/demo/parts/radios.js');
const { h } = await import('../../clients/demo/parts/view.js');

const radio = (checked, disabled = false) =>
  h('button', { role: 'radio', 'aria-checked': String(checked), disabled });

test('Tab stops at the chosen one, or the first that can be', () => {
  const stops = (...items) => radioGroup({}, items).children.map(({ props }) => props.tabindex);
  assert.deepEqual(stops(radio(false), radio(true), radio(false)), ['-1', '0', '-1']);
  assert.deepEqual(stops(radio(true, true), radio(false), radio(false)), ['-1', '0', '-1']);
  assert.deepEqual(stops(radio(true, true)), ['-1']);
});

test('arrows lead round, Home and End to the ends, other keys nowhere', () => {
  const keys = ['ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowLeft', 'Home', 'End', 'Enter'];
  assert.deepEqual(keys.map((key) => ledTo(key, 2, 3)), [0, 0, 1, 1, 0, 2, null]);
  assert.equal(ledTo('ArrowUp', 0, 3), 2);
  assert.equal(ledTo('End', -1, 0), null);
});
