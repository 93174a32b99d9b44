/** What a draft's page asks of the room, and what it does with what the room tells. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import './support/described.mjs';
import './support/served_paths.mjs';
import { live, opened, picked, played, waiting } from './support/drafts.mjs';

const kept = new Map();
globalThis.localStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
globalThis.addEventListener = () => undefined;
delete globalThis.BroadcastChannel; // open, it would keep this process
globalThis.document = {};
globalThis.navigator ??= {};
const { Emitter } = await import('../../clients/js/emitter.js');
const { initialUi } = await import('../../clients/demo/draft/ui.js');
const { makeActs } = await import('../../clients/demo/draft/acts.js');
const { officeActs } = await import('../../clients/demo/draft/office_acts.js');
const { watchDraft } = await import('../../clients/demo/draft/watch_draft.js');
const { Alerts } = await import('../../clients/demo/draft/alerts.js');
const { seatOf } = await import('../../clients/demo/draft/reading.js');

mock.timers.enable({ apis: ['setInterval'] });

/** A page on which nothing is drawn. */
function page(state) {
  const [said, asked, told] = [[], [], []];
  const room = Object.assign(new Emitter(), {
    ...{ id: 'r_1', ready: true, phase: 'live', name: 'Ours', role: 'owner', state, confirmed: state },
    membership: { chat: [{}, {}], names: { a_ann: 'Ann', a_ben: 'Ben' } },
    submit: (command, options) => {
      asked.push({ ...command });
      told.push(options);
      return { settled: Promise.resolve({ accepted: true, version: 9 }) };
    },
    presence: () => undefined,
  });
  const ui = initialUi();
  const draft = {
    ...{ room, ui, said, asked, options: told, tones: [], way: [] },
    ...{ narrow: { matches: false }, page: {}, roomId: 'r_1', names: room.membership.names },
    touchline: Object.assign(new Emitter(), { serverNow: () => draft.now, retryAt: null }),
    announcer: { say: (words) => said.push(words), alert: (words) => said.push(`! ${words}`) },
    alerts: { tell: (what) => draft.tones.push(what), permit: async () => draft.way.push('asked') },
    now: 50_000,
    change: (part) => Object.assign(ui, part),
    draw: () => undefined,
    refuse: (anchor, text) => Object.assign(ui, { refusal: { anchor, text } }),
    opened: () => draft.way.push('opened'),
    sending: () => false,
    showsChat: () => ui.side === 'chat',
    get mine() {
      return seatOf(room.confirmed, 'a_ann');
    },
  };
  draft.act = { ...makeActs(draft), ...officeActs(draft) };
  return draft;
}

const shows = (draft, state) => {
  Object.assign(draft.room, { state, confirmed: state });
  draft.room.emit('change', undefined);
};

test('DR17 DR83 a pick names its turn by version, is sent once, and is not kept to be sent again', () => {
  const draft = page(played(waiting(), live, opened(1, 1)));
  const { version } = draft.room.confirmed.turn;
  draft.act.take('p1');
  draft.sending = () => true;
  draft.act.take('p1');
  assert.deepEqual(draft.asked, [{ type: 'pick.make', turn: version, player: 'p1' }]);
  assert.deepEqual(draft.options, [{ keep: false, local: { anchor: 'chosen' } }]);
  assert.equal(draft.said.at(-1), 'Your pick is on its way');
});

test('a double press in the list picks only on ones own turn, and only who is free', () => {
  const draft = page(played(waiting(), live, opened(1, 2)));
  draft.act.takeIfTurn('p1');
  shows(draft, played(waiting(), live, picked(9, 2, 'p1'), opened(1, 1)));
  draft.act.takeIfTurn('p1');
  draft.act.takeIfTurn('p2');
  assert.deepEqual(draft.asked.map(({ player }) => player), ['p2']);
});

test('bids, maxima and nominations carry the turn as well', () => {
  const draft = page(played(waiting({}, { type: 'auction' }), live, opened(1, 1, { sort: 'nominate' })));
  const turn = draft.room.confirmed.turn.version;
  draft.act.nominate('p1', 3);
  draft.act.bid(7);
  draft.act.proxy(null);
  assert.deepEqual(draft.asked, [
    { type: 'lot.nominate', turn, player: 'p1', price: 3 },
    { type: 'bid.place', turn, price: 7 },
    { type: 'proxy.set', turn, most: null },
  ]);
});

