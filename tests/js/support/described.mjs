/**
 * Reads what a view describes, without a browser: the page's elements are custom, and their classes
 * are named when its modules load.
 */
globalThis.HTMLElement ??= class {};
globalThis.customElements ??= { define: () => {} };

const { h } = await import('../../../clients/demo/parts/view.js');

/** Every description within `views`, in the order of the page. */
export function* all(...views) {
  for (const one of h('div', {}, views).children) {
    if (typeof one === 'string') continue;
    yield one;
    yield* all(one.children);
  }
}

/** What stands there, as a person reads it. */
export function textOf(...views) {
  return h('div', {}, views)
    .children.map((one) => (typeof one === 'string' ? one : textOf(one.children)))
    .join(' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** The elements of a tag whose text or label has the words. */
export function named(view, tag, words) {
  return [...all(view)].filter(
    (one) =>
      one.tag === tag && `${one.props['aria-label'] ?? ''} ${textOf(one.children)}`.includes(words),
  );
}

/** The one of them. */
export function the(view, tag, words) {
  const found = named(view, tag, words);
  if (found.length !== 1) throw new Error(`${found.length} of <${tag}> with “${words}”`);
  return found[0];
}

/** The fields that a password manager or a program sees: name to its attributes. */
export function fields(view) {
  return Object.fromEntries(
    [...all(view)].filter(({ props }) => props.name).map(({ props }) => [props.name, props]),
  );
}

/** Acts that only write down what they were asked: `acts.said` is the list of [name, …values]. */
export function recorded() {
  const said = [];
  return new Proxy(
    { said },
    {
      get: (target, name) =>
        name === 'said' ? said : (...values) => void said.push([name, ...values]),
    },
  );
}
