/** Pure parts of the library page and of the board's drawer “Library”. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { named, recorded, textOf, the } from './support/described.mjs';
import './support/served_paths.mjs';

const { library } = await import('../../clients/js/kinds/library.js');
const { SHAPES } = await import('../../clients/js/kinds/formation_table.js');
const catalogue = await import('../../clients/demo/library/catalogue.js');
const { cardsOf, cardOfAnswer, cardOfShape, choicesIn, everything, fits, folderOf, foldersOf, found, tagsOf, withShapes } =
  catalogue;
const { contentWords, pictured } = await import('../../clients/demo/library/picture.js');
const { commandWords, eventWords, refusalWords } = await import('../../clients/demo/library/words.js');
const { foundWords, askView } = await import('../../clients/demo/library/ask_view.js');
const { cardsView } = await import('../../clients/demo/library/cards_view.js');
const { noticesView } = await import('../../clients/demo/library/notices_view.js');
const { itemView } = await import('../../clients/demo/library/item_view.js');
const { versionsView } = await import('../../clients/demo/library/versions_view.js');
const { settingsView, deletedView } = await import('../../clients/demo/library/settings_view.js');
const { listView } = await import('../../clients/demo/library/list_view.js');

const SLOTS = [
  { x: -930, y: 0, number: 1, role: 'GK' },
  { x: 500, y: -501, number: 9, role: 'ST' },
];
const FORMATION = JSON.stringify({ slots: SLOTS });
const stamp = (version) => ({ version, at: version * 1_000, by: 'a_ana' });

/** A library in which items were added, one a version. */
function shelf(...added) {
  let state = library.initial({ settings: { conflicts: 'latest' }, items: {}, deleted: {}, bytes: 0 });
  added.forEach(([id, props, sort = 'formation'], i) => {
    const event = { type: 'item.added', id, sort, props: { content: FORMATION, ...props } };
    state = library.applyEvent(state, event, stamp(i + 1));
  });
  return state;
}

const STATE = shelf(
  ['i_00000001', { name: 'Press 10', tags: ['press', 'high'], folder: 'A', sport: 'soccer' }],
  ['i_00000002', { name: 'press 2', tags: ['press'], folder: 'A/B', sport: 'soccer', notes: 'Wait' }],
  ['i_00000003', { name: 'Zone', folder: 'AB', sport: 'basketball_nba' }],
  ['i_00000004', { name: 'Old', archived: true }],
);
const COUNTS = { i_00000002: { views: 3, opens: 1 }, i_00000003: { views: 9, opens: 0 } };
const CARDS = cardsOf(STATE, COUNTS);
const names = (part) => found(CARDS, { ...everything(), ...part }).map(({ name }) => name);

test('LB91 a list has every item but the archived, by name, and numbers in names as numbers', () => {
  assert.deepEqual(names({}), ['press 2', 'Press 10', 'Zone']);
  assert.deepEqual(names({ archived: true }), ['Old']);
});

test('the latest, the most looked at and the most opened come first', () => {
  assert.deepEqual(names({ order: 'updated' }), ['Zone', 'press 2', 'Press 10']);
  assert.deepEqual(names({ order: 'views' }), ['Zone', 'press 2', 'Press 10']);
  assert.deepEqual(names({ order: 'opens' }), ['press 2', 'Press 10', 'Zone']);
});

test('LB91 words, a tag, a sport, a kind and a folder with those below it narrow the list', () => {
  assert.deepEqual(names({ text: 'WAIT press' }), ['press 2']);
  assert.deepEqual(names({ text: '  ' }), ['press 2', 'Press 10', 'Zone']);
  assert.deepEqual(names({ tag: 'high' }), ['Press 10']);
  assert.deepEqual(names({ sport: 'basketball_nba' }), ['Zone']);
  assert.deepEqual(names({ sort: 'drill' }), []);
  assert.deepEqual(names({ folder: 'A' }), ['press 2', 'Press 10']);
  assert.deepEqual(names({ folder: 'A/B' }), ['press 2']);
});

