/**
 * The whole picture of a board as a pure function: pitch, objects, what others point at, ghosts of
 * conflicts, what is being drawn.
 *
 * @typedef {object} Scene
 * @property {any} settings
 * @property {Record<string, any>} objects as the room says, one's own pending commands included
 * @property {import("./projection.js").Camera} camera
 * @property {(id: string, record: any) => [number, number]} place where it is at this instant
 * @property {Set<string>} selection
 * @property {Set<string>} pending @property {Set<string>} refused
 * @property {Map<string, {name: string, colour: string}>} holders
 * @property {Map<string, string>} selectedByOthers id to colour
 * @property {{key: any, at: [number, number], name: string, colour: string}[]} cursors
 * @property {{key: string, record: any, at: [number, number], words: string, tone: string, choice?:
 *   string, from?: [number, number]}[]} ghosts
 * @property {{sort: string, props: any} | null} draft
 * @property {{from: [number, number], to: [number, number]} | null} box
 * @property {[number, number] | null} pen
 * @property {any} [over] differences of two versions @property {any} [together] pins and lasers
 * @property {{axis: "x" | "y", value: number}[]} guides lines that what is dragged sticks to
 * @property {Set<string>} hidden layers that are not shown
 * @property {boolean} [still] a picture, in which nothing can be pressed
 * @property {boolean} handles whether the one selected mark can be reshaped
 */
import { readableOn } from "../parts/people.js";
import { h, memo } from "../parts/view.js";
import { needsPattern } from "./kits.js";
import { onionView } from "./phases/onion.js";
import { drawingOrder } from "./marks/bounds.js";
import { handlePoints } from "./marks/handles.js";
import { unitsOf } from "./marks/lengths.js";
import { guidesView } from "./marks/guides.js";
import { linkNow } from "./marks/link_shapes.js";
import { pitchView } from "./pitch.js";
import { placeInWords, project } from "./projection.js";
import { LAYER_OF } from "./rights.js";
import { shapeView } from "./shapes.js";
import { tokenRadius } from "./token_size.js";
import { thingLabel } from "./words.js";

/** @param {Scene} scene */
export function sceneView(scene) {
  const { camera, objects, settings } = scene;
  const pattern = needsPattern(objects);
  return [
    h("g", { key: "pitch", transform: camera.upright ? "rotate(-90)" : null }, pitchView(settings, camera.upright)),
    scene.onion
      ? h("g", { key: "onion", "aria-hidden": "true" }, onionView({ ...scene.onion, camera }))
      : null,
    h(
      "g",
      { key: "things" },
      drawingOrder(objects)
        .filter((id) => !scene.hidden.has(LAYER_OF[objects[id].sort]))
        .map((id) => thing(scene, id, pattern)),
    ),
    h("g", { key: "others", "aria-hidden": "true" }, otherSelections(scene)),
    scene.over,
    h(
      "g",
      { key: "ghosts", "aria-hidden": "true" },
      scene.ghosts.map((ghost) => ghostView(ghost, scene)),
    ),
    scene.draft
      ? h("g", { key: "draft", class: "draft", "aria-hidden": "true" }, draftView(scene))
      : null,
    h("g", { key: "handles", "aria-hidden": "true" }, scene.handles ? handles(scene) : null),
    guidesView(scene),
    scene.box ? boxView(scene) : null,
    scene.pen ? penView(scene) : null,
    scene.together?.(scene),
    h(
      "g",
      { key: "cursors", "aria-hidden": "true" },
      scene.cursors.map((cursor) => cursorView(cursor, camera)),
    ),
  ];
}

function thing(scene, id, pattern) {
  const record = scene.objects[id];
  const { camera } = scene;
  const { sport } = scene.settings;
  const joined = record.sort === "link" ? linkNow(record, scene.objects, scene.place) : null;
  if (record.sort === "link" && !joined) return null;
  const at = joined?.at ?? scene.place(id, record);
  const units = unitsOf(scene.settings);
  const [selected, pending, refused] = [
    scene.selection.has(id),
    scene.pending.has(id),
    scene.refused.has(id),
  ];
  const holder = scene.holders.get(id) ?? null;
  const same = [
    record,
    at[0],
    at[1],
    selected,
    pending,
    refused,
    holder?.name,
    holder?.colour,
    pattern,
    sport,
    units,
    camera.unit,
    camera.upright,
    joined && String(joined.points) + String(joined.reach),
  ];
  return memo("g", id, same, () =>
    shapeView(
      {
        id,
        sort: record.sort,
        props: joined ? { ...record.props, ...joined } : record.props,
        at,
        sport,
        units,
        selected,
        pending,
        refused,
        locked: Boolean(record.locked),
        holder,
        pattern,
        label: thingLabel(record, placeInWords(at)),
        focusable: !scene.still,
      },
      camera,
    ),
  );
}

