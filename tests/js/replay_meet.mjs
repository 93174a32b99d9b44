/**
 * Plays meets that the server's rules have played, and says where the client's model differs: from
 * the beginning, and from the view of every ninth entry on; and whether it makes the same places.
 * Input: one meet a line, `{view, turns: [{entry, view}], places, finals}`. Output: `{entries, wrong}`. Run by
 * tests/properties/test_js_meet_model.py.
 */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { meet } from '../../clients/js/kinds/meet.js';
import { finalOrder, ranking } from '../../clients/js/kinds/meet_ranking.js';

const JOINS_EVERY = 9;
const sum = { entries: 0, wrong: [] };

function check(what, about, actual, expected) {
  try {
    assert.deepEqual(actual, expected);
  } catch (error) {
    sum.wrong.push({ what, about, message: error.message.slice(0, 2_000) });
  }
}

function after(state, entry) {
  const stamp = { version: entry.v, at: entry.at, by: entry.by, own: false };
  return entry.events.reduce((now, event) => meet.applyEvent(now, event, stamp), state);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { view, turns, places, finals } = JSON.parse(line);
  let state = meet.initial(view);
  let late = state;
  for (const [number, turn] of turns.entries()) {
    const [was, frozen] = [state, JSON.stringify(state)];
    state = after(state, turn.entry);
    if (JSON.stringify(was) !== frozen) sum.wrong.push({ what: 'changed in place', about: turn.entry });
    late = number % JOINS_EVERY === 0 ? meet.initial(turn.view) : after(late, turn.entry);
    sum.entries += 1;
    check('view', turn.entry, state, turn.view);
    check('joined late', turn.entry, late, turn.view);
    if (sum.wrong.length > 5) break;
  }
  for (const event of state.events) {
    const rows = ranking(state, event).map(({ athlete, place, value, status, wind, records, aided, laps, lapped, points }) => [athlete, place, value, status, wind, records, aided, laps, lapped, points]);
    check('places', event.id, rows, places[event.id]);
    check('final', event.id, finalOrder(state, event), finals[event.id]);
  }
}
console.log(JSON.stringify(sum));
