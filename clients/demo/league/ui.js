/** What only this page knows: which week and matchup show, what the server said of scores. One plain object. */

export function initialUi() {
  return {
    /** The week that shows; null: the one that is on. @type {number | null} */
    week: null,
    /** The matchup that is open, from 1; null: the whole week. @type {number | null} */
    matchup: null,
    /** What the server told of the week (scores.js). @type {import("./scores.js").Known | null} */
    scores: null,
    /** Changes of points, newest first. @type {{key: string, text: string, player: string, change: number}[]} */
    ticker: [],
    /** Player to what has just changed, for a few seconds. @type {Record<string, number>} */
    fresh: {},
    /** Why a player's points are what they are. @type {null | {player: string, lines: any[] | null, problem: string}} */
    trail: null,
    /** How the win chance of the matchup that is open went (likely.js). @type {null | {week: number, matchup: number, points: number[][]}} */
    line: null,
    /** The team whose line-up is being changed. @type {number | null} */
    editing: null,
    /** The place that was taken in hand: `s0`, `b<player>`, `i<player>`. @type {string | null} */
    held: null,
    /** Beside the week; on a phone over it. @type {null | "delay" | "chat"} */
    side: null,
    /** The delay that the hand is on, not sent yet. @type {number | null} */
    delay: null,
    /** Since when the connection is gone, wall clock ms. @type {number | null} */
    awaySince: null,
    /** @type {null | {anchor: string, text: string}} */
    refusal: null,
    chatSeen: 0,
    share: { open: false, links: null, copied: null, problem: null },
  };
}
