/**
 * Comments as threads: what was said about what, the answers below it, and where its pin is. Pure.
 *
 * @typedef {{id: string, by: string, text: string, waits: boolean}} Said
 * @typedef {Said & {done: boolean, about: string | null, at: [number, number], replies: Said[]}}
 *   Thread
 */
import { isPending } from "/js/kinds/board.js";

const PINNED = new Set(["token", "ball", "equipment", "line", "arrow", "zone", "text", "measure"]);

/** Whether a comment can be pinned to it. */
export function canPin(record) {
  return PINNED.has(record?.sort);
}

/** @param {Record<string, any>} objects @returns {Thread[]} in the order in which they began */
export function threadsOf(objects) {
  const comments = Object.entries(objects).filter(([, { sort }]) => sort === "comment");
  const threads = new Map();
  const replies = [];
  for (const [id, record] of comments) {
    const root = rootOf(objects, id);
    if (root !== id) replies.push([root, said(id, record)]);
    else {
      const { done, pin, at } = record.props;
      const about = pin && objects[pin] ? pin : null;
      threads.set(id, { ...said(id, record), done: done === true, about, at, replies: [] });
    }
  }
  for (const [root, reply] of replies) threads.get(root)?.replies.push(reply);
  return [...threads.values()];
}

function said(id, { props, by, v }) {
  return { id, by: by.text, text: props.text ?? "", waits: isPending(v.text) };
}

/** The first comment of the thread that a comment belongs to. */
export function rootOf(objects, id) {
  const seen = new Set();
  let root = id;
  while (!seen.has(root)) {
    seen.add(root);
    const { pin } = objects[root].props;
    if (!pin || objects[pin]?.sort !== "comment") return root;
    root = pin;
  }
  return id;
}

/** Comments of others that came after a version. */
export function newSince(objects, version, me) {
  return Object.values(objects).filter(
    ({ sort, by, v }) =>
      sort === "comment" && by.text !== me && v.text > version && !isPending(v.text),
  ).length;
}

/**
 * Open threads and their places; several on one thing stand side by side.
 * @param {Record<string, any>} objects @param {(id: string, record: any) => [number, number]} place
 * @returns {{thread: Thread, at: [number, number], beside: number}[]}
 */
export function pinsOf(objects, place) {
  const count = new Map();
  return threadsOf(objects)
    .filter(({ done }) => !done)
    .map((thread) => {
      const about = thread.about && objects[thread.about];
      const key = thread.about ?? String(thread.at);
      const beside = count.get(key) ?? 0;
      count.set(key, beside + 1);
      return { thread, at: about ? place(thread.about, about) : thread.at, beside };
    });
}
