/**
 * What every storage keeps to. Plain functions and no imports, so that it runs in a browser as well
 * (tests/e2e/test_js_storage.py).
 */

/**
 * @param {() => any} make a storage over what all of them share, like the tabs of one origin
 * @returns {Promise<string[]>} what is wrong; nothing, if all is well
 */
export async function storageContract(make) {
  const wrong = [];
  const check = (what, actual, expected) => {
    const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (is !== should) wrong.push(`${what}: ${is}, not ${should}`);
  };
  const [one, other] = [make(), make()];
  await one.open();
  await other.open();

  const value = { list: [1], nested: { at: null, text: 'ü' } };
  await one.write([
    { store: 'commands', key: 'c 0000000000000010', value: 10 },
    { store: 'commands', key: 'c 0000000000000009', value },
    { store: 'commands', key: 'd 0000000000000001', value: 1 },
    { store: 'unsaved', key: 'a', value: true },
  ]);
  value.list.push(2);
  check('another tab sees it', await other.get('unsaved', 'a'), true);
  const listed = await other.list('commands', 'c ');
  check('in the order of keys, with a prefix', listed, [{ ...value, list: [1] }, 10]);
  check('all', (await other.list('commands')).length, 3);
  check('nothing', await other.get('commands', 'e'), undefined);

  await one.write(
    [
      { store: 'commands', key: 'd 0000000000000001', value: undefined },
      { store: 'commands', key: 'e', value: 'new' },
    ],
    { strict: true },
  );
  check('taken out and put in', await other.list('commands', 'd'), []);
  check('put in', await other.get('commands', 'e'), 'new');
  await one.write([]);

  const refused = one.write([
    { store: 'rooms', key: 'x', value: 1 },
    { store: 'rooms', key: 'y', value: () => 1 },
  ]);
  check(
    'a write that fails',
    await refused.then(
      () => 'kept',
      () => 'refused',
    ),
    'refused',
  );
  check('changes nothing', await other.list('rooms'), []);

  check('before an update', await one.update('clients', 'n', () => 0), undefined);
  const count = (storage) => storage.update('clients', 'n', (n) => n + 1);
  await Promise.all(Array.from({ length: 50 }, () => [count(one), count(other)]).flat());
  check('no update is cut in two', await one.get('clients', 'n'), 100);
  check('what was there', await one.update('clients', 'n', () => undefined), 100);
  check('taken out by an update', await other.get('clients', 'n'), undefined);

  one.close();
  check('a closed one opens again', await one.get('commands', 'e'), 'new');
  one.close();
  other.close();
  return wrong;
}
