/** The page for staff, as it describes itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, fields, named, recorded, textOf, the } from './support/described.mjs';

const { adminView } = await import('../../clients/demo/admin/admin_view.js');
const { spoken } = await import('../../clients/demo/admin/limits_view.js');
const { endOf } = await import('../../clients/demo/admin/block_days.js');
const { linkTo, PAGES, routeOf } = await import('../../clients/demo/admin/route.js');

const ADA = `a_${'A'.repeat(22)}`;
const OVERVIEW = {
  may: 'change',
  accounts: 1_200,
  closed: 0,
  teams: 1,
  sessions: 1,
  keys: 1,
  blocks: 0,
  connections: 3,
  mail: 'smtp',
  sign_up: 'open',
  audit_lost: 0,
};
const KEY = {
  id: 'K'.repeat(16),
  name: 'Ticker',
  account: ADA,
  team: null,
  scopes: ['rooms:read'],
  created_at: 1_000,
  expires_at: null,
  used_at: null,
  revoked_at: null,
};
const PERSON = {
  user: {
    id: ADA,
    name: 'Ada',
    email: 'ada@example.org',
    created_at: 1_000,
    site_role: null,
    totp: true,
    closed_at: null,
    origin: 'password',
  },
  sessions: [
    {
      id: 's_1',
      account: ADA,
      device: 'Firefox',
      address: '203.0.113.9',
      created_at: 1,
      used_at: 2,
    },
  ],
  teams: [{ id: 't_1', name: 'Club', role: 'owner' }],
  keys: [KEY],
  blocked: null,
  block: null,
};
const LIMIT = {
  name: 'login',
  per: 'address',
  limit: 30,
  window_s: 900,
  strict: true,
  about: 'passwords tried',
  refused: 0,
};
const LIMITS = {
  limits: [LIMIT],
  store: 'memory',
  nodes: 1,
  load_factor: 1,
  lag_s: 0,
  keys: 0,
};
const LOOKED = {
  name: 'login',
  subject: 'x',
  used: 3,
  limit: 30,
  reset_s: 0,
  retry_after_s: 0,
};
const BLOCK = {
  id: 'b_1',
  kind: 'address',
  value: '203.0.113.0/24',
  reason: 'noise',
  by: '',
  created_at: 1_000,
  ends_at: null,
  lifted_at: null,
};

function state(hash, more = {}) {
  return {
    route: routeOf(hash),
    overview: OVERVIEW,
    actions: { 'login.ok': 'somebody signed in' },
    lists: {},
    shown: null,
    limits: null,
    looked: null,
    link: null,
    said: null,
    open: null,
    busy: null,
    sure: null,
    problem: null,
    ...more,
  };
}

const list = (name, ...items) => ({ lists: { [name]: { items, next: null } } });
const STAFF = { overview: { ...OVERVIEW, may: 'read' } };
const EVERYTHING = [
  ['#page=people', list('people', PERSON.user)],
  [linkTo('people', { id: ADA }), { shown: PERSON }],
  [linkTo('people', { id: ADA }), { shown: { ...PERSON, blocked: 'noise', block: 'b_1' } }],
  ['#page=teams', list('teams', { id: 't_1', name: 'Club', created_at: 1 })],
  ['#page=limits', { limits: LIMITS, looked: LOOKED }],
  ['#page=blocks', list('blocks', BLOCK)],
  ['#page=keys', list('keys', KEY)],
  ['#page=site', {}],
];
const CHANGEABLE = /id=|limits|blocks|keys|site/;
/** What reads: searching, looking, turning pages, telling again. */
const READS = /^(Search|Look|Show|Everything|Show more|Try again)$/;

test('AD18 one is not offered to remove the own second factor here', () => {
  const shown = (me) => adminView(state(linkTo('people', { id: ADA }), { shown: PERSON, me }), recorded());
  assert.equal(named(shown('a_other'), 'button', 'Remove the second factor').length, 1);
  assert.equal(named(shown(ADA), 'button', 'Remove the second factor').length, 0);
});

test('AD8 a part and its filter are in the address, and what is no part is people', () => {
  assert.deepEqual(routeOf(''), { page: 'people', id: null, filter: {} });
  assert.deepEqual(routeOf('#page=nonsense'), { page: 'people', id: null, filter: {} });
  const there = linkTo('records', { account: ADA, action: 'login.ok', since: null });
  assert.deepEqual(routeOf(there), {
    page: 'records',
    id: null,
    filter: { account: ADA, action: 'login.ok' },
  });
  assert.deepEqual(routeOf(linkTo('people', { q: 'a&b=c #d' })).filter, { q: 'a&b=c #d' });
});

