/** The page of a game, read as a person reads it: what stands there, what is heard, what a press asks for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, named, recorded, textOf, the } from './support/described.mjs';
import './support/served_paths.mjs';

globalThis.matchMedia ??= () => ({ matches: false, addEventListener: () => {} });
globalThis.localStorage ??= { getItem: () => null, setItem: () => undefined };
globalThis.addEventListener ??= () => undefined;
globalThis.document ??= {};
delete globalThis.BroadcastChannel; // open, it would keep this process
const { Emitter } = await import('../../clients/js/emitter.js');
const { feed: kind, fits, may } = await import('../../clients/js/kinds/feed.js');
const { chancesOf, homeChance, shareLeft } = await import('../../clients/demo/feed/chance.js');
const { gameChanceView } = await import('../../clients/demo/feed/chance_view.js');
const { readOlder } = await import('../../clients/demo/feed/older.js');
const { countsOf, noReactions, reactionsIn, STANDS_MS, withCame } = await import('../../clients/demo/feed/reactions.js');
const { makeActs } = await import('../../clients/demo/feed/acts.js');
const { changesOf, driveOnField, driveSummary, isWanted, lineScore, placeOf, playersOf, situationWords } = await import(
  '../../clients/demo/feed/reading.js'
);
const { filterOf } = await import('../../clients/demo/feed/reading.js');
const { asOf, isBehind, watchingWords } = await import('../../clients/demo/feed/watching.js');
const { badgeOf, gainedOf, isBig, lineWords, pointsOf } = await import('../../clients/demo/feed/stats.js');
const { everything, initialUi } = await import('../../clients/demo/feed/ui.js');
const { feedView } = await import('../../clients/demo/feed/view.js');
const { entryWords, gameWords, refusalWords } = await import('../../clients/demo/feed/words.js');
const { watchFeed } = await import('../../clients/demo/feed/watch_feed.js');

const header = { home: 'HOM', away: 'AWY', home_score: 7, away_score: 3, phase: 'live', quarter: 2, clock: '09:12' };
const line = (stat, yards = 0, team = 'AWY', name = 'P.One') => ({ stat, team, player: `x-${name}`, name, yards });
const play = (id, more = {}) => ({ id, order: id, quarter: 2, clock: '10:00', drive: 3, possession: 'AWY', text: `Play ${id}.`, ...more });
const row = (made, more = {}) => ({ play: made, review: false, source: 'gsis', ...more });
const down = (id, at, stats, more = {}) => play(id, { down: 1, to_go: 10, yard_line: at, stats, ...more });

function feed(plays, more = {}) {
  return { settings: { sources: ['gsis'] }, header, plays, reviews: {}, inconsistent: [], delays: {}, ...more };
}

const DRIVE = [
  row(down(1, 'AWY 20', [line(10, 15)])),
  row(down(2, 'AWY 35', [line(15, 5), line(21, 5, 'AWY', 'C.Two')])),
  row(down(3, 'AWY 40', [line(20, -6)], { down: 2, to_go: 5 })),
];

function shown(state, more = {}, acts = recorded()) {
  const model = {
    ...{ state, ui: { ...initialUi(), ...more.ui }, names: {}, me: 'a_me', narrow: false, delay: 0, delaySending: false },
    ...{ room: { name: 'Ours', membership: { chat: [] }, people: new Map() }, link: {}, here: [], role: 'viewer' },
    ...{ owner: false, publisher: false, serverNow: () => 0, ...more, },
  };
  return { view: feedView({ ...model, ui: { ...initialUi(), ...more.ui } }, acts), acts };
}

/** Descriptions that are made when they are looked at. */
function opened(one) {
  if (typeof one === 'string') return one;
  const made = one.make ? one.make() : one;
  return { ...made, children: made.children.map(opened) };
}
const tested = (view, id) => [...all(opened(view))].find(({ props }) => props['data-testid'] === id);
const playOf = (view, id) => [...all(opened(view))].find(({ props }) => props['data-play'] === id);

