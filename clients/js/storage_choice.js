/** Where an outbox is kept, and how its client id is held, in whatever surrounds us. */
import { LockLeases, RecordLeases } from './lease.js';
import { IndexedDbStorage } from './storage_indexeddb.js';
import { MemoryStorage } from './storage_memory.js';

/**
 * @param {'indexeddb' | 'memory' | import('./storage_memory.js').Storage | undefined} wanted
 * @returns {import('./storage_memory.js').Storage}
 */
export function chooseStorage(wanted) {
  if (typeof wanted === 'object') return wanted;
  const usual = typeof indexedDB === 'undefined' ? 'memory' : 'indexeddb';
  return (wanted ?? usual) === 'indexeddb' ? new IndexedDbStorage() : new MemoryStorage();
}

/**
 * @param {import('./storage_memory.js').Storage} storage
 * @param {import('./clock.js').Clock} clock
 * @param {string} left the holder that this tab was before it was reloaded
 * @returns {import('./lease.js').Leases}
 */
export function chooseLeases(storage, clock, left) {
  // Plain HTTP has no locks. All tabs of an origin are in the same case, so they agree on the way.
  const locks = globalThis.navigator?.locks;
  if (locks !== undefined && storage instanceof IndexedDbStorage) return new LockLeases(locks);
  return new RecordLeases(storage, clock, { left });
}
