/** What makes files of boards: documents, sheets, PDF, GIF, and the player's clock. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import './support/served_paths.mjs';
import { all, textOf, the } from './support/described.mjs';

const folder = '../../clients/demo/board/exchange/';
const { documentOf, stateOf, fileName, faultWords } = await import(`${folder}document.js`);
const { sheetsOf, objectsOfSheet, objectsAt } = await import(`${folder}moments.js`);
const { pictureSize, pictureView } = await import(`${folder}picture.js`);
const { pdfOf } = await import(`${folder}pdf.js`);
const { cutWords, sampledAt } = await import(`${folder}animation.js`);
const { Colours, Gif } = await import(`${folder}gif.js`);
const { fitted, notePages, wrapped, printView } = await import(`${folder}sheets.js`);
const { exchangeView } = await import(`${folder}drawer.js`);
const { atTheStart, changed, hasEnded, momentOfPlay, playerView, toggled } = await import(
  '../../clients/demo/play/player.js'
);
const { timelineOf } = await import('../../clients/js/kinds/board_timeline.js');

const settings = { sport: 'soccer', length_mm: 105_000, width_mm: 68_000, portrait: false };
const objects = {
  o_nine: { sort: 'token', props: { at: [0, 0], number: 9, side: 'home', name: null } },
  o_ten: { sort: 'token', props: { at: [5_000, 0], number: 10, side: 'home' } },
  o_ball: { sort: 'ball', props: { at: [0, 0], carrier: 'o_nine' } },
  o_note: { sort: 'text', props: { at: [0, 9_000], text: 'Now', phase: 'o_second' } },
  o_said: { sort: 'comment', props: { at: [0, 0], text: 'Hm', pin: 'o_nine' } },
  o_second: { sort: 'phase', props: { rank: 'b', duration: 500, easing: 'linear' } },
  o_first: {
    sort: 'phase',
    props: { rank: 'a', duration: 1_000, easing: 'linear', name: 'Run', notes: 'Go' },
  },
  o_stop1: { sort: 'stop', props: { phase: 'o_first', of: 'o_nine', at: [10_000, 0] } },
  o_stop2: { sort: 'stop', props: { phase: 'o_second', of: 'o_ball', at: [20_000, 0], carrier: 'o_ten' } },
};
const state = { settings, objects };

test('a document leaves out nulls and comes back as the same state', () => {
  const document = documentOf('A', { ...state, settings: { ...settings, origin: null, more: 1 } });
  assert.equal(document.format, 'touchline.board');
  assert.deepEqual(document.settings, settings);
  assert.deepEqual(document.objects[0], {
    id: 'o_nine',
    sort: 'token',
    props: { at: [0, 0], number: 9, side: 'home' },
  });
  const again = documentOf('A', stateOf(document));
  assert.deepEqual(again, document);
  assert.deepEqual(
    Object.keys(stateOf(document).objects),
    Object.keys(objects),
    'in the order of the board',
  );
});

test('BD73: a document of a board holds what every board takes', () => {
  const small = { ...settings, length_mm: 90_000, width_mm: 45_000, origin: { room: 'r_x', version: 1 } };
  const worn = {
    o_nine: { sort: 'token', props: { at: [70_000, -40_000] } },
    o_ball: { sort: 'ball', props: { at: [0, 0], carrier: 'o_gone' } },
    o_cone: { sort: 'equipment', props: { at: [1, 1] } },
    o_other: { sort: 'ball', props: { at: [0, 0], carrier: 'o_cone' } },
    o_mine: { sort: 'ball', props: { at: [0, 0], carrier: 'o_nine' } },
  };
  const document = documentOf('A', { settings: small, objects: worn });
  assert.equal('origin' in document.settings, false);
  assert.deepEqual(
    document.objects.map(({ props }) => props),
    [
      { at: [63_000, -31_500] },
      { at: [0, 0] },
      { at: [1, 1] },
      { at: [0, 0] },
      { at: [0, 0], carrier: 'o_nine' },
    ],
  );
});

test('names of files are such as every system takes', () => {
  assert.equal(fileName('Corner / near: post?', 'pdf'), 'Corner near post.pdf');
  assert.equal(fileName('..\u0000//', 'pdf'), 'board.pdf');
  assert.equal(fileName('Łódź – 2', 'svg'), 'Łódź 2.svg');
  assert.ok(fileName('x'.repeat(300), 'svg').length < 70);
});

test('faults are told in words, with line, thing and field', () => {
  const text = JSON.stringify({ objects: [{ sort: 'token', props: { number: 9 } }] });
  const fault = (detail, code = 'invalid') => faultWords({ code, detail, message: 'No.' }, text);
  assert.equal(
    fault({ path: '$.objects[0].props.at', line: 7, why: 'outside' }),
    'Line 7: thing 1 (token 9): “at” lies outside of the pitch.',
  );
  assert.equal(
    fault({ path: '$.objects[4]', line: 9, why: 'Object missing required field `id`' }),
    'Line 9: thing 5: is not right. Object missing required field “id”.',
  );
  assert.match(fault({ path: '$.name', line: 2, why: 'Expected `str`' }), /^Line 2: “name” /u);
  assert.match(fault({ path: '$', line: 3, why: 'not JSON: bad' }, 'malformed'), /^Line 3: this is no JSON\. Bad\./u);
  assert.match(fault({ limit: 'OBJECTS_MAX', max: 2000 }, 'limit_reached'), /at most 2\D?000 things/u);
  const photos = { limit: 'PHOTOS_CHARACTERS_MAX', max: 1_000_000, path: '$.objects', why: 'more' };
  assert.match(fault(photos), /^This is more than a board holds: .* characters of photos\.$/u);
  assert.equal(fault(null), 'No.');
});

test('a sheet for the set-up and each phase in its order', () => {
  assert.deepEqual(
    sheetsOf(objects).map(({ title, notes, seconds }) => [title, notes, seconds]),
    [
      ['Set-up', '', null],
      ['1 Run', 'Go', 1],
      ['2', '', 0.5],
    ],
  );
  assert.deepEqual(sheetsOf({ o_nine: objects.o_nine }).map(({ title }) => title), ['']);
});

test('a sheet shows where its phase begins, the ways in it, and its own marks only', () => {
  const first = objectsOfSheet(objects, 'o_first');
  assert.deepEqual(Object.keys(first), ['o_way-nine', 'o_nine', 'o_ten', 'o_ball']);
  const way = first['o_way-nine'].props;
  assert.deepEqual(way.at, [0, 0]);
  assert.deepEqual(way.points.at(-1), [10_000, 0]);
  assert.equal(way.stroke, 'solid');
  const second = objectsOfSheet(objects, 'o_second');
  assert.deepEqual(second.o_nine.props.at, [10_000, 0]);
  assert.equal(second['o_way-ball'].props.stroke, 'dashed');
  assert.ok('o_note' in second);
  assert.ok(!('o_said' in second));
  assert.ok(!('o_note' in objectsOfSheet(objects, null)));
});

test('at a moment everybody is where the timeline has them', () => {
  const shown = objectsAt(objects, timelineOf(objects), 500);
  assert.deepEqual(shown.o_nine.props.at, [5_000, 0]);
  assert.deepEqual(shown.o_ball.props.at, [5_900, 0]);
  assert.deepEqual(objects.o_nine.props.at, [0, 0], 'nothing is changed');
});

test('a picture has the shape of its pitch', () => {
  assert.deepEqual(pictureSize(settings, 1_130), [1_130, 760]);
  assert.deepEqual(pictureSize({ ...settings, portrait: true }, 1_130), [760, 1_130]);
  const view = pictureView({ settings, objects: objectsAt(objects, timelineOf(objects), 0), size: [1_130, 760], title: 'A & B' });
  assert.equal(view.props.viewBox, '-56490 -37993 112980 75987');
  assert.equal(textOf(the(view, 'title', '').children), 'A & B');
});

test('a picture shows the part of the pitch that the board shows, and no more', () => {
  for (const portrait of [false, true]) {
    const half = { ...settings, part: 'half', portrait };
    const size = pictureSize(half, 1_000);
    const [width, height] = [52_500 + 2 * 3_990, 68_000 + 2 * 3_990];
    const short = Math.round((1_000 * width) / height);
    assert.deepEqual(size, portrait ? [1_000, short] : [short, 1_000]);
    const [x, y, w, h] = pictureView({ settings: half, objects: {}, size, title: 'Half' }).props.viewBox.split(' ').map(Number);
    const seen = portrait ? [-y - h, -y, w] : [x, x + w, h];
    for (const [n, mm] of [-3_990, 52_500 + 3_990, height].entries())
      assert.ok(Math.abs(seen[n] - mm) < 150, `${seen} instead of ${mm}`);
  }
});

const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xd9]);
const latin1 = (bytes) => String.fromCharCode(...bytes);

test('a PDF finds its objects where it says, and its words can be searched', () => {
  const page = { jpeg: JPEG, pixels: [2, 3], size: [842, 595], words: ['Zoë (9) \\ “ok”', 'Łucja 東'] };
  const file = latin1(pdfOf([page, page], { title: 'Łódź' }));
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/u.exec(file)[1]);
  assert.ok(file.startsWith('xref\n', start));
  const places = [...file.slice(start).matchAll(/^(\d{10}) 00000 n $/gmu)].map(([, at]) => Number(at));
  places.forEach((at, i) => assert.ok(file.startsWith(`${i + 1} 0 obj\n`, at)));
  assert.equal(places.length, 3 + 2 * 3 + 1);
  assert.match(file, /\/Kids \[4 0 R 7 0 R\] \/Count 2/u);
  assert.ok(file.includes('(Zo\xeb \\(9\\) \\\\ \x93ok\x94) Tj'));
  assert.ok(file.includes('(?ucja ?) Tj') || file.includes('(Lucja ?) Tj'));
  assert.ok(file.includes('/Title <FEFF014100f30064017a>'));
  for (const [, length, body] of file.matchAll(/\/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/gu))
    assert.equal(body.length, Number(length));
});

/** As the format's specification reads: codes of growing width back to values. */
function unpacked(bytes) {
  const values = [];
  let [at, held, bits, size] = [0, 0, 0, 9];
  let table = [];
  let before = null;
  for (;;) {
    while (bits < size) {
      held |= bytes[at] << bits;
      at += 1;
      bits += 8;
    }
    const code = held & ((1 << size) - 1);
    held >>>= size;
    bits -= size;
    if (code === 257) return values;
    if (code === 256) {
      [size, table, before] = [9, [], null];
      continue;
    }
    const known = code < 256 ? [code] : table[code - 258];
    const entry = known ?? [...before, before[0]];
    if (before && table.length < 4_096 - 258) table.push([...before, entry[0]]);
    if (table.length + 258 === 1 << size && size < 12) size += 1;
    values.push(...entry);
    before = entry;
  }
}

