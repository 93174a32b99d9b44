/** What people do together on a board: trails, views, calls, threads. The page's pure modules. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/served_paths.mjs';

const folder = '../../clients/demo/board/together/';
const { FADE_MS, fresh, overlap, shadesOf, withMessage, withPoint } = await import(
  `${folder}laser_trail.js`
);
const { Lasers } = await import(`${folder}lasers.js`);
const places = await import(`${folder}places.js`);
const { Follower } = await import(`${folder}follower.js`);
const { newSince, pinsOf, rootOf, threadsOf } = await import(`${folder}threads.js`);
const { heardWords } = await import(`${folder}heard.js`);

const row = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, i) => [(from + i) * 100, 0]);

test('a trail fades by itself, oldest first, and then is gone', () => {
  let trail = [];
  for (const [i, at] of row(0, 9).entries()) trail = withPoint(trail, at, i * 100);
  assert.equal(fresh(trail, 900).length, 10);
  assert.deepEqual(
    fresh(trail, FADE_MS + 450).map(({ at }) => at),
    row(5, 9),
  );
  assert.deepEqual(shadesOf(trail, FADE_MS + 1_000), []);
  const strengths = shadesOf(trail, 900).map(({ strength }) => strength);
  assert.deepEqual(strengths, [...strengths].sort((a, b) => a - b));
  assert.ok(strengths.every((one) => one > 0 && one <= 1));
});

test('a trail that is drawn in pieces has no gap, and a new stroke does not join the old one', () => {
  let trail = [];
  for (const [i, at] of row(0, 5).entries()) trail = withPoint(trail, at, i * 100);
  const lines = shadesOf(trail, 600);
  for (let i = 1; i < lines.length; i += 1)
    assert.deepEqual(lines[i].points[0], lines[i - 1].points.at(-1));
  trail = withPoint(trail, [9_000, 0], 600, true);
  assert.deepEqual(shadesOf(trail, 600).at(-1).points, [[9_000, 0]]);
});

test('a message that overlaps the one before adds only what is new, spread over the time between', () => {
  assert.equal(overlap(row(0, 9), row(4, 12)), 6);
  assert.equal(overlap(row(0, 9), row(20, 22)), 0);
  assert.equal(overlap([], row(0, 2)), 0);
  const first = withMessage([], { before: [], points: row(0, 3), since: 0, now: 1_000 });
  const both = withMessage(first, {
    before: row(0, 3),
    points: row(1, 7),
    since: 1_000,
    now: 1_040,
  });
  assert.deepEqual(
    both.map(({ at }) => at),
    row(0, 7),
  );
  assert.deepEqual(
    both.slice(4).map(({ t }) => t),
    [1_010, 1_020, 1_030, 1_040],
  );
  assert.equal(both.filter((dot) => dot.first).length, 1);
  assert.deepEqual(
    withMessage(both, { before: row(1, 7), points: row(1, 7), since: 1_040, now: 1_090 }),
    both,
  );
});

function fakeRoom(people = []) {
  const told = [];
  return {
    told,
    ready: true,
    me: { connection: 1 },
    people: new Map(people),
    membership: { names: { ana: 'Ana', ben: 'Ben' } },
    state: { objects: {}, presenter: null },
    presence: (key, value) => told.push([key, value]),
  };
}

test('what is told of one’s own laser holds 32 whole places of the board at most', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const room = fakeRoom();
  const lasers = new Lasers({ room, me: () => 'ana' });
  for (let i = 0; i < 50; i += 1) lasers.point([i + 0.4, 9e9], i);
  const [, value] = room.told.at(-1);
  assert.equal(value.points.length, 32);
  assert.deepEqual(value.points.at(-1), [49, 200_000]);
  lasers.end();
  assert.equal(room.told.at(-1)[1], value);
  t.mock.timers.tick(300);
  assert.deepEqual(room.told.at(-1), ['laser', null]);
  assert.ok(lasers.moving(49));
  assert.ok(!lasers.moving(50 + FADE_MS));
});

test('a laser that was on before we came is not drawn, what follows is', () => {
  const room = fakeRoom([[2, { account: 'ben', values: { laser: { points: row(0, 3) } } }]]);
  const lasers = new Lasers({ room, me: () => 'ana' });
  lasers.take({ all: true }, 1_000);
  assert.deepEqual(lasers.shown(1_000), []);
  lasers.take({ connection: 2, key: 'laser', value: { points: row(1, 4) } }, 1_040);
  assert.deepEqual(lasers.shown(1_040)[0].tip, [400, 0]);
  lasers.take({ connection: 2, gone: true }, 1_050);
  assert.deepEqual(lasers.shown(1_050), []);
});

test('a view survives the way: what one tells is what another page shows', () => {
  const ui = { look: { zoom: 2.5, centre: [10_000.4, -3_000.6] }, phase: 'o_phase' };
  const view = places.ownView(ui, 0);
  assert.deepEqual(view, { type: 'view', at: [10_000, -3_001], zoom: 2_500, phase: 'o_phase', ms: null });
  assert.deepEqual(places.lookOf(view), { zoom: 2.5, centre: [10_000, -3_001] });
  assert.deepEqual(places.lookOf({ at: [5, 5], zoom: 1_000 }), { zoom: 1, centre: [0, 0] });
  assert.equal(places.lookOf({ at: [0, 0], zoom: 20_000 }).zoom, 8);
  const far = places.ownView({ look: { zoom: 900, centre: [1e12, -1e12] } }, 0);
  assert.deepEqual([far.at, far.zoom], [[200_000, -200_000], 20_000]);
  const play = { at: 500, since: 1_000, playing: true, speed: 200, loop: false };
  assert.equal(places.ownView({ ...ui, play }, 1_250).ms, 1_000);
});

test('gliding comes nearer with every frame and arrives exactly', () => {
  const to = { zoom: 3, centre: [20_000, 8_000] };
  let look = { zoom: 1, centre: [0, 0] };
  let frames = 0;
  while (look !== to && frames < 200) {
    const next = places.glide(look, to, 16);
    assert.ok(next.zoom >= look.zoom && next.centre[0] >= look.centre[0]);
    look = next;
    frames += 1;
  }
  assert.equal(look, to);
  assert.ok(frames * 16 < 1_000, `${frames} frames`);
});

test('of several connections of a person the one that told its view last counts', () => {
  const view = (zoom) => ({ at: [0, 0], zoom });
  const people = new Map([
    [4, { account: 'ben', values: { view: view(1) } }],
    [5, { account: 'ben', values: { view: view(2) } }],
    [6, { account: 'ana', values: { view: view(3) } }],
    [7, { account: 'ben', values: {} }],
  ]);
  assert.equal(places.viewOf(people, 'ben', new Map([[4, 20], [5, 10]])).zoom, 1);
  assert.equal(places.viewOf(people, 'ben', new Map([[4, 20], [5, 30]])).zoom, 2);
  assert.equal(places.viewOf(people, 'cem', new Map()), null);
});

const PHASE = { sort: 'phase', props: { rank: 'A', duration: 1_000, name: 'Press' } };
const PLAYBACK = { at_ms: 0, since: 0, playing: true, speed: 100, loop: true, from_ms: null, to_ms: null };

test('who is where in phases; a phase that is gone is the set-up', () => {
  const objects = { p: PHASE, t: { sort: 'token', props: { at: [0, 0] } } };
  const people = [
    { account: 'a', view: { phase: 'p' } },
    { account: 'b', view: { phase: null } },
    { account: 'c', view: { phase: 'gone' } },
    { account: 'd', view: null },
  ];
  const where = places.whoIsWhere(people, { objects });
  assert.deepEqual([...where], [['p', ['a']], [null, ['b', 'c']]]);
  const words = (view, state = { objects }) => places.whereInWords(view, state);
  assert.equal(words({ phase: 'p', zoom: 1_000 }), 'Phase 1, Press · the whole pitch');
  assert.equal(words({ phase: null, zoom: 2_000 }), 'Set-up · a part of the pitch');
  assert.equal(words({ phase: null, zoom: 1_000 }, { objects: {} }), 'The whole pitch');
});

test('a moment that one plays alone is in the phase that is shown then', () => {
  const state = { objects: { p: PHASE } };
  assert.equal(places.phaseOfView({ phase: null, ms: 400 }, state), 'p');
  assert.equal(places.phaseOfView({ phase: 'p', ms: 0 }, state), null);
});

test('while it plays for all, who watches with all is told apart from who looks alone', () => {
  const state = { objects: { p: PHASE }, playback: PLAYBACK };
  const ui = { look: { zoom: 1, centre: [0, 0] }, phase: 'p', play: null, alone: false };
  const shown = (part) => {
    const { phase, ms } = places.ownView({ ...ui, ...part }, 0, state);
    return places.phaseOfView({ phase, ms }, state);
  };
  assert.equal(shown({}), undefined);
  assert.equal(shown({ alone: true }), 'p');
  assert.equal(shown({ alone: true, phase: null }), null);
  const views = [{ account: 'a', view: places.ownView(ui, 0, state) }];
  assert.deepEqual([...places.whoIsWhere(views, state)], []);
  assert.equal(places.whereInWords(views[0].view, state), 'Watching with all · the whole pitch');
  const empty = { objects: {}, playback: PLAYBACK };
  assert.equal(places.phaseOfView(places.ownView(ui, 0, empty), empty), null);
});

/** A page with a hand-driven clock. */
function page({ people = [], still = true } = {}) {
  const room = fakeRoom(people);
  const ui = { look: { zoom: 1, centre: [0, 0] }, phase: null, textAt: null, following: null };
  const said = [];
  const frames = [];
  const time = { now: 0, server: 1_000_000 };
  const follower = new Follower({
    room,
    ui,
    change: (part) => {
      Object.assign(ui, part);
      follower.pageChanged();
    },
    me: () => 'ana',
    now: () => time.now,
    serverNow: () => time.server,
    still: () => still,
    tell: (text) => said.push(text),
    frame: (run) => frames.push(run),
    later: () => undefined,
  });
  const run = (count = 100) => {
    for (let i = 0; i < count && frames.length > 0; i += 1) {
      time.now += 16;
      frames.shift()();
    }
  };
  const shows = (connection, value, key = 'view') => {
    room.people.get(connection).values[key] = value;
    follower.take({ connection, key, value });
  };
  return { room, ui, said, follower, time, run, shows, views: () => room.told.filter(([key]) => key === 'view') };
}

