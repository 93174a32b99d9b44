/**
 * The database was put back to an earlier copy: what a page had shown may be gone, and nothing
 * vanishes without a word (SPEC CL28).
 */

export const PUT_BACK =
  "The server went back to an earlier copy. What was done since is gone; what you had not sent is kept.";

/**
 * @param {{on: (name: any, heard: (event: any) => void) => unknown}} room
 * @param {{toast: (text: string, action: null, how: {stays: boolean}) => void}} announcer
 */
export function sayPutBack(room, announcer) {
  room.on("reset", ({ newGeneration }) => {
    if (newGeneration) announcer.toast(PUT_BACK, null, { stays: true });
  });
}
