/**
 * Boards, drafts and games opened on this device, newest first; so that a guest finds them again
 * without the server.
 */

const KEY = "touchline.recent";
const KEPT = 12;

/** @returns {{id: string, name: string, at: number, kind?: string}[]} `kind` not there: a board */
export function recentRooms() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

export function recentBoards() {
  return recentRooms().filter(({ kind = "board" }) => kind === "board");
}

/** @param {{id: string, name: string, kind?: string}} room */
export function rememberRoom(room) {
  const others = recentRooms().filter(({ id }) => id !== room.id);
  localStorage.setItem(
    KEY,
    JSON.stringify([{ ...room, at: Date.now() }, ...others].slice(0, KEPT)),
  );
}

export function rememberBoard(id, name) {
  rememberRoom({ id, name });
}
