/** What a screen reader hears of what others do with comments. Pure. */
import { thingName } from "../words.js";
import { rootOf } from "./threads.js";

/**
 * @param {any[]} events of one entry @param {string} name of who did it @param {Record<string, any>}
 *   objects after it
 * @returns {string} empty: nothing of that sort
 */
export function heardWords(events, name, objects) {
  const told = [];
  for (const event of events ?? []) {
    for (const { sort, props } of event.objects ?? []) {
      if (sort !== "comment") continue;
      const answer = props.pin && objects[props.pin]?.sort === "comment";
      const about = props.pin && !answer && objects[props.pin];
      const where = about ? ` on ${thingName(about)}` : "";
      told.push(`${name} ${answer ? "replied" : `commented${where}`}: ${props.text}`);
    }
    for (const { id, set } of event.changes ?? []) {
      if (objects[id]?.sort !== "comment" || typeof set.done !== "boolean") continue;
      const { text } = objects[rootOf(objects, id)].props;
      told.push(`${name} ${set.done ? "settled" : "opened again"}: ${text}`);
    }
  }
  return told.join(". ");
}