test('AD8 staff is offered nothing that changes something, in every part', () => {
  for (const [hash, more] of EVERYTHING) {
    const view = adminView(state(hash, { ...more, ...STAFF }), recorded());
    const offered = named(view, 'button', '').map((one) => textOf(one.children));
    assert.deepEqual(offered.filter((words) => !READS.test(words)), [], hash);
    if (CHANGEABLE.test(hash)) {
      const changing = named(adminView(state(hash, more), recorded()), 'button', '');
      assert.ok(changing.length > offered.length, hash);
    }
  }
});

test('AD8 every part that loads says so and every empty one says what is not there', () => {
  for (const [page] of PAGES) {
    if (page === 'site') continue;
    const view = adminView(state(`#page=${page}`), recorded());
    assert.ok([...all(view)].some((one) => one.props['aria-busy'] === 'true'), page);
  }
  for (const page of ['people', 'teams', 'records', 'blocks', 'keys']) {
    const view = adminView(state(`#page=${page}`, list(page)), recorded());
    const quiet = [...all(view)].filter((one) => one.props.class === 'quiet' && one.tag === 'p');
    assert.ok(quiet.some((one) => textOf(one.children).length > 10), page);
  }
});

test('AD8 what cannot be undone is asked once more', () => {
  const acts = recorded();
  const hash = linkTo('people', { id: ADA });
  const asking = adminView(state(hash, { shown: PERSON }), acts);
  the(asking, 'button', 'Sign out everywhere').props.onclick();
  the(asking, 'button', 'Revoke').props.onclick();
  assert.deepEqual(acts.said, [
    ['sure', 'end-all'],
    ['sure', `revoke-${KEY.id}`],
  ]);
  const sure = adminView(state(hash, { shown: PERSON, sure: `revoke-${KEY.id}` }), acts);
  assert.match(textOf(sure), /Revoke Ticker\?/);
  named(sure, 'button', 'Revoke').at(-1).props.onclick();
  assert.deepEqual(acts.said.at(-1), ['revokeKey', KEY.id]);
});

test('AD8 a closed account has nothing left to be done with it', () => {
  const shown = { ...PERSON, user: { ...PERSON.user, closed_at: 5_000 }, keys: [] };
  const view = adminView(state(linkTo('people', { id: ADA }), { shown }), recorded());
  assert.deepEqual(named(view, 'button', ''), []);
  assert.match(textOf(view), /Closed/);
});

test('AD8 closing and blocking ask why', () => {
  for (const open of ['close', 'block', 'totp']) {
    const there = state(linkTo('people', { id: ADA }), { shown: PERSON, open });
    const view = adminView(there, recorded());
    assert.equal(fields(view).reason.required, true, open);
  }
});

test('AD8 whoever is no staff sees that it is not for them, and nothing else', () => {
  const problem = { where: 'load', text: 'no', code: 'not_found', incident: null };
  const view = adminView(state('', { overview: null, problem }), recorded());
  assert.match(textOf(view), /for the staff of this site/);
  assert.deepEqual(named(view, 'nav', 'Parts'), []);
  const away = { ...problem, code: 'offline', text: 'The server cannot be reached.' };
  const waiting = adminView(state('', { overview: null, problem: away }), recorded());
  assert.match(textOf(waiting), /cannot be reached/);
});

test('AD8 limits that follow the load say so', () => {
  const limits = { ...LIMITS, store: 'away', nodes: 3, load_factor: 0.5, lag_s: 0.1 };
  const words = textOf(adminView(state('#page=limits', { limits }), recorded()));
  assert.match(words, /50 % of those/);
  assert.match(words, /each node gives its share/);
  assert.match(words, /30 in 15 min/);
});

test('AD8 windows and ends are told as people say them', () => {
  assert.deepEqual([900, 3_600, 90, 7_200].map(spoken), ['15 min', '1 h', '90 s', '2 h']);
  assert.equal(endOf('7', 1_000), 1_000 + 7 * 86_400_000);
  assert.equal(endOf('0', 1_000), null);
});
