/**
 * What can be sent at all: plain data that both formats carry without loss and the server does not
 * refuse unread (SPEC C6, C7, MS3, MS4, MS12). A command that cannot is the page's bug, so it fails
 * at once, at the place that made it.
 */
import { DEPTH_MAX } from './limits.js';

/** Levels that the message itself adds around a command, and bytes around it. */
const ENVELOPE_DEPTH = 2;
const ENVELOPE_BYTES = 512;

/** More than the server takes in one message (SPEC C6). */
export class TooLarge extends RangeError {
  /**
   * @param {number} size
   * @param {number} bytesMax
   */
  constructor(size, bytesMax) {
    super(`it has ${size} bytes, more than the ${bytesMax} that the server takes`);
    this.name = 'TooLarge';
  }
}

/**
 * What a command may weigh, as JSON.
 * @param {number} bytesMax of a message
 */
export function commandBytes(bytesMax) {
  return bytesMax - ENVELOPE_BYTES;
}

/**
 * @param {any} command
 * @param {any} local
 * @param {number} bytesMax
 * @returns {{command: any, local: any}} copies, so that nobody changes what is on its way
 */
export function checkCommand(command, local, bytesMax) {
  if (typeof command?.type !== 'string') throw new TypeError('a command has a type');
  checkValue(command, ENVELOPE_DEPTH);
  const copy = structuredClone({ command, local });
  checkSize(command, commandBytes(bytesMax));
  return copy;
}

/**
 * @param {any} value of one presence key
 * @param {number} bytesMax
 */
export function checkPresence(value, bytesMax) {
  checkValue(value, ENVELOPE_DEPTH);
  checkSize(value, bytesMax);
}

/**
 * @param {any} value
 * @param {number} bytesMax
 */
function checkSize(value, bytesMax) {
  const size = new TextEncoder().encode(JSON.stringify(value)).length;
  if (size > bytesMax) throw new TooLarge(size, bytesMax);
}

/**
 * @param {any} value
 * @param {number} depth
 */
function checkValue(value, depth) {
  if (depth > DEPTH_MAX) throw new RangeError('it is nested too deep');
  if (
    value === null ||
    value === undefined ||
    typeof value === 'boolean' ||
    typeof value === 'string'
  )
    return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be sent`);
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      throw new RangeError('an integer beyond 2^53');
  } else if (typeof value === 'object') {
    for (const item of Object.values(value)) checkValue(item, depth + 1);
  } else throw new TypeError(`a ${typeof value} cannot be sent`);
}
