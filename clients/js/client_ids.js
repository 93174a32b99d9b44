/**
 * Which client id a tab speaks as. An id whose tab is gone is taken over with its unsettled
 * commands, so that they keep their seqs and cannot happen twice; only where there is none a new
 * one is made (SPEC CL2).
 *
 * @typedef {import('./lease.js').Lease} Lease
 * @typedef {{client: string, account: string, reserved: number, used: number}} ClientRecord
 * @typedef {{record: ClientRecord, commands: any[], lease: Lease}} Claim
 */
import { randomName } from './clock.js';
import { CLIENT_UNUSED_MS } from './limits.js';
import { clientKey } from './outbox.js';

/**
 * @param {object} circumstances
 * @param {import('./storage_memory.js').Storage} circumstances.storage
 * @param {import('./lease.js').Leases} circumstances.leases
 * @param {import('./clock.js').Clock} circumstances.clock
 * @param {string | null} circumstances.account null: not known yet, then whoever was here last
 * @param {string} [circumstances.preferred] the id that this tab had before it was reloaded
 * @param {() => void} circumstances.lost
 * @returns {Promise<Claim>}
 */
export async function claimClient({ storage, leases, clock, account, preferred = '', lost }) {
  for (const record of await known(storage, account, preferred)) {
    const lease = await leases.take(record.client, lost);
    if (lease !== null) return claimed(storage, record.client, lease);
  }
  const record = { client: randomName(22), account: account ?? '', reserved: 0, used: clock.now() };
  const lease = await leases.take(record.client, lost);
  if (lease === null) throw new Error('a new client id is held already');
  return { record, commands: [], lease };
}

/**
 * An outbox of this account whose tab is gone and that still has something to send.
 * @param {object} circumstances
 * @param {import('./storage_memory.js').Storage} circumstances.storage
 * @param {import('./lease.js').Leases} circumstances.leases
 * @param {import('./clock.js').Clock} circumstances.clock
 * @param {string} circumstances.account
 * @param {(client: string) => boolean} circumstances.held whether this tab speaks as it already
 * @param {() => void} circumstances.lost
 * @returns {Promise<Claim | null>}
 */
export async function claimOrphan({ storage, leases, clock, account, held, lost }) {
  for (const record of await known(storage, account, '')) {
    if (held(record.client) || (record.account !== '' && record.account !== account)) continue;
    const lease = await leases.take(record.client, lost);
    if (lease === null) continue;
    const claim = await claimed(storage, record.client, lease);
    if (claim.commands.length > 0) return claim;
    // Nothing to do for it. Ids that nobody used for long are forgotten, so that storage stays
    // small.
    if (clock.now() - claim.record.used > CLIENT_UNUSED_MS)
      await forgetClient(storage, record.client);
    await lease.release();
  }
  return null;
}

/**
 * @param {import('./storage_memory.js').Storage} storage
 * @param {string} client
 */
export async function forgetClient(storage, client) {
  await storage.write([{ store: 'clients', key: clientKey(client), value: undefined }]);
}

/**
 * Read again now that nobody else writes it: the tab that had it may have gone on after the list
 * was made.
 * @param {import('./storage_memory.js').Storage} storage
 * @param {string} client
 * @param {Lease} lease
 * @returns {Promise<Claim>}
 */
async function claimed(storage, client, lease) {
  const record = await storage.get('clients', clientKey(client));
  const commands = await storage.list('commands', `${client} `);
  return { record: record ?? { client, account: '', reserved: 0, used: 0 }, commands, lease };
}

/**
 * @param {import('./storage_memory.js').Storage} storage
 * @param {string | null} account
 * @param {string} preferred
 * @returns {Promise<ClientRecord[]>} the best to take over first
 */
async function known(storage, account, preferred) {
  /** @type {ClientRecord[]} */
  const records = await storage.list('clients', 'id ');
  return records
    .filter((record) => account === null || record.account === '' || record.account === account)
    .sort(
      (a, b) => Number(b.client === preferred) - Number(a.client === preferred) || b.used - a.used,
    );
}
