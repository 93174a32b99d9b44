/**
 * Players out of a file: CSV, JSON (rows as `pool.add` takes them, or objects), Sleeper's players. The
 * same columns as the server's reader takes (SPEC DR69), shown before anything is sent. Pure.
 *
 * @typedef {[id: string, name: string, positions: string[], ...rest: any[]]} Row
 */

const PLAYERS_MAX = 6_000;
const ROWS_AT_ONCE = 500;
const BYTES_AT_ONCE = 48_000;
const IDS = ["id", "player_id", "gsis_id", "sleeper_id", "espn_id", "yahoo_id", "nflcom_id", "pool_id"];
export const FIELDS = ["id", "name", "positions", "team", "rank", "adp", "value", "bye", "status", "tier", "points"];
const COLUMNS = {
  name: ["name", "full_name", "player_name", "player"],
  positions: ["positions", "fantasy_positions", "position", "pos"],
  team: ["team", "team_abbr", "nfl_team", "team_as_recorded"],
  rank: ["rank", "overall_rank", "search_rank", "ecr_rank", "ecr_rank_ppr", "ecr"],
  adp: ["adp", "adp_ppr", "adp_half", "adp_std"],
  value: ["value", "auction_value", "price"],
  bye: ["bye", "bye_week"],
  status: ["injury_status", "status"],
  tier: ["tier"],
  points: ["points", "projection", "proj_points", "proj_points_fp"],
};
const POSITIONS = { DST: "DEF", "D/ST": "DEF", D: "DEF", PK: "K" };
const STATUSES = { QUESTIONABLE: "Q", DOUBTFUL: "D", INACTIVE: "NA", SUSPENDED: "SUS", ACTIVE: "", HEALTHY: "" };
/** What a preview shows of a file of which nothing could be read. */
export const NOTHING_READ = { players: [], columns: {}, headings: [], odd: [] };
const UNRANKED = 100_000;
const NAME_MAX = 64;

/** Lines of a CSV, quoted cells and all; `,`, `;` or tabs. @returns {string[][]} */
export function csvLines(text) {
  const first = text.slice(0, text.search(/\r?\n|$/u));
  const comma = ["\t", ";", ","].find((one) => first.includes(one)) ?? ",";
  const lines = [];
  let [cell, line, quoted] = ["", [], false];
  const endCell = () => {
    line.push(cell);
    cell = "";
  };
  const endLine = () => {
    endCell();
    if (line.some((one) => one !== "")) lines.push(line);
    line = [];
  };
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') cell += text[(at += 1)];
      else quoted = false;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === comma) endCell();
    else if (letter === "\n") endLine();
    else if (letter !== "\r") cell += letter;
  }
  endLine();
  return lines;
}

