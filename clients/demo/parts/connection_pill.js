/**
 * The pill that tells the connection, always in the same place. `pillOf` is pure: state in, words
 * and tone out.
 *
 * @typedef {{status: string, waiting: number, retryAt: number | null, now: number, readOnly?:
 *   boolean, past?: boolean}} Link
 */
import { h, Part } from "./view.js";

/** @param {Link} link @returns {{text: string, tone: string, about: string, retry: boolean}} */
export function pillOf({ status, waiting, retryAt, now, readOnly }) {
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1000);
  switch (status) {
    case "offline":
      if (waiting > 0)
        return pill(
          `Offline, ${waiting} waiting`,
          "warn",
          "Your work is kept here and sent when the connection is back",
          true,
        );
      if (seconds > 0 && seconds < 100)
        return pill(`Back in ${seconds} s`, "warn", "The connection is tried again then", true);
      return pill("Offline", "warn", "No connection; what you do is kept here", true);
    case "moving":
      return pill(
        waiting > 0 ? `Server moving, ${waiting} waiting` : "Server moving",
        "busy",
        "The server restarts; nothing is lost",
        false,
      );
    case "catching-up":
      return pill("Catching up", "busy", "What happened meanwhile is on its way", false);
    case "connecting":
      return pill("Connecting", "busy", "The first connection is being made", false);
    case "stale":
      return pill("Behind", "warn", "The server says that what you see may be old", false);
    case "signed-out":
      return pill("Signed out", "bad", "Sign in again; your work is kept here", false);
    case "outdated":
      return pill("Reload needed", "bad", "This page is older than the server", false);
    case "closed":
      return pill("Disconnected", "bad", "The server ended the connection", true);
    case "saving":
      return pill(`Saving ${waiting}`, "busy", "On the way to the server", false);
    default:
      if (readOnly) return pill("Read only", "busy", "You can look, not change", false);
      return pill("Live", "good", "Everything is saved, and others see it", false);
  }
}

function pill(text, tone, about, retry) {
  return { text, tone, about, retry };
}

export class ConnectionPill extends Part {
  view(link) {
    const { text, tone, about, retry } = pillOf(link);
    const props = { class: "pill", "data-tone": tone, title: about, "data-testid": "pill" };
    if (!retry)
      return h("span", { ...props, role: "status", "aria-label": `Connection: ${text}` }, text);
    return h(
      "button",
      {
        ...props,
        type: "button",
        "aria-label": `Connection: ${text}. Try now`,
        onclick: () => this.say("retry-now"),
      },
      text,
    );
  }
}

customElements.define("connection-pill", ConnectionPill);
