// What every page loads. Each part works on markup that works without it.

import { enhanceButtons, startButtons } from "./buttons";
import { startFollow } from "./follow";
import { enhanceMaps } from "./lazy";
import { startLive } from "./live";
import { startScheme } from "./scheme-choice";
import { startSearch } from "./search";
import { enhanceTables } from "./sort";
import { startTips } from "./tip";

function enhance(root: ParentNode): void {
  enhanceButtons(root);
  enhanceTables(root);
  enhanceMaps(root);
}

startLive();
startScheme();
startButtons();
startTips();
startSearch();
startFollow(enhance);
enhance(document);
