/** A draft's results as a file on this device. */
import { ApiError } from "../parts/http.js";
import { freshToken } from "../parts/identity.js";
import { fileName, FORMATS } from "./export_formats.js";

/**
 * Fetches the results and hands them to the person. Throws ApiError.
 * @param {string} room @param {string} name of the draft @param {string} format
 */
export async function downloadResults(room, name, format) {
  const token = await freshToken();
  let response;
  try {
    response = await fetch(`/drafts/${room}/results?format=${format}`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      cache: "no-store",
    });
  } catch {
    throw new ApiError(0, null);
  }
  if (!response.ok) throw new ApiError(response.status, await response.json().catch(() => null));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = fileName(name, FORMATS.find(([one]) => one === format)?.[2] ?? format);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
