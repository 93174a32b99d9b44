/** Keys of the board. Typing in a field is left alone; everything a pointer can do has a key. */

const STEP_MM = 500;
const TOOLS = {
  ...{ v: "select", t: "token", b: "ball", e: "equipment", l: "line", a: "arrow" },
  ...{ j: "link", m: "measure", z: "zone", x: "text", k: "laser" },
};

/** Over and under the others; with Shift all the way. */
const ORDER = { PageUp: ["forward", "front"], PageDown: ["backward", "back"] };

/** Arrow key to a step on the pitch, as the person sees it. */
export function stepOf(key, upright, far) {
  const step = STEP_MM * (far ? 10 : 1);
  const screen = {
    ArrowLeft: [-step, 0],
    ArrowRight: [step, 0],
    ArrowUp: [0, -step],
    ArrowDown: [0, step],
  }[key];
  if (!screen) return null;
  return upright ? [-screen[1], screen[0]] : screen;
}

/**
 * @param {KeyboardEvent} event @param {{controller: any, act: any, ui: () => any, upright: () =>
 * boolean}} board
 */
export function onKey(event, { controller, act, ui, upright }) {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const typing = event.target.closest?.("input, textarea, select");
  const inField = typing && !["checkbox", "radio"].includes(typing.type);
  if (event.key === "Escape") return void act.escape({ onPitch: !inField && isOnPitch(event.target) });
  if (inField) return;
  const withKey = event.ctrlKey || event.metaKey;
  const handled = ui().past
    ? inThePast(event, withKey, { controller, act })
    : withKey
      ? withControl(event, controller, act)
      : plain(event, { controller, act, ui, upright });
  if (handled) event.preventDefault();
}

/** What has the focus where nothing else has it, or the pitch and what is said on it. */
function isOnPitch(target) {
  return target === document.body || Boolean(target.closest?.(".stage"));
}

/** What would change the board that is not to be seen is not done, and it is said why. */
function inThePast(event, withKey, { controller, act }) {
  const key = event.key.toLowerCase();
  if (key === (withKey ? "0" : "f")) return (act.fit(), true);
  if (!withKey && key === "h") return (act.drawer("history"), true);
  const changes = withKey
    ? "zygd".includes(key)
    : ["delete", "backspace", "c", "p", "[", "]"].includes(key) || Object.hasOwn(TOOLS, key);
  if (changes) controller.tell("This is the past. Escape leads back to now.");
  return changes;
}

function withControl(event, controller, act) {
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) return (controller.undo(), true);
  if ((key === "z" && event.shiftKey) || key === "y") return (controller.redo(), true);
  if (key === "a") return (act.selectAll(), true);
  if (key === "0") return (act.fit(), true);
  if (key === "g") return (act.group(!event.shiftKey), true);
  if (key === "d") return (act.duplicate(), true);
  return false;
}

function plain(event, { controller, act, ui, upright }) {
  const onButton = event.target.closest?.("button, a, [role=switch]");
  const step = stepOf(event.key, upright(), event.shiftKey);
  if (step && event.target.closest?.(".scroll, .toolbar, select")) return false;
  if (step)
    return act.pen()
      ? act.movePen(step)
      : ui().selection.size > 0 && (controller.nudge(...step), true);
  if (event.key === "Backspace" && act.chainBack()) return true;
  if (event.key === "Delete" || event.key === "Backspace")
    return (act.deleteSelected(), true);
  if (event.key === "Enter" || event.key === " ") return !onButton && enter(event, controller, act);
  const way = ORDER[event.key]?.[event.shiftKey ? 1 : 0];
  if (way && ui().selection.size > 0 && !event.target.closest?.(".scroll"))
    return (act.order(way), true);
  if (event.altKey || onButton?.matches("[role=switch]")) return false;
  const tool = TOOLS[event.key.toLowerCase()];
  if (tool) return (act.choose(tool), true);
  if (event.key === "p") return (act.playPause(), true);
  if (event.key === "[" || event.key === "]")
    return (act.nextPhase(event.key === "]" ? 1 : -1), true);
  if (event.key.toLowerCase() === "c") return (act.comment?.(), true);
  if (event.key === "f") return (act.fit(), true);
  if (event.key === "h") return (act.drawer("history"), true);
  if (event.key === "?") return (act.help(), true);
  return false;
}

/** Enter on the pitch draws with the keyboard's pen, on a thing opens it; space selects. */
function enter(event, controller, act) {
  const id = event.target.closest?.("[data-id]")?.dataset.id;
  if (act.joinByKeys(id)) return true;
  if (act.pen()) return (act.penDown(), true);
  if (!id) return false;
  if (event.key === " ") controller.press(id, { more: true });
  else controller.edit(id);
  controller.presence.letGo();
  return true;
}
