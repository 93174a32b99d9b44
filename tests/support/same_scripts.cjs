// Says which scripts, of pairs [name, as written, as sent] on standard input, are not the same
// program: what a parser makes of them is compared, without places. Node brings the parser along
// (--expose-internals).
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const { readFileSync } = require("node:fs");

const SETTINGS = { ecmaVersion: "latest", sourceType: "module" };
const PLACES = new Set(["start", "end"]);
const told = (script) =>
  JSON.stringify(parse(script, SETTINGS), (key, value) =>
    // How a text is written is not what it says; a name that is let be is as good as a constant.
    key === "kind" && value === "const" ? "let" : PLACES.has(key) || (key === "raw" && /^['"]/.test(value)) ? undefined : typeof value === "bigint" || value instanceof RegExp ? String(value) : value,
  );

const different = [];
for (const [name, written, sent] of JSON.parse(readFileSync(0, "utf8")))
  try {
    if (told(written) !== told(sent)) different.push(name);
  } catch (error) {
    different.push(`${name}: ${error.message}`);
  }
process.stdout.write(JSON.stringify(different));
