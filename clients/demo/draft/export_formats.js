/** The files that a draft's results can be had as. Pure. */
/** What there is to have: format, words, the end of the file's name. */
export const FORMATS = [
  ["csv", "CSV", "csv"],
  ["json", "JSON", "json"],
  ["sleeper", "Sleeper's shape", "sleeper.json"],
  ["print", "Print sheet", "html"],
];

/** A file's name out of a draft's. @param {string} name @param {string} end */
export function fileName(name, end) {
  const plain = name.replaceAll(/[^\p{L}\p{N} _-]/gu, "").trim().replaceAll(/\s+/gu, "-");
  return `${plain || "draft"}.${end}`;
}