test('FE5 everybody sets a delay, owners and editors report', () => {
  assert.deepEqual(['owner', 'editor', 'viewer'].map((role) => may(role, { type: 'play.report' })), [true, true, false]);
  assert.ok(may('viewer', { type: 'delay.set' }));
  const guessed = kind.predict(feed([]), { type: 'delay.set', seconds: 30 }, { account: 'a_me' });
  assert.deepEqual(guessed.delays, { a_me: 30 });
  assert.deepEqual(kind.predict(guessed, { type: 'delay.set', seconds: 0 }, { account: 'a_me' }).delays, {});
});

test('SC1 points, yards and badges follow from stat ids', () => {
  assert.deepEqual(pointsOf({ stats: [line(16, 9), line(22, 9)] }), { AWY: 6 });
  assert.deepEqual(pointsOf({ stats: [line(404, 0, 'HOM'), line(420, 0, 'HOM')] }), { HOM: 2 });
  assert.deepEqual(pointsOf({ stats: [line(70)], deleted: true }), {});
  assert.equal(gainedOf({ stats: [line(20, -6)] }), -6);
  assert.equal(gainedOf({ stats: [line(29, 40)] }), null);
  assert.equal(gainedOf({ stats: [line(14)] }), 0);
  assert.ok(isBig({ stats: [line(10, 12)] }));
  assert.ok(!isBig({ stats: [line(15, 19)] }));
  assert.deepEqual(badgeOf({ stats: [line(106), line(52)] }), { words: 'Fumble lost', tone: 'lost' });
  assert.equal(lineWords(line(15, 12)), 'P.One: Pass 12');
  assert.equal(lineWords({ ...line(9), name: '' }), 'AWY: Fourth down failed');
});

test('places are yards from the away line, and goal to go is said', () => {
  assert.deepEqual(['AWY 20', '50', 'HOM 20', 'ZZZ 3', ''].map((at) => placeOf(header, at)), [20, 50, 80, null, null]);
  assert.equal(situationWords({ down: 3, to_go: 4, yard_line: 'HOM 30' }, header), '3rd & 4 at HOM 30');
  assert.equal(situationWords({ down: 1, to_go: 8, yard_line: 'HOM 8' }, header), '1st & goal at HOM 8');
  assert.equal(situationWords({ down: 0 }, header), '');
});

test('FE11 the drive goes from play to play, each to where the next began', () => {
  const { team, toRight, legs, ball } = driveOnField(feed(DRIVE));
  assert.deepEqual([team, toRight, ball], ['AWY', true, 34]);
  assert.deepEqual(legs.map(({ from, to, sort }) => [from, to, sort]), [[20, 35, 'run'], [35, 40, 'pass'], [40, 34, 'run']]);
  assert.deepEqual(driveSummary(DRIVE), { team: 'AWY', plays: 3, yards: 14, result: '', open: true });
  const home = [row(down(1, 'HOM 20', [line(10, 15, 'HOM')], { possession: 'HOM' }))];
  assert.deepEqual(driveOnField(feed(home)).legs.map(({ from, to }) => [from, to]), [[80, 65]]);
  assert.equal(driveOnField(feed([])).ball, null);
});

test('FE11 a correction says what was and what is, line by line', () => {
  const now = down(1, 'AWY 20', [line(10, 3), line(106)]);
  const was = { stats: [line(10, 4)], to_go: 8, text: 'Before.' };
  assert.deepEqual(changesOf(row(now, { was }), header), [
    { name: 'Situation', was: '1st & 8 at AWY 20', now: '1st & 10 at AWY 20' },
    { name: 'What happened', was: 'Before.', now: 'Play 1.' },
    { name: 'Line', was: 'P.One: Run 4', now: null },
    { name: 'Line', was: null, now: 'P.One: Run 3' },
    { name: 'Line', was: null, now: 'P.One: Fumble lost' },
  ]);
  const { view } = shown(feed([row(now, { was, corrected_at: 0 })]));
  assert.match(textOf(playOf(view, 1).children), /Corrected .*What happened: was Before\. → now Play 1\./u);
  const nothing = shown(feed([row(now, { was: { order: 9 }, corrected_at: 0 })]));
  assert.match(textOf(playOf(nothing.view, 1).children), /Its place or other details/u);
});

