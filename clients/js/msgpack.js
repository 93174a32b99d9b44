/**
 * MessagePack, as much of it as plain data needs: nil, booleans, numbers, strings, binary, arrays,
 * maps with string keys. No extension types: the protocol has none, so one that arrives is an
 * error. Knows nothing of messages.
 */
import { DEPTH_MAX } from './limits.js';

const TEXT_OUT = new TextEncoder();
const TEXT_IN = new TextDecoder('utf-8', { fatal: true });
const TWO_32 = 2 ** 32;

/**
 * @param {unknown} value plain data; a property that is undefined is left out, as JSON does
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function encode(value) {
  const writer = new Writer();
  writer.value(value, 0);
  return writer.bytes();
}

/**
 * @param {Uint8Array} bytes exactly one value
 * @returns {any}
 */
export function decode(bytes) {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (reader.at !== bytes.length)
    throw new RangeError(`${bytes.length - reader.at} bytes after the value`);
  return value;
}

class Writer {
  constructor() {
    this.buffer = new Uint8Array(256);
    this.view = new DataView(this.buffer.buffer);
    this.at = 0;
  }

  bytes() {
    return this.buffer.slice(0, this.at);
  }

  /** @param {number} more */
  #room(more) {
    if (this.at + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.at + more));
    larger.set(this.buffer);
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }

  /** @param {number} byte */
  #byte(byte) {
    this.#room(1);
    this.view.setUint8(this.at, byte);
    this.at += 1;
  }

  /**
   * A type byte and a size in 1, 2 or 4 bytes, whichever is the shortest that fits.
   * @param {number} size
   * @param {{fix?: [base: number, below: number], one?: number, two: number, four: number}} types
   */
  #size(size, types) {
    this.#room(5);
    if (types.fix !== undefined && size < types.fix[1]) this.#byte(types.fix[0] | size);
    else if (types.one !== undefined && size < 256) {
      this.#byte(types.one);
      this.#byte(size);
    } else if (size < 65_536) {
      this.#byte(types.two);
      this.view.setUint16(this.at, size);
      this.at += 2;
    } else {
      this.#byte(types.four);
      this.view.setUint32(this.at, size);
      this.at += 4;
    }
  }

  /**
   * @param {unknown} value
   * @param {number} depth
   */
  value(value, depth) {
    if (depth > DEPTH_MAX) throw new RangeError('nested too deep');
    if (value === null || value === undefined) this.#byte(0xc0);
    else if (typeof value === 'boolean') this.#byte(value ? 0xc3 : 0xc2);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'string') this.#string(value);
    else if (value instanceof Uint8Array) this.#binary(value);
    else if (Array.isArray(value)) {
      this.#size(value.length, { fix: [0x90, 16], two: 0xdc, four: 0xdd });
      for (const item of value) this.value(item, depth + 1);
    } else if (typeof value === 'object') this.#map(value, depth);
    else throw new TypeError(`cannot encode a ${typeof value}`);
  }

  /**
   * @param {object} value
   * @param {number} depth
   */
  #map(value, depth) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    this.#size(fields.length, { fix: [0x80, 16], two: 0xde, four: 0xdf });
    for (const [name, field] of fields) {
      this.#string(name);
      this.value(field, depth + 1);
    }
  }

  /** @param {string} text */
  #string(text) {
    const bytes = TEXT_OUT.encode(text);
    this.#size(bytes.length, { fix: [0xa0, 32], one: 0xd9, two: 0xda, four: 0xdb });
    this.#raw(bytes);
  }

  /** @param {Uint8Array} bytes */
  #binary(bytes) {
    this.#size(bytes.length, { one: 0xc4, two: 0xc5, four: 0xc6 });
    this.#raw(bytes);
  }

  /** @param {Uint8Array} bytes */
  #raw(bytes) {
    this.#room(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** @param {number} value */
  #number(value) {
    this.#room(9);
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      this.#byte(0xcb);
      this.view.setFloat64(this.at, value);
      this.at += 8;
    } else if (value >= 0) this.#unsigned(value);
    else this.#negative(value);
  }

  /** @param {number} value */
  #unsigned(value) {
    if (value < 128) this.#byte(value);
    else if (value < TWO_32) this.#size(value, { one: 0xcc, two: 0xcd, four: 0xce });
    else {
      this.#byte(0xcf);
      this.#wide(value);
    }
  }

  /** @param {number} value */
  #negative(value) {
    if (value >= -32) this.#byte(value & 0xff);
    else if (value >= -128) {
      this.#byte(0xd0);
      this.#byte(value & 0xff);
    } else if (value >= -32_768) {
      this.#byte(0xd1);
      this.view.setInt16(this.at, value);
      this.at += 2;
    } else if (value >= -2_147_483_648) {
      this.#byte(0xd2);
      this.view.setInt32(this.at, value);
      this.at += 4;
    } else {
      this.#byte(0xd3);
      this.#wide(value);
    }
  }

  /** @param {number} value 64 bits, two's complement; safe integers split without loss */
  #wide(value) {
    this.view.setInt32(this.at, Math.floor(value / TWO_32));
    this.view.setUint32(this.at + 4, value - Math.floor(value / TWO_32) * TWO_32);
    this.at += 8;
  }
}

