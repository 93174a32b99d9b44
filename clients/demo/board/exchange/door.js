/** The drawer “Export and import” is fetched when it is first opened: few need it, and it is large. */

/** @param {{room: any, ui: any, change: (part: any) => void, announcer: any}} parts */
export function exchangeDoor(parts) {
  const { ui, change, announcer } = parts;
  return async () => {
    if (ui.exchange) return;
    try {
      const { makeExchange } = await import("./acts.js");
      change({ exchange: makeExchange(parts) });
    } catch {
      change({ drawer: null });
      announcer.toast("Export is not on this device yet; it comes with the next connection");
    }
  };
}