test('FE11 filters leave out and say how many', () => {
  const state = feed([...DRIVE, row(play(9, { deleted: true, possession: 'HOM' }))]);
  const wanted = (part) => state.plays.filter((one) => isWanted(one, { ...everything(), ...part }, state)).map((one) => one.play.id);
  assert.deepEqual(wanted({ what: 'big' }), [1]);
  assert.deepEqual(wanted({ what: 'changed' }), [9]);
  assert.deepEqual(wanted({ what: 'redzone' }), []);
  assert.deepEqual(wanted({ team: 'HOM' }), [9]);
  assert.deepEqual(wanted({ player: 'x-C.Two' }), [2]);
  assert.deepEqual(playersOf(state), [['x-C.Two', 'C.Two, AWY'], ['x-P.One', 'P.One, AWY']]);
  const { view, acts } = shown(state, { ui: { wanted: { ...everything(), what: 'big' } } });
  assert.match(textOf(tested(view, 'passed').children), /3 of 4 plays are not shown/u);
  the(view, 'button', 'Show all').props.onclick();
  the(view, 'button', 'Turnovers').props.onclick();
  assert.deepEqual(acts.said, [['wantAll'], ['want', { what: 'turnovers' }]]);
});

test('FE11 the last twenty at once, older ones at a press', () => {
  const state = feed(Array.from({ length: 50 }, (_, i) => row(play(i + 1))));
  const { view, acts } = shown(state);
  const ids = [...all(opened(view))].map(({ props }) => props['data-play']).filter(Boolean);
  assert.deepEqual([ids.length, ids[0], ids.at(-1)], [20, 50, 31]);
  assert.equal(textOf(tested(view, 'older').children), 'Older plays (30)');
  tested(view, 'older').props.onclick();
  assert.deepEqual(acts.said, [['older']]);
});

test('FE11 what is under review, taken out or inconsistent is never hidden', () => {
  const state = feed(
    [row(play(1), { review: true }), row(play(2, { deleted: true }))],
    { inconsistent: [{ team: 'HOM', header: 7, plays: 0 }] },
  );
  const { view } = shown(state);
  assert.match(textOf(tested(view, 'review')), /A play is under review/u);
  assert.match(textOf(tested(view, 'inconsistent')), /HOM has 7 on the scoreboard, 0 by its plays/u);
  assert.match(textOf(playOf(view, 1).children), /Under review/u);
  assert.match(textOf(playOf(view, 2).children), /Taken out/u);
  assert.equal(named(opened(view), 'del', 'Play 2.').length, 1);
});

test('every phase says where the game is', () => {
  assert.equal(gameWords(feed([])), 'Q2 09:12');
  assert.equal(gameWords(feed([], { header: null })), 'No plays yet');
  assert.equal(gameWords(feed([], { header: { ...header, phase: 'pregame' } })), 'Not begun');
  assert.equal(gameWords(feed([], { header: { ...header, phase: 'final', quarter: 5 } })), 'Final, overtime');
  const over = feed([row(play(1, { quarter: 1, stats: [line(70)] }))], { header: { ...header, phase: 'final' } });
  assert.deepEqual(lineScore(over).teams[0], { team: 'AWY', points: [3, 0, 0, 0], total: 3 });
  assert.match(textOf(tested(shown(over).view, 'line-score').children), /AWY 3 0 0 0 3/u);
  const early = shown(feed([], { header: null }), { publisher: true });
  assert.match(textOf(tested(early.view, 'empty').children), /touchline feed replay/u);
});

