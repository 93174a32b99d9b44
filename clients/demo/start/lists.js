/** Lists of boards: one's own, those of one's teams, what was opened on this device. Pure. */
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";

export function ownBoards(state, actions) {
  if (state.boards === null) {
    return h(
      "div",
      { class: "boards", "aria-busy": "true", "aria-label": "Loading your boards" },
      [1, 2, 3].map((n) => h("div", { class: "skeleton", key: n })),
    );
  }
  const failed = problem(state, "boards");
  if (failed) {
    return h(
      "div",
      { class: "stack" },
      failed,
      h("button", { class: "button", type: "button", onclick: actions.reload }, "Try again"),
    );
  }
  if (notOfTeams(state).length === 0 && !state.more) {
    return h(
      "div",
      { class: "empty" },
      h("h3", {}, "No boards yet"),
      h(
        "p",
        { class: "quiet" },
        "Make one, with both line-ups already in place, and send a colleague the link.",
      ),
      h(
        "button",
        {
          class: "button primary",
          type: "button",
          onclick: actions.create,
          disabled: state.busy === "create",
        },
        icon("plus"),
        "Make my first board",
      ),
    );
  }
  return [
    h(
      "ul",
      { class: "boards", "data-testid": "own-boards" },
      notOfTeams(state).map((board) =>
        boardRow({
          id: board.id,
          name: board.name,
          about: `${board.role} · changed ${when(board.updated_at)}`,
        }),
      ),
    ),
    state.more
      ? h("button", { class: "button", type: "button", onclick: actions.loadMore }, "Show more")
      : null,
  ];
}

/** Other kinds of rooms have pages of their own. */
const isBoard = ({ kind }) => (kind ?? "board") === "board";

/** One's boards, but for those that stand with their team. */
function notOfTeams({ boards, teams }) {
  const ofTeams = new Set(teams.flatMap((team) => team.rooms.map((room) => room.id)));
  return boards.filter((board) => isBoard(board) && !ofTeams.has(board.id));
}

export function teamBoards({ id, name, rooms: all, more }) {
  const rooms = all.filter((room) => isBoard(room));
  return h(
    "section",
    { key: id, "aria-labelledby": `of-${id}`, "data-testid": "of-team" },
    h("h2", { id: `of-${id}`, class: "cut" }, h("a", { href: `/team.html#team=${id}` }, name)),
    rooms.length
      ? h(
          "ul",
          { class: "boards" },
          rooms.map((room) =>
            boardRow({ id: room.id, name: room.name, about: `changed ${when(room.updated_at)}` }),
          ),
        )
      : h("p", { class: "quiet" }, "No boards in this team yet."),
    more ? h("p", { key: "more" }, h("a", { href: `/team.html#team=${id}` }, "All of them")) : null,
  );
}

/** Every room of a kind that one can open, each once, the latest first. */
export function roomsOf(kind, { boards, teams, recent }) {
  const ofTeams = teams.flatMap(({ name, rooms }) => rooms.map((room) => ({ ...room, team: name })));
  const opened = recent.map((room) => ({ ...room, opened: room.at }));
  const all = [...ofTeams, ...(boards ?? []), ...opened].filter((room) => room.kind === kind);
  const known = new Map(all.reverse().map((room) => [room.id, room]));
  const latest = ({ updated_at, opened }) => updated_at ?? opened;
  return [...known.values()].sort((a, b) => latest(b) - latest(a));
}

/** A section of them; nothing where there is none. @param {{kind: string, title: string, id: string}} what */
export function ownRooms({ kind, title, id }, state) {
  const rooms = roomsOf(kind, state);
  if (rooms.length === 0) return null;
  return h(
    "section",
    { "aria-labelledby": id, key: id },
    h("h2", { id }, title),
    h(
      "ul",
      { class: "boards", "data-testid": `own-${id}` },
      rooms.map((room) =>
        roomRow({
          ...{ id: room.id, name: room.name, kind },
          about: [room.team ?? room.role, room.updated_at ? `changed ${when(room.updated_at)}` : `opened ${when(room.opened)}`]
            .filter(Boolean)
            .join(" · "),
        }),
      ),
    ),
  );
}

export function recent(state) {
  const known = [...(state.boards ?? []), ...state.teams.flatMap((team) => team.rooms)];
  const own = new Set(known.map((board) => board.id));
  const others = state.recent.filter((board) => isBoard(board) && !own.has(board.id));
  if (others.length === 0) return null;
  return h(
    "section",
    { "aria-labelledby": "recent", key: "recent" },
    h("h2", { id: "recent" }, "Opened on this device"),
    h(
      "ul",
      { class: "boards" },
      others.map((board) =>
        boardRow({ id: board.id, name: board.name, about: `opened ${when(board.at)}` }),
      ),
    ),
  );
}

export function when(ms) {
  const date = new Date(ms);
  const today = date.toDateString() === new Date().toDateString();
  return today
    ? date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    : date.toLocaleDateString([], { day: "numeric", month: "short" });
}

const boardRow = (board) => roomRow({ ...board, kind: "board" });

export function roomRow({ id, name, about, kind }) {
  return h(
    "li",
    { key: id },
    h(
      "a",
      { href: `/${kind}.html#room=${id}` },
      h("span", { class: "name cut" }, name),
      h("span", { class: "quiet small" }, about),
    ),
  );
}

export function problem(state, where) {
  if (state.problem?.where !== where) return null;
  const { text, incident } = state.problem;
  return h(
    "p",
    { class: "notice bad-edge", role: "alert" },
    text,
    incident ? h("span", { class: "small quiet" }, `Incident ${incident}`) : null,
  );
}
