/** Recorded play in words: what files hold, what is odd about them, why they are refused. Pure. */

const PARTS = [
  ["token", "player", "players"],
  ["ball", "ball", "balls"],
  ["arrow", "arrow", "arrows"],
  ["text", "note", "notes"],
  ["phase", "phase", "phases"],
];

/** Oddities by the readers' names (SPEC RD): what was done about so many of them. */
const ODD = {
  another_play: "rows of another play were left out",
  cells_missing: "rows with too few cells were left out",
  cells_over: "rows with too many cells were left out",
  contradicts: "second places at one time were left out",
  frame_against_clock: "frame numbers disagree with the clock, which was believed",
  frames_missing: "frames are missing",
  gap_filled: "places were filled in between two known ones",
  held_in_place: "places before or after somebody was seen: they stand still",
  kloppy_warns: "warnings of the reader",
  left_out_after_a_pause: "frames before or after a pause were left out",
  longer_than_a_phase: "frames after two minutes were left out: choose a shorter time",
  never_seen: "are named but never seen, and were left out",
  no_ball: "without a ball",
  no_kit: "kits are not told: usual colours were taken",
  no_pitch: "without the size of the pitch: the usual one was taken",
  no_position: "times without a place",
  no_rate: "without a rate",
  no_side: "belong to no side",
  no_time: "rows without a time were left out",
  nobody: "rows about nobody were left out",
  not_utf8: "characters that are no UTF-8",
  number_unusable: "shirt numbers that cannot be shown",
  off_the_pitch: "places far off the pitch were left out",
  out_of_order: "rows out of order were put in order",
  repeated: "rows came twice",
  resampled: "samples fewer than recorded, so that the board can hold them",
  role_unknown: "roles that are not known",
  slot_taken: "share a place, and stand beside each other",
  too_many_objects: "more objects than a clip may have were left out",
  too_many_rows: "rows beyond what is read were left out",
  truncated: "files end too early",
  unknown_player: "players are in no line-up, and were left out",
  unreadable_row: "rows cannot be read, and were left out",
  without_two_places: "events without two places have no arrow",
};

/** @param {Record<string, {count: number, examples: string[]}>} odd */
export function oddWords(odd) {
  return Object.entries(odd).map(([name, { count, examples }]) => ({
    name,
    words: `${count.toLocaleString("en")} ${ODD[name] ?? name.replaceAll("_", " ")}`,
    where: examples.join("; "),
  }));
}

/** “22 players, 1 ball, plays 46.7 s”. @param {any} held */
export function holdsWords({ counts, plays_for_ms: ms }) {
  const parts = PARTS.filter(([sort]) => counts[sort]).map(
    ([sort, one, more]) => `${counts[sort]} ${counts[sort] === 1 ? one : more}`,
  );
  return [...parts, ms > 0 ? `plays ${(ms / 1_000).toFixed(1)} s` : "does not move"].join(", ");
}

/** 83500 → “1:23.5”. */
export function timeWords(ms) {
  const tenths = Math.round(ms / 100);
  const seconds = (tenths % 600) / 10;
  const told = Number.isInteger(seconds) ? String(seconds) : seconds.toFixed(1);
  return `${Math.floor(tenths / 600)}:${told.padStart(seconds < 10 ? told.length + 1 : 0, "0")}`;
}

/**
 * “1:23.5”, “83.5” or “1:02:03” → ms; null for an empty text; NaN for what is no time.
 * @returns {number | null}
 */
export function timeOf(text) {
  const plain = text.trim().replace(",", ".");
  if (plain === "") return null;
  if (!/^(?:\d{1,2}:)?(?:\d{1,3}:)?\d{1,5}(?:\.\d{1,3})?$/u.test(plain)) return Number.NaN;
  const seconds = plain.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round(seconds * 1_000);
}

const WHY = {
  "the format is not known; say whose it is": "this is none of the files that are read here.",
  empty: "there is nothing in it.",
  "damaged gzip": "the gzip file is damaged.",
  "nothing is in that stretch of time": "nothing was recorded in that time.",
  "no event with a place is in that stretch of time": "nothing happened in that time.",
  "there is no such play in these files": "There is no such play in these files any more.",
};

/**
 * What is wrong, with the file and its line. @param {{code: string, status: number, message:
 * string, detail: any}} error
 */
export function refusalWords({ code, status, detail, message }) {
  if (status === 413) return "These files are larger than the server takes. Cut them.";
  if (code === "limit_reached" && detail?.max)
    return `This is more than a board holds: at most ${detail.max.toLocaleString("en")}.`;
  if (!detail?.why) return message;
  const { file, line, path, why } = detail;
  const said = WHY[why] ?? `${why.replace(/\.$/u, "")}.`;
  const at = line ? `line ${line}` : path && file ? path : null;
  const place = [file, at].filter(Boolean).join(", ");
  return place ? `${place}: ${said}` : said[0].toUpperCase() + said.slice(1);
}
