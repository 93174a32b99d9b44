/** Keys of programs: made with scopes, shown once, given another secret, revoked. Pure. */
import { h } from "../parts/view.js";
import { choice, field, frame, grave, loading, press, problem, submit, when } from "./fields.js";
import { section } from "./section.js";

const SCOPES = [
  ["rooms:read", "Read and follow boards"],
  ["rooms:write", "Change boards, and make them"],
  ["teams:read", "Read teams and their boards"],
  ["feeds:read", "Follow feeds"],
  ["feeds:publish", "Publish into feeds"],
];
const SCOPE_NAMES = new Map(SCOPES);
const LIVES = [
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "a year"],
  ["0", "until it is revoked"],
];
const OVERLAPS = [
  ["24", "a day more"],
  ["1", "an hour more"],
  ["0", "no longer: it may have been seen"],
];

export function keysView(state, acts) {
  if (!state.groups) return frame("Keys for programs", loading(state, acts.load));
  return frame(
    "Keys for programs",
    h("p", { class: "quiet intro", key: "intro" }, [
      "A program comes in with a key and acts as you, within what you allow it. ",
      h("a", { href: "/openapi" }, "What it can ask for"),
    ]),
    h("div", { class: "sections", key: "sections" }, [
      state.madeKey ? made(state, acts) : null,
      state.groups.map((group, n) => groupOf(state, acts, group, n === 0)),
    ]),
  );
}

/** One's own keys, and those of each team that one runs. */
function groupOf(state, acts, { team, name, keys }, own) {
  const live = keys.filter((one) => ended(one, state.now) === null);
  const over = keys.filter((one) => ended(one, state.now) !== null);
  const id = own ? "keys" : `keys-${team}`;
  const rows = (all) =>
    h(
      "ul",
      { class: "list" },
      all.map((one) => keyRow(state, acts, one, own)),
    );
  return section(state, {
    id,
    title: own ? "Yours" : `Others’ in ${name}`,
    about: live.length ? null : "No keys yet.",
    said: [id],
    edits: own ? [{ open: "making", label: "Make a key" }] : [],
    acts,
    body: [
      own && state.open === "making" ? making(state, acts) : null,
      own ? problem(state, "keys") : null,
      live.length ? h("div", { key: "live" }, rows(live)) : null,
      over.length
        ? h(
            "details",
            { key: "over", class: "quiet" },
            h("summary", {}, `${over.length} that ended`),
            rows(over),
          )
        : null,
    ],
  });
}

function making(state, acts) {
  const submitted = (event) => {
    event.preventDefault();
    acts.makeKey(keyAsked(new FormData(event.target), Date.now()));
  };
  return h(
    "form",
    { class: "stack", key: "making", onsubmit: submitted },
    field({
      name: "key_name",
      label: "What is it for?",
      autocomplete: "off",
      maxlength: 64,
      autofocus: true,
    }),
    h(
      "fieldset",
      { class: "field", key: "scopes" },
      h("legend", {}, "What may it do?"),
      SCOPES.map(([scope, label]) => tick("scope", scope, label)),
    ),
    whichBoards(state, acts),
    choice({ name: "days", label: "Good for", options: LIVES }),
    state.teams.length
      ? choice({
          name: "team",
          label: "Belongs to",
          options: [["", "me"], ...state.teams.map(({ id, name }) => [id, name])],
        })
      : null,
    tick("signing", "yes", "It signs what it sends (Standard Webhooks)"),
    problem(state, "making"),
    submit({ busy: state.busy === "making", label: "Make the key", doing: "Making it" }),
  );
}

/** What a filled form asks for. @param {FormData} given @param {number} now ms */
export function keyAsked(given, now) {
  const days = Number(given.get("days"));
  return {
    name: String(given.get("key_name")).trim(),
    scopes: given.getAll("scope"),
    rooms: given.get("which") === "some" ? given.getAll("room") : null,
    expires: days ? now + days * 86_400_000 : null,
    team: given.get("team") || null,
    signing: given.get("signing") !== null,
  };
}

function whichBoards(state, acts) {
  const some = state.someBoards;
  const one = (value, label) =>
    h(
      "label",
      { class: "switch", key: value },
      h("input", {
        type: "radio",
        name: "which",
        value,
        ".checked": (value === "some") === some,
        onchange: () => acts.someBoards(value === "some"),
      }),
      label,
    );
  return h(
    "fieldset",
    { class: "field", key: "rooms" },
    h("legend", {}, "On which boards?"),
    one("all", "All that I can open"),
    one("some", "Only these"),
    some
      ? h(
          "div",
          { class: "ticks", key: "ticks" },
          state.rooms.length
            ? state.rooms.map((room) => tick("room", room.id, room.name))
            : h("p", { class: "quiet" }, "You have no boards yet."),
        )
      : null,
  );
}