test('FE12 the delay stands beside the score, and is set by hand', () => {
  const { view, acts } = shown(feed(DRIVE), { delay: 30, ui: { side: 'delay' } });
  assert.equal(textOf(tested(view, 'behind')), '30 s behind');
  const range = tested(view, 'delay');
  assert.equal(range.props['aria-valuetext'], '30 seconds behind');
  range.props.oninput({ target: { value: '40' } });
  range.props.onchange({ target: { value: '41' } });
  the(view, 'button', 'As it happens').props.onclick();
  assert.deepEqual(acts.said, [['holdDelay', 40], ['setDelay', 41], ['setDelay', 0]]);
  const held = shown(feed(DRIVE), { delay: 30, ui: { side: 'delay', delay: 44 } });
  assert.equal(textOf(tested(held.view, 'delay-said')), '44 s behind');
  const away = shown(feed(DRIVE), { ui: { awaySince: 0 } });
  assert.match(textOf(tested(away.view, 'as-of')), /as of/u);
});

/** A page on which nothing is drawn. */
function page(state) {
  const [said, asked] = [[], []];
  const room = Object.assign(new Emitter(), {
    ...{ id: 'r_1', ready: true, phase: 'live', name: 'Ours', role: 'viewer', state, confirmed: state },
    membership: { chat: [{}] },
    submit: (command) => void asked.push(command),
    want: (filter) => void asked.push({ filter }),
  });
  const ui = initialUi();
  const open = {
    ...{ room, ui, said, asked, me: 'a_me', delay: 0, roomId: 'r_1', refused: [] },
    touchline: Object.assign(new Emitter(), { status: 'live', retryAt: null, serverNow: () => 0 }),
    announcer: { say: (words) => said.push(words), alert: (words) => said.push(`! ${words}`) },
    change: (part) => Object.assign(ui, part),
    draw: () => undefined,
    refuse: (...told) => open.refused.push(told),
  };
  open.act = makeActs(open);
  Object.assign(open, { opened: () => said.push('opened'), showsChat: () => ui.side === 'chat' });
  watchFeed(open);
  return open;
}

test('FE11 what happens is read out: plays, corrections, scores; of many the last', () => {
  const open = page(feed(DRIVE));
  const entry = (events, by = 'a_other') => open.room.emit('entry', { entry: { by, events } });
  entry([{ type: 'play.added', play: DRIVE[2].play }, { type: 'game.status' }]);
  assert.match(open.said.at(-1), /AWY\. 2nd & 5 at AWY 40\. Sack\. Play 3\.\. AWY 3, HOM 7/u);
  entry([1, 2, 3].map((id) => ({ type: 'play.added', play: play(id) })));
  assert.match(open.said.at(-1), /^3 plays came, the last of them/u);
  entry([{ type: 'play.corrected', was: { stats: [] }, now: DRIVE[0].play }]);
  assert.match(open.said.at(-1), /^Corrected: Play 1 .*its statistics have changed/u);
  for (const [type, words] of [['play.deleted', 'Taken out'], ['play.under_review', 'Under review'], ['play.upheld', 'Upheld']]) {
    entry([{ type, id: 2 }]);
    assert.match(open.said.at(-1), new RegExp(`^${words}: Play 2`, 'u'));
  }
  const before = open.said.length;
  entry([{ type: 'delay.changed', seconds: 30 }]);
  assert.equal(open.said.length, before, 'what others chose is not read out');
  entry([{ type: 'delay.changed', seconds: 30 }], 'a_me');
  assert.equal(open.said.at(-1), 'You see everything 30 seconds later');
  assert.deepEqual(entryWords([{ type: 'feed.consistent' }], feed([]), false), ['Score and plays agree again']);
  assert.deepEqual(entryWords([{ type: 'score.corrected', team: 'HOM', was: 7, now: 6 }], feed([]), false), ['HOM has 6, not 7']);
});

