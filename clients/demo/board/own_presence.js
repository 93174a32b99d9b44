/**
 * What we show the others of ourselves: cursor, what we drag, hold and have selected. The client
 * library paces it.
 */

const RENEW_HOLD_MS = 2_000;
const DRAG_MAX = 50;

export class OwnPresence {
  #room;
  #holdTimer = 0;
  #cursor = null;

  constructor(room) {
    this.#room = room;
  }

  cursor(at) {
    if (at === null && this.#cursor === null) return;
    this.#cursor = at;
    this.#room.presence("cursor", at && { type: "cursor", at });
  }

  select(ids) {
    this.#room.presence(
      "select",
      ids.length > 0 ? { type: "select", ids: ids.slice(0, DRAG_MAX) } : null,
    );
  }

  /** @param {[string, [number, number]][]} places @param {string | null} phase */
  drag(places, phase = null) {
    const objects = places.slice(0, DRAG_MAX).map(([id, [x, y]]) => [id, x, y]);
    this.#room.presence("drag", {
      type: "drag",
      objects,
      ...(phase === null ? {} : { phase }),
    });
  }

  hold(ids) {
    const value = { type: "hold", ids: ids.slice(0, DRAG_MAX) };
    clearInterval(this.#holdTimer);
    this.#room.presence("hold", value);
    this.#holdTimer = setInterval(() => this.#room.presence("hold", value), RENEW_HOLD_MS);
  }

  /**
   * Hand empty. Said after the drop was submitted, so that others never see the thing jump back.
   */
  letGo() {
    clearInterval(this.#holdTimer);
    this.#room.presence("drag", null);
    this.#room.presence("hold", null);
  }
}
