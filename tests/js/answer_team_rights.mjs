/**
 * What a team's page offers to somebody of each role. Output: role to its offers. Run by
 * tests/properties/test_page_rights.py.
 */
import {
  givable,
  invitable,
  mayBring,
  mayChange,
  mayEnd,
  runs,
} from '../../clients/demo/account/team_rights.js';
import { ROLES } from '../../clients/demo/account/team_words.js';

const roles = Object.keys(ROLES);
const offers = roles.map((own) => [
  own,
  {
    runs: runs(own),
    ends: mayEnd(own),
    brings: mayBring(own),
    invites: invitable(own),
    changes: roles.filter((role) => mayChange(own, role)),
    gives: givable(own),
  },
]);
console.log(JSON.stringify(Object.fromEntries(offers)));
