/** The session of an account: one renewal for all tabs, offline, signing out. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import {
  ACCOUNT_KEY,
  AccountSession,
  LEAVING_KEY,
  RENEW_BEFORE_MS,
  lifetimeOf,
} from '../../clients/demo/parts/account_session.js';

const LIFE_MS = 600_000;

/** The one browser: its storage, its server, its clock; its tabs hear each other. */
let browser;

class Browser {
  now = 1_000_000;
  kept = new Map();
  tabs = [];
  asked = [];
  number = 0;
  /** What the server says instead of an answer: an error. */
  fails = null;
  queue = Promise.resolve();
  storage = {
    getItem: (key) => this.kept.get(key) ?? null,
    setItem: (key, value) => this.kept.set(key, value),
    removeItem: (key) => this.kept.delete(key),
  };
  locks = {
    request: (_name, work) => {
      const turn = this.queue.then(work);
      this.queue = turn.catch(() => {});
      return turn;
    },
  };

  /** @param {{locks?: any, hears?: boolean}} [tab] */
  tab({ locks = this.locks, hears = true } = {}) {
    const channel = new EventTarget();
    channel.postMessage = (data) => {
      for (const other of hears ? this.tabs : [])
        if (other !== channel) other.dispatchEvent(Object.assign(new Event('message'), { data }));
    };
    this.tabs.push(channel);
    return new AccountSession({
      request: (...asked) => this.answer(...asked),
      storage: this.storage,
      channel: hears ? channel : null,
      locks,
      now: () => this.now,
      wait: async () => {},
    });
  }

  async answer(method, path, body, token) {
    this.asked.push([method, path, token]);
    await null;
    if (this.fails) throw this.fails;
    return path === '/auth/refresh' ? this.signedIn() : null;
  }

