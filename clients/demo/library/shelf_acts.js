/** What can be done with a library as a whole: search, look at an item, people and links, who may see it. */
import { newId } from "../board/commands.js";
import { api } from "../parts/identity.js";
import { shareRefusal } from "../parts/share_words.js";
import { copyText } from "../parts/clipboard.js";
import { everything } from "./catalogue.js";

const HOUR_MS = 3_600_000;
const MORE = 48;

/** @param {any} shelf the OpenShelf */
export function shelfActs(shelf) {
  const { ui, room, library, announcer, touchline } = shelf;
  const share = (part) => shelf.change({ share: { ...ui.share, ...part } });
  const ask = (part) => shelf.change({ wanted: { ...ui.wanted, ...part }, shown: MORE });

  async function asking(run) {
    share({ problem: null });
    try {
      await run();
    } catch (error) {
      share({ problem: error.message });
    }
  }

  async function loadLinks() {
    if (room.role !== "owner") return;
    const { invitations } = await api("GET", `/rooms/${library}/invitations`);
    share({ links: Object.fromEntries(invitations.map((one) => [one.id, one.link])) });
  }

  /** A command of the share dialog, and then the addresses again. */
  const managing = (command) =>
    asking(async () => {
      const answer = await room.submit(command, { keep: false }).settled;
      if (!answer.accepted) throw new Error(shareRefusal(answer));
      await loadLinks();
    });

  const known = () => ui.libraries.find(({ id }) => id === library);

  /** Who may see it is kept beside the room: shown at once, and put back where the server refuses. */
  async function seenBy(part, run, words) {
    if (ui.busy) return;
    const before = known();
    const reachIs = (now) =>
      ui.libraries.map((one) => (one.id === library ? { ...one, ...now } : one));
    shelf.change({ busy: "setting", refusal: null, libraries: reachIs(part) });
    try {
      await run();
      announcer.say(words);
    } catch (error) {
      shelf.change({ libraries: reachIs(before) });
      shelf.refuse(null, error.status === 0 ? "This needs the connection." : error.message);
    }
    shelf.change({ busy: null });
  }

  /** Tells the others what one looks at, and counts the view. */
  async function look(id) {
    room?.presence("look", { type: "look", item: id });
    try {
      if (shelf.read) return await shelf.read.look(id);
      const { views, opens } = await api("GET", `/libraries/${library}/items/${id}`);
      shelf.change({ counts: { ...ui.counts, [id]: { views, opens } } });
    } catch (error) {
      // Without a connection nothing is counted.
      if (shelf.read && error.status !== 0) shelf.refuse(id, error.message);
    }
    return undefined;
  }

  function address(item) {
    const part = item ? `&item=${item}` : "";
    window.history.replaceState(null, "", `#room=${library}${part}`);
  }

  const act = {
    ask,
    askAll: () => ask({ ...everything(), order: ui.wanted.order }),
    showMore: () => shelf.change({ shown: ui.shown + MORE }),
    toggleAsking: () => shelf.change({ asking: !ui.asking }),
    reload: () => (shelf.read ? shelf.read.load() : shelf.counts()),
    retryNow: () => touchline.retryNow(),
    look,
    open: (id) => {
      shelf.change({ open: id, panel: null, versions: null, link: null, refusal: null });
      address(id);
      look(id);
    },
    close: () => {
      const { open } = ui;
      shelf.change({ open: null, panel: null, versions: null, link: null, refusal: null });
      room?.presence("look", null);
      address(null);
      // Back to where one came from, once it is drawn.
      requestAnimationFrame(() =>
        shelf.page.querySelector(`[data-item="${open}"] .card-open`)?.focus(),
      );
    },
    /** The panel of the library, or of what was deleted. */
    panel: (panel) => {
      const shown = ui.panel === panel ? null : panel;
      shelf.change({ panel: shown, open: null, versions: null, refusal: null });
      address(null);
      if (shown === "settings" && !shelf.read) act.loadTeams();
    },
    dismissRefusal: () => shelf.change({ refusal: null }),
    followAddress: () => {
      const item = new URLSearchParams(location.hash.slice(1)).get("item");
      if (item && item !== ui.open) act.open(item);
    },
    key: (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const typing = event.target.closest?.("input, textarea, select, dialog");
      if (event.key === "/" && !typing) {
        event.preventDefault();
        shelf.page.querySelector("input[type=search]")?.focus();
      }
      if (event.key === "Escape" && !event.target.closest?.("dialog") && (ui.open || ui.panel))
        act.close();
    },

    // the library
    rename: (name) => {
      const clean = name.trim();
      if (clean && clean !== room.name) room.submit({ type: "room.rename", name: clean });
    },
    configure: (conflicts) => room.submit({ type: "library.configure", conflicts }),
    setPublic: (on) =>
      seenBy(
        { reach: on ? "public" : known()?.team ? "team" : "private" },
        () => api("PUT", `/libraries/${library}/public`, { public: on }),
        on ? "Everybody who is signed in can read it now" : "It is not public any more",
      ),
    setTeam: (team) =>
      seenBy(
        {
          team: team || null,
          reach: known()?.reach === "public" ? "public" : team ? "team" : "private",
        },
        () => api("PUT", `/rooms/${library}/team`, { team: team || null }),
        team ? "It is the team’s now" : "It is not a team’s any more",
      ),
    loadTeams: async () => {
      if (shelf.me.kind !== "account") return;
      try {
        shelf.change({ teams: (await api("GET", "/teams")).teams });
      } catch {
        // The list of teams comes with the connection.
      }
    },

    // people and links
    openShare: () => {
      share({ open: true, problem: null, copied: null });
      import("../parts/share_dialog.js").then(
        () => shelf.draw(),
        () => {
          share({ open: false });
          announcer.toast("Sharing comes with the next connection");
        },
      );
      asking(loadLinks);
    },
    closeShare: () => share({ open: false }),
    copyRoomLink: ({ detail }) =>
      asking(async () => {
        await copyText(detail.address);
        share({ copied: detail.id });
        announcer.say("Link copied");
      }),
    createLink: ({ detail }) =>
      managing({
        type: "invitation.create",
        id: newId("i_", 11),
        role: detail.role,
        ...(detail.hours ? { expires: touchline.serverNow() + detail.hours * HOUR_MS } : {}),
      }),
    revokeLink: ({ detail }) => managing({ type: "invitation.revoke", id: detail.id }),
    rotateLink: ({ detail }) =>
      managing({ type: "invitation.rotate", id: detail.id, new: newId("i_", 11) }),
    setReadOnly: ({ detail }) => managing({ type: "room.read_only", on: detail.on }),
    setRole: ({ detail }) =>
      managing({ type: "member.role", member: detail.member, role: detail.role }),
    removeMember: ({ detail }) => managing({ type: "member.remove", member: detail.member }),
  };
  return act;
}