test('FE12 a delay is asked for once, within its bounds, and refused beside its control', () => {
  const open = page(feed([]));
  open.act.setDelay(500);
  open.act.setDelay(0);
  assert.deepEqual(open.asked, [{ type: 'delay.set', seconds: 120 }]);
  open.room.emit('rejected', { code: 'rate_limited', local: { anchor: 'delay' } });
  open.room.emit('rejected', { code: 'nothing_changes', local: { anchor: 'delay' } });
  assert.deepEqual(open.refused, [['delay', refusalWords({ code: 'rate_limited' })]]);
});

test('FE12 without a connection the page knows since when', () => {
  const open = page(feed([]));
  open.touchline.status = 'offline';
  open.touchline.emit('status', undefined);
  const since = open.ui.awaySince;
  assert.ok(since > 0);
  open.touchline.emit('status', undefined);
  assert.equal(open.ui.awaySince, since);
  open.touchline.status = 'live';
  open.touchline.emit('status', undefined);
  assert.equal(open.ui.awaySince, null);
});

test('chat that is open has been seen', () => {
  const open = page(feed([]));
  open.act.side('chat');
  assert.equal(open.ui.chatSeen, 1);
  open.room.membership.chat.push({});
  open.room.emit('change', undefined);
  assert.equal(open.ui.chatSeen, 2);
  assert.equal(document.title, 'AWY 3, HOM 7 · Q2 09:12 · Ours · Touchline');
  open.act.older();
  open.act.want({ team: 'HOM' });
  assert.deepEqual([open.ui.shown, open.ui.wanted.team], [20, 'HOM']);
});

test('PJ13 the win chance of a game follows from score and time', () => {
  // As tests/support/game_chances.py has them, which measures the formula on real games.
  const said = [[0, 1], [7, 0.5], [-3, 0.05], [0, 0.001], [20, 0.25]].map(([lead, share]) => homeChance(lead, share).toFixed(4));
  assert.deepEqual(said, ['0.5856', '0.8068', '0.1820', '0.5014', '0.9986']);
  assert.deepEqual([homeChance(1, 0), homeChance(0, 0), homeChance(-1, 0)], [1, 0.5, 0]);
  assert.deepEqual(
    [{}, { quarter: 1, clock: '15:00' }, { quarter: 3 }, { quarter: 4, clock: '07:30' }, { quarter: 5, clock: '06:00' }].map(shareLeft),
    [1, 1, 0.5, 0.125, 0.1],
  );
});

test('PJ13 the line follows the plays, without those under review, and ends at the header', () => {
  const field = (id, quarter, team) => ({ play: { id, quarter, clock: '00:00', stats: [{ stat: 70, team, yards: 30 }] }, review: false });
  const plays = [field(1, 1, 'HOM'), { ...field(2, 2, 'AWY'), review: true }, field(3, 2, 'HOM'), field(4, 3, 'AWY')];
  const header = { home: 'HOM', away: 'AWY', home_score: 6, away_score: 3, quarter: 3, clock: '00:00' };
  const points = chancesOf({ header, plays });
  assert.deepEqual(points.map(([played]) => played), [0, 0.25, 0.5, 0.5, 0.75, 0.75]);
  assert.equal(points[1][1], points[2][1] > points[1][1] ? homeChance(3, 0.75) : NaN);
  assert.deepEqual(points.slice(3).map(([, chance]) => chance), [homeChance(6, 0.5), homeChance(3, 0.25), homeChance(3, 0.25)]);
  const over = chancesOf({ header: { ...header, phase: 'final' }, plays });
  assert.deepEqual(over.at(-1), [1, 1]);
  assert.deepEqual(chancesOf({ header: null, plays }), []);
  assert.deepEqual(chancesOf({ header: { ...header, phase: 'pregame' }, plays }), []);
  const shown = gameChanceView({ state: { header, plays } });
  assert.match([...all(shown)].find(({ tag }) => tag === 'svg').props['aria-label'], /^Win chance of HOM by score and time: 59 % at first, between 59 % and \d+ % since, \d+ % now$/);
  assert.match(textOf(gameChanceView({ state: { header: { ...header, phase: 'final' }, plays: [...plays] } })), /HOM \(top\) 100 % · AWY 0 %/);
  assert.equal(gameChanceView({ state: { header, plays: [] } }), null);
});

