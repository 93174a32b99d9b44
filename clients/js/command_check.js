/**
 * What can be sent at all: plain data that both formats carry without loss and the server does not refuse unread
 * (reliability C6, C7). A command that cannot is the page's bug, so it fails at once, at the place that made it.
 */
import { DEPTH_MAX } from './limits.js';

/** Levels that the message itself adds around a command, and bytes around it. */
const ENVELOPE_DEPTH = 2;
const ENVELOPE_BYTES = 512;

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
  const size = new TextEncoder().encode(JSON.stringify(command)).length + ENVELOPE_BYTES;
  if (size > bytesMax) throw new RangeError(`the command has ${size} bytes, more than the ${bytesMax} that a message may have`);
  return copy;
}

/**
 * @param {any} value
 * @param {number} depth
 */
function checkValue(value, depth) {
  if (depth > DEPTH_MAX) throw new RangeError('the command is nested too deep');
  if (value === null || value === undefined || typeof value === 'boolean' || typeof value === 'string') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be sent`);
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new RangeError('an integer beyond 2^53');
  } else if (typeof value === 'object') {
    for (const item of Object.values(value)) checkValue(item, depth + 1);
  } else throw new TypeError(`a ${typeof value} cannot be sent`);
}
