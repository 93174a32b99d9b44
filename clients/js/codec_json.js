/**
 * Messages as JSON text: subprotocol `touchline.v1.json`. Only this module and codec_msgpack.js
 * know bytes.
 */

/**
 * @typedef {object} Codec
 * @property {string} subprotocol
 * @property {(message: object) => string | Uint8Array<ArrayBuffer>} encode
 * @property {(data: unknown) => any} decode raises on anything that is not one message
 */

/** @type {Codec} */
export const JSON_CODEC = {
  subprotocol: 'touchline.v1.json',
  encode: (message) => JSON.stringify(message),
  decode: (data) => {
    if (typeof data !== 'string') throw new TypeError('expected a text message');
    return JSON.parse(data);
  },
};