test('FF1 what is wanted is asked of the server in its words, and only if it is wished', () => {
  assert.equal(filterOf(everything()), null);
  assert.equal(filterOf({ ...everything(), what: 'changed' }), null);
  assert.deepEqual(filterOf({ ...everything(), what: 'turnovers', team: 'AWY', quarter: 2, down: 3, distance: 'long' }), {
    ...{ teams: ['AWY'], whats: ['turnover'], quarters: [2], downs: [3], distances: ['long'] },
  });
  assert.deepEqual(filterOf({ ...everything(), what: 'redzone', mine: ['a', 'b'] }), { players: ['a', 'b'], zones: ['red'] });
  const open = page(feed(DRIVE));
  open.act.want({ what: 'scoring' });
  assert.deepEqual(open.asked.at(-1), { filter: null });
  open.act.only(true);
  assert.deepEqual(open.asked.at(-1), { filter: { whats: ['scoring'] } });
  open.act.wantAll();
  assert.deepEqual([open.asked.at(-1), open.ui.only], [{ filter: null }, false]);
});

test('FF4 a part of a game holds what passes, and forgets what is gone', () => {
  const start = kind.initial({ ...feed([]), partial: true });
  const at = { version: 1, at: 5, by: 'a' };
  const told = (state, event) => kind.applyEvent(state, { source: 'gsis', revision: 1, ...event }, at);
  const added = told(start, { type: 'play.added', play: play(1) });
  assert.equal(told(added, { type: 'play.deleted', id: 7 }).plays.length, 1);
  assert.equal(told(added, { type: 'play.deleted', id: 1 }).plays[0].play.deleted, true);
  assert.equal(told(added, { type: 'play.upheld', id: 7 }).plays.length, 1);
  assert.deepEqual(kind.gone(added, [1, 2]).plays, []);
});

test('FF4 FE11 of a part no field is drawn and no drive is summed up', () => {
  const { view } = shown(feed(DRIVE, { partial: true }), { ui: { wanted: { ...everything(), what: 'big' }, only: true }, filtered: true });
  assert.equal(tested(view, 'field'), undefined);
  assert.match(textOf(tested(view, 'partial')), /Only these plays are sent/u);
});

test('TS1 as of when one watches is what the server works out', () => {
  const watching = { at: 1_000, since: 61_000, speed: 2 };
  assert.equal(asOf({ watching, delay: 0, now: 71_000 }), 21_000);
  assert.equal(asOf({ watching, delay: 30, now: 100_000 }), 70_000);
  assert.equal(asOf({ watching, delay: 0, now: 61_000 + 86_400_000 }), 61_000 + 86_400_000);
  assert.equal(asOf({ delay: 30, now: 100_000 }), 70_000);
  assert.deepEqual([60_000, 200_000].map((now) => isBehind({ watching, delay: 0, now: now + 2_000 })), [true, false]);
  assert.match(watchingWords({ speed: 0 }, 0), /^Paused at/u);
});

test('TS3 TS7 as of when one watches stands beside the score, with the way back', () => {
  const watching = { at: 0, since: 0, speed: 0 };
  const { view, acts } = shown(feed(DRIVE), { watching, asOf: 0, delay: 30, ui: { side: 'delay' } });
  assert.match(textOf(tested(view, 'watching')), /^Paused at/u);
  tested(view, 'live').props.onclick();
  tested(view, 'go-on').props.onclick();
  assert.deepEqual(acts.said.map(([name]) => name), ['live', 'watchAt']);
  assert.equal(tested(view, 'behind'), undefined);
});

