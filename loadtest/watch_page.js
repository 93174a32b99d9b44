/**
 * What a page shows and when, noted from within: frames, long frames, where tokens are drawn, bytes
 * of its sockets. Goes in before anything of the page. Reads attributes only, never a layout.
 *
 * Times are ms of this machine's clock. A picture counts from the end of the frame that draws it: a
 * message sent while a frame begins is read when style, layout and paint of that frame are done.
 */
(() => {
  const wall = (at) => performance.timeOrigin + at;
  const size = (data) => data.length ?? data.byteLength ?? data.size;
  const seen = { received: 0, sent: 0, frames: [], long: [], drawn: {} };
  let running = false;

  globalThis.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      this.addEventListener("message", ({ data }) => (seen.received += size(data)));
    }

    send(data) {
      seen.sent += size(data);
      super.send(data);
    }
  };

  new PerformanceObserver((list) => {
    if (running)
      for (const { duration, blockingDuration, scripts } of list.getEntries())
        seen.long.push([duration, blockingDuration, scripts.map((one) => one.invoker).join(" ")]);
  }).observe({ type: "long-animation-frame" });

  /** `ids`: tokens whose places are noted. */
  function begin(ids) {
    const nodes = ids.map((id) => [id, document.querySelector(`.thing[data-id="${id}"]`)]);
    Object.assign(seen, { received: 0, sent: 0, frames: [], long: [] });
    seen.drawn = Object.fromEntries(ids.map((id) => [id, []]));
    const after = new MessageChannel();
    after.port1.onmessage = () => {
      const at = wall(performance.now());
      for (const [id, node] of nodes)
        seen.drawn[id].push([at, parseFloat(node.getAttribute("transform").slice(10))]);
    };
    running = true;
    requestAnimationFrame(function frame(at) {
      if (!running) return void after.port1.close();
      seen.frames.push(at);
      after.port2.postMessage(0);
      requestAnimationFrame(frame);
    });
  }

  function end() {
    running = false;
    return seen;
  }

  /** When a thing was selected for the first time, in ms from the beginning of the navigation. */
  const pressed = new Promise((done) => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('.thing[aria-pressed="true"]')) return;
      observer.disconnect();
      done(performance.now());
    }).observe(document, { subtree: true, childList: true, attributeFilter: ["aria-pressed"] });
  });

  const now = () => wall(performance.now());
  const drawn = () => seen.frames.length;
  globalThis.touchlineWatch = { begin, end, pressed, now, drawn };
})();
