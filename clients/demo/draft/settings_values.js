/**
 * What a person typed in the settings' form becomes all settings of the draft, with what the form does
 * not ask for left as it is. Pure.
 */
import { rosterNamed, ROSTERS, size } from "./ready_rosters.js";
import { matrixFrom, minutesOf, Problem, slotsFrom } from "./settings_text.js";

/** Rows of times and of quiet hours, that a form can have. */
export const ROWS_MAX = 8;

/** Seconds of a field; empty is no limit, which is null and not 0. */
const seconds = (text) => (String(text ?? "").trim() === "" ? null : Number(text));
const rows = Array.from({ length: ROWS_MAX }, (_, row) => row);

/**
 * Throws a Problem where something cannot be read.
 * @param {any} settings all of them, as they are @param {(name: string) => string | null} said of the form
 * @returns {any} all of them, as they shall be
 */
export function settingsFrom(settings, said) {
  const { clock, auction } = settings;
  const has = (name) => said(name) !== null;
  const number = (name, was) => (has(name) ? Number(said(name)) : was);
  const yes = (name, was) => (has(name) ? said(name) === "yes" : was);
  const type = said("type") ?? settings.type;
  const teams = number("teams", settings.teams);
  const { slots, rounds } = placesFrom(settings, said, number("rounds", settings.rounds));
  return {
    ...settings,
    ...{ type, teams, slots, rounds },
    reversal: number("reversal", settings.reversal),
    matrix: type === "custom" && has("matrix") ? matrixFrom(said("matrix"), teams) : settings.matrix,
    maxima: has("maxima") ? maximaFrom(said) : settings.maxima,
    needs: said("needs") ?? settings.needs,
    starters_first: yes("starters_first", settings.starters_first),
    claims: yes("claims", settings.claims),
    start_at: has("start_at") ? (said("start_at") ? new Date(said("start_at")).getTime() : null) : settings.start_at,
    clock: clockFrom(clock, said),
    auction: {
      ...auction,
      budget: number("budget", auction.budget),
      min_bid: number("min_bid", auction.min_bid),
      increment: number("increment", auction.increment),
      nominations: said("nominations") ?? auction.nominations,
      reserve_all: yes("reserve_all", auction.reserve_all),
      auto_percent: number("auto_percent", auction.auto_percent),
    },
  };
}

/** A ready-made roster brings its own number of rounds, unless one asks for another. */
function placesFrom(settings, said, rounds) {
  const roster = said("roster");
  const was = rosterNamed(settings.slots);
  if (!roster || (roster === was && roster !== "own")) return { slots: settings.slots, rounds };
  const own = said("slots");
  const slots = roster !== "own" ? ROSTERS[roster][1] : own === null ? settings.slots : slotsFrom(own);
  const other = JSON.stringify(slots) !== JSON.stringify(settings.slots);
  return { slots, rounds: other && rounds === settings.rounds ? size(slots) : rounds };
}

/** Fields `max-QB`; empty: as many as one likes. */
function maximaFrom(said) {
  const positions = said("maxima").split(" ").filter(Boolean);
  const given = positions.filter((one) => String(said(`max-${one}`) ?? "").trim() !== "");
  return Object.fromEntries(given.map((one) => [one, Number(said(`max-${one}`))]));
}

function clockFrom(clock, said) {
  const has = (name) => said(name) !== null;
  const limit = (name) => (has(name) ? seconds(said(name)) : clock[name]);
  const ms = (name, field) => (has(name) ? Math.round(Number(said(name)) * 1_000) : clock[field]);
  return {
    ...clock,
    ...{ pick_s: limit("pick_s"), nominate_s: limit("nominate_s"), bid_s: limit("bid_s"), bank_s: limit("bank_s") },
    rounds: has("round-0") ? timesFrom(said) : clock.rounds,
    bid_reset_s: has("bid_reset_s") ? Number(said("bid_reset_s")) : clock.bid_reset_s,
    grace_ms: ms("grace_s", "grace_ms"),
    auto_ms: ms("auto_s", "auto_ms"),
    at_zero: said("at_zero") ?? clock.at_zero,
    on_miss: said("on_miss") ?? clock.on_miss,
    resume: said("resume") ?? clock.resume,
    zone: (said("zone") ?? clock.zone).trim() || "UTC",
    quiet: has("quiet-from-0") ? quietFrom(said) : clock.quiet,
  };
}

/** "From round n on, so many seconds"; a row without a round is none. */
function timesFrom(said) {
  return rows
    .filter((row) => said(`round-${row}`))
    .map((row) => ({ from_round: Number(said(`round-${row}`)), pick_s: seconds(said(`round-s-${row}`)) }));
}

function quietFrom(said) {
  return rows.flatMap((row) => {
    const [from, until] = [said(`quiet-from-${row}`), said(`quiet-until-${row}`)];
    if (!from && !until) return [];
    if (!from || !until) throw new Problem("A pause has a beginning and an end.");
    return [{ start: minutesOf(from), end: minutesOf(until) }];
  });
}
