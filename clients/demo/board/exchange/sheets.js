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
/** Of the title, and of a line of notes. */
const [HEAD, LINE] = [26, 15];
const BELOW_PICTURE = 16;
const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif';

/** @param {{name: string, state: any, easel: any, told: (share: number) => void}} job */
export async function pdfFile({ name, state, easel, told }) {
  const sheets = sheetsOf(state.objects);
  const pages = [];
  for (const sheet of sheets) {
    const n = sheets.indexOf(sheet) + 1;
    pages.push(...(await pagesOf(sheet, { name, state, easel, of: sheets.length, n })));
    told(n / sheets.length);
  }
  return new Blob([pdfOf(pages, { title: name })], { type: "application/pdf" });
}

/** The sheet with its picture, and notes that are too long for it on pages of their own. */
async function pagesOf(sheet, { name, state, easel, of, n }) {
  const size = state.settings.portrait ? [A4[1], A4[0]] : A4;
  const title = heading(name, sheet);
  const width = size[0] - 2 * EDGE;
  const first = paper(size, title, `${n} / ${of}`);
  const measure = (text) => first.pen.measureText(text).width;
  const [lines, ...more] = notePages(wrapped(sheet.notes, width, measure), size[1]);
  const notesHeight = lines.length > 0 ? lines.length * LINE + 10 : 0;
  const room = { x: EDGE, y: EDGE + HEAD, width, height: size[1] - 2 * EDGE - HEAD - notesHeight };
  const box = fitted(pictureSize(state.settings, 1_600), room);
  await drawSvg(svgOf(sheet, { name, state, easel }), first.pen, box);
  const pages = [await first.done(lines, box.y + box.height + 20)];
  for (const rest of more)
    pages.push(await paper(size, title, `${n} / ${of}, more`).done(rest, EDGE + HEAD + LINE));
  return pages;
}

/** Which lines of notes go below the picture, and which on each page behind it. */
export function notePages(lines, height) {
  const pages = [lines.slice(0, BELOW_PICTURE)];
  const most = Math.floor((height - 2 * EDGE - HEAD) / LINE) - 1;
  for (let at = BELOW_PICTURE; at < lines.length; at += most) pages.push(lines.slice(at, at + most));
  return pages;
}

/** A white page with its title and number; `done` writes the lines from a height on. */
function paper(size, title, number) {
  const pixels = size.map((points) => Math.round(points * SHARP));
  const { canvas, pen } = newCanvas(pixels[0], pixels[1]);
  const width = size[0] - 2 * EDGE;
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(SHARP, SHARP);
  pen.fillStyle = "#13201a";
  pen.font = `650 17px ${FONT}`;
  pen.fillText(title, EDGE, EDGE + 14, width - 90);
  pen.font = `400 11px ${FONT}`;
  const done = async (lines, from) => {
    pen.fillStyle = "#13201a";
    lines.forEach((line, i) => pen.fillText(line, EDGE, from + i * LINE, width));
    pen.fillStyle = "#55675e";
    pen.textAlign = "right";
    pen.fillText(number, size[0] - EDGE, EDGE + 14);
    const jpeg = await blobOf(canvas, "image/jpeg", 0.92);
    return { jpeg: new Uint8Array(await jpeg.arrayBuffer()), pixels, size, words: [title, ...lines] };
  };
  return { pen, done };
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
