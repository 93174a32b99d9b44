/**
 * A PDF 1.4 of pictures: one JPEG a page, and its words once more, unseen, so that the file can be
 * searched and read aloud. Pure: bytes in, bytes out.
 *
 * @typedef {{jpeg: Uint8Array, pixels: [number, number], size: [number, number], words: string[]}}
 *   PdfPage `size` in points (1/72 inch)
 */

/** Characters of WinAnsi beyond Latin-1, to their codes from 128 on; some codes have none. */
const BEYOND = new Map([..."€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ"].map((letter, i) => [letter, 128 + i]));

/** @param {PdfPage[]} pages @param {{title: string}} about @returns {Uint8Array} */
export function pdfOf(pages, { title }) {
  /** @type {(string | Uint8Array)[][]} */
  const objects = [];
  const add = (...parts) => objects.push(parts);
  const kids = pages.map((_, i) => `${4 + i * 3} 0 R`).join(" ");
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  pages.forEach(({ jpeg, pixels, size, words }, i) => {
    const [width, height] = size;
    const body = content(size, words);
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents ${5 + i * 3} 0 R ` +
        `/Resources << /Font << /F1 3 0 R >> /XObject << /P ${6 + i * 3} 0 R >> >> >>`,
    );
    add(`<< /Length ${body.length} >>\nstream\n`, bytesOf(body), "\nendstream");
    add(
      `<< /Type /XObject /Subtype /Image /Width ${pixels[0]} /Height ${pixels[1]} ` +
        `/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>\nstream\n`,
      jpeg,
      "\nendstream",
    );
  });
  add(`<< /Title ${unicode(title)} /Producer (Touchline) >>`);
  return whole(objects);
}

/** The picture over the whole page; the words in mode 3, which is not drawn. */
function content([width, height], words) {
  const picture = `q ${width} 0 0 ${height} 0 0 cm /P Do Q\n`;
  const lines = words.map((line) => `(${winAnsi(line)}) Tj T*`).join("\n");
  return `${picture}BT /F1 10 Tf 3 Tr 12 TL 36 ${height - 36} Td\n${lines}\nET`;
}

/** Letters that this encoding lacks lose their marks, or become question marks. */
function winAnsi(line) {
  const codes = [...line].map((letter) => codeOf(letter) ?? codeOf(letter.normalize("NFD")[0]) ?? 63);
  return codes
    .map((code) => String.fromCharCode(code))
    .join("")
    .replace(/[\\()]/gu, "\\$&");
}

function codeOf(letter) {
  const code = letter.codePointAt(0) ?? 63;
  if (code === 9 || code === 10 || code === 13) return 32;
  if ((code >= 32 && code < 127) || (code >= 160 && code < 256)) return code;
  return BEYOND.get(letter) ?? null;
}

function unicode(text) {
  const units = [...Array(text.length).keys()].map((i) => text.charCodeAt(i));
  return `<FEFF${units.map((unit) => unit.toString(16).padStart(4, "0")).join("")}>`;
}

function bytesOf(text) {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function whole(objects) {
  const parts = [bytesOf("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")];
  let length = parts[0].length;
  const put = (part) => {
    const bytes = typeof part === "string" ? bytesOf(part) : part;
    parts.push(bytes);
    length += bytes.length;
  };
  const places = objects.map((object, i) => {
    const place = length;
    put(`${i + 1} 0 obj\n`);
    object.forEach(put);
    put("\nendobj\n");
    return place;
  });
  const start = length;
  const rows = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  put(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`);
  put(
    `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${objects.length} 0 R >>\n` +
      `startxref\n${start}\n%%EOF\n`,
  );
  const file = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}
