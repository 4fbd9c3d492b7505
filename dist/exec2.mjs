export { t as exec } from "./exec.mjs";
