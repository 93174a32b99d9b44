/**
 * One library on this page: followed live through the client where one is a member (also without a
 * connection), read over HTTP where it is public or built in. Wiring only: what acts do is in
 * item_acts.js and shelf_acts.js, how things look in shelf_view.js.
 */
import { library as model, may } from "/js/kinds/library.js";
import { Touchline } from "/js/touchline.js";
import "../parts/connection_pill.js";
import { freshToken } from "../parts/identity.js";
import { fetchLibraries, knownLibraries, rememberLibrary } from "../parts/known_libraries.js";
import { whoIsHere } from "../parts/presence_avatars.js";
import { serverAddress } from "../parts/server_address.js";
import { frameScheduler, patch } from "../parts/view.js";
import { endView, skeletonView } from "../parts/whole_page.js";
import { cardsOf, everything } from "./catalogue.js";
import { itemActs } from "./item_acts.js";
import { BUILT_IN } from "./reach.js";
import { loadCounts, ReadShelf } from "./read_shelf.js";
import { shelfActs } from "./shelf_acts.js";
import { shelfView } from "./shelf_view.js";
import { watchShelf } from "./watch_shelf.js";
import { THING } from "./whole.js";

const ENDED = new Set(["removed", "not-found", "full", "gone", "failed", "closed"]);
export const SHOWN = 48;

const initialUi = () => ({
  wanted: everything(),
  shown: SHOWN,
  /** The item that is looked at. @type {string | null} */
  open: null,
  /** Beside the items where none is open. @type {null | "settings" | "deleted"} */
  panel: null,
  /** On a phone: whether what one can ask for shows. */
  asking: false,
  counts: {},
  /** Of the open item. @type {null | {id: string, entries: any[], next: string | null, problem: string | null}} */
  versions: null,
  /** What went wrong, beside its item (or null: the library). @type {null | {id: string | null, text: string}} */
  refusal: null,
  /** What others wrote over. @type {{key: string, id: string, text: string, set: any}[]} */
  lost: [],
  /** What runs at the server. @type {string | null} */
  busy: null,
  /** A link that was just made. @type {null | {id: string, link: string, copied: boolean}} */
  link: null,
  libraries: knownLibraries(),
  teams: [],
  share: { open: false, links: null, copied: null, problem: null },
});

class OpenShelf {
  constructor({ page, announcer, me, acts, library, invite, item }) {
    Object.assign(this, { page, announcer, me, pageActs: acts, library, invite });
    this.touchline = new Touchline({
      url: serverAddress,
      token: freshToken,
      account: me.account,
      agent: "touchline-demo",
    });
    this.ui = { ...initialUi(), open: item };
    // Of every sport there are more than anybody looks through.
    if (library === BUILT_IN) this.ui.wanted.sport = "soccer";
    this.draw = frameScheduler(() => patch(page, this.view()));
    /** @type {ReadShelf | null} read over HTTP: one is no member */
    this.read = library === BUILT_IN ? this.#reading() : null;
    this.room = this.read ? null : this.touchline.join(library, { model, invite });
    this.act = { ...shelfActs(this), ...itemActs(this) };
  }

  start() {
    const { room, draw, act } = this;
    if (room)
      watchShelf(this, {
        opened: () => this.#opened(),
        // Not a member: perhaps everybody may read it.
        notFound: () => {
          this.read = this.#reading();
          this.read.load();
        },
      });
    else this.read.load();
    addEventListener("keydown", (event) => act.key(event));
    addEventListener("hashchange", () => act.followAddress());
    this.#libraries();
    addEventListener("online", () => this.#libraries());
    draw();
  }

  change(part) {
    Object.assign(this.ui, part);
    this.draw();
  }

  refuse(id, text) {
    this.change({ refusal: { id, text } });
    this.announcer.alert(text);
  }

  /** @returns {import("./catalogue.js").Card[]} */
  get cards() {
    if (this.read) return this.read.cards;
    return this.room.ready ? cardsOf(this.room.state, this.ui.counts) : [];
  }

  card(id) {
    return this.cards.find((card) => card.id === id) ?? null;
  }

  get name() {
    return this.read ? this.read.name : this.room.name;
  }

  /** Whether this person may send a command here now. @param {string} type */
  may(type) {
    if (this.read) return false;
    const { room } = this;
    return may(room.role, { type }) && (!room.readOnly || room.role === "owner");
  }

  get names() {
    return this.room?.membership?.names ?? {};
  }

  #reading() {
    return new ReadShelf(this.library, this.draw);
  }

  /** Live for the first time: the secret of the link has done its work. */
  #opened() {
    const { room, ui, library } = this;
    if (this.invite) {
      const item = ui.open ? `&item=${ui.open}` : "";
      window.history.replaceState(null, "", `#room=${library}${item}`);
      if (!knownLibraries().some(({ id }) => id === library))
        rememberLibrary({
          ...{ id: library, name: room.name, role: room.role, reach: "private", team: null },
          ...{ version: room.version, updated_at: Date.now() },
        });
    }
    this.counts();
    if (ui.open) this.act.look(ui.open);
  }

  async counts() {
    try {
      this.change({ counts: await loadCounts(this.library) });
    } catch {
      // Without a connection the last counts stay.
    }
  }

  async #libraries() {
    try {
      this.change({ libraries: await fetchLibraries() });
    } catch {
      // What is known from before stays.
    }
  }

  link() {
    const { room, touchline } = this;
    return {
      status: touchline.status,
      waiting: touchline.waiting,
      retryAt: touchline.retryAt,
      now: Date.now(),
      readOnly: room.ready && !this.may("item.set"),
    };
  }

  view() {
    const { room, read, touchline, pageActs } = this;
    const { status } = touchline;
    if (status === "outdated" || status === "signed-out") return endView(THING, { end: status }, pageActs);
    if (read) {
      if (read.end) return endView(THING, { end: read.end }, pageActs);
      if (!read.ready) return skeletonView(THING, null);
    } else {
      if (ENDED.has(room.phase))
        return endView(THING, { end: room.phase, incident: room.incident }, pageActs);
      if (!room.ready) return skeletonView(THING, this.link());
    }
    document.title = `${this.name} · Touchline`;
    return shelfView(this.#model(), this.act);
  }

  #model() {
    const { room, read, ui, library, me, names } = this;
    const card = ui.libraries.find(({ id }) => id === library);
    return {
      ...{ ui, library, read, names, name: this.name, cards: this.cards },
      me: room?.me.account || me.account,
      role: read ? "viewer" : room.role,
      reach: read?.reach ?? card?.reach ?? "private",
      team: card?.team ?? null,
      member: read === null,
      guest: me.kind === "guest",
      may: (type) => this.may(type),
      room,
      link: read ? null : this.link(),
      here: read ? [] : whoIsHere(room.people, names, room.me.account || me.account),
      unsaved: room?.unsaved ?? [],
      deleted: room?.state?.deleted ?? {},
      conflicts: room?.state?.settings.conflicts ?? "latest",
      now: touchlineNow(this.touchline),
    };
  }
}

function touchlineNow(touchline) {
  return touchline.account === null ? Date.now() : touchline.serverNow();
}

export function openShelf(parts) {
  new OpenShelf(parts).start();
}
