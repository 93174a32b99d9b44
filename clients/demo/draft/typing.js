/**
 * Words that may have been meant by what was typed: one letter wrong, missing, too many, or two
 * changed over; two such in a long word; the first letter is right. As server/drafts/search.py has
 * it (SPEC DR78). Pure.
 */

/** Letters that a word has at least, for one of them to be wrong; and for two. */
const MISTYPED_FROM = 4;
const MISTYPED_TWICE_FROM = 8;

/** @typedef {Map<string, [string, number][]>} Vocabulary by first letter: word, and its letters as bits */

/** @param {string[]} words @returns {Vocabulary} */
export function vocabulary(words) {
  const known = new Map();
  for (const word of new Set(words)) {
    if (!known.has(word[0])) known.set(word[0], []);
    known.get(word[0]).push([word, letters(word)]);
  }
  return known;
}

/** Which letters a word has, a bit each: what it has not, was mistyped. @param {string} word */
function letters(word) {
  let mask = 0;
  for (let at = 0; at < word.length; at += 1) mask |= 1 << (word.charCodeAt(at) & 31);
  return mask;
}

/** @param {number} bits */
function count(bits) {
  let left = bits;
  let found = 0;
  for (; left; found += 1) left &= left - 1;
  return found;
}

/** @param {Vocabulary} known @param {string} typed @returns {Set<string>} */
export function likeWords(known, typed) {
  const most = Number(typed.length >= MISTYPED_FROM) + Number(typed.length >= MISTYPED_TWICE_FROM);
  const mask = letters(typed);
  const like = new Set();
  for (const [word, has] of known.get(typed[0]) ?? [])
    if (count(mask & ~has) <= most && begins(word, 0, typed, 0, most)) like.add(word);
  return like;
}

/**
 * Whether the word from `w` on begins with what was typed from `t` on, but for `most` errors. What is
 * equal is passed over first: of the fewest errors none is there.
 */
function begins(word, w, typed, t, most) {
  let [at, of] = [w, t];
  while (of < typed.length && word.charCodeAt(at) === typed.charCodeAt(of)) {
    at += 1;
    of += 1;
  }
  if (of === typed.length) return true;
  if (most === 0) return false;
  if (begins(word, at, typed, of + 1, most - 1)) return true; // one too many
  if (at === word.length) return false;
  if (begins(word, at + 1, typed, of + 1, most - 1)) return true; // a wrong one
  if (begins(word, at + 1, typed, of, most - 1)) return true; // one is missing
  const swapped = word.charCodeAt(at) === typed.charCodeAt(of + 1) && word.charCodeAt(at + 1) === typed.charCodeAt(of);
  return swapped && begins(word, at + 2, typed, of + 2, most - 1);
}
