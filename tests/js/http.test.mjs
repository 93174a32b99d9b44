/** What pages say of answers that are refusals. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { call } from '../../clients/demo/parts/http.js';

const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});

/** The message of a refusal with this status and `Retry-After`. */
async function said(status, retryAfter) {
  const headers = { 'content-type': 'application/json', 'retry-after': String(retryAfter) };
  globalThis.fetch = async () => new Response('{"error":"other","id":"i"}', { status, headers });
  const refused = await call('POST', '/auth/login', {}).catch((error) => error);
  assert.equal(refused.retryAfterS, retryAfter);
  return refused.message;
}

test('PW9 whoever is asked to come again is told when', async () => {
  assert.match(await said(503, 1), /try again in a moment\.$/);
  assert.match(await said(503, 12), /try again in 12 seconds\.$/);
  assert.match(await said(429, 600), /try again in 10 minutes\.$/);
});
