/** What only this page knows: how much of the game shows, which plays, what was refused. One plain object. */

import { noReactions } from "./reactions.js";

/** Plays that show at first, and come more at a press. */
export const SHOWN = 20;
export const MORE = 40;

export function everything() {
  return { what: "all", team: "", player: "", mine: null, quarter: 0, down: 0, distance: "" };
}

const MINE = "touchline.players";
/** As many as a filter takes. */
const MINE_MAX = 50;

/** The players that a person follows, on this device. @returns {string[]} */
export function myPlayers() {
  try {
    const kept = JSON.parse(localStorage.getItem(MINE) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

/** @param {string[]} players */
export function keepMyPlayers(players) {
  const kept = players.slice(-MINE_MAX);
  try {
    localStorage.setItem(MINE, JSON.stringify(kept));
  } catch {
    // Without storage they hold as long as the page.
  }
  return kept;
}

export function initialUi() {
  return {
    wanted: everything(),
    /** Whether only what is wanted is to be sent. */
    only: false,
    mine: myPlayers(),
    /** A shift is on its way. */
    moving: false,
    shown: SHOWN,
    /** Older plays on their way. @type {Promise<void> | null} */
    readingOlder: null,
    /** What people feel now. */
    reactions: noReactions(),
    /** Why they do not come. @type {string | null} */
    olderProblem: null,
    /** Beside the plays; on a phone over them. @type {null | "delay" | "chat"} */
    side: null,
    /** The delay that the hand is on, not sent yet. @type {number | null} */
    delay: null,
    /** Since when the connection is gone, wall clock ms. @type {number | null} */
    awaySince: null,
    /** @type {null | {anchor: string, text: string}} */
    refusal: null,
    /** The event of a match that the pitch shows instead of the latest. @type {number | null} */
    moment: null,
    /** The event that is being put on a board. @type {number | null} */
    makingBoard: null,
    /** Why it could not be. @type {string | null} */
    boardProblem: null,
    chatSeen: 0,
    share: { open: false, links: null, copied: null, problem: null },
  };
}
