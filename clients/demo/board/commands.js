/** Commands of a board, as values. Pure but for `newId`, which draws an object's id. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** `prefix` and so many random characters of base64url. Works without secure-context APIs. */
export function newId(prefix = "o_", length = 12) {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return prefix + Array.from(bytes, (byte) => ALPHABET[byte & 63]).join("");
}

export const CHANGES_MAX = 200;

export const add = (objects) => ({ type: "objects.add", objects });
export const setProps = (changes) => ({ type: "objects.set", changes });
export const put = (objects) => ({ type: "objects.put", objects });
export const remove = (ids) => ({ type: "objects.delete", ids });
export const lock = (ids, on) => ({ type: "objects.lock", ids, on });
export const lockBoard = (on) => ({ type: "board.lock", on });
export const configure = (settings) => ({ type: "board.configure", ...settings });
export const restore = (version, ids) => ({
  type: "history.restore",
  version,
  ...(ids ? { ids } : {}),
});
export const nameVersion = (version, name) => ({ type: "version.name", version, name });
export const playFor = (playback) => ({ type: "playback.set", ...playback });
export const stopPlayback = () => ({ type: "playback.stop" });
export const undo = (of) => (of === undefined ? { type: "undo" } : { type: "undo", of });
export const redo = () => ({ type: "redo" });

/** The same new values for several objects. */
export function setAll(ids, set) {
  return setProps(ids.map((id) => ({ id, set })));
}

/** Where things may be: the pitch and a fifth of it around. */
export function clampTo(settings) {
  const reach = (length) => Math.floor(length / 2) + Math.floor(length / 5);
  const [xMax, yMax] = [reach(settings.length_mm), reach(settings.width_mm)];
  return ([x, y]) => [
    Math.max(-xMax, Math.min(xMax, Math.round(x))),
    Math.max(-yMax, Math.min(yMax, Math.round(y))),
  ];
}
