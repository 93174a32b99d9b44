/**
 * What became of one's work when somebody else was quicker: values written over (latest wins),
 * conflicts to decide (ask), refused and expired commands. Turns them into callouts with words and
 * acts; the scene draws their ghosts.
 *
 * @typedef {{key: string, entry: any, changes: {id: string, property: string, value: any, by:
 *   string, version: number}[], until: number, gone: boolean}} Lost
 */
import { put, setProps } from "./commands.js";
import { concerned, halfway, openConflicts, resolution, wanted } from "./conflicts.js";
import { isMover } from "./phases/moments.js";
import { refusalWords, unsentWords } from "./refusal_words.js";
import { commandWords, propertyName, thingName } from "./words.js";

export const GHOST_MS = 12_000;
const REMEMBERED = 500;

export class LostWork {
  /** Objects as they were when last seen, to bring back what somebody deleted. */
  #seen = new Map();

  /**
   * @param {{room: any, ui: any, change: (part: any) => void, submit: (command: any, options?: any)
   * => any, announce: any}} parts
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** Remembers what is on the board now, before something takes it away. */
  remember(objects) {
    for (const id in objects) this.#seen.set(id, objects[id]);
    if (this.#seen.size > REMEMBERED + Object.keys(objects).length) {
      for (const id of this.#seen.keys()) {
        if (!(id in objects)) {
          this.#seen.delete(id);
          break;
        }
      }
    }
  }

