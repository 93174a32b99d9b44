/**
 * What only this page knows: tool, selection, what is being dragged or drawn, which drawer is open.
 * One plain object.
 */
import { rememberedHand } from "./hand.js";

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
     *   "exchange" | "shelf" | "layers" | "teams" | "comments" | "here"}
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
    share: { open: false, links: null, copied: null, problem: null },
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
    /** Whether it is asked if all that is not saved shall go. */
    discarding: false,
    chatSeen: 0,
    /** Whether coordinates show under the pointer: at first not where there is no fine one. */
    readout: globalThis.matchMedia?.("(pointer: fine) and (min-width: 720px)").matches ?? false,
    /** Whether the tools lie at the right, where a left hand does not hide the pitch. */
    leftHanded: rememberedHand(),
    /** Drawer of exports (exchange/acts.js); null: not asked for yet. @type {any} */
    exchange: null,
    /** Drawer of libraries (shelf/shelf.js); null: not asked for yet. @type {any} */
    shelf: null,
    // --- together/ ---
    /** Whose view this page shows. @type {null | {account: string}} */
    following: null,
    /** Somebody asks everyone to come; `before`: where we were, if we went. @type {any} */
    called: null,
    /** No tools around the pitch, for a projector. */
    bare: false,
    /** The thread that is open. @type {string | null} */
    thread: null,
    /** A comment that is being written. @type {null | {about: string | null, at: any}} */
    remark: null,
    settled: false,
    /** Comments up to this version were looked at; null: those that were there when we came. */
    seenComments: null,
  };
}

/** Drawer and its width matter to the layout only while it is open. */
export function withTool(ui, tool) {
  return { ...ui, tool, draft: null, chain: null, box: null, pen: null, penStart: null, textAt: null };
}
