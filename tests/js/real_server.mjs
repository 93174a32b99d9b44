/**
 * Clients of a real server, moved by whoever writes to the standard input: one request a line,
 * `{who, op, …}`, one answer a line. Run by tests/e2e/test_js_client_node.py, which holds the
 * server and the network in its hands.
 */
import { createInterface } from 'node:readline';
import { JSON_CODEC } from '../../clients/js/codec_json.js';
import { MSGPACK_CODEC } from '../../clients/js/codec_msgpack.js';
import { board } from '../../clients/js/kinds/board.js';
import { MemoryStorage } from '../../clients/js/storage_memory.js';
import { Touchline } from '../../clients/js/touchline.js';

/** Like the storage of a browser: it outlives the tab. */
const storages = new Map();
const people = new Map();

class Person {
  constructor({ url, token, subprotocol, storage }) {
    if (!storages.has(storage)) storages.set(storage, new MemoryStorage());
    this.touchline = new Touchline({
      url,
      codec: subprotocol === 'msgpack' ? MSGPACK_CODEC : JSON_CODEC,
      token: async () => token,
      storage: storages.get(storage),
      agent: 'node',
    });
    this.answers = [];
    this.heard = [];
    this.problems = [];
    this.waiters = new Set();
    this.touchline.on('status', (status) => this.#news(['status', status]));
    this.touchline.on('notice', (notice) => this.#news(['notice', notice.code]));
    this.touchline.on('problem', (problem) => this.problems.push(problem));
  }

  #news(news) {
    if (news[0] !== 'status' || this.heard.findLast(([name]) => name === 'status')?.[1] !== news[1])
      this.heard.push(news);
    for (const look of this.waiters) look();
  }

  /** Also once more, by another link: whoever was removed leaves the room that was, first. */
  join({ room, invite }) {
    this.room?.leave();
    this.room = this.touchline.join(room, { model: board, invite });
    for (const name of ['change', 'presence']) this.room.on(name, () => this.#news([name, null]));
    for (const name of ['overrode', 'closed', 'reset'])
      this.room.on(name, (detail) => this.#news([name, detail ?? null]));
    return {};
  }

  /**
   * From a room that is over nothing can be submitted: that is told, not thrown. Who was removed
   * while away finds no such room.
   */
  submit({ commands }) {
    for (const command of commands) {
      if (['closed', 'removed', 'not-found'].includes(this.room.phase)) return { over: true };
      this.room
        .submit(command)
        .settled.then((answer) => this.answers.push({ ...answer, type: command.type }));
    }
    return {};
  }

  presence({ key, value }) {
    this.room.presence(key, value);
    return {};
  }

  /** Answers once everything asked for is so. */
  until(wanted) {
    return new Promise((resolve) => {
      const look = () => {
        const seen = this.look();
        if (
          !Object.entries(wanted).every(([name, value]) =>
            name === 'version' ? seen.version >= value : seen[name] === value,
          )
        )
          return;
        this.waiters.delete(look);
        resolve(seen);
      };
      this.waiters.add(look);
      look();
    });
  }

  look() {
    const { touchline, room } = this;
    const { steps: _, origins: __, guesses: ___, ...view } = room?.state ?? {};
    return {
      status: touchline.status,
      waiting: touchline.waiting,
      account: touchline.account,
      phase: room?.phase ?? null,
      version: room?.version ?? 0,
      role: room?.role ?? null,
      pending: room?.pending.length ?? 0,
      unsaved: room?.unsaved ?? [],
      view: room?.ready ? view : null,
      people: room === undefined ? [] : [...room.people.values()],
      answered: this.answers.length,
      clockOff: touchline.serverNow() - Date.now(),
    };
  }

  told() {
    return { answers: this.answers, heard: this.heard, problems: this.problems };
  }

  async close() {
    await this.touchline.close();
    return {};
  }
}

async function obey({ who, op, ...rest }) {
  if (op === 'open') {
    people.set(who, new Person(rest));
    return {};
  }
  return people.get(who)[op](rest);
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await obey(JSON.parse(line))));
}
await Promise.all([...people.values()].map((person) => person.close()));
