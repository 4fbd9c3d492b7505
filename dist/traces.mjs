import { a as parsePlatform } from "./platform.mjs";
import { t as clock } from "./clock.mjs";
import { a as getInput, d as setSecret, f as startGroup, i as error, l as saveState, o as getState, p as warning, r as endGroup, s as info, t as ExitCode, u as setOutput } from "./core.mjs";
import { dirname, join, resolve } from "node:path";
import { glob, mkdir, open, readFile, readdir, rm, stat, statfs, symlink, writeFile } from "node:fs/promises";
import { EOL } from "os";
import { constants, existsSync, promises, readFileSync } from "fs";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { homedir } from "node:os";
// src/builder/inspection.ts
/** Reads what `docker buildx inspect` prints: a head, and then each node from its name on. */
function parseInspection(text) {
	const fields = text.split("\n").flatMap((line) => {
		const [, name, value] = /^([A-Za-z ]+):\s*(.*)$/.exec(line) ?? [];
		return name === void 0 ? [] : [[name, value?.trim() ?? ""]];
	});
	const all = (name) => fields.flatMap((field) => field[0] === name ? field[1] : []);
	const nodes = split(fields.slice(fields.findIndex(([name]) => name === "Nodes") + 1)).map(nodeOf);
	return {
		driver: all("Driver")[0] ?? "",
		buildkit: all("BuildKit version")[0] ?? all("BuildKit")[0] ?? "",
		nodes,
		platforms: nodes.flatMap(({ platforms }) => platforms),
		natives: nodes.flatMap(({ natives }) => natives),
		errors: all("Error")
	};
}
function split(lines) {
	const nodes = [];
	for (const [name, value] of lines) {
		if (name === "Name" || nodes.length === 0) nodes.push(/* @__PURE__ */ new Map());
		nodes.at(-1)?.set(name, value);
	}
	return nodes;
}
/** Marks a platform that the user gave a node by hand. */
const BY_HAND = /\*$/;
function nodeOf(fields) {
	const there = (fields.get("Platforms") ?? "").split(",").map((text) => text.trim()).filter(Boolean);
	const read = (text) => parsePlatform(text.replace(BY_HAND, ""));
	const byHand = there.filter((text) => BY_HAND.test(text)).map(read);
	const platforms = there.map(read);
	return {
		name: fields.get("Name") ?? "",
		endpoint: fields.get("Endpoint") ?? "",
		platforms,
		byHand,
		natives: byHand.length > 0 ? byHand : platforms.slice(0, 1)
	};
}
// src/builder/builder.ts
/** What buildx takes by itself. */
const BUILDKIT_IMAGE = "moby/buildkit:buildx-stable-1";
const DRIVERS = [
	"docker-container",
	"kubernetes",
	"remote"
];
/** A builder could not be made, started or found. */
var BuilderError = class extends Error {
	name = "BuilderError";
	builder;
	said;
	constructor(builder, what, said) {
		super(what);
		this.builder = builder;
		this.said = said.trim();
	}
};
/**
* Starts a builder, ours or the user's, and asks it what it is. Its words are said as they come; `booting` is called at
* the first, since buildx has none for a builder that is up. Throws BuilderError.
*/
async function boot(name, env, { run, say, booting }) {
	let boots = false;
	const onLine = (line, stream) => {
		if (stream !== "stderr" || line === "") return;
		if (!boots) booting?.();
		boots = true;
		say(line);
	};
	const { code, stdout, stderr } = await run("docker", [
		"buildx",
		"inspect",
		"--bootstrap",
		name
	], {
		env,
		onLine
	});
	if (code !== 0) throw new BuilderError(name, `the builder "${name}" did not start`, stderr);
	const inspection = parseInspection(stdout);
	for (const error of inspection.errors) say(`a node is out of order: ${error}`);
	if (inspection.platforms.length === 0 && inspection.errors.length > 0) throw new BuilderError(name, `the builder "${name}" has no node that works`, inspection.errors.join("\n"));
	return {
		name,
		env,
		...inspection
	};
}
/** Stops a builder of ours and starts it anew: buildkitd looks for emulators once, when it boots. */
async function reboot({ name, env }, world) {
	const { code, stderr } = await world.run("docker", [
		"buildx",
		"stop",
		name
	], { env });
	if (code !== 0) throw new BuilderError(name, `the builder "${name}" could not be started again`, stderr);
	return await boot(name, env, world);
}
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
	const { exec } = await import("./exec2.mjs");
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
// src/emulation/install.ts
/**
* Installs emulators in one container of tonistiigi/binfmt. The kernel refuses a name twice, so what is useless goes
* first. The installer logs what failed and still exits 0: only its list and the kernel's own word count.
*/
async function installEmulators(image, emulators, { removal, by }, run) {
	const architectures = [...new Set(emulators.map(({ architecture }) => architecture))];
	const first = removal === "all" ? ["qemu-*"] : removal;
	return answerOf(await run("docker", privileged(image, [
		...first.length > 0 ? ["--uninstall", first.join(",")] : [],
		"--install",
		architectures.join(",")
	], ["--name", installerOf(by)])));
}
/** What an engine's machine can do now, where that is not this machine: its kernel is seen from a container alone. */
async function askInstaller(image, run) {
	return answerOf(await run("docker", privileged(image, [])));
}
/** Takes emulators out of the kernel again, after an installer that may still be at work. */
async function removeEmulators({ image, handlers, by }, run) {
	await run("docker", [
		"rm",
		"--force",
		installerOf(by)
	]);
	return await run("docker", privileged(image, ["--uninstall", handlers.join(",")]));
}
function privileged(image, args, options = []) {
	return [
		"run",
		"--rm",
		"--privileged",
		"--network=none",
		...options,
		image,
		...args
	];
}
function installerOf(run) {
	return `${run}-emulators`;
}
/** The installer ends by printing `{"supported":["linux/amd64",…],"emulators":["qemu-aarch64",…]}`; anything else names nothing. */
function answerOf({ code, stdout, stderr }) {
	const { supported, emulators } = parseAnswer(/\{[\s\S]*\}/.exec(stdout)?.[0] ?? "{}");
	const architectures = supported?.flatMap((platform) => platform.split("/")[1] ?? []);
	return {
		code,
		handlers: new Set(emulators),
		runs: new Set(architectures),
		said: stderr || stdout
	};
}
function parseAnswer(json) {
	try {
		return JSON.parse(json);
	} catch {
		return {};
	}
}
// node_modules/@actions/core/lib/summary.js
var __awaiter = function(thisArg, _arguments, P, generator) {
	function adopt(value) {
		return value instanceof P ? value : new P(function(resolve) {
			resolve(value);
		});
	}
	return new (P || (P = Promise))(function(resolve, reject) {
		function fulfilled(value) {
			try {
				step(generator.next(value));
			} catch (e) {
				reject(e);
			}
		}
		function rejected(value) {
			try {
				step(generator["throw"](value));
			} catch (e) {
				reject(e);
			}
		}
		function step(result) {
			result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
		}
		step((generator = generator.apply(thisArg, _arguments || [])).next());
	});
};
const { access, appendFile, writeFile: writeFile$1 } = promises;
const SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";
var Summary = class {
	constructor() {
		this._buffer = "";
	}
	/**
	* Finds the summary file path from the environment, rejects if env var is not found or file does not exist
	* Also checks r/w permissions.
	*
	* @returns step summary file path
	*/
	filePath() {
		return __awaiter(this, void 0, void 0, function* () {
			if (this._filePath) return this._filePath;
			const pathFromEnv = process.env[SUMMARY_ENV_VAR];
			if (!pathFromEnv) throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
			try {
				yield access(pathFromEnv, constants.R_OK | constants.W_OK);
			} catch (_a) {
				throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
			}
			this._filePath = pathFromEnv;
			return this._filePath;
		});
	}
	/**
	* Wraps content in an HTML tag, adding any HTML attributes
	*
	* @param {string} tag HTML tag to wrap
	* @param {string | null} content content within the tag
	* @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
	*
	* @returns {string} content wrapped in HTML element
	*/
	wrap(tag, content, attrs = {}) {
		const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join("");
		if (!content) return `<${tag}${htmlAttrs}>`;
		return `<${tag}${htmlAttrs}>${content}</${tag}>`;
	}
	/**
	* Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
	*
	* @param {SummaryWriteOptions} [options] (optional) options for write operation
	*
	* @returns {Promise<Summary>} summary instance
	*/
	write(options) {
		return __awaiter(this, void 0, void 0, function* () {
			const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
			const filePath = yield this.filePath();
			yield (overwrite ? writeFile$1 : appendFile)(filePath, this._buffer, { encoding: "utf8" });
			return this.emptyBuffer();
		});
	}
	/**
	* Clears the summary buffer and wipes the summary file
	*
	* @returns {Summary} summary instance
	*/
	clear() {
		return __awaiter(this, void 0, void 0, function* () {
			return this.emptyBuffer().write({ overwrite: true });
		});
	}
	/**
	* Returns the current summary buffer as a string
	*
	* @returns {string} string of summary buffer
	*/
	stringify() {
		return this._buffer;
	}
	/**
	* If the summary buffer is empty
	*
	* @returns {boolen} true if the buffer is empty
	*/
	isEmptyBuffer() {
		return this._buffer.length === 0;
	}
	/**
	* Resets the summary buffer without writing to summary file
	*
	* @returns {Summary} summary instance
	*/
	emptyBuffer() {
		this._buffer = "";
		return this;
	}
	/**
	* Adds raw text to the summary buffer
	*
	* @param {string} text content to add
	* @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
	*
	* @returns {Summary} summary instance
	*/
	addRaw(text, addEOL = false) {
		this._buffer += text;
		return addEOL ? this.addEOL() : this;
	}
	/**
	* Adds the operating system-specific end-of-line marker to the buffer
	*
	* @returns {Summary} summary instance
	*/
	addEOL() {
		return this.addRaw(EOL);
	}
	/**
	* Adds an HTML codeblock to the summary buffer
	*
	* @param {string} code content to render within fenced code block
	* @param {string} lang (optional) language to syntax highlight code
	*
	* @returns {Summary} summary instance
	*/
	addCodeBlock(code, lang) {
		const attrs = Object.assign({}, lang && { lang });
		const element = this.wrap("pre", this.wrap("code", code), attrs);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML list to the summary buffer
	*
	* @param {string[]} items list of items to render
	* @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
	*
	* @returns {Summary} summary instance
	*/
	addList(items, ordered = false) {
		const tag = ordered ? "ol" : "ul";
		const listItems = items.map((item) => this.wrap("li", item)).join("");
		const element = this.wrap(tag, listItems);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML table to the summary buffer
	*
	* @param {SummaryTableCell[]} rows table rows
	*
	* @returns {Summary} summary instance
	*/
	addTable(rows) {
		const tableBody = rows.map((row) => {
			const cells = row.map((cell) => {
				if (typeof cell === "string") return this.wrap("td", cell);
				const { header, data, colspan, rowspan } = cell;
				const tag = header ? "th" : "td";
				const attrs = Object.assign(Object.assign({}, colspan && { colspan }), rowspan && { rowspan });
				return this.wrap(tag, data, attrs);
			}).join("");
			return this.wrap("tr", cells);
		}).join("");
		const element = this.wrap("table", tableBody);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds a collapsable HTML details element to the summary buffer
	*
	* @param {string} label text for the closed state
	* @param {string} content collapsable content
	*
	* @returns {Summary} summary instance
	*/
	addDetails(label, content) {
		const element = this.wrap("details", this.wrap("summary", label) + content);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML image tag to the summary buffer
	*
	* @param {string} src path to the image you to embed
	* @param {string} alt text description of the image
	* @param {SummaryImageOptions} options (optional) addition image attributes
	*
	* @returns {Summary} summary instance
	*/
	addImage(src, alt, options) {
		const { width, height } = options || {};
		const attrs = Object.assign(Object.assign({}, width && { width }), height && { height });
		const element = this.wrap("img", null, Object.assign({
			src,
			alt
		}, attrs));
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML section heading element
	*
	* @param {string} text heading text
	* @param {number | string} [level=1] (optional) the heading level, default: 1
	*
	* @returns {Summary} summary instance
	*/
	addHeading(text, level) {
		const tag = `h${level}`;
		const allowedTag = [
			"h1",
			"h2",
			"h3",
			"h4",
			"h5",
			"h6"
		].includes(tag) ? tag : "h1";
		const element = this.wrap(allowedTag, text);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML thematic break (<hr>) to the summary buffer
	*
	* @returns {Summary} summary instance
	*/
	addSeparator() {
		const element = this.wrap("hr", null);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML line break (<br>) to the summary buffer
	*
	* @returns {Summary} summary instance
	*/
	addBreak() {
		const element = this.wrap("br", null);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML blockquote to the summary buffer
	*
	* @param {string} text quote text
	* @param {string} cite (optional) citation url
	*
	* @returns {Summary} summary instance
	*/
	addQuote(text, cite) {
		const attrs = Object.assign({}, cite && { cite });
		const element = this.wrap("blockquote", text, attrs);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML anchor tag to the summary buffer
	*
	* @param {string} text link text/content
	* @param {string} href hyperlink
	*
	* @returns {Summary} summary instance
	*/
	addLink(text, href) {
		const element = this.wrap("a", text, { href });
		return this.addRaw(element).addEOL();
	}
};
const summary = new Summary();
// node_modules/@actions/github/lib/context.js
var Context = class {
	/**
	* Hydrate the context from the environment
	*/
	constructor() {
		var _a, _b, _c;
		this.payload = {};
		if (process.env.GITHUB_EVENT_PATH) {
			if (existsSync(process.env.GITHUB_EVENT_PATH)) this.payload = JSON.parse(readFileSync(process.env.GITHUB_EVENT_PATH, { encoding: "utf8" }));
			else {
				const path = process.env.GITHUB_EVENT_PATH;
				process.stdout.write(`GITHUB_EVENT_PATH ${path} does not exist${EOL}`);
			}
		}
		this.eventName = process.env.GITHUB_EVENT_NAME;
		this.sha = process.env.GITHUB_SHA;
		this.ref = process.env.GITHUB_REF;
		this.workflow = process.env.GITHUB_WORKFLOW;
		this.action = process.env.GITHUB_ACTION;
		this.actor = process.env.GITHUB_ACTOR;
		this.job = process.env.GITHUB_JOB;
		this.runAttempt = parseInt(process.env.GITHUB_RUN_ATTEMPT, 10);
		this.runNumber = parseInt(process.env.GITHUB_RUN_NUMBER, 10);
		this.runId = parseInt(process.env.GITHUB_RUN_ID, 10);
		this.apiUrl = (_a = process.env.GITHUB_API_URL) !== null && _a !== void 0 ? _a : `https://api.github.com`;
		this.serverUrl = (_b = process.env.GITHUB_SERVER_URL) !== null && _b !== void 0 ? _b : `https://github.com`;
		this.graphqlUrl = (_c = process.env.GITHUB_GRAPHQL_URL) !== null && _c !== void 0 ? _c : `https://api.github.com/graphql`;
	}
	get issue() {
		const payload = this.payload;
		return Object.assign(Object.assign({}, this.repo), { number: (payload.issue || payload.pull_request || payload).number });
	}
	get repo() {
		if (process.env.GITHUB_REPOSITORY) {
			const [owner, repo] = process.env.GITHUB_REPOSITORY.split("/");
			return {
				owner,
				repo
			};
		}
		if (this.payload.repository) return {
			owner: this.payload.repository.owner.login,
			repo: this.payload.repository.name
		};
		throw new Error("context.repo requires a GITHUB_REPOSITORY environment variable like 'owner/repo'");
	}
};
// node_modules/@actions/github/lib/github.js
const context = new Context();
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
/** What people look for first, at the end of the log and not folded. */
function writeLines(lines) {
	for (const line of lines) log.line(line);
}
function readInput(name) {
	return getInput(name);
}
function setOutputs(outputs) {
	for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
}
/** Writes the job summary, where the runner has a place for it. Nothing that went well fails for want of a page. */
async function writeSummary(markdown, file) {
	if (!file) return;
	try {
		await summary.addRaw(hidden(markdown), true).write();
	} catch (error) {
		log.warn(`The job summary was not written: ${error instanceof Error ? error.message : error}`);
	}
}
/** Ends the step as failed, once everything that is still open has come to its end. */
function fail({ title, detail, advice, place }) {
	error([detail, advice].filter(Boolean).join("\n"), annotation({
		title,
		...place
	}));
	process.exitCode = ExitCode.Failure;
}
/** Too short to be a secret, and masking it would make the log unreadable. */
const SHORTEST_SECRET = 4;
const masked = /* @__PURE__ */ new Set();
/** Text without secrets, for files: not every runner hides them there. It is to be asked before anything is escaped. */
function hidden(text) {
	return [...masked].reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}
/** Hides a secret, and each line of it, in everything that is printed or written from now on. */
function mask(secret) {
	if (secret.trim().length >= SHORTEST_SECRET) setSecret(secret);
	for (const part of [secret, ...secret.split("\n")]) if (part.trim().length >= SHORTEST_SECRET) masked.add(part.trim());
}
const LEDGER = "ledger";
function saveLedger(text) {
	saveState(LEDGER, text);
}
function loadLedger() {
	return getState(LEDGER);
}
/** What the runner's event and environment say of this run. */
function readRun(environment) {
	const { GITHUB_RUN_ID: id, GITHUB_RUN_ATTEMPT: attempt = "1", BUILDX_NO_DEFAULT_ATTESTATIONS: off } = environment;
	const isPrivate = context.payload.repository?.["private"];
	return {
		url: id ? `${context.serverUrl}/${environment["GITHUB_REPOSITORY"]}/actions/runs/${id}/attempts/${attempt}` : "",
		private: typeof isPrivate === "boolean" ? isPrivate : void 0,
		wants: {
			summary: !isOff(environment["DOCKER_BUILD_SUMMARY"]),
			annotations: !isOff(environment["DOCKER_BUILD_CHECKS_ANNOTATIONS"])
		},
		noDefaultAttestations: off === "1" || off === "true",
		defaultContext: defaultContextIn(environment),
		environment,
		job: {
			run: {
				id: id ?? "",
				attempt: Number(attempt)
			},
			leg: {
				job: environment["GITHUB_JOB"] ?? "",
				runner: environment["RUNNER_NAME"] ?? ""
			},
			writer: writerIn(environment)
		}
	};
}
function isOff(value) {
	return value !== void 0 && /^(0|f|false|no|off)$/i.test(value);
}
/** This action as the workflow names it, like `octo/multiarch-action@v1`; empty where it is used from the checkout. */
function writerIn({ GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref }) {
	return repository ? [repository, ref].filter(Boolean).join("@") : "";
}
/** The commit of the event; of a pull request its own head, where the user wants it so, as in docker's actions. */
function defaultContextIn({ GITHUB_REPOSITORY: repository, DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF: head }) {
	if (!repository) return void 0;
	const own = context.payload.pull_request?.["head"]?.sha;
	const commit = /^(1|true)$/i.test(head ?? "") && typeof own === "string" ? own : context.sha || context.ref;
	return `${context.serverUrl}/${repository}.git#${commit}`;
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
// src/builder/tls-context.ts
/**
* Makes a docker context for an engine that the environment describes: buildx refuses to make a builder with
* certificates from the environment. Gives its name, which is the builder's endpoint then.
*/
async function makeContext(name, engine, { run, note }) {
	note({
		kind: "context",
		name
	});
	const [ca, cert, key] = [
		"ca.pem",
		"cert.pem",
		"key.pem"
	].map((file) => join(engine.certificates, file));
	return {
		name,
		...await run("docker", [
			"context",
			"create",
			name,
			"--docker",
			`host=${engine.host},ca=${ca},cert=${cert},key=${key}`
		])
	};
}
/** Removes it again; being gone already is success. */
async function removeContext({ name }, run) {
	return await run("docker", [
		"context",
		"rm",
		"--force",
		name
	]);
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
// src/action/ledger.ts
/** Saves the whole list with every entry: a run that is killed leaves what it had written by then. */
function openLedger(save) {
	const entries = [];
	return { note: (entry) => {
		entries.push(entry);
		save(JSON.stringify(entries));
	} };
}
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
/** The environment of every program that this run starts: by it they are known when the run itself is gone. */
function marked(env, run) {
	return {
		...env,
		[MARK]: run
	};
}
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
export { DRIVERS as A, askInstaller as C, stoppable as D, ProgramMissing as E, reboot as M, removeBuilder as N, BUILDKIT_IMAGE as O, writeSummary as S, removeEmulators as T, readInput as _, openPrograms as a, setOutputs as b, files as c, direct as d, fail as f, mask as g, log as h, dockerFolder as i, boot as j, BuilderError as k, makeContext as l, loadLedger as m, marked as n, openLedger as o, hidden as p, tracesOfRuns as r, readLedger as s, endTraces as t, removeContext as u, readRun as v, installEmulators as w, writeLines as x, saveLedger as y };