test('the queue goes whole, as it shall be', () => {
  const state = waiting();
  const draft = page({ ...state, mine: { ...state.mine, lists: { ...state.mine.lists, queue: ['p1', 'p2', 'p3'] } } });
  draft.act.moveInQueue('p3', -1);
  draft.act.toggleQueue('p2');
  // Dragged by its grip on the last one, and once let go where nobody is.
  const row = (queued) => ({ closest: () => (queued ? { dataset: { queued } } : null) });
  const drag = (to, type) => {
    draft.act.grip({ preventDefault: () => undefined, currentTarget: { setPointerCapture: () => undefined } }, 'p1');
    document.elementFromPoint = () => row(to);
    draft.act.gripMove({ clientX: 1, clientY: 1 });
    draft.act.gripEnd({ type });
  };
  drag('p3', 'pointerup');
  drag(null, 'pointerup');
  drag('p3', 'pointercancel');
  assert.deepEqual(draft.asked.map(({ queue }) => queue), [['p1', 'p3', 'p2'], ['p1', 'p3'], ['p2', 'p3', 'p1']]);
  let stopped = 0;
  const press = (key, altKey) => ({ key, altKey, target: 1, currentTarget: 2, preventDefault: () => (stopped += 1) });
  draft.act.queueKey(press('ArrowDown', true), 'p1');
  draft.act.queueKey(press('Delete', false), 'p1');
  assert.deepEqual(draft.asked.slice(3).map(({ queue }) => queue), [['p2', 'p1', 'p3'], ['p2', 'p3']]);
  assert.equal(stopped, 1);
});

test('DR46 the ranking is the order in which the pool shows them, at most as many as a list holds', () => {
  const draft = page(waiting());
  draft.results = () => Array.from({ length: 600 }, (_, i) => ({ id: `x${i}` }));
  draft.act.rankAsShown();
  draft.act.forgetRanking();
  assert.deepEqual(draft.asked.map(({ ranking }) => ranking.length), [500, 0]);
});

test('the commissioner sets the order by hand, and computers for all free teams', () => {
  const draft = page(waiting());
  draft.act.moveInOrder(3, -1);
  draft.act.computers([1, 3]);
  assert.deepEqual(draft.asked, [
    { type: 'order.set', order: [1, 3, 2] },
    { type: 'seat.set', seat: 1, cpu: true },
    { type: 'seat.set', seat: 3, cpu: true },
  ]);
});

test('the list of players is gone through by arrows, past the lines of tiers, and up to the search box', () => {
  const draft = page(waiting());
  const went = [];
  const row = (player) => ({ dataset: { player }, querySelector: () => ({ focus: () => went.push(player) }) });
  const rows = [row('p1'), { dataset: {} }, row('p2')];
  rows.forEach((one, i) => Object.assign(one, { previousElementSibling: rows[i - 1] ?? null, nextElementSibling: rows[i + 1] ?? null }));
  draft.page = { querySelector: () => ({ focus: () => went.push('search') }) };
  const press = (key, at) => draft.act.poolKey({ key, target: { closest: () => rows[at] }, preventDefault: () => undefined });
  press('ArrowDown', 0);
  press('ArrowUp', 2);
  press('ArrowUp', 0);
  press('ArrowDown', 2);
  press('Q', 2);
  assert.deepEqual(went, ['p2', 'p1', 'search']);
  assert.deepEqual(draft.asked, [{ type: 'lists.set', queue: ['p2'] }]);
});

test('an act of the office takes the reason with it, once', () => {
  const draft = page(played(waiting(), live, opened(1, 1)));
  draft.act.setReason(' Phone died ');
  draft.act.undo(null);
  draft.act.undo(4);
  assert.deepEqual(draft.asked, [{ type: 'office.undo', reason: 'Phone died' }, { type: 'office.undo', to: 4 }]);
  draft.act.reset();
  assert.equal(draft.asked.length, 2);
  draft.act.reset();
  assert.deepEqual(draft.asked.at(-1), { type: 'draft.reset' });
});

test('made-up players fill the pool in parts that one message carries', async () => {
  const draft = page(waiting());
  await draft.act.makeUp();
  const players = draft.asked.flatMap((command) => command.players);
  assert.equal(players.length, 300);
  assert.ok(draft.asked.every(({ type }) => type === 'pool.add'));
  assert.equal(draft.said.at(-1), '300 players are in the pool');
});

test('sound and notification are asked for when they are turned on, and remembered', async () => {
  const draft = page(waiting());
  await draft.act.toggleSound();
  assert.deepEqual([draft.ui.sound, draft.way, initialUi().sound], [true, ['asked'], true]);
  await draft.act.toggleSound();
  assert.equal(initialUi().sound, false);
});

