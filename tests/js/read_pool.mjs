/** Reads files of players as the page does. Input: one file a line, as JSON text. Output: what was found. Run by tests/properties/test_js_pool_file.py. */
import { createInterface } from 'node:readline';
import { readPool } from '../../clients/demo/draft/pool_file.js';

const found = [];
for await (const line of createInterface({ input: process.stdin })) found.push(readPool(JSON.parse(line)));
console.log(JSON.stringify(found));
