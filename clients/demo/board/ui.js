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
    /** `sort`: of what is new. @type {null | {id: string, set: any, since: number, sort?: string}} */
    reshaping: null,
    box: null,
    /** Where the keyboard draws. */
    pen: null,
    penStart: null,
    /** @type {null | [number, number]} */
    textAt: null,
    look: { zoom: 1, centre: [0, 0] },
    /**
     * @type {null | "inspector" | "history" | "chat" | "settings" | "unsaved" | "menu" | "phase" |
     *   "exchange" | "shelf" | "layers" | "teams"}
     */
    drawer: null,
    /** The phase that is worked on; null: the set-up. @type {string | null} */
    phase: null,
    /**
     * What plays for oneself. @type {null | {at: number, since: number, playing: boolean, speed:
     * number, loop: boolean}}
     */
    play: null,
    /** Whether one looks elsewhere while the phases play for all. */
    alone: false,
    share: { open: false, links: {}, copied: null, problem: null },
    /**
     * @type {null | {version: number, entry: any, state: any, problem: string | null, loading:
     * boolean}}
     */
    past: null,
    /** What is done with the past (history/history_acts.js): two versions compared, a form. */
    history: { compare: null, form: null },
    /**
     * @type {null | {anchor: string | null, text: string, action: null | {label: string, run: () =>
     * void}}}
     */
    refusal: null,
    /** What others wrote over, newest last. @type {import("./lost_work.js").Lost[]} */
    lost: [],
    chatSeen: 0,
    /** Whether coordinates show under the pointer: at first not where there is no fine one. */
    readout: globalThis.matchMedia?.("(pointer: fine) and (min-width: 720px)").matches ?? false,
    /** Drawer of exports (exchange/acts.js); null: not asked for yet. @type {any} */
    exchange: null,
    /** Drawer of libraries (shelf/shelf.js); null: not asked for yet. @type {any} */
    shelf: null,
  };
}

/** Drawer and its width matter to the layout only while it is open. */
export function withTool(ui, tool) {
  return { ...ui, tool, draft: null, chain: null, box: null, pen: null, penStart: null, textAt: null };
}
