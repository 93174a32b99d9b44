/**
 * What a browser tells of a page's life: network gone and back, tab shown, page going. In node
 * nothing happens.
 *
 * @typedef {{online: () => void, offline: () => void, shown: () => void, leaving: (comesBack: boolean) => void}}
 *   Hooks
 * @typedef {{client: string, holder: string}} Tab
 */

/** Written only while a page goes, so that a duplicate of a living tab does not find it. */
const TAB_KEY = 'touchline.tab';

/**
 * @param {Hooks} hooks
 * @returns {() => void} stops listening
 */
export function watchPage(hooks) {
  if (typeof globalThis.addEventListener !== 'function' || typeof document === 'undefined')
    return () => undefined;
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener('online', hooks.online, { signal });
  addEventListener('offline', hooks.offline, { signal });
  // A page that is put aside may be shown again as it was; any other is gone.
  addEventListener('pagehide', (event) => hooks.leaving(event.persisted), { signal });
  addEventListener(
    'pageshow',
    (event) => {
      if (event.persisted) hooks.shown();
    },
    { signal },
  );
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible') hooks.shown();
    },
    { signal },
  );
  return () => stop.abort();
}

/**
 * Who this tab was before it was reloaded. Read once: afterwards the tab is somebody who lives.
 * @returns {Tab | null}
 */
export function takeTab() {
  try {
    const text = sessionStorage.getItem(TAB_KEY);
    sessionStorage.removeItem(TAB_KEY);
    return text === null ? null : JSON.parse(text);
  } catch {
    // No session storage, or one that the browser forbids: the lease then ends by time.
    return null;
  }
}

/** @param {Tab} tab */
export function leaveTab(tab) {
  try {
    sessionStorage.setItem(TAB_KEY, JSON.stringify(tab));
  } catch {
    // As above.
  }
}
