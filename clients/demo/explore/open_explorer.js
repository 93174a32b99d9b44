/**
 * Questions and answers on this page: the address says what is asked, the server what it comes to, the
 * picture is drawn when either changes. Wiring only: what acts do is in acts.js, how it looks in view.js.
 */
import "../parts/connection_pill.js";
import { api } from "../parts/identity.js";
import { frameScheduler, patch } from "../parts/view.js";
import { makeActs } from "./acts.js";
import { loadGames, loadOptions, playersOf, playersRequest } from "./options.js";
import { addressOf, mainRequest, playsRequest, questionOf, totalRequest } from "./question.js";
import { initialUi } from "./ui.js";
import { explorerView } from "./view.js";
import { endView } from "./whole.js";
import { countWords, problemOf, questionWords } from "./words.js";

/** So long somebody goes on pressing before the server is asked. */
const PATIENCE_MS = 250;
const AGAIN_MS = 30_000;
const EMPTY = { total: null, sums: null, spread: null, plays: null, next: null };

class OpenExplorer {
  #asking = 0;
  #timer = 0;
  #players = "";

  constructor({ page, announcer, acts }) {
    Object.assign(this, { page, announcer, pageActs: acts });
    this.ui = initialUi();
    this.narrow = matchMedia("(max-width: 900px)");
    this.draw = frameScheduler(() => patch(page, this.view()));
    this.act = makeActs(this);
  }

  start() {
    this.ui.question = questionOf(location.hash);
    this.narrow.addEventListener("change", this.draw);
    addEventListener("popstate", () => this.#go(questionOf(location.hash)));
    addEventListener("online", () => this.again());
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.ui.form) this.act.form(false);
    });
    this.draw();
    this.#answer().then(() => this.#offer());
    // Nothing is there yet, or the connection was away: it comes by itself.
    setInterval(() => {
      if (!document.hidden && (this.ui.problem?.kind === "offline" || this.ui.everything === 0)) this.again();
    }, AGAIN_MS);
  }

  change(part) {
    Object.assign(this.ui, part);
    this.draw();
  }

  /** Another question; its answer comes when nothing is pressed any more. */
  ask(question) {
    const address = addressOf(question);
    if (address !== addressOf(this.ui.question)) history.pushState(null, "", address ? `#${address}` : location.pathname);
    this.#go(question);
  }

  #go(question) {
    this.change({ question, mark: null, busy: true });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#answer(), PATIENCE_MS);
  }

  again() {
    this.#answer().then(() => {
      if (!this.ui.options.personnel || this.ui.everything === 0) this.#offer();
    });
  }

  async #answer() {
    const asking = ++this.#asking;
    const { question } = this.ui;
    this.change({ busy: true });
    try {
      const [total, main] = await Promise.all([post(totalRequest(question)), post(mainRequest(question))]);
      if (asking !== this.#asking) return;
      this.change({ ...EMPTY, ...answersOf(question, total, main), busy: false, problem: null, mark: null });
      this.#tell();
    } catch (error) {
      if (asking !== this.#asking) return;
      const problem = problemOf(error, question);
      // What was answered before stays while there is no connection, and says as of when it is.
      const gone = problem.kind === "offline" && this.ui.answered === addressOf(question) ? {} : { ...EMPTY, answered: "" };
      this.change({ ...gone, problem, busy: false });
      this.announcer.alert(problem.text);
    }
    this.#listPlayers().catch(() => undefined);
  }

  #tell() {
    const { total, question, people } = this.ui;
    document.title = `${questionWords(question, people)} · Touchline`;
    this.announcer.say(total ? countWords(total.plays, "play") : "No play is like that");
  }

  /** The next page of plays. */
  async more() {
    const { question, next, plays } = this.ui;
    const asking = this.#asking;
    this.change({ moreBusy: true });
    try {
      const answer = await post(playsRequest(question, next));
      if (asking === this.#asking) this.change({ plays: [...plays, ...answer.plays], next: answer.next });
    } catch (error) {
      if (asking === this.#asking) this.change({ problem: problemOf(error, question) });
    }
    this.change({ moreBusy: false });
  }

  async #offer() {
    try {
      await loadOptions((part) => this.change(part), () => this.ui);
      await this.#listPlayers();
      this.change({ games: await loadGames() });
    } catch {
      // What can be picked is a help: the question itself tells what is wrong.
    }
  }

  /** Who can be picked, when a question has others to pick from; and what those are called that it names. */
  async #listPlayers() {
    const { question, everything, people } = this.ui;
    const request = playersRequest(question, everything);
    const key = JSON.stringify(request);
    if (key !== this.#players) {
      this.#players = key;
      if (request === null) this.change({ options: { ...this.ui.options, players: [] } });
      else {
        const { sums } = await post(request);
        const found = playersOf(sums, this.ui.people);
        if (key === this.#players) this.change({ people: found.people, options: { ...this.ui.options, players: found.players } });
      }
    }
    const unknown = (question.where.players ?? []).filter((id) => !this.ui.people[id] && !people[id]);
    if (unknown.length === 0) return;
    const { sums } = await post({ where: { players: unknown }, by: ["player"], limit: 50 });
    this.change({ people: playersOf(sums, this.ui.people).people });
  }

  view() {
    const { ui } = this;
    if (ui.problem?.kind === "signed-out") return endView({ end: "signed-out" }, this.pageActs);
    return explorerView({ ui, narrow: this.narrow.matches, away: ui.problem?.kind === "offline" }, this.act);
  }
}

const post = (question) => api("POST", "/plays/ask", question);

function answersOf(question, total, main) {
  const known = { total: total.sums[0] ?? null, asOf: total.as_of, answeredAt: Date.now(), answered: addressOf(question), of: question };
  if (question.show === "plays") return { ...known, plays: main.plays, next: main.next };
  return { ...known, [question.show === "spread" ? "spread" : "sums"]: main.sums };
}

export function openExplorer(parts) {
  new OpenExplorer(parts).start();
}