class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.source = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }

  /**
   * Moves past `count` bytes; raises where there are fewer.
   * @param {number} count
   * @returns {number} where they start
   */
  #take(count) {
    const start = this.at;
    if (start + count > this.source.length) throw new RangeError('the value ends too early');
    this.at = start + count;
    return start;
  }

  /**
   * @param {number} depth
   * @returns {any}
   */
  value(depth) {
    if (depth > DEPTH_MAX) throw new RangeError('nested too deep');
    const type = this.view.getUint8(this.#take(1));
    if (type < 0x80) return type;
    if (type < 0x90) return this.#map(type & 15, depth);
    if (type < 0xa0) return this.#array(type & 15, depth);
    if (type < 0xc0) return this.#string(type & 31);
    if (type >= 0xe0) return type - 256;
    return this.#typed(type, depth);
  }

  /**
   * @param {number} type
   * @param {number} depth
   * @returns {any}
   */
  #typed(type, depth) {
    const { view } = this;
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.#binary(view.getUint8(this.#take(1)));
      case 0xc5:
        return this.#binary(view.getUint16(this.#take(2)));
      case 0xc6:
        return this.#binary(view.getUint32(this.#take(4)));
      case 0xca:
        return view.getFloat32(this.#take(4));
      case 0xcb:
        return view.getFloat64(this.#take(8));
      case 0xcc:
        return view.getUint8(this.#take(1));
      case 0xcd:
        return view.getUint16(this.#take(2));
      case 0xce:
        return view.getUint32(this.#take(4));
      case 0xcf:
        return this.#wide(view.getUint32(this.#take(4)));
      case 0xd0:
        return view.getInt8(this.#take(1));
      case 0xd1:
        return view.getInt16(this.#take(2));
      case 0xd2:
        return view.getInt32(this.#take(4));
      case 0xd3:
        return this.#wide(view.getInt32(this.#take(4)));
      case 0xd9:
        return this.#string(view.getUint8(this.#take(1)));
      case 0xda:
        return this.#string(view.getUint16(this.#take(2)));
      case 0xdb:
        return this.#string(view.getUint32(this.#take(4)));
      case 0xdc:
        return this.#array(view.getUint16(this.#take(2)), depth);
      case 0xdd:
        return this.#array(view.getUint32(this.#take(4)), depth);
      case 0xde:
        return this.#map(view.getUint16(this.#take(2)), depth);
      case 0xdf:
        return this.#map(view.getUint32(this.#take(4)), depth);
      default:
        throw new TypeError(`type byte 0x${type.toString(16)} is not used by the protocol`);
    }
  }

  /** @param {number} high */
  #wide(high) {
    const value = high * TWO_32 + this.view.getUint32(this.#take(4));
    if (!Number.isSafeInteger(value)) throw new RangeError('an integer beyond 2^53');
    return value;
  }

  /** @param {number} length */
  #string(length) {
    const start = this.#take(length);
    return TEXT_IN.decode(this.source.subarray(start, start + length));
  }

  /** @param {number} length */
  #binary(length) {
    const start = this.#take(length);
    return this.source.slice(start, start + length);
  }

  /**
   * @param {number} count
   * @param {number} depth
   */
  #array(count, depth) {
    // A header may claim four billion items: every item has at least one byte, so the rest of the
    // input bounds it.
    if (count > this.source.length - this.at) throw new RangeError('the value ends too early');
    const items = [];
    for (let index = 0; index < count; index += 1) items.push(this.value(depth + 1));
    return items;
  }

  /**
   * @param {number} count
   * @param {number} depth
   */
  #map(count, depth) {
    /** @type {Record<string, any>} */
    const fields = {};
    for (let index = 0; index < count; index += 1) {
      const name = this.value(depth + 1);
      if (typeof name !== 'string') throw new TypeError('a map key that is not a string');
      // defineProperty: a field called __proto__ is data like any other.
      if (name === '__proto__')
        Object.defineProperty(fields, name, { value: this.value(depth + 1), enumerable: true });
      else fields[name] = this.value(depth + 1);
    }
    return fields;
  }
}