const BEN = [2, { account: 'ben', values: {} }];
const NEAR = { type: 'view', at: [20_000, 5_000], zoom: 3_000, phase: null, ms: null };

test('whoever follows looks where the other looks, until the own hand moves the view', () => {
  const { ui, follower, shows, said } = page({ people: [structuredClone(BEN)] });
  follower.follow('ben');
  shows(2, NEAR);
  assert.deepEqual(ui.look, { zoom: 3, centre: [20_000, 5_000] });
  shows(2, { ...NEAR, zoom: 2_000 });
  assert.equal(ui.look.zoom, 2);
  ui.look = { zoom: 4, centre: [0, 0] };
  follower.pageChanged();
  assert.equal(ui.following, null);
  assert.match(said.at(-1), /no longer follow Ben/);
  shows(2, NEAR);
  assert.equal(ui.look.zoom, 4);
});

test('the way there is a glide, and what we tell meanwhile is where we are led', () => {
  const { ui, follower, shows, run, views } = page({ people: [structuredClone(BEN)], still: false });
  follower.follow('ben');
  shows(2, NEAR);
  run(2);
  assert.ok(ui.look.zoom > 1 && ui.look.zoom < 3);
  assert.deepEqual(views().at(-1)[1], NEAR);
  run();
  assert.deepEqual(ui.look, { zoom: 3, centre: [20_000, 5_000] });
  assert.deepEqual(views().at(-1)[1], NEAR);
  assert.equal(views().filter(([, view]) => view.zoom !== 1_000 && view.zoom !== 3_000).length, 0);
});

