/**
 * Registers the service worker that keeps the pages' files; plain HTTP pages do without it
 * (browsers allow none there).
 */

export async function registerShell() {
  if (!("serviceWorker" in navigator)) return null;
  try {
    return await navigator.serviceWorker.register("/sw.js", { type: "module" });
  } catch (error) {
    console.warn("The pages are not kept for offline use:", error.message);
    return null;
  }
}
