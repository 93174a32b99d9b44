/** Where the WebSocket is: the server says so; while it cannot be asked, what it said last. */

const KEY = "touchline.config";

/** @returns {Promise<string>} */
export async function serverAddress() {
  try {
    const response = await fetch("/config.json", { cache: "no-store" });
    if (!response.ok) throw new Error(`config.json: ${response.status}`);
    const config = await response.json();
    localStorage.setItem(KEY, JSON.stringify(config));
    return config.ws;
  } catch (error) {
    const known = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (known) return known.ws;
    throw error;
  }
}
