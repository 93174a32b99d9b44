/**
 * The libraries that one can see: asked of the server, and what it said last kept on this device, so
 * that they are named and opened without a connection.
 *
 * @typedef {import("../library/reach.js").Library} Library
 */
import { deviceStorage } from "./device_storage.js";
import { api, storedIdentity } from "./identity.js";

const KEY = "touchline.libraries";
const PAGES_MAX = 20;

/** @returns {Library[]} as of the last time that the server could be asked */
export function knownLibraries() {
  try {
    const { account, libraries } = JSON.parse(deviceStorage.getItem(KEY));
    return account === storedIdentity()?.account ? libraries : [];
  } catch {
    return [];
  }
}

/** @returns {Promise<Library[]>} */
export async function fetchLibraries() {
  const libraries = [];
  let cursor = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const answer = await api("GET", `/libraries?limit=100${after}`);
    libraries.push(...answer.libraries);
    cursor = answer.next;
    if (cursor === null) break;
  }
  const account = storedIdentity()?.account;
  deviceStorage.setItem(KEY, JSON.stringify({ account, libraries }));
  return libraries;
}

/** Puts a library that was just made, or came by a link, among those that are known. */
export function rememberLibrary(library) {
  const others = knownLibraries().filter(({ id }) => id !== library.id);
  const account = storedIdentity()?.account;
  deviceStorage.setItem(KEY, JSON.stringify({ account, libraries: [...others, library] }));
}