test('folders tell how much is in them and below, and those on the way are there', () => {
  assert.deepEqual(foldersOf(CARDS), [
    { path: 'A', count: 2 },
    { path: 'A/B', count: 1 },
    { path: 'AB', count: 1 },
  ]);
  assert.deepEqual(choicesIn(CARDS).tags, ['press', 'high']);
});

test('tags and folders are cleaned as the server keeps them', () => {
  assert.deepEqual(tagsOf(' Press, press ,, Corners '), ['press', 'corners']);
  assert.equal(tagsOf(Array.from({ length: 20 }, (_, i) => `t${i}`).join()).length, 12);
  assert.equal(folderOf(' A / /B/C/D '), 'A/B/C');
  assert.equal(folderOf(' / '), null);
});

test('a card of HTTP and one of a room say the same of an item', () => {
  const [card] = CARDS;
  const { id, sort, at, content, waiting: _, ...rest } = card;
  const answer = { id, sort, updated_at: at, ...rest };
  assert.deepEqual(cardOfAnswer(answer, content), card);
});

test('what is on its way says so', () => {
  const me = { account: 'a_ana', role: 'owner' };
  const state = library.predict(STATE, { type: 'item.set', id: 'i_00000001', set: { name: 'N' } }, me);
  assert.deepEqual(cardsOf(state, {}).map(({ waiting }) => waiting), [true, false, false, false]);
});

test('a built-in formation has the content of this device', () => {
  const [shape] = SHAPES;
  const local = cardOfShape(shape);
  const answered = cardOfAnswer({ ...local, id: 'i_x', updated_at: 0 }, null);
  assert.equal(withShapes([answered], SHAPES)[0].content, local.content);
  const keys = SHAPES.map(cardOfShape).map(({ sport, name, tags }) => `${sport} ${name} ${tags}`);
  assert.equal(new Set(keys).size, keys.length);
});

test('LB64 a picture of a formation has its players where a board of it has them', () => {
  const { settings, objects } = pictured(CARDS[0]);
  assert.equal(settings.sport, 'soccer');
  const places = Object.values(objects).map(({ props }) => props.at);
  assert.deepEqual(places, [[-48_825, 0], [26_250, -17_034]]);
});

test('the same content is read once, and what cannot be read has no picture', () => {
  assert.equal(pictured(CARDS[0]), pictured({ ...CARDS[1] }));
  assert.equal(pictured({ sort: 'board', sport: null, content: '{' }), null);
  assert.equal(contentWords(CARDS[0]), '2 places');
  assert.equal(contentWords({ ...CARDS[0], content: null, players: 5 }), '5 a side');
});

test('commands, events and refusals are said in words', () => {
  const nameOf = () => 'Press';
  const set = (part) => ({ type: 'item.set', id: 'i_1', set: part });
  assert.equal(commandWords(set({ name: 'x', tags: [] }), nameOf), 'change the name and tags of “Press”');
  assert.equal(commandWords({ type: 'folder.rename', folder: 'A', to: null }, nameOf), 'take everything out of the folder “A”');
  assert.equal(eventWords(set({ folder: null })), 'took it out of its folder');
  assert.equal(eventWords(set({ archived: true })), 'archived it');
  assert.equal(eventWords({ type: 'item.restored', version: 3, set: {} }), 'made it as it was at 3');
  const names_ = { a_ben: 'Ben' };
  const said = (code, detail) => refusalWords({ code, detail }, names_, nameOf);
  assert.match(said('deleted', { by: 'a_ben' }), /^Ben deleted it before/);
  assert.match(said('limit_reached', { limit: 'ITEMS_MAX', max: 500 }), /holds 500 items/);
  assert.match(said('bad_property', { property: 'folder', why: 'deep', max: 3 }), /3 deep/);
  assert.match(
    said('conflict', { conflicts: [{ id: 'i_1', property: 'name', theirs: 'T', by: 'a_ben' }] }),
    /^Ben has changed the name of “Press” to “T” meanwhile/,
  );
  assert.match(said('odd', null), /\(odd\)/);
});

