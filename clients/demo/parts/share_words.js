/** Why something of the share dialog was refused, in words: members and links of any room. Pure. */

const LIMITS = {
  INVITATIONS_MAX: (most) => `There are ${most} links already, the most there can be. Revoke one first.`,
  INVITATIONS_EVER_MAX: (most) => `This has had ${most} links, the most there can ever be.`,
};

/** @param {{code?: string, detail?: any}} answer */
export function shareRefusal({ code, detail }) {
  switch (code) {
    case "forbidden":
      return detail?.by_team
        ? "You are an owner by the team: you neither make owners nor change those who are so otherwise."
        : "Only owners may do this; your role has changed.";
    case "last_owner":
      return "There is at least one owner always. Make somebody else one first.";
    case "unknown_member":
      return "This person is no longer a member.";
    case "unknown_invitation":
      return "This link is void already.";
    case "nothing_changes":
      return "It is so already.";
    case "limit_reached":
      return LIMITS[detail?.limit]?.(Number(detail.max).toLocaleString("en")) ?? "There are as many as there can be already.";
    case "bad_command":
      return "This cannot be: an end of a link lies ahead, and not too far.";
    default:
      return `The server refused this (${code}).`;
  }
}
