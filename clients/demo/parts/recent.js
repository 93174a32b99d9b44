/**
 * Boards opened on this device, newest first; so that a guest finds them again without the server.
 */

const KEY = "touchline.recent";
const KEPT = 12;

/** @returns {{id: string, name: string, at: number}[]} */
export function recentBoards() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

export function rememberBoard(id, name) {
  const others = recentBoards().filter((board) => board.id !== id);
  localStorage.setItem(
    KEY,
    JSON.stringify([{ id, name, at: Date.now() }, ...others].slice(0, KEPT)),
  );
}

export function forgetBoard(id) {
  localStorage.setItem(KEY, JSON.stringify(recentBoards().filter((board) => board.id !== id)));
}
