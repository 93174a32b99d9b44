/**
 * The drawer “Library” of a board: which library it shows, putting a formation on a side, keeping a
 * side or the board in a library. Libraries are rooms that this page follows beside the board, so that
 * they come, change and take things without a connection too.
 *
 * @typedef {object} ShelfState
 * @property {"use" | "keep"} part of the drawer
 * @property {string} library that shows @property {string} text searched for
 * @property {"home" | "away"} side @property {boolean} mirrored @property {boolean} turned
 * @property {boolean | null} fill null: where the side has nobody yet
 * @property {any[]} libraries @property {{what: string, name: string, tags: string, into: string | null}} save
 * @property {string | null} problem beside what is saved @property {string | null} missed beside the list
 * @property {null | {name: string, library: string, id: string, waits: boolean}} saved @property {boolean} busy
 */
import { library as model } from "/js/kinds/library.js";
import { shapesOf } from "/js/kinds/formations.js";
import { cardOfShape, cardsOf, tagsOf } from "../../library/catalogue.js";
import { ReadShelf } from "../../library/read_shelf.js";
import { BUILT_IN, inOrder, writable } from "../../library/reach.js";
import { refusalWords } from "../../library/words.js";
import { api } from "../../parts/identity.js";
import { fetchLibraries, knownLibraries } from "../../parts/known_libraries.js";
import { add, newId } from "../commands.js";
import { mayAdd, mayTouch } from "../rights.js";
import { keptAs } from "./kept.js";
import { shelfDrawer } from "./drawer.js";
import { applied, playersOf } from "./sides.js";

/** @returns {ShelfState} */
const begun = () => ({
  part: "use",
  ...{ library: BUILT_IN, text: "", side: "home", mirrored: false, turned: false, fill: null },
  libraries: inOrder(knownLibraries()),
  save: { what: "home", name: "", tags: "", into: null },
  ...{ problem: null, missed: null, saved: null, busy: false },
});

/**
 * The drawer, with what it does: for `ui.shelf`.
 * @param {{room: any, ui: any, change: (part: any) => void, announcer: any, touchline: any, controller:
 *   any, submit: (command: any) => any}} parts
 */
export function makeShelf(parts) {
  const { ui, change } = parts;
  const shelf = new BoardShelf(parts);
  const view = (page, act) => shelfDrawer(shelf.model(page), { ...act, ...shelf.acts });
  shelf.load();
  addEventListener("online", () => ui.shelf && shelf.load());
  change({ shelf: { ...begun(), view } });
}

class BoardShelf {
  /** What shows: a room that is followed, or a library that is read. @type {any} */
  #source = null;
  #shown = BUILT_IN;

  constructor(parts) {
    Object.assign(this, parts);
    this.redraw = () => this.set({});
    const set = (part) => this.set(part);
    this.acts = {
      shelf: set,
      saving: (part) => set({ save: { ...this.ui.shelf.save, ...part }, problem: null, saved: null }),
      showLibrary: (library) => this.#show(library),
      putOn: (card) => this.#putOn(card),
      putThings: (card, paste) => this.#withContent(card, (content) => paste(content)),
      keep: () => this.#keep(),
    };
  }

  set(part) {
    if (this.ui.shelf) this.change({ shelf: { ...this.ui.shelf, ...part } });
  }

  model({ who }) {
    const { room, ui } = this;
    const { shelf } = ui;
    const objects = this.controller.standing();
    return {
      ...{ shelf, cards: this.#cards(), loading: this.#loading(), sport: room.state.settings.sport },
      may: mayAdd(who, "token"),
      nobody: playersOf(objects, shelf.side).length === 0,
      selected: [...ui.selection].filter((id) => room.state.objects[id]).length,
      into: writable(shelf.libraries),
    };
  }

  async load() {
    try {
      this.set({ libraries: inOrder(await fetchLibraries()) });
    } catch {
      // What is known from before stays.
    }
  }

  #show(library) {
    if (library === this.#shown) return;
    this.#source?.leave?.();
    this.#shown = library;
    this.set({ library, missed: null });
    if (library === BUILT_IN) {
      this.#source = null;
      return;
    }
    const joined = this.touchline.join(library, { model });
    this.#source = joined;
    joined.on("change", this.redraw);
    joined.on("closed", ({ reason }) => {
      if (reason !== "not_found" || this.#source !== joined) return;
      this.#source = new ReadShelf(library, this.redraw);
      this.#source.load();
    });
    this.redraw();
  }

  #cards() {
    const { sport } = this.room.state.settings;
    if (this.#source === null) return shapesOf(sport).map(cardOfShape);
    const all = this.#source instanceof ReadShelf ? this.#source.cards : this.#followed();
    return all.filter((card) => !card.archived && (card.sport === null || card.sport === sport));
  }

  #followed() {
    return this.#source.ready ? cardsOf(this.#source.state, {}) : [];
  }

  #loading() {
    return this.#source !== null && !this.#source.ready && this.#source.phase !== "offline";
  }

