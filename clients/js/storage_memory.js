/**
 * The storage contract, and the implementation that forgets: for programs, for tests, and for
 * browsers that allow nothing else. Several Touchlines over one MemoryStorage behave like tabs over
 * one IndexedDB.
 *
 * Four stores of records by string key: `clients` (one per outbox: account, reserved seqs, lease),
 * `commands` (what is not settled), `unsaved` (what a person must decide) and `rooms` (last
 * states). The contract says nothing of their content. Every method may reject, which means that
 * nothing was changed.
 *
 * @typedef {'clients' | 'commands' | 'unsaved' | 'rooms'} Store
 * @typedef {{store: Store, key: string, value: any}} Change `value` undefined: take the record out
 *
 * @typedef {object} Storage
 * @property {() => Promise<void>} open before anything else
 * @property {(store: Store, prefix?: string) => Promise<any[]>} list records whose key begins so,
 *   in the order of keys
 * @property {(store: Store, key: string) => Promise<any>} get the record, or undefined
 * @property {(changes: Change[], options?: {strict?: boolean}) => Promise<void>} write all or none;
 *   `strict`: not before it would survive a loss of power
 * @property {(store: Store, key: string, change: (record: any) => any) => Promise<any>} update
 *   reads and writes in one step that no other tab can cut in two: `change` gives the new record,
 *   undefined to take it out, or the same to leave it. Resolves to the record as it was before
 * @property {() => void} close
 */

/** @implements {Storage} */
export class MemoryStorage {
  constructor() {
    /** @type {Record<Store, Map<string, any>>} */
    this.stores = { clients: new Map(), commands: new Map(), unsaved: new Map(), rooms: new Map() };
  }

  async open() {}

  /**
   * @param {Store} store
   * @param {string} [prefix]
   */
  async list(store, prefix = '') {
    const keys = [...this.stores[store].keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.map((key) => structuredClone(this.stores[store].get(key)));
  }

  /**
   * @param {Store} store
   * @param {string} key
   */
  async get(store, key) {
    return structuredClone(this.stores[store].get(key));
  }

  /** @param {Change[]} changes */
  async write(changes) {
    const copies = changes.map((change) => ({ ...change, value: structuredClone(change.value) }));
    for (const { store, key, value } of copies) this.#put(store, key, value);
  }

  /**
   * @param {Store} store
   * @param {string} key
   * @param {(record: any) => any} change
   */
  async update(store, key, change) {
    const before = structuredClone(this.stores[store].get(key));
    this.#put(store, key, structuredClone(change(structuredClone(before))));
    return before;
  }

  close() {}

  /**
   * @param {Store} store
   * @param {string} key
   * @param {any} value
   */
  #put(store, key, value) {
    if (value === undefined) this.stores[store].delete(key);
    else this.stores[store].set(key, value);
  }
}