function framesOf(file) {
  const frames = [];
  let at = 13 + 768 + 19;
  while (file[at] !== 0x3b) {
    assert.equal(file[at], 0x21);
    at += 8;
    assert.equal(file[at], 0x2c);
    const [x, y, width, height] = [1, 3, 5, 7].map((i) => file[at + i] | (file[at + i + 1] << 8));
    at += 11;
    const packed = [];
    while (file[at] !== 0) {
      packed.push(...file.slice(at + 1, at + 1 + file[at]));
      at += file[at] + 1;
    }
    at += 1;
    frames.push({ x, y, width, height, values: unpacked(packed) });
  }
  return frames;
}

test('a GIF reads back to its pixels, and later frames hold only what changed', () => {
  const [width, height] = [120, 90];
  let seed = 7;
  const dice = () => (seed = (seed * 48_271) % 2_147_483_647) % 40;
  const first = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i += 1) {
    const shade = dice() * 6;
    first.set([shade, 255 - shade, (shade * 3) % 256, 255], i * 4);
  }
  const second = first.slice();
  for (const [x, y] of [
    [10, 20],
    [30, 25],
  ])
    second.set([250, 10, 10, 255], (y * width + x) * 4);
  const gif = new Gif({ width, height, colours: new Colours().add(first).add(second) });
  gif.frame(first, 80);
  gif.frame(second, 80);
  gif.frame(second, 80);
  const file = gif.end();
  assert.equal(latin1(file.slice(0, 6)), 'GIF89a');
  const [one, two, three] = framesOf(file);
  assert.equal(one.values.length, width * height);
  const colour = (place) => [0, 1, 2].map((c) => file[13 + place * 3 + c]);
  for (let i = 0; i < width * height; i += 1) {
    const off = colour(one.values[i]).map((value, c) => Math.abs(value - first[i * 4 + c]));
    assert.ok(Math.max(...off) <= 8);
  }
  assert.deepEqual([two.x, two.y, two.width, two.height], [10, 20, 21, 6]);
  assert.equal(two.values.filter((value) => value !== 255).length, 2);
  assert.deepEqual(three.values, [255]);
});

