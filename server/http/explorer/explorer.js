// Explores /openapi.json: lists operations, shows parameters, bodies and answers, and tries a request.
// Everything from the document or an answer is put in as text, never as markup.

const METHODS = ["get", "post", "put", "patch", "delete"];

/** @typedef {{id: string, method: string, path: string, operation: any}} Listed */

/** An element with attributes and children; strings become text.
 * @param {string} name @param {Record<string, any>} [attributes] @param {...(Node|string)} children */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const token = /** @type {HTMLInputElement} */ (byId("token"));

let schemas = {};

/** A schema with its references followed. */
function resolved(schema) {
  const name = schema?.$ref?.split("/").pop();
  return name ? (schemas[name] ?? {}) : (schema ?? {});
}

/** A value that fits a schema, to start typing from. */
function example(schema, depth = 0) {
  const known = resolved(schema);
  if (known.default !== undefined) return known.default;
  if (known.const !== undefined) return known.const;
  if (known.enum) return known.enum[0];
  const choices = known.oneOf ?? known.anyOf;
  if (choices) return example(choices.find((one) => resolved(one).type !== "null") ?? {}, depth);
  const type = Array.isArray(known.type) ? known.type[0] : known.type;
  if (type === "object") {
    if (depth > 3) return {};
    const wanted = new Set(known.required ?? []);
    const pairs = Object.entries(known.properties ?? {}).filter(([name]) => wanted.has(name));
    return Object.fromEntries(pairs.map(([name, inner]) => [name, example(inner, depth + 1)]));
  }
  if (type === "array") return [];
  if (type === "integer" || type === "number") return known.minimum ?? 0;
  if (type === "boolean") return false;
  return known.pattern === "^board$" ? "board" : "";
}

/** What a schema says, in one line per property. */
function describe(schema) {
  const known = resolved(schema);
  if (!known.properties) return element("p", { class: "quiet" }, shape(schema));
  const required = new Set(known.required ?? []);
  const rows = Object.entries(known.properties).map(([name, inner]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, element("code", {}, name), required.has(name) ? "" : " ?"),
      element("td", {}, element("code", {}, shape(inner))),
      element("td", { class: "quiet" }, inner.description ?? resolved(inner).description ?? ""),
    ),
  );
  return element("table", {}, element("tbody", {}, ...rows));
}

/** The type of a schema in words. */
function shape(schema) {
  const named = schema?.$ref?.split("/").pop();
  if (named) return named;
  const known = schema ?? {};
  if (known.const !== undefined) return JSON.stringify(known.const);
  if (known.enum) return known.enum.map((one) => JSON.stringify(one)).join(" | ");
  const choices = known.oneOf ?? known.anyOf;
  if (choices) return choices.map(shape).join(" | ");
  if (known.type === "array") return `[${shape(known.items)}]`;
  const bounds = ["minimum", "maximum", "minLength", "maxLength", "pattern"]
    .filter((name) => known[name] !== undefined)
    .map((name) => `${name} ${known[name]}`);
  const type = Array.isArray(known.type) ? known.type.join(" | ") : (known.type ?? "any");
  return bounds.length ? `${type} (${bounds.join(", ")})` : type;
}