/** Every line as an object, with where it stands; null: cells are missing. @returns {[where: string, row: any][]} */
function rowsOf(text) {
  if (/^\s*[[{]/u.test(text)) {
    const tree = JSON.parse(text);
    if (!Array.isArray(tree))
      return Object.entries(tree)
        .filter(([, row]) => row && typeof row === "object")
        .map(([id, row]) => [id, { player_id: id, ...row }]);
    return tree
      .filter((row) => row && typeof row === "object")
      .map((row, at) => [
        `row ${at + 1}`,
        Array.isArray(row) ? Object.fromEntries(row.map((value, i) => [FIELDS[i], OURS[FIELDS[i]]?.(value) ?? value])) : row,
      ]);
  }
  const [head = [], ...lines] = csvLines(text);
  const names = head.map((name) => name.trim().toLowerCase());
  return lines.map((line, at) => [
    `line ${at + 2}`,
    line.length < names.length ? null : Object.fromEntries(names.map((name, i) => [name, line[i].trim()])),
  ]);
}

/** Of our own rows ADP and points are in tenths already. */
const OURS = { adp: (value) => (value === null ? null : value / 10), points: (value) => (value === null ? null : value / 10) };

const isThere = (value) => value !== null && value !== undefined && value !== "" && value.length !== 0;
const number = (value) => (isThere(value) && Number.isFinite(Number(value)) ? Number(value) : null);
const whole = (value) => (Number.isInteger(number(value)) ? number(value) : null);
/** What the room takes (SPEC DR1). */
const BOUNDS = { adp: [0, 1_000_000], value: [0, 100_000], bye: [0, 60], tier: [0, 100], points: [-100_000, 1_000_000] };
const isOutside = (value, least, most) => value !== null && (value < least || value > most);

/** Columns in which any line has something. @returns {string[]} */
const headingsOf = (rows) => [
  ...new Set(rows.flatMap(([, row]) => Object.keys(row ?? {}).filter((name) => isThere(row[name])))),
];

/** Which column is read for what: the chosen one, else the first that any line has something in. */
function columnsOf(rows, chosen) {
  const used = new Set(rows.flatMap(([, row]) => Object.keys(row ?? {}).filter((name) => isThere(row[name]))));
  const columns = { id: IDS.find((one) => used.has(one)) };
  for (const [field, names] of Object.entries(COLUMNS)) columns[field] = names.find((one) => used.has(one));
  if (!columns.name && used.has("last_name")) columns.name = "last_name";
  Object.assign(columns, chosen);
  return Object.fromEntries(Object.entries(columns).filter(([, column]) => column));
}

function positionsOf(cell) {
  const text = String(cell ?? "").toUpperCase().trim();
  const parts = Array.isArray(cell) ? cell.map(String) : text in POSITIONS ? [text] : text.split(/[/,;\s]+/u);
  const names = parts.filter((one) => one.trim()).map((one) => POSITIONS[one.toUpperCase()] ?? one.toUpperCase());
  return [...new Set(names)].slice(0, 6);
}

/** A line's player, or what is wrong with it. @returns {Row | string} */
function playerOf(row, columns, place) {
  if (row === null) return "cells are missing";
  const cell = (field) => row[columns[field] ?? ""];
  const idColumn = [columns.id, ...IDS].find((one) => isThere(row[one]));
  if (!idColumn) return "no id";
  const id = `${idColumn === columns.id ? "" : `${idColumn}:`}${String(row[idColumn]).replaceAll(/[^A-Za-z0-9._:-]/gu, "_")}`;
  const both = `${row.first_name ?? ""} ${row.last_name ?? ""}`;
  const name = String((columns.name === "last_name" ? null : cell("name")) || both).replaceAll(/\p{C}/gu, "").trim().normalize("NFC");
  const positions = positionsOf(cell("positions"));
  if (!name || name.length > NAME_MAX) return "no name";
  if (positions.length === 0) return "no position";
  if (positions.some((one) => !/^[A-Z0-9/+-]{1,8}$/u.test(one))) return `no position: ${positions.join("/")}`;
  const rank = columns.rank ? number(cell("rank")) : place;
  const tenths = (field) => (number(cell(field)) === null ? null : Math.round(number(cell(field)) * 10));
  const status = String(cell("status") ?? "").toUpperCase().trim();
  const value = number(cell("value"));
  const numbers = { adp: tenths("adp"), value: value === null ? null : Math.round(value), bye: whole(cell("bye")), tier: whole(cell("tier")), points: tenths("points") };
  const outside = Object.keys(numbers).find((field) => isOutside(numbers[field], ...BOUNDS[field]));
  if (outside) return `the ${outside} is out of range`;
  return [
    ...[id.slice(0, 40), name, positions, String(cell("team") ?? "").slice(0, 24)],
    ...[rank !== null && rank > 0 && rank < UNRANKED ? Math.floor(rank + 0.5) : 0, numbers.adp, numbers.value],
    ...[numbers.bye, (STATUSES[status] ?? status).slice(0, 8), numbers.tier, numbers.points],
  ];
}

/**
 * @param {string} text of a file
 * @param {Record<string, string>} [chosen] field to the column that shall be read for it; empty: none
 * @returns {{players: Row[], columns: Record<string, string>, headings: string[], odd: string[], problem: string | null}}
 *   `odd`: lines that were passed over, and why; `problem`: why there is nothing at all
 */
export function readPool(text, chosen = {}) {
  const none = (problem, columns = {}, headings = []) => ({ players: [], columns, headings, odd: [], problem });
  let rows;
  try {
    rows = rowsOf(text);
  } catch {
    return none("This looks like JSON, but is not whole.");
  }
  const headings = headingsOf(rows);
  const columns = columnsOf(rows, chosen);
  const missing = ["id", "name", "positions"].filter((field) => !columns[field]);
  if (missing.length) return none(`No column was found for: ${missing.join(", ")}.`, columns, headings);
  const [players, names, odd] = [new Map(), new Set(), []];
  for (const [index, [where, row]] of rows.entries()) {
    const player = playerOf(row, columns, index + 1);
    if (typeof player === "string") odd.push(`${where}: ${player}`);
    else if (players.has(player[0])) odd.push(`${where}: the id ${player[0]} was there already`);
    else if (players.size === PLAYERS_MAX) odd.push(`${where}: more than ${PLAYERS_MAX.toLocaleString("en")} players`);
    else {
      if (names.has(player[1])) odd.push(`${where}: a second ${player[1]}; both are kept, apart by id`);
      names.add(player[1]);
      players.set(player[0], player);
    }
  }
  return { players: [...players.values()], columns, headings, odd, problem: players.size ? null : "No line is a player." };
}

/** In parts that one message can carry. @param {Row[]} players @returns {Row[][]} */
export function inParts(players) {
  const parts = [];
  let bytes = Infinity;
  for (const player of players) {
    const weight = new TextEncoder().encode(JSON.stringify(player)).length + 1;
    if (bytes + weight > BYTES_AT_ONCE || parts.at(-1).length === ROWS_AT_ONCE) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1).push(player);
    bytes += weight;
  }
  return parts;
}