test('how much shows is said with what was asked', () => {
  assert.equal(foundWords(3, CARDS, everything()), '3 items');
  assert.equal(foundWords(1, CARDS, { ...everything(), tag: 'high', text: ' x ' }), '1 of 3: high, “x”');
});

const UI = {
  ...{ wanted: everything(), shown: 48, open: null, panel: null, asking: false, busy: null },
  ...{ refusal: null, lost: [], link: null, versions: null, teams: [] },
  libraries: [
    { id: 'built-in', name: 'Formations', reach: 'built-in', role: 'viewer' },
    { id: 'r_mine', name: 'Mine', reach: 'private', role: 'owner', team: null },
    { id: 'r_read', name: 'Read', reach: 'public', role: 'viewer', team: null },
    { id: 'r_here', name: 'Here', reach: 'private', role: 'owner', team: null },
  ],
};
const model = (more = {}) => ({
  ...{ ui: { ...UI, ...more.ui }, library: 'r_here', read: null, names: { a_ben: 'Ben' } },
  ...{ name: 'Here', cards: CARDS, me: 'a_ana', role: 'owner', reach: 'private', team: null },
  ...{ member: true, guest: false, may: () => true, room: { people: new Map() }, link: { status: 'live' } },
  ...{ here: [], unsaved: [], deleted: {}, conflicts: 'latest', now: 0 },
  ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== 'ui')),
});

test('a card opens its item, or a board of it, and says who looks at it', () => {
  const act = recorded();
  const people = new Map([[1, { account: 'a_ben', name: 'Ben', values: { look: { item: 'i_00000001' } } }]]);
  const view = cardsView({ ...model({ room: { people } }), shown: CARDS.slice(0, 2) }, act);
  the(view, 'button', 'Press 10, Formation').props.onclick();
  the(view, 'button', 'Open press 2 as a board').props.onclick();
  assert.deepEqual(act.said.map(([name, one]) => [name, one.id ?? one]), [
    ['open', 'i_00000001'],
    ['openBoard', 'i_00000002'],
  ]);
  the(view, 'span', 'Ben looks at it');
});

test('an empty library says what to do, and a question that finds nothing offers everything', () => {
  const act = recorded();
  assert.match(textOf(cardsView({ ...model({ cards: [] }), shown: [] }, act)), /Nothing here yet.*Formations to copy/);
  const viewer = model({ cards: [], may: () => false });
  assert.doesNotMatch(textOf(cardsView({ ...viewer, shown: [] }, act)), /Formations to copy/);
  the(cardsView({ ...model(), shown: [] }, act), 'button', 'Show everything').props.onclick();
  assert.deepEqual(act.said, [['askAll']]);
});

test('an owner changes an item and copies it where they may; a reader only looks and opens', () => {
  const [card] = CARDS;
  const owner = itemView(model({ ui: { open: card.id } }), card, recorded());
  for (const words of ['Open a board', 'Duplicate', 'Archive', 'Delete', 'Share by link', 'Versions'])
    assert.equal(named(owner, 'button', words).length, 1, words);
  assert.deepEqual(named(owner, 'option', '').map((one) => textOf(one.children)).filter((one) => one === 'Mine' || one === 'Read'), ['Mine']);
  const reader = itemView(
    model({ ui: { open: card.id }, may: () => false, member: false, role: 'viewer' }),
    card,
    recorded(),
  );
  for (const words of ['Duplicate', 'Archive', 'Delete', 'Share by link', 'Versions'])
    assert.equal(named(reader, 'button', words).length, 0, words);
  assert.match(textOf(reader), /press, high/);
});

