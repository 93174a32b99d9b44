/** What people do together is fetched once the board is opened: the pitch does not wait for it. */

/** @param {any} parts of together.js @returns {Promise<any>} null: it did not come */
export async function togetherDoor(parts) {
  try {
    const { Together } = await import("./together.js");
    return new Together(parts);
  } catch {
    parts.announcer.toast("A part of the page did not load: no comments and no pointers yet", {
      label: "Reload",
      run: () => location.reload(),
    });
    return null;
  }
}
