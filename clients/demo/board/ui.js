/**
 * What only this page knows: tool, selection, what is being dragged or drawn, which drawer is open.
 * One plain object.
 */

export function initialUi() {
  return {
    tool: "select",
    options: {
      ...{ side: "home", stroke: "solid", head: "end", path: "hand", shape: "rect" },
      ...{ ink: "#ffffff", item: "cone", turn: 0, linkMeasure: false },
    },
    /** Places pressed so far, of a polygon or a link. @type {null | import("./marks/chain.js").Chain} */
    chain: null,
    /** Whether what is dragged sticks to the lines of others, and the lines that it sticks to now. */
    snap: true,
    /** @type {{axis: "x" | "y", value: number}[]} */
    guides: [],
    /** Layers that this page does not show. @type {Set<string>} */
    hidden: new Set(),
    selection: new Set(),
    /**
     * @type {null | {origins: Map<string, [number, number]>, delta: [number, number], since:
     * number, keyboard?: boolean}}
     */
    drag: null,
    /** @type {null | {sort: string, props: any}} */
    draft: null,
    /** @type {null | {id: string, set: any, since: number}} */
    reshaping: null,
    box: null,
    /** Where the keyboard draws. */
    pen: null,
    penStart: null,
    /** @type {null | [number, number]} */
    textAt: null,
    look: { zoom: 1, centre: [0, 0] },
    /**
     * @type {null | "inspector" | "history" | "chat" | "settings" | "unsaved" | "menu" | "layers" |
     *   "teams"}
     */
    drawer: null,
    share: { open: false, links: {}, copied: null, problem: null },
    /** @type {null | {version: number, entry: any, state: any, problem: string | null}} */
    past: null,
    /**
     * @type {null | {anchor: string | null, text: string, action: null | {label: string, run: () =>
     * void}}}
     */
    refusal: null,
    /** What others wrote over, newest last. @type {import("./lost_work.js").Lost[]} */
    lost: [],
    chatSeen: 0,
  };
}

/** Drawer and its width matter to the layout only while it is open. */
export function withTool(ui, tool) {
  return { ...ui, tool, draft: null, chain: null, box: null, pen: null, penStart: null, textAt: null };
}
