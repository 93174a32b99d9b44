/** A board as a document (SPEC BD70), made on this device, so that it works without a connection. Pure. */
import { clampTo } from "../commands.js";

const SETTINGS = [
  "sport",
  "length_mm",
  "width_mm",
  "conflicts",
  "part",
  "portrait",
  "stripes",
  "zones",
  "units",
];

/** As BD73 says: what every board takes. @param {string} name @param {{settings: any, objects: Record<string, any>}} state */
export function documentOf(name, state) {
  const inside = clampTo(state.settings);
  const lost = (carrier) => state.objects[carrier]?.sort !== "token";
  const taken = ({ at, carrier, ...props }) => ({
    ...(at ? { at: inside(at) } : {}),
    ...(carrier && !lost(carrier) ? { carrier } : {}),
    ...props,
  });
  return {
    format: "touchline.board",
    version: 1,
    name,
    settings: pick(state.settings, SETTINGS),
    objects: Object.entries(state.objects).map(([id, { sort, props }]) => ({
      id,
      sort,
      props: pick(taken(props), Object.keys(props)),
    })),
  };
}

/** The view that the page draws, of a document. */
export function stateOf({ settings, objects }) {
  return {
    settings,
    objects: Object.fromEntries(objects.map(({ id, sort, props }) => [id, { sort, props }])),
  };
}

/** A name that every file system takes. */
export function fileName(name, ending) {
  const plain = name
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N} ._-]+/gu, " ")
    .replace(/\s+/gu, " ")
    .replace(/^[ .]+|[ .]+$/gu, "")
    .slice(0, 60);
  return `${plain || "board"}.${ending}`;
}

/**
 * What is wrong with a file, in words: the place as a person finds it, and why.
 * @param {{code: string, status: number, message: string, detail: any}} error
 * @param {string} text of the file
 */
export function faultWords({ code, detail, message }, text) {
  if (detail?.limit in LIMITS)
    return `This is more than a board holds: at most ${detail.max.toLocaleString()} ${LIMITS[detail.limit]}.`;
  if (!detail?.path) return message;
  if (code === "malformed") return `Line ${detail.line}: this is no JSON. ${sentence(detail.why)}`;
  const [, index] = /^\$\.objects\[(\d+)\]/u.exec(detail.path) ?? [];
  const field = detail.path.replace(/^\$\.?(?:objects\[\d+\]\.?)?(?:props\.)?/u, "");
  const what = index === undefined ? "" : `${thingWords(text, Number(index))}: `;
  const place = field ? `“${field}” ` : "";
  return `Line ${detail.line}: ${what}${place}${WHY[detail.why] ?? `is not right. ${sentence(detail.why)}`}`;
}

const LIMITS = {
  OBJECTS_MAX: "things",
  BOARD_POINTS_MAX: "points of lines",
  PHOTOS_CHARACTERS_MAX: "characters of photos",
};
const WHY = {
  outside: "lies outside of the pitch.",
  required: "is missing.",
  sort: "does not belong to a thing of this sort.",
  text: "cannot be used as a text.",
  repeated: "names the same thing twice.",
  reference: "names something that is not there, or cannot stand there.",
  bad_command: "is not as it has to be.",
  exists: "is there twice.",
  two: "needs exactly two points.",
};

function sentence(words) {
  const plain = words.replace(/\x60([^\x60]*)\x60/gu, "“$1”").replace(/^not JSON: /u, "");
  return `${plain[0]?.toUpperCase() ?? ""}${plain.slice(1)}.`.replace(/\.\.$/u, ".");
}

/** “thing 3 (token 9 Marta)” of a file, as far as it can be told. */
function thingWords(text, index) {
  let one = null;
  try {
    one = JSON.parse(text).objects?.[index];
  } catch {
    // The server has read it; this browser need not.
  }
  const known = [one?.sort, one?.props?.number, one?.props?.name ?? one?.props?.text]
    .filter((part) => typeof part === "string" || typeof part === "number")
    .join(" ")
    .slice(0, 40);
  return known ? `thing ${index + 1} (${known})` : `thing ${index + 1}`;
}

function pick(from, names) {
  return Object.fromEntries(
    names
      .filter((name) => from[name] !== null && from[name] !== undefined)
      .map((name) => [name, from[name]]),
  );
}
