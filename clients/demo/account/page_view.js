/** One's account as a pure function of its state. */
import { h } from "../parts/view.js";
import { devices } from "./devices.js";
import { field, form, frame, loading, problem, submit } from "./fields.js";
import { activity, ownData } from "./own_data.js";
import { passkeys } from "./passkeys.js";
import { password, profile } from "./profile.js";
import { secondFactor } from "./second_factor.js";
import { section } from "./section.js";
import { ROLES } from "./team_words.js";

export function pageView(state, acts) {
  if (!state.account) return frame("Your account", loading(state, acts.load, 4));
  return frame(
    "Your account",
    h("div", { class: "sections", key: "sections" }, [
      profile(state, acts),
      password(state, acts),
      secondFactor(state, acts),
      passkeys(state, acts),
      devices(state, acts),
      teams(state, acts),
      keys(state, acts),
      activity(state, acts),
      state.account.site_role ? site(state, acts) : null,
      ownData(state, acts),
    ]),
  );
}

function site(state, acts) {
  const admin = state.account.site_role === "admin";
  return section(state, {
    id: "site",
    title: "This site",
    about: admin ? "You are an administrator of it." : "You are on its staff.",
    edits: [{ href: "/admin.html", label: "Administration" }],
    acts,
  });
}

function teams(state, acts) {
  return section(state, {
    id: "teams",
    title: "Teams",
    about: state.teams.length ? null : "Teams own boards together; who joins one has them all.",
    edits: [{ open: "teams", label: "Make a team" }],
    acts,
    body: [
      state.open === "teams" ? teamForm(state, acts) : null,
      h(
        "ul",
        { class: "boards", key: "list", "data-testid": "team-list" },
        state.teams.map((team) =>
          h(
            "li",
            { key: team.id },
            h(
              "a",
              { href: `/team.html#team=${team.id}` },
              h("span", { class: "name cut" }, team.name),
              h("span", { class: "quiet small" }, ROLES[team.role]),
            ),
          ),
        ),
      ),
    ],
  });
}

function teamForm(state, acts) {
  return form(
    { key: "form" },
    acts.makeTeam,
    field({
      name: "team",
      label: "The team's name",
      autocomplete: "organization",
      maxlength: 64,
      autofocus: true,
    }),
    problem(state, "teams"),
    submit({ busy: state.busy === "teams", label: "Make the team", doing: "Making it" }),
  );
}

function keys(state, acts) {
  const live = (state.keys ?? []).filter((one) => !one.revoked_at).length;
  return section(state, {
    id: "keys",
    title: "Keys for programs",
    about: live
      ? `${live === 1 ? "One key lets a program" : `${live} keys let programs`} act as you.`
      : "A program comes in with a key, and can do what you allow it.",
    edits: [{ href: "/keys.html", label: live ? "Show the keys" : "Make a key" }],
    acts,
  });
}
