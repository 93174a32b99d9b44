/** The board by keys: one stop for Tab, the arrows go from pick to pick. */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Focuses the next button in the direction of an arrow; where there is none, the board scrolls. */
export function moveInGrid(event) {
  const step = STEPS[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  const rows = [...event.currentTarget.querySelectorAll("tr")].map((row) => [...row.children]);
  const at = event.target.closest("th, td");
  const next = at ? nextIn(rows, at, step) : rows.flat().map(buttonOf).find(Boolean);
  if (!next) return;
  event.preventDefault();
  next.focus();
}

const buttonOf = (cell) => cell.querySelector("button");

function nextIn(rows, at, [down, right]) {
  let y = rows.findIndex((row) => row.includes(at));
  let x = rows[y].indexOf(at);
  for (;;) {
    [y, x] = [y + down, x + right];
    const cell = rows[y]?.[x];
    if (!cell) return null;
    if (buttonOf(cell)) return buttonOf(cell);
  }
}
