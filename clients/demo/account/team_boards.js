/** The boards of a team. Pure. */
import { h } from "../parts/view.js";
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
      { open: "bring", run: acts.chooseBoard, label: "Bring one of mine" },
    ].filter(() => may),
    acts,
    body: [
      state.open === "boards" ? newBoard(state, acts) : null,
      state.open === "bring" ? bring(state, acts) : null,
      state.open === "boards" || state.open === "bring" ? null : problem(state, "boards"),
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
const PAGES = new Set(["board", "library"]);

function board(state, acts, room, mayTakeOut) {
  const { kind = "board" } = room;
  return h(
    "li",
    { key: room.id, class: mayTakeOut ? "row wrap" : null },
    h(
      PAGES.has(kind) ? "a" : "span",
      { href: PAGES.has(kind) ? `/${kind}.html#room=${room.id}` : null, class: "grow" },
      h("span", { class: "name cut" }, room.name),
      h("span", { class: "quiet small" }, `${kind === "board" ? "" : `${kind} · `}changed ${when(room.updated_at)}`),
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
