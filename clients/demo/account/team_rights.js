/** What a page of a team offers to whom: the server's table (server/teams/team_roles.py) decides. */
import { ROLES } from "./team_words.js";

/** Whether somebody of this role renames, invites, revokes. */
export const runs = (own) => own === "owner" || own === "admin";

/** Whether they change or take out a member of that role. */
export const mayChange = (own, role) => own === "owner" || (own === "admin" && role !== "owner");

/** The roles that they may give. @returns {string[]} */
export const givable = (own) =>
  Object.keys(ROLES).filter((role) => own === "owner" || (own === "admin" && role !== "owner"));

/** The roles that an invitation of theirs may give; nobody owns a team by a link. */
export const invitable = (own) => (runs(own) ? ["member", "admin", "guest"] : []);

/** Whether they put a board of their own into the team, or make one there. */
export const mayBring = (own) => own !== "guest";

/** Whether they hand it over, or delete it. */
export const mayEnd = (own) => own === "owner";
