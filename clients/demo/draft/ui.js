/** What only this page knows: what is asked for, which part is open, what was refused. One plain object. */
import { everybody } from "./search.js";

const SOUND = "touchline.draft.sound";
export const SHOWN = 60;

export function initialUi() {
  return {
    wanted: everybody(),
    shown: SHOWN,
    /** The player that is looked at. @type {string | null} */
    chosen: null,
    /** On a phone. @type {"pool" | "board" | "queue" | "team" | "chat" | "side"} */
    tab: "pool",
    /** Beside the board. @type {"queue" | "team" | "chat" | "office" | "recap"} */
    side: "queue",
    /** Whose roster shows; null: one's own. @type {number | null} */
    team: null,
    /** The opening bid that was typed. @type {number | null} */
    price: null,
    /** The part of the commissioner's drawer that is open. @type {string | null} */
    office: null,
    reason: "",
    trade: { a: 1, b: 2 },
    /** The cell whose pick gets another player. @type {number | null} */
    replacing: null,
    /** Webhooks as the server lists them, and the secret of the one that was just made. */
    hooks: { list: /** @type {any[] | null} */ (null), secret: /** @type {null | {id: string, text: string}} */ (null), problem: null, busy: false },
    /** What was pressed once and is asked for again. @type {string | null} */
    sure: null,
    /** A file of players that was read. @type {any} */
    file: null,
    /** A file of rankings, as the server reads it. @type {any} */
    ranks: null,
    /** Who of the queue is dragged, over whom. @type {null | {id: string, over: string | null}} */
    drag: null,
    /** @type {null | {anchor: string, text: string}} */
    refusal: null,
    chatSeen: 0,
    sound: wantsSound(),
    share: { open: false, links: null, copied: null, problem: null },
  };
}

function wantsSound() {
  try {
    return globalThis.localStorage?.getItem(SOUND) === "on";
  } catch {
    return false;
  }
}

export function rememberSound(on) {
  globalThis.localStorage?.setItem(SOUND, on ? "on" : "off");
}
