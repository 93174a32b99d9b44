/** What a team's roles are called, and its invitations. Pure. */
import { h } from "../parts/view.js";
import { emailField, form, problem, submit } from "./fields.js";
import { section } from "./section.js";

export const ROLES = { owner: "Owner", admin: "Admin", member: "Member", guest: "Guest" };
export const ABOUT = {
  owner: "does everything, also hands the team over",
  admin: "invites people, and owns the boards",
  member: "draws on every board",
  guest: "watches every board",
};

export function invitations(state, acts) {
  return section(state, {
    id: "invite",
    title: "Invitations",
    about: "Send a link, or let a message go to one address, which alone can use it.",
    said: ["invite"],
    edits: [{ open: "invite", label: "Invite" }],
    acts,
    body: [
      state.open === "invite"
        ? form(
            { key: "form" },
            acts.invite,
            h(
              "label",
              { class: "field", key: "role" },
              h("span", {}, "As"),
              h(
                "select",
                { class: "input", name: "role" },
                ["member", "admin", "guest"].map((role) =>
                  h("option", { key: role, value: role }, `${ROLES[role]}: ${ABOUT[role]}`),
                ),
              ),
            ),
            emailField({
              label: "E-mail address, if it is for one person",
              autocomplete: "off",
              required: false,
            }),
            problem(state, "invite"),
            submit({ busy: state.busy === "invite", label: "Make the invitation", doing: "One moment" }),
          )
        : problem(state, "invite"),
      state.link
        ? h(
            "div",
            { class: "stack notice", key: "link", "data-testid": "team-link" },
            h("p", {}, "The link is shown once; send it to whom you invite."),
            h("p", { class: "secret" }, state.link),
            h(
              "p",
              {},
              h(
                "button",
                { class: "button primary", type: "button", onclick: () => acts.copy(state.link) },
                "Copy the link",
              ),
            ),
          )
        : null,
      h(
        "ul",
        { class: "list", key: "list" },
        state.invitations.map((one) =>
          h(
            "li",
            { key: one.id },
            h(
              "span",
              { class: "grow cut" },
              one.email ?? "By link",
              h("span", { class: "quiet small" }, ` · ${ROLES[one.role].toLowerCase()}`),
            ),
            h(
              "button",
              { class: "button tiny danger", type: "button", onclick: () => acts.revoke(one.id) },
              "Revoke",
            ),
          ),
        ),
      ),
    ],
  });
}
