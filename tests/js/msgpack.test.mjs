/** The MessagePack codec against the format's own table, and against random values. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode } from '../../clients/js/msgpack.js';

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'));

const TABLE = [
  [null, 'c0'],
  [false, 'c2'],
  [true, 'c3'],
  [0, '00'],
  [127, '7f'],
  [128, 'cc80'],
  [255, 'ccff'],
  [256, 'cd0100'],
  [65_535, 'cdffff'],
  [65_536, 'ce00010000'],
  [4_294_967_295, 'ceffffffff'],
  [4_294_967_296, 'cf0000000100000000'],
  [Number.MAX_SAFE_INTEGER, 'cf001fffffffffffff'],
  [-1, 'ff'],
  [-32, 'e0'],
  [-33, 'd0df'],
  [-128, 'd080'],
  [-129, 'd1ff7f'],
  [-32_768, 'd18000'],
  [-32_769, 'd2ffff7fff'],
  [-2_147_483_648, 'd280000000'],
  [-2_147_483_649, 'd3ffffffff7fffffff'],
  [Number.MIN_SAFE_INTEGER, 'd3ffe0000000000001'],
  [1.5, 'cb3ff8000000000000'],
  [-0.1, 'cbbfb999999999999a'],
  ['', 'a0'],
  ['a', 'a161'],
  ['ü', 'a2c3bc'],
  ['x'.repeat(32), `d920${'78'.repeat(32)}`],
  ['x'.repeat(256), `da0100${'78'.repeat(256)}`],
  [[], '90'],
  [[1, [2]], '92019102'],
  [{}, '80'],
  [{ a: 1 }, '81a16101'],
];

for (const [value, expected] of TABLE) {
  test(`CL20 ${JSON.stringify(value).slice(0, 40)} is ${expected.slice(0, 20)}`, () => {
    assert.equal(hex(encode(value)), expected);
    assert.deepEqual(decode(bytes(expected)), value);
  });
}

test('CL20 long strings, arrays, maps and binary survive', () => {
  const many = Array.from({ length: 70_000 }, (_, index) => index - 35_000);
  const wide = Object.fromEntries(many.slice(0, 20).map((n) => [`k${n}`, n]));
  const value = {
    text: 'é'.repeat(70_000),
    many,
    wide,
    raw: new Uint8Array([0, 255]),
    far: new Uint8Array(300),
  };
  assert.deepEqual(decode(encode(value)), value);
  assert.deepEqual(decode(bytes('c403010203')), new Uint8Array([1, 2, 3]));
});

test('CL20 what JSON leaves out is left out', () => {
  assert.equal(hex(encode({ a: undefined, b: 1 })), hex(encode({ b: 1 })));
});

test('CL20 other writers may use longer forms and single floats', () => {
  assert.equal(decode(bytes('ca3fc00000')), 1.5);
  assert.equal(decode(bytes('cd0001')), 1);
  assert.equal(decode(bytes('d10001')), 1);
  assert.deepEqual(decode(bytes('df00000001a16101')), { a: 1 });
  assert.deepEqual(decode(bytes('dd0000000101')), [1]);
  assert.equal(decode(bytes('db0000000161')), 'a');
});

test('CL20 a field called __proto__ is data', () => {
  const value = decode(encode(JSON.parse('{"__proto__":{"x":1},"y":2}')));
  assert.deepEqual(Object.keys(value), ['__proto__', 'y']);
  assert.equal(value.x, undefined);
});

const REFUSED = [
  ['', 'nothing'],
  ['81', 'a map without fields'],
  ['a261', 'a short string'],
  ['dd7fffffff', 'a header that claims too much'],
  ['0000', 'bytes after the value'],
  ['c1', 'a type byte that is not used'],
  ['d40100', 'an extension'],
  ['810101', 'a key that is not a string'],
  ['cfffffffffffffffff', 'an integer beyond 2^53'],
  ['a1ff', 'a string that is not UTF-8'],
  ['91'.repeat(40) + '00', 'a value nested too deep'],
];

for (const [input, what] of REFUSED) {
  test(`CL20 ${what} is refused`, () => assert.throws(() => decode(bytes(input))));
}

test('CL20 what has no place in a message is not encoded', () => {
  assert.throws(() => encode(() => 1), /function/);
  let deep = 0;
  for (let level = 0; level < 40; level += 1) deep = [deep];
  assert.throws(() => encode(deep), /too deep/);
});
