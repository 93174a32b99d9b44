/**
 * The session of an account in this browser. The refresh token is in a cookie that scripts cannot
 * read; the access token lives in memory, ten minutes at a time, and the tabs of a browser share
 * it, so that they do not race for the next one. What is kept on the device is only who is signed
 * in, so that a page opens without a connection.
 */
import { ApiError, call } from "./http.js";

const KEY = "touchline.account";
const LOCK = "touchline.refresh";
const RENEW_BEFORE_MS = 60_000;

/** @type {{token: string, account: string, name: string, expires: number, session: string} | null} */
let access = null;
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("touchline.account") : null;
channel?.addEventListener("message", ({ data }) => {
  access = data.access;
});

/** @returns {{account: string, name: string} | null} who is signed in on this device */
export function storedAccount() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

/** Keeps what signing in answered. */
export function keepAccount(answer) {
  const { account, name, session } = answer;
  localStorage.setItem(KEY, JSON.stringify({ account, name }));
  access = { token: answer.token, account, name, session, expires: answer.expires };
  channel?.postMessage({ access });
  return access;
}

export function forgetAccount() {
  localStorage.removeItem(KEY);
  access = null;
  channel?.postMessage({ access });
}

/**
 * An access token that is good for a while yet. Empty where the session has ended.
 * @throws {ApiError} where the server cannot be reached or cannot answer now
 */
export async function accountToken({ refused = false } = {}) {
  const before = access?.token;
  if (isGood() && !refused) return access.token;
  return alone(async () => {
    // Another tab may have been first.
    if (isGood() && (!refused || access.token !== before)) return access.token;
    try {
      return keepAccount(await call("POST", "/auth/refresh", {})).token;
    } catch (error) {
      if (error.status !== 401) throw error;
      forgetAccount();
      return "";
    }
  });
}

function isGood() {
  return access !== null && access.expires - Date.now() > RENEW_BEFORE_MS;
}

function alone(work) {
  return navigator.locks ? navigator.locks.request(LOCK, work) : work();
}

/** Ends the session here and at the server, as far as it can be reached. */
export async function signOut() {
  try {
    await call("POST", "/auth/logout", {}, access?.token);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 0) throw error;
  } finally {
    forgetAccount();
  }
}
