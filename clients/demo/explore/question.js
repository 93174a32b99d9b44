/**
 * A question as the page holds it, as the address has it, and as it is sent. Pure.
 *
 * @typedef {{where: Record<string, (string | number)[]>, ranges: Record<string, [number | null, number | null]>,
 *   twoMinute: boolean, by: string[], order: string, ascending: boolean, minimum: number, limit: number,
 *   show: string, sort: string, sortAscending: boolean, measure: string, across: string, up: string}} Question
 */

/** Conditions of which each is one of a few: name to its values. */
export const CHOICES = {
  downs: [1, 2, 3, 4],
  distances: ["short", "medium", "long"],
  zones: ["backed_up", "own", "opponent", "red", "goal_to_go"],
  quarters: [1, 2, 3, 4, 5],
  states: ["leading", "tied", "trailing", "one_score"],
  kinds: ["run", "pass", "sack", "punt", "kickoff", "field_goal", "extra_point", "two_point", "penalty", "other"],
  results: [
    ...["touchdown", "first_down", "big", "complete", "interception", "fumble_lost", "fumble", "sack", "downs", "penalty"],
    ...["points", "field_goal_good", "field_goal_missed", "blocked", "safety", "no_huddle"],
  ],
  roles: ["passer", "rusher", "receiver", "kicker", "returner", "defender"],
};
/** Conditions whose values are what there is. */
export const OPEN = ["seasons", "weeks", "offences", "defences", "teams", "players", "formations", "personnel", "feeds"];
/** Measures of which a range is asked; number of the page to number of the server. */
export const MEASURES = { yards: 1, to_go: 1, field: 1, score: 1, clock: 1, drive: 1, epa: 1000 };
export const GROUPS = ["offence", "defence", "player", "formation", "personnel", "kind", "down", "quarter", "week", "season", "game"];
export const SHOWS = ["groups", "spread", "scatter", "plays"];
export const ORDERS = ["plays", "yards", "success", "epa", "touchdowns", "turnovers", "first_downs", "keys"];
export const SORTS = ["newest", "yards", "epa", "to_go", "field", "clock", "score"];
export const AXES = ["success", "yards", "epa", "plays", "touchdowns", "turnovers", "first_downs"];

const NUMBERS = new Set(["seasons", "weeks", "downs", "quarters"]);
const IN_ORDER = new Set(["down", "quarter", "week", "season"]);
const WORDS_MAX = 64;
const VALUES_MAX = 50;
const GROUPS_MAX = 500;
const FAR = 1_000_000;
const PAGE = 50;
/** Overtime, however many there are. */
const OVERTIME = [5, 6, 7, 8];
const PATTERNS = { teams: /^[A-Z]{2,3}$/u, offences: /^[A-Z]{2,3}$/u, defences: /^[A-Z]{2,3}$/u, feeds: /^r_[A-Za-z0-9_-]{22}$/u };

/** @returns {Question} */
export function emptyQuestion() {
  return {
    ...{ where: {}, ranges: {}, twoMinute: false, by: [], order: "plays", ascending: false, minimum: 1, limit: 20 },
    ...{ show: "plays", sort: "newest", sortAscending: false, measure: "yards", across: "success", up: "yards" },
  };
}

/** How many things are asked of a play. @param {Question} question */
export function conditionCount({ where, ranges, twoMinute }) {
  const lists = Object.values(where).reduce((sum, values) => sum + values.length, 0);
  return lists + Object.keys(ranges).length + (twoMinute ? 1 : 0);
}

/** @param {Question} question @param {string} name @param {(string | number)[]} values */
export function withValues(question, name, values) {
  const where = { ...question.where, [name]: values };
  if (values.length === 0) delete where[name];
  return tidied({ ...question, where });
}

/** A part in a play is somebody's: without players there is none. */
function tidied(question) {
  if (question.where.players || question.by.includes("player")) return question;
  const { roles: _, ...where } = question.where;
  return { ...question, where };
}

/** With the value, or without it where it was there. */
export function toggled(question, name, value) {
  const there = question.where[name] ?? [];
  return withValues(question, name, there.includes(value) ? there.filter((one) => one !== value) : [...there, value]);
}

/** @param {[number | null, number | null]} range */
export function withRange(question, measure, range) {
  const ranges = { ...question.ranges, [measure]: range };
  if (range[0] === null && range[1] === null) delete ranges[measure];
  return { ...question, ranges };
}

/** What is added up, by up to two; in the order of time where there is one. */
export function withGroups(question, by) {
  const groups = by.filter((one, n) => one && by.indexOf(one) === n).slice(0, 2);
  const order = IN_ORDER.has(groups[0]) ? "keys" : question.order === "keys" ? "plays" : question.order;
  const show = groups.length === 0 ? "plays" : question.by.length === 0 ? "groups" : question.show;
  return tidied({ ...question, by: groups, order, show: shownOf(show, groups) });
}

const shownOf = (show, by) => (by.length === 0 && (show === "groups" || show === "scatter") ? "plays" : show);

// --- as it is sent

