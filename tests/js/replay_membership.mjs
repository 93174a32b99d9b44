/**
 * Plays rooms whose members the server's rules have played, and says where the client's model
 * differs. Input: one room a line, `{view, turns: [{entry, view}]}`. Output: `{entries, wrong}`.
 * Run by tests/properties/test_team_members.py.
 */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { applyMembershipEvent } from '../../clients/js/kinds/membership.js';

const sum = { entries: 0, wrong: [] };

function play({ view, turns }) {
  let membership = view;
  for (const { entry, view: after } of turns) {
    sum.entries += 1;
    const stamp = { version: entry.v, at: entry.at, by: entry.by, own: false };
    for (const event of entry.events) membership = applyMembershipEvent(membership, event, stamp);
    try {
      assert.deepEqual(membership, after);
      assert.deepEqual(Object.keys(membership.members), Object.keys(after.members));
    } catch (error) {
      sum.wrong.push({ entry, message: error.message });
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) play(JSON.parse(line));
console.log(JSON.stringify(sum));
