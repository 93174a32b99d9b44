/**
 * Plays drafts that the server's rules have played, and says where the client's model differs.
 * Input: one draft a line, `{view, account, turns: [{entry, private, view, mine}]}`, `private` the
 * events that only the account was told. Output: `{entries, told, wrong}`. Run by
 * tests/properties/test_js_draft_model.py.
 */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { draft } from '../../clients/js/kinds/draft.js';

const sum = { entries: 0, told: 0, wrong: [] };
const NOTHING = { queue: [], ranking: [], avoid: [], watch: [] };

function check(what, entry, actual, expected) {
  try {
    assert.deepEqual(actual, expected);
  } catch (error) {
    sum.wrong.push({ what, entry, message: error.message.slice(0, 2_000) });
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { view, turns } = JSON.parse(line);
  let state = draft.initial(view);
  for (const { entry, private: told, view: after, mine: owned } of turns) {
    const stamp = { version: entry.v, at: entry.at, by: entry.by, own: false };
    const frozen = JSON.stringify(state);
    const was = state;
    for (const event of entry.events) state = draft.applyEvent(state, event, stamp);
    if (JSON.stringify(was) !== frozen) sum.wrong.push({ what: 'changed in place', entry });
    if (told.length > 0) state = draft.applyPrivate(state, { version: entry.v, events: told });
    sum.told += told.length;
    sum.entries += 1;
    const { mine, ...now } = state;
    check('view', entry, now, after);
    check('mine', entry, mine, { proxies: {}, ...owned, lists: { ...NOTHING, ...owned?.lists } });
    const again = draft.applyPrivate(state, { version: entry.v, state: owned });
    check('mine anew', entry, again.mine, mine);
    if (sum.wrong.length > 5) break;
  }
}
console.log(JSON.stringify(sum));
