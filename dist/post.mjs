import "./post-rolldown-runtime.mjs";
import { basename, dirname, join, resolve } from "node:path";
import process$1 from "node:process";
import * as os from "os";
import "path";
import { glob, mkdir, open, readFile, readdir, rm, stat, statfs, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
// src/action/ledger.ts
/** Reads the list backwards: what was made last goes first. What nobody knows is left alone. */
function readLedger(text) {
	const entries = parse(text);
	return Array.isArray(entries) ? entries.filter(isEntry).toReversed() : [];
}
function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return [];
	}
}
/** Only this action writes its state, so the kind says enough about the rest. */
function isEntry(value) {
	const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : void 0;
	return kind === "context" || kind === "builder" || kind === "emulators" || kind === "folder";
}
// node_modules/@actions/core/lib/utils.js
/**
* Sanitizes an input into a string so it can be passed into issueCommand safely
* @param input input to sanitize into a string
*/
function toCommandValue(input) {
	if (input === null || input === void 0) return "";
	else if (typeof input === "string" || input instanceof String) return input;
	return JSON.stringify(input);
}
/**
*
* @param annotationProperties
* @returns The command properties to send with the actual annotation command
* See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
*/
function toCommandProperties(annotationProperties) {
	if (!Object.keys(annotationProperties).length) return {};
	return {
		title: annotationProperties.title,
		file: annotationProperties.file,
		line: annotationProperties.startLine,
		endLine: annotationProperties.endLine,
		col: annotationProperties.startColumn,
		endColumn: annotationProperties.endColumn
	};
}
// node_modules/@actions/core/lib/command.js
/**
* Issues a command to the GitHub Actions runner
*
* @param command - The command name to issue
* @param properties - Additional properties for the command (key-value pairs)
* @param message - The message to include with the command
* @remarks
* This function outputs a specially formatted string to stdout that the Actions
* runner interprets as a command. These commands can control workflow behavior,
* set outputs, create annotations, mask values, and more.
*
* Command Format:
*   ::name key=value,key=value::message
*
* @example
* ```typescript
* // Issue a warning annotation
* issueCommand('warning', {}, 'This is a warning message');
* // Output: ::warning::This is a warning message
*
* // Set an environment variable
* issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
* // Output: ::set-env name=MY_VAR::some value
*
* // Add a secret mask
* issueCommand('add-mask', {}, 'secretValue123');
* // Output: ::add-mask::secretValue123
* ```
*
* @internal
* This is an internal utility function that powers the public API functions
* such as setSecret, warning, error, and exportVariable.
*/
function issueCommand(command, properties, message) {
	const cmd = new Command(command, properties, message);
	process.stdout.write(cmd.toString() + os.EOL);
}
function issue(name, message = "") {
	issueCommand(name, {}, message);
}
const CMD_STRING = "::";
var Command = class {
	constructor(command, properties, message) {
		if (!command) command = "missing.command";
		this.command = command;
		this.properties = properties;
		this.message = message;
	}
	toString() {
		let cmdStr = CMD_STRING + this.command;
		if (this.properties && Object.keys(this.properties).length > 0) {
			cmdStr += " ";
			let first = true;
			for (const key in this.properties) if (this.properties.hasOwnProperty(key)) {
				const val = this.properties[key];
				if (val) {
					if (first) first = false;
					else cmdStr += ",";
					cmdStr += `${key}=${escapeProperty(val)}`;
				}
			}
		}
		cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
		return cmdStr;
	}
};
function escapeData(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
function escapeProperty(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}
/**
* The code to exit an action
*/
var ExitCode;
(function(ExitCode) {
	/**
	* A code indicating that the action was successful
	*/
	ExitCode[ExitCode["Success"] = 0] = "Success";
	/**
	* A code indicating that the action was a failure
	*/
	ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
/**
* Adds a warning issue
* @param message warning issue message. Errors will be converted to string via toString()
* @param properties optional properties to add to the annotation.
*/
function warning(message, properties = {}) {
	issueCommand("warning", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
* Writes info to log with console.log.
* @param message info message
*/
function info(message) {
	process.stdout.write(message + os.EOL);
}
/**
* Begin an output group.
*
* Output until the next `groupEnd` will be foldable in this group
*
* @param name The name of the output group
*/
function startGroup(name) {
	issue("group", name);
}
/**
* End an output group.
*/
function endGroup() {
	issue("endgroup");
}
/**
* Gets the value of an state set by this action's main execution.
*
* @param     name     name of the state to get
* @returns   string
*/
function getState(name) {
	return process.env[`STATE_${name}`] || "";
}
// src/action/runner.ts
/** The thin edge to the runner: workflow commands out, inputs and events in. */
const log = {
	line: (text) => info(text),
	warn: (text, about) => warning(text, annotation(about)),
	group: (title, lines) => {
		startGroup(title);
		for (const line of lines) info(line);
		endGroup();
	}
};
/** As GitHub shows it beside the lines that it is about. */
function annotation({ title, file, line, endLine } = {}) {
	return {
		...title !== void 0 && { title },
		...file !== void 0 && { file },
		...line !== void 0 && { startLine: line },
		...endLine !== void 0 && { endLine }
	};
}
const LEDGER = "ledger";
function loadLedger() {
	return getState(LEDGER);
}
words("aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos");
words("386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32", "mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm");
function words(...lines) {
	return new Set(lines.join(" ").split(" "));
}
// src/builder/builder.ts
/** Removes a builder with its container, its cache volume and its files; being gone already is success. */
async function removeBuilder(entry, run) {
	const { name, env, keepState, buildx } = entry;
	const args = [
		"rm",
		"--force",
		...keepState ? ["--keep-state"] : [],
		name
	];
	const finished = await (buildx === void 0 ? run("docker", ["buildx", ...args], { env }) : run(buildx, args, { env }));
	return finished.stderr.includes("no builder") ? {
		...finished,
		code: 0
	} : finished;
}
// src/builder/tls-context.ts
/** Removes it again; being gone already is success. */
async function removeContext({ name }, run) {
	return await run("docker", [
		"context",
		"rm",
		"--force",
		name
	]);
}
// src/emulation/install.ts
/** Takes emulators out of the kernel again, after an installer that may still be at work. */
async function removeEmulators({ image, handlers, by }, run) {
	await run("docker", [
		"rm",
		"--force",
		installerOf(by)
	]);
	return await run("docker", privileged(image, ["--uninstall", handlers.join(",")]));
}
/** Outside of a user namespace that the engine may give its containers: there it lets nothing be privileged. */
function privileged(image, args, options = []) {
	return [
		"run",
		"--rm",
		"--privileged",
		"--userns=host",
		"--network=none",
		...options,
		image,
		...args
	];
}
function installerOf(run) {
	return `${run}-emulators`;
}
// src/system/clock.ts
const clock = {
	now: () => performance.now(),
	deadline: (limit) => AbortSignal.timeout(limit),
	every: (interval, tick) => {
		const timer = setInterval(tick, interval);
		timer.unref();
		return { [Symbol.dispose]: () => clearInterval(timer) };
	}
};
// src/system/processes.ts
/** The program could not be started at all: not installed, or not on the PATH. */
var ProgramMissing = class extends Error {
	name = "ProgramMissing";
	program;
	/** the system's word for why, like ENOENT, where it is known */
	reason;
	constructor(program, cause) {
		super(`"${program}" could not be started`, { cause });
		this.program = program;
		this.reason = cause instanceof Error && "code" in cause ? String(cause.code) : void 0;
	}
};
/**
* Two ways to run, since @actions/exec finds programs on every system but cannot be stopped, and falls over one that
* ends before it has read. Both are loaded when they are first needed: a merge or a promotion starts no program.
*/
function openProcesses(environment) {
	return {
		run: (program, args, { stdin, ...options } = {}) => stdin === void 0 ? runToEnd(program, args, environment, options) : runReading(program, args, environment, {
			...options,
			stdin
		}),
		follow: (program, args, options) => followLines(program, args, environment, options)
	};
}
/** A `Run` that stops with the signal, for work that must not take for ever. Both outputs come as one. */
function stoppable(follow, signal) {
	return async (program, args, { env = {} } = {}) => {
		const name = [program, ...args.slice(0, 2)].join(" ");
		if (signal.aborted) return outOfTime(`there was no time left for ${name}`);
		const lines = [];
		const code = await follow(program, args, {
			env,
			signal,
			onLine: (line) => lines.push(line)
		});
		const said = lines.join("\n");
		if (signal.aborted) return outOfTime(`${said}\n${name} took too long and was ended`.trim());
		return {
			code: code ?? -1,
			stdout: said,
			stderr: said
		};
	};
}
function outOfTime(said) {
	return {
		code: -1,
		stdout: said,
		stderr: said
	};
}
async function runToEnd(program, args, base, options) {
	const { exec } = await import("./post-exec.mjs");
	const stdout = [];
	const stderr = [];
	const { onLine } = options;
	try {
		return {
			code: await exec(program, [...args], {
				silent: true,
				ignoreReturnCode: true,
				env: defined({
					...base,
					...options.env
				}),
				listeners: {
					stdout: (data) => stdout.push(data),
					stderr: (data) => stderr.push(data),
					...onLine && {
						stdline: (line) => onLine(line, "stdout"),
						errline: (line) => onLine(line, "stderr")
					}
				}
			}),
			stdout: textOf(stdout),
			stderr: textOf(stderr)
		};
	} catch (error) {
		throw new ProgramMissing(program, error);
	}
}
/** In milliseconds, for a program that was asked to end. */
const GRACE = 2e3;
async function runReading(program, args, base, { env, stdin, onLine, signal = new AbortController().signal }) {
	const { createInterface } = await import("node:readline");
	const said = {
		stdout: [],
		stderr: []
	};
	const hear = (output, name) => {
		output.on("data", (data) => said[name].push(data));
		if (onLine) createInterface({ input: output }).on("line", (line) => onLine(line, name));
	};
	const code = await start(program, args, {
		env: {
			...base,
			...env
		},
		stdin,
		signal,
		hear
	});
	if (signal.aborted) return outOfTime(`${program} took too long and was ended`);
	return {
		code: code ?? -1,
		stdout: textOf(said.stdout),
		stderr: textOf(said.stderr)
	};
}
async function followLines(program, args, base, { env, onLine, signal, stdin = "" }) {
	const { createInterface } = await import("node:readline");
	const hear = (output) => void createInterface({ input: output }).on("line", onLine);
	return await start(program, args, {
		env: {
			...base,
			...env
		},
		stdin,
		signal,
		hear
	});
}
/** Resolves with the exit code, or undefined when a signal ended it. */
async function start(program, args, { env, stdin, signal, hear }) {
	const { spawn } = await import("node:child_process");
	const child = spawn(program, args, {
		env,
		stdio: "pipe",
		signal
	});
	child.stdin.on("error", () => {}).end(stdin);
	hear(child.stdout, "stdout");
	hear(child.stderr, "stderr");
	const insist = () => clock.deadline(GRACE).addEventListener("abort", kill);
	const kill = () => {
		child.kill("SIGKILL");
		for (const stream of [child.stdout, child.stderr]) stream.destroy();
	};
	if (signal.aborted) insist();
	else signal.addEventListener("abort", insist, { once: true });
	return await new Promise((resolve, reject) => {
		child.on("error", (error) => {
			if (error.name !== "AbortError") reject(new ProgramMissing(program, error));
		});
		child.on("close", (code) => resolve(code ?? void 0));
	});
}
function defined(environment) {
	return Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => value === void 0 ? [] : [[name, value]]));
}
function textOf(chunks) {
	return Buffer.concat(chunks).toString("utf8");
}
// src/builder/plugin.ts
/** Where docker looks for plugins beside the user's folder, in its order (docker/cli, cli-plugins/manager). */
const PLUGIN_FOLDERS = [
	"/usr/local/lib/docker/cli-plugins",
	"/usr/local/libexec/docker/cli-plugins",
	"/usr/lib/docker/cli-plugins",
	"/usr/libexec/docker/cli-plugins"
];
/** The buildx that `docker buildx` would start, or undefined where docker knows better than we do. */
async function findPlugin(dockerFolder, files) {
	const places = [
		...extraFolders(await files.read(join(dockerFolder, "config.json"))),
		join(dockerFolder, "cli-plugins"),
		...PLUGIN_FOLDERS
	].map((folder) => join(folder, "docker-buildx"));
	const there = await Promise.all(places.map((place) => files.exists(place)));
	return places.find((_, index) => there[index]);
}
/**
* Starts buildx itself for `docker buildx …`: docker starts it twice, the first time only to ask whether it is a
* plugin, and that is more than half of the time a short command takes.
*/
function direct(processes, plugin) {
	return {
		run: (program, args, options) => shorten(program, args, (...short) => processes.run(...short, options)),
		follow: (program, args, options) => shorten(program, args, (...short) => processes.follow(...short, options))
	};
	async function shorten(program, args, start) {
		const binary = program === "docker" && args[0] === "buildx" ? await plugin : void 0;
		if (binary === void 0) return await start(program, args);
		return await start(binary, args.slice(1)).catch((error) => {
			if (error instanceof ProgramMissing) return start(program, args);
			throw error;
		});
	}
}
function extraFolders(config) {
	try {
		const { cliPluginsExtraDirs } = JSON.parse(config ?? "{}");
		return Array.isArray(cliPluginsExtraDirs) ? cliPluginsExtraDirs.map(String) : [];
	} catch {
		return [];
	}
}
// src/system/files.ts
const ONLY_ME = 384;
const files = {
	read: (path) => readFile(path, "utf8").catch(() => void 0),
	exists: (path) => stat(path).then(() => true, () => false),
	list: (folder, how = { recursive: false }) => readdir(folder, how).then((names) => names.toSorted(), () => []),
	find: async (pattern, folder) => {
		const found = [];
		for await (const path of glob(pattern, { cwd: folder })) found.push(resolve(folder, path));
		return found.toSorted();
	},
	write: (path, text) => writeFile(path, text, { mode: ONLY_ME }),
	writeProgram: (path, bytes) => writeFile(path, bytes, { mode: 448 }),
	open: openFile,
	save: async (path, pieces) => {
		await mkdir(dirname(path), { recursive: true });
		await pipeline(pieces, createWriteStream(path));
	},
	link: (target, path) => symlink(target, path),
	makeFolder: async (path) => {
		await mkdir(path, {
			recursive: true,
			mode: 448
		});
	},
	freeSpace: (path) => statfs(path).then(({ bavail, bsize }) => bavail * bsize, () => void 0),
	remove: (path) => rm(path, {
		recursive: true,
		force: true
	})
};
/** What is read at once, in bytes. */
const PIECE = 262144;
async function openFile(path) {
	const file = await open(path);
	const { size } = await file.stat();
	const read = async (start, length) => {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
		return buffer.subarray(0, bytesRead);
	};
	return {
		size,
		read,
		stream: async function* (start, length) {
			const end = Math.min(start + length, size);
			for (let place = start; place < end; place += PIECE) yield await read(place, Math.min(PIECE, end - place));
		},
		[Symbol.asyncDispose]: () => file.close()
	};
}
// src/programs.ts
/** The programs of this machine, for main and for post. */
function openPrograms(env) {
	return direct(openProcesses(env), findPlugin(dockerFolder(env), files));
}
/** The user's folder for docker's settings, logins and plugins. */
function dockerFolder(env) {
	return env["DOCKER_CONFIG"] || join(homedir(), ".docker");
}
// src/system/traces.ts
const MARK = "MULTIARCH_RUN";
/** The programs that runs of this action have started and that have not ended, by the runs' names; as far as /proc tells. */
async function tracesOfRuns() {
	const entries = await readdir("/proc").catch(() => []);
	const traces = (await Promise.all(entries.filter((name) => /^\d+$/.test(name)).map(traceOf))).flatMap((trace) => trace ?? []);
	return new Map([...Map.groupBy(traces, ({ run }) => run)].map(([run, those]) => [run, those.map(({ pid }) => pid)]));
}
/** Ends what a killed run has left running: it would go on to make what is about to be taken back. */
async function endTraces(run, kill, signal) {
	while (!signal.aborted) {
		const pids = (await tracesOfRuns()).get(run) ?? [];
		if (pids.length === 0) return;
		for (const pid of pids) end(pid, kill);
	}
}
async function traceOf(name) {
	const mark = (await readFile(`/proc/${name}/environ`, "utf8").catch(() => "")).split("\0").find((variable) => variable.startsWith(`${MARK}=`));
	return mark === void 0 ? void 0 : {
		run: mark.slice(14),
		pid: Number(name)
	};
}
function end(pid, kill) {
	try {
		kill(pid);
	} catch (error) {
		if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
	}
}
// src/post.ts
const signal = AbortSignal.timeout(28e3);
const { follow } = openPrograms(process$1.env);
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
	await endTraces(basename(folder), (pid) => process$1.kill(pid, "SIGKILL"), signal);
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
