/** The outbox's own machine: seqs, window, holds, what storage is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox, OutboxFull } from '../../clients/js/outbox.js';
import { GENERATION, OTHER_ROOM, ROOM } from './support/fake_server.mjs';

function opened({ reserved = 0, commands = [] } = {}) {
  const outbox = new Outbox();
  outbox.open({ client: 'client-of-a-test', account: 'a', reserved, used: 0 }, commands);
  return outbox;
}

let ids = 0;
function add(outbox, { room = ROOM, at = 0, made = [GENERATION, 0] } = {}) {
  ids += 1;
  return outbox.add({
    id: `c${ids}`,
    room,
    made,
    command: { type: 'note' },
    local: null,
    keep: true,
    at,
    settle: null,
  });
}

function select(
  outbox,
  { rooms = [ROOM], carrier = 1, now = 0, budget = 64, may = () => true } = {},
) {
  return outbox
    .select({ rooms, carrier, now, budget, may })
    .map(({ pending, again }) => (again ? -pending.seq : pending.seq));
}

/** What storage would hold after these changes. */
function stored(outbox) {
  return Object.fromEntries(
    outbox.takeChanges().changes.map(({ store, key, value }) => [`${store}/${key}`, value]),
  );
}

test('CL4 a seq is never used twice, whatever was lost after it was reserved', () => {
  const first = opened();
  add(first);
  const record = stored(first)['clients/id client-of-a-test'];
  assert.ok(record.reserved >= 1);
  // The tab dies with seqs 2, 3, … sent and not written; the next life starts beyond the block.
  const second = opened({ reserved: record.reserved });
  assert.ok(add(second).seq > record.reserved);
});

test('CL4 a block of seqs is written before its first command and asks for a write that survives a loss of power', () => {
  const outbox = opened();
  add(outbox);
  assert.equal(outbox.takeChanges().strict, true);
  add(outbox);
  assert.equal(outbox.takeChanges().strict, false);
});

test('CL4 a seq that the server remembers and we do not is skipped for ever', () => {
  const outbox = opened();
  outbox.accept(ROOM, 500, 7);
  assert.equal(add(outbox).seq, 501);
});

test('CL4 changes of a failed write are written again, older ones of the same record not', () => {
  const outbox = opened();
  const pending = add(outbox);
  const failed = outbox.takeChanges();
  outbox.accept(ROOM, pending.seq, 1);
  outbox.restoreChanges(failed);
  assert.equal(
    stored(outbox)[`commands/client-of-a-test ${String(pending.seq).padStart(16, '0')}`],
    undefined,
  );
  assert.equal(outbox.takeChanges().changes.length, 0);
});

test('CL5 the outbox refuses the 5,001st command and says what to do', () => {
  const outbox = opened();
  for (let count = 0; count < 5_000; count += 1) add(outbox);
  assert.throws(() => add(outbox), OutboxFull);
  outbox.accept(ROOM, 1, 1);
  assert.equal(add(outbox).seq, 5_001);
});

test('CL6 no more than the budget is in flight, and each command leaves once', () => {
  const outbox = opened();
  for (let count = 0; count < 5; count += 1) add(outbox);
  assert.deepEqual(select(outbox, { budget: 3 }), [1, 2, 3]);
  assert.deepEqual(select(outbox, { budget: 3 }), []);
  outbox.accept(ROOM, 2, 1);
  assert.deepEqual(select(outbox, { budget: 3 }), [4]);
});

test('CL6 no seq leaves that is 64 or more above the oldest unanswered one of its room', () => {
  const outbox = opened();
  for (let count = 0; count < 70; count += 1) add(outbox);
  assert.equal(select(outbox, { budget: 1_000 }).length, 64);
  outbox.accept(ROOM, 2, 1);
  assert.deepEqual(select(outbox, { budget: 1_000 }), []);
  outbox.accept(ROOM, 1, 2);
  assert.deepEqual(select(outbox, { budget: 1_000 }), [65, 66]);
});

test('CL6 commands of a room that is not live wait without holding up another room', () => {
  const outbox = opened();
  add(outbox, { room: OTHER_ROOM });
  add(outbox);
  assert.deepEqual(select(outbox, { rooms: [ROOM] }), [2]);
});

test('CL6 after a break everything unanswered leaves again, in order, marked', () => {
  const outbox = opened();
  for (let count = 0; count < 3; count += 1) add(outbox);
  select(outbox, { budget: 2 });
  outbox.disconnected();
  assert.deepEqual(select(outbox, { carrier: 2 }), [-1, -2, 3]);
});

test('CL6 after a "not executed" the same seq leaves alone, later ones of the room wait behind it', () => {
  const outbox = opened();
  for (let count = 0; count < 4; count += 1) add(outbox);
  select(outbox, { budget: 2 });
  outbox.hold(ROOM, 1, 100);
  outbox.hold(ROOM, 2, 100);
  assert.deepEqual(select(outbox, { now: 99 }), []);
  assert.equal(outbox.nextHold([ROOM]), 100);
  assert.deepEqual(select(outbox, { now: 100 }), [-1]);
  assert.deepEqual(select(outbox, { now: 100 }), []);
  outbox.accept(ROOM, 1, 1);
  assert.deepEqual(select(outbox, { now: 100 }), [-2]);
  outbox.accept(ROOM, 2, 2);
  assert.deepEqual(select(outbox, { now: 100 }), [3, 4]);
});

test('CL7 what was never sent is overdue after 24 hours, what was sent never is', () => {
  const outbox = opened();
  add(outbox, { at: 0 });
  add(outbox, { at: 0 });
  add(outbox, { at: 3_600_000 });
  select(outbox, { budget: 1 });
  assert.deepEqual(outbox.overdue(24 * 3_600_000), []);
  assert.deepEqual(
    outbox.overdue(24 * 3_600_000 + 1).map(({ seq }) => seq),
    [2],
  );
});

test('CL8 commands leave only as the pacer lets them', () => {
  const outbox = opened();
  for (let count = 0; count < 3; count += 1) add(outbox);
  let tokens = 2;
  const may = () => {
    tokens -= 1;
    return tokens >= 0;
  };
  assert.deepEqual(select(outbox, { may }), [1, 2]);
});

test('CL4 commands from before there was a client id get their seqs in the order in which they came', () => {
  const outbox = new Outbox();
  const early = [add(outbox), add(outbox)];
  assert.deepEqual(
    early.map(({ seq }) => seq),
    [0, 0],
  );
  outbox.open({ client: 'c', account: '', reserved: 7, used: 0 }, []);
  assert.deepEqual(
    early.map(({ seq }) => seq),
    [8, 9],
  );
  assert.equal(outbox.waiting, 2);
});

test('CL6 a command made before the room was seen waits for its place', () => {
  const outbox = opened();
  add(outbox, { made: null });
  assert.deepEqual(select(outbox), []);
  outbox.place(ROOM, [GENERATION, 4]);
  assert.deepEqual(outbox.of(ROOM)[0].made, [GENERATION, 4]);
  assert.deepEqual(select(outbox), [1]);
});
