/** What roles in a team are called, and what they may. */
export const ROLES = { owner: "Owner", admin: "Admin", member: "Member", guest: "Guest" };
export const ABOUT = {
  owner: "does everything, also hands the team over",
  admin: "invites people, and owns the boards",
  member: "draws on every board",
  guest: "watches every board",
};
