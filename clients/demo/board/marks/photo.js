/**
 * A photo that a person picks, cut to a square and scaled down in the browser until it is small
 * enough for the board: it never leaves the device in its own size.
 */

const PHOTO_MAX = 8_192;
const SIDES = [96, 80, 64, 48, 32];
const QUALITIES = [0.82, 0.65, 0.45];

/** @param {Blob} file @returns {Promise<string>} a data URL of at most PHOTO_MAX characters */
export async function scaledPhoto(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Error("This file is not a picture that the browser can read.");
  }
  try {
    for (const side of SIDES) {
      const canvas = squareOf(picture, side);
      for (const quality of QUALITIES) {
        const url = canvas.toDataURL("image/jpeg", quality);
        if (url.length <= PHOTO_MAX) return url;
      }
    }
  } finally {
    picture.close();
  }
  throw new Error("This picture cannot be made small enough; try another.");
}

/** The middle of it, a little nearer to the top, where faces are. */
function squareOf(picture, side) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [side, side];
  const cut = Math.min(picture.width, picture.height);
  const [left, top] = [(picture.width - cut) / 2, (picture.height - cut) * 0.35];
  const paper = canvas.getContext("2d");
  if (!paper) throw new Error("The browser cannot draw pictures.");
  paper.fillStyle = "#ffffff";
  paper.fillRect(0, 0, side, side);
  paper.imageSmoothingQuality = "high";
  paper.drawImage(picture, left, top, cut, cut, 0, 0, side, side);
  return canvas;
}

/** Asks for a file; null if the person thinks better of it. @returns {Promise<Blob | null>} */
export function askForPicture() {
  const field = document.createElement("input");
  field.type = "file";
  field.accept = "image/*";
  field.className = "unseen";
  field.dataset.testid = "photo-file";
  document.body.append(field);
  return new Promise((resolve) => {
    const done = () => {
      field.remove();
      resolve(field.files?.[0] ?? null);
    };
    field.addEventListener("change", done);
    field.addEventListener("cancel", done);
    field.click();
  });
}
