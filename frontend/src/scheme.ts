// Read before the first paint (a plain script in <head>), so that a chosen scheme never flashes into the other one.

import { applyScheme, storedScheme } from "./scheme-choice";

applyScheme(storedScheme());
