/** The meet page's reading of what is typed, and its words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMBINED, eventsOf } from '../../clients/demo/meet/combined.js';
import { attemptRead, attemptWords, drawn, entriesOf, jumpOffRead, markRead, splitsRead, timeRead, timeWords, triesRead, windRead, windWords } from '../../clients/demo/meet/reading.js';
import { TABLES, sortOf } from '../../clients/js/kinds/meet_combined.js';
import { entryWords } from '../../clients/demo/meet/words.js';
import { eventWords, minuteOf, whatOf } from '../../clients/demo/feed/profiles/match_reading.js';

test('AT21 times are read and written as they are said', () => {
  for (const [text, ms] of [['11.52', 11_520], ['11,523', 11_523], ['3:41.02', 221_020], ['2:05:31', 7_531_000], ['59', 59_000], ['75.2', 75_200]])
    assert.equal(timeRead(text), ms, text);
  for (const text of ['', 'soon', '3:61.0', '1.2.3', '0', '1:2:3:4']) assert.equal(timeRead(text), null, text);
  assert.deepEqual([11_520, 221_020, 7_531_000, 61_000].map((ms) => timeWords(ms)), ['11.52', '3:41.02', '2:05:31.00', '1:01.00']);
  assert.equal(timeWords(7_531_000, { timing: 'road' }), '2:05:31');
});

test('AT21 marks, winds and heights are read as they are said', () => {
  assert.deepEqual(['7.45', '7,4', '15', 'x', '0'].map(markRead), [7_450, 7_400, 15_000, null, null]);
  assert.deepEqual(['+1.2', '-0.4', '', '2.01', 'gale'].map(windRead), [12, -4, null, 21, undefined]);
  assert.deepEqual(attemptRead('7.45 +1.2', true), { mark: 7_450, wind: 12 });
  assert.deepEqual([attemptRead('x', true), attemptRead('-', false), attemptRead('7.45 1', false), attemptRead('?', true)], [{}, { passed: true }, undefined, undefined]);
  assert.deepEqual([{}, { passed: true }, { mark: 7_459, wind: -4 }].map(attemptWords), ['x', '–', '7.45 −0.4']);
  assert.deepEqual(['XO', 'xxx', 'x-', 'ox', ''].map(triesRead), ['xo', 'xxx', 'x-', undefined, undefined]);
  assert.deepEqual([12, 0, -4, null].map(windWords), ['+1.2', '0.0', '−0.4', '']);
});

test('AT21 heats are drawn evenly, the best seeds last', () => {
  const entries = [9, 1, 5, null, 3].map((seed, i) => ({ event: 'e', athlete: `a${i}`, ...(seed ? { seed } : {}) }));
  const heats = drawn({ entries }, { id: 'e', sort: 'track' }, 3);
  assert.deepEqual(heats.map(({ lanes }) => lanes.map(({ athlete }) => athlete)), [['a3', 'a0', 'a2'], ['a4', 'a1']]);
});

test('AT21 a correction is said with was and now', () => {
  const state = { events: [{ id: 'e', name: '100 m', sort: 'track' }], athletes: [{ id: 'a', name: 'Ada' }] };
  const result = (time) => ({ event: 'e', athlete: 'a', time });
  const event = { type: 'result.changed', was: result(11_521), now: result(11_400), corrected: true };
  assert.deepEqual(entryWords([event], state), ['Corrected: 100 m: Ada, was 11.53, now 11.40']);
});

test('PF10 minutes have stoppage time, goals their side', () => {
  const minutes = [[1, 0], [1, 2_699_999], [1, 2_770_000], [2, 60_000], [2, 2_800_000], [3, 0], [5, 0]];
  assert.deepEqual(minutes.map(([period, at_ms]) => minuteOf({ period, at_ms })), ["1'", "45'", "45+2'", "47'", "90+2'", "91'", 'Kicks']);
  assert.equal(whatOf({ sort: 'shot', goal_for: 'home', side: 'home' }), 'Goal');
  assert.equal(whatOf({ goal_for: 'home', side: 'home', word: 'Own Goal For' }), 'Own goal');
  assert.equal(whatOf({ card: 'red', sort: 'foul' }), 'Red card');
  const header = { players: [{ key: '1', name: 'Ada', number: 9 }, { key: '2', name: 'Bea' }] };
  assert.equal(eventWords({ header }, { sort: 'pass', player: '1', to_player: '2', outcome: 'Incomplete' }), '9 Ada to Bea (incomplete)');
});

test('AT21 jump-offs and times of laps are read as they are said', () => {
  assert.deepEqual(jumpOffRead('2.01 x, 1.99 O'), [{ height: 2_010, tries: 'x' }, { height: 1_990, tries: 'o' }]);
  assert.deepEqual([jumpOffRead(''), jumpOffRead('2.01'), jumpOffRead('2.01 xo')], [[], undefined, undefined]);
  assert.deepEqual(splitsRead('1:05.2 2:11'), [65_200, 131_000]);
  assert.deepEqual([splitsRead(''), splitsRead('1:05 59'), splitsRead('soon')], [[], undefined, undefined]);
});

test('AT24 a combined event is made of its parts, which are there before it', () => {
  for (const [kind, { parts, table }] of Object.entries(COMBINED)) {
    const made = eventsOf(kind, 'evening', 'Evening', '10:00');
    const whole = made.at(-1);
    assert.deepEqual([whole.sort, whole.table, whole.parts.length], ['combined', table, parts.length]);
    assert.deepEqual(whole.parts.map(({ event }) => event), made.slice(0, -1).map(({ id }) => id));
    for (const [i, part] of whole.parts.entries()) {
      assert.ok(TABLES[table][part.discipline], part.discipline);
      assert.equal(made[i].sort, sortOf(part.discipline));
    }
  }
});

test('AT22 a lap that is counted is seen and not said; a correction of laps is', () => {
  const state = { events: [{ id: 'e', name: '5000 m', sort: 'track', laps: 13 }], athletes: [{ id: 'a', name: 'Ada' }] };
  const result = (...splits) => ({ event: 'e', athlete: 'a', splits });
  const event = { type: 'result.changed', was: result(65_000), now: result(65_000, 131_000) };
  assert.deepEqual(entryWords([event], state), []);
  assert.equal(entryWords([{ ...event, corrected: true }], state).length, 1);
});

test('AT24 who is registered for a combined event is registered for its parts', () => {
  const events = [{ id: 'p' }, { id: 'c', parts: [{ event: 'p', discipline: '100' }] }];
  const entries = [{ event: 'c', athlete: 'a' }, { event: 'p', athlete: 'b' }];
  assert.deepEqual(entriesOf({ entries, events }, 'p').map(({ athlete }) => athlete), ['b', 'a']);
  assert.deepEqual(entriesOf({ entries, events }, 'c').map(({ athlete }) => athlete), ['a']);
});
