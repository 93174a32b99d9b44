/**
 * Every bound of the client, once, with its reason. Only numbers; what the server states in
 * `welcome` goes first.
 */

/** Commands that may wait in one outbox; beyond it `submit` refuses (CL5). */
export const OUTBOX_MAX = 5_000;
/**
 * Most commands without an answer on one connection, and the width of the server's window of seqs
 * per room (CM).
 */
export const IN_FLIGHT_MAX = 64;
/** A command that was never sent and is older is shown to the person instead of being sent (CL7). Half of the 48 h
 * that the server remembers answers, so that clocks that are wrong by hours do no harm. */
export const REVIEW_AFTER_MS = 24 * 3_600_000;
/**
 * Seqs are reserved in storage by the block, so that a lost write can never make one come twice
 * (CL4).
 */
export const SEQ_BLOCK = 1_000;

export const BACKOFF_MIN_MS = 200;
export const BACKOFF_MAX_MS = 10_000;
/** A connection that lived this long starts the backoff over. */
export const STABLE_AFTER_MS = 10_000;
/** How long before its slot a client opens the connection to the server that takes over. */
export const AHEAD_MS = 1_500;
/** From the start of an attempt to `welcome`. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** Silence after a ping that means a dead server (CL10). */
export const PONG_TIMEOUT_MS = 10_000;
/** The same when the browser says that the network went away or that the page woke up. */
export const PROBE_TIMEOUT_MS = 4_000;
/**
 * After `welcome` the server's time is asked for again this soon, ms, for as long as the best answer
 * took longer than TIME_GOOD_MS there and back: a page that is loading reads its first one late,
 * and would be wrong by half of that until the next heartbeat (CL11).
 */
export const TIME_AGAIN_MS = Object.freeze([250, 1_000, 3_000]);
export const TIME_GOOD_MS = 10;
/** A new token is fetched this long before the old one ends. */
export const TOKEN_MARGIN_MS = 60_000;
/** Without a slot, a client of a restarting server comes back at random within this time (C2). */
export const RESTART_SPREAD_MS = 5_000;
/** 4429: the server asks to stay away this long. */
export const FLOOD_PAUSE_MS = 10_000;

/** Used until `welcome` says better. */
export const DEFAULT_LIMITS = Object.freeze({
  rate_per_s: 20,
  burst: 40,
  in_flight_max: IN_FLIGHT_MAX,
  message_bytes_max: 65_536,
  presence_rate_per_s: 20,
  presence_bytes_max: 2_048,
  heartbeat_s: 20,
});
/**
 * We pace ourselves a little below what the server counts, because its clock and ours do not tick
 * together.
 */
export const PACE_SHARE = 0.9;
/**
 * Presence that rests is shown again this often: well within the 30 s after which a server forgets
 * it.
 */
export const PRESENCE_RENEW_MS = 10_000;
/**
 * Wait before a command that was `busy` or `contended` is sent again: full jitter between these.
 */
export const BUSY_MIN_MS = 100;
export const BUSY_MAX_MS = 5_000;

/** Rooms whose last state is kept for a start without a network, and the largest that is kept. */
export const STORED_ROOMS_MAX = 30;
export const STORED_ROOM_BYTES_MAX = 2_000_000;
export const STORE_ROOM_EVERY_MS = 3_000;

/**
 * The lease of a client id without navigator.locks. Background tabs may run timers only once a
 * minute.
 */
export const LEASE_MS = 90_000;
export const LEASE_RENEW_MS = 15_000;
/** How often a living tab looks for outboxes whose tab is gone. */
export const ADOPT_EVERY_MS = 60_000;
/** Client ids without commands are forgotten after this time. */
export const CLIENT_UNUSED_MS = 7 * 24 * 3_600_000;
export const HELLO_ROOMS_MAX = 64;
/** Deepest message that we read: what the server accepts as well. */
export const DEPTH_MAX = 32;
