/**
 * Settings that a person types as text, and back: places of a roster, an order cell by cell, minutes of
 * the day. What cannot be read is a `Problem` with words. Pure.
 */
export class Problem extends Error {}

/** @param {number} minutes of the day @returns {string} "07:30" */
export const timeOf = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** @param {string} time "07:30" @returns {number} minutes of the day */
export function minutesOf(time) {
  const found = /^(\d{1,2}):(\d\d)/u.exec(time);
  if (!found || Number(found[1]) > 23 || Number(found[2]) > 59) throw new Problem(`“${time}” is no time of the day.`);
  return Number(found[1]) * 60 + Number(found[2]);
}

/** One line a place: "2 FLEX RB/WR/TE", "6 BN bench". */
export function slotsText(slots) {
  return slots
    .map(({ name, positions = [], count = 1, bench }) =>
      [count, name, positions.length ? positions.join("/") : bench ? "" : "any", bench ? "bench" : ""].filter((one) => one !== "").join(" "),
    )
    .join("\n");
}

/** @param {string} text @returns {any[]} as the settings have them */
export function slotsFrom(text) {
  const slots = linesOf(text).map((line) => {
    const words = line.split(/\s+/u);
    const count = /^\d+$/u.test(words[0]) ? Number(words.shift()) : 1;
    const bench = words.at(-1)?.toLowerCase() === "bench";
    if (bench) words.pop();
    const [name, wanted = bench ? "any" : ""] = words;
    if (!name || !wanted || words.length > 2 || count < 1) throw new Problem(`“${line}” is no place: write it as “2 FLEX RB/WR/TE” or “6 BN bench”.`);
    const positions = wanted.toLowerCase() === "any" ? [] : wanted.toUpperCase().split("/");
    return {
      name: name.slice(0, 12),
      ...(positions.length ? { positions } : {}),
      ...(count > 1 ? { count } : {}),
      ...(bench ? { bench: true } : {}),
    };
  });
  if (slots.length === 0) throw new Problem("A roster has at least one place.");
  return slots;
}

/** One line a round: the numbers of the teams, in the order in which they pick. */
export const matrixText = (rows) => rows.map((row) => row.join(" ")).join("\n");

/** @param {string} text @param {number} teams @returns {number[][]} */
export function matrixFrom(text, teams) {
  return linesOf(text).map((line, index) =>
    line.split(/[\s,;]+/u).map((word) => {
      const seat = Number(word);
      if (!Number.isInteger(seat) || seat < 1 || seat > teams) throw new Problem(`Round ${index + 1}: there is no team “${word}”.`);
      return seat;
    }),
  );
}

const linesOf = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