test('a hand that is busy is not led away; it is when it is free', () => {
  const { ui, follower, shows } = page({ people: [structuredClone(BEN)] });
  follower.follow('ben');
  ui.drag = { delta: [0, 0] };
  shows(2, NEAR);
  assert.equal(ui.look.zoom, 1);
  ui.drag = null;
  follower.pageChanged();
  assert.equal(ui.look.zoom, 3);
});

test('who is followed goes and comes back: the following goes on', () => {
  const { room, ui, follower, shows } = page({ people: [structuredClone(BEN)] });
  follower.follow('ben');
  shows(2, NEAR);
  room.people.delete(2);
  follower.take({ connection: 2, gone: true });
  assert.deepEqual(ui.following, { account: 'ben' });
  room.people.set(9, { account: 'ben', values: { view: { ...NEAR, zoom: 4_000 } } });
  follower.take({ all: true });
  assert.equal(ui.look.zoom, 4);
});

test('a phase is followed as far as it is there', () => {
  const { room, ui, follower, shows } = page({ people: [structuredClone(BEN)] });
  room.state.objects.p = PHASE;
  follower.follow('ben');
  shows(2, { ...NEAR, phase: 'p' });
  assert.equal(ui.phase, 'p');
  shows(2, { ...NEAR, phase: 'q' });
  assert.equal(ui.phase, null);
  assert.deepEqual(ui.following, { account: 'ben' });
});