test('FX1 FX8 of a picture the newest plays stand there, older ones at a press, and no cut drive is summed up', () => {
  const early = row(play(1, { quarter: 1, drive: 1, stats: [line(70, 30)] }));
  const rows = [early, row(play(20, { drive: 4, ...{ down: 1, to_go: 10 } })), ...DRIVE.map((one) => row({ ...one.play, id: one.play.id + 30, order: one.play.id + 30, drive: 5 }))];
  const state = feed(rows, { earlier: { count: 19, before: [20, 20] } });
  const { view, acts } = shown(state);
  assert.equal(playOf(view, 1), undefined, 'it stands before what is not here');
  assert.ok(playOf(view, 20));
  assert.equal(textOf(tested(view, 'older')), 'Older plays (19)');
  tested(view, 'older').props.onclick();
  assert.deepEqual(acts.said.at(-1)[0], 'older');
  const drives = [...all(opened(view))].filter(({ props }) => props.class === 'drive').map(({ props }) => props['aria-label']);
  assert.match(drives[0], /^AWY drive · /u);
  assert.equal(drives[1], 'Plays between drives');
  assert.equal(tested(view, 'passed'), undefined);
  const reading = shown(state, { ui: { readingOlder: Promise.resolve() } }).view;
  assert.equal(textOf(tested(reading, 'older')), 'Reading older plays');
  const lost = shown(state, { ui: { olderProblem: 'Older plays need the connection.' } }).view;
  assert.match(textOf(lost), /Older plays need the connection/u);
});

test('FX1 points by quarter and the line of the chance are those of the whole game', () => {
  const many = Array.from({ length: 60 }, (_, i) =>
    row(play(i + 1, { quarter: 1 + Math.floor(i / 15), clock: `${String(14 - (i % 15)).padStart(2, '0')}:00`, stats: i % 20 === 3 ? [line(70, 30)] : [] })));
  const whole = feed(many, { header: { ...header, home_score: 0, away_score: 9, quarter: 4, clock: '00:10' } });
  const part = { ...whole, plays: many.filter(({ play: { id, stats } }) => id > 40 || stats.length), earlier: { count: 40, before: [41, 41] } };
  assert.deepEqual(lineScore(part), lineScore(whole));
  const [all_, some] = [chancesOf(whole), chancesOf(part)];
  for (const [played, chance] of all_) {
    const near = some.reduce((best, one) => (Math.abs(one[0] - played) < Math.abs(best[0] - played) ? one : best));
    assert.ok(Math.abs(near[0] - played) <= 1 / 60 && Math.abs(near[1] - chance) < 0.25, `${played}: ${chance}, ${near}`);
  }
  assert.ok(some.length > 40);
});

test('FX4 what is told of a play that is not here is not lost: an older page is asked for again', () => {
  const at = (version) => ({ version, at: 5, by: 'a' });
  const told = (state, version, event) => kind.applyEvent(state, { source: 'gsis', revision: version, ...event }, at(version));
  const start = kind.initial(feed([row(play(9))], { earlier: { count: 3, before: [9, 9] } }));
  const page = { version: 4, before: [9, 9], plays: [row(play(6)), row(play(7)), row(play(8))] };
  const corrected = told(start, 5, { type: 'play.corrected', was: { text: 'Play 7.' }, now: play(7, { text: 'Else.' }) });
  assert.equal(corrected.plays[0].play.text, 'Else.');
  assert.ok(fits(corrected, page), 'it came whole');
  const all3 = kind.applyPrivate(corrected, { state: { page } });
  assert.deepEqual(all3.plays.map(({ play: { id, text } }) => [id, text])[1], [7, 'Else.']);
  assert.equal(all3.earlier, undefined);
  const deleted = told(start, 5, { type: 'play.deleted', id: 7 });
  assert.deepEqual(deleted.plays, start.plays);
  assert.equal(fits(deleted, page), false);
  assert.ok(fits(deleted, { ...page, version: 5 }));
  assert.equal(fits(start, { ...page, before: [8, 8] }), false);
  const reviewed = told(start, 6, { type: 'play.under_review', id: 6 });
  assert.deepEqual(reviewed.reviews, { 6: [1, 6] });
  assert.equal(fits(reviewed, page), false);
});

