/** The start page as a pure function of its state. */
import { dimensionsOf, pitchView } from "../board/pitch.js";
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";

export function startView(state, actions) {
  return h(
    "div",
    { class: "start" },
    h(
      "header",
      {},
      h("div", { class: "brand" }, h("img", { src: "/icon.svg", alt: "" }), "Touchline"),
      state.guest ? signedIn(state.guest, actions) : null,
      h("theme-switch", { key: "theme" }),
    ),
    h("main", { key: "main" }, state.guest ? boardsAndNew(state, actions) : signIn(state, actions)),
  );
}

function signedIn(guest, actions) {
  return [
    guest.kind === "account"
      ? h("a", { class: "button plain", href: "/account.html" }, icon("people"), h("span", { class: "cut" }, guest.name))
      : h("span", { class: "quiet cut" }, guest.name),
    guest.kind === "account"
      ? null
      : h("a", { class: "button", href: "/sign-up.html" }, "Make an account"),
    h("button", { class: "button plain", type: "button", onclick: actions.signOut }, "Sign out"),
  ];
}

function signIn(state, actions) {
  const submit = (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("name").trim();
    if (name) actions.signIn(name);
  };
  return h(
    "div",
    { class: "welcome", key: "welcome" },
    h(
      "div",
      { class: "stack" },
      h("h1", {}, "Draw it together"),
      h(
        "p",
        { class: "quiet" },
        "A tactical board for several people at once. It keeps every change, also without a connection.",
      ),
    ),
    h(
      "form",
      { onsubmit: submit },
      h(
        "label",
        { class: "field" },
        h("span", {}, "Your name, as the others will see it"),
        h("input", {
          class: "input",
          name: "name",
          maxlength: 64,
          required: true,
          autocomplete: "nickname",
          autofocus: true,
        }),
      ),
      problem(state, "sign-in"),
      h(
        "button",
        { class: "button primary", type: "submit", disabled: state.busy === "sign-in" },
        state.busy === "sign-in" ? "Signing in" : "Continue as guest",
      ),
    ),
    h("p", { class: "quiet small" }, "A guest's name stays on this device for 12 hours."),
    h(
      "p",
      { class: "row wrap" },
      h("a", { class: "button", href: "/sign-in.html" }, "Sign in"),
      h("a", { class: "button plain", href: "/sign-up.html" }, "Make an account"),
    ),
  );
}

function boardsAndNew(state, actions) {
  return h(
    "div",
    { class: "columns", key: "columns" },
    h(
      "div",
      {},
      h(
        "section",
        { "aria-labelledby": "yours" },
        h("h2", { id: "yours" }, "Your boards"),
        ownBoards(state, actions),
      ),
      recent(state),
    ),
    newBoard(state, actions),
  );
}

function ownBoards(state, actions) {
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
  if (state.boards.length === 0) {
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
      state.boards.map((board) =>
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

function recent(state) {
  const own = new Set((state.boards ?? []).map((board) => board.id));
  const others = state.recent.filter((board) => !own.has(board.id));
  if (others.length === 0) return null;
  return h(
    "section",
    { "aria-labelledby": "recent" },
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

function when(ms) {
  const date = new Date(ms);
  const today = date.toDateString() === new Date().toDateString();
  return today
    ? date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    : date.toLocaleDateString([], { day: "numeric", month: "short" });
}

function boardRow({ id, name, about }) {
  return h(
    "li",
    { key: id },
    h(
      "a",
      { href: `/board.html#room=${id}` },
      h("span", { class: "name cut" }, name),
      h("span", { class: "quiet small" }, about),
    ),
  );
}

function newBoard(state, actions) {
  const { draft } = state;
  const submit = (event) => {
    event.preventDefault();
    actions.create();
  };
  const sport = (value, label) =>
    h(
      "label",
      { key: value },
      h("input", {
        class: "unseen",
        type: "radio",
        name: "sport",
        value,
        ".checked": draft.sport === value,
        onchange: () => actions.edit({ sport: value }),
      }),
      h("span", {}, miniature({ sport: value }), label),
    );
  return h(
    "form",
    { class: "new-board", onsubmit: submit, "aria-labelledby": "new" },
    h("h2", { id: "new" }, "New board"),
    h(
      "label",
      { class: "field" },
      h("span", {}, "Name"),
      h("input", {
        class: "input",
        name: "board",
        maxlength: 64,
        placeholder: "Saturday, first half",
        ".value": draft.name,
        autocomplete: "off",
        oninput: (event) => actions.edit({ name: event.target.value }),
      }),
    ),
    h(
      "fieldset",
      { class: "field" },
      h("legend", {}, "Pitch"),
      h(
        "div",
        { class: "sports" },
        sport("soccer", "Soccer"),
        sport("american_football", "American football"),
      ),
    ),
    h(
      "label",
      { class: "switch" },
      h("input", {
        type: "checkbox",
        ".checked": draft.lineUps,
        onchange: (event) => actions.edit({ lineUps: event.target.checked }),
      }),
      "With two line-ups",
    ),
    problem(state, "create"),
    h(
      "button",
      { class: "button primary", type: "submit", disabled: state.busy === "create" },
      state.busy === "create" ? "Making it" : "Make board",
    ),
  );
}

function miniature(settings) {
  const d = dimensionsOf(settings);
  const [width, height] = [d.length + 2 * d.margin, d.width + 2 * d.margin];
  return h(
    "svg",
    {
      viewBox: `${-width / 2} ${-height / 2} ${width} ${height}`,
      preserveAspectRatio: "xMidYMid meet",
      "aria-hidden": "true",
      class: "miniature",
    },
    pitchView(settings),
  );
}

function problem(state, where) {
  if (state.problem?.where !== where) return null;
  const { text, incident } = state.problem;
  return h(
    "p",
    { class: "notice bad-edge", role: "alert" },
    text,
    incident ? h("span", { class: "small quiet" }, `Incident ${incident}`) : null,
  );
}
