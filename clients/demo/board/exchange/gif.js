/**
 * A GIF89a of frames, by the format's specification (W3C, spec-gif89a): one palette of the commonest
 * colours, of every frame after the first only what changed. Pure: pixels in, bytes out.
 */

const SEE_THROUGH = 255;
const COLOURS_MAX = 255;
const CODES_MAX = 4_096;

export class Gif {
  /** @type {number[]} */
  #bytes = [];
  /** @type {Uint8Array | null} */
  #before = null;
  /** Colour of 15 bits → place in the palette. @type {Map<number, number>} */
  #places = new Map();

  /**
   * @param {{width: number, height: number, colours: Colours}} of
   */
  constructor({ width, height, colours }) {
    Object.assign(this, { width, height });
    this.palette = colours.palette();
    this.#text("GIF89a");
    this.#word(width);
    this.#word(height);
    this.#bytes.push(0xf7, 0, 0);
    for (let i = 0; i < 256; i += 1) this.#bytes.push(...(this.palette[i] ?? [0, 0, 0]));
    this.#bytes.push(0x21, 0xff, 11);
    this.#text("NETSCAPE2.0");
    this.#bytes.push(3, 1, 0, 0, 0);
  }

  /** One more frame, shown for so long. @param {Uint8ClampedArray} pixels RGBA @param {number} ms */
  frame(pixels, ms) {
    const full = this.#indices(pixels);
    const box = this.#changed(full);
    const shown = this.#cut(full, box);
    this.#bytes.push(0x21, 0xf9, 4, 0b00000101);
    this.#word(Math.max(2, Math.round(ms / 10)));
    this.#bytes.push(SEE_THROUGH, 0, 0x2c);
    for (const value of [box.x, box.y, box.width, box.height]) this.#word(value);
    this.#bytes.push(0, 8);
    const packed = lzw(shown);
    for (let at = 0; at < packed.length; at += 255) {
      const block = packed.slice(at, at + 255);
      this.#bytes.push(block.length, ...block);
    }
    this.#bytes.push(0);
    this.#before = full;
  }

  /** @returns {Uint8Array} the file */
  end() {
    return Uint8Array.from([...this.#bytes, 0x3b]);
  }

  #indices(pixels) {
    const full = new Uint8Array(this.width * this.height);
    for (let i = 0; i < full.length; i += 1) {
      const colour = coarse(pixels[i * 4], pixels[i * 4 + 1], pixels[i * 4 + 2]);
      let place = this.#places.get(colour);
      if (place === undefined) {
        place = nearest(this.palette, pixels[i * 4], pixels[i * 4 + 1], pixels[i * 4 + 2]);
        this.#places.set(colour, place);
      }
      full[i] = place;
    }
    return full;
  }

  /** The smallest box around everything that is not as before. */
  #changed(full) {
    const { width, height } = this;
    const before = this.#before;
    if (!before) return { x: 0, y: 0, width, height };
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let i = 0; i < full.length; i += 1) {
      if (full[i] === before[i]) continue;
      const x = i % width;
      const y = (i - x) / width;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
    if (right < 0) return { x: 0, y: 0, width: 1, height: 1 };
    return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  }

  #cut(full, { x, y, width, height }) {
    const before = this.#before;
    const shown = new Uint8Array(width * height);
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const i = (y + row) * this.width + x + column;
        shown[row * width + column] = before && before[i] === full[i] ? SEE_THROUGH : full[i];
      }
    }
    return shown;
  }

  #word(value) {
    this.#bytes.push(value & 255, value >> 8);
  }

  #text(text) {
    for (const letter of text) this.#bytes.push(letter.charCodeAt(0));
  }
}

function coarse(r, g, b) {
  return ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);
}

/** The colours of pictures, counted one picture after the other. */
export class Colours {
  /** @type {Map<number, number[]>} */
  #seen = new Map();

  /** @param {Uint8ClampedArray} pixels RGBA */
  add(pixels) {
    const seen = this.#seen;
    for (let i = 0; i < pixels.length; i += 4) {
      const key = coarse(pixels[i], pixels[i + 1], pixels[i + 2]);
      let sum = seen.get(key);
      if (!sum) seen.set(key, (sum = [0, 0, 0, 0]));
      for (let channel = 0; channel < 3; channel += 1) sum[channel] += pixels[i + channel];
      sum[3] += 1;
    }
    return this;
  }

  /** The commonest, each the mean of what is rounded to it. */
  palette() {
    return [...this.#seen.values()]
      .sort((a, b) => b[3] - a[3])
      .slice(0, COLOURS_MAX)
      .map(([r, g, b, count]) => [r, g, b].map((sum) => Math.round(sum / count)));
  }
}

function nearest(palette, r, g, b) {
  let best = 0;
  let least = Infinity;
  for (let i = 0; i < palette.length; i += 1) {
    const [pr, pg, pb] = palette[i];
    const off = (pr - r) ** 2 * 2 + (pg - g) ** 2 * 4 + (pb - b) ** 2 * 3;
    if (off < least) [best, least] = [i, off];
  }
  return best;
}

/** Lempel, Ziv and Welch with codes of 9 to 12 bits, for values of 8 bits. */
function lzw(values) {
  const bytes = [];
  let [held, bits] = [0, 0];
  let [size, next] = [9, 258];
  /** @type {Map<number, number>} */
  let known = new Map();
  const put = (code) => {
    held |= code << bits;
    bits += size;
    while (bits >= 8) {
      bytes.push(held & 255);
      held >>= 8;
      bits -= 8;
    }
  };
  put(256);
  let prefix = values[0];
  for (let i = 1; i < values.length; i += 1) {
    const key = (prefix << 8) | values[i];
    const found = known.get(key);
    if (found !== undefined) {
      prefix = found;
      continue;
    }
    put(prefix);
    if (next === CODES_MAX) {
      put(256);
      [size, next, known] = [9, 258, new Map()];
    } else {
      if (next === 1 << size) size += 1;
      known.set(key, next);
      next += 1;
    }
    prefix = values[i];
  }
  put(prefix);
  put(257);
  if (bits > 0) bytes.push(held & 255);
  return bytes;
}