test('FX4 FX8 pages are read until there is enough, again where they do not fit, and a failure is said', async () => {
  const asked = [];
  const answers = [
    { version: 3, plays: [row(play(8))], earlier: { count: 7, before: [8, 8] } },
    { version: 4, plays: [row(play(7))], earlier: { count: 6, before: [7, 7] } },
  ];
  globalThis.fetch = async (address) => {
    asked.push(String(address));
    const said = answers.shift();
    return said ? new Response(JSON.stringify(said), { headers: { 'content-type': 'application/json' } }) : Promise.reject(new TypeError('away'));
  };
  const open = page(feed([row(play(9))], { earlier: { count: 8, before: [9, 9] } }));
  open.room.follower = { message: ({ state }) => Object.assign(open.room, { confirmed: kind.applyPrivate(open.room.confirmed, { state }) }) };
  await readOlder(open, (state) => state.plays.length >= 3);
  assert.deepEqual(open.room.confirmed.plays.map(({ play: { id } }) => id), [7, 8, 9]);
  assert.deepEqual(asked.map((one) => one.split('before=')[1]), ['9.9', '8.8']);
  assert.equal(open.ui.readingOlder, null);
  await readOlder(open, () => false);
  assert.match(open.ui.olderProblem, /need the connection/u);
});

test('RX5 signs are buttons with their numbers, which stand for a while; no more go out than count', () => {
  const now = Date.now();
  const came = withCame(withCame(noReactions(), { cheer: 5 }, now - STANDS_MS - 1), { cheer: 1_200, sad: 1 }, now);
  assert.deepEqual(countsOf(came, now), { cheer: 1_200, sad: 1 });
  assert.deepEqual(countsOf(came, now + STANDS_MS), {});
  assert.equal(reactionsIn({ connection: 3, key: 'reactions', value: {} }), null);
  assert.deepEqual(reactionsIn({ connection: 0, key: 'reactions', value: { wow: 2 } }), { wow: 2 });
  const { view, acts } = shown(feed(DRIVE), { ui: { reactions: came } });
  const buttons = [...all(opened(tested(view, 'reactions')))].filter(({ tag }) => tag === 'button');
  assert.deepEqual(buttons.map(({ props }) => props['aria-label']), ['Cheer, 1200 now', 'Clap', 'Wow', 'Laugh', 'Sad, 1 now', 'Boo']);
  assert.match(textOf(buttons[0]), /1\.2k/u);
  buttons[2].props.onclick();
  assert.deepEqual(acts.said.at(-1), ['react', 'wow']);
  const offline = [...all(opened(tested(shown(feed(DRIVE), { link: { status: 'offline' } }).view, 'reactions')))];
  assert.ok(offline.filter(({ tag }) => tag === 'button').every(({ props }) => props.disabled));

  const open = page(feed(DRIVE));
  const sent = [];
  Object.assign(open.room, { phase: 'live', sender: { link: { send: (...said) => sent.push(said), pacer: () => ({ waitMs: () => 0, take: () => undefined }) } } });
  for (let i = 0; i < 6; i += 1) open.act.react('wow');
  assert.deepEqual(sent, Array(4).fill(['react', { type: 'react', sign: 'wow' }]));
  open.room.emit('presence', { connection: 0, key: 'reactions', value: { wow: 4 } });
  assert.deepEqual(countsOf(open.ui.reactions, Date.now()), { wow: 4 });
});
