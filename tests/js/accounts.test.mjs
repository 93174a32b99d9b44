/** What pages of accounts show: forms for password managers, words that tell nothing, who may what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/served_paths.mjs';
import { all, fields, named, recorded, textOf, the } from './support/described.mjs';
import './support/served_paths.mjs';

const { entryView } = await import('../../clients/demo/account/entry_view.js');
const { openedLink } = await import('../../clients/demo/account/opened_link.js');
const { pageView } = await import('../../clients/demo/account/page_view.js');
const { keyAsked, keysView } = await import('../../clients/demo/account/keys.js');
const { teamView } = await import('../../clients/demo/account/team_view.js');
const { startView } = await import('../../clients/demo/start/view.js');
const { when } = await import('../../clients/demo/account/fields.js');
const { ApiError } = await import('../../clients/demo/parts/http.js');
const { nextPath, signInPage, signUpPage } = await import('../../clients/demo/parts/own_path.js');

const idle = { busy: null, open: null, sure: null, problem: null, said: null };
const ENTRY = {
  ...idle,
  ...{ step: 'sign-in', page: 'sign-in', guest: null, next: '/', name: '', email: '', words: '' },
  ...{ recovery: false, forEmail: false, invited: false, mail: 'smtp', signUp: 'open', signedIn: null },
};
const ACCOUNT = {
  ...{ account: 'a_ana', name: 'Ana Costa', email: 'ana@example.org', password: true },
  ...{
    password_changed_at: 1,
    totp: false,
    recovery_codes_left: 0,
    created_at: 1,
    site_role: null,
  },
};
const PAGE = {
  ...idle,
  ...{ account: ACCOUNT, sessions: [], teams: [], keys: [], activity: null, moreActivity: null },
  ...{ offer: null, codes: null, recovery: false, passkeys: [], noPasskeys: null, deviceName: '' },
};
const KEYS = {
  ...idle,
  ...{ groups: [], teams: [], rooms: [], someBoards: false, madeKey: null, now: 1_000 },
};
const TEAM = {
  ...idle,
  ...{
    step: 'team',
    me: { account: 'a_ana', name: 'Ana' },
    told: null,
    rooms: [],
    moreRooms: null,
  },
  ...{ ownRooms: null, invitations: [], link: null, signIn: '/in', signUp: '/up' },
};

const entry = (changes) => entryView({ ...ENTRY, ...changes }, recorded());
const page = (changes) => pageView({ ...PAGE, ...changes }, recorded());
const told = (where, code, text = 'No.') => ({ problem: { where, code, text, incident: null } });

test('MA12 another address asks for a code, or a recovery code, where the factor is on', () => {
  const changing = (totp, more = {}) =>
    fields(page({ account: { ...ACCOUNT, totp }, open: 'email', ...more }));
  assert.deepEqual(Object.keys(changing(false)), ['email', 'password']);
  assert.deepEqual(Object.keys(changing(true)), ['email', 'password', 'code']);
  assert.deepEqual(Object.keys(changing(true, { recovery: true })), [
    'email',
    'password',
    'recovery_code',
  ]);
});

test('SU16 after another password one is told that keys go on, and led to them', () => {
  const done = { step: 'done', words: 'Done.', onward: '/sign-in.html', onwardLabel: 'Sign in' };
  const view = entry({ ...done, page: 'reset' });
  assert.match(textOf(view), /keys for programs go on working/);
  assert.equal(the(view, 'a', 'Check them').props.href, signInPage('/keys.html'));
  assert.doesNotMatch(textOf(entry({ ...done, page: 'confirm' })), /keys/);
});

// --- password managers -----------------------------------------------------------------------------

test('signing in is a form that password managers and passkeys fill', () => {
  const view = entry({});
  assert.equal(named(view, 'form', 'Sign in').length, 1);
  const { email, password } = fields(view);
  assert.equal(email.autocomplete, 'username webauthn');
  assert.equal(email.type, 'email');
  assert.equal(email.inputmode, 'email');
  assert.equal(password.autocomplete, 'current-password');
  assert.equal(password.type, 'password');
});

test('a password that is chosen is told from one that one has', () => {
  for (const [step, name] of [
    ['confirm', 'password'],
    ['reset', 'password'],
  ])
    assert.equal(fields(entry({ step }))[name].autocomplete, 'new-password', step);
  const change = fields(page({ open: 'password' }));
  assert.equal(change.password.autocomplete, 'current-password');
  assert.equal(change.new_password.autocomplete, 'new-password');
  assert.equal(change.username.autocomplete, 'username');
  assert.equal(change.username['.value'], 'ana@example.org');
});

test('a code is asked for with digits, and offered by the phone', () => {
  const { code } = fields(entry({ step: 'mfa' }));
  assert.equal(code.autocomplete, 'one-time-code');
  assert.equal(code.inputmode, 'numeric');
  assert.equal(fields(entry({ step: 'mfa', recovery: true })).recovery_code.autocomplete, 'off');
});

test('every field has a label, and every one in a form a name', () => {
  const views = [
    ...['sign-in', 'mfa', 'forgot', 'sign-up', 'confirm', 'reset'].map((step) => entry({ step })),
    ...['name', 'email', 'password', 'totp', 'delete', 'teams'].map((open) => page({ open })),
    keysView({ ...KEYS, groups: [{ team: null, keys: [] }], open: 'making' }, recorded()),
  ];
  let seen = 0;
  for (const view of views) {
    const labels = new Set([...all(view)].map(({ props }) => props.for).filter(Boolean));
    for (const form of [...all(view)].filter(({ tag }) => tag === 'form')) {
      const within = [...all(form)];
      const wrapped = new Set(
        within.filter(({ tag }) => tag === 'label').flatMap((one) => [...all(one)]),
      );
      for (const one of within.filter(({ tag }) => ['input', 'select'].includes(tag))) {
        const hidden = one.props['aria-hidden'] === 'true';
        assert.ok(hidden || labels.has(one.props.id) || wrapped.has(one), one.props.name);
        assert.ok(one.props.name);
        seen += 1;
      }
    }
  }
  assert.ok(seen > 25);
});

// --- what is wrong ---------------------------------------------------------------------------------

test('what is wrong with a field stands at the field and is read out with it', () => {
  const wrong = (step, code) => entry({ step, ...told(step, code, 'Too short.') });
  for (const [step, name, code] of [
    ['confirm', 'password', 'weak_password'],
    ['sign-up', 'email', 'email_invalid'],
  ]) {
    const view = wrong(step, code);
    const field = fields(view)[name];
    assert.equal(field['aria-invalid'], 'true');
    const about = [...all(view)].find(({ props }) => props.id === field['aria-describedby']);
    assert.equal(textOf(about), 'Too short.');
    assert.equal(textOf(view).split('Too short.').length, 2);
  }
  assert.equal(fields(wrong('sign-up', 'email_invalid')).name['aria-invalid'], null);
});

test('what is wrong with more than a field stands before the button', () => {
  const view = entry(told('sign-in', 'invalid_credentials', 'Address or password is wrong.'));
  assert.match(textOf(view), /Password Address or password is wrong\. Sign in/);
  assert.equal(fields(view).password['aria-invalid'], null);
});

test('a refusal of one form shows in no other', () => {
  const view = entry({ step: 'forgot', ...told('sign-in', 'invalid_credentials', 'Wrong.') });
  assert.doesNotMatch(textOf(view), /Wrong/);
});

test('an incident is named', () => {
  const problem = { where: 'sign-in', code: 'internal', text: 'Oh.', incident: 'i-17' };
  assert.match(textOf(entry({ problem })), /Oh\. Incident i-17/);
});

test('a busy form says so, and stays reachable', () => {
  const button = the(entry({ busy: 'sign-in' }), 'button', 'Signing in');
  assert.equal(button.props['aria-disabled'], 'true');
  assert.equal(button.props.disabled, undefined);
});

// --- what is not told ------------------------------------------------------------------------------

test('signing up and a forgotten password say the same, whoever has an account', () => {
  const text = textOf(entry({ step: 'sent', email: 'ana@example.org' }));
  assert.match(text, /If all is well with ana@example\.org/);
  assert.doesNotMatch(text, /already|exists|taken|unknown|no account/i);
});

test('refusals of signing in do not say which half was wrong', () => {
  const refused = new ApiError(401, { error: 'invalid_credentials' });
  assert.equal(refused.message, 'Address or password is wrong.');
});

test('a server without mail says where the message lies', () => {
  assert.match(textOf(entry({ step: 'sent', mail: 'folder' })), /no mail set up.*mail of its data/);
  assert.doesNotMatch(textOf(entry({ step: 'sent' })), /no mail set up/);
});

test('too many attempts say when to try again', () => {
  const after = (s) => new ApiError(429, { error: 'too_many_attempts' }, s).message;
  assert.equal(after(0), 'Too many attempts; try again in a moment.');
  assert.equal(after(40), 'Too many attempts; try again in 40 seconds.');
  assert.equal(after(840), 'Too many attempts; try again in 14 minutes.');
});

test('only faults of the server show an incident', () => {
  assert.equal(new ApiError(500, { error: 'internal', id: 'i' }).incident, 'i');
  assert.equal(new ApiError(404, { error: 'not_found', id: 'i' }).incident, null);
});

// --- ways in ---------------------------------------------------------------------------------------

test('where signing up is closed, nobody is led to it', () => {
  assert.equal(named(entry({ signUp: 'closed' }), 'a', 'Make an account').length, 0);
  const shut = entry({ step: 'sign-up', signUp: 'closed' });
  assert.equal(named(shut, 'form', '').length, 0);
  assert.match(textOf(shut), /Nobody can sign up/);
});

test('by invitation, the form is for whoever brought one', () => {
  const state = { step: 'sign-up', signUp: 'invitation' };
  assert.equal(named(entry(state), 'form', '').length, 0);
  assert.equal(named(entry({ ...state, invited: true }), 'form', 'Send the link').length, 1);
});

test('a guest is told what becomes of the boards', () => {
  const guest = { name: 'Ana', account: 'a_g' };
  assert.match(textOf(entry({ guest })), /leaves that guest's boards behind/);
  assert.match(textOf(entry({ step: 'sign-up', guest })), /Your boards as Ana stay yours/);
});

test('where one was going is not lost between signing in and signing up', () => {
  const next = '/board.html#room=r_1';
  const link = the(entry({ next }), 'a', 'Make an account');
  assert.equal(link.props.href, `/sign-up.html#next=${encodeURIComponent(next)}`);
});

test('a void link offers the way to another', () => {
  const href = (state) => the(entry({ step: 'void', ...state }), 'a', 'A').props.href;
  assert.equal(href({ page: 'reset' }), '/sign-in.html#step=forgot');
  assert.equal(
    the(entry({ step: 'void', page: 'confirm' }), 'a', 'Begin').props.href,
    '/sign-up.html',
  );
  const email = entry({ step: 'void', page: 'confirm', forEmail: true });
  assert.equal(the(email, 'a', 'To your account').props.href, '/account.html');
});

test('whoever asks for an account is asked for no password: whoever opens the link is', () => {
  assert.deepEqual(Object.keys(fields(entry({ step: 'sign-up' }))), ['name', 'email']);
  const view = entry({ step: 'confirm', page: 'confirm', email: 'ana@example.org' });
  const { username, password } = fields(view);
  assert.equal(username['.value'], 'ana@example.org');
  assert.equal(password.required, true);
  assert.match(textOf(view), /Choose a password for ana@example\.org , and your account is there/);
  const email = entry({ step: 'confirm', page: 'confirm', forEmail: true });
  assert.deepEqual(Object.keys(fields(email)), []);
});

test('whoever is signed in already is told, and asked before somebody else is', () => {
  const acts = recorded();
  const signedIn = { account: 'a_b', name: 'Ben Okafor' };
  const view = entryView({ ...ENTRY, step: 'another', page: 'confirm', signedIn }, acts);
  assert.match(textOf(view), /You are here as Ben Okafor \. This link makes another account/);
  assert.equal(named(view, 'form', '').length, 0);
  assert.equal(the(view, 'a', 'Stay Ben Okafor').props.href, '/');
  the(view, 'button', 'Go on with the new account').props.onclick();
  assert.deepEqual(acts.said, [['go', 'confirm']]);
});

// --- the secret of a link --------------------------------------------------------------------------

function browserAt(hash) {
  const location = { hash, pathname: '/confirm.html' };
  const history = {
    state: null,
    replaceState(state, _title, path) {
      this.state = state;
      Object.assign(location, { pathname: path, hash: '' });
    },
  };
  return { location, history, load: () => openedLink(location, history) };
}

test('the secret of a link leaves the address, and is there when the page is loaded again', () => {
  const browser = browserAt('#token=tll_x&email=a%2Bb%40example.org');
  for (let loads = 0; loads < 3; loads += 1) {
    const { given } = browser.load();
    assert.equal(given.get('token'), 'tll_x');
    assert.equal(given.get('email'), 'a+b@example.org');
    assert.deepEqual(browser.location, { hash: '', pathname: '/confirm.html' });
  }
});

test('a secret that was used is kept nowhere', () => {
  const browser = browserAt('#token=tll_x');
  browser.load().used();
  assert.equal(browser.history.state, null);
  assert.equal(browser.load().given.get('token'), null);
});

test('another link in the same tab is the one that counts', () => {
  const browser = browserAt('#token=tll_x');
  browser.load();
  browser.location.hash = '#token=tll_y';
  assert.equal(browser.load().given.get('token'), 'tll_y');
  assert.equal(browser.load().given.get('token'), 'tll_y');
});

test('what is no secret stays in the address', () => {
  const browser = browserAt('#step=forgot');
  assert.equal(browser.load().given.get('step'), 'forgot');
  assert.deepEqual([browser.location.hash, browser.history.state], ['#step=forgot', null]);
  browser.history.state = { link: 7 };
  browser.location.hash = '';
  assert.equal(browser.load().given.get('token'), null);
});

test('after signing in one goes on only within our own pages', () => {
  for (const own of ['/', '/board.html#room=r_abc&invite=i_1.x-y', '/team.html#invite=tlt_a_b-c'])
    assert.equal(nextPath(own), own);
  for (const other of [
    ...['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', ''],
    ...[
      '/board.html?x=//evil',
      '/a/../b',
      '/%2f/evil',
      ' /',
      '/board.html#<b>',
      null,
      undefined,
      7,
    ],
  ])
    assert.equal(nextPath(other), '/', String(other));
  assert.equal(signInPage('//evil.example'), '/sign-in.html#next=%2F');
  assert.equal(signUpPage('/board.html#room=r'), '/sign-up.html#next=%2Fboard.html%23room%3Dr');
});

// --- the account -----------------------------------------------------------------------------------

test('devices: this one is told, a new one too, each other can be ended', () => {
  const one = { device: 'Firefox on Linux', address: '127.0.0.1', created_at: 1, used_at: 1 };
  const sessions = [
    { ...one, id: 's_1', current: true, new_device: false },
    { ...one, id: 's_2', device: 'Safari on iPhone', current: false, new_device: true },
  ];
  const acts = recorded();
  const view = pageView({ ...PAGE, sessions }, acts);
  assert.match(textOf(view), /Firefox on Linux · this device/);
  assert.match(textOf(view), /Safari on iPhone · not seen before/);
  assert.equal(named(view, 'button', 'Sign out Firefox').length, 0);
  the(view, 'button', 'Sign out Safari on iPhone').props.onclick();
  assert.deepEqual(acts.said, [['endSession', 's_2']]);
});

test('everywhere is asked once more', () => {
  const one = { device: 'Edge', address: 'x', created_at: 1, used_at: 1, new_device: false };
  const sessions = [
    { ...one, id: 's_1', current: true },
    { ...one, id: 's_2', current: false },
  ];
  const acts = recorded();
  the(pageView({ ...PAGE, sessions }, acts), 'button', 'Sign out everywhere').props.onclick();
  assert.deepEqual(acts.said, [['sure', 'end-all']]);
  const sure = pageView({ ...PAGE, sessions, sure: 'end-all' }, acts);
  assert.match(textOf(sure), /this one too\?/);
  the(sure, 'button', 'Sign out everywhere').props.onclick();
  assert.deepEqual(acts.said.at(-1), ['endAll']);
});

test('the secret of a second factor is shown drawn and in groups of four', () => {
  const offer = { secret: 'ABCDEFGHIJ', svg: '<svg/>', uri: 'otpauth://totp/x' };
  const view = page({ open: 'totp', offer });
  assert.match(textOf(view), /ABCD EFGH IJ/);
  const [image] = named(view, 'img', '').filter(({ props }) => props.alt === 'Code to scan');
  assert.equal(image.props.src, 'data:image/svg+xml,%3Csvg%2F%3E');
});

test('recovery codes are shown with every way to keep them', () => {
  const acts = recorded();
  const view = pageView({ ...PAGE, codes: ['AAAA', 'BBBB'] }, acts);
  for (const way of ['Copy', 'Print', 'Download', 'I have kept them'])
    the(view, 'button', way).props.onclick();
  assert.deepEqual(acts.said, [
    ['copy', 'AAAA\nBBBB\n', 'The codes are copied.'],
    ['print'],
    ['download', 'touchline-recovery-codes.txt', 'AAAA\nBBBB\n'],
    ['toggle', null],
  ]);
});

test('who lost the authenticator removes it with a recovery code', () => {
  const account = { ...ACCOUNT, totp: true, recovery_codes_left: 1 };
  assert.match(textOf(page({ account })), /One recovery code is left/);
  assert.ok(fields(page({ account, open: 'totp' })).code);
  assert.ok(fields(page({ account, open: 'totp', recovery: true })).recovery_code);
});

test('an account of another service has no password to change, and none to prove', () => {
  const account = { ...ACCOUNT, password: false, email: null };
  const text = textOf(page({ account }));
  assert.match(text, /Signed in by another service/);
  assert.doesNotMatch(text, /Change password|Second factor/);
});

test('deleting asks for the code where there is a second factor', () => {
  assert.equal(fields(page({ open: 'delete' })).code, undefined);
  assert.ok(fields(page({ open: 'delete', account: { ...ACCOUNT, totp: true } })).code);
});

test('while nothing is there, places stand; when it failed, words and another try', () => {
  const [busy] = [...all(page({ account: null }))].filter(({ props }) => props['aria-busy']);
  assert.equal(busy.children.length, 4);
  const acts = recorded();
  const failed = pageView({ ...PAGE, account: null, ...told('load', 'offline', 'Away.') }, acts);
  assert.match(textOf(failed), /Away\./);
  the(failed, 'button', 'Try again').props.onclick();
  assert.deepEqual(acts.said, [['load']]);
});

test('moments are told as people say them', () => {
  const now = new Date(2026, 10, 21, 15, 0).getTime();
  assert.equal(when(null, now), 'never');
  assert.equal(when(now - 59_000, now), 'just now');
  assert.match(when(now - 3_600_000, now), /^today, /);
  assert.match(when(new Date(2026, 1, 3).getTime(), now), /Feb|2/);
  assert.match(when(new Date(2025, 1, 3).getTime(), now), /2025/);
});

test('passkeys are offered where the browser has them, and removed everywhere', () => {
  const one = { id: 'p1', name: 'Phone', created_at: 1, used_at: null };
  assert.match(textOf(page({})), /Add a passkey/);
  const without = page({ noPasskeys: 'Only with TLS.' });
  assert.match(textOf(without), /Passkeys\s*Only with TLS\./);
  assert.equal(named(without, 'button', 'Add a passkey').length, 0);
  const elsewhere = { ...ACCOUNT, password: false };
  assert.doesNotMatch(textOf(page({ account: elsewhere })), /Passkeys/);
  const kept = page({ noPasskeys: 'Only with TLS.', passkeys: [one] });
  assert.equal(named(kept, 'button', 'Add a passkey').length, 0);
  assert.equal(named(kept, 'button', 'Remove the passkey Phone').length, 1);
  const given = fields(page({ open: 'passkeys', deviceName: 'Firefox on Mac' }));
  assert.equal(given.passkey_name.value, 'Firefox on Mac');
  assert.equal(given.password.autocomplete, 'current-password');
});

test('to add a passkey asks the second factor where it is on, or a recovery code', () => {
  const open = { open: 'passkeys', account: { ...ACCOUNT, totp: true } };
  assert.equal(fields(page({ open: 'passkeys' })).code, undefined);
  assert.equal(fields(page(open)).code.autocomplete, 'one-time-code');
  const wrong = page({ ...open, ...told('passkeys', 'invalid_code', 'That code is wrong.') });
  assert.equal(fields(wrong).code['aria-invalid'], 'true');
  assert.equal(textOf(wrong).match(/That code is wrong\./g).length, 1);
  const lost = fields(page({ ...open, recovery: true }));
  assert.equal(lost.code, undefined);
  assert.equal(lost.recovery_code.autocomplete, 'off');
});

test('signing in offers a passkey by a button too', () => {
  assert.equal(named(entry({ passkeys: true }), 'button', 'Use a passkey').length, 1);
  assert.equal(named(entry({ passkeys: false }), 'button', 'Use a passkey').length, 0);
});

// --- keys ------------------------------------------------------------------------------------------

const KEY = {
  ...{ id: 'k1', name: 'Ticker', scopes: ['rooms:write'], rooms: null, signing: false, team: null },
  ...{ created_at: 1, expires_at: null, used_at: null, revoked_at: null, previous_until: null },
};
const keysPage = (keys, changes = {}) =>
  keysView({ ...KEYS, groups: [{ team: null, keys }], ...changes }, recorded());

test('a key is asked for as it was ticked', () => {
  const given = new FormData();
  for (const [name, value] of [
    ...[
      ['key_name', ' Ticker '],
      ['scope', 'rooms:read'],
      ['scope', 'rooms:write'],
    ],
    ...[
      ['which', 'some'],
      ['room', 'r_1'],
      ['days', '30'],
      ['team', ''],
      ['signing', 'yes'],
    ],
  ])
    given.append(name, value);
  assert.deepEqual(keyAsked(given, 1_000), {
    ...{ name: 'Ticker', scopes: ['rooms:read', 'rooms:write'], rooms: ['r_1'], team: null },
    ...{ expires: 1_000 + 30 * 86_400_000, signing: true },
  });
  given.set('which', 'all');
  given.set('days', '0');
  given.set('team', 't_1');
  given.delete('signing');
  const { rooms, expires, team, signing } = keyAsked(given, 1_000);
  assert.deepEqual([rooms, expires, team, signing], [null, null, 't_1', false]);
});

test('a key that was made shows its secrets until they are kept', () => {
  const madeKey = { key: 'tl_live_x', signing_secret: 'whsec_y', card: KEY };
  const text = textOf(keysPage([KEY], { madeKey }));
  assert.match(text, /“Ticker” is not shown again/);
  assert.match(text, /tl_live_x.*whsec_y/);
  assert.doesNotMatch(textOf(keysPage([KEY])), /tl_live/);
});

test('what ended stands apart and can do nothing more', () => {
  const view = keysPage([
    { ...KEY, id: 'k1' },
    { ...KEY, id: 'k2', name: 'Old', revoked_at: 5 },
    { ...KEY, id: 'k3', name: 'Late', expires_at: 1_000 },
  ]);
  assert.match(textOf(view), /2 that ended/);
  assert.equal(named(view, 'button', 'Revoke').length, 1);
  assert.equal(named(view, 'button', 'New secret').length, 1);
});

test('keys of others in a team can be revoked, not renewed', () => {
  const groups = [
    { team: null, keys: [] },
    { team: 't_1', name: 'First team', keys: [KEY] },
  ];
  const view = keysView({ ...KEYS, groups }, recorded());
  assert.equal(named(view, 'button', 'Revoke Ticker').length, 1);
  assert.equal(named(view, 'button', 'New secret').length, 0);
});

// --- teams -----------------------------------------------------------------------------------------

const member = (account, role) => ({ account, name: account.slice(2), role, joined_at: 1 });
const team = (role, changes = {}) =>
  teamView(
    {
      ...TEAM,
      team: {
        ...{ id: 't_1', name: 'First team', role },
        members: [member('a_ana', role), member('a_owen', 'owner'), member('a_mia', 'member')],
      },
      ...changes,
    },
    recorded(),
  );

test('rooms of a team lead to their page; a kind without one is named, and leads nowhere', () => {
  const room = (id, kind) => ({ id, kind, name: id, updated_at: 1 });
  const view = team('member', {
    rooms: [room('r_one', 'board'), room('r_two', 'library'), room('r_three', 'draft'), room('r_four', 'quiz')],
  });
  assert.equal(the(view, 'a', 'r_one').props.href, '/board.html#room=r_one');
  assert.equal(the(view, 'a', 'r_two').props.href, '/library.html#room=r_two');
  assert.equal(the(view, 'a', 'r_three').props.href, '/draft.html#room=r_three');
  assert.equal(named(view, 'a', 'r_four').length, 0);
  assert.match(textOf(view), /r_four quiz · changed/);
});

test('each role is offered what the table gives it', () => {
  const offers = (role) => ({
    rename: named(team(role), 'button', 'Rename').length,
    invite: named(team(role), 'button', 'Invite').length,
    removes: named(team(role), 'button', 'Remove').length,
    hands: named(team(role), 'button', 'Hand').length,
    board: named(team(role), 'button', 'New board').length,
    deletes: named(team(role), 'button', 'Delete').length,
  });
  const nothing = { rename: 0, invite: 0, removes: 0, hands: 0, board: 0, deletes: 0 };
  assert.deepEqual(offers('guest'), nothing);
  assert.deepEqual(offers('member'), { ...nothing, board: 1 });
  assert.deepEqual(offers('admin'), { ...nothing, rename: 1, invite: 1, removes: 1, board: 1 });
  const all_ = { rename: 1, invite: 1, removes: 2, hands: 1, board: 1, deletes: 1 };
  assert.deepEqual(offers('owner'), all_);
});

test('nobody is taken out by one press', () => {
  const asked = team('owner', { sure: 'remove-a_mia' });
  assert.match(textOf(asked), /mia loses the team's boards at once\. Remove mia No/);
});

test('drafts and games of a team lead to their pages; a feed is called a game', () => {
  const rooms = ['draft', 'feed'].map((kind) => ({ id: `r_${kind}`, kind, name: `Our ${kind}`, updated_at: 1 }));
  const view = team('member', { rooms });
  assert.equal(the(view, 'a', 'Our draft').props.href, '/draft.html#room=r_draft');
  assert.equal(the(view, 'a', 'Our feed').props.href, '/feed.html#room=r_feed');
  assert.match(textOf(view), /Our feed ?game · changed/);
});

test('an invitation leads whoever has no account to one, and back', () => {
  const state = { ...TEAM, step: 'invited', me: null, told: { team: 'First', role: 'guest' } };
  const view = teamView(state, recorded());
  assert.match(textOf(view), /You are invited to First As guest: watches every board\./);
  assert.equal(the(view, 'a', 'Make an account').props.href, '/up');
  assert.equal(named(view, 'button', 'Join').length, 0);
});

test('a void invitation is not tried again, one that could not be read is', () => {
  const view = (code) =>
    teamView({ ...TEAM, step: 'invited', ...told('load', code, 'Oh.') }, recorded());
  assert.equal(named(view('unknown_link'), 'button', 'Try again').length, 0);
  assert.equal(named(view('offline'), 'button', 'Try again').length, 1);
});

// --- the start page --------------------------------------------------------------------------------

const START = {
  ...{ guest: { account: 'a', name: 'Ana', kind: 'guest' }, boards: [], teams: [], more: null },
  ...{ leaving: false, recent: [], problem: null, busy: null },
  draft: { name: '', sport: 'soccer', lineUps: true },
};
const BOARD = { id: 'r_1', name: 'Saturday', role: 'owner', updated_at: 1 };
const start = (changes, acts = recorded()) => startView({ ...START, ...changes }, acts);

test('a guest with boards is told how to keep them, and warned before losing them', () => {
  assert.doesNotMatch(textOf(start({})), /Keep your boards/);
  const acts = recorded();
  const view = start({ boards: [BOARD] }, acts);
  assert.equal(the(view, 'a', 'Keep your boards').props.href, '/sign-up.html');
  the(view, 'button', 'Sign out').props.onclick();
  assert.deepEqual(acts.said, [['askToLeave', true]]);
  assert.match(textOf(start({ boards: [BOARD], leaving: true })), /cannot come back/);
});

test('a guest without boards, and an account, sign out at once', () => {
  for (const changes of [{}, { guest: { name: 'Ana', kind: 'account' }, boards: [BOARD] }]) {
    const acts = recorded();
    the(start(changes, acts), 'button', 'Sign out').props.onclick();
    assert.equal(acts.said[0][0], 'signOut');
  }
});

test('boards of teams stand with their team, also those that one has not opened', () => {
  const rooms = [
    { id: 'r_1', name: 'Saturday', updated_at: 1 },
    { id: 'r_2', name: 'Set pieces', updated_at: 1 },
  ];
  const teams = [{ id: 't_1', name: 'First team', rooms, more: false }];
  const view = start({ guest: { name: 'Ana', kind: 'account' }, boards: [BOARD], teams });
  assert.equal(named(view, 'a', 'Saturday').length, 1);
  assert.equal(named(view, 'a', 'Set pieces').length, 1);
  assert.match(textOf(view), /Your boards No boards yet/);
});
