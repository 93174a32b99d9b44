/** What happened and what was refused, in words. Pure. */

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
  layer: "layer",
  "*": "everything",
};
const SORT = {
  token: "player",
  ball: "ball",
  line: "line",
  arrow: "arrow",
  zone: "zone",
  text: "text",
  equipment: "piece of equipment",
  link: "link",
  measure: "measure",
  comment: "comment",
  phase: "phase",
  stop: "move",
};

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
      return `made a link for ${event.role}s`;
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
    case "objects.put":
      return event.objects?.length
        ? `added ${count(event.objects, thingName(event.objects[0]), "objects")}`
        : setWords(event.changes, thing);
    case "objects.deleted":
      return `deleted ${count(event.ids, thing(event.ids[0]), "objects")}`;
    case "objects.locked":
      return `${event.on ? "locked" : "unlocked"} ${count(event.ids, thing(event.ids[0]), "objects")}`;
    case "board.locked":
      return event.on ? "locked the board" : "unlocked the board";
    case "board.configured":
      return `set the board: conflicts ${event.conflicts === "ask" ? "are asked" : "go to the latest"}`;
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
      return `went back to version ${event.version}`;
    default:
      return event.type;
  }
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

/** Why a command was refused, in words, with who and what next. */
export function refusalWords({ code, detail }, names, find = () => undefined) {
  const who = (account) => names[account] ?? "Somebody";
  const thing = () => (detail?.id ? thingName(find(detail.id)) : "this");
  switch (code) {
    case "forbidden":
      return detail?.sort
        ? "Annotators draw lines, zones and text only."
        : "Your role may not do this.";
    case "read_only":
      return "The board is read only now.";
    case "locked":
      return detail?.board
        ? `${who(detail.by)} has locked the board.`
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
      if (detail?.limit === "NAMES_MAX")
        return `At most ${detail.max} versions can have names; take one away first.`;
      return `The board is full (${detail?.max ?? ""} ${detail?.limit === "BOARD_POINTS_MAX" ? "points" : "objects"} at most).`;
    case "bad_property":
      if (detail?.why === "reference")
        return detail.by
          ? `${who(detail.by)} deleted what it belongs to.`
          : "What it belongs to is no longer on the board.";
      return detail?.why === "outside"
        ? "That is too far outside the pitch."
        : `This ${propertyName(detail?.property)} is not possible.`;
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

function changedSince(detail, who, find) {
  const change = detail?.changes?.[0];
  if (!change) return "Somebody has changed this since.";
  const what = thingName(find(change.id));
  if (change.property === null)
    return `${who(change.by)} has since deleted or brought back ${what}; undoing would take that away.`;
  return `${who(change.by)} has since changed the ${propertyName(change.property)} of ${what}; undoing would take that away.`;
}
