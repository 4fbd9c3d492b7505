import { n as __esmMin } from "./rolldown-runtime.mjs";
// \0unused:undici
var init__unused_undici = __esmMin((() => {}));
export { init__unused_undici as t };