  signedIn(account = 'a_ana', name = 'Ana') {
    this.number += 1;
    const claims = { iat: 50_000, exp: 50_000 + LIFE_MS / 1000, jti: this.number };
    const token = `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
    return { token, account, name, session: 's_1', expires: claims.exp * 1000 };
  }

  renewals() {
    return this.asked.filter(([, path]) => path === '/auth/refresh').length;
  }
}

const refused = Object.assign(new Error('unauthorized'), { status: 401, code: 'unauthorized' });
const offline = Object.assign(new Error('away'), { status: 0, code: 'offline' });

beforeEach(() => {
  browser = new Browser();
});

test('the token of signing in is used until two minutes before its end', async () => {
  const tab = browser.tab();
  const { token } = tab.keep(browser.signedIn());
  browser.now += LIFE_MS - RENEW_BEFORE_MS - 1;
  assert.equal(await tab.token(), token);
  assert.equal(browser.renewals(), 0);
  browser.now += 1;
  assert.notEqual(await tab.token(), token);
  assert.equal(browser.renewals(), 1);
});

test("a device's clock that is hours off neither ends a token nor keeps it", async () => {
  browser.now = 10 ** 13;
  const tab = browser.tab();
  const { token } = tab.keep(browser.signedIn());
  assert.equal(await tab.token(), token);
  browser.now += LIFE_MS;
  assert.notEqual(await tab.token(), token);
});

test('how long a token is good it says itself, in whole', () => {
  assert.equal(lifetimeOf(browser.signedIn().token), LIFE_MS);
  assert.equal(lifetimeOf('tl_live_key'), null);
  assert.equal(lifetimeOf(`h.${btoa('{"exp":1}')}.s`), null);
});

test('ten tabs that need a token spend one refresh token', async () => {
  browser.kept.set(ACCOUNT_KEY, JSON.stringify({ account: 'a_ana', name: 'Ana' }));
  const tabs = Array.from({ length: 10 }, () => browser.tab());
  const tokens = await Promise.all(tabs.map((tab) => tab.token()));
  assert.equal(new Set(tokens).size, 1);
  assert.equal(browser.renewals(), 1);
});

test('a tab that opens takes the token of the one it came from', async () => {
  const first = browser.tab();
  const { token } = first.keep(browser.signedIn());
  assert.equal(await browser.tab().token(), token);
  assert.equal(browser.renewals(), 0);
});

test('without locks, asks of one tab still take turns', async () => {
  browser.kept.set(ACCOUNT_KEY, JSON.stringify({ account: 'a_ana', name: 'Ana' }));
  const tab = browser.tab({ locks: null, hears: false });
  const tokens = await Promise.all([tab.token(), tab.token(), tab.token()]);
  assert.equal(new Set(tokens).size, 1);
  assert.equal(browser.renewals(), 1);
});

test('a refused token is replaced once, however many tabs it was refused in', async () => {
  const [first, second] = [browser.tab(), browser.tab()];
  first.keep(browser.signedIn());
  const tokens = await Promise.all([
    first.token({ refused: true }),
    second.token({ refused: true }),
  ]);
  assert.equal(new Set(tokens).size, 1);
  assert.equal(browser.renewals(), 1);
});

test('an ended session is forgotten in every tab, and gives an empty token', async () => {
  const [first, second] = [browser.tab(), browser.tab()];
  first.keep(browser.signedIn());
  browser.fails = refused;
  assert.equal(await first.token({ refused: true }), '');
  assert.equal(first.stored(), null);
  assert.equal(await second.token(), '');
});

test('offline, who is signed in stays known and the failure is told', async () => {
  const tab = browser.tab();
  tab.keep(browser.signedIn());
  browser.now += LIFE_MS;
  browser.fails = offline;
  await assert.rejects(tab.token(), { code: 'offline' });
  assert.deepEqual(tab.stored(), { account: 'a_ana', name: 'Ana' });
  browser.fails = null;
  assert.notEqual(await tab.token(), '');
});

test('one failed renewal does not stand in the way of the next, without locks too', async () => {
  const tab = browser.tab({ locks: null });
  tab.keep(browser.signedIn());
  browser.now += LIFE_MS;
  browser.fails = offline;
  await assert.rejects(tab.token());
  browser.fails = null;
  assert.notEqual(await tab.token(), '');
});

test('somebody who signed in while a renewal was refused is not signed out by it', async () => {
  const tab = browser.tab();
  tab.keep(browser.signedIn());
  browser.now += LIFE_MS;
  const before = browser.answer.bind(browser);
  browser.answer = async (...asked) => {
    const { token } = tab.keep(browser.signedIn('a_ben', 'Ben'));
    browser.wanted = token;
    browser.fails = refused;
    return before(...asked);
  };
  assert.equal(await tab.token(), browser.wanted);
  assert.equal(tab.stored().account, 'a_ben');
});

test('a token of somebody else, told by a late tab, is not taken', async () => {
  const [first, second] = [browser.tab(), browser.tab()];
  first.keep(browser.signedIn('a_ana', 'Ana'));
  const late = browser.tabs[0];
  second.keep(browser.signedIn('a_ben', 'Ben'));
  late.postMessage({ access: { account: 'a_ana', token: 'old', until: browser.now + LIFE_MS } });
  assert.notEqual(await second.token(), 'old');
});

test('signing out ends the session at the server, and every tab forgets', async () => {
  const [first, second] = [browser.tab(), browser.tab()];
  const { token } = first.keep(browser.signedIn());
  await second.signOut();
  assert.deepEqual(browser.asked, [['POST', '/auth/logout', token]]);
  assert.equal(first.stored(), null);
  assert.equal(first.leaving, false);
});

test('signed out offline, the server is told when it can be', async () => {
  const tab = browser.tab();
  tab.keep(browser.signedIn());
  browser.fails = offline;
  await tab.signOut();
  assert.equal(tab.stored(), null);
  assert.equal(tab.leaving, true);
  const later = browser.tab();
  browser.fails = null;
  await later.finishLeaving();
  assert.equal(later.leaving, false);
  assert.equal(browser.asked.at(-1)[1], '/auth/logout');
  await later.finishLeaving();
  assert.equal(browser.asked.length, 2);
});

test('whoever signs in again after that has nothing left to be ended', async () => {
  browser.kept.set(LEAVING_KEY, 'yes');
  const tab = browser.tab();
  tab.keep(browser.signedIn());
  await tab.finishLeaving();
  assert.deepEqual(browser.asked, []);
});

test('a name that was changed shows on the next page before the server is asked', () => {
  const tab = browser.tab();
  tab.rename('Nobody');
  assert.equal(tab.stored(), null);
  tab.keep(browser.signedIn());
  tab.rename('Ana Costa');
  assert.deepEqual(tab.stored(), { account: 'a_ana', name: 'Ana Costa' });
});

test('what is no account in storage is nobody', () => {
  const tab = browser.tab();
  for (const nothing of ['{', '{}', 'null', '{"account":1}']) {
    browser.kept.set(ACCOUNT_KEY, nothing);
    assert.equal(tab.stored(), null, nothing);
  }
});
