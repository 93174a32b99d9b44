/** What a meet's rows mean for its page: times and marks in words, and read from what somebody types. Pure. */

/** "11.52", "3:41.02", "2:05:31"; ms that are official. */
export function timeWords(ms, { timing = "photo", metres = 0 } = {}) {
  const digits = timing === "road" ? 0 : timing === "hand" || metres > 10_000 ? 1 : 2;
  const seconds = ms / 1_000;
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = (seconds % 60).toFixed(digits);
  if (hours) return `${hours}:${String(minutes).padStart(2, "0")}:${rest.padStart(digits ? digits + 3 : 2, "0")}`;
  return minutes ? `${minutes}:${rest.padStart(digits ? digits + 3 : 2, "0")}` : rest;
}

/** "7.45", m. */
export const markWords = (mm) => (Math.floor(mm / 10) / 100).toFixed(2);

/** "+1.2", "0.0" */
export function windWords(tenths) {
  if (tenths === null || tenths === undefined) return "";
  return `${tenths > 0 ? "+" : tenths < 0 ? "−" : ""}${(Math.abs(tenths) / 10).toFixed(1)}`;
}

export const valueWords = (value, event) =>
  value === null || value === undefined ? "" : event.sort === "combined" ? `${value}` : event.sort === "track" ? timeWords(value, event) : markWords(value);

/** ms of "11.523", "3:41.02", "1:02:03"; null: it is no time. */
export function timeRead(text) {
  const parts = /^(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,4})(?:[.,](\d{1,3}))?$/u.exec(text.trim());
  if (!parts) return null;
  const [, hours = 0, minutes = 0, seconds, rest = ""] = parts;
  if ((parts[2] && Number(seconds) > 59) || (parts[1] && Number(minutes) > 59)) return null;
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(rest.padEnd(3, "0"));
  return ms > 0 && ms <= 86_400_000 ? ms : null;
}

/** mm of "7.45" m; null: it is no mark. */
export function markRead(text) {
  const parts = /^(\d{1,3})(?:[.,](\d{1,3}))?$/u.exec(text.trim());
  if (!parts) return null;
  const mm = Number(parts[1]) * 1_000 + Number((parts[2] ?? "").padEnd(3, "0"));
  return mm > 0 && mm <= 200_000 ? mm : null;
}

/** Tenths of m/s of "+1.2", "-0.4"; undefined: it is no wind. Rounded up. */
export function windRead(text) {
  const said = text.trim().replace("−", "-").replace(",", ".");
  if (said === "") return null;
  if (!/^[+-]?\d{1,2}(\.\d{1,2})?$/u.test(said)) return undefined;
  return Math.ceil(Math.round(Number(said) * 100) / 10);
}

/** An attempt of "7.45", "7.45 +1.2", "x", "-"; undefined: it is none. */
export function attemptRead(text, hasWind) {
  const said = text.trim().toLowerCase();
  if (said === "x") return {};
  if (said === "-" || said === "–" || said === "p") return { passed: true };
  const [mark, wind, more] = said.split(/\s+/u);
  const mm = markRead(mark);
  if (mm === null || more !== undefined || (wind !== undefined && !hasWind)) return undefined;
  const measured = wind === undefined ? null : windRead(wind);
  if (measured === undefined) return undefined;
  return measured === null ? { mark: mm } : { mark: mm, wind: measured };
}

export function attemptWords({ mark, passed, wind }) {
  if (passed) return "–";
  if (!mark) return "x";
  return wind === null || wind === undefined ? markWords(mark) : `${markWords(mark)} ${windWords(wind)}`;
}

const TRIES = /^(x{0,2}o|x{1,3}|x{0,2}-|x{0,2}r)$/u;
/** What was done at a height; undefined: that cannot be. */
export function triesRead(text) {
  const said = text.trim().toLowerCase().replaceAll("–", "-");
  return TRIES.test(said) ? said : undefined;
}