/** A thin ring in their colour around what others have selected. */
function otherSelections({ selectedByOthers, objects, place, camera }) {
  return [...selectedByOthers].flatMap(([id, colour]) => {
    const record = objects[id];
    if (!record || (record.sort !== "token" && record.sort !== "ball")) return [];
    const [x, y] = project(place(id, record), camera).map(Math.round);
    return [
      h("circle", {
        key: id,
        class: "others-selection",
        cx: x,
        cy: y,
        stroke: colour,
        "stroke-width": Math.round(2 * camera.unit),
        r: Math.round(
          tokenRadius(record.props, camera) * (record.sort === "ball" ? 0.7 : 1) + 10 * camera.unit,
        ),
      }),
    ];
  });
}

function ghostView(ghost, { camera, settings }) {
  const [x, y] = project(ghost.at, camera).map(Math.round);
  const size = Math.max(1_100, 12 * camera.unit);
  const from = ghost.from ? project(ghost.from, camera).map(Math.round) : null;
  const below = tokenRadius(ghost.record.props, camera) + size * 1.1;
  return h(
    "g",
    { key: ghost.key, class: `ghosting ${ghost.tone}`, "data-ghost": ghost.choice ?? null },
    from
      ? h("path", {
          class: "ghost-way",
          d: `M${x} ${y}L${from[0]} ${from[1]}`,
          "stroke-width": Math.round(1.6 * camera.unit),
          "stroke-dasharray": `${Math.round(5 * camera.unit)}`,
        })
      : null,
    ghost.tone === "theirs"
      ? null
      : shapeView(
          {
            id: ghost.key,
            sort: ghost.record.sort,
            props: { ...ghost.record.props, name: null },
            at: ghost.at,
            sport: settings.sport,
            label: "",
            selected: false,
            pending: false,
            locked: false,
            refused: false,
            pattern: false,
            ghost: true,
            holder: null,
          },
          camera,
        ),
    h(
      "text",
      {
        class: "ghost-words",
        x,
        y: Math.round(y + below),
        "font-size": Math.round(size),
        "stroke-width": Math.round(size * 0.3),
      },
      ghost.words,
    ),
  );
}

function draftView({ draft, camera, settings }) {
  return shapeView(
    {
      id: "draft",
      sort: draft.sort,
      props: draft.props,
      at: draft.props.at,
      sport: settings.sport,
      units: unitsOf(settings),
      label: "",
      selected: false,
      pending: false,
      locked: false,
      refused: false,
      pattern: false,
      holder: null,
    },
    camera,
  );
}

function handles({ selection, objects, place, camera, wayHandles }) {
  const [id] = selection;
  const record = objects[id];
  if (!record) return null;
  const own = record.sort === "link" ? [] : handlePoints(record, place(id, record), camera);
  return [...own, ...(wayHandles?.(id) ?? [])].map(({ name, at, kind }) => {
    const [x, y] = project(at, camera).map(Math.round);
    return h(
      "g",
      { key: name, class: `handle ${kind ?? ""}`, "data-handle": name, transform: `translate(${x} ${y})` },
      h("circle", { class: "hit-box", r: Math.round(16 * camera.unit) }),
      h("circle", {
        class: "knob",
        r: Math.round((kind === "middle" ? 4 : 6) * camera.unit),
        "stroke-width": Math.round(2 * camera.unit),
      }),
    );
  });
}

function boxView({ box, camera }) {
  const [a, b] = [project(box.from, camera), project(box.to, camera)];
  const shape = {
    x: Math.round(Math.min(a[0], b[0])),
    y: Math.round(Math.min(a[1], b[1])),
    width: Math.round(Math.abs(a[0] - b[0])),
    height: Math.round(Math.abs(a[1] - b[1])),
  };
  return h("rect", {
    key: "box",
    class: "select-box",
    ...shape,
    "stroke-width": Math.round(1.5 * camera.unit),
  });
}

function penView({ pen, camera }) {
  const [x, y] = project(pen, camera).map(Math.round);
  const r = Math.round(12 * camera.unit);
  const d = `M${x - r} ${y}H${x + r}M${x} ${y - r}V${y + r}`;
  return h(
    "g",
    { key: "pen", class: "pen" },
    h("path", { class: "outline-dark", d, "stroke-width": Math.round(5 * camera.unit) }),
    h("path", { class: "outline-light", d, "stroke-width": Math.round(2 * camera.unit) }),
  );
}

function cursorView({ key, at, name, colour }, camera) {
  const [x, y] = project(at, camera).map(Math.round);
  const width = name.length * 6.6 + 12;
  return h(
    "g",
    { key, class: "cursor", transform: `translate(${x} ${y}) scale(${camera.unit.toFixed(3)})` },
    h("path", { d: "M0 0L5 14l3-5 6-1z", fill: colour }),
    name ? h("rect", { x: 10, y: 13, rx: 4, width, height: 18, fill: colour }) : null,
    name
      ? h("text", { x: 10 + width / 2, y: 26, "font-size": 12, fill: readableOn(colour) }, name)
      : null,
  );
}
