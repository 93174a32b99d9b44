/**
 * Plays leagues that the server's rules have played, and says where the client's model differs: from
 * the beginning, and from the view of every seventh entry on; and whether the page says the same
 * times of locks. Input: one league a line, `{view, turns: [{entry, view}], locks: [[week, player,
 * at]]}`. Output: `{entries, locks, wrong}`. Run by tests/properties/test_js_league_model.py.
 */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { league, lockedAt } from '../../clients/js/kinds/league.js';

const JOINS_EVERY = 7;
const sum = { entries: 0, locks: 0, wrong: [] };

function check(what, entry, actual, expected) {
  try {
    assert.deepEqual(actual, expected);
  } catch (error) {
    sum.wrong.push({ what, entry, message: error.message.slice(0, 2_000) });
  }
}

function after(state, entry) {
  const stamp = { version: entry.v, at: entry.at, by: entry.by, own: false };
  return entry.events.reduce((now, event) => league.applyEvent(now, event, stamp), state);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { view, turns, locks } = JSON.parse(line);
  let state = league.initial(view);
  let late = state;
  for (const [number, turn] of turns.entries()) {
    const frozen = JSON.stringify(state);
    const was = state;
    state = after(state, turn.entry);
    if (JSON.stringify(was) !== frozen) sum.wrong.push({ what: 'changed in place', entry: turn.entry });
    late = number % JOINS_EVERY === 0 ? league.initial(turn.view) : after(late, turn.entry);
    sum.entries += 1;
    check('view', turn.entry, state, turn.view);
    check('joined late', turn.entry, late, turn.view);
    if (sum.wrong.length > 5) break;
  }
  for (const [week, player, at] of locks) {
    sum.locks += at === null ? 0 : 1;
    check('lock', { week, player }, lockedAt(state, week, player), at);
  }
}
console.log(JSON.stringify(sum));
