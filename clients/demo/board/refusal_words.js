/** Why something was refused, in words. Pure. */
import { layerLockedWords, propertyName, thingName } from "./words.js";

/** Why a command did not even leave the page; null: that is no such error. @param {Error} error */
export function unsentWords({ name }) {
  if (name === "OutboxFull")
    return "5,000 changes wait already; go on when some have been sent.";
  if (name === "TooLarge")
    return "This is too large to be sent: one change holds at most 64 kB. Take less at once.";
  return null;
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
      return "This was made too long ago, or before the server went back to an earlier copy, to be sent unseen.";
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
  if (detail?.limit === "PHOTOS_CHARACTERS_MAX")
    return "The photos of this board weigh as much as they may. Take one away, or choose a smaller one.";
  if (detail?.limit === "NAMES_MAX")
    return `At most ${most} versions can have names; take one away first.`;
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