test('DR84 picks, the turn and who is next are told in one breath; ones own turn at once', () => {
  const before = { ...played(waiting(), live, opened(1, 2)), cells: [2, 3, 1] };
  const draft = page(before);
  watchDraft(draft);
  shows(draft, before);
  assert.deepEqual(draft.way, ['opened']);
  const deck = played(before, picked(1, 2, 'p1'), opened(2, 3));
  Object.assign(draft.room, { state: deck, confirmed: deck });
  const events = [picked(1, 2, 'p1'), opened(2, 3)];
  draft.room.emit('entry', { entry: { v: 9, at: 1, by: 'a_ben', events }, own: false });
  shows(draft, deck);
  assert.deepEqual(draft.said, ['1.01: Blues picks Patrick Mahomes. Greens is on the clock. You pick next']);
  shows(draft, played(deck, picked(2, 3, 'p2'), opened(3, 1)));
  assert.equal(draft.said.at(-1), '! You are on the clock.');
  assert.match(document.title, /^Your turn/u);
  assert.deepEqual(draft.tones, ['deck', 'turn']);
});

test('DR84 the last ten seconds of ones own turn are told once, the last five are heard', () => {
  const draft = page(played(waiting(), live, opened(1, 1)));
  watchDraft(draft);
  for (const now of [70_000, 81_000, 82_000, 87_000, 92_000]) {
    draft.now = now;
    mock.timers.tick(1_000);
  }
  assert.deepEqual(draft.said, ['! Ten seconds left']);
  assert.deepEqual(draft.tones, ['tick']);
});

test('DR83 a refusal is told beside what was asked for; what changes nothing is not', () => {
  const draft = page(played(waiting(), live, opened(1, 2)));
  watchDraft(draft);
  draft.room.emit('rejected', { code: 'not_your_turn', detail: { seat: 2 }, command: {}, local: { anchor: 'chosen' }, kept: false });
  assert.deepEqual(draft.ui.refusal.anchor, 'chosen');
  assert.match(draft.ui.refusal.text, /Blues's turn/u);
  draft.ui.refusal = null;
  draft.room.emit('rejected', { code: 'nothing_changes', detail: null, command: {}, local: { anchor: 'queue' }, kept: false });
  assert.equal(draft.ui.refusal, null);
});

test('a player whom one has got is looked at no more; one whom somebody else has got still is', () => {
  const draft = page(played(waiting(), live, opened(1, 1)));
  watchDraft(draft);
  const came = (event) => draft.room.emit('entry', { entry: { v: 9, at: 1, by: 'a_ann', events: [event] }, own: true });
  draft.ui.chosen = 'p1';
  came(picked(1, 2, 'p1'));
  assert.equal(draft.ui.chosen, 'p1');
  came(picked(1, 1, 'p1'));
  assert.equal(draft.ui.chosen, null);
  draft.ui.chosen = 'p2';
  came(opened(1, 2, { sort: 'bid', player: 'p2' }));
  assert.equal(draft.ui.chosen, null);
});

test('when the draft is over the recap shows', () => {
  const draft = page(played(waiting(), live, opened(1, 1)));
  watchDraft(draft);
  shows(draft, draft.room.confirmed);
  shows(draft, played(draft.room.confirmed, { type: 'draft.moved', phase: 'ended' }));
  assert.equal(draft.ui.side, 'recap');
});

test('DR84 sound, vibration and notification come only where they are wanted and allowed', async () => {
  const heard = [];
  const node = (more = {}) => ({ connect: (to) => to, ...more });
  globalThis.AudioContext = class {
    state = 'suspended';
    currentTime = 0;
    resume = async () => void (this.state = 'running');
    createOscillator = () => node({ frequency: { set value(tone) { heard.push(tone); } }, start: () => undefined, stop: () => undefined });
    createGain = () => node({ gain: { setValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined } });
  };
  const shown = [];
  globalThis.Notification = class {
    static permission = 'granted';
    constructor(words, { body }) {
      shown.push(`${words}: ${body}`);
    }
  };
  let wanted = false;
  const alerts = new Alerts({ wanted: () => wanted, name: () => 'Ours' });
  alerts.wake();
  alerts.tell('turn');
  assert.deepEqual([heard, shown], [[], []]);
  wanted = true;
  alerts.wake();
  await Promise.resolve();
  document.hidden = false;
  alerts.tell('turn');
  assert.deepEqual([heard, shown], [[660, 880], []]);
  document.hidden = true;
  alerts.tell('deck');
  alerts.tell('tick');
  assert.deepEqual([heard, shown], [[660, 880, 520, 440], ['You are next: Ours']]);
});