test('a field says when one begins to type, and what one typed', () => {
  const [card] = CARDS;
  const act = recorded();
  const inputs = named(itemView(model(), card, act), 'label', 'Tags').flatMap((label) => label.children);
  const tags = inputs.find(({ tag }) => tag === 'input');
  tags.props.onfocus();
  tags.props.onchange({ target: { value: 'New, new' } });
  assert.deepEqual(act.said, [['begin'], ['commit', card.id, { tags: ['new'] }]]);
});

test('what is not there any more says so and can come back', () => {
  const act = recorded();
  const deleted = { i_gone0000: { sort: 'drill', name: 'Gone', by: 'a_ben', version: 8, at: 1 } };
  const view = itemView(model({ ui: { open: 'i_gone0000' }, deleted }), null, act);
  assert.match(textOf(view), /“Gone” was deleted/);
  the(view, 'button', 'Bring it back').props.onclick();
  the(deletedView(model({ deleted }), act), 'button', 'Bring Gone back').props.onclick();
  assert.deepEqual(act.said, [['restore', 'i_gone0000'], ['restore', 'i_gone0000']]);
});

test('versions have a way back, but for the one that is', () => {
  const act = recorded();
  const [card] = CARDS;
  const entries = [
    { version: 5, at: 5, name: 'Ben', events: [{ type: 'item.set', id: card.id, set: { name: 'B' } }] },
    { version: 1, at: 1, name: 'Ana', events: [{ type: 'item.added', id: card.id, props: { name: 'A', content: FORMATION } }] },
  ];
  const view = versionsView(model({ ui: { versions: { id: card.id, entries, next: null } } }), card, act);
  assert.match(textOf(view), /Ben named it “B”/);
  the(view, 'button', 'Go back to where Ana made it').props.onclick();
  assert.equal(named(view, 'button', 'Go back').length, 1);
  assert.deepEqual(act.said, [['rollBack', card.id, 1]]);
});

test('what was not saved and what was written over stands there with its choices', () => {
  const act = recorded();
  const unsaved = [
    { id: 'u1', code: 'deleted', detail: { by: 'a_ben' }, command: { type: 'item.set', id: 'i_00000001', set: { name: 'x' } } },
  ];
  const lost = [{ key: 'k', id: 'i_00000001', text: 'Ben changed the name', set: { name: 'A' } }];
  const view = noticesView(model({ ui: { lost }, unsaved }), act);
  assert.match(textOf(view), /Not saved: change the name of “Press 10” Ben deleted it before/);
  the(view, 'button', 'Try again').props.onclick();
  the(view, 'button', 'Bring mine back').props.onclick();
  assert.deepEqual(act.said, [['retry', unsaved[0]], ['bringBack', lost[0]]]);
});

test('owners say who may see a library; others are told who does', () => {
  const owner = settingsView(model({ ui: { teams: [{ id: 't_1', name: 'U15', role: 'owner' }] } }), recorded());
  assert.equal(named(owner, 'option', 'U15').length, 1);
  const viewer = settingsView(model({ role: 'viewer' }), recorded());
  assert.match(textOf(viewer), /Owners change what stands here/);
  assert.ok(named(viewer, 'label', 'Public')[0].children[0].props.disabled);
});

test('a folder that is chosen can be renamed by who may', () => {
  const wanted = { ...everything(), folder: 'A' };
  const view = askView(model({ ui: { wanted } }), recorded());
  assert.equal(named(view, 'button', 'Rename').length, 1);
  const reader = askView(model({ ui: { wanted }, may: () => false }), recorded());
  assert.equal(named(reader, 'button', 'Rename').length, 0);
});

test('libraries stand in groups; without any of one’s own it says so', () => {
  const state = { libraries: UI.libraries, teams: [], problem: null, busy: false, away: false };
  assert.match(textOf(listView(state, recorded())), /To begin with Formations .* Yours .*Public Read/);
  const [first] = UI.libraries;
  assert.match(textOf(listView({ ...state, libraries: [first], away: true }, recorded())), /cannot be reached.*No library of your own yet/);
  assert.equal(fits(CARDS[0], everything()), true);
});
