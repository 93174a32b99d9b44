/**
 * Who we are on this device: a guest token and its name, kept in local storage; and the HTTP API
 * with it. A refusal is an `ApiError` with the server's own words and, for its faults, the incident
 * id.
 */

const KEY = "touchline.guest";
const RENEW_BEFORE_MS = 10 * 60_000;

export class ApiError extends Error {
  constructor(status, body) {
    super(words(status, body));
    this.name = "ApiError";
    this.status = status;
    this.code = body?.error ?? (status === 0 ? "offline" : `http_${status}`);
    this.detail = body?.detail ?? null;
    this.incident = status >= 500 ? (body?.id ?? null) : null;
  }
}

function words(status, body) {
  if (status === 0) return "The server cannot be reached.";
  if (status === 401) return "Sign in first.";
  if (status === 404) return "There is no such board, or it is not for you.";
  if (status === 429) return "Too many requests; wait a moment.";
  if (status === 503) return "The server cannot do that right now; try again.";
  if (status >= 500) return "Something went wrong at the server.";
  return typeof body?.detail === "string" ? body.detail : "The server refused that.";
}

/** @returns {{token: string, account: string, name: string, expires: number} | null} */
export function storedGuest() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

export function forgetGuest() {
  localStorage.removeItem(KEY);
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
 * One request of the API with the stored token. @param {string} method @param {string} path @param
 * {any} [body]
 */
export async function api(method, path, body) {
  return call(method, path, body, (await freshToken()) || undefined);
}

async function call(method, path, body, token) {
  const headers = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
    });
  } catch {
    throw new ApiError(0);
  }
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    if (response.ok) throw new ApiError(502, null);
  }
  if (!response.ok) throw new ApiError(response.status, answer);
  return answer;
}
