/** One person: devices, teams, keys, and what an administrator does with them. Pure. */
import {
  choice,
  field,
  form,
  grave,
  loading,
  press,
  problem,
  submit,
  when,
} from "../account/fields.js";
import { section } from "../account/section.js";
import { h } from "../parts/view.js";
import { daysChoice } from "./blocks_view.js";
import { keyRow } from "./lists_view.js";
import { linkTo } from "./route.js";
import { dotted, may, row } from "./rows.js";

export function personView(state, acts) {
  if (!state.shown?.user) return loading(state, acts.load, 3);
  const open = may(state) && !state.shown.user.closed_at;
  return [
    head(state, acts),
    devices(state, acts, open),
    teams(state, acts),
    keys(state, acts),
    open ? role(state, acts) : null,
    open ? wayIn(state, acts) : null,
    open ? ending(state, acts) : null,
  ];
}

function head(state, acts) {
  const { user, blocked, block } = state.shown;
  const facts = [
    ["Id", user.id],
    ["E-mail", user.email ?? "none"],
    ["Since", when(user.created_at)],
    ["On the site", user.site_role ?? "nothing more than everybody"],
    ["Second factor", user.totp ? "on" : "off"],
    ["Signs in", user.origin === "password" ? "here" : `by ${user.origin}`],
  ];
  return section(state, {
    id: "person",
    title: user.name || "Without a name",
    said: ["person", "blocks"],
    edits: [{ href: linkTo("records", { account: user.id }), label: "Records" }],
    acts,
    body: [
      user.closed_at
        ? h("p", { class: "notice bad-edge", key: "closed" }, `Closed ${when(user.closed_at)}.`)
        : null,
      blocked === null
        ? null
        : h("div", { class: "notice bad-edge", key: "blocked", "data-testid": "blocked" }, [
            h("p", {}, `Kept out: ${blocked}`),
            may(state) ? press("Let in again", () => acts.lift(block)) : null,
          ]),
      problem(state, "blocks"),
      h(
        "dl",
        { class: "facts", key: "facts" },
        facts.map(([name, value]) =>
          h("div", { key: name }, h("dt", {}, name), h("dd", {}, value)),
        ),
      ),
    ],
  });
}

function devices(state, acts, open) {
  const { sessions } = state.shown;
  return section(state, {
    id: "sessions",
    title: "Devices",
    about: sessions.length ? null : "Signed in nowhere.",
    said: ["sessions"],
    acts,
    body: [
      h(
        "ul",
        { class: "list", key: "list" },
        sessions.map((one) =>
          row(
            one.id,
            h("b", {}, one.device),
            dotted(one.address, `since ${when(one.created_at)}`, `used ${when(one.used_at)}`),
            open
              ? press("Sign out", () => acts.endSession(one.id), {
                  look: "tiny",
                  "aria-label": `Sign out ${one.device}`,
                })
              : null,
          ),
        ),
      ),
      problem(state, "sessions"),
      open && sessions.length
        ? h(
            "div",
            { class: "row wrap", key: "all" },
            grave(state, acts, {
              id: "end-all",
              label: "Sign out everywhere",
              question: "Sign them out on every device?",
              yes: "Sign out",
              run: acts.endSessions,
            }),
          )
        : null,
    ],
  });
}

function teams(state, acts) {
  const { teams: theirs } = state.shown;
  if (!theirs.length) return null;
  return section(state, {
    id: "their-teams",
    title: "Teams",
    acts,
    body: h(
      "ul",
      { class: "list" },
      theirs.map((one) =>
        row(one.id, h("a", { href: linkTo("teams", { id: one.id }) }, one.name), one.role),
      ),
    ),
  });
}

function keys(state, acts) {
  const { keys: theirs } = state.shown;
  if (!theirs.length) return null;
  return section(state, {
    id: "keys",
    title: "Keys",
    said: ["keys"],
    acts,
    body: [
      h(
        "ul",
        { class: "list", key: "list" },
        theirs.map((one) => keyRow(state, acts, one, { owner: false })),
      ),
      problem(state, "keys"),
    ],
  });
}

function role(state, acts) {
  const now = state.shown.user.site_role ?? "";
  return section(state, {
    id: "role",
    title: "Role on the site",
    about: "Staff reads this page, administrators change things too.",
    said: ["role"],
    edits: [{ open: "role", label: "Change" }],
    acts,
    body: [
      state.open === "role"
        ? form(
            { key: "form" },
            acts.setRole,
            choice({
              name: "role",
              label: "Role",
              options: [
                ["", "Nothing more than everybody"],
                ["staff", "Staff"],
                ["admin", "Administrator"],
              ].map(([value, text]) => [value, value === now ? `${text} (now)` : text]),
            }),
            submit({ busy: state.busy === "role", label: "Change the role", doing: "Changing …" }),
          )
        : null,
      problem(state, "role"),
    ],
  });
}

function wayIn(state, acts) {
  const { user } = state.shown;
  return section(state, {
    id: "way-in",
    title: "Way in",
    about: "For who cannot sign in any more.",
    said: ["reset", "totp"],
    edits: [
      user.email ? { run: acts.sendReset, label: "Send a link for another password" } : null,
      // One's own asks for password and code, on the page of the account.
      user.totp && user.id !== state.me
        ? { open: "totp", label: "Remove the second factor", danger: true }
        : null,
    ].filter(Boolean),
    acts,
    body: [
      state.open === "totp"
        ? reasoned(state, "totp", acts.removeTotp, {
            hint: "It is kept in the records. Make sure by another way that it is them.",
            label: "Remove it, and sign out every device",
            doing: "Removing …",
          })
        : null,
      problem(state, "reset"),
      problem(state, "totp"),
    ],
  });
}

function ending(state, acts) {
  return section(state, {
    id: "ending",
    title: "Keep out",
    about: "A block ends, or is lifted. A closed account never comes back.",
    said: ["block", "close"],
    edits: [
      { open: "block", label: "Block", danger: true },
      { open: "close", label: "Close the account", danger: true },
    ],
    acts,
    body: [
      state.open === "block"
        ? reasoned(
            state,
            "block",
            acts.blockPerson,
            { hint: "They are not told it.", label: "Block", doing: "Blocking …" },
            daysChoice(),
          )
        : null,
      state.open === "close"
        ? reasoned(state, "close", acts.close, {
            hint: "It is kept in the records.",
            label: "Close the account for good",
            doing: "Closing …",
          })
        : null,
      problem(state, "block"),
      problem(state, "close"),
    ],
  });
}

function reasoned(state, where, run, { hint, label, doing }, ...more) {
  return form(
    { key: where },
    run,
    field({
      name: "reason",
      label: "Why?",
      hint,
      autocomplete: "off",
      maxlength: 200,
      autofocus: true,
    }),
    ...more,
    submit({ busy: state.busy === where, label, doing, danger: true }),
  );
}
