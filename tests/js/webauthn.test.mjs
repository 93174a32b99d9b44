/** Passkeys: what a browser and a server tell each other, with a browser that writes down what it is asked. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import {
  PasskeyDeclined,
  bytesOf,
  hasPasskeys,
  makePasskey,
  offersInFields,
  textOf,
  usePasskey,
  whyNoPasskeys,
} from '../../clients/demo/parts/webauthn.js';

const buffer = (...bytes) => Uint8Array.from(bytes).buffer;
let asked;

beforeEach(() => {
  asked = [];
  globalThis.isSecureContext = true;
  globalThis.location = { hostname: 'club.example' };
  globalThis.PublicKeyCredential = class {};
  const answer = (response) => async (options) => {
    asked.push(options);
    return { id: '-_8', rawId: buffer(251, 255), type: 'public-key', response };
  };
  Object.defineProperty(globalThis, 'navigator', {
    configurable: true,
    value: {
      credentials: {
        create: answer({
          clientDataJSON: buffer(1),
          attestationObject: buffer(2),
          authenticatorData: buffer(3),
        }),
        get: answer({
          clientDataJSON: buffer(1),
          authenticatorData: buffer(3),
          signature: buffer(4),
          userHandle: null,
        }),
      },
    },
  });
});

test('bytes are text on the way and the same bytes after it', () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, n) => (n * 37 + length) % 256);
    const text = textOf(bytes.buffer);
    assert.match(text, /^[A-Za-z0-9_-]*$/u);
    assert.deepEqual(bytesOf(text), bytes);
  }
});

test('making one hands over bytes, and answers what the server reads', async () => {
  const credential = await makePasskey({
    challenge: 'AQI',
    rp: { id: 'club.example', name: 'Touchline' },
    user: { id: 'YQ', name: 'ana', displayName: 'Ana' },
    excludeCredentials: [{ type: 'public-key', id: '-_8' }],
  });
  const [{ publicKey }] = asked;
  assert.deepEqual(publicKey.challenge, Uint8Array.from([1, 2]));
  assert.deepEqual(publicKey.user.id, Uint8Array.from([97]));
  assert.deepEqual(publicKey.excludeCredentials[0].id, Uint8Array.from([251, 255]));
  assert.deepEqual(credential, {
    ...{ id: '-_8', rawId: '-_8', type: 'public-key' },
    response: { clientDataJSON: 'AQ', attestationObject: 'Ag' },
  });
});

test('how the device is reached goes along where the browser knows it', async () => {
  const { create } = navigator.credentials;
  navigator.credentials.create = async (options) => {
    const made = await create(options);
    made.response.getTransports = () => ['hybrid', 'internal'];
    return made;
  };
  const excludeCredentials = [{ type: 'public-key', id: 'AQ', transports: ['usb'] }];
  const user = { id: 'YQ', name: 'ana', displayName: 'Ana' };
  const { response } = await makePasskey({ challenge: 'AQI', user, excludeCredentials });
  assert.deepEqual(response.transports, ['hybrid', 'internal']);
  assert.deepEqual(asked[0].publicKey.excludeCredentials[0].transports, ['usb']);
});

test('an empty handle is none', async () => {
  const { get } = navigator.credentials;
  navigator.credentials.get = async (options) => {
    const given = await get(options);
    given.response.userHandle = buffer();
    return given;
  };
  assert.equal('userHandle' in (await usePasskey({ challenge: 'AQI' })).response, false);
});

test('using one goes without a list of accounts, and tells no handle that there is not', async () => {
  const { signal } = new AbortController();
  const credential = await usePasskey({ challenge: 'AQI' }, { mediation: 'conditional', signal });
  assert.deepEqual(asked[0].publicKey.allowCredentials, []);
  assert.equal(asked[0].mediation, 'conditional');
  assert.equal(asked[0].signal, signal);
  const response = { clientDataJSON: 'AQ', authenticatorData: 'Aw', signature: 'BA' };
  assert.deepEqual(credential.response, response);
});

test('whoever says no is told so in words, and an offer that is over is none', async () => {
  const fails = (name) => {
    navigator.credentials.get = async () => {
      throw Object.assign(new Error('x'), { name });
    };
    return usePasskey({ challenge: 'AQI' });
  };
  await assert.rejects(fails('NotAllowedError'), { message: 'No passkey was given.' });
  await assert.rejects(fails('AbortError'), { code: 'aborted' });
  await assert.rejects(fails('SecurityError'), PasskeyDeclined);
  await assert.rejects(fails('SecurityError'), /only with TLS/);
});

test('pages at an address of numbers have no passkeys', async () => {
  assert.equal(hasPasskeys(), true);
  assert.equal(await offersInFields(), false);
  PublicKeyCredential.isConditionalMediationAvailable = async () => true;
  assert.equal(await offersInFields(), true);
  for (const hostname of ['192.168.1.20', '[::1]']) {
    globalThis.location = { hostname };
    assert.equal(hasPasskeys(), false, hostname);
    assert.equal(await offersInFields(), false, hostname);
  }
  globalThis.location = { hostname: 'localhost' };
  assert.equal(whyNoPasskeys(), null);
  globalThis.isSecureContext = false;
  assert.match(whyNoPasskeys(), /only with TLS/);
  globalThis.isSecureContext = true;
  delete globalThis.PublicKeyCredential;
  assert.equal(hasPasskeys(), false);
  assert.match(whyNoPasskeys(), /This browser/);
});
