/** Pictures as pixels, and files for the person's own device. */

/**
 * Draws the text of an SVG onto a canvas.
 * @param {string} svg @param {CanvasRenderingContext2D} pen
 * @param {{x: number, y: number, width: number, height: number}} box
 */
export async function drawSvg(svg, pen, { x, y, width, height }) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    pen.drawImage(image, x, y, width, height);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** @returns {{canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D}} */
export function newCanvas(width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("This browser cannot draw so large a picture.");
  return { canvas, pen };
}

/** @returns {Promise<Blob>} */
export function blobOf(canvas, type, quality) {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) =>
        blob ? resolve(blob) : reject(new Error("This browser could not write the picture.")),
      type,
      quality,
    );
  });
}

/** Hands a file to the browser to keep. */
export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  // The download reads it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
