/**
 * What the board's page lets people try. Input: `[{role, readOnly, sort}]`; output, in the same
 * order: command to whether the page offers it. Run by tests/properties/test_page_rights.py.
 */
import { readFileSync } from 'node:fs';
import {
  mayAdd,
  mayChangeBoard,
  mayConfigure,
  mayLock,
  mayRestore,
  mayTouch,
  whyNot,
} from '../../clients/demo/board/rights.js';

const asked = JSON.parse(readFileSync(0, 'utf8'));
console.log(
  JSON.stringify(
    asked.map(({ role, readOnly, sort }) => {
      const who = { role, readOnly, me: 'a_me', boardLocked: null };
      return {
        offers: {
          'objects.add': mayAdd(who, sort),
          'objects.set': mayTouch(who, { sort }),
          'objects.delete': mayTouch(who, { sort }),
          'objects.lock': mayLock(who),
          'board.lock': mayLock(who),
          'history.restore': mayRestore(who),
          'board.configure': mayConfigure(who),
        },
        may: mayChangeBoard(who),
        explains: whyNot(who, {}) !== null,
      };
    }),
  ),
);
