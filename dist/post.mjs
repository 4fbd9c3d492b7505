import "./rolldown-runtime.mjs";
import { A as removeBuilder, S as removeEmulators, a as files, d as loadLedger, f as log, i as readLedger, n as openPrograms, s as removeContext, w as stoppable } from "./programs.mjs";
import process from "node:process";
// src/post.ts
/** In milliseconds: a job that is done should not wait for its cleaning. */
const TIME_LIMIT = 3e4;
const { follow } = openPrograms(process.env);
const run = stoppable(follow, AbortSignal.timeout(TIME_LIMIT));
for (const entry of readLedger(loadLedger())) try {
	log.line(await undo(entry, run));
} catch (error) {
	log.warn(`Could not clean up: ${error instanceof Error ? error.message : error}`);
}
/** Takes one thing back; says what was done. */
async function undo(entry, run) {
	switch (entry.kind) {
		case "builder": return `Removed the builder ${entry.name}${await ended(removeBuilder(entry, run))}`;
		case "context": return `Removed the docker context ${entry.name}${await ended(removeContext(entry, run))}`;
		case "emulators": return `Removed ${entry.handlers.join(", ")}${await ended(removeEmulators(entry, run))}`;
		case "folder":
			await files.remove(entry.path);
			return `Removed ${entry.path}`;
	}
}
async function ended(command) {
	const { code, stderr } = await command;
	if (code !== 0) throw new Error(stderr || `exit code ${code}`);
	return "";
}
export {};
