/** The start page as a pure function of its state. */
import { dimensionsOf, pitchView, SPORTS } from "../board/pitch.js";
import { h } from "../parts/view.js";
import { newDraft, ownDrafts } from "./drafts.js";
import { demoGame } from "./games.js";
import { ownBoards, ownRooms, problem, recent, teamBoards } from "./lists.js";
import { guestNotice, signedIn } from "./who.js";

/** `recorded`: where boards are made of recorded play (plays/). */
export function startView(state, actions, recorded = null) {
  return h(
    "div",
    { class: "start" },
    h(
      "header",
      {},
      h("div", { class: "brand" }, h("img", { src: "/icon.svg", alt: "" }), "Touchline"),
      state.guest
        ? h("a", { class: "button plain", key: "library", href: "/library.html" }, "Libraries")
        : null,
      state.guest ? signedIn(state, actions) : null,
      h("theme-switch", { key: "theme" }),
    ),
    h("main", { key: "main" }, state.guest ? boardsAndNew(state, actions, recorded) : signIn(state, actions)),
  );
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
    demoGame(state),
    h("p", { class: "quiet small" }, "A guest's name stays on this device for 12 hours."),
    h(
      "p",
      { class: "row wrap" },
      h("a", { class: "button", href: "/sign-in.html" }, "Sign in"),
      h("a", { class: "button plain", href: "/sign-up.html" }, "Make an account"),
    ),
  );
}

function boardsAndNew(state, actions, recorded) {
  return h(
    "div",
    { class: "columns", key: "columns" },
    h(
      "div",
      {},
      guestNotice(state, actions),
      h(
        "section",
        { "aria-labelledby": "yours", key: "yours" },
        h("h2", { id: "yours" }, "Your boards"),
        ownBoards(state, actions),
      ),
      demoGame(state),
      h(
        "p",
        { class: "row to-explorer", key: "explore" },
        h("a", { class: "button", href: "/explore.html", "data-testid": "to-explorer" }, "Ask about plays"),
        h("span", { class: "quiet small" }, "of all open games, by situation, with charts"),
      ),
      ownDrafts(state),
      ownRooms({ kind: "feed", title: "Games", id: "games" }, state),
      ownRooms({ kind: "league", title: "Leagues", id: "leagues" }, state),
      ownRooms({ kind: "meet", title: "Meets", id: "meets" }, state),
      state.teams.map(teamBoards),
      recent(state),
    ),
    h("div", { class: "new-boards", key: "new" }, newBoard(state, actions), newDraft(state, actions), recorded),
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
        SPORTS.map(([value, label]) => sport(value, label)),
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