test('notes are broken between words, and words that are too long within', () => {
  const measure = (text) => text.length;
  assert.deepEqual(wrapped('a bb ccc\n\ndddddddd e', 4, measure), ['a bb', 'ccc', 'dddd', 'dddd', 'e']);
  assert.deepEqual(fitted([200, 100], { x: 10, y: 20, width: 100, height: 100 }), { x: 10, y: 20, width: 100, height: 50 });
});

test('no line of the notes is lost: what has no room below the picture is on pages behind it', () => {
  const lines = Array.from({ length: 90 }, (_, i) => `${i}`);
  for (const height of [595, 842]) {
    const pages = notePages(lines, height);
    assert.equal(pages[0].length, 16);
    assert.deepEqual(pages.flat(), lines);
    for (const page of pages) assert.ok(60 + page.length * 15 <= height - 34);
  }
  assert.deepEqual(notePages([], 595), [[]]);
});

test('every phase gives its colours to a moving picture', () => {
  const { phases, duration } = timelineOf(state.objects);
  assert.deepEqual(sampledAt(phases, duration), [0, 500, 1_000, 1_250, 1_500]);
  assert.deepEqual(sampledAt(phases, 1_100), [0, 500, 1_000, 1_100], 'not what is cut off');
});

test('what is cut off a long play is told', () => {
  assert.equal(cutWords(state.objects), '');
  const long = (duration) => ({ sort: 'phase', props: { rank: 'a', duration } });
  assert.equal(cutWords({ a: long(30_000), b: long(30_000) }), '');
  assert.equal(
    cutWords({ a: long(30_000), b: long(30_000), c: long(15_500) }),
    '. It holds the first 60 s of 75.5 s, the most that there can be',
  );
});

