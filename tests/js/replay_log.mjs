/**
 * The entries of a log through the client's model of a board, from nothing. Input: the view that
 * nobody has touched, then one entry a line. Output: the view after the last. Run by
 * tests/board_soak/verdict.py.
 */
import { createInterface } from 'node:readline';
import { board } from '../../clients/js/kinds/board.js';

let state = null;
for await (const line of createInterface({ input: process.stdin })) {
  const said = JSON.parse(line);
  if (state === null) state = board.initial(said);
  else
    for (const event of said.events)
      state = board.applyEvent(state, event, { version: said.v, at: said.at, by: said.by });
}
const { steps: _, origins: __, guesses: ___, ...view } = state;
console.log(JSON.stringify(view));
