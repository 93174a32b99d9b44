/** Where the WebSocket is: the server says so; while it cannot be asked, what it said last. */

const KEY = "touchline.config";

/** @returns {Promise<string[]>} of all nodes, the one for this page's room first */
export async function serverAddress() {
  const room = new URLSearchParams(location.hash.slice(1)).get("room") ?? "";
  try {
    const response = await fetch(`/config.json?room=${room}`, { cache: "no-store" });
    if (!response.ok) throw new Error(`config.json: ${response.status}`);
    const config = await response.json();
    localStorage.setItem(KEY, JSON.stringify(config));
    return config.ws_urls;
  } catch (error) {
    const known = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (known?.ws_urls) return known.ws_urls;
    throw error;
  }
}
