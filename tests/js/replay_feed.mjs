/**
 * Plays feeds that the server's rules have played, and says where the client's model differs: from
 * the beginning, and from the view of every seventh entry on; and whether the page counts the same
 * points. Input: one feed a line, `{view, turns: [{entry, view}], points}`, `points` what the plays
 * make in the end. Output: `{entries, wrong}`. Run by tests/properties/test_js_feed_model.py.
 */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { pointsOf } from '../../clients/demo/feed/stats.js';
import { feed } from '../../clients/js/kinds/feed.js';

const JOINS_EVERY = 7;
const sum = { entries: 0, wrong: [] };

function check(what, entry, actual, expected) {
  try {
    assert.deepEqual(actual, expected);
  } catch (error) {
    sum.wrong.push({ what, entry, message: error.message.slice(0, 2_000) });
  }
}

function after(state, entry) {
  const stamp = { version: entry.v, at: entry.at, by: entry.by, own: false };
  return entry.events.reduce((now, event) => feed.applyEvent(now, event, stamp), state);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { view, turns, points } = JSON.parse(line);
  let state = feed.initial(view);
  let late = state;
  for (const [number, turn] of turns.entries()) {
    const frozen = JSON.stringify(state);
    const was = state;
    state = after(state, turn.entry);
    if (JSON.stringify(was) !== frozen) sum.wrong.push({ what: 'changed in place', entry: turn.entry });
    late = number % JOINS_EVERY === 0 ? feed.initial(turn.view) : after(late, turn.entry);
    sum.entries += 1;
    check('view', turn.entry, state, turn.view);
    check('joined late', turn.entry, late, turn.view);
    if (sum.wrong.length > 5) break;
  }
  const made = {};
  const football = state.settings.profile === undefined;
  for (const { play } of state.plays)
    for (const [team, one] of Object.entries(pointsOf(play))) made[team] = (made[team] ?? 0) + one;
  if (football) check('points', null, made, points);
}
console.log(JSON.stringify(sum));
