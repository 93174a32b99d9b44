/** What things are called, what happened and what was wanted, in words. Pure. */
import { PITCHES } from "/js/kinds/pitches.js";
import { itemName } from "./marks/items.js";

const PROPERTY = {
  at: "place",
  number: "number",
  name: "name",
  role: "role",
  side: "team",
  fill: "colour",
  ink: "ink",
  trim: "trim",
  facing: "facing",
  scale: "size",
  points: "shape",
  size: "size",
  shape: "form",
  turn: "turn",
  stroke: "style",
  width: "width",
  curve: "curve",
  head: "head",
  opacity: "strength",
  text: "text",
  layer: "order",
  group: "group",
  captain: "captain's band",
  keeper: "goalkeeper",
  photo: "photo",
  item: "kind",
  ends: "ends",
  measure: "length shown",
  "*": "everything",
};
const SORT = {
  token: "player",
  ball: "ball",
  line: "line",
  arrow: "arrow",
  zone: "zone",
  text: "text",
  link: "link",
  measure: "distance",
  comment: "comment",
  phase: "phase",
  stop: "move",
};
const LAYER = { players: "players", equipment: "equipment", marks: "marks", phases: "phases" };

export const layerName = (layer) => LAYER[layer] ?? layer;
export const layerLockedWords = (name, layer) =>
  `${name} has locked all ${layerName(layer)}. Ask them, or an owner, to unlock them under Layers.`;

export const propertyName = (property) => PROPERTY[property] ?? property;

/** "10 Ana", "the ball", "a zone". */
export function thingName(record) {
  if (!record) return "something";
  const { sort, props } = record;
  if (sort === "token") {
    const parts = [props.number, props.name ?? props.role].filter(
      (part) => part !== null && part !== undefined && part !== "",
    );
    return parts.length ? parts.join(" ") : "a player";
  }
  if (sort === "ball") return "the ball";
  if (sort === "equipment") return `a ${itemName(props.item)}`;
  if (sort === "text")
    return `“${props.text.length > 24 ? `${props.text.slice(0, 23)}…` : props.text}”`;
  if (sort === "comment")
    return `the comment “${props.text.length > 24 ? `${props.text.slice(0, 23)}…` : props.text}”`;
  return `${/^[aeiou]/u.test(SORT[sort]) ? "an" : "a"} ${SORT[sort]}`;
}

/**
 * What an object is, for a screen reader: "10 Ana, home, goalkeeper, 12 m right of halfway, 3 m
 * below the middle".
 */
export function thingLabel(record, place) {
  const { sort, props } = record;
  const more = sort === "token" ? [props.side ?? "neutral", props.name ? props.role : null] : [];
  return [thingName(record), ...more, place, record.locked ? "locked" : null]
    .filter(Boolean)
    .join(", ");
}

const count = (list, one, many) => (list.length === 1 ? one : `${list.length} ${many}`);

/**
 * One event, as the timeline says it after the author's name. @param {(id: string) => any} find an
 * object's record, if it is known
 */
export function eventWords(event, names, find = () => undefined) {
  const who = (account) => names[account] ?? "somebody";
  const thing = (id) => thingName(find(id));
  switch (event.type) {
    case "room.opened":
      return "made the board";
    case "room.renamed":
      return `named the board “${event.name}”`;
    case "room.read_only_set":
      return event.on ? "made the board read only" : "opened the board for changes";
    case "member.joined":
      return `came in as ${event.role}${event.team ? ", by the team" : ""}`;
    case "member.renamed":
      return `is now called ${event.name}`;
    case "member.role_set":
      return event.team ? `is ${event.role} now, by the team` : `made ${who(event.member)} ${event.role}`;
    case "member.removed":
      return `removed ${who(event.member)}`;
    case "member.left_team":
      return event.role ? `left the team, and is ${event.role} here` : "left with the team";
    case "invitation.created":
      return event.role === "watch" ? "made a link that plays" : `made a link for ${event.role}s`;
    case "invitation.revoked":
      return "revoked a link";
    case "chat.said":
      return `said “${event.text.length > 60 ? `${event.text.slice(0, 59)}…` : event.text}”`;
    case "objects.added":
      return `added ${count(event.objects, thingName(event.objects[0]), "objects")}`;
    case "objects.put":
      return putWords(event, find);
    case "playback.set":
      return event.playing ? "played the phases for all" : "held the phases for all";
    case "playback.stopped":
      return "stopped playing for all";
    case "objects.set":
      return setWords(event.changes, thing);
    case "objects.deleted":
      return `deleted ${count(event.ids, thing(event.ids[0]), "objects")}`;
    case "objects.locked":
      return `${event.on ? "locked" : "unlocked"} ${count(event.ids, thing(event.ids[0]), "objects")}`;
    case "layer.locked":
      return `${event.on ? "locked" : "unlocked"} all ${layerName(event.layer)}`;
    case "board.locked":
      return event.on ? "locked the board" : "unlocked the board";
    case "board.configured":
      return settingsWords(event);
    case "presenting":
      return event.on ? "began to present" : "stopped presenting";
    case "conflict.resolved":
      return `decided a conflict: ${[...new Set(event.choices.map((one) => one.choice))].join(", ")}`;
    case "undone":
      return `took back version ${event.of}`;
    case "redone":
      return `did version ${event.of} again`;
    case "version.named":
      return event.name
        ? `called version ${event.version} “${event.name}”`
        : `took the name of version ${event.version} away`;
    case "history.restored":
      return restoredWords(event, thing);
    default:
      return event.type;
  }
}