test('a phase that is deleted under whoever follows does not end the following', () => {
  const { room, ui, follower, shows } = page({ people: [structuredClone(BEN)] });
  room.state = { ...room.state, objects: { p: PHASE } };
  follower.follow('ben');
  shows(2, { ...NEAR, phase: 'p' });
  room.state = { ...room.state, objects: {} };
  follower.roomChanged();
  ui.phase = null;
  follower.pageChanged();
  assert.deepEqual(ui.following, { account: 'ben' });
});

test('whoever follows watches with all what plays for all, and alone with who looks alone', () => {
  const { room, ui, follower, shows, said, views } = page({ people: [structuredClone(BEN)] });
  room.state = { ...room.state, objects: { p: PHASE }, playback: PLAYBACK };
  follower.roomChanged();
  Object.assign(ui, { alone: true, phase: 'p', play: null });
  follower.pageChanged();
  assert.equal(views().at(-1)[1].phase, 'p');
  follower.follow('ben');
  assert.equal(ui.alone, false);
  shows(2, NEAR);
  assert.deepEqual([ui.alone, ui.phase, ui.play], [false, null, null]);
  shows(2, { ...NEAR, phase: 'p' });
  assert.deepEqual([ui.alone, ui.phase], [true, 'p']);
  shows(2, { ...NEAR, ms: 0 });
  assert.deepEqual([ui.alone, ui.phase, ui.play.at], [true, null, 0]);
  shows(2, NEAR);
  assert.deepEqual([ui.alone, ui.phase, ui.play], [false, null, null]);
  assert.deepEqual(ui.following, { account: 'ben' });
  ui.alone = true;
  follower.pageChanged();
  assert.equal(ui.following, null);
  assert.match(said.at(-1), /no longer follow Ben/);
});

test('when it begins to play for all, everybody tells again how they watch', () => {
  const { room, ui, follower, views } = page();
  room.state = { ...room.state, objects: { p: PHASE } };
  ui.phase = 'p';
  follower.pageChanged();
  assert.equal(views().at(-1)[1].phase, 'p');
  room.state = { ...room.state, playback: PLAYBACK };
  follower.roomChanged();
  assert.deepEqual([views().at(-1)[1].phase, views().at(-1)[1].ms], [null, null]);
  room.state = { ...room.state, playback: null };
  follower.roomChanged();
  assert.equal(views().at(-1)[1].phase, 'p');
});

test('playing for oneself ends the following, and going back goes back to what played', () => {
  const { ui, follower, shows, time } = page({ people: [structuredClone(BEN)] });
  follower.follow('ben');
  shows(2, NEAR);
  ui.play = { at: 0, since: 0, playing: true, speed: 100, loop: false };
  follower.pageChanged();
  assert.equal(ui.following, null);
  const { play } = ui;
  shows(2, { ...NEAR, type: 'gather', n: time.server }, 'gather');
  assert.equal(ui.play, null);
  follower.goBack();
  assert.equal(ui.play, play);
});

test('everybody follows the presenter, a late joiner too; one’s own presenting ends following', () => {
  const { room, ui, follower, shows, said } = page({ people: [structuredClone(BEN)] });
  shows(2, NEAR);
  room.state.presenter = 'ben';
  follower.roomChanged();
  assert.deepEqual(ui.following, { account: 'ben' });
  assert.equal(ui.look.zoom, 3);
  room.state.presenter = null;
  follower.roomChanged();
  assert.equal(ui.following, null);
  assert.equal(said.at(-1), 'Ben stopped presenting');
  follower.follow('ben');
  room.state.presenter = 'ana';
  follower.roomChanged();
  assert.equal(ui.following, null);
});

test('a call is heard once, if it is younger than 5 s, and one can go back', () => {
  const { ui, shows, follower, time, said } = page({ people: [structuredClone(BEN)] });
  const call = { ...NEAR, type: 'gather', n: time.server - 4_999 };
  shows(2, { ...call, n: time.server - 5_000 }, 'gather');
  assert.equal(ui.look.zoom, 1);
  shows(2, { ...call, n: time.server - 10 }, 'gather');
  assert.equal(ui.look.zoom, 3);
  assert.equal(said.at(-1), 'Ben brought everyone here');
  follower.goBack();
  assert.deepEqual(ui.look, { zoom: 1, centre: [0, 0] });
  assert.equal(ui.called, null);
  shows(2, { ...call, n: time.server - 10 }, 'gather');
  shows(2, { ...call, n: time.server - 20 }, 'gather');
  assert.equal(ui.look.zoom, 1);
});

