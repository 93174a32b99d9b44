/**
 * One request of the HTTP API. A refusal is an `ApiError` with words for people, the server's code,
 * and for its own faults the incident id.
 */

export class ApiError extends Error {
  constructor(status, body, retryAfterS = 0) {
    super(words(status, body, retryAfterS));
    this.name = "ApiError";
    this.status = status;
    this.code = body?.error ?? (status === 0 ? "offline" : `http_${status}`);
    this.retryAfterS = retryAfterS;
    this.detail = body?.detail ?? null;
    this.incident = status >= 500 ? (body?.id ?? null) : null;
  }
}

const WORDS = {
  invalid_credentials: "Address or password is wrong.",
  invalid_code: "That code is wrong, or was used already.",
  unknown_link: "This link was used already, or has run out. Ask for another one.",
  weak_password: "Choose another password.",
  email_invalid: "That is no e-mail address.",
  sign_up_closed: "Nobody can sign up here at the moment.",
  invitation_needed: "You need an invitation to sign up here.",
  own_role: "Not with your own account: another administrator does that.",
  last_owner: "A team would be left without an owner: hand it over or delete it first.",
  already_member: "You are in this team already.",
  team_has_rooms: "Take the team's boards out of it first.",
  totp_on: "A second factor is set up already.",
  totp_off: "There is no second factor.",
  forbidden: "You may not do that.",
  key_ended: "This key has ended. Make another one.",
  passkey_refused: "The device's answer was not accepted. Begin again.",
  passkey_known: "This passkey belongs to an account already.",
  insecure_origin: "Browsers allow passkeys only with TLS, and for names, not for addresses.",
  unknown_version: "This version is no longer kept.",
  limit_reached: "There are too many of them already.",
};
const PASSWORDS = {
  too_short: "Choose a longer password.",
  too_long: "Choose a shorter password: 128 characters at most.",
  too_common: "Too many people use this password. Choose another one.",
  malformed: "That password holds something that is no text.",
};

function words(status, body, retryAfterS) {
  if (status === 0) return "The server cannot be reached.";
  if (body?.error === "weak_password") return PASSWORDS[body.detail] ?? WORDS.weak_password;
  if (body?.error in WORDS) return WORDS[body.error];
  if (status === 401) return "Sign in first.";
  if (status === 404) return "There is no such thing, or it is not for you.";
  if (status === 429) return `Too many attempts; try again ${soon(retryAfterS)}.`;
  if (status === 503) return `The server cannot do that right now; try again ${soon(retryAfterS)}.`;
  if (status >= 500) return "Something went wrong at the server.";
  return typeof body?.detail === "string" ? body.detail : "The server refused that.";
}

function soon(seconds) {
  if (!(seconds > 1)) return "in a moment";
  return seconds < 90 ? `in ${seconds} seconds` : `in ${Math.ceil(seconds / 60)} minutes`;
}

/**
 * @param {string} method @param {string} path @param {any} [body] @param {string} [token]
 * @returns {Promise<any>} the answer; null where it has no body
 */
export async function call(method, path, body, token) {
  const headers = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      // A file goes as it stands.
      body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
      cache: "no-store",
      // A page that goes away must not lose the answer that carries the next cookie.
      keepalive: path.startsWith("/auth/"),
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
  if (!response.ok)
    throw new ApiError(response.status, answer, Number(response.headers.get("retry-after")));
  return answer;
}