  #record(id) {
    return this.room.state?.objects[id] ?? this.#seen.get(id);
  }

  /** An object as people know it: a stop (`stop`) is what it moves, where it moves it. */
  find = (id) => {
    const record = this.#record(id);
    if (record?.sort !== "stop") return record;
    const moved = this.#record(record.props.of);
    const props = { ...moved?.props, at: record.props.at };
    return moved && { ...moved, props, stop: true };
  };

  /** Whether a place is one of the phase that the page shows. */
  #isHere(id) {
    const record = this.#record(id);
    if (record?.sort === "stop") return record.props.phase === this.ui.phase;
    return this.ui.phase === null || !isMover(record);
  }

  /** Somebody's later write replaced mine. */
  overrode({ entry, changes }, now) {
    const gone = entry.events.some((event) => event.type === "objects.deleted");
    const lost = { key: `lost${entry.v}`, entry, changes, until: now + GHOST_MS, gone };
    this.change({ lost: [...this.ui.lost.slice(-4), lost] });
    this.announce.alert(this.lostWords(lost));
  }

  lostWords({ entry, changes, gone }) {
    const by = this.room.membership.names[entry.by] ?? "Somebody";
    const ids = new Set(changes.map((change) => change.id));
    const what = ids.size === 1 ? thingName(this.find(changes[0].id)) : `${ids.size} things`;
    if (gone) return `${by} deleted ${what} after you changed it`;
    const places = changes.every((change) => change.property === "at");
    if (places) return `${by} moved ${ids.size === 1 ? what : "them"} after you`;
    const properties = [...new Set(changes.map((change) => propertyName(change.property)))].join(
      ", ",
    );
    return `${by} changed the ${properties} of ${what} after you`;
  }

  dismissLost = (key) => this.change({ lost: this.ui.lost.filter((one) => one.key !== key) });

  /** A new command with what I had. */
  bringBack = (lost) => {
    this.dismissLost(lost.key);
    const values = new Map();
    for (const { id, property, value } of lost.changes)
      values.set(id, { ...values.get(id), [property]: value });
    const wishes = [...values].map(([id, set]) => ({ id, set }));
    if (!lost.gone) {
      const changes = wishes.filter(({ id }) => this.room.state.objects[id]);
      return changes.length > 0 ? this.submit(setProps(changes)) : null;
    }
    const objects = this.#again(wishes.filter(({ id }) => this.#record(id)));
    return objects.length > 0 ? this.submit(put(objects)) : null;
  };

  /**
   * What is wanted of things, as objects to put: those that are there get the values, those that are
   * gone come back as they were, with them, under their own ids (SPEC BD54).
   */
  #again(wishes) {
    const { objects } = this.room.state;
    const coming = new Set(wishes.map(({ id }) => id));
    return wishes.map(({ id, sort, set }) => {
      const record = this.#record(id);
      if (objects[id]) return { id, sort: record.sort, props: set };
      const props = { ...record?.props, ...set };
      if (props.carrier && !objects[props.carrier] && !coming.has(props.carrier)) delete props.carrier;
      const given = Object.entries(props).filter(([, value]) => value !== null);
      return { id, sort: sort ?? record.sort, props: Object.fromEntries(given) };
    });
  }

  // --- ask ---

  conflicts() {
    return openConflicts(this.room.unsaved);
  }

  decide = (conflict, choice) => {
    const { command, made } = resolution(conflict, choice, this.room.confirmed.objects);
    if (!this.#sendAgain(conflict.unsavedId, command, { made })) return;
    this.announce.say(
      { mine: "Yours it is", theirs: "Theirs stays", between: "Put between" }[choice],
    );
  };

  /** What cannot leave the page stays where it waits; whether it left. */
  #sendAgain(id, command, options) {
    try {
      this.room.retry(id, command, options);
      return true;
    } catch (error) {
      const words = unsentWords(error);
      if (words === null) throw error;
      this.announce.toast(words);
      return false;
    }
  }

  conflictWords({ clashes, deletes }) {
    const names = this.room.membership.names;
    const by = [...new Set(clashes.map((clash) => names[clash.by] ?? "Somebody"))].join(" and ");
    const ids = new Set(clashes.map((clash) => clash.id));
    const what = ids.size === 1 ? thingName(this.find(clashes[0].id)) : `${ids.size} things`;
    if (deletes) return `${by} changed ${what} before you deleted it.`;
    const properties = [...new Set(clashes.map((clash) => clash.property))];
    if (properties.length === 1 && properties[0] === "at")
      return `${by} moved ${what} before you did.`;
    return `${by} changed the ${properties.map(propertyName).join(", ")} of ${what} before you did.`;
  }

  // --- refused ---

  /**
   * Commands that were refused and wait for a decision, without those that are asked on the pitch.
   */
  refused() {
    return this.room.unsaved.filter((item) => item.code !== "conflict");
  }

  refusedIds() {
    return new Set(this.refused().flatMap((item) => concerned(item.command)));
  }

  itemWords(item) {
    return {
      wanted: commandWords(item.command, this.find),
      why:
        item.reason === "expired"
          ? "It waited for more than a day, so it was not sent unseen."
          : refusalWords(item, this.room.membership?.names ?? {}, this.find),
    };
  }

  retry = (item) => {
    const wishes = item.code === "deleted" ? wanted(item.command) : [];
    if (wishes.length === 0) return void this.#sendAgain(item.id);
    // A page that was reloaded has never seen what is gone: only the timeline knows it.
    if (wishes.some(({ id, sort }) => !sort && !this.#record(id)))
      return this.announce.toast(
        "This page does not know what it was. Bring it back from the timeline and try again.",
      );
    return void this.#sendAgain(item.id, put(this.#again(wishes)));
  };

  discard = (item) => this.room.discard(item.id);

  // --- ghosts, for the scene ---

  ghosts(now) {
    return [...this.#lostGhosts(now), ...this.#conflictGhosts()];
  }

  #lostGhosts(now) {
    return this.ui.lost
      .filter((one) => one.until > now)
      .flatMap((lost) =>
        lost.changes
          .filter((change) => change.property === "at" && this.#isHere(change.id))
          .flatMap((change) => {
            const record = this.find(change.id);
            const from = this.room.state.objects[change.id]?.props.at;
            return record
              ? [
                  {
                    key: `${lost.key}${change.id}`,
                    record,
                    at: change.value,
                    from,
                    words: "yours",
                    tone: "lost",
                  },
                ]
              : [];
          }),
      );
  }

  #conflictGhosts() {
    const [conflict] = this.conflicts();
    if (!conflict?.positions) return [];
    const names = this.room.membership.names;
    return conflict.clashes.flatMap((clash) => {
      const record = this.find(clash.id);
      if (!record || !this.#isHere(clash.id)) return [];
      const ghost = (key, at, words, tone) => ({
        key: `${conflict.unsavedId}${clash.id}${key}`,
        record,
        at,
        words,
        tone,
        choice: tone,
        from: clash.theirs,
      });
      return [
        ghost("mine", clash.mine, "you", "mine"),
        ghost("between", halfway(clash.mine, clash.theirs), "", "between"),
        {
          ...ghost("theirs", clash.theirs, names[clash.by] ?? "somebody", "theirs"),
          from: undefined,
        },
      ];
    });
  }
}
