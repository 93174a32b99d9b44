/**
 * The sheets of a board as pages of a PDF and as what the printer gets: a title, the picture, the
 * notes. Drawn by the browser, so every script that it can show is there.
 */
import { h } from "../../parts/view.js";
import { blobOf, drawSvg, newCanvas } from "./canvas.js";
import { objectsOfSheet, sheetsOf } from "./moments.js";
import { pdfOf } from "./pdf.js";
import { pictureSize, pictureView } from "./picture.js";

const A4 = [842, 595];
/** Pixels a point: 180 to the inch. */
const SHARP = 2.5;
const EDGE = 34;
const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif';

/** @param {{name: string, state: any, easel: any, told: (share: number) => void}} job */
export async function pdfFile({ name, state, easel, told }) {
  const sheets = sheetsOf(state.objects);
  const pages = [];
  for (const sheet of sheets) {
    pages.push(await pageOf(sheet, { name, state, easel, of: sheets.length, n: pages.length + 1 }));
    told(pages.length / sheets.length);
  }
  return new Blob([pdfOf(pages, { title: name })], { type: "application/pdf" });
}

async function pageOf(sheet, { name, state, easel, of, n }) {
  const size = state.settings.portrait ? [A4[1], A4[0]] : A4;
  const pixels = size.map((points) => Math.round(points * SHARP));
  const { canvas, pen } = newCanvas(pixels[0], pixels[1]);
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(SHARP, SHARP);
  const title = heading(name, sheet);
  const width = size[0] - 2 * EDGE;
  pen.fillStyle = "#13201a";
  pen.font = `650 17px ${FONT}`;
  pen.fillText(title, EDGE, EDGE + 14, width - 60);
  pen.font = `400 11px ${FONT}`;
  const lines = wrapped(sheet.notes, width, (text) => pen.measureText(text).width).slice(0, 16);
  const notesHeight = lines.length > 0 ? lines.length * 15 + 10 : 0;
  const room = { x: EDGE, y: EDGE + 26, width, height: size[1] - 2 * EDGE - 26 - notesHeight };
  const box = fitted(pictureSize(state.settings, 1_600), room);
  await drawSvg(svgOf(sheet, { name, state, easel }), pen, box);
  pen.fillStyle = "#13201a";
  lines.forEach((line, i) => pen.fillText(line, EDGE, box.y + box.height + 20 + i * 15, width));
  pen.fillStyle = "#55675e";
  pen.textAlign = "right";
  pen.fillText(`${n} / ${of}`, size[0] - EDGE, EDGE + 14);
  const jpeg = await blobOf(canvas, "image/jpeg", 0.92);
  const words = [title, ...lines];
  return { jpeg: new Uint8Array(await jpeg.arrayBuffer()), pixels, size, words };
}

/** The text of a sheet's picture. */
export function svgOf(sheet, { name, state, easel, long = 1_600 }) {
  return easel.text(viewOf(sheet, { name, state, long }));
}

function viewOf(sheet, { name, state, long }) {
  return pictureView({
    settings: state.settings,
    objects: objectsOfSheet(state.objects, sheet.phase),
    size: pictureSize(state.settings, long),
    title: heading(name, sheet),
  });
}

export function heading(name, { title, seconds }) {
  const time = seconds === null ? "" : ` (${seconds} s)`;
  return title ? `${name} · ${title}${time}` : name;
}

/** What the printer gets: one sheet a page, the pictures as sharp as it can. */
export function printView({ name, state }) {
  return sheetsOf(state.objects).map((sheet) =>
    h(
      "section",
      { class: "sheet", key: sheet.key },
      h("h1", {}, heading(name, sheet)),
      viewOf(sheet, { name, state, long: 1_600 }),
      sheet.notes ? h("p", {}, sheet.notes) : null,
    ),
  );
}

/** The largest box of these proportions in a room, in its middle at the top. */
export function fitted([width, height], room) {
  const scale = Math.min(room.width / width, room.height / height);
  const box = { width: width * scale, height: height * scale };
  return { ...box, x: room.x + (room.width - box.width) / 2, y: room.y };
}

/** Lines no wider than `width`; words that are wider are cut. */
export function wrapped(text, width, measure) {
  const lines = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(/\s+/u).filter(Boolean)) {
      const longer = line ? `${line} ${word}` : word;
      if (measure(longer) <= width) line = longer;
      else {
        if (line) lines.push(line);
        line = word;
        while (measure(line) > width && line.length > 1) {
          const keep = Math.max(1, Math.floor((line.length * width) / measure(line)));
          lines.push(line.slice(0, keep));
          line = line.slice(keep);
        }
      }
    }
    if (line) lines.push(line);
  }
  return lines;
}