/** What the board is set to now: an event says all of it, and not what was otherwise before. */
function settingsWords({ sport, conflicts, part = "full", portrait, stripes = true, zones = "none", units = "auto" }) {
  const said = [
    PITCHES[sport]?.name ?? sport,
    part === "full" ? null : part === "half" ? "half of the pitch" : "a third of the pitch",
    portrait ? "upright" : null,
    stripes ? null : "no stripes",
    zones === "none" ? null : `zones ${zones === "zones18" ? "18" : zones}`,
    units === "auto" ? null : `lengths in ${units}`,
    `conflicts ${conflicts === "ask" ? "are asked" : "go to the latest"}`,
  ];
  return `set the board: ${said.filter(Boolean).join(", ")}`;
}

/** All of a board, or some of it: what was otherwise then is what went back. */
function restoredWords({ version, deleted = [], objects = [], changes = [] }, thing) {
  const ids = [...deleted, ...[...objects, ...changes].map(({ id }) => id)];
  if (ids.length === 0) return `went back to version ${version}`;
  return `went back to version ${version} with ${count(ids, thing(ids[0]), "objects")}`;
}

function putWords({ objects = [], changes = [] }, find) {
  const all = [...objects, ...changes.map(({ id }) => ({ id, ...find(id) }))];
  if (all.length > 0 && all.every(({ sort, stop }) => stop || sort === "stop")) {
    const [{ stop, props }] = all;
    return `moved ${count(all, thingName(stop ? all[0] : find(props?.of)), "things")} in a phase`;
  }
  return `put ${count(all, thingName(all[0]), "things")}`;
}

function setWords(changes, thing) {
  const properties = new Set(changes.flatMap((change) => Object.keys(change.set)));
  const what = count(changes, thing(changes[0].id), "objects");
  if (properties.size === 1 && properties.has("done"))
    return `${changes[0].set.done ? "settled" : "opened"} ${what}`;
  if (properties.size === 1 && properties.has("at")) return `moved ${what}`;
  return `changed the ${[...properties].map(propertyName).join(", ")} of ${what}`;
}

/** What a command wanted: "move 10 Ana". */
export function commandWords(command, find = () => undefined) {
  const thing = (id) => thingName(find(id));
  switch (command.type) {
    case "objects.add":
      return `add ${count(command.objects, thingName(command.objects[0]), "objects")}`;
    case "objects.put":
      return putWords(command, find).replace(/^moved/u, "move");
    case "objects.set":
      return setWords(command.changes, thing)
        .replace(/^moved/u, "move")
        .replace(/^settled/u, "settle")
        .replace(/^opened/u, "open")
        .replace(/^changed/u, "change");
    case "objects.delete":
      return `delete ${count(command.ids, thing(command.ids[0]), "objects")}`;
    case "objects.lock":
      return `${command.on ? "lock" : "unlock"} ${count(command.ids, thing(command.ids[0]), "objects")}`;
    case "layer.lock":
      return `${command.on ? "lock" : "unlock"} all ${layerName(command.layer)}`;
    case "board.lock":
      return command.on ? "lock the board" : "unlock the board";
    case "board.configure":
      return "change the board's settings";
    case "conflict.resolve":
      return "decide a conflict";
    case "history.restore":
      return command.ids
        ? `bring ${count(command.ids, thing(command.ids[0]), "objects")} back`
        : `go back to version ${command.version}`;
    case "version.name":
      return `name version ${command.version}`;
    case "chat.say":
      return `say “${command.text}”`;
    case "undo":
      return "undo";
    case "redo":
      return "redo";
    case "present":
      return command.on ? "present" : "stop presenting";
    default:
      return command.type;
  }
}
