/** What a draft's page reads off the state: turns, rosters, search, clocks, words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/served_paths.mjs';
import './support/described.mjs';
import { live, opened, picked, POOL, played, waiting } from './support/drafts.mjs';

const { draft, may } = await import('../../clients/js/kinds/draft.js');
const reading = await import('../../clients/demo/draft/reading.js');
const { needsOf, room, rosterOf } = await import('../../clients/demo/draft/rosters.js');
const { everybody, found, plainText, choicesOf } = await import('../../clients/demo/draft/search.js');
const { clockFace, Falling, timeWords } = await import('../../clients/demo/draft/clock_face.js');
const { alertOf, lastSeconds } = await import('../../clients/demo/draft/alerts.js');
const { droppedOn, moved, toggled } = await import('../../clients/demo/draft/lists.js');
const { refusalWords, problemWords } = await import('../../clients/demo/draft/refusal_words.js');
const { eventWords, turnWords, untilWords } = await import('../../clients/demo/draft/words.js');

const ME = { account: 'a_ann', name: 'Ann', role: 'editor' };
const ids = (players) => players.map(({ id }) => id);
const asked = (state, wanted) => ids(found(state, { ...everybody(), ...wanted }, state.mine.lists));

test('DR80 what resets, clears and fails to start has its effect', () => {
  const begun = played(waiting(), live, opened(1, 1), picked(1, 1, 'p1', 'manual', { bank_ms: 500 }));
  assert.equal(begun.seats[1][6], 500);
  const anew = played(begun, { type: 'draft.reset' }, { type: 'draft.moved', phase: 'waiting' });
  assert.deepEqual([anew.picks, anew.rosters[1], anew.turn, anew.seats[1][6]], [[], [], null, 0]);
  const kept = played(waiting(), { type: 'keeper.changed', player: 'p1', keeper: { seat: 1, player: 'p1', round: 1 } });
  assert.equal(kept.keepers.length, 1);
  const empty = played(kept, { type: 'pool.cleared' });
  assert.deepEqual([empty.pool, empty.keepers], [{}, []]);
  const given_up = played(waiting({}, { start_at: 5 }), { type: 'draft.moved', phase: 'waiting', why: ['no_players'] });
  assert.equal('start_at' in given_up.settings, false);
  assert.throws(() => played(waiting(), { type: 'draft.unheard' }), TypeError);
});

test('DR80 own lists are guessed, of players of the pool and each once; picks are not', () => {
  const state = waiting();
  const guess = draft.predict(state, { type: 'lists.set', queue: ['p2', 'p2', 'nobody', 'p1'] }, ME);
  assert.deepEqual(guess.mine.lists.queue, ['p2', 'p1']);
  assert.deepEqual(guess.mine.lists.watch, []);
  assert.equal(draft.predict(state, { type: 'pick.make', turn: 3, player: 'p1' }, ME), state);
  assert.equal(may('viewer', { type: 'lists.set' }), true);
  assert.equal(may('viewer', { type: 'pick.make' }), false);
  assert.equal(may('editor', { type: 'office.undo' }), false);
});

test('DR84 one knows in how many picks one is on the clock, over snake, trades and cells that come back', () => {
  const state = played(waiting(), live, opened(1, 1));
  assert.deepEqual([1, 2, 3].map((seat) => reading.picksUntil(state, seat)), [0, 1, 2]);
  const after = played(state, picked(1, 1, 'p1'), opened(2, 2));
  // 1.02 now, then 3, 3, 2, 1.
  assert.equal(reading.picksUntil(after, 1), 4);
  assert.equal(untilWords(after, 1), 'You pick in 4');
  const traded = played(after, { type: 'trade.made', a: 3, b: 1, a_cells: [3], b_cells: [6] });
  assert.equal(reading.picksUntil(traded, 1), 1);
  assert.equal(untilWords(traded, 1), 'You pick next');
  const passed = played(after, { type: 'turn.skipped', n: 2, seat: 2, reason: 'time', back: true }, opened(3, 3));
  assert.equal(reading.comingCells(passed).at(-1), 2);
  assert.equal(reading.picksUntil({ ...after, phase: 'ended' }, 1), null);
  assert.equal(reading.cellName(state, 5), '2.02');
});

test('at an auction nominations come in order, past full teams, and nobody knows after whom wins', () => {
  const sold = waiting({}, { type: 'auction' });
  const state = played(sold, live, opened(1, 1, { sort: 'nominate', nomination: 0 }));
  assert.deepEqual([1, 2, 3].map((seat) => reading.picksUntil(state, seat)), [0, 1, 2]);
  const full = { ...state, seats: { ...state.seats, 2: ['Blues', [], true, false, 0, null, 0] } };
  assert.equal(reading.picksUntil(full, 3), 1);
  const winner = { ...state, settings: { ...state.settings, auction: { nominations: 'winner' } } };
  assert.equal(reading.picksUntil(winner, 3), null);
});

test('DR31 the most one may bid leaves the smallest bid for the other open places', () => {
  const state = played(waiting({}, { type: 'auction' }), live, picked(1, 1, 'p1', 'manual', { price: 50 }));
  assert.equal(state.money[1], 150);
  assert.equal(reading.maxBid(state, 1), 148);
  const dear = { ...state, settings: { ...state.settings, auction: { reserve_all: true } } };
  assert.equal(reading.maxBid(dear, 1), 147);
  assert.equal(reading.nextBid({ ...state, bid: [2, 7] }), 8);
});

test('DR10 a roster puts players where most of them start, and says what is missing', () => {
  const slots = [
    { name: 'QB', positions: ['QB'] },
    { name: 'FLEX', positions: ['RB', 'WR'] },
    { name: 'RB', positions: ['RB'] },
    { name: 'BN', count: 2, bench: true },
  ];
  const state = played(waiting({}, { slots }), live, picked(1, 1, 'p2'), picked(6, 1, 'p3'), picked(7, 1, 'p4'));
  const { places, left } = rosterOf(state, 1);
  assert.deepEqual(
    places.map(({ name, player }) => [name, player?.id ?? null]),
    [['QB', null], ['FLEX', 'p3'], ['RB', 'p2'], ['BN', 'p4'], ['BN', null]],
  );
  assert.deepEqual(left, []);
  assert.deepEqual(needsOf(state, 1), [['QB', 1]]);
});

test('DR11 DR12 whom one cannot take is told before one tries', () => {
  const player = (id) => reading.playerIn(waiting(), id);
  const state = played(waiting(), live, picked(1, 1, 'p2'), picked(6, 1, 'p3'), picked(7, 1, 'p4'), opened(12, 1));
  assert.equal(room(state, 1).why(player('p6')), 'slot');
  assert.equal(room(state, 1).why(player('p1')), null);
  const last = played(waiting({ cells: [1, 1, 1] }), live, picked(1, 1, 'p2'), picked(2, 1, 'p6'), opened(3, 1));
  assert.equal(room(last, 1).why(player('p3')), 'needs');
  assert.equal(room(last, 1).why(player('p1')), null);
  const most = played(waiting({}, { maxima: { QB: 1 } }), live, picked(1, 1, 'p1'));
  assert.equal(room(most, 1).why(player('p5')), 'maximum');
  const full = played(waiting({ seats: { ...waiting().seats, 1: ['Reds', ['a_ann'], false, false, 1, null, 0] } }), picked(1, 1, 'p1'));
  assert.equal(room(full, 1).why(player('p2')), 'full');
});

test('a player who is not in the pool is called by the id, whatever it is', () => {
  for (const id of ['gone', 'constructor', '__proto__'])
    assert.deepEqual([reading.playerIn(waiting(), id).name, reading.playerIn(waiting(), id).positions], [id, ['?']]);
});

test('DR82 players are found by parts of names, without accents, by initials, and by what they are', () => {
  const state = waiting();
  assert.equal(plainText("José Peña-Ríos, D'Andre"), 'jose pena rios dandre');
  assert.deepEqual(asked(state, { text: 'pena' }), ['p2']);
  assert.deepEqual(asked(state, { text: 'jpr' }), ['p2']);
  assert.deepEqual(asked(state, { text: 'PM' }), ['p1']);
  assert.deepEqual(asked(state, { text: 'oneal' }), ['p3']);
  assert.deepEqual(asked(state, { text: 'brown amon' }), ['p4']);
  assert.deepEqual(asked(state, { text: 'josh a' }), ['p5', 'p6']);
  assert.deepEqual(asked(state, { text: 'osh' }), []);
  assert.deepEqual(asked(state, { position: 'RB/WR' }), ['p2', 'p3', 'p4', 'p6']);
  assert.deepEqual(asked(state, { team: 'KC', tier: '2' }), ['p3']);
  assert.deepEqual(asked(state, { bye: '6' }), ['p1', 'p3']);
  assert.deepEqual(asked(played(state, picked(1, 1, 'p1')), { text: 'mahomes' }), []);
  assert.deepEqual(asked(played(state, picked(1, 1, 'p1')), { text: 'mahomes', free: false }), ['p1']);
  const watching = draft.predict(state, { type: 'lists.set', watch: ['p4'] }, ME);
  assert.deepEqual(asked(watching, { only: 'watch' }), ['p4']);
  const ranked = draft.predict(state, { type: 'lists.set', ranking: ['p4', 'p1', 'p3'] }, ME);
  assert.deepEqual(asked(ranked, { only: 'ranking' }), ['p4', 'p1', 'p3']);
  assert.deepEqual(choicesOf(state, reading.settingsOf(state).slots).tabs.at(-1), ['RB/WR', 'FLEX']);
});

test('DR82 a word with a letter wrong, missing, too many or changed over finds who was meant, after those typed right', () => {
  const state = waiting();
  for (const typed of ['mahmes', 'mahoems', 'mahommes', 'patrik mahomez']) assert.deepEqual(asked(state, { text: typed }), ['p1'], typed);
  for (const typed of ['xahomes', 'mxx', 'mhaoesm']) assert.deepEqual(asked(state, { text: typed }), [], typed);
  const pool = { a: ['a', 'Ann Browm', ['QB'], '', 1], b: ['b', 'Bo Brown', ['QB'], '', 2] };
  assert.deepEqual(asked(waiting({ pool }), { text: 'brown' }), ['b', 'a']);
});

test('DR82 5,000 players are searched in under 15 ms', () => {
  const pool = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, i) => [`x${i}`, [`x${i}`, `Ána ${i.toString(36)} Müller${i}`, ['WR'], 'KC', i + 1]]),
  );
  const state = waiting({ pool });
  asked(state, { text: 'a' });
  const times = Array.from({ length: 41 }, (_, i) => {
    const began = performance.now();
    asked(state, { text: `mul${i}` });
    return performance.now() - began;
  });
  assert.ok(times.sort((a, b) => a - b)[20] < 15);
  const mistyped = Array.from({ length: 41 }, (_, i) => {
    const began = performance.now();
    asked(state, { text: `anq mulle4${i}x` });
    return performance.now() - began;
  });
  assert.ok(mistyped.sort((a, b) => a - b)[20] < 15);
  assert.deepEqual(asked(state, { text: 'muller4999' })[0], 'x4999');
});

test('DR81 a clock is drawn from deadline and server time, and never shows more than before', () => {
  assert.deepEqual([0, 1, 59_001, 61_000, 3_661_000, 90_000_000].map(timeWords), ['0:00', '0:01', '1:00', '1:01', '1:01:01', '1 d 1 h']);
  const turn = { version: 4, deadline: 100_000 };
  assert.deepEqual(clockFace(turn, 'live', 40_000), { text: '1:00', tone: '', ms: 60_000, bank: false });
  assert.equal(clockFace(turn, 'live', 91_000).tone, 'soon');
  assert.equal(clockFace(turn, 'live', 96_000).tone, 'last');
  assert.deepEqual([clockFace(turn, 'live', 101_000).text, clockFace(turn, 'live', 101_000).tone], ['0:00', 'over']);
  assert.equal(clockFace({ version: 4, left: 30_000 }, 'paused', 0).text, '0:30');
  assert.equal(clockFace({ version: 4 }, 'live', 0).text, 'No limit');
  assert.equal(clockFace({ ...turn, base: 50_000 }, 'live', 60_000).bank, true);
  const falling = new Falling();
  assert.equal(falling.at(turn, 'live', 80_000).text, '0:20');
  // The guess of the server's time went back.
  assert.equal(falling.at(turn, 'live', 78_000).text, '0:20');
  assert.equal(falling.at({ ...turn, deadline: 130_000 }, 'live', 80_000).text, '0:50');
});

test('DR84 one is told once when one is next, and once when it is ones turn', () => {
  const second = played(waiting(), live, opened(1, 2));
  const before = { ...second, cells: [2, 3, 1] };
  const deck = played(before, picked(1, 2, 'p1'), opened(2, 3));
  const turn = played(deck, picked(2, 3, 'p2'), opened(3, 1));
  assert.equal(alertOf(before, deck, 1), 'deck');
  assert.equal(alertOf(deck, deck, 1), null);
  assert.equal(alertOf(deck, turn, 1), 'turn');
  assert.equal(alertOf(turn, { ...turn }, 1), null);
  assert.equal(alertOf(deck, turn, null), null);
  assert.equal(lastSeconds(turn, 1, 88_000), true);
  assert.equal(lastSeconds(turn, 1, 80_000), false);
  assert.equal(lastSeconds(turn, 2, 88_000), false);
});

test('a queue is put in order by steps and by dropping', () => {
  assert.deepEqual(toggled(['a'], 'b'), ['a', 'b']);
  assert.deepEqual(toggled(['a', 'b'], 'a'), ['b']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'c', -1), ['a', 'c', 'b']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'a', -1), ['a', 'b', 'c']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'a', 9), ['b', 'c', 'a']);
  assert.deepEqual(droppedOn(['a', 'b', 'c'], 'a', 'c'), ['b', 'c', 'a']);
  assert.deepEqual(droppedOn(['a', 'b', 'c'], 'c', 'a'), ['c', 'a', 'b']);
  assert.deepEqual(droppedOn(['a'], 'a', 'nobody'), ['a']);
});

test('DR83 every refusal of a draft says why in words, with who and what', () => {
  const state = played(waiting(), live, opened(1, 2));
  const say = (code, detail) => refusalWords({ code, detail }, state, { a_ben: 'Ben' }, 1);
  assert.match(say('already_picked', { n: 2, seat: 2, player: 'p1', how: 'manual', by: 'a_ben', at: 1 }), /1\.02.*Blues.*Patrick Mahomes.*by Ben/u);
  assert.match(say('player_taken', { seat: 3, n: 1, at: 5 }), /Greens has him already/u);
  assert.match(say('not_your_turn', { seat: 2 }), /Blues's turn/u);
  assert.match(say('over_max_bid', { most: 12, seat: 1 }), /Your team may bid at most \$12/u);
  assert.match(say('not_higher', { least: 8, seat: 2, price: 7 }), /\$8, Blues stands at \$7/u);
  for (const why of ['full', 'maximum', 'slot', 'needs']) assert.match(say('no_legal_slot', { why, seat: 1 }), /Your team/u);
  for (const why of ['seats', 'nothing', 'cells', 'players', 'full', 'maximum', 'slot', 'money', 'traded'])
    assert.doesNotMatch(say('bad_trade', { why }), /cannot be\.$/u);
  const problems = [
    ...['matrix_empty', 'matrix_names_no_seat', 'unknown_zone', 'always_quiet', 'budget_too_small', 'budget_too_small:2'],
    ...['more_rounds_than_places', 'order_is_no_order', 'keeper_needs_round_or_price', 'no_players', 'keeper_of_no_seat:p1'],
    ...['keeper_not_free:p1', 'keeper_too_dear:p1', 'keeper_without_cell:p1', 'keeper_does_not_fit:p1'],
  ];
  for (const one of problems) assert.doesNotMatch(problemWords(one, state), /cannot be so/u, one);
  assert.match(problemWords('keeper_too_dear:p1', state), /Patrick Mahomes/u);
  const rest = [
    ...['too_late', 'paused', 'not_started', 'started', 'draft_ended', 'no_seat', 'unknown_player', 'unknown_pick', 'bidding'],
    ...['nothing_changes', 'unknown_member', 'limit_reached', 'forbidden', 'read_only', 'bad_command', 'session_expired'],
  ];
  for (const code of rest) assert.doesNotMatch(say(code, {}), /server refused/u, code);
  assert.match(say('seat_taken', { seat: 3 }), /Greens/u);
  assert.match(say('something', null), /server refused this \(something\)/u);
});

test('what happens is told as one would say it', () => {
  const state = played(waiting(), live, opened(1, 2));
  assert.equal(turnWords(state, 1), 'Blues is on the clock');
  assert.equal(turnWords(state, 2), 'You are on the clock');
  assert.equal(eventWords(picked(1, 2, 'p1', 'auto'), state), '1.01: Blues picks Patrick Mahomes, autopick');
  assert.equal(eventWords({ type: 'clock.changed', why: 'bid' }, state), null);
  assert.match(eventWords({ type: 'clock.changed', why: 'outage' }, state), /outage/u);
  const block = played(waiting({}, { type: 'auction' }), live, opened(1, 1, { sort: 'bid', player: 'p1' }), { type: 'bid.made', seat: 3, price: 9 });
  assert.equal(turnWords(block, 1), 'Patrick Mahomes on the block, $9 by Greens');
  assert.equal(POOL.length, 6);
});
