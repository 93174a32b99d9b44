/** Why something in a draft was refused, in words: who, what, and what next. Pure. */
import { cellName, playerIn, teamOf } from "./reading.js";
import { clockTime, howWords } from "./words.js";

const PROBLEMS = {
  matrix_empty: () => "The order of one's own has no rows yet.",
  matrix_names_no_seat: () => "The order of one's own names a team that there is not.",
  unknown_zone: () => "This time zone is not known; write it as in “Europe/Berlin”.",
  always_quiet: () => "Quiet hours leave less than an hour of the day.",
  budget_too_small: (seat, { team }) =>
    seat ? `${team(seat)} has too little money for its places.` : "The budget is too small for so many places.",
  more_rounds_than_places: () => "There are more rounds than places in a roster.",
  order_is_no_order: () => "The order must name every team once.",
  keeper_needs_round_or_price: () => "A keeper needs a round, or at an auction a price.",
  no_players: () => "There are no players yet: fill the pool first.",
  keeper_of_no_seat: (id, { player }) => `${player(id)} is kept by a team that there is not.`,
  keeper_not_free: (id, { player }) => `${player(id)} cannot be kept: he is not free.`,
  keeper_too_dear: (id, { player }) => `${player(id)} costs more than his team may spend.`,
  keeper_without_cell: (id, { player }) => `${player(id)}'s team has no pick left in that round.`,
  keeper_does_not_fit: (id, { player }) => `${player(id)} has no place in his team's roster.`,
};

const SLOTS = {
  full: (team) => `${team} has no open place any more.`,
  maximum: (team) => `${team} has as many of this position as the league allows.`,
  slot: (team) => `${team} has no open place for this position.`,
  needs: (team) => `${team} must keep its last picks for starters it still needs.`,
};

const TRADES = {
  seats: "A trade is between two different teams.",
  nothing: "Nothing is traded yet: choose picks or players.",
  cells: "A pick in it was used already, or is not that team's.",
  players: "A player in it is not on that team.",
  full: "A team would have more players than places.",
  maximum: "A team would have too many of one position.",
  slot: "A team's players would not fit its places.",
  money: "A team would not have the money for its open places.",
  traded: "A pick of it was traded since; take that trade back first.",
};

/** @param {string} problem as the server names it @param {any} state */
export function problemWords(problem, state) {
  const [code, rest] = [problem.split(":")[0], problem.slice(problem.indexOf(":") + 1)];
  const by = {
    team: (seat) => teamOf(state, seat).name,
    player: (id) => playerIn(state, id).name,
  };
  return PROBLEMS[code]?.(problem.includes(":") ? rest : null, by) ?? `It cannot be so (${code}).`;
}

/**
 * @param {{code: string, detail?: any}} refusal @param {any} state @param {Record<string, string>} names
 *   accounts @param {number | null} mine one's own team
 */
export function refusalWords({ code, detail }, state, names = {}, mine = null) {
  const team = (seat) => (seat === mine ? "Your team" : teamOf(state, seat).name);
  const player = (id) => playerIn(state, id).name;
  switch (code) {
    case "already_picked":
      return `${cellName(state, detail.n)} was decided first: ${team(detail.seat)} took ${player(detail.player)}, ${howWords(detail, names)}, at ${clockTime(detail.at)}.`;
    case "player_taken":
      return detail.at
        ? `${team(detail.seat)} has him already, since ${cellName(state, detail.n)} at ${clockTime(detail.at)}. Choose another.`
        : `${team(detail.seat)} has put him on the block already. Choose another, or bid.`;
    case "not_your_turn":
      return detail?.seat ? `It is ${team(detail.seat)}'s turn, not yours. He can wait in your queue.` : "It is not your turn.";
    case "too_late":
      return detail?.deadline
        ? `The time was over at ${clockTime(detail.deadline, true)}, before this arrived.`
        : "This turn was over before it arrived; look who is on the clock now.";
    case "over_max_bid":
      return `${team(detail.seat)} may bid at most $${detail.most}, to keep enough for the open places.`;
    case "not_higher":
      return `Too low: it takes at least $${detail.least}${detail.seat ? `, ${team(detail.seat)} stands at $${detail.price}` : ""}.`;
    case "no_legal_slot":
      return SLOTS[detail?.why]?.(team(detail.seat)) ?? "There is no open place for him.";
    case "paused":
      return "The commissioner has paused the draft; nobody can pick until it goes on.";
    case "not_started":
      return "The draft has not begun yet.";
    case "started":
      return "This cannot be changed any more: the draft has begun.";
    case "draft_ended":
      return "The draft is over.";
    case "not_ready":
    case "bad_settings":
      return (detail?.problems ?? []).map((one) => problemWords(one, state)).join(" ");
    case "no_seat":
      return "You have no team here. Take a free one, or ask the commissioner.";
    case "seat_taken":
      return `${team(detail.seat)} has somebody already.`;
    case "unknown_player":
      return "He is not in the pool any more.";
    case "unknown_pick":
      return "There is no such pick any more.";
    case "bad_pick":
      return `Pick ${detail?.n} of the file cannot be.`;
    case "bad_trade":
      return TRADES[detail?.why] ?? "This trade cannot be.";
    case "bidding":
      return "A player is on the block; wait until he is sold.";
    default:
      return otherWords(code, detail);
  }
}

function otherWords(code, detail) {
  switch (code) {
    case "nothing_changes":
      return "It is so already.";
    case "muted":
      return detail?.until
        ? `The commissioner has muted you in the chat until ${clockTime(detail.until)}.`
        : "The commissioner has muted you in the chat until it is lifted.";
    case "unknown_member":
      return "This person is no member any more.";
    case "limit_reached":
      return `There are as many as there can be (${Number(detail?.max ?? 0).toLocaleString("en")}).`;
    case "forbidden":
      return "Only the commissioner may do this; or your role looks on.";
    case "read_only":
      return "The room is read only now.";
    case "session_expired":
      return "This was made too long ago, or before the server went back to an earlier copy, to be sent unseen.";
    case "bad_command":
      return "This page and the server do not understand each other; reload the page.";
    default:
      return `The server refused this (${code}).`;
  }
}
