/** What somebody wants of files of recorded play, and what the server is asked for that. Pure. */
import { timeOf } from "./words.js";

export const FILES_MAX = 12;
/** Characters of a request: what the server takes, less what is around the files. */
export const SENT_MAX = 4_150_000;

/**
 * @typedef {{play: string | null, passage: string, period: number, from: string, to: string,
 *   phases: boolean, name: string}} Wanted
 */

/** @returns {Wanted} */
export const nothingWanted = () => ({
  play: null,
  passage: "first",
  period: 1,
  from: "",
  to: "",
  phases: true,
  name: "",
});

/** What is wrong with the times, in words; null: nothing. @param {Wanted} wanted */
export function timesProblem({ from, to }) {
  const [begin, end] = [timeOf(from), timeOf(to)];
  if (Number.isNaN(begin) || Number.isNaN(end))
    return "Write times as minutes and seconds, like 1:23.5.";
  if (begin !== null && end !== null && end <= begin) return "It ends before it begins.";
  return null;
}

/**
 * The body of a request. @param {{name: string, content: string}[]} files @param {any} held as
 * answered before; null: not yet @param {Wanted} wanted
 */
export function requestOf(files, held, wanted) {
  const body = { files, play: wanted.play };
  if (held?.form === "track") return { ...body, from_ms: timeOf(wanted.from), to_ms: timeOf(wanted.to) };
  if (held?.form === "line_up") return body;
  const phases = wanted.phases;
  if (wanted.passage === "line_up") return { ...body, line_up: true };
  if (wanted.passage === "own") {
    const [from_ms, to_ms] = [timeOf(wanted.from) ?? 0, timeOf(wanted.to)];
    return { ...body, phases, period: Number(wanted.period), from_ms, to_ms };
  }
  const passage = held?.passages[Number(wanted.passage)];
  if (!passage) return { ...body, phases };
  const { period, from_ms, to_ms } = passage;
  return { ...body, phases, period, from_ms, to_ms };
}

/** What changes where one thing was chosen: another play begins anew. @param {Wanted} wanted */
export function wantedAfter(wanted, part) {
  if ("play" in part && part.play !== wanted.play)
    return { ...nothingWanted(), phases: wanted.phases, ...part };
  return { ...wanted, ...part };
}
