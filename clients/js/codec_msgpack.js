/** Messages as MessagePack: subprotocol `touchline.v1.msgpack`. */
import { decode, encode } from './msgpack.js';

/** @type {import('./codec_json.js').Codec} */
export const MSGPACK_CODEC = {
  subprotocol: 'touchline.v1.msgpack',
  encode: (message) => encode(message),
  decode: (data) => {
    if (data instanceof ArrayBuffer) return decode(new Uint8Array(data));
    if (data instanceof Uint8Array) return decode(data);
    throw new TypeError('expected a binary message');
  },
};
