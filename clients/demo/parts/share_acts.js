/**
 * What the share dialog asks for, in rooms whose page does nothing else about links: addresses are
 * fetched for owners, and each act of managing is a command of the room.
 */
import { newId } from "../board/commands.js";
import { copyText } from "./clipboard.js";
import { api } from "./identity.js";
import { shareRefusal } from "./share_words.js";

const HOUR_MS = 3_600_000;

/**
 * @param {{room: any, ui: any, change: (part: any) => void, announcer: any, touchline: any, roomId:
 *   string}} page `ui.share` is `{open, links, copied, problem}`
 */
export function shareActs({ room, ui, change, announcer, touchline, roomId }) {
  const share = (part) => change({ share: { ...ui.share, ...part } });
  async function asking(run) {
    share({ problem: null });
    try {
      await run();
    } catch (error) {
      share({ problem: error.message });
    }
  }
  async function loadLinks() {
    if (room.role !== "owner") return;
    const { invitations } = await api("GET", `/rooms/${roomId}/invitations`);
    share({ links: Object.fromEntries(invitations.map((one) => [one.id, one.link])) });
  }
  /** A command of the dialog, and then the addresses again. */
  const managing = (command) =>
    asking(async () => {
      const answer = await room.submit(command, { keep: false, local: { anchor: "share" } }).settled;
      if (!answer.accepted) throw new Error(shareRefusal(answer));
      await loadLinks();
    });
  return {
    openShare: () => {
      share({ open: true, problem: null, copied: null });
      return asking(loadLinks);
    },
    closeShare: () => share({ open: false }),
    copyLink: ({ detail }) =>
      asking(async () => {
        await copyText(detail.address);
        share({ copied: detail.id });
        announcer.say("Link copied");
      }),
    createLink: ({ detail: { role, hours } }) =>
      managing({
        ...{ type: "invitation.create", id: newId("i_", 11), role },
        ...(hours ? { expires: touchline.serverNow() + hours * HOUR_MS } : {}),
      }),
    revokeLink: ({ detail }) => managing({ type: "invitation.revoke", id: detail.id }),
    rotateLink: ({ detail }) => managing({ type: "invitation.rotate", id: detail.id, new: newId("i_", 11) }),
    setReadOnly: ({ detail }) => managing({ type: "room.read_only", on: detail.on }),
    setRole: ({ detail }) => managing({ type: "member.role", member: detail.member, role: detail.role }),
    removeMember: ({ detail }) => managing({ type: "member.remove", member: detail.member }),
  };
}