test('a call does not pull the pitch from under a busy hand', () => {
  const { ui, shows, follower, time } = page({ people: [structuredClone(BEN)] });
  ui.drag = { delta: [1, 1] };
  shows(2, { ...NEAR, type: 'gather', n: time.server }, 'gather');
  assert.equal(ui.look.zoom, 1);
  assert.equal(ui.called.before, null);
  ui.drag = null;
  follower.goThere();
  assert.equal(ui.look.zoom, 3);
});

const comment = (by, text, more = {}, v = 5) => ({
  sort: 'comment',
  props: { at: [0, 0], text, ...more },
  by: { text: by, at: by },
  v: { text: v, at: v },
});

test('replies stand below what they answer, replies to replies too', () => {
  const objects = {
    t: { sort: 'token', props: { at: [7, 7], number: 8 } },
    a: comment('ana', 'Too deep', { pin: 't' }),
    b: comment('ben', 'Why?', { pin: 'a' }),
    c: comment('ana', 'The nine is free', { pin: 'b' }),
    d: comment('ben', 'Here', { pin: 'gone', done: true }),
  };
  const threads = threadsOf(objects);
  assert.deepEqual(threads.map(({ id, about, done }) => [id, about, done]), [
    ['a', 't', false],
    ['d', null, true],
  ]);
  assert.deepEqual(threads[0].replies.map(({ id, by }) => [id, by]), [['b', 'ben'], ['c', 'ana']]);
  assert.equal(rootOf(objects, 'c'), 'a');
  objects.a.props.pin = 'c';
  assert.ok(rootOf(objects, 'c'));
});

test('pins are where their thing is, beside each other, and only of open threads', () => {
  const objects = {
    t: { sort: 'token', props: { at: [7, 7] } },
    a: comment('ana', 'one', { pin: 't' }),
    b: comment('ben', 'two', { pin: 't' }),
    c: comment('ben', 'three', { done: true }),
    d: comment('ben', 'four', { at: [1, 2] }),
  };
  const pins = pinsOf(objects, () => [70, 70]);
  assert.deepEqual(
    pins.map(({ thread, at, beside }) => [thread.id, at, beside]),
    [['a', [70, 70], 0], ['b', [70, 70], 1], ['d', [1, 2], 0]],
  );
});

test('new are comments of others since a version, without what is still on its way', () => {
  const objects = {
    a: comment('ana', 'mine', {}, 9),
    b: comment('ben', 'old', {}, 4),
    c: comment('ben', 'new', {}, 6),
    d: comment('ben', 'pending', {}, 2 ** 52),
  };
  assert.equal(newSince(objects, 5, 'ana'), 1);
});

test('what others say in comments is heard in words', () => {
  const objects = {
    t: { sort: 'token', props: { at: [0, 0], number: 8 } },
    a: comment('ben', 'Too deep', { pin: 't', done: true }),
    b: comment('ben', 'Yes', { pin: 'a' }),
  };
  const added = (id) => [{ type: 'objects.added', objects: [{ id, ...objects[id] }] }];
  assert.equal(heardWords(added('a'), 'Ben', objects), 'Ben commented on 8: Too deep');
  assert.equal(heardWords(added('b'), 'Ben', objects), 'Ben replied: Yes');
  assert.equal(heardWords(added('t'), 'Ben', objects), '');
  const done = [{ type: 'objects.set', changes: [{ id: 'a', set: { done: true } }] }];
  assert.equal(heardWords(done, 'Ben', objects), 'Ben settled: Too deep');
});

test('no act of what people do together takes the name of an act of the phases', async () => {
  const makers = [
    ['phases/phase_acts.js', 'makePhaseActs'],
    ['together/together_acts.js', 'makeTogetherActs'],
  ];
  const owner = new Map();
  for (const [path, maker] of makers) {
    const module = await import(`../../clients/demo/board/${path}`);
    for (const name of Object.keys(module[maker]({}))) {
      assert.ok(!owner.has(name), `${name}: ${owner.get(name)} and ${path}`);
      owner.set(name, path);
    }
  }
  assert.ok(owner.size > 30);
});
