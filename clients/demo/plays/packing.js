/** Files of this device as a request carries them: in gzip where that saves, in base64. */

const SMALL = 4_096;

/** @param {File} file @returns {Promise<{name: string, content: string}>} */
export async function packed(file) {
  const bytes = await smaller(file);
  return { name: file.name, content: await base64(bytes) };
}

/** @param {File} file @returns {Promise<Blob>} */
async function smaller(file) {
  const begin = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isGzip = begin[0] === 0x1f && begin[1] === 0x8b;
  if (isGzip || file.size < SMALL || typeof CompressionStream === "undefined") return file;
  return new Response(file.stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

/** @param {Blob} bytes @returns {Promise<string>} */
function base64(bytes) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = String(reader.result);
      resolve(url.slice(url.indexOf(",") + 1));
    };
    reader.onerror = () => reject(new Error("This file cannot be read on this device."));
    reader.readAsDataURL(bytes);
  });
}
