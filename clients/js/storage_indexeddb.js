/**
 * The storage contract (storage_memory.js) on IndexedDB: what survives a reload, a crash and a flat
 * battery.
 *
 * @typedef {import('./storage_memory.js').Store} Store
 * @typedef {import('./storage_memory.js').Change} Change
 * @typedef {import('./storage_memory.js').Storage} Storage
 */

/** @type {Store[]} */
const STORES = ['clients', 'commands', 'unsaved', 'rooms'];
const LAYOUT = 1;

/** @implements {Storage} */
export class IndexedDbStorage {
  /** @param {string} [name] of the database; one per server is enough, because addresses have origins of their own */
  constructor(name = 'touchline') {
    this.name = name;
    /** @type {Promise<IDBDatabase> | null} */
    this.database = null;
  }

  async open() {
    await this.#opened();
  }

  /** @returns {Promise<IDBDatabase>} opened again if the browser has closed it (it may, under memory pressure) */
  #opened() {
    this.database ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(this.name, LAYOUT);
      request.onupgradeneeded = () => {
        for (const store of STORES) request.result.createObjectStore(store);
      };
      request.onsuccess = () => {
        const database = request.result;
        database.onclose = () => {
          this.database = null;
        };
        // A later version of this page wants another layout: make way, it will take the outbox
        // over.
        database.onversionchange = () => this.close();
        resolve(database);
      };
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error('an older tab holds the storage'));
    });
    this.database.catch(() => {
      this.database = null;
    });
    return this.database;
  }

  /**
   * Runs one transaction; resolves when it has committed, which is later than its last request.
   * @template T
   * @param {Store[]} stores
   * @param {IDBTransactionMode} mode
   * @param {(transaction: IDBTransaction, give: (value: T) => void) => void} act
   * @param {IDBTransactionOptions} [options]
   * @returns {Promise<T>}
   */
  async #transaction(stores, mode, act, options) {
    const database = await this.#opened();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(stores, mode, options);
      /** @type {any} */
      let result;
      transaction.oncomplete = () => resolve(result);
      /** @type {unknown} */
      let bug = null;
      transaction.onabort = () =>
        reject(bug ?? transaction.error ?? new Error('the storage gave up'));
      try {
        act(transaction, (value) => {
          result = value;
        });
      } catch (error) {
        // What cannot be stored takes nothing else with it: what was put before it is undone.
        bug = error;
        transaction.abort();
      }
    });
  }

  /**
   * @param {Store} store
   * @param {string} [prefix]
   * @returns {Promise<any[]>}
   */
  list(store, prefix = '') {
    const range = prefix === '' ? undefined : IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    return this.#transaction([store], 'readonly', (transaction, give) => {
      const request = transaction.objectStore(store).getAll(range);
      request.onsuccess = () => give(request.result);
    });
  }

  /**
   * @param {Store} store
   * @param {string} key
   * @returns {Promise<any>}
   */
  get(store, key) {
    return this.#transaction([store], 'readonly', (transaction, give) => {
      const request = transaction.objectStore(store).get(key);
      request.onsuccess = () => give(request.result);
    });
  }

  /**
   * @param {Change[]} changes
   * @param {{strict?: boolean}} [options]
   * @returns {Promise<void>}
   */
  async write(changes, { strict = false } = {}) {
    if (changes.length === 0) return;
    const stores = STORES.filter((store) => changes.some((change) => change.store === store));
    await this.#transaction(
      stores,
      'readwrite',
      (transaction) => {
        for (const { store, key, value } of changes) {
          if (value === undefined) transaction.objectStore(store).delete(key);
          else transaction.objectStore(store).put(value, key);
        }
        // Without this a page that is being closed may be gone before the browser sees that nothing
        // else comes.
        transaction.commit?.();
      },
      { durability: strict ? 'strict' : 'relaxed' },
    );
  }

  /**
   * @param {Store} store
   * @param {string} key
   * @param {(record: any) => any} change
   * @returns {Promise<any>}
   */
  update(store, key, change) {
    return this.#transaction([store], 'readwrite', (transaction, give) => {
      const records = transaction.objectStore(store);
      const request = records.get(key);
      request.onsuccess = () => {
        const before = request.result;
        give(before);
        const after = change(before);
        if (after === undefined) records.delete(key);
        else if (after !== before) records.put(after, key);
      };
    });
  }

  close() {
    this.database?.then(
      (database) => database.close(),
      () => undefined,
    );
    this.database = null;
  }
}
