/** What happens in a draft, in words: for the screen reader, the office's list and the banner. Pure. */
import { cellName, isAuction, picksUntil, playerIn, teamOf } from "./reading.js";

/** "14:02", with seconds where they matter. */
export function clockTime(at, seconds = false) {
  return new Date(at).toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
  });
}

const SOURCES = {
  queue: "from the queue",
  ranking: "from the ranking",
  rank: "by rank",
  any: "as nobody else was legal",
};

/** Who chose, of a pick. @param {{how: string, by?: string, source?: string}} pick */
export function howWords({ how, by, source }, names = {}) {
  const from = SOURCES[source] ? ` ${SOURCES[source]}` : "";
  switch (how) {
    case "auto":
      return `autopick${from}`;
    case "cpu":
      return "a computer's team";
    case "office":
      return `by the commissioner${names[by] ? ` (${names[by]})` : ""}`;
    case "keeper":
      return "kept";
    default:
      return `by ${names[by] ?? "their manager"}`;
  }
}

/** The badge of a pick: letters, and what they stand for; null: none. */
export function badgeOf({ how }) {
  return (
    {
      auto: ["A", "autopick"],
      cpu: ["C", "a computer's team"],
      office: ["O", "by the commissioner"],
      keeper: ["K", "kept"],
    }[how] ?? null
  );
}

/** In how many picks one's own team is on the clock. @param {any} state @param {number | null} mine */
export function untilWords(state, mine) {
  const verb = isAuction(state) ? "nominate" : "pick";
  const until = picksUntil(state, mine);
  if (until === null || state.phase === "waiting") return "";
  if (until === 0) return "You are on the clock";
  return until === 1 ? `You ${verb} next` : `You ${verb} in ${until}`;
}

/** Who is on the clock, to do what. */
export function turnWords(state, mine = null) {
  const { turn } = state;
  if (!turn) return state.phase === "ended" ? "The draft is over" : "Not begun";
  const team = turn.seat === mine ? "You" : teamOf(state, turn.seat).name;
  if (turn.sort === "bid") {
    const [seat, price] = state.bid ?? [turn.seat, 0];
    const leader = seat === mine ? "you" : teamOf(state, seat).name;
    return `${playerIn(state, turn.player).name} on the block, $${price} by ${leader}`;
  }
  const verb = turn.sort === "nominate" ? "to nominate" : "on the clock";
  return `${team} ${team === "You" ? "are" : "is"} ${verb}`;
}

/** When a draft begins without anybody. */
export function beginsWords({ start_at: at }) {
  const form = /** @type {const} */ ({ weekday: "short", hour: "2-digit", minute: "2-digit", day: "numeric", month: "short" });
  return `Begins by itself at ${new Date(at).toLocaleString([], form)}`;
}

const PHASES = {
  waiting: "is open again",
  live: "is on",
  paused: "is paused",
  ended: "is over",
};

/** What an event is told as; null: it need not be heard. @param {any} event @param {any} state after it */
export function eventWords(event, state, mine = null) {
  const team = (seat) => (seat === mine ? "Your team" : teamOf(state, seat).name);
  const player = (id) => playerIn(state, id).name;
  switch (event.type) {
    case "pick.made":
      return `${cellName(state, event.n)}: ${team(event.seat)} ${event.how === "keeper" ? "keeps" : event.price === undefined ? "picks" : "gets"} ${player(event.player)}${event.price === undefined ? "" : ` for $${event.price}`}${event.how === "auto" ? ", autopick" : ""}`;
    case "turn.skipped":
      return `${team(event.seat)} is passed over${event.back ? " until the end" : ""}: ${skipWords(event.reason)}`;
    case "bid.made":
      return `$${event.price} by ${team(event.seat)}`;
    case "draft.moved":
      return `The draft ${PHASES[event.phase]}`;
    case "picks.undone":
      return `${event.cells.length === 1 ? `${cellName(state, event.cells[0])} is` : `${event.cells.length} picks are`} taken back`;
    case "pick.replaced":
      return `${cellName(state, event.n)} is ${player(event.player)} now, not ${player(event.was)}`;
    case "trade.made":
      return event.undo ? "A trade is taken back" : `${team(event.a)} and ${team(event.b)} have traded`;
    case "draft.reset":
      return "All picks are taken back";
    case "seat.changed":
      return event.why === "missed"
        ? `${team(event.seat)} missed its pick and is picked for from now on`
        : null;
    case "clock.changed":
      return clockWords(event);
    default:
      return null;
  }
}

function clockWords({ why }) {
  return (
    {
      extended: "The clock has more time",
      outage: "The clock has back what an outage took",
      configured: "The clock was changed",
    }[why] ?? null
  );
}

/** Why a cell was passed over. */
export function skipWords(reason) {
  return (
    {
      time: "no pick in time",
      office: "by the commissioner",
      roster_full: "the roster is full",
      no_legal_player: "no legal player was free",
      cannot_nominate: "nobody could be nominated",
    }[reason] ?? reason
  );
}

const ACTS = {
  "draft.configure": "changed the settings",
  "seat.set": "changed a team",
  "order.set": "set the order",
  "keeper.set": "set a keeper",
  "keeper.remove": "took a keeper away",
  "draft.start": "started the draft",
  "draft.pause": "paused",
  "draft.resume": "let it go on",
  "draft.reset": "took all picks back",
  "office.undo": "took picks back",
  "office.replace": "replaced a pick",
  "office.pick": "picked",
  "office.bid": "bid",
  "office.force": "had autopick pick",
  "office.skip": "passed over",
  "office.trade": "entered a trade",
  "office.clock": "gave more time",
  "office.sell": "sold now",
  "office.unsell": "took a sale back",
  "office.nominator": "handed the nomination on",
  "pool.add": "added players",
  "pool.clear": "emptied the pool",
};

/** An act of the office: who did what for whom, and why. */
export function actWords({ act, by, reason, seat }, state, names) {
  const whom = seat ? ` for ${teamOf(state, seat).name}` : "";
  const why = reason ? `: “${reason}”` : "";
  return `${names[by] ?? "The commissioner"} ${ACTS[act] ?? act}${whom}${why}`;
}

/** What the parts of a change are called; others by their own name. */
const PARTS = { cpu: "a computer picks", auto: "autopick", room: "players", bank_ms: "bank", s: "seconds" };

/** Before and after of an act, where it can be said in a line; else null. */
export function changeWords({ before, after }, state, names = {}) {
  const say = (value) => {
    if (value === null || value === undefined) return null;
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (typeof value === "string") return Object.hasOwn(state.pool, value) ? playerIn(state, value).name : names[value] ?? value;
    if (typeof value === "number") return value > 1e12 ? clockTime(value, true) : String(value);
    if (Array.isArray(value)) return value.length ? value.map((one) => say(one) ?? "–").join(", ").slice(0, 160) : "nobody";
    const parts = Object.entries(value).map(([name, one]) => `${PARTS[name] ?? name.replaceAll("_", " ")}: ${say(one) ?? "–"}`);
    return parts.join(", ").slice(0, 160);
  };
  const [was, is] = [say(before), say(after)];
  if (was === null && is === null) return null;
  return `${was ?? "–"} → ${is ?? "–"}`;
}
