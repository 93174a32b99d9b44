/**
 * What the panels' buttons and the keys of several things do: commands, and words for those who do
 * not see the pitch. Each takes the parts of the page first.
 */
import { deviceStorage } from "../../parts/device_storage.js";
import { add, newId, put as puts, setAll, setProps } from "../commands.js";
import { brought, idsForPhases, phasesIn } from "../phases/brought.js";
import { mayTouch } from "../rights.js";
import { thingName } from "../words.js";
import { aligned, distributed, ordered, swapped } from "./arrange.js";
import { benchOf } from "./benches.js";
import { copiesOf, documentOf, freshIds, objectsIn } from "./copying.js";
import { groupsOf } from "./groups.js";
import { askForPicture, scaledPhoto } from "./photo.js";

const COPIED = "touchline.copied";
const ASIDE_MM = 1_500;
const SIDES_UPRIGHT = { left: "top", centre: "middle", right: "bottom", top: "right", middle: "centre", bottom: "left" };

/** Ids of what is selected, in the order of selection. */
const chosen = ({ ui, room }) => [...ui.selection].filter((id) => room.state.objects[id]);
const upright = ({ stageOf }) => stageOf()?.camera?.upright ?? false;
const things = (count) => (count === 1 ? "1 thing" : `${count} things`);

/** One command, unless something in it may not be touched: that is said beside it. */
function send({ room, controller, submit, announcer }, changes, words) {
  if (changes.length === 0) return void announcer.say("It is so already");
  const fixed = changes.find(({ id }) => !mayTouch(controller.who(), room.state.objects[id]));
  if (fixed)
    return void controller.refuse({
      anchor: fixed.id,
      text: controller.whyFixed(room.state.objects[fixed.id]),
      action: null,
    });
  if (changes.every(({ set }) => set.at)) {
    if (!controller.standsStill()) return undefined;
    controller.putAt(changes.map(({ id, set }) => [id, set.at]));
  } else if (!submit(setProps(changes))) return undefined;
  return void announcer.say(words);
}

/** `side` as the person sees it; an upright pitch lies on its side. */
export function align(parts, side) {
  const wanted = upright(parts) ? SIDES_UPRIGHT[side] : side;
  const ids = chosen(parts);
  send(parts, aligned(parts.controller.standing(), ids, wanted), `Aligned ${things(ids.length)}`);
}

/** @param {"across" | "down"} way as the person sees it */
export function spread(parts, way) {
  const axis = (way === "across") === !upright(parts) ? 0 : 1;
  const ids = chosen(parts);
  send(parts, distributed(parts.controller.standing(), ids, axis), `Spread ${things(ids.length)}`);
}

export function order(parts, where) {
  const ids = chosen(parts);
  if (ids.length === 0) return;
  const words = { front: "to the front", back: "to the back", forward: "forward", backward: "backward" };
  send(parts, ordered(parts.room.state.objects, ids, where), `Brought ${words[where]}`);
}

export function swap(parts) {
  send(parts, swapped(parts.controller.standing(), chosen(parts)), "Swapped places");
}

export function group(parts, on) {
  const ids = chosen(parts);
  if (ids.length < (on ? 2 : 1)) return;
  const set = { group: on ? newId("g_") : null };
  const changes = ids
    .filter((id) => on || parts.room.state.objects[id].props.group)
    .map((id) => ({ id, set }));
  send(parts, changes, on ? `Grouped ${things(ids.length)}` : "Ungrouped");
}

// --- copies ---

/** What is selected, as it stands now. */
function copied({ room, ui, controller }) {
  const objects = controller.standing();
  const ids = groupsOf(objects, [...ui.selection]);
  return documentOf({ objects, settings: room.state.settings, name: room.name, ids });
}

