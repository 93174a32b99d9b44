/** Who is meant in a line of chat, what is only an emote, and what one may be about to type. Pure. */

/** Answers of one press. */
export const EMOTES = ["👍", "👏", "😂", "😮", "🔥", "🤔"];
const SUGGESTED = 5;

/** Whether a line is one to three pictures and nothing else: shown large. @param {string} text */
export const isEmote = (text) => /^(?:\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}\u200D\uFE0F]*\s*){1,3}$/u.test(text);

/** Longer names first, so that "@Ann Lee" is not "@Ann". */
const byLength = (names) => [...new Set(Object.values(names))].filter(Boolean).sort((a, b) => b.length - a.length);

/**
 * A line in parts; `name` where somebody is meant by "@name".
 * @param {string} text @param {Record<string, string>} names of accounts
 * @returns {{text: string, name: string | null}[]}
 */
export function partsOf(text, names) {
  const known = byLength(names);
  const parts = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const begins = text[at] === "@" && (at === 0 || /[\s(,;:]/u.test(text[at - 1]));
    const rest = begins ? text.slice(at + 1) : "";
    const name = begins
      ? known.find((one) => rest.toLowerCase().startsWith(one.toLowerCase()) && !/^[\p{L}\p{N}]/u.test(rest.slice(one.length)))
      : undefined;
    if (name === undefined) {
      plain += text[at];
      at += 1;
    } else {
      if (plain) parts.push({ text: plain, name: null });
      plain = "";
      parts.push({ text: text.slice(at, at + 1 + name.length), name });
      at += 1 + name.length;
    }
  }
  return plain ? [...parts, { text: plain, name: null }] : parts;
}

/** Whether an account is meant; those of one name all are. */
export const isMeant = (text, names, account) =>
  names[account] !== undefined && partsOf(text, names).some(({ name }) => name === names[account]);

/** Names that go on as what stands after the last "@"; none where nobody is being named. @returns {string[]} */
export function suggestions(text, names, me) {
  const found = /(?:^|[\s(,;:])@([^@]{0,40})$/u.exec(text);
  if (!found) return [];
  const begun = found[1].toLowerCase();
  const others = byLength(Object.fromEntries(Object.entries(names).filter(([account]) => account !== me)));
  return others.filter((name) => name.toLowerCase().startsWith(begun) && name.toLowerCase() !== begun).sort().slice(0, SUGGESTED);
}

/** With the name in place of what was begun. */
export const completed = (text, name) => `${text.slice(0, text.lastIndexOf("@"))}@${name} `;