/** @param {Listed} listed */
function show(listed) {
  const { operation, method, path } = listed;
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  const takesFile = operation.operationId?.endsWith("mportRoom");
  const form = element("form", { class: "fields" });
  const fields = new Map();
  for (const parameter of operation.parameters ?? []) {
    const input = element("input", {
      name: parameter.name,
      required: parameter.in === "path",
      placeholder: shape(parameter.schema),
      spellcheck: "false",
    });
    fields.set(parameter, input);
    form.append(element("label", {}, element("code", {}, parameter.name), input));
  }
  const text = body || takesFile ? element("textarea", { "aria-label": "Body", spellcheck: "false" }) : null;
  if (text) {
    text.value = body ? JSON.stringify(example(body), null, 2) : "";
    form.append(text);
  }
  const answer = element("div");
  form.append(element("div", { class: "row" }, element("button", { class: "primary" }, "Send")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(listed, fields, text?.value, answer);
  });
  const answers = Object.entries(operation.responses ?? {}).map(([status, response]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, status),
      element("td", {}, response.description ?? ""),
      element("td", {}, element("code", {}, shape(Object.values(response.content ?? {})[0]?.schema ?? {}))),
    ),
  );
  const good = Object.entries(operation.responses ?? {}).find(([status]) => status.startsWith("2"))?.[1];
  const goodSchema = Object.values(good?.content ?? {})[0]?.schema;
  byId("operation").replaceChildren(
    element("h2", {}, operation.summary ?? operation.operationId),
    element("p", {}, element("code", {}, `${method.toUpperCase()} ${path}`)),
    element("p", { class: "quiet" }, operation.description ?? ""),
    ...(body ? [element("h3", {}, "Body"), describe(body)] : []),
    ...(goodSchema ? [element("h3", {}, "Answer"), describe(goodSchema)] : []),
    element("h3", {}, "Try it"),
    form,
    answer,
    element("h3", {}, "Answers"),
    element("table", {}, element("tbody", {}, ...answers)),
  );
}

/** @param {Listed} listed @param {Map<any, any>} fields @param {string|undefined} text @param {HTMLElement} answer */
async function send(listed, fields, text, answer) {
  let path = listed.path;
  const query = new URLSearchParams();
  for (const [parameter, input] of fields) {
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (input.value) query.set(parameter.name, input.value);
  }
  const address = query.size ? `${path}?${query}` : path;
  const headers = new Headers();
  if (token.value) headers.set("Authorization", `Bearer ${token.value}`);
  if (text) headers.set("Content-Type", "application/json");
  answer.replaceChildren(element("p", { class: "quiet" }, "Sent …"));
  const began = performance.now();
  try {
    const response = await fetch(address, { method: listed.method.toUpperCase(), headers, body: text || undefined });
    const took = Math.round(performance.now() - began);
    const received = await response.text();
    answer.replaceChildren(
      element(
        "div",
        { class: "row" },
        element("span", { class: `status ${response.ok ? "good" : "bad"}` }, String(response.status)),
        element("span", { class: "quiet" }, `${took} ms, request ${response.headers.get("x-request-id") ?? "?"}`),
      ),
      element("pre", { tabindex: "0" }, pretty(received)),
    );
    if (response.ok && received.includes('"token"')) token.value = JSON.parse(received).token;
  } catch (error) {
    answer.replaceChildren(element("p", { class: "status bad" }, `No answer: ${/** @type {Error} */ (error).message}`));
  }
}

/** @param {string} received */
function pretty(received) {
  try {
    return JSON.stringify(JSON.parse(received), null, 2);
  } catch {
    return received;
  }
}

/** @param {any} described @returns {Listed[]} */
function listOf(described) {
  return Object.entries(described.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({
      id: item[method].operationId,
      method,
      path,
      operation: item[method],
    })),
  );
}

function choose(listed) {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const chosen = listed.find((one) => one.id === wanted) ?? listed[0];
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#${chosen.id}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  show(chosen);
}

async function start() {
  const described = await (await fetch("/openapi.json")).json();
  schemas = described.components?.schemas ?? {};
  byId("title").textContent = `${described.info.title} API`;
  byId("version").textContent = described.info.version;
  const listed = listOf(described);
  const groups = (described.tags ?? []).map((tag) => [
    element("h3", { title: tag.description ?? "" }, tag.name),
    ...listed
      .filter((one) => one.operation.tags?.includes(tag.name))
      .map((one) =>
        element(
          "a",
          { href: `#${one.id}` },
          element("span", { class: `method ${one.method}` }, one.method.toUpperCase()),
          element("span", {}, one.operation.summary ?? one.path),
        ),
      ),
  ]);
  byId("list").replaceChildren(...groups.flat());
  byId("guest").addEventListener("click", async () => {
    const response = await fetch("/auth/guest", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: "Explorer" }),
    });
    if (response.ok) token.value = (await response.json()).token;
  });
  byId("credentials").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => {
    choose(listed);
    byId("operation").focus();
  });
  choose(listed);
}

start().catch((error) => {
  byId("list").replaceChildren(element("p", { class: "status bad" }, `The document could not be read: ${error.message}`));
});
