/** The session of the account that is signed in in this browser: one for the page. */
import { AccountSession } from "./account_session.js";
import { call } from "./http.js";
import { deviceStorage } from "./device_storage.js";

const CHANNEL = "touchline.account";

export const session = new AccountSession({
  request: call,
  storage: deviceStorage,
  channel: "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : null,
  locks: globalThis.navigator?.locks ?? null,
});

// Somebody signed out without a connection: now there may be one.
session.finishLeaving();
addEventListener("online", () => session.finishLeaving());
