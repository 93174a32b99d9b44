/** Which tools there are, and in which groups. Pure. */

/** [tool, name, key, picture]; on a phone one button a group, the rest beside its options. */
export const TOOL_GROUPS = [
  [["select", "Select and move", "V", "select"]],
  [
    ["token", "Player", "T", "token"],
    ["ball", "Ball", "B", "ball"],
    ["equipment", "Equipment", "E", "cone"],
  ],
  [
    ["arrow", "Arrow", "A", "arrow"],
    ["line", "Line", "L", "line"],
    ["link", "Link", "J", "link"],
    ["measure", "Distance", "M", "measure"],
  ],
  [["zone", "Zone", "Z", "rect"]],
  [
    ["text", "Text", "X", "text"],
    ["comment", "Comment", "C", "comment"],
    ["laser", "Laser pointer", "K", "laser"],
  ],
];

/** The tool of a group that its one button on a phone stands for. */
export const frontOf = (group, tool) => group.find(([name]) => name === tool) ?? group[0];
