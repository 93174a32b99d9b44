/**
 * Who we are on this device: an account that is signed in, or a guest with a name; and the HTTP API
 * in their name.
 */
import { accountToken, signOut as endSession, storedAccount } from "./account_session.js";
import { ApiError, call } from "./http.js";

export { ApiError };

const KEY = "touchline.guest";
const RENEW_BEFORE_MS = 10 * 60_000;

/** @returns {{token: string, account: string, name: string, expires: number} | null} */
export function storedGuest() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

/** @returns {{account: string, name: string, kind: "account" | "guest"} | null} */
export function storedIdentity() {
  const account = storedAccount();
  if (account) return { ...account, kind: "account" };
  const guest = storedGuest();
  return guest && { account: guest.account, name: guest.name, kind: "guest" };
}

export function forgetGuest() {
  localStorage.removeItem(KEY);
}

/** Nobody is signed in on this device any more. An account's session ends at the server too. */
export async function signOut() {
  if (storedAccount()) await endSession();
  forgetGuest();
}

/** A new guest account for a name. */
export async function signInAsGuest(name) {
  return keep(await call("POST", "/auth/guest", { name }));
}

function keep(guest) {
  localStorage.setItem(KEY, JSON.stringify(guest));
  return guest;
}

/**
 * A token that is good for a while yet; renewed under the same account where it is about to end, or
 * was refused. Empty where nobody is signed in (any more).
 */
export async function freshToken({ refused = false } = {}) {
  return storedAccount() ? accountToken({ refused }) : guestToken({ refused });
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
