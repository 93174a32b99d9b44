/** What a browser keeps for us; where it keeps nothing, as long as the page is open. */

function memory() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

function own() {
  try {
    // Browsers that are told to keep nothing throw already here.
    const { localStorage } = globalThis;
    localStorage.getItem("touchline");
    return localStorage;
  } catch {
    return memory();
  }
}

export const deviceStorage = own();
