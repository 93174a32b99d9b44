/** What pages say in place of a room that is not there, and what they offer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/served_paths.mjs';
import { named, recorded, textOf } from './support/described.mjs';

const { ENDS, endView: boardEnd } = await import('../../clients/demo/board/whole.js');
const { endView } = await import('../../clients/demo/parts/whole_page.js');
const titleOf = (view) => textOf(named(view, 'h1', '')[0].children);
const thing = { noun: 'league', ways: [['All leagues', '/league.html']] };
const PHASES = ['removed', 'not-found', 'full', 'gone', 'failed', 'closed'];
const BEFORE = ['joining', 'live', 'catching-up', 'offline'];

test('MS18 a full room is told as one, with a way to try again', () => {
  const act = recorded();
  for (const view of [boardEnd({ end: 'full' }, act), endView(thing, { end: 'full' }, act)]) {
    assert.match(titleOf(view), /^This (board|league) is full$/);
    assert.match(textOf(view), /Ask an owner/);
    assert.equal(named(view, 'button', 'Try again').length, 1);
  }
});

test('every phase in which a board is not there has words of its own, and no other', () => {
  for (const phase of PHASES) assert.ok(phase in ENDS, phase);
  for (const phase of BEFORE) assert.ok(!(phase in ENDS), phase);
  const titles = PHASES.map((end) => titleOf(boardEnd({ end }, recorded())));
  assert.equal(new Set(titles).size, PHASES.length);
});
