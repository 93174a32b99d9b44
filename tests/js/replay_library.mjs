/**
 * Plays libraries that the server's rules have played, and says where the client's model differs.
 * Input: one library a line, `{view, turns: [{by, role, command, entry, view}]}`, entry null where
 * the command was refused. Output: `{entries, guesses, wrong}`. Run by
 * tests/properties/test_js_library_model.py.
 */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { library } from '../../clients/js/kinds/library.js';

const sum = { entries: 0, guesses: 0, wrong: [] };

/** The part of a state that the server sends, with the order of its items. */
function viewOf({ guesses: _, ...view }) {
  return { ...view, items: Object.entries(view.items), deleted: Object.entries(view.deleted) };
}

/** The same without versions, authors and times, which a guess cannot know. */
function looks({ settings, items, deleted, bytes }) {
  return {
    settings,
    bytes,
    deleted: Object.keys(deleted),
    items: Object.entries(items).map(([id, { sort, props }]) => [id, sort, props]),
  };
}

function check(what, turn, actual, expected) {
  try {
    assert.deepEqual(actual, expected);
  } catch (error) {
    sum.wrong.push({ what, turn, message: error.message });
  }
}

function play({ view, turns }) {
  let state = library.initial(view);
  for (const { by, role, command, entry, view: after } of turns) {
    const guess = library.predict(state, command, { account: by, name: by, role });
    if (entry === null) continue;
    sum.entries += 1;
    if (guess !== state) {
      sum.guesses += 1;
      check('guess', command, looks(guess), looks(after));
    }
    const stamp = { version: entry.v, at: entry.at, by: entry.by, own: false };
    for (const event of entry.events) state = library.applyEvent(state, event, stamp);
    check('state', command, viewOf(state), viewOf(after));
  }
}

for await (const line of createInterface({ input: process.stdin })) play(JSON.parse(line));
console.log(JSON.stringify(sum));
