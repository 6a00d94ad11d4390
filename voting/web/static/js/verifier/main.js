// The one script of verify.html: the page itself, and in a worker what a worker does.

import { open } from "./page.js";
import { serve } from "./work.js";

if (typeof document === "undefined") serve(self);
else open(document.currentScript.textContent);
