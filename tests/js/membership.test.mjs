/** What every room has: events as SPEC MB23 has them, and guesses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applyMembershipEvent,
  isMembershipCommand,
  isMembershipEvent,
  predictMembership,
} from '../../clients/js/kinds/membership.js';

const EMPTY = Object.freeze({
  name: '',
  read_only: false,
  members: {},
  names: {},
  invitations: [],
  chat: [],
});
const OPENED = {
  type: 'room.opened',
  kind: 'board',
  name: 'Saturday',
  owner: 'a_1',
  owner_name: 'Anna',
};
const owner = { account: 'a_1', name: 'Anna', role: 'owner' };
const editor = { account: 'a_2', name: 'Ben', role: 'editor' };

function after(...events) {
  return events.reduce(
    (membership, event, index) =>
      applyMembershipEvent(membership, event, {
        version: index + 1,
        at: 1_000 + index,
        by: 'a_1',
        own: false,
      }),
    EMPTY,
  );
}

test('CL26 members come, are renamed, change roles and go; names stay', () => {
  const invitation = { type: 'invitation.created', id: 'i_1', role: 'editor', uses: 2 };
  const joined = {
    type: 'member.joined',
    member: 'a_2',
    name: 'Ben',
    role: 'editor',
    invitation: 'i_1',
  };
  let membership = after(
    OPENED,
    invitation,
    joined,
    { type: 'member.renamed', member: 'a_2', name: 'Benno' },
    { type: 'member.role_set', member: 'a_2', role: 'viewer' },
  );
  assert.deepEqual(membership.members, {
    a_1: { name: 'Anna', role: 'owner' },
    a_2: { name: 'Benno', role: 'viewer' },
  });
  assert.deepEqual(membership.invitations, [
    { id: 'i_1', role: 'editor', expires: null, uses: 1, by: 'a_1' },
  ]);
  membership = applyMembershipEvent(
    membership,
    { type: 'member.removed', member: 'a_2' },
    { version: 6, at: 0, by: 'a_1', own: false },
  );
  assert.deepEqual(Object.keys(membership.members), ['a_1']);
  assert.equal(membership.names.a_2, 'Benno');
});

test('MB23 who came by the team is marked, until the team is over', () => {
  const joined = { type: 'member.joined', member: 'a_2', name: 'Ben', role: 'viewer', team: true };
  const linked = { type: 'member.joined', member: 'a_2', name: 'Ben', role: 'editor' };
  const left = { type: 'member.left_team', member: 'a_2' };
  const ben = (...events) => after(OPENED, ...events).members.a_2;
  assert.deepEqual(ben(joined), { name: 'Ben', role: 'viewer', team: true });
  assert.deepEqual(ben(joined, linked), { name: 'Ben', role: 'editor', team: true });
  assert.deepEqual(ben(joined, { ...left, role: 'annotator' }), { name: 'Ben', role: 'annotator' });
  assert.equal(ben(joined, left), undefined);
  assert.equal(ben({ ...left, role: 'viewer' }), undefined);
  assert.equal(after(OPENED, joined, left).names.a_2, 'Ben');
});

test('CL26 name, read only, revoked invitations', () => {
  const membership = after(
    OPENED,
    { type: 'room.renamed', name: 'Sunday' },
    { type: 'room.read_only_set', on: true },
    { type: 'invitation.created', id: 'i_1', role: 'viewer', expires: 5 },
    { type: 'invitation.revoked', id: 'i_1' },
    { type: 'member.renamed', member: 'a_9', name: 'Nobody' },
  );
  assert.deepEqual(
    [membership.name, membership.read_only, membership.invitations],
    ['Sunday', true, []],
  );
  assert.deepEqual(Object.keys(membership.members), ['a_1']);
});

test('CL26 a line that was removed is gone', () => {
  const { chat } = after(OPENED, { type: 'chat.said', text: 'a' }, { type: 'chat.said', text: 'b' });
  const left = after(OPENED, { type: 'chat.said', text: 'a' }, { type: 'chat.said', text: 'b' }, { type: 'chat.removed', v: chat[0].v });
  assert.deepEqual(left.chat, [chat[1]]);
});

test('CL26 who is muted, until when, and nobody any more', () => {
  const muted = after(OPENED, { type: 'chat.muted', member: 'a_2' }, { type: 'chat.muted', member: 'a_3', until: 9 });
  assert.deepEqual(muted.muted, { a_2: null, a_3: 9 });
  const { muted: _, ...quiet } = muted;
  const lifted = after(OPENED, { type: 'chat.muted', member: 'a_2' }, { type: 'chat.unmuted', member: 'a_2' });
  assert.deepEqual(lifted, quiet);
  assert.equal('muted' in lifted, false);
});

test('CL26 the last 200 lines of chat', () => {
  const lines = Array.from({ length: 205 }, (_, n) => ({ type: 'chat.said', text: String(n) }));
  const { chat } = after(OPENED, ...lines);
  assert.equal(chat.length, 200);
  assert.deepEqual(chat[0], { v: 7, at: 1_006, by: 'a_1', text: '5' });
});

test('CL26 guesses of what an owner does, none of what others may not', () => {
  const membership = after(OPENED);
  assert.equal(predictMembership(membership, { type: 'room.rename', name: 'X' }, owner).name, 'X');
  assert.equal(
    predictMembership(membership, { type: 'room.rename', name: 'X' }, editor),
    membership,
  );
  assert.equal(
    predictMembership(membership, { type: 'room.read_only', on: true }, owner).read_only,
    true,
  );
  assert.equal(
    predictMembership(membership, { type: 'member.role', member: 'a_1', role: 'viewer' }, owner)
      .members.a_1.role,
    'viewer',
  );
  assert.equal(
    predictMembership(membership, { type: 'member.remove', member: 'a_1' }, owner),
    membership,
  );
  assert.equal(
    predictMembership(membership, { type: 'chat.say', text: 'hi' }, editor).chat[0].pending,
    true,
  );
});

test('CL26 what belongs to every room is told from what belongs to a kind', () => {
  assert.equal(isMembershipEvent({ type: 'chat.said' }), true);
  assert.equal(isMembershipEvent({ type: 'objects.set' }), false);
  assert.equal(isMembershipEvent({ type: 'constructor' }), false);
  assert.equal(isMembershipCommand({ type: 'member.remove' }), true);
  assert.equal(isMembershipCommand({ type: 'undo' }), false);
  assert.throws(() => applyMembershipEvent(EMPTY, { type: 'objects.set' }, {}), /unknown event/);
});
