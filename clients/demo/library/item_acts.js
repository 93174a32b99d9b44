/**
 * What can be done with an item: change, duplicate, copy, delete and bring back, open as a board,
 * share, look at its versions and roll it back. Changes are commands of the room, so they need no
 * connection; what makes something elsewhere (a board, a link) asks the server.
 */
import { library as model } from "/js/kinds/library.js";
import { newId } from "../board/commands.js";
import { api } from "../parts/identity.js";
import { copyText } from "../parts/clipboard.js";
import { refusalWords } from "./words.js";

const COPIED = ["tags", "folder", "sport", "players", "notes"];

/** @param {any} shelf the OpenShelf */
export function itemActs(shelf) {
  const { ui, library, announcer, touchline } = shelf;
  /** Deletions that somebody took back before the server had them. @type {Set<string>} */
  const regretted = new Set();
  const { room } = shelf;
  /** The version that was there when somebody began to type. */
  let began = 0;
  const nameOf = (id) => shelf.card(id)?.name ?? room?.state?.deleted[id]?.name ?? "an item";
  const items = `/libraries/${library}/items`;

  function submit(command, options) {
    try {
      return room.submit(command, options);
    } catch (error) {
      const full = error.name === "OutboxFull";
      shelf.refuse(command.id ?? null, full ? "5,000 changes wait already." : error.message);
      return null;
    }
  }

  /** Runs something at the server; what goes wrong is told beside the item. */
  async function asking(busy, id, run) {
    if (ui.busy) return;
    shelf.change({ busy, refusal: null });
    try {
      await run();
    } catch (error) {
      const away = error.status === 0;
      shelf.refuse(id, away ? "This needs the connection; try again when it is back." : error.message);
    } finally {
      shelf.change({ busy: null });
    }
  }

  function propsOf(card, name, here) {
    const given = COPIED.filter((one) => here || one !== "folder")
      .map((one) => [one, card[one]])
      .filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value));
    return { name: name.slice(0, 64), content: card.content, ...Object.fromEntries(given) };
  }

  function restore(id) {
    const { deleted } = room.state;
    if (!deleted[id]) return;
    if (room.confirmed.deleted[id]) submit({ type: "item.restore", id, version: deleted[id].version - 1 });
    else regretted.add(id);
    announcer.say(`“${deleted[id].name}” comes back`);
  }

  /** New values. `made`: the version that was there when one began. */
  function set(id, values, made = room.version) {
    const { props } = room.state.items[id];
    const before = Object.fromEntries(Object.keys(values).map((name) => [name, props[name] ?? null]));
    if (JSON.stringify(before) === JSON.stringify(values)) return;
    shelf.change({ refusal: null });
    if (submit({ type: "item.set", id, set: values }, { made }) && "archived" in values)
      announcer.toast(`${values.archived ? "Archived" : "Back from the archive"}: ${props.name}`, {
        label: "Undo",
        run: () => submit({ type: "item.set", id, set: before }),
      });
  }

  return {
    set,
    /** A field is typed in: what others write meanwhile has not been seen. */
    begin: () => {
      began = room.version;
    },
    commit: (id, values) => {
      set(id, values, began);
      began = room.version;
    },
    remove: (id) => {
      const name = nameOf(id);
      if (!submit({ type: "item.delete", id })) return;
      if (ui.open === id) shelf.act.close();
      announcer.toast(`Deleted: ${name}`, { label: "Undo", run: () => restore(id) });
    },
    restore,
    /** What was deleted can come back once the server has the deletion that was taken back. */
    bringRegretted: () => {
      for (const id of regretted)
        if (room.confirmed?.deleted[id] && regretted.delete(id)) restore(id);
    },
    duplicate: (card) => {
      const id = newId("i_", 12);
      const name = `${card.name.slice(0, 57)} (copy)`;
      if (!submit({ type: "item.add", id, sort: card.sort, props: propsOf(card, name, true) })) return;
      announcer.say(`Duplicated as ${name}`);
      shelf.act.open(id);
    },
    /** Into another library, also without a connection. */
    copyTo: (card, target) =>
      asking("copy", card.id, async () => {
        const to = ui.libraries.find(({ id }) => id === target);
        const go = { label: "Go there", run: () => void (location.hash = `#room=${target}`) };
        const sent = card.content === null ? null : sendTo(card, target);
        if (sent === null) {
          await api("POST", `/libraries/${target}/copies`, { item: card.id, library });
        } else if (touchline.status === "offline") {
          announcer.toast(`“${card.name}” goes into ${to.name} when the connection is back`);
          return;
        } else {
          const { accepted, code, detail } = await sent.settled;
          if (!accepted) throw new Error(refusalWords({ code, detail }, {}, nameOf));
        }
        announcer.toast(`Copied into ${to.name}: ${card.name}`, go);
      }),
    openBoard: (card) =>
      asking("board", card.id, async () => {
        const made = await api("POST", `${items}/${card.id}/board`, {});
        location.href = `/board.html#room=${made.id}`;
      }),
    shareItem: (id) =>
      asking("link", id, async () => {
        const { link } = await api("POST", `${items}/${id}/share`, {});
        shelf.change({ link: { id, link: hereOf(link), copied: false } });
        announcer.say("The link is there");
      }),
    copyLink: async (link) => {
      try {
        await copyText(link);
        shelf.change({ link: { ...ui.link, copied: true } });
        announcer.say("Link copied");
      } catch (error) {
        shelf.refuse(ui.open, error.message);
      }
    },
    versions: (id, next = null) =>
      asking("versions", id, async () => {
        const after = next ? `&cursor=${encodeURIComponent(next)}` : "";
        const answer = await api("GET", `${items}/${id}/versions?limit=20${after}`);
        const before = next ? ui.versions.entries : [];
        shelf.change({ versions: { id, entries: [...before, ...answer.entries], next: answer.next } });
      }),
    closeVersions: () => shelf.change({ versions: null }),
    /** An entry came: the list of versions that shows has one more. */
    versionCame: ({ v, by, at, events = [] }) => {
      const { versions } = ui;
      const touches = ({ id, moved }) =>
        id === versions?.id || moved?.some((one) => one.id === versions?.id);
      if (!versions || versions.entries.some(({ version }) => version === v)) return;
      if (!events.some(touches)) return;
      const entry = { version: v, by, at, name: shelf.names[by] ?? "", events };
      shelf.change({ versions: { ...versions, entries: [entry, ...versions.entries] } });
    },
    rollBack: (id, version) => {
      shelf.change({ refusal: null });
      if (submit({ type: "item.restore", id, version })) announcer.say("It becomes what it was");
    },
    renameFolder: (folder, to) => {
      if (folder !== to && submit({ type: "folder.rename", folder, to })) {
        const wanted = ui.wanted.folder === folder ? { ...ui.wanted, folder: to } : ui.wanted;
        shelf.change({ wanted });
      }
    },
    // what was not taken, and what others wrote over
    retry: ({ id }) => room.retry(id),
    discard: ({ id }) => room.discard(id),
    dismissLost: (key) => shelf.change({ lost: ui.lost.filter((one) => one.key !== key) }),
    bringBack: ({ key, id, set, gone, version }) => {
      shelf.act.dismissLost(key);
      if (gone) submit({ type: "item.restore", id, version: version - 1 });
      else if (Object.keys(set).length > 0) submit({ type: "item.set", id, set });
      else submit({ type: "item.restore", id, version: version - 1 });
    },
  };

  /** @returns {any} what was submitted; null: it is too large for the socket */
  function sendTo(card, target) {
    const room = touchline.join(target, { model });
    try {
      const props = propsOf(card, card.name, false);
      return room.submit({ type: "item.add", id: newId("i_", 12), sort: card.sort, props });
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }
}

/** The server names hosts as it was asked; the fragment is what matters. */
function hereOf(link) {
  return `${location.origin}/library.html${new URL(link).hash}`;
}
