/**
 * Descriptions of elements, and the one function that makes the page equal to them.
 *
 * A view is a pure function from state to descriptions made by `h`; `patch` changes only what
 * differs, so focus, scroll and running animations stay. Nothing here knows what is drawn. No
 * `style` attribute is ever written, because the pages' Content-Security-Policy forbids it: sizes
 * and colours that are data go through `vars` (CSS custom properties).
 *
 * @typedef {{tag: string, props: Record<string, any>, children: Node_[], key: any, same: any,
 *   make?: () => Description}} Description
 * @typedef {Description | string} Node_
 */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(
  "svg g path circle ellipse rect line polyline polygon image text tspan defs pattern marker clipPath use symbol title".split(
    " ",
  ),
);
const DESCRIPTION = Symbol("description");
const LISTENERS = Symbol("listeners");

/**
 * One element. Props: `on*` listeners (`onclick`, `onpart-event`), `.name` DOM properties, `vars`
 * custom properties, `key` among siblings, `same` a value or list: while it is unchanged, the
 * element is left as it is. Everything else is an attribute; `true` is an empty one, `null`,
 * `undefined` and `false` are none.
 * @returns {Description}
 */
export function h(tag, props, ...children) {
  const { key = null, same, ...rest } = props ?? {};
  return { tag, props: rest, children: flatten(children), key, same };
}

/**
 * An element that is described only when something in `same` changed: for what there is much of.
 * @param {string} tag @param {any} key @param {any[]} same everything that `make` depends on @param
 *   {() => Description} make
 */
export function memo(tag, key, same, make) {
  return { tag, props: {}, children: [], key, same, make };
}

function flatten(children, into = []) {
  for (const child of children) {
    if (Array.isArray(child)) flatten(child, into);
    else if (child === null || child === undefined || child === false || child === true) continue;
    else into.push(typeof child === "object" ? child : String(child));
  }
  return into;
}

/** Makes the children of `parent` equal to `wanted` (descriptions, texts, lists of them). */
export function patch(parent, ...wanted) {
  patchChildren(parent, flatten(wanted));
}

function patchChildren(parent, wanted) {
  const keyed = new Map();
  for (const child of parent.childNodes) if (keyOf(child) !== null) keyed.set(keyOf(child), child);
  const kept = new Set(wanted.map((description) => description.key ?? null));
  let next = parent.firstChild;
  for (const description of wanted) {
    // What is gone goes first, so that what stays is not moved (a moved element loses focus and
    // pointer capture).
    while (next && keyOf(next) !== null && !kept.has(keyOf(next))) next = removed(next);
    const found = reusable(description, keyed, next);
    const node = found ?? create(description, parent);
    if (found) update(found, description);
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
  while (next) next = removed(next);
}

function keyOf(node) {
  return node[DESCRIPTION]?.key ?? null;
}

/** Takes a node out; returns the one after it. */
function removed(node) {
  const after = node.nextSibling;
  node.remove();
  return after;
}

function reusable(description, keyed, next) {
  if (typeof description === "string") return next?.nodeType === Node.TEXT_NODE ? next : null;
  if (description.key !== null) {
    const node = keyed.get(description.key);
    return node?.[DESCRIPTION].tag === description.tag ? node : null;
  }
  const old = next?.[DESCRIPTION];
  return old && old.key === null && old.tag === description.tag ? next : null;
}

function create(description) {
  if (typeof description === "string") return document.createTextNode(description);
  const { tag } = description;
  const node = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  node[DESCRIPTION] = { tag, props: {}, children: [], key: description.key, same: undefined };
  update(node, description);
  // The attribute works only while a page loads; what appears later is focused once it is in the
  // page.
  if (description.props.autofocus) queueMicrotask(() => node.focus());
  return node;
}

function update(node, description) {
  if (typeof description === "string") {
    if (node.data !== description) node.data = description;
    return;
  }
  const old = node[DESCRIPTION];
  if (old === description || (description.same !== undefined && equal(old.same, description.same)))
    return;
  if (description.make)
    return void update(node, {
      ...description.make(),
      key: description.key,
      same: description.same,
    });
  node[DESCRIPTION] = description;
  // Children first: a `.value` of a select means nothing before its options are there.
  // A custom element draws its own children.
  if (!description.tag.includes("-")) patchChildren(node, description.children);
  for (const name of Object.keys(old.props)) {
    if (!(name in description.props)) setProp(node, name, undefined, old.props[name]);
  }
  for (const [name, value] of Object.entries(description.props)) {
    if (name[0] === "." || old.props[name] !== value) setProp(node, name, value, old.props[name]);
  }
}

function equal(a, b) {
  if (a === b) return true;
  return (
    Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((x, i) => x === b[i])
  );
}

function setProp(node, name, value, old) {
  if (name.startsWith("on")) listen(node, name.slice(2), value);
  else if (name === "vars") setVars(node, value ?? {}, old ?? {});
  else if (name[0] === ".") setProperty(node, name.slice(1), value);
  else if (value === undefined || value === null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : String(value));
}

function setProperty(node, name, value) {
  // What a person is typing is never overwritten by what arrives from elsewhere.
  if (name === "value" && node === document.activeElement && node.dataset.typing !== undefined)
    return;
  if (node[name] !== value) node[name] = value;
}

function setVars(node, wanted, old) {
  for (const name of Object.keys(old))
    if (!(name in wanted)) node.style.removeProperty(`--${name}`);
  for (const [name, value] of Object.entries(wanted)) {
    if (old[name] !== value) node.style.setProperty(`--${name}`, String(value));
  }
}

function listen(node, type, handler) {
  node[LISTENERS] ??= {};
  if (!(type in node[LISTENERS]))
    node.addEventListener(type, (event) => node[LISTENERS][type]?.(event));
  node[LISTENERS][type] = handler;
}

/** Runs `draw` at most once a frame, whatever often it is asked for. */
export function frameScheduler(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}

/**
 * Runs `draw` once when what happens now has been handled: for forms, where what is typed next
 * must meet what was asked for last.
 */
export function promptScheduler(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => {
      asked = false;
      draw();
    });
  };
}

/** A custom element whose content is `view(model)`, drawn again when `model` is set. */
export class Part extends HTMLElement {
  #model = null;

  get model() {
    return this.#model;
  }

  set model(value) {
    this.#model = value;
    this.redraw();
  }

  connectedCallback() {
    // Set before this element was defined, because its file was fetched later.
    if (Object.hasOwn(this, "model")) {
      const { model } = this;
      delete this.model;
      this.model = model;
    }
    this.redraw();
  }

  redraw() {
    if (this.isConnected && this.#model !== null) patch(this, this.view(this.#model));
  }

  /** Tells the page what the person wants. */
  say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }
}