function put(parts, objects, by, text = null) {
  const { room, controller, submit, announcer } = parts;
  const { objects: there, settings } = room.state;
  const ids = freshIds(objects);
  const moving = text === null || !mayAddHere(parts, "phase") ? null : phasesIn(text);
  const phases = moving ? idsForPhases(moving, ids) : undefined;
  const copies = copiesOf({ objects, there, settings, by, ids, phases });
  if (copies.length === 0) return void announcer.say("Nothing of this can be put here");
  const kept = copies.filter(({ sort }) => mayAddHere(parts, sort));
  if (kept.length < copies.length)
    controller.refuse({ anchor: null, text: controller.whyFixed(null), action: null });
  if (kept.length === 0) return undefined;
  if (!submit(add(kept))) return undefined;
  if (phases?.size) {
    const here = new Set(kept.map(({ id }) => id));
    const called = new Map([...ids].filter(([, id]) => here.has(id)));
    const all = brought({ ...moving, ids: phases, things: called, there, settings, by });
    submit(puts(all));
  }
  controller.select(kept.map(({ id }) => id));
  const many = phases?.size ? `, and ${phases.size === 1 ? "a phase" : `${phases.size} phases`} behind the others` : "";
  return void announcer.say(`Put ${things(kept.length)} on the board${many}`);
}

const mayAddHere = ({ controller }, sort) => mayTouch(controller.who(), { sort });

/** Copies beside what is selected. */
export function duplicate(parts) {
  const document = copied(parts);
  if (document) put(parts, document.objects, [ASIDE_MM, ASIDE_MM]);
}

/** Keeps what is selected for pasting, here or on another board on this device. */
export function copy(parts) {
  const document = copied(parts);
  if (!document) return null;
  const text = JSON.stringify(document);
  try {
    deviceStorage.setItem(COPIED, text);
  } catch {
    parts.announcer.say("This is too much for this device to keep");
    return null;
  }
  parts.announcer.say(`Copied ${things(document.objects.length)}`);
  return text;
}

/** What was copied last, or what a text of the clipboard says. */
export function paste(parts, text = deviceStorage.getItem(COPIED)) {
  const objects = text && objectsIn(text);
  if (!objects?.length) return void parts.announcer.say("Nothing to paste");
  const here = objects.some(({ id }) => parts.room.state.objects[id]);
  return put(parts, objects, here ? [ASIDE_MM, ASIDE_MM] : [0, 0], text);
}

/** The browser's copy, cut and paste. */
export function clipboard(parts, event) {
  const { ui, controller } = parts;
  if (event.type === "paste") {
    const text = event.clipboardData.getData("text/plain");
    if (objectsIn(text) === null) return;
    event.preventDefault();
    paste(parts, text);
    return;
  }
  if (ui.selection.size === 0 || !getSelection()?.isCollapsed) return;
  const text = copy(parts);
  if (text === null) return;
  event.clipboardData.setData("text/plain", text);
  event.preventDefault();
  if (event.type === "cut") controller.deleteSelected();
}

// --- players ---

export async function pickPhoto(parts) {
  const { ui, submit, announcer, controller } = parts;
  const ids = chosen(parts);
  const since = parts.room.version;
  const file = await askForPicture();
  if (!file) return;
  try {
    const photo = await scaledPhoto(file);
    submit(setAll(ids, { photo }), { since });
    announcer.say(`Photo of ${thingName(parts.room.state.objects[ids[0]])} set`);
  } catch (error) {
    controller.refuse({ anchor: [...ui.selection][0] ?? null, text: error.message, action: null });
  }
}

/** Every field player of a side wears this. */
export function wear(parts, side, set) {
  const objects = parts.room.state.objects;
  const ids = Object.keys(objects).filter(
    (id) => objects[id].sort === "token" && objects[id].props.side === side,
  );
  const changes = ids
    .filter((id) => !/^(gk|goalkeeper|keeper)$/iu.test(objects[id].props.role ?? "") && !objects[id].props.keeper)
    .map((id) => ({ id, set }));
  send(parts, changes, `${things(changes.length)} changed kit`);
}

export function addBench(parts, side, count) {
  const { room, submit, announcer, controller } = parts;
  const bench = benchOf(room.state.objects, room.state.settings, side, count);
  if (bench.length === 0) return void announcer.say("This bench is full");
  submit(add(bench));
  controller.select(bench.map(({ id }) => id));
  return void announcer.say(`${bench.length} substitutes on the bench`);
}

// --- layers ---

export function lockLayer({ submit }, layer, on) {
  submit({ type: "layer.lock", layer, on });
}

/** On this page only. */
export function showLayer({ ui, change, announcer }, layer, on) {
  const hidden = new Set(ui.hidden);
  if (on) hidden.delete(layer);
  else hidden.add(layer);
  change({ hidden });
  announcer.say(`${layer} ${on ? "shown" : "hidden on this page"}`);
}
