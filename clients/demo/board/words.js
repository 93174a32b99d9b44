/** What happened and what was refused, in words. Pure. */
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
  stop: "place in a phase",
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
      return `made a link for ${event.role}s`;
    case "invitation.revoked":
      return "revoked a link";
    case "chat.said":
      return `said “${event.text.length > 60 ? `${event.text.slice(0, 59)}…` : event.text}”`;
    case "objects.added":
      return `added ${count(event.objects, thingName(event.objects[0]), "objects")}`;
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
      return `set the board: conflicts ${event.conflicts === "ask" ? "are asked" : "go to the latest"}`;
    case "conflict.resolved":
      return `decided a conflict: ${[...new Set(event.choices.map((one) => one.choice))].join(", ")}`;
    case "undone":
      return `took back version ${event.of}`;
    case "redone":
      return `did version ${event.of} again`;
    case "history.restored":
      return `went back to version ${event.version}`;
    default:
      return event.type;
  }
}

function setWords(changes, thing) {
  const properties = new Set(changes.flatMap((change) => Object.keys(change.set)));
  const what = count(changes, thing(changes[0].id), "objects");
  if (properties.size === 1 && properties.has("at")) return `moved ${what}`;
  return `changed the ${[...properties].map(propertyName).join(", ")} of ${what}`;
}

/** What a command wanted: "move 10 Ana". */
export function commandWords(command, find = () => undefined) {
  const thing = (id) => thingName(find(id));
  switch (command.type) {
    case "objects.add":
      return `add ${count(command.objects, thingName(command.objects[0]), "objects")}`;
    case "objects.set":
      return setWords(command.changes, thing)
        .replace(/^moved/u, "move")
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
      return `go back to version ${command.version}`;
    case "chat.say":
      return `say “${command.text}”`;
    case "undo":
      return "undo";
    case "redo":
      return "redo";
    default:
      return command.type;
  }
}

/** Why a command was refused, in words, with who and what next. */
export function refusalWords({ code, detail }, names, find = () => undefined) {
  const who = (account) => names[account] ?? "Somebody";
  const thing = () => (detail?.id ? thingName(find(detail.id)) : "this");
  switch (code) {
    case "forbidden":
      return detail?.sort
        ? "Annotators draw lines, zones, links, distances and text only."
        : "Your role may not do this.";
    case "read_only":
      return "The board is read only now.";
    case "locked":
      return detail?.board
        ? `${who(detail.by)} has locked the board.`
        : detail?.layer
          ? layerLockedWords(who(detail.by), detail.layer)
          : `${who(detail?.by)} has locked ${thing()}.`;
    case "deleted":
      return `${who(detail?.by)} deleted ${thing()} before.`;
    case "unknown_object":
      return "It is no longer on the board.";
    case "exists":
      return "It is on the board already.";
    case "conflict":
      return "Somebody changed the same thing first.";
    case "changed_since":
      return changedSince(detail, who, find);
    case "nothing_to_undo":
      return "There is nothing of yours to undo.";
    case "nothing_to_redo":
      return "There is nothing of yours to redo.";
    case "nothing_changes":
      return "It is so already.";
    case "limit_reached":
      return limitWords(detail);
    case "bad_property":
      return propertyWords(detail, who, find);
    case "bad_command":
      return "This page and the server do not understand each other; reload the page.";
    case "session_expired":
      return "This was made too long ago to be sent unseen.";
    case "unknown_version":
      return "This version is no longer kept.";
    case "last_owner":
      return "A board keeps at least one owner.";
    case "unknown_member":
      return "This person is no longer a member.";
    case "unknown_invitation":
      return "This link is void already.";
    default:
      return `The server refused this (${code}).`;
  }
}

function limitWords(detail) {
  const most = Number(detail?.max ?? 0).toLocaleString("en");
  if (detail?.limit === "BOARD_POINTS_MAX")
    return `The marks of this board have ${most} points already, the most there can be. Delete a drawing, or draw a shorter one.`;
  if (detail?.limit === "NAMES_MAX") return `There are ${most} named versions already; unname one.`;
  return `The board holds ${most} objects already, the most there can be. Delete some, or go on with another board.`;
}

/** Why one value cannot be, and what to do. */
function propertyWords(detail, who, find) {
  const what = propertyName(detail?.property);
  switch (detail?.why) {
    case "outside":
      return "That is too far outside the pitch.";
    case "reference":
      return detail.by
        ? `${who(detail.by)} has deleted ${thingName(find(detail.to))}, which this needs. Bring it back first, from the timeline.`
        : "What this belongs to is not on the board any more.";
    case "repeated":
      return "A link joins each thing once only.";
    case "fixed":
      return `The ${what} of this cannot be changed; delete it and make another.`;
    case "required":
      return `This cannot be without a ${what}.`;
    case "sort":
      return `${thingName(find(detail.id)).replace(/^./u, (first) => first.toUpperCase())} has no ${what}.`;
    default:
      return `This ${what} is not possible.`;
  }
}

function changedSince(detail, who, find) {
  const change = detail?.changes?.[0];
  if (!change) return "Somebody has changed this since.";
  const what = thingName(find(change.id));
  if (change.property === null)
    return `${who(change.by)} has since deleted or brought back ${what}; undoing would take that away.`;
  return `${who(change.by)} has since changed the ${propertyName(change.property)} of ${what}; undoing would take that away.`;
}