function tick(name, value, label) {
  return h(
    "label",
    { class: "switch", key: value },
    h("input", { type: "checkbox", name, value }),
    h("span", { class: "cut" }, label),
  );
}

function made(state, acts) {
  const { key: text, signing_secret: signing, card } = state.madeKey;
  const row = (label, value) =>
    h(
      "div",
      { class: "stack tight", key: label },
      h("p", { class: "small quiet" }, label),
      h("p", { class: "secret" }, value),
      h(
        "p",
        {},
        press("Copy", () => acts.copy(value, "Copied."), {
          look: "tiny",
          "aria-label": `Copy: ${label}`,
        }),
      ),
    );
  return h(
    "div",
    { class: "stack notice calm", key: "made", "data-testid": "made-key" },
    h("p", {}, h("b", {}, "Keep it now. "), `“${card.name}” is not shown again.`),
    row("The key", text),
    signing ? row("The secret it signs with", signing) : null,
    h("p", {}, press("I have kept it", acts.keptKey, { look: "primary" })),
  );
}

/** @returns {string | null} why the key works no more */
export function ended({ revoked_at: revoked, expires_at: until }, now) {
  if (revoked) return `revoked ${when(revoked)}`;
  return until && until <= now ? `ran out ${when(until)}` : null;
}

function keyRow(state, acts, one, own) {
  const over = ended(one, state.now);
  const rotating = state.open === `rotate-${one.id}`;
  const asked = state.sure === `revoke-${one.id}`;
  return h(
    "li",
    { key: one.id, class: "tall" },
    h(
      "div",
      { class: "grow" },
      h("p", { class: "cut" }, h("b", {}, one.name), over ? ` · ${over}` : ""),
      h("p", { class: "quiet small" }, allowed(one, own ? state.teams : [])),
      h("p", { class: "quiet small" }, used(one, over)),
    ),
    over || rotating ? null : keyButtons(state, acts, one, own && !asked),
    rotating ? rotation(state, acts, one) : null,
  );
}

function keyButtons(state, acts, one, mayRotate) {
  return [
    mayRotate
      ? press("New secret", () => acts.toggle(`rotate-${one.id}`), {
          key: "rotate",
          id: `rotate-${one.id}-edit`,
          look: "tiny",
          "aria-label": `New secret for ${one.name}`,
        })
      : null,
    grave(state, acts, {
      id: `revoke-${one.id}`,
      label: "Revoke",
      name: `Revoke ${one.name}`,
      question: "Its programs are out at once.",
      yes: "Revoke it",
      run: () => acts.revokeKey(one),
      look: "tiny danger",
    }),
  ];
}

function rotation(state, acts, one) {
  const submitted = (event) => {
    event.preventDefault();
    acts.rotateKey(one, Number(new FormData(event.target).get("overlap")));
  };
  return h(
    "form",
    { class: "stack wide", key: "rotation", onsubmit: submitted },
    choice({
      name: "overlap",
      label: "The secret it has now works for",
      options: OVERLAPS,
      autofocus: true,
    }),
    problem(state, "rotate"),
    h("div", { class: "row wrap", key: "do" }, [
      submit({ busy: state.busy === "rotate", label: "Make a new secret", doing: "Making it" }),
      press("Keep it as it is", () => acts.toggle(null), { look: "plain", key: "no" }),
    ]),
  );
}

function allowed({ scopes, rooms, signing, team }, teams) {
  const what = scopes.map((scope) => SCOPE_NAMES.get(scope) ?? scope).join(", ");
  const where = rooms ? ` · on ${rooms.length === 1 ? "one board" : `${rooms.length} boards`}` : "";
  const owner = teams.find((one) => one.id === team);
  return `${what}${where}${signing ? " · signed" : ""}${owner ? ` · of ${owner.name}` : ""}`;
}

function used(one, over) {
  const last = one.used_at ? `last used ${when(one.used_at)}` : "never used";
  const until = !over && one.expires_at ? ` · until ${when(one.expires_at)}` : "";
  const old =
    one.previous_until > Date.now() ? ` · old secret until ${when(one.previous_until)}` : "";
  return `${last}${over ? "" : until}${over ? "" : old}`;
}