  /** Of what is read over HTTP the content comes when it is wanted. */
  async #withContent(card, run) {
    if (card.content !== null) return run(card.content);
    try {
      await this.#source.look(card.id);
      return run(this.#source.cards.find(({ id }) => id === card.id).content);
    } catch (error) {
      return this.set({ missed: error.status === 0 ? "This needs the connection." : error.message });
    }
  }

  #putOn(card) {
    return this.#withContent(card, (content) => {
      const { room, controller, ui, announcer } = this;
      const { side, mirrored, turned, fill } = ui.shelf;
      if (!controller.standsStill()) return;
      const objects = controller.standing();
      const empty = playersOf(objects, side).length === 0;
      const { slots } = JSON.parse(content);
      const { settings } = room.state;
      const done = applied({ objects, settings, side, slots, mirrored, turned, fill: fill ?? empty });
      const who = controller.who();
      const fixed = done.moves.find(([id]) => !mayTouch(who, room.state.objects[id]));
      if (fixed) {
        const text = controller.whyFixed(room.state.objects[fixed[0]]);
        controller.refuse({ anchor: fixed[0], text, action: null });
        this.set({ missed: text });
        return;
      }
      this.set({ missed: null });
      if (done.moves.length > 0) controller.putAt(done.moves);
      if (done.added.length > 0) this.submit(add(done.added));
      const bench = done.benched > 0 ? `, ${done.benched} on the bench` : "";
      const moved = done.moves.length + done.added.length > 0;
      announcer.say(moved ? `${card.name} on the ${side} side${bench}` : "They stand so already");
    });
  }

  async #keep() {
    const { room, ui, controller, announcer } = this;
    const { save, libraries, busy } = ui.shelf;
    const into = writable(libraries).find(({ id }) => id === save.into) ?? writable(libraries)[0];
    const name = save.name.trim();
    if (busy || !into) return;
    if (name === "") return this.#failed("Give it a name first.");
    const ids = save.what === "board" ? [] : [...ui.selection].filter((id) => room.state.objects[id]);
    const kept = keptAs({ what: save.what, name, state: room.state, standing: controller.standing(), ids });
    if ("problem" in kept) return this.#failed(kept.problem);
    const { sort, content, players } = kept;
    const tags = tagsOf(save.tags);
    const props = {
      ...{ name, content, sport: room.state.settings.sport },
      ...(players ? { players } : {}),
      ...(tags.length > 0 ? { tags } : {}),
    };
    const command = { type: "item.add", id: newId("i_", 12), sort, props };
    this.set({ busy: true, problem: null, saved: null });
    try {
      const waits = await this.#send(into.id, command);
      this.set({
        saved: { name, library: into.id, id: command.id, waits },
        save: { ...save, name: "", tags: "", into: into.id },
      });
      announcer.say(`${waits ? "Goes" : "Saved"} into ${into.name}: ${name}`);
    } catch (error) {
      this.#failed(error.message);
    }
    this.set({ busy: false });
  }

  #failed(problem) {
    this.set({ problem });
    this.announcer.alert(problem);
  }

  /** @returns {Promise<boolean>} whether it waits for the connection */
  async #send(library, command) {
    const known = this.touchline.rooms.has(library);
    const target = this.touchline.join(library, { model });
    let sent;
    try {
      sent = target.submit(command);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const { id, sort, props } = command;
      const body = { id, sort, ...props, content: JSON.parse(props.content) };
      await api("POST", `/libraries/${library}/items`, body);
      return false;
    }
    if (this.touchline.status === "offline") return true;
    const { accepted, code, detail } = await sent.settled;
    if (!known && target !== this.#source) target.leave();
    if (!accepted) throw new Error(refusalWords({ code, detail }, {}, () => command.props.name));
    return false;
  }
}
