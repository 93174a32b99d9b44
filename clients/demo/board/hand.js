/** Which hand one draws with: remembered on this device. */
import { deviceStorage } from "../parts/device_storage.js";

const KEY = "touchline.hand";

export const rememberedHand = () => deviceStorage.getItem(KEY) === "left";

/** @param {boolean} left */
export function rememberHand(left) {
  if (left) deviceStorage.setItem(KEY, "left");
  else deviceStorage.removeItem(KEY);
}
