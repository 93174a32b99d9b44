/** The boards of a team. Pure. */
import { h } from "../parts/view.js";
import { DRAFT_ROSTERS, DRAFT_TYPES } from "../start/drafts.js";
import { choice, field, form, grave, press, problem, submit, when } from "./fields.js";
import { section } from "./section.js";
import { mayBring, runs } from "./team_rights.js";

export function boards(state, acts) {
  const { rooms, team } = state;
  const may = mayBring(team.role);
  return section(state, {
    id: "boards",
    title: "Boards",
    about: rooms?.length ? null : "No boards yet. Whoever is in the team comes into all of them.",
    said: ["boards"],
    edits: [
      { open: "boards", label: "New board" },
      { open: "drafts", label: "New draft" },
      { open: "bring", run: acts.chooseBoard, label: "Bring one of mine" },
    ].filter(() => may),
    acts,
    body: [
      state.open === "boards" ? newBoard(state, acts) : null,
      state.open === "drafts" ? newDraft(state, acts) : null,
      state.open === "bring" ? bring(state, acts) : null,
      ["boards", "drafts", "bring"].includes(state.open) ? null : problem(state, "boards"),
      h(
        "ul",
        { class: "boards", key: "list", "data-testid": "team-boards" },
        (rooms ?? []).map((room) => board(state, acts, room, runs(team.role))),
      ),
      state.moreRooms ? h("p", { key: "more" }, press("Show more", acts.showMore)) : null,
    ],
  });
}

/** Kinds of rooms that have a page to open. */
const PAGES = new Set(["board", "draft", "feed", "library"]);
/** Where the kind is called otherwise by people. */
const NAMES = { feed: "game" };

function board(state, acts, room, mayTakeOut) {
  const { kind = "board" } = room;
  return h(
    "li",
    { key: room.id, class: mayTakeOut ? "row wrap" : null },
    h(
      PAGES.has(kind) ? "a" : "span",
      { href: PAGES.has(kind) ? `/${kind}.html#room=${room.id}` : null, class: "grow" },
      h("span", { class: "name cut" }, room.name),
      h("span", { class: "quiet small" }, `${kind === "board" ? "" : `${NAMES[kind] ?? kind} · `}changed ${when(room.updated_at)}`),
    ),
    mayTakeOut
      ? grave(state, acts, {
          id: `out-${room.id}`,
          label: "Take out",
          name: `Take ${room.name} out of the team`,
          question: "Who is in it by the team is out.",
          yes: "Take it out",
          run: () => acts.takeOut(room.id),
          look: "tiny plain",
        })
      : null,
  );
}

function newBoard(state, acts) {
  return form(
    { key: "new" },
    acts.newBoard,
    field({
      name: "board",
      label: "Its name",
      autocomplete: "off",
      maxlength: 64,
      autofocus: true,
    }),
    problem(state, "boards"),
    submit({ busy: state.busy === "boards", label: "Make board", doing: "Making it" }),
  );
}

function newDraft(state, acts) {
  return form(
    { key: "draft" },
    acts.newDraft,
    field({ name: "name", label: "What it is called", autocomplete: "off", maxlength: 64, autofocus: true }),
    choice({ name: "type", label: "Kind", options: DRAFT_TYPES }),
    choice({ name: "roster", label: "Roster", options: DRAFT_ROSTERS }),
    field({ name: "teams", label: "How many draft", type: "number", min: 2, max: 32, value: 10 }),
    problem(state, "boards"),
    submit({ busy: state.busy === "boards", label: "Make draft", doing: "Making it" }),
  );
}

function bring(state, acts) {
  const { ownRooms } = state;
  if (!ownRooms?.length)
    return h("p", { class: "quiet", key: "bring" }, "Every board that you own is here already.");
  return form(
    { key: "bring" },
    acts.bring,
    choice({
      name: "room",
      label: "A board that you own",
      options: ownRooms.map(({ id, name }) => [id, name]),
      autofocus: true,
    }),
    problem(state, "boards"),
    submit({ busy: state.busy === "boards", label: "Give it to the team", doing: "One moment" }),
  );
}
