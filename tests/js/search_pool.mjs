/** Searches a pool as the page does. Input: `{"pool", "typed"}` as JSON. Output: the ids found for each. Run by tests/properties/test_js_pool_search.py. */
import './support/served_paths.mjs';
import { text } from 'node:stream/consumers';

const { everybody, found } = await import('../../clients/demo/draft/search.js');
const { pool, typed } = JSON.parse(await text(process.stdin));
const state = { pool, rosters: {}, picks: [], kept: [], bid: null, turn: null };
const told = typed.map((one) => found(state, { ...everybody(), free: false, text: one }).map(({ id }) => id));
console.log(JSON.stringify(told));
