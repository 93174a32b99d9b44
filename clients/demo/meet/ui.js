/** What only this page knows. One plain object. */
export function initialUi() {
  return {
    /** The event that is open; null: the schedule. @type {string | null} */
    event: null,
    /** What of it shows. @type {"results" | "start" | "entries"} */
    tab: "results",
    /** Whose result is being written. @type {string | null} */
    editing: null,
    /** Beside the meet; on a phone over it. @type {null | "delay" | "chat" | "people"} */
    side: null,
    /** @type {number | null} */
    delay: null,
    /** Since when the connection is gone, wall clock ms. @type {number | null} */
    awaySince: null,
    /** @type {null | {anchor: string, text: string}} */
    refusal: null,
    chatSeen: 0,
    share: { open: false, links: null, copied: null, problem: null },
  };
}