test('the printer gets a section for every sheet', () => {
  const sections = printView({ name: 'A', state });
  assert.deepEqual(sections.map((one) => textOf(one.children[0])), ['A · Set-up', 'A · 1 Run (1 s)', 'A · 2 (0.5 s)']);
  assert.equal(textOf(sections[1].children.at(-1)), 'Go');
});

test('the drawer says what is going on, and lets one thing be made at a time', () => {
  const idle = { busy: null, share: 0, problem: null, done: null, made: null, player: null, sheet: 'set-up' };
  const model = { sheets: sheetsOf(objects), seconds: 1.5, owner: true };
  const rows = (exchange, more) =>
    [...all(exchangeView({ ...model, exchange, ...more }, { recorded: () => null }))].filter((one) => one.props['data-export']);
  assert.equal(rows(idle).filter((one) => one.props.disabled).length, 0);
  assert.equal(rows({ ...idle, busy: 'x' }).filter((one) => one.props.disabled).length, 7);
  assert.deepEqual(
    rows(idle, { seconds: 0 }).filter((one) => one.props.disabled).map((one) => one.props['data-export']),
    ['gif', 'film'],
  );
  const viewer = exchangeView({ ...model, exchange: idle, owner: false }, { recorded: () => null });
  assert.ok(!textOf(viewer).includes('A link that plays'));
});

test('the player plays, stands, goes on, ends, begins anew and loops', () => {
  let play = toggled(atTheStart(), 1_000, 1_500);
  assert.equal(momentOfPlay(play, 1_500, 1_500), 500);
  play = toggled(play, 1_500, 1_500);
  assert.equal(momentOfPlay(play, 9_000, 1_500), 500);
  play = changed(toggled(play, 2_000, 1_500), { speed: 200 }, 2_100, 1_500);
  assert.equal(momentOfPlay(play, 2_200, 1_500), 800);
  assert.equal(momentOfPlay(play, 9_000, 1_500), 1_500);
  assert.ok(hasEnded(play, 9_000, 1_500));
  assert.equal(momentOfPlay(toggled(play, 9_000, 1_500), 9_000, 1_500), 0);
  play = changed(play, { loop: true, at: 0 }, 10_000, 1_500);
  assert.equal(momentOfPlay(play, 11_000, 1_500), 500);
  assert.ok(!hasEnded(play, 11_000, 1_500));
});

test('the player without phases is a picture, with them it says where it is', () => {
  const page = { name: 'A', state, now: 0, size: [800, 500] };
  const words = textOf(playerView({ ...page, play: { ...atTheStart(), at: 400 } }, {}));
  assert.match(words, /1 of 2 · Run · 0\.4 s/u);
  const still = playerView({ ...page, state: { settings, objects: { o_ten: objects.o_ten } }, play: atTheStart() }, {});
  assert.equal([...all(still)].filter((one) => one.tag === 'button').length, 0);
});
