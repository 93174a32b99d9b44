/**
 * Who we are on this device: an account that is signed in, or a guest with a name; and the HTTP API
 * in their name.
 */
import { ACCOUNT_KEY } from "./account_session.js";
import { deviceStorage } from "./device_storage.js";
import { ApiError, call } from "./http.js";
import { session } from "./session.js";

export { ApiError };

const KEY = "touchline.guest";
const RENEW_BEFORE_MS = 10 * 60_000;

/** @returns {{token: string, account: string, name: string, expires: number} | null} */
export function storedGuest() {
  try {
    return JSON.parse(deviceStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

/** @returns {{account: string, name: string, kind: "account" | "guest"} | null} */
export function storedIdentity() {
  const account = session.stored();
  if (account) return { ...account, kind: "account" };
  const guest = storedGuest();
  return guest && { account: guest.account, name: guest.name, kind: "guest" };
}

export function forgetGuest() {
  deviceStorage.removeItem(KEY);
}

/**
 * Whoever is signed in on this device is so no more; an account's session ends at the server too. A
 * guest who was here before the account is back.
 */
export async function signOut() {
  if (session.stored() === null) forgetGuest();
  else await session.signOut();
}

/** A new guest account for a name. */
export async function signInAsGuest(name) {
  return keep(await call("POST", "/auth/guest", { name }));
}

function keep(guest) {
  deviceStorage.setItem(KEY, JSON.stringify(guest));
  return guest;
}

/**
 * A token that is good for a while yet; renewed under the same account where it is about to end, or
 * was refused. Empty where nobody is signed in (any more).
 */
export async function freshToken({ refused = false } = {}) {
  return session.stored() ? session.token({ refused }) : guestToken({ refused });
}

async function guestToken({ refused }) {
  const guest = storedGuest();
  if (!guest) return "";
  if (!refused && guest.expires - Date.now() > RENEW_BEFORE_MS) return guest.token;
  try {
    return keep(await call("POST", "/auth/renew", undefined, guest.token)).token;
  } catch (error) {
    if (error.status === 401) return "";
    return guest.token;
  }
}

/**
 * One request of the API with the token of whoever is signed in. @param {string} method @param
 * {string} path @param {any} [body]
 */
export async function api(method, path, body) {
  return call(method, path, body, (await freshToken()) || undefined);
}

/**
 * Runs `changed` when another tab of this browser signed somebody in or out.
 * @param {() => void} changed
 */
export function whenOthersSign(changed) {
  let before = storedIdentity()?.account;
  addEventListener("storage", ({ key }) => {
    if (key !== null && key !== ACCOUNT_KEY && key !== KEY) return;
    const now = storedIdentity()?.account;
    if (now !== before) changed();
    before = now;
  });
}