export const athleteOf = ({ athletes }, id) => athletes.find((one) => one.id === id) ?? { id, name: id };
export const eventOf = ({ events }, id) => events.find((one) => one.id === id) ?? null;
/** Who is registered, for an event or for a combined one that it is part of. */
export function entriesOf({ entries, events = [] }, event) {
  const own = entries.filter((one) => one.event === event);
  const there = new Set(own.map(({ athlete }) => athlete));
  const around = new Set(events.filter(({ parts = [] }) => parts.some((part) => part.event === event)).map(({ id }) => id));
  return [...own, ...entries.filter((one) => around.has(one.event) && !there.has(one.athlete)).map(({ athlete }) => ({ event, athlete }))];
}
export const startListOf = ({ start_lists: lists }, event) => lists.find((one) => one.event === event) ?? null;
export const raceOf = ({ races }, event, heat) => races.find((one) => one.event === event && one.heat === heat) ?? null;
export const heldOf = ({ results }, event, athlete) =>
  results.find(({ result }) => result.event === event && result.athlete === athlete) ?? null;

const PHASES = { registration: "Registration open", closed: "Entries closed", started: "Under way", official: "Official" };
export const phaseWords = ({ phase = "registration" }) => PHASES[phase];

/** By time of day, then as they came. */
export const scheduleOf = ({ events }) => events.toSorted((a, b) => (a.starts || "99").localeCompare(b.starts || "99"));

/** Heats of what is registered, the best seeds in the last one, `size` together. */
export function drawn({ entries, events }, event, size) {
  const field = entriesOf({ entries, events }, event.id).toSorted((a, b) => {
    const [one, other] = [a.seed ?? Infinity, b.seed ?? Infinity];
    return event.sort === "track" ? other - one : one - other;
  });
  const count = Math.max(1, Math.ceil(field.length / size));
  const each = Math.ceil(field.length / count);
  return Array.from({ length: count }, (_, i) => ({
    number: i + 1,
    lanes: field.slice(i * each, (i + 1) * each).map(({ athlete }, n) => ({ lane: n + 1, athlete })),
  })).filter(({ lanes }) => lanes.length);
}

/** The account's own athletes: of a coach those of the club, of an athlete the one. */
export function ownAthletes({ officials, athletes }, office, account) {
  if (office === "chief_registrar" || office === "registrar") return athletes;
  const own = officials.find((one) => one.account === account);
  if (office === "coach") return athletes.filter(({ club }) => club && club === own?.club);
  return office === "athlete" ? athletes.filter(({ id }) => id === own?.athlete) : [];
}

const triesWords = (trials = []) => trials.map(({ height, tries }) => `${markWords(height)} ${tries}`).join(" · ");

/** Where a relay was disqualified. */
export const changeoverWords = ({ changeover }) => (changeover ? `changeover ${changeover}–${changeover + 1}` : "");

/** Rounds of a jump-off, "2.01 x, 1.99 o"; undefined: it is none. */
export function jumpOffRead(text) {
  const rounds = text.split(/[,;·]/u).map((one) => one.trim()).filter(Boolean);
  const read = rounds.map((one) => {
    const [mark, tries, more] = one.toLowerCase().split(/\s+/u);
    return { height: markRead(mark), tries, more };
  });
  if (read.some(({ height, tries, more }) => height === null || !["o", "x", "r"].includes(tries) || more)) return undefined;
  return read.map(({ height, tries }) => ({ height, tries }));
}

/** Times at the ends of laps or legs, "1:05.2 2:11.0"; undefined: they are none, or do not rise. */
export function splitsRead(text) {
  const read = text.trim().split(/\s+/u).filter(Boolean).map(timeRead);
  return read.some((one, i) => one === null || one <= (read[i - 1] ?? 0)) ? undefined : read;
}

/** A result in words: "11.52", "7.45 (6 attempts)", "DNS". */
export function resultWords(result, event, ranked = null) {
  if (!result) return "nothing";
  if (result.status) return [result.status, result.rule, changeoverWords(result)].filter(Boolean).join(" ");
  if (event.sort === "track") return result.time ? timeWords(Math.ceil(result.time / 10) * 10, event) : "nothing";
  if (event.sort === "distance") return (result.attempts ?? []).map(attemptWords).join(" · ") || "nothing";
  const last = [triesWords(result.trials), result.jump_off?.length ? `jump-off ${triesWords(result.jump_off)}` : ""].filter(Boolean).join(" · ");
  return last || (ranked?.value ? markWords(ranked.value) : "nothing");
}
