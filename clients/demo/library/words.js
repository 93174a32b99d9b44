/** Words of libraries: kinds of items, who can see what, what somebody did, why something is refused. Pure. */

export const SORTS = [
  ["formation", "Formation"],
  ["board", "Board"],
  ["set_piece", "Set piece"],
  ["drill", "Drill"],
];
const SORT_NAMES = Object.fromEntries(SORTS);
export const sortName = (sort) => SORT_NAMES[sort] ?? sort;

export const ORDERS = [
  ["name", "Name"],
  ["updated", "Latest change"],
  ["views", "Most looked at"],
  ["opens", "Most opened as a board"],
];

export const REACH = {
  "built-in": "comes with Touchline",
  private: "private",
  team: "your team’s",
  public: "public",
};

/** What a role means in a library. */
export const LIBRARY_ROLES = {
  owner: "everything, also people and links",
  editor: "everything in the library",
  annotator: "looks on",
  viewer: "looks on",
};

/** When, as briefly as it can be said. */
export function when(ms) {
  if (!ms) return "";
  const date = new Date(ms);
  const today = date.toDateString() === new Date().toDateString();
  return today
    ? date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    : date.toLocaleDateString([], { day: "numeric", month: "short" });
}

const PROPERTY = {
  name: "name",
  tags: "tags",
  folder: "folder",
  sport: "sport",
  players: "number of players",
  notes: "notes",
  content: "picture",
  archived: "place in the archive",
};
export const propertyName = (name) => PROPERTY[name] ?? name;

const listed = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** What one's own command wanted, in words. @param {(id: string) => string} nameOf of an item */
export function commandWords(command, nameOf) {
  const what = `“${command.props?.name ?? nameOf(command.id)}”`;
  switch (command.type) {
    case "item.add":
      return `add ${what}`;
    case "item.set":
      return `change the ${listed(Object.keys(command.set).map(propertyName))} of ${what}`;
    case "item.delete":
      return `delete ${what}`;
    case "item.restore":
      return `bring ${what} back`;
    case "folder.rename":
      return command.to === null
        ? `take everything out of the folder “${command.folder}”`
        : `rename the folder “${command.folder}” to “${command.to}”`;
    case "room.rename":
      return `rename the library to “${command.name}”`;
    default:
      return "change the library";
  }
}

/** What an event did to an item, in words, as after a name. */
export function eventWords(event) {
  switch (event.type) {
    case "item.added":
      return `made it as “${event.props.name}”`;
    case "item.set":
      return setWords(event.set);
    case "item.deleted":
      return "deleted it";
    case "item.restored":
      return `made it as it was at ${event.version}`;
    case "folder.renamed":
      return "moved it with its folder";
    default:
      return "changed it";
  }
}

function setWords(set) {
  const names = Object.keys(set);
  if (names.length > 1) return `changed its ${listed(names.map(propertyName))}`;
  const [name] = names;
  const value = set[name];
  switch (name) {
    case "name":
      return `named it “${value}”`;
    case "folder":
      return value === null ? "took it out of its folder" : `put it into “${value}”`;
    case "tags":
      return value?.length ? `tagged it ${listed(value)}` : "took its tags away";
    case "archived":
      return value ? "archived it" : "took it out of the archive";
    default:
      return `changed its ${propertyName(name)}`;
  }
}

/** Why the server refused a command, with who and what next. @param {Record<string, string>} names */
export function refusalWords({ code, detail }, names, nameOf) {
  const who = (account) => names[account] ?? "Somebody";
  switch (code) {
    case "forbidden":
      return "You look on here: owners and editors change things. Copy it into a library of yours.";
    case "read_only":
      return "An owner has made this library read only.";
    case "deleted":
      return `${who(detail?.by)} deleted it before. Bring it back first, under “Deleted”.`;
    case "unknown_object":
      return "It is no longer in the library.";
    case "exists":
      return "It is there already.";
    case "conflict":
      return conflictWords(detail?.conflicts?.[0], who, nameOf);
    case "nothing_changes":
      return "It is so already.";
    case "unknown_version":
      return "This version is no longer kept.";
    case "limit_reached":
      return detail?.limit === "ITEMS_MAX"
        ? `The library holds ${detail.max} items, the most there can be. Delete some, or use another library.`
        : "The library is full. Delete some items, or use another library.";
    case "bad_property":
      return propertyWords(detail);
    case "session_expired":
    case "too_old":
      return "This was made too long ago to be sent unseen.";
    case "last_owner":
      return "A library keeps at least one owner.";
    default:
      return `The server refused this (${code}).`;
  }
}

function conflictWords(one, who, nameOf) {
  if (!one) return "Somebody changed the same thing first.";
  const theirs =
    one.property === "content" || one.theirs === null || typeof one.theirs === "object"
      ? ""
      : ` to “${one.theirs}”`;
  return `${who(one.by)} has changed the ${propertyName(one.property)} of “${nameOf(one.id)}”${theirs} meanwhile. Try again to have yours, or discard yours.`;
}

function propertyWords(detail) {
  const what = propertyName(detail?.property);
  switch (detail?.why) {
    case "required":
      return `It needs a ${what}.`;
    case "text":
      return `This ${what} holds something that is no text.`;
    case "deep":
      return `Folders go ${detail.max} deep, not more.`;
    case "content":
      return `What it holds is not right: ${detail.fault} (${detail.path}).`;
    default:
      return `This ${what} is not possible.`;
  }
}
