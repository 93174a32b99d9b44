/**
 * Plays boards that the server's rules have played, and says where the client's model differs.
 * Input: one board a line, `{view, turns: [{by, role, command, entry, view}]}`, entry null where
 * the command was refused. Output: `{entries, guesses, undos, guessedUndos, wrong}`. Run by
 * tests/properties/test_js_board_model.py.
 */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { board } from '../../clients/js/kinds/board.js';

const sum = { entries: 0, guesses: 0, undos: 0, guessedUndos: 0, wrong: [] };

/** The part of a state that the server sends. */
function viewOf({ steps: _, origins: __, guesses: ___, ...view }) {
  return view;
}

/**
 * The same without versions and authors, which a guess cannot know, and with the order of objects.
 */
function looks(state) {
  const { objects, ...rest } = viewOf(state);
  return {
    ...rest,
    objects: Object.entries(objects).map(([id, { v: _, by: __, ...held }]) => [id, held]),
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
  let state = board.initial(view);
  for (const { by, role, command, entry, view: after } of turns) {
    const guess = board.predict(state, command, { account: by, name: by, role });
    const isUndo = command.type === 'undo' || command.type === 'redo';
    if (entry === null) continue;
    sum.entries += 1;
    sum.undos += isUndo ? 1 : 0;
    if (guess !== state) {
      sum.guesses += 1;
      sum.guessedUndos += isUndo ? 1 : 0;
      check('guess', command, looks(guess), looks(after));
    }
    for (const event of entry.events)
      state = board.applyEvent(state, event, { version: entry.v, at: entry.at, by: entry.by });
    check('state', command, viewOf(state), after);
    check('order', command, Object.keys(state.objects), Object.keys(after.objects));
  }
}

for await (const line of createInterface({ input: process.stdin })) play(JSON.parse(line));
console.log(JSON.stringify(sum));
