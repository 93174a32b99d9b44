/** Keys of programs: made with scopes, shown once, given another secret, revoked. Pure. */
import { h } from "../parts/view.js";
import { field, problem, submit, when } from "./fields.js";
import { section } from "./section.js";

const SCOPES = [
  ["rooms:read", "Read and follow boards"],
  ["rooms:write", "Change boards, and make them"],
  ["teams:read", "Read teams and their boards"],
  ["feeds:read", "Follow feeds"],
  ["feeds:publish", "Publish into feeds"],
];

export function keys(state, acts) {
  const { keys: all } = state;
  return section(state, {
    id: "keys",
    title: "Keys for programs",
    about: all?.length ? null : "A program comes in with a key, and can do what you allow it.",
    said: ["keys"],
    edits: [{ open: "keys", label: "Make a key" }],
    acts,
    body: [
      state.madeKey ? made(state, acts) : null,
      state.open === "keys" && !state.madeKey ? making(state, acts) : problem(state, "keys"),
      h(
        "ul",
        { class: "list", key: "list" },
        (all ?? []).map((one) => key(one, acts)),
      ),
    ],
  });
}

function making(state, acts) {
  const submitted = (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    const days = Number(given.get("days"));
    acts.makeKey({
      name: given.get("key_name").trim(),
      scopes: given.getAll("scope"),
      expires: days ? Date.now() + days * 86_400_000 : null,
      signing: given.get("signing") !== null,
      team: given.get("team") || null,
    });
  };
  return h(
    "form",
    { class: "stack", key: "making", onsubmit: submitted },
    field({ name: "key_name", label: "What is it for?", autocomplete: "off", maxlength: 64, autofocus: true }),
    h(
      "fieldset",
      { class: "field", key: "scopes" },
      h("legend", {}, "What may it do?"),
      SCOPES.map(([scope, label]) =>
        h(
          "label",
          { class: "switch", key: scope },
          h("input", { type: "checkbox", name: "scope", value: scope }),
          label,
        ),
      ),
    ),
    h(
      "label",
      { class: "field", key: "days" },
      h("span", {}, "Good for"),
      h(
        "select",
        { class: "input", name: "days" },
        [
          ["30", "30 days"],
          ["90", "90 days"],
          ["365", "a year"],
          ["0", "until I revoke it"],
        ].map(([value, label]) => h("option", { value, key: value }, label)),
      ),
    ),
    state.teams.some((team) => ["owner", "admin"].includes(team.role))
      ? h(
          "label",
          { class: "field", key: "team" },
          h("span", {}, "Belongs to"),
          h(
            "select",
            { class: "input", name: "team" },
            h("option", { value: "", key: "me" }, "me"),
            state.teams
              .filter((team) => ["owner", "admin"].includes(team.role))
              .map((team) => h("option", { value: team.id, key: team.id }, team.name)),
          ),
        )
      : null,
    h(
      "label",
      { class: "switch", key: "signing" },
      h("input", { type: "checkbox", name: "signing" }),
      "It signs what it sends (Standard Webhooks)",
    ),
    problem(state, "keys"),
    submit({ busy: state.busy === "keys", label: "Make the key", doing: "Making it" }),
  );
}

function made(state, acts) {
  const { key: text, signing_secret: signing, card } = state.madeKey;
  const row = (label, value) => [
    h("p", { class: "small quiet" }, label),
    h("p", { class: "secret" }, value),
    h(
      "p",
      {},
      h(
        "button",
        { class: "button tiny", type: "button", onclick: () => acts.copy(value, "Copied.") },
        "Copy",
      ),
    ),
  ];
  return h(
    "div",
    { class: "stack notice", key: "made", "data-testid": "made-key" },
    h("p", {}, h("b", {}, "Keep it now. "), `“${card.name}” is not shown again.`),
    row("The key", text),
    signing ? row("The secret it signs with", signing) : null,
    h(
      "p",
      {},
      h(
        "button",
        { class: "button primary", type: "button", onclick: () => acts.toggle(state.open) },
        "I have kept it",
      ),
    ),
  );
}

function key(one, acts) {
  const ended = one.revoked_at ? "revoked" : one.expires_at && one.expires_at < Date.now() ? "run out" : null;
  return h(
    "li",
    { key: one.id },
    h(
      "div",
      { class: "grow" },
      h("p", {}, h("b", {}, one.name), ended ? h("span", { class: "quiet" }, ` · ${ended}`) : null),
      h(
        "p",
        { class: "quiet small" },
        `${one.scopes.join(", ")} · used ${when(one.used_at)}`,
        one.expires_at && !ended ? ` · until ${when(one.expires_at)}` : "",
      ),
    ),
    ended
      ? null
      : [
          h(
            "button",
            {
              key: "rotate",
              class: "button tiny",
              type: "button",
              "aria-label": `Give ${one.name} another secret`,
              onclick: () => acts.rotateKey(one.id),
            },
            "New secret",
          ),
          h(
            "button",
            {
              key: "revoke",
              class: "button tiny danger",
              type: "button",
              "aria-label": `Revoke ${one.name}`,
              onclick: () => acts.revokeKey(one.id),
            },
            "Revoke",
          ),
        ],
  );
}
