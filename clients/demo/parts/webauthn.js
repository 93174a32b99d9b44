/**
 * What the server and the browser tell each other about passkeys: bytes in WebAuthn's JSON are text,
 * in the browser's calls they are buffers.
 */

const NOT_HERE = "Browsers allow passkeys only with TLS, and for names, not for addresses.";

/**
 * Why this page can have no passkeys, in words; null where it can: browsers keep them for TLS and
 * localhost, not for addresses.
 */
export function whyNoPasskeys() {
  if (!isSecureContext || /^[\d.]+$|^\[/.test(location.hostname)) return NOT_HERE;
  return "PublicKeyCredential" in globalThis ? null : "This browser has no passkeys.";
}

export const hasPasskeys = () => whyNoPasskeys() === null;

/** Whether the browser offers them in the list of a field. @returns {Promise<boolean>} */
export async function offersInFields() {
  if (!hasPasskeys()) return false;
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
}

/** Makes a key pair in a device of the person's choice. @returns {Promise<any>} for the server */
export async function makePasskey(options) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    user: { ...options.user, id: bytesOf(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(withBytes),
  };
  return credentialOf(await asked(() => navigator.credentials.create({ publicKey })));
}

/**
 * Lets a device say who it is.
 * @param {any} options
 * @param {{mediation?: CredentialMediationRequirement, signal?: AbortSignal}} [how]
 * @returns {Promise<any>} for the server
 */
export async function usePasskey(options, how = {}) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map(withBytes),
  };
  return credentialOf(await asked(() => navigator.credentials.get({ publicKey, ...how })));
}

/** The browser, or the person, did not want to. */
export class PasskeyDeclined extends Error {
  constructor(name) {
    super(WORDS[name] ?? "No passkey was given.");
    this.name = "PasskeyDeclined";
    this.code = name === "AbortError" ? "aborted" : "declined";
  }
}

const WORDS = {
  InvalidStateError: "This device has a passkey for the account already.",
  SecurityError: NOT_HERE,
};

async function asked(ask) {
  try {
    return await ask();
  } catch (error) {
    throw new PasskeyDeclined(error.name);
  }
}

function withBytes(one) {
  return { ...one, id: bytesOf(one.id) };
}

function credentialOf({ id, rawId, type, response }) {
  const told = {};
  for (const name of [
    "clientDataJSON",
    "attestationObject",
    "authenticatorData",
    "signature",
    "userHandle",
  ]) {
    // An answer to `create` has authenticatorData too, within the attestation: once is enough.
    if (name === "authenticatorData" && "attestationObject" in told) continue;
    if (response[name]?.byteLength) told[name] = textOf(response[name]);
  }
  // Only an answer to `create` knows how the device can be reached, and not in every browser.
  if (response.getTransports) told.transports = response.getTransports();
  return { id, rawId: textOf(rawId), type, response: told };
}

export function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function textOf(buffer) {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