/** @param {Question} question @param {string[]} [by] */
export function whereOf({ where, ranges, twoMinute }, by = []) {
  const asked = /** @type {Record<string, any>} */ ({ ...where });
  // Whose parts are meant is known where players are named, or sums are theirs.
  if (!where.players && !by.includes("player")) delete asked.roles;
  if (where.quarters?.includes(5)) asked.quarters = [...where.quarters.filter((one) => one !== 5), ...OVERTIME];
  if (twoMinute) asked.two_minute = true;
  const names = Object.keys(ranges);
  if (names.length)
    asked.ranges = Object.fromEntries(
      names.map((name) => [name, ranges[name].map((end) => (end === null ? null : Math.round(end * MEASURES[name])))]),
    );
  return asked;
}

export const totalRequest = (question) => ({ where: whereOf(question), total: true });

/** The sums that a chart and its table show. */
export function groupsRequest(question) {
  const { by, order, ascending, minimum, limit } = question;
  const inOrder = order === "keys";
  return {
    ...{ where: whereOf(question, by), by, order: inOrder ? "plays" : order, descending: inOrder || !ascending },
    ...{ minimum, limit: inOrder ? GROUPS_MAX : limit },
  };
}

/** What is asked beside the sum of all, for what is shown. */
export function mainRequest(question) {
  if (question.show === "plays") return playsRequest(question);
  return question.show === "spread" ? spreadRequest(question) : groupsRequest(question);
}

/**
 * The question that an answer is drawn by: the one that it answers, until another is answered; of
 * another that asks the same, how it wants it shown. @param {Question | null} answered
 */
export function drawnBy(answered, question) {
  if (answered === null) return question;
  const same = answered.show === question.show && JSON.stringify(mainRequest(answered)) === JSON.stringify(mainRequest(question));
  return same ? question : answered;
}

export const spreadRequest = (question) => ({ where: whereOf(question), by: [question.measure], limit: GROUPS_MAX });

/** @param {string | null} cursor */
export function playsRequest(question, cursor = null) {
  const asked = { where: whereOf(question), order: question.sort, descending: !question.sortAscending, limit: PAGE };
  return cursor === null ? asked : { ...asked, cursor };
}

// --- as the address has it

/** @param {Question} question @returns {string} what follows the `#` */
export function addressOf(question) {
  const none = emptyQuestion();
  const said = Object.entries(question.where).map(([name, values]) => [name, values.map(encodeURIComponent).join(",")]);
  for (const [name, [low, high]] of Object.entries(question.ranges)) said.push([name, `${low ?? ""}..${high ?? ""}`]);
  if (question.twoMinute) said.push(["two_minute", "1"]);
  if (question.by.length) said.push(["by", question.by.join(",")]);
  for (const name of ["order", "minimum", "limit", "show", "sort", "measure", "across", "up"])
    if (question[name] !== none[name]) said.push([name, String(question[name])]);
  if (question.ascending) said.push(["ascending", "1"]);
  if (question.sortAscending) said.push(["sort_ascending", "1"]);
  return said.map(([name, value]) => `${name}=${value}`).join("&");
}

/** The question of an address; what cannot be one is left out. @param {string} hash */
export function questionOf(hash) {
  const question = emptyQuestion();
  const said = new Map(
    hash.replace(/^#/u, "").split("&").map((part) => /** @type {[string, string]} */ ([part.split("=", 1)[0], part.slice(part.indexOf("=") + 1)])),
  );
  for (const name of [...Object.keys(CHOICES), ...OPEN]) {
    const values = valuesOf(name, said.get(name));
    if (values.length) question.where[name] = values;
  }
  for (const name of Object.keys(MEASURES)) {
    const ends = /^(-?\d*\.?\d*)\.\.(-?\d*\.?\d*)$/u.exec(said.get(name) ?? "");
    const range = ends && [numberOf(ends[1]), numberOf(ends[2])];
    if (range && (range[0] !== null || range[1] !== null)) question.ranges[name] = range;
  }
  question.twoMinute = said.get("two_minute") === "1";
  question.by = (said.get("by") ?? "").split(",").filter((one, n, all) => GROUPS.includes(one) && all.indexOf(one) === n).slice(0, 2);
  question.ascending = said.get("ascending") === "1";
  question.sortAscending = said.get("sort_ascending") === "1";
  const among = { order: ORDERS, show: SHOWS, sort: SORTS, measure: ["yards", "field"], across: AXES, up: AXES };
  for (const [name, values] of Object.entries(among)) if (values.includes(said.get(name))) question[name] = said.get(name);
  question.minimum = countOf(said.get("minimum"), FAR) ?? question.minimum;
  question.limit = countOf(said.get("limit"), GROUPS_MAX) ?? question.limit;
  question.show = shownOf(question.show, question.by);
  return tidied(question);
}

function valuesOf(name, said) {
  if (!said) return [];
  const values = said.split(",").map(decoded).filter((one) => one !== null && one !== "" && one.length <= WORDS_MAX);
  const typed = NUMBERS.has(name) ? values.filter((one) => /^\d{1,4}$/u.test(one)).map(Number) : values;
  const known = CHOICES[name] ? typed.filter((one) => CHOICES[name].includes(one)) : typed.filter((one) => PATTERNS[name]?.test(String(one)) ?? true);
  return [...new Set(known)].slice(0, name === "feeds" ? 20 : VALUES_MAX);
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A number that somebody wrote; null: none. @param {string} text */
export function numberOf(text) {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) && Math.abs(number) < FAR / 1000 ? number : null;
}

/** A count from 1 to `most`; null: none. */
export function countOf(text, most) {
  const number = Number(text);
  return Number.isInteger(number) && number >= 1 && number <= most ? number : null;
}
