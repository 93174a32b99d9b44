/**
 * What buttons and keys do with marks and with several things at once: small entries only; what
 * needs thought is fetched with the panels (marks/arrange.js, marks/copying.js).
 */

/**
 * @param {{room: any, ui: any, change: any, controller: any, drawing: any, announcer: any, submit:
 *   any, stageOf: any}} parts
 * @param {import("../fetched.js").Fetched<typeof import("../panels.js")>} panels
 */
export function markActs(parts, panels) {
  const { room, ui, change, controller, drawing, announcer } = parts;
  /** Acts that come with the panels; said when they are not there yet. */
  const doing = (name) => (...given) => {
    if (panels.value) return panels.value.acts[name](parts, ...given);
    announcer.say("One moment, this is still loading");
    panels.get();
    return undefined;
  };
  return {
    align: doing("align"),
    spread: doing("spread"),
    order: doing("order"),
    group: doing("group"),
    duplicate: doing("duplicate"),
    copy: doing("copy"),
    paste: doing("paste"),
    swap: doing("swap"),
    pickPhoto: doing("pickPhoto"),
    lockLayer: doing("lockLayer"),
    showLayer: doing("showLayer"),
    wear: doing("wear"),
    addBench: doing("addBench"),
    setSnap: (snap) => change({ snap }),
    chainBack: () => drawing.chain.back(),
    /** Enter on a thing while the link tool is in hand joins it; twice ends the link. */
    joinByKeys: (id) => {
      const at = ui.tool === "link" && id ? controller.placeOf(id) : undefined;
      if (!at) return false;
      drawing.chain.press(at, 1);
      return true;
    },
    /** The browser's own copying, cutting and pasting, wherever nothing is being typed. */
    listen: (target) => {
      for (const type of ["copy", "cut", "paste"])
        target.addEventListener(type, (event) => {
          const typing = event.target.closest?.("input, textarea, select, dialog");
          if (!typing && room.ready && !ui.past) doing("clipboard")(event);
        });
    },
  };
}
