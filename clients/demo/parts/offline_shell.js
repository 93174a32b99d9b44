/**
 * Registers the service worker that keeps the pages' files; plain HTTP pages do without it
 * (browsers allow none there). It fetches every page, so it waits until this one is there and has
 * nothing better to do.
 */
const PATIENCE_MS = 5_000;

export async function registerShell() {
  if (!("serviceWorker" in navigator)) return null;
  if (document.readyState !== "complete")
    await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  await new Promise((resolve) =>
    globalThis.requestIdleCallback
      ? requestIdleCallback(resolve, { timeout: PATIENCE_MS })
      : setTimeout(resolve, 0),
  );
  try {
    return await navigator.serviceWorker.register("/sw.js", { type: "module" });
  } catch (error) {
    console.warn("The pages are not kept for offline use:", error.message);
    return null;
  }
}
