import "./rolldown-runtime.mjs";
import { D as stoppable, N as removeBuilder, T as removeEmulators, a as openPrograms, c as files, h as log, m as loadLedger, r as tracesOfRuns, s as readLedger, t as endTraces, u as removeContext } from "./traces.mjs";
import { basename } from "node:path";
import process from "node:process";
// src/post.ts
const signal = AbortSignal.timeout(28e3);
const { follow } = openPrograms(process.env);
const run = stoppable(follow, signal);
const entries = readLedger(loadLedger());
for (const entry of entries) if (entry.kind === "folder") await attempt(() => endTracesOf(entry.path));
for (const entry of entries) await attempt(async () => log.line(await undo(entry, run)));
async function attempt(work) {
	try {
		await work();
	} catch (error) {
		log.warn(`Could not clean up: ${error instanceof Error ? error.message : error}`);
	}
}
/** What a killed step has started goes on without it, and would make what is about to be removed. */
async function endTracesOf(folder) {
	await endTraces(basename(folder), (pid) => process.kill(pid, "SIGKILL"), signal);
}
/** Takes one thing back; says what was done. */
async function undo(entry, run) {
	switch (entry.kind) {
		case "builder": return `Removed the builder ${entry.name}${await ended(removeBuilder(entry, run))}`;
		case "context": return `Removed the docker context ${entry.name}${await ended(removeContext(entry, run))}`;
		case "emulators":
			if ((await tracesOfRuns()).size > 0) return `Left ${entry.handlers.join(", ")} where it is: another job on this machine may be using it`;
			return `Removed ${entry.handlers.join(", ")}${await ended(removeEmulators(entry, run))}`;
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
