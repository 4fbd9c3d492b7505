import { o as __toESM } from "./rolldown-runtime.mjs";
import { C as FormatError, S as samePlatform, _ as isKnownPlatform, a as parseRegistry, b as platformSlug, c as sameRepository, d as isDigestOf, g as fulfils, h as formatPlatform, i as parseReference, l as algorithmOf, m as parseDigest, n as formatRepository, o as parseTagRef, r as parseImageRef, s as repositoryOf, t as formatReference, u as digestOf, v as normalize$1, x as replaces$1, y as parsePlatform } from "./reference.mjs";
import { G as isIndexType, J as isImageConfig, K as isSchema1, L as CredentialError, M as inOnePiece, N as RegistryError, U as isDockerType, V as OCI_INDEX, W as isImageType, X as readOwnAnnotations, Y as readConfigPlatform, Z as readSubject, f as parseScope, i as referrersTag, j as checked, q as isElsewhere$2, t as isScarce, z as DOCKER_LIST } from "./quota.mjs";
import { B as isRecord, C as buildMetadata, D as seconds$1, G as formatDuration, H as readRecord, R as RecordError, U as writeRecord, V as readPlanned, W as clock, _ as inspectOutputs, a as planMetadata, b as callMetadata, g as inspectMetadata, l as mergeMetadata, m as partOutputs, n as promoteOutputs, o as planOutputs, p as partMetadata, t as promoteMetadata, u as mergeOutputs, w as buildOutputs, z as formatImage } from "./promote.mjs";
import { n as parseEdit, t as editPlatform } from "./platform-edits.mjs";
import { a as parseJson$1, d as uniqueByDigest, f as writeIndex, i as manifestOf, l as readImage$1, o as platformOf, r as isAttestation, s as pullSizeOf, u as readIndex } from "./manifest.mjs";
import { n as abreast, r as openGate, t as ArtifactsError } from "./artifacts.mjs";
import { t as SpecError } from "./spec-error.mjs";
import { a as getInput, c as saveState, d as startGroup, f as warning$1, i as error, l as setOutput, o as info, r as endGroup, t as ExitCode, u as setSecret } from "./core.mjs";
import { basename, dirname, isAbsolute, join, normalize, posix, resolve } from "node:path";
import process$1 from "node:process";
import { createHash, randomBytes } from "node:crypto";
import { chmod, copyFile, glob, mkdir, open, readFile, readdir, rename, rm, stat, statfs, symlink, writeFile } from "node:fs/promises";
import { constants, existsSync, promises, readFileSync } from "fs";
import { EOL } from "os";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { homedir, tmpdir } from "node:os";
import { setTimeout } from "node:timers/promises";
// src/action/doubts.ts
/** What is allowed, but seldom meant. */
function doubtsIn(inputs, run) {
	return [...strangePlatforms(inputs), ...absentCaches(inputs, run)];
}
/** A misspelt architecture is an image that nobody will ever pull. */
function strangePlatforms({ platforms, sources }) {
	const edited = sources.flat().flatMap((source) => {
		if (!("edits" in source)) return [];
		const { os = "linux", architecture = "amd64" } = source.edits;
		return [{
			os,
			architecture
		}];
	});
	const strange = (input, named) => named.filter((platform) => platform.architecture !== "wasm" && !isKnownPlatform(platform)).map((platform) => `input "${input}": ${formatPlatform(platform)} is no platform that we know; if it is misspelt, nobody will find the image`);
	return [.../* @__PURE__ */ new Set([...strange("platforms", platforms), ...strange("sources", edited)])];
}
/** buildx leaves a cache of GitHub out without a word where it does not know the service. */
function absentCaches(inputs, { environment }) {
	const { ACTIONS_RUNTIME_TOKEN: token, ACTIONS_CACHE_URL: url, ACTIONS_RESULTS_URL: results } = environment;
	return ["cache-from", "cache-to"].flatMap((input) => {
		const known = (cache) => (cache.get("token") || token) && (cache.get("url") || cache.get("url_v2") || url || results);
		return inputs[input].flatMap(({ value }) => value).some((cache) => cache.get("type") === "gha" && !known(cache)) ? `input "${input}": this runner has no cache service for type=gha, so there is no such cache; another type, like registry, needs none` : [];
	});
}
// src/build/attributes.ts
const FIELD = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/gy;
/** Reads them, with names in lower case; throws FormatError that calls it what `word` says, and shows of it what may be. */
function parseAttributes(text, word, shown = text) {
	const expected = "name=value pairs with commas between them, like type=oci,dest=image.tar";
	const pairs = fieldsOf$1(text)?.map((field) => /^\s*([^=\s]+)\s*=(.*)$/s.exec(field));
	if (!pairs?.every((pair) => pair !== null)) throw new FormatError(word, shown, expected);
	return new Map(pairs.map(([, name = "", value = ""]) => [name.toLowerCase(), value]));
}
function formatAttributes(attributes) {
	return [...attributes].map(([name, value]) => `${name}=${value}`).map((field) => /[",\n]/.test(field) ? `"${field.replaceAll("\"", "\"\"")}"` : field).join(",");
}
/** undefined where a quote is not closed, or ends before its field does. */
function fieldsOf$1(text) {
	const fields = [];
	for (const [, quoted, plain = "", end] of text.matchAll(FIELD)) {
		fields.push(quoted?.replaceAll("\"\"", "\"") ?? plain);
		if (end === "") return fields;
	}
}
// src/build/cache.ts
/** Attributes that are secrets. */
const KEYS$1 = [
	"secret_access_key",
	"session_token",
	"token",
	"ghtoken"
];
/** Reads an entry as buildx does: `type=gha,scope=x`, or nothing but references, which are a registry's. Throws FormatError. */
function parseCaches(text) {
	if (!text.includes("=")) return text.split(",").map((ref) => new Map(Object.entries({
		type: "registry",
		ref: ref.trim()
	})));
	const shown = text.replace(new RegExp(`(${KEYS$1.join("|")})=[^,]*`, "gi"), "$1=***");
	const attributes = parseAttributes(text, "cache", shown);
	if (attributes.get("type")) return [attributes];
	throw new FormatError("cache", shown, "its type and what belongs to it, like type=gha,mode=max, or a reference alone");
}
/**
* Gives a cache a name of its own for each platform. Platforms are built one by one, and a cache that all of them
* export to under one name would keep only the last one's layers. One that is meant for a single platform has its name.
* A build whose cache cannot be kept is a build all the same, unless the entry says `ignore-error=false`.
*/
function cacheTo(entry, whose) {
	const attributes = named$2(entry, whose);
	return formatAttributes(attributes.get("type") !== "inline" && !attributes.has("ignore-error") ? new Map([...attributes, ["ignore-error", "true"]]) : attributes);
}
/** The platform's own cache first, then the one named: it may come from elsewhere, and a missing one is no error. */
function cacheFrom(entry, whose) {
	return [...new Set([named$2(entry, whose), entry.value].map(formatAttributes))];
}
/** Keys to a cache's store that stand in an entry itself, and so on a command line. */
function keysIn(caches) {
	return caches.flatMap((attributes) => KEYS$1.flatMap((name) => attributes.get(name) || []));
}
/** The step of a build's log that reads or writes a cache, by its number: `#7 exporting cache to registry`. */
function cacheStep(line) {
	const [, number, verb] = /^(#\d+) (im|ex)porting (?:inline |content |to GitHub Actions )?cache\b/i.exec(line) ?? [];
	return number === void 0 ? void 0 : {
		number,
		writes: verb === "ex"
	};
}
/** Why caches were not written, as the log of a build has it that went well all the same. */
function cachesLost(log) {
	const steps = log.map(cacheStep).flatMap((step) => step?.writes ? step.number : []);
	const reasons = log.flatMap((line) => {
		const [, number = "", reason = ""] = /^(#\d+) ERROR: (.*)$/.exec(line) ?? [];
		return steps.includes(number) ? reason : [];
	});
	return [...new Set(reasons)];
}
/**
* Why BuildKit began no build at all: a store that it opens first did not open, and then it does not care for
* `ignore-error`. Azure's is the one that it speaks to there; while that lets it wait, buildx loses patience and the reason.
*/
function unopenedIn(said) {
	const reasons = said.flatMap((line) => /\bfailed to configure \S+ cache exporter: .*$/.exec(line) ?? []);
	if (reasons.length > 0) return reasons[0];
	return said.some((line) => /failed to receive status: .*\bno such job\b/.test(line)) ? "BuildKit could not open its store, which azblob caches need before a build" : void 0;
}
/** Whether the store did not open since another build was just making it, as happens to two that begin at once: it is there now. */
function wasJustMade(said) {
	return said.some((line) => /\bContainerAlreadyExists\b/.test(line));
}
/** Those caches without which there shall be no build. */
function neededIn(caches) {
	return caches.filter(({ value }) => /^(0|f|false)$/i.test(value.get("ignore-error") ?? ""));
}
function named$2({ only, value }, { platform, oneOfMany }) {
	return oneOfMany && only.length !== 1 ? withOwnName(value, platform) : value;
}
function withOwnName(attributes, platform) {
	const slug = platformSlug(platform);
	const rename = (name, change, unset = "") => {
		const value = attributes.get(name) ?? unset;
		return value === "" ? attributes : new Map([...attributes, [name, change(value)]]);
	};
	switch (attributes.get("type")) {
		case "gha": return rename("scope", (scope) => `${scope}-${slug}`, "buildkit");
		case "s3":
		case "azblob": return rename("name", (names) => names.replace(/[^;]+/g, (name) => `${name}-${slug}`), "buildkit");
		case "registry": return rename("ref", (ref) => withTagSuffix(ref, slug));
		case "local": return rename(attributes.has("dest") ? "dest" : "src", (path) => `${path.replace(/\/$/, "")}/${slug}`);
		default: return attributes;
	}
}
function withTagSuffix(ref, slug) {
	if (ref.includes("@")) return ref;
	return `${ref}${ref.slice(ref.lastIndexOf("/")).includes(":") ? "" : ":latest"}-${slug}`;
}
// src/image/annotation.ts
const LEVELS = [
	"index",
	"manifest",
	"index-descriptor",
	"manifest-descriptor"
];
const LEVEL = /^([a-z-]+)(?:\[([^\]]+)\])?$/;
const EXPECTED$3 = "key=value or level:key=value, with a level like index, manifest or manifest[linux/arm64]";
/**
* Reads `[level[platform],…:]key=value`; throws FormatError. Without a level it means the index and every manifest:
* registries show the index's description, and tools that pull one platform see that of its manifest.
*/
function parseAnnotation(text) {
	const equals = text.indexOf("=");
	if (equals < 1) throw new FormatError("annotation", text, EXPECTED$3);
	const name = text.slice(0, equals);
	const value = text.slice(equals + 1);
	const colon = name.indexOf(":");
	const key = name.slice(colon + 1);
	if (key === "") throw new FormatError("annotation", text, EXPECTED$3);
	return (colon < 0 ? ["index", "manifest"] : name.slice(0, colon).split(",")).map((level) => ({
		...parseLevel(level, text),
		key,
		value
	}));
}
/** What an index says of itself, as if somebody had asked for it; none of any other manifest. */
function annotationsIn(manifest) {
	if (!isIndexType(manifest.mediaType)) return [];
	return Object.entries(readOwnAnnotations(manifest)).map(([key, value]) => ({
		level: "index",
		key,
		value
	}));
}
/** The annotations of one level that concern this platform, as the map that is written. */
function annotationsFor(annotations, level, platform) {
	const concerned = annotations.filter((annotation) => annotation.level === level && concerns(annotation, platform));
	return Object.fromEntries(concerned.map(({ key, value }) => [key, value]));
}
function concerns({ platform: only }, platform) {
	return only === void 0 || platform !== void 0 && fulfils(platform, only);
}
function parseLevel(text, whole) {
	const [, level = "", platform] = LEVEL.exec(text) ?? [];
	if (!isLevel(level)) throw new FormatError("annotation", whole, EXPECTED$3);
	if (platform !== void 0 && level.startsWith("index")) throw new FormatError("annotation", whole, "no platform for an index: it is of all platforms");
	return {
		level,
		...platform !== void 0 && { platform: parsePlatform(platform) }
	};
}
function isLevel(text) {
	return LEVELS.includes(text);
}
// src/build/outputs.ts
const TYPES = [
	"image",
	"registry",
	"local",
	"tar",
	"oci",
	"docker",
	"cacheonly"
];
const EXPECTED$2 = `a type (${TYPES.join(", ")}) and what belongs to it, like type=oci,dest=image.tar`;
/** Reads an entry as `docker buildx build --output` does; throws FormatError. A path alone is a folder. */
function parseOutput(text) {
	const given = text.includes("=") ? parseAttributes(text, "output") : folderAt(text);
	const type = TYPES.find((one) => one === given.get("type"));
	const dest = given.get("dest") ?? "";
	const names = (given.get("name") ?? "").split(",").filter(Boolean).map(parseTagRef);
	if (type === void 0) throw new FormatError("output", text, EXPECTED$2);
	if (dest === "-") throw new FormatError("output", text, "a file as dest; a step has no standard output");
	const attributes = without(given, [
		"type",
		"dest",
		"name"
	]);
	switch (type) {
		case "cacheonly": return { type };
		case "image":
		case "registry": return parseImage$1(type, {
			names,
			attributes
		});
		case "docker": return {
			type,
			dest,
			names,
			attributes
		};
		case "local":
		case "tar":
		case "oci":
			if (dest === "") throw new FormatError("output", text, `a dest, like type=${type},dest=out`);
			return {
				type,
				dest,
				names,
				attributes
			};
	}
}
function folderAt(path) {
	return new Map(Object.entries({
		type: "local",
		dest: path
	}));
}
function parseImage$1(type, { names, attributes: given }) {
	const isAnnotation = (name) => ANNOTATION.test(name);
	const push = given.get("push");
	return {
		type: "image",
		names,
		push: type === "registry" || (push === void 0 ? void 0 : isTrue(push)),
		byDigest: isTrue(given.get("push-by-digest")),
		annotations: [...given].filter(([name]) => isAnnotation(name)).flatMap(annotationOf),
		attributes: without(given, [...OURS, ...[...given.keys()].filter(isAnnotation)])
	};
}
/** How an image is pushed is our affair: each platform by its digest. */
const OURS = [
	"push",
	"push-by-digest",
	"name-canonical"
];
/** `annotation.a=1`, `annotation-index.a=1`, `annotation-manifest[linux/arm64].a=1` (buildkit, docs/annotations.md). */
const ANNOTATION = /^annotation(?:-([a-z-]+))?(\[[^\]]+\])?\.(.+)$/;
function annotationOf([name, value]) {
	const [, level = "manifest", platform = "", key = ""] = ANNOTATION.exec(name) ?? [];
	return parseAnnotation(`${level}${platform}:${key}=${value}`);
}
/** As Go's `strconv.ParseBool` says yes. */
function isTrue(text) {
	return text !== void 0 && /^(1|t|true)$/i.test(text);
}
function without(attributes, names) {
	return new Map([...attributes].filter(([name]) => !names.includes(name)));
}
// src/builder/inspection.ts
/** Reads what `docker buildx inspect` prints: a head, and then each node from its name on. */
function parseInspection(text) {
	const fields = text.split("\n").flatMap((line) => {
		const [, name, value] = /^([A-Za-z ]+):\s*(.*)$/.exec(line) ?? [];
		return name === void 0 ? [] : [[name, value?.trim() ?? ""]];
	});
	const all = (name) => fields.flatMap((field) => field[0] === name ? field[1] : []);
	const nodes = split$1(fields.slice(fields.findIndex(([name]) => name === "Nodes") + 1)).map(nodeOf);
	return {
		driver: all("Driver")[0] ?? "",
		buildkit: all("BuildKit version")[0] ?? all("BuildKit")[0] ?? "",
		nodes,
		platforms: nodes.flatMap(({ platforms }) => platforms),
		natives: nodes.flatMap(({ natives }) => natives),
		errors: all("Error")
	};
}
function split$1(lines) {
	const nodes = [];
	for (const [name, value] of lines) {
		if (name === "Name" || nodes.length === 0) nodes.push(/* @__PURE__ */ new Map());
		nodes.at(-1)?.set(name, value);
	}
	return nodes;
}
/** Marks a platform that the user gave a node by hand. */
const BY_HAND$1 = /\*$/;
function nodeOf(fields) {
	const there = (fields.get("Platforms") ?? "").split(",").map((text) => text.trim()).filter(Boolean);
	const read = (text) => parsePlatform(text.replace(BY_HAND$1, ""));
	const byHand = there.filter((text) => BY_HAND$1.test(text)).map(read);
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
		this.said = reasonIn(said.trim());
	}
};
/** buildx ends with its error; the progress before that is in the log already. */
function reasonIn(said) {
	return said.slice(Math.max(0, said.lastIndexOf("\nERROR: "))).trim();
}
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
	const inspect = async (...options) => {
		const { code, stdout, stderr } = await run("docker", [
			"buildx",
			"inspect",
			...options,
			name
		], {
			env,
			onLine
		});
		if (code !== 0) throw new BuilderError(name, `the builder "${name}" did not start`, stderr);
		return parseInspection(stdout);
	};
	const first = await inspect("--bootstrap");
	const inspection = boots && first.buildkit === "" ? await inspect() : first;
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
			stdout: textOf$2(stdout),
			stderr: textOf$2(stderr)
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
	const code = await start$2(program, args, {
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
		stdout: textOf$2(said.stdout),
		stderr: textOf$2(said.stderr)
	};
}
async function followLines(program, args, base, { env, onLine, signal, stdin = "" }) {
	const { createInterface } = await import("node:readline");
	const hear = (output) => void createInterface({ input: output }).on("line", onLine);
	return await start$2(program, args, {
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
async function start$2(program, args, { env, stdin, signal, hear }) {
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
function textOf$2(chunks) {
	return Buffer.concat(chunks).toString("utf8");
}
// src/builder/engine.ts
/** Something the action needs is not on this machine. */
var EngineError = class extends Error {
	name = "EngineError";
	missing;
	said;
	constructor(missing, said, cause) {
		super(MISSING[missing], { cause });
		this.missing = missing;
		this.said = said.trim();
	}
};
const MISSING = {
	docker: "the docker command is not installed on this runner",
	engine: "the Docker engine does not answer",
	buildx: "docker has no working buildx plugin"
};
/** Asks the engine what it is; throws EngineError where there is none. `host` is DOCKER_HOST. */
async function findEngine(run, host = "") {
	const finished = await docker(run, [
		"version",
		"--format",
		"{{json .}}"
	]);
	const { Client, Server } = parseVersions(finished.stdout);
	if (finished.code !== 0 || !Server) throw new EngineError("engine", finished.stderr);
	return {
		platform: normalize$1({
			os: Server.Os,
			architecture: Server.Arch
		}),
		version: Server.Version,
		client: Client.Version,
		local: host === "" ? Client.Context === "default" : host.startsWith("unix://"),
		context: Client.Context || "default"
	};
}
/** The version of the buildx plugin, like `v0.36.1`; throws EngineError where there is none. */
async function findBuildx(run) {
	const { code, stdout, stderr } = await docker(run, ["buildx", "version"]);
	if (code !== 0) throw new EngineError("buildx", stderr);
	return versionOf(stdout);
}
/** The second word of `github.com/docker/buildx v0.36.1 5c0d6e6`. */
function versionOf(said) {
	return said.trim().split(/\s+/)[1] ?? said.trim();
}
async function docker(run, args) {
	return await run("docker", args).catch((error) => {
		throw error instanceof ProgramMissing ? new EngineError("docker", "", error) : error;
	});
}
function parseVersions(stdout) {
	if (stdout.trim() === "") return { Client: {
		Version: "",
		Context: ""
	} };
	return JSON.parse(stdout);
}
// src/builder/version.ts
/** Undefined where it is no version, as of a buildx that somebody has built without one. */
function parseVersion(text) {
	const [, major, minor, patch, preview = ""] = /^v?(\d+)\.(\d+)\.(\d+)(?:-([\w.-]+))?(?:\+[\w.-]+)?$/.exec(text.trim()) ?? [];
	if (major === void 0) return void 0;
	return {
		numbers: [
			Number(major),
			Number(minor),
			Number(patch)
		],
		preview
	};
}
function formatVersion({ numbers, preview }) {
	return `v${numbers.join(".")}${preview === "" ? "" : `-${preview}`}`;
}
/** `v0.30.1`, `latest`, or a range as npm has them, like `~0.30` or `>=0.29 <0.31 || 0.36.x`. Throws FormatError. */
function parseVersionWish(given) {
	const text = given.trim();
	if (text === "latest") return {
		kind: "latest",
		text
	};
	const version = parseVersion(text);
	if (version !== void 0) return {
		kind: "exact",
		text,
		version
	};
	return {
		kind: "range",
		text,
		either: text.split("||").map((part) => part.trim().replaceAll(/([<>=~^])\s+/g, "$1")).map((part) => part.split(/\s+/).map(readSpan))
	};
	function readSpan(word) {
		const span = spanOf(word);
		if (span !== void 0) return span;
		throw new FormatError("version", text, "latest, a version like v0.30.1, or a range like ~0.30 or >=0.29");
	}
}
/** Whether a version is what is wanted. No range wants previews; `latest` is known by those who know all versions. */
function satisfies(version, wish) {
	switch (wish.kind) {
		case "latest": return false;
		case "exact": return formatVersion(version) === formatVersion(wish.version);
		case "range": return version.preview === "" && wish.either.some((spans) => spans.every(holds));
	}
	function holds({ from, below }) {
		return compare(version.numbers, from) >= 0 && (below === void 0 || compare(version.numbers, below) < 0);
	}
}
/** The newest of those that are wanted; of all that are no previews, where `latest` is. */
function newest$1(versions, wish) {
	return versions.filter((one) => wish.kind === "latest" ? one.preview === "" : satisfies(one, wish)).toSorted((a, b) => compare(a.numbers, b.numbers)).at(-1);
}
/** Whether a version comes before another, whatever follows their numbers. */
function isOlder(version, than) {
	return compare(version.numbers, than.numbers) < 0;
}
function compare(a, b) {
	return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
/** What a word like `~0.30` or `>=0.29.1` spans. Numbers that are left out, or an x, may be any. */
function spanOf(word) {
	const [, operator, ...texts] = /^(|~|\^|=|<|<=|>|>=)v?(\d+|[x*])(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?$/.exec(word) ?? [];
	if (operator === void 0) return void 0;
	const known = texts.filter((text) => /^\d/.test(text ?? "")).map(Number);
	if (texts.slice(0, known.length).some((text) => !/^\d/.test(text))) return void 0;
	if (known.length === 0) return operator === "<" || operator === ">" ? NOTHING$1 : { from: ZERO };
	const [major = 0, minor = 0, patch = 0] = known;
	const first = [
		major,
		minor,
		patch
	];
	const next = after(first, known.length);
	switch (operator) {
		case ">=": return { from: first };
		case "<": return {
			from: ZERO,
			below: first
		};
		case ">": return { from: next };
		case "<=": return {
			from: ZERO,
			below: next
		};
		case "~": return {
			from: first,
			below: after(first, Math.min(known.length, 2))
		};
		case "^": return {
			from: first,
			below: after(first, known.findIndex((number) => number > 0) + 1 || known.length)
		};
		default: return {
			from: first,
			below: next
		};
	}
}
const ZERO = [
	0,
	0,
	0
];
const NOTHING$1 = {
	from: ZERO,
	below: ZERO
};
/** The first version that differs from this one within so many of its numbers, and comes after it. */
function after([major, minor, patch], count) {
	if (count <= 1) return [
		major + 1,
		0,
		0
	];
	return count === 2 ? [
		major,
		minor + 1,
		0
	] : [
		major,
		minor,
		patch + 1
	];
}
// src/builder/buildx.ts
const BUILDX_RELEASES = "https://github.com/docker/buildx/releases/download";
/** All releases of buildx by their tags, as docker/setup-buildx-action looks them up: GitHub's API counts questions. */
const ALL_RELEASES = "https://raw.githubusercontent.com/docker/actions-toolkit/main/.github/buildx-releases.json";
/** A wanted buildx could not be had. */
var BuildxError = class extends Error {
	name = "BuildxError";
	/** what the user has written */
	wanted;
	constructor(wanted, what, cause) {
		super(what, { cause });
		this.wanted = wanted;
	}
};
/**
* Gives the installed buildx where it is what is wanted, else one that an earlier job has kept, else downloads it. What
* has no checksum or another one is not used. Rejects with BuildxError.
*/
async function ensureBuildx(wish, installed, world) {
	const { version: wanted } = wish;
	const own = parseVersion(installed ?? "");
	if (installed !== void 0 && own && satisfies(own, wanted)) return itself(installed);
	const kept = await world.tools.kept(TOOL);
	const version = (wanted.kind === "latest" ? void 0 : newest$1(versionsOf([...kept.keys()]), wanted)) ?? await findRelease(wish, world.tools);
	const name = formatVersion(version);
	if (installed !== void 0 && own && formatVersion(own) === name) return itself(installed);
	const there = kept.get(name.slice(1));
	const program = there ?? await download(version, wish, world);
	if (there !== void 0) world.say(`buildx ${name} is in the runner's tool cache`);
	return {
		version: await start$1(program, name, wish, world),
		program
	};
	function itself(version) {
		world.say(`buildx ${version} is installed, and ${wanted.text} is wanted: nothing to download`);
		return { version };
	}
}
const TOOL = "docker-buildx";
/** The release to download: the one that is named, or the newest of those that the list has. */
async function findRelease({ version: wanted, url }, { fetchText }) {
	if (wanted.kind === "exact") return wanted.version;
	const list = url === "https://github.com/docker/buildx/releases/download" ? ALL_RELEASES : `${url}/releases.json`;
	const found = newest$1(versionsOf(tagsIn(await fetchText(list).catch((error) => {
		throw new BuildxError(wanted.text, `there is no list of versions: ${messageOf(error)}`, error);
	}))), wanted);
	if (found !== void 0) return found;
	throw new BuildxError(wanted.text, `no version of buildx in ${list} is ${wanted.text}`);
}
/** Downloads a release, and uses it only if its own list of checksums says so. */
async function download(version, wish, { tools, say }) {
	const name = formatVersion(version);
	const folder = `${wish.url}/${name}`;
	const file = `buildx-${name}.${suffixFor(tools.machine)}`;
	try {
		const checksum = checksumOf$1(file, await tools.fetchText(`${folder}/checksums.txt`));
		if (checksum === void 0) throw new Error(`${folder}/checksums.txt does not name ${file}, and what nobody vouches for is not used`);
		const tool = {
			name: TOOL,
			version: name.slice(1)
		};
		const program = await tools.fetchProgram(`${folder}/${file}`, checksum, tool);
		say(`downloaded buildx ${name} from ${folder}, and its checksum is right`);
		return program;
	} catch (error) {
		throw new BuildxError(wish.version.text, `buildx ${name} cannot be used: ${messageOf(error)}`, error);
	}
}
/** What a program says that it is, once it has started: a file system may forbid that. */
async function start$1(program, name, wish, { run }) {
	try {
		const { code, stdout, stderr } = await run(program, ["version"]);
		if (code === 0) return versionOf(stdout);
		throw new Error(stderr.trim() || `exit code ${code}`);
	} catch (error) {
		const what = `buildx ${name} does not start as ${program}: ${messageOf(error)}`;
		throw new BuildxError(wish.version.text, what, error);
	}
}
/** Tags, in docker's own list of releases (an object by tag), in an answer of GitHub's API (a list), or simply listed. */
function tagsIn(text) {
	try {
		const json = JSON.parse(text);
		return (typeof json === "object" && json !== null ? Object.values(json) : []).map((release) => typeof release === "object" && release !== null && "tag_name" in release ? String(release.tag_name) : String(release));
	} catch {
		return [];
	}
}
function versionsOf(tags) {
	return tags.flatMap((tag) => parseVersion(tag) ?? []);
}
/** A line of sha256sum: the checksum, a space, a space or an asterisk, the name. */
function checksumOf$1(file, text) {
	return text.split("\n").map((line) => /^([0-9a-f]{64}) [ *](.+?)\r?$/i.exec(line)).find((line) => line?.[2] === file)?.[1]?.toLowerCase();
}
/** How buildx's releases call a machine; they vouch for programs for Linux only. */
function suffixFor({ platform, architecture }) {
	return `${platform}-${ARCHITECTURES[architecture] ?? architecture}`;
}
const ARCHITECTURES = {
	x64: "amd64",
	arm: "arm-v7",
	ppc64: "ppc64le"
};
function messageOf(error) {
	return error instanceof Error ? error.message : String(error);
}
// src/image/nearest.ts
/** What people build for; the commonest first, since it wins among equals. */
const USUAL = [
	...[
		"linux/amd64",
		"linux/arm64",
		"linux/arm/v7",
		"linux/arm/v6",
		"linux/arm/v5",
		"linux/386"
	],
	...[
		"linux/ppc64le",
		"linux/s390x",
		"linux/riscv64",
		"linux/loong64",
		"linux/mips64le",
		"linux/mips64"
	],
	...["windows/amd64", "windows/arm64"]
];
/** So many slips of the finger; three may turn one short name into any other. */
const SLIPS = 2;
/** Reads a platform that somebody has typed. One that nobody knows is legal, unless it is nearly one that all know. */
function parseTypedPlatform(text) {
	const platform = parsePlatform(text);
	const meant = isKnownPlatform(platform) ? void 0 : nearest(formatPlatform(platform));
	if (meant !== void 0) throw new FormatError("platform", text, `one that is known: did you mean ${meant}?`);
	return platform;
}
function nearest(text) {
	const [best] = USUAL.map((name) => ({
		name,
		slips: slipsBetween(text, name)
	})).toSorted((one, other) => one.slips - other.slips);
	return best !== void 0 && best.slips <= SLIPS ? best.name : void 0;
}
/** How many letters are wrong, missing, too many, or have changed places with the next (optimal string alignment). */
function slipsBetween(one, other) {
	const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)];
	const at = (row, column) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
	for (let row = 1; row <= one.length; row++) {
		rows.push([row]);
		for (let column = 1; column <= other.length; column++) {
			const wrong = one[row - 1] === other[column - 1] ? 0 : 1;
			const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
			const best = Math.min(...[
				at(row - 1, column) + 1,
				at(row, column - 1) + 1,
				at(row - 1, column - 1) + wrong
			], ...swapped ? [at(row - 2, column - 2) + 1] : []);
			rows[row]?.push(best);
		}
	}
	return at(one.length, other.length);
}
// src/image/narrowed.ts
/** Splits `[linux/arm64] GOARM=7` or `[linux/arm64,linux/arm/v7] …`; throws FormatError where that is no platform. */
function parseNarrowed(text) {
	const [, names, value = ""] = /^\s*\[([^\]\n]*)\](?:\s+(.*))?$/s.exec(text) ?? [];
	if (names === void 0) return {
		only: [],
		value: text
	};
	if (value.trim() === "") throw new FormatError("entry", text, "something behind the platform in brackets");
	return {
		only: names.split(",").map(parsePlatform),
		value
	};
}
/** What is for this platform, or without one what is for all. What is for it alone comes last, where it wins. */
function narrowTo(entries, platform) {
	const own = entries.filter(({ only }) => platform !== void 0 && only.some((one) => fulfils(platform, one)));
	return [...entries.filter(({ only }) => only.length === 0), ...own];
}
function valuesFor(entries, platform) {
	return narrowTo(entries, platform).map(({ value }) => value);
}
// node_modules/csv-parse/lib/api/CsvError.js
var CsvError = class CsvError extends Error {
	constructor(code, message, options, ...contexts) {
		if (Array.isArray(message)) message = message.join(" ").trim();
		super(message);
		if (Error.captureStackTrace !== void 0) Error.captureStackTrace(this, CsvError);
		this.code = code;
		for (const context of contexts) for (const key in context) {
			const value = context[key];
			this[key] = Buffer.isBuffer(value) ? value.toString(options.encoding) : value == null ? value : JSON.parse(JSON.stringify(value));
		}
	}
};
// node_modules/csv-parse/lib/utils/is_object.js
const is_object = function(obj) {
	return typeof obj === "object" && obj !== null && !Array.isArray(obj);
};
// node_modules/csv-parse/lib/api/normalize_columns_array.js
const normalize_columns_array = function(columns) {
	const normalizedColumns = [];
	for (let i = 0, l = columns.length; i < l; i++) {
		const column = columns[i];
		if (column === void 0 || column === null || column === false) normalizedColumns[i] = { disabled: true };
		else if (typeof column === "string" || typeof column === "number") normalizedColumns[i] = { name: `${column}` };
		else if (is_object(column)) {
			if (typeof column.name !== "string") throw new CsvError("CSV_OPTION_COLUMNS_MISSING_NAME", [
				"Option columns missing name:",
				`property "name" is required at position ${i}`,
				"when column is an object literal"
			]);
			normalizedColumns[i] = column;
		} else throw new CsvError("CSV_INVALID_COLUMN_DEFINITION", [
			"Invalid column definition:",
			"expect a string or a literal object,",
			`got ${JSON.stringify(column)} at position ${i}`
		]);
	}
	return normalizedColumns;
};
// node_modules/csv-parse/lib/utils/ResizeableBuffer.js
var ResizeableBuffer = class {
	constructor(size = 100) {
		this.size = size;
		this.length = 0;
		this.buf = Buffer.allocUnsafe(size);
	}
	prepend(val) {
		if (Buffer.isBuffer(val)) {
			const length = this.length + val.length;
			if (length >= this.size) {
				this.resize();
				if (length >= this.size) throw Error("INVALID_BUFFER_STATE");
			}
			const buf = this.buf;
			this.buf = Buffer.allocUnsafe(this.size);
			val.copy(this.buf, 0);
			buf.copy(this.buf, val.length);
			this.length += val.length;
		} else {
			const length = this.length++;
			if (length === this.size) this.resize();
			const buf = this.clone();
			this.buf[0] = val;
			buf.copy(this.buf, 1, 0, length);
		}
	}
	append(val) {
		const length = this.length++;
		if (length === this.size) this.resize();
		this.buf[length] = val;
	}
	clone() {
		return Buffer.from(this.buf.slice(0, this.length));
	}
	resize() {
		const length = this.length;
		this.size = this.size * 2;
		const buf = Buffer.allocUnsafe(this.size);
		this.buf.copy(buf, 0, 0, length);
		this.buf = buf;
	}
	toString(encoding) {
		if (encoding) return this.buf.toString(encoding, 0, this.length);
		else return Uint8Array.prototype.slice.call(this.buf.slice(0, this.length));
	}
	toJSON() {
		return this.toString("utf8");
	}
	reset() {
		this.length = 0;
	}
};
// node_modules/csv-parse/lib/api/init_state.js
const init_state = function(options) {
	const timchars = [
		32,
		9,
		10,
		13,
		12,
		11,
		160,
		5760,
		8192,
		8193,
		8194,
		8195,
		8196,
		8197,
		8198,
		8199,
		8200,
		8201,
		8202,
		8232,
		8233,
		8239,
		8287,
		12288,
		65279
	].reduce((acc, codepoint) => {
		const encoded = Buffer.from(String.fromCharCode(codepoint), options.encoding);
		if (codepoint !== 63 && encoded.length === 1 && encoded[0] === 63) return acc;
		acc.push(encoded);
		return acc;
	}, []);
	const timcharFirstBytes = /* @__PURE__ */ new Uint8Array(256);
	for (const t of timchars) timcharFirstBytes[t[0]] = 1;
	return {
		bomSkipped: false,
		bufBytesStart: 0,
		castField: options.cast_function,
		commenting: false,
		delimiterBufPrevious: void 0,
		delimiterDiscovered: false,
		error: void 0,
		enabled: options.from_line === 1,
		escaping: false,
		escapeIsQuote: Buffer.isBuffer(options.escape) && Buffer.isBuffer(options.quote) && Buffer.compare(options.escape, options.quote) === 0,
		expectedRecordLength: Array.isArray(options.columns) ? options.columns.length : void 0,
		field: new ResizeableBuffer(20),
		firstLineToHeaders: options.cast_first_line_to_header,
		needMoreDataSize: Math.max(options.comment !== null ? options.comment.length : 0, ...options.delimiter ? options.delimiter.map((delimiter) => delimiter.length) : [], options.delimiter_auto ? 1 : 0, options.quote !== null ? options.quote.length : 0, ...timchars.map((t) => t.length)),
		previousBuf: void 0,
		quoting: false,
		stop: false,
		rawBuffer: new ResizeableBuffer(100),
		record: [],
		recordHasError: false,
		record_length: 0,
		recordDelimiterMaxLength: options.record_delimiter.length === 0 ? 0 : Math.max(...options.record_delimiter.map((v) => v.length)),
		trimChars: [Buffer.from(" ", options.encoding)[0], Buffer.from("	", options.encoding)[0]],
		wasQuoting: false,
		wasRowDelimiter: false,
		timchars,
		timcharFirstBytes
	};
};
// node_modules/csv-parse/lib/utils/underscore.js
const underscore = function(str) {
	return str.replace(/([A-Z])/g, function(_, match) {
		return "_" + match.toLowerCase();
	});
};
// node_modules/csv-parse/lib/api/normalize_options.js
const normalize_options = function(opts) {
	const options = {};
	for (const opt in opts) options[underscore(opt)] = opts[opt];
	if (options.encoding === void 0 || options.encoding === true) options.encoding = "utf8";
	else if (options.encoding === null || options.encoding === false) options.encoding = null;
	else if (typeof options.encoding !== "string" && options.encoding !== null) throw new CsvError("CSV_INVALID_OPTION_ENCODING", [
		"Invalid option encoding:",
		"encoding must be a string or null to return a buffer,",
		`got ${JSON.stringify(options.encoding)}`
	], options);
	if (options.bom === void 0 || options.bom === null || options.bom === false) options.bom = false;
	else if (options.bom !== true) throw new CsvError("CSV_INVALID_OPTION_BOM", [
		"Invalid option bom:",
		"bom must be true,",
		`got ${JSON.stringify(options.bom)}`
	], options);
	options.cast_function = null;
	if (options.cast === void 0 || options.cast === null || options.cast === false || options.cast === "") options.cast = void 0;
	else if (typeof options.cast === "function") {
		options.cast_function = options.cast;
		options.cast = true;
	} else if (options.cast !== true) throw new CsvError("CSV_INVALID_OPTION_CAST", [
		"Invalid option cast:",
		"cast must be true or a function,",
		`got ${JSON.stringify(options.cast)}`
	], options);
	if (options.cast_date === void 0 || options.cast_date === null || options.cast_date === false || options.cast_date === "") options.cast_date = false;
	else if (options.cast_date === true) options.cast_date = function(value) {
		const date = Date.parse(value);
		return !isNaN(date) ? new Date(date) : value;
	};
	else if (typeof options.cast_date !== "function") throw new CsvError("CSV_INVALID_OPTION_CAST_DATE", [
		"Invalid option cast_date:",
		"cast_date must be true or a function,",
		`got ${JSON.stringify(options.cast_date)}`
	], options);
	options.cast_first_line_to_header = void 0;
	if (options.columns === true) options.cast_first_line_to_header = void 0;
	else if (typeof options.columns === "function") {
		options.cast_first_line_to_header = options.columns;
		options.columns = true;
	} else if (Array.isArray(options.columns)) options.columns = normalize_columns_array(options.columns);
	else if (options.columns === void 0 || options.columns === null || options.columns === false) options.columns = false;
	else throw new CsvError("CSV_INVALID_OPTION_COLUMNS", [
		"Invalid option columns:",
		"expect an array, a function or true,",
		`got ${JSON.stringify(options.columns)}`
	], options);
	if (options.group_columns_by_name === void 0 || options.group_columns_by_name === null || options.group_columns_by_name === false) options.group_columns_by_name = false;
	else if (options.group_columns_by_name !== true) throw new CsvError("CSV_INVALID_OPTION_GROUP_COLUMNS_BY_NAME", [
		"Invalid option group_columns_by_name:",
		"expect an boolean,",
		`got ${JSON.stringify(options.group_columns_by_name)}`
	], options);
	else if (options.columns === false) throw new CsvError("CSV_INVALID_OPTION_GROUP_COLUMNS_BY_NAME", ["Invalid option group_columns_by_name:", "the `columns` mode must be activated."], options);
	if (options.comment === void 0 || options.comment === null || options.comment === false || options.comment === "") options.comment = null;
	else {
		if (typeof options.comment === "string") options.comment = Buffer.from(options.comment, options.encoding);
		if (!Buffer.isBuffer(options.comment)) throw new CsvError("CSV_INVALID_OPTION_COMMENT", [
			"Invalid option comment:",
			"comment must be a buffer or a string,",
			`got ${JSON.stringify(options.comment)}`
		], options);
	}
	if (options.comment_no_infix === void 0 || options.comment_no_infix === null || options.comment_no_infix === false) options.comment_no_infix = false;
	else if (options.comment_no_infix !== true) throw new CsvError("CSV_INVALID_OPTION_COMMENT", [
		"Invalid option comment_no_infix:",
		"value must be a boolean,",
		`got ${JSON.stringify(options.comment_no_infix)}`
	], options);
	if (options.delimiter_auto === void 0 || options.delimiter_auto === null || options.delimiter_auto === false) options.delimiter_auto = false;
	else if (options.delimiter_auto === true) options.delimiter_auto = {};
	else if (!is_object(options.delimiter_auto)) throw new CsvError("CSV_INVALID_OPTION_DELIMITER_AUTO", [
		"Invalid option delimiter_auto:",
		"delimiter_auto must be a boolean or a configuration object,",
		`got ${JSON.stringify(options.delimiter_auto)}`
	], options);
	if (options.delimiter_auto) {
		if (options.delimiter_auto.preferred === void 0) options.delimiter_auto.preferred = {
			[",".charCodeAt(0)]: 1.8,
			["	".charCodeAt(0)]: 1.8,
			[";".charCodeAt(0)]: 1.6,
			[" ".charCodeAt(0)]: 1.6,
			[":".charCodeAt(0)]: 1.5,
			[".".charCodeAt(0)]: 1.4,
			["/".charCodeAt(0)]: 1.4
		};
		else if (!is_object(options.delimiter_auto.preferred)) throw new CsvError("CSV_INVALID_OPTION_DELIMITER_AUTO", [
			"Invalid option delimiter_auto:",
			"preferred must be an object,",
			`got ${JSON.stringify(options.delimiter_auto.preferred)}`
		], options);
		if (options.delimiter_auto.score === void 0) options.delimiter_auto.score = (info, options) => {
			return (info.total - info.std) * (options.preferred[info.char_code] || 1);
		};
		else if (typeof options.delimiter_auto.score !== "function") throw new CsvError("CSV_INVALID_OPTION_DELIMITER_AUTO", [
			"Invalid option delimiter_auto:",
			"score must be a function,",
			`got ${JSON.stringify(options.delimiter_auto.score)}`
		], options);
		if (options.delimiter_auto.size === void 0) options.delimiter_auto.size = 2048;
		else if (typeof options.delimiter_auto.size !== "number") throw new CsvError("CSV_INVALID_OPTION_DELIMITER_AUTO", [
			"Invalid option delimiter_auto:",
			"size must be a number,",
			`got ${JSON.stringify(options.delimiter_auto.size)}`
		], options);
	}
	const delimiter_json = JSON.stringify(options.delimiter);
	if (options.delimiter_auto !== false) options.delimiter = [];
	if (!Array.isArray(options.delimiter)) {
		if (options.delimiter === void 0 || options.delimiter === null || options.delimiter === false) options.delimiter = Buffer.from(",", options.encoding);
		options.delimiter = [options.delimiter];
	}
	options.delimiter = options.delimiter.map(function(delimiter) {
		if (typeof delimiter === "string") delimiter = Buffer.from(delimiter, options.encoding);
		if (!Buffer.isBuffer(delimiter) || delimiter.length === 0) throw new CsvError("CSV_INVALID_OPTION_DELIMITER", [
			"Invalid option delimiter:",
			"delimiter must be a non empty string or buffer or array of string|buffer,",
			`got ${delimiter_json}`
		], options);
		return delimiter;
	});
	if (options.escape === void 0 || options.escape === true) options.escape = Buffer.from("\"", options.encoding);
	else if (typeof options.escape === "string") options.escape = Buffer.from(options.escape, options.encoding);
	else if (options.escape === null || options.escape === false) options.escape = null;
	if (options.escape !== null) {
		if (!Buffer.isBuffer(options.escape)) throw new Error(`Invalid Option: escape must be a buffer, a string or a boolean, got ${JSON.stringify(options.escape)}`);
	}
	if (options.from === void 0 || options.from === null) options.from = 1;
	else {
		if (typeof options.from === "string" && /\d+/.test(options.from)) options.from = parseInt(options.from);
		if (Number.isInteger(options.from)) {
			if (options.from < 0) throw new Error(`Invalid Option: from must be a positive integer, got ${JSON.stringify(opts.from)}`);
		} else throw new Error(`Invalid Option: from must be an integer, got ${JSON.stringify(options.from)}`);
	}
	if (options.from_line === void 0 || options.from_line === null) options.from_line = 1;
	else {
		if (typeof options.from_line === "string" && /\d+/.test(options.from_line)) options.from_line = parseInt(options.from_line);
		if (Number.isInteger(options.from_line)) {
			if (options.from_line <= 0) throw new Error(`Invalid Option: from_line must be a positive integer greater than 0, got ${JSON.stringify(opts.from_line)}`);
		} else throw new Error(`Invalid Option: from_line must be an integer, got ${JSON.stringify(opts.from_line)}`);
	}
	if (options.ignore_last_delimiters === void 0 || options.ignore_last_delimiters === null) options.ignore_last_delimiters = false;
	else if (typeof options.ignore_last_delimiters === "number") {
		options.ignore_last_delimiters = Math.floor(options.ignore_last_delimiters);
		if (options.ignore_last_delimiters === 0) options.ignore_last_delimiters = false;
	} else if (typeof options.ignore_last_delimiters !== "boolean") throw new CsvError("CSV_INVALID_OPTION_IGNORE_LAST_DELIMITERS", [
		"Invalid option `ignore_last_delimiters`:",
		"the value must be a boolean value or an integer,",
		`got ${JSON.stringify(options.ignore_last_delimiters)}`
	], options);
	if (options.ignore_last_delimiters === true && options.columns === false) throw new CsvError("CSV_IGNORE_LAST_DELIMITERS_REQUIRES_COLUMNS", ["The option `ignore_last_delimiters`", "requires the activation of the `columns` option"], options);
	if (options.info === void 0 || options.info === null || options.info === false) options.info = false;
	else if (options.info !== true) throw new Error(`Invalid Option: info must be true, got ${JSON.stringify(options.info)}`);
	if (options.max_record_size === void 0 || options.max_record_size === null || options.max_record_size === false) options.max_record_size = 0;
	else if (Number.isInteger(options.max_record_size) && options.max_record_size >= 0) {} else if (typeof options.max_record_size === "string" && /\d+/.test(options.max_record_size)) options.max_record_size = parseInt(options.max_record_size);
	else throw new Error(`Invalid Option: max_record_size must be a positive integer, got ${JSON.stringify(options.max_record_size)}`);
	if (options.objname === void 0 || options.objname === null || options.objname === false) options.objname = void 0;
	else if (Buffer.isBuffer(options.objname)) {
		if (options.objname.length === 0) throw new Error(`Invalid Option: objname must be a non empty buffer`);
		if (options.encoding === null) {} else options.objname = options.objname.toString(options.encoding);
	} else if (typeof options.objname === "string") {
		if (options.objname.length === 0) throw new Error(`Invalid Option: objname must be a non empty string`);
	} else if (typeof options.objname === "number") {} else throw new Error(`Invalid Option: objname must be a string or a buffer, got ${options.objname}`);
	if (options.objname !== void 0) {
		if (typeof options.objname === "number") {
			if (options.columns !== false) throw Error("Invalid Option: objname index cannot be combined with columns or be defined as a field");
		} else if (options.columns === false) throw Error("Invalid Option: objname field must be combined with columns or be defined as an index");
	}
	if (options.on_record === void 0 || options.on_record === null) options.on_record = void 0;
	else if (typeof options.on_record !== "function") throw new CsvError("CSV_INVALID_OPTION_ON_RECORD", [
		"Invalid option `on_record`:",
		"expect a function,",
		`got ${JSON.stringify(options.on_record)}`
	], options);
	if (options.on_skip !== void 0 && options.on_skip !== null && typeof options.on_skip !== "function") throw new Error(`Invalid Option: on_skip must be a function, got ${JSON.stringify(options.on_skip)}`);
	if (options.quote === null || options.quote === false || options.quote === "") options.quote = null;
	else {
		if (options.quote === void 0 || options.quote === true) options.quote = Buffer.from("\"", options.encoding);
		else if (typeof options.quote === "string") options.quote = Buffer.from(options.quote, options.encoding);
		if (!Buffer.isBuffer(options.quote)) throw new Error(`Invalid Option: quote must be a buffer or a string, got ${JSON.stringify(options.quote)}`);
	}
	if (options.raw === void 0 || options.raw === null || options.raw === false) options.raw = false;
	else if (options.raw !== true) throw new Error(`Invalid Option: raw must be true, got ${JSON.stringify(options.raw)}`);
	if (options.record_delimiter === void 0) options.record_delimiter = [];
	else if (typeof options.record_delimiter === "string" || Buffer.isBuffer(options.record_delimiter)) {
		if (options.record_delimiter.length === 0) throw new CsvError("CSV_INVALID_OPTION_RECORD_DELIMITER", [
			"Invalid option `record_delimiter`:",
			"value must be a non empty string or buffer,",
			`got ${JSON.stringify(options.record_delimiter)}`
		], options);
		options.record_delimiter = [options.record_delimiter];
	} else if (!Array.isArray(options.record_delimiter)) throw new CsvError("CSV_INVALID_OPTION_RECORD_DELIMITER", [
		"Invalid option `record_delimiter`:",
		"value must be a string, a buffer or array of string|buffer,",
		`got ${JSON.stringify(options.record_delimiter)}`
	], options);
	options.record_delimiter = options.record_delimiter.map(function(rd, i) {
		if (typeof rd !== "string" && !Buffer.isBuffer(rd)) throw new CsvError("CSV_INVALID_OPTION_RECORD_DELIMITER", [
			"Invalid option `record_delimiter`:",
			"value must be a string, a buffer or array of string|buffer",
			`at index ${i},`,
			`got ${JSON.stringify(rd)}`
		], options);
		else if (rd.length === 0) throw new CsvError("CSV_INVALID_OPTION_RECORD_DELIMITER", [
			"Invalid option `record_delimiter`:",
			"value must be a non empty string or buffer",
			`at index ${i},`,
			`got ${JSON.stringify(rd)}`
		], options);
		if (typeof rd === "string") rd = Buffer.from(rd, options.encoding);
		return rd;
	});
	if (typeof options.relax_column_count === "boolean") {} else if (options.relax_column_count === void 0 || options.relax_column_count === null) options.relax_column_count = false;
	else throw new Error(`Invalid Option: relax_column_count must be a boolean, got ${JSON.stringify(options.relax_column_count)}`);
	if (typeof options.relax_column_count_less === "boolean") {} else if (options.relax_column_count_less === void 0 || options.relax_column_count_less === null) options.relax_column_count_less = false;
	else throw new Error(`Invalid Option: relax_column_count_less must be a boolean, got ${JSON.stringify(options.relax_column_count_less)}`);
	if (typeof options.relax_column_count_more === "boolean") {} else if (options.relax_column_count_more === void 0 || options.relax_column_count_more === null) options.relax_column_count_more = false;
	else throw new Error(`Invalid Option: relax_column_count_more must be a boolean, got ${JSON.stringify(options.relax_column_count_more)}`);
	if (typeof options.relax_quotes === "boolean") {} else if (options.relax_quotes === void 0 || options.relax_quotes === null) options.relax_quotes = false;
	else throw new Error(`Invalid Option: relax_quotes must be a boolean, got ${JSON.stringify(options.relax_quotes)}`);
	if (typeof options.skip_empty_lines === "boolean") {} else if (options.skip_empty_lines === void 0 || options.skip_empty_lines === null) options.skip_empty_lines = false;
	else throw new Error(`Invalid Option: skip_empty_lines must be a boolean, got ${JSON.stringify(options.skip_empty_lines)}`);
	if (typeof options.skip_records_with_empty_values === "boolean") {} else if (options.skip_records_with_empty_values === void 0 || options.skip_records_with_empty_values === null) options.skip_records_with_empty_values = false;
	else throw new Error(`Invalid Option: skip_records_with_empty_values must be a boolean, got ${JSON.stringify(options.skip_records_with_empty_values)}`);
	if (typeof options.skip_records_with_error === "boolean") {} else if (options.skip_records_with_error === void 0 || options.skip_records_with_error === null) options.skip_records_with_error = false;
	else throw new Error(`Invalid Option: skip_records_with_error must be a boolean, got ${JSON.stringify(options.skip_records_with_error)}`);
	if (options.rtrim === void 0 || options.rtrim === null || options.rtrim === false) options.rtrim = false;
	else if (options.rtrim !== true) throw new Error(`Invalid Option: rtrim must be a boolean, got ${JSON.stringify(options.rtrim)}`);
	if (options.ltrim === void 0 || options.ltrim === null || options.ltrim === false) options.ltrim = false;
	else if (options.ltrim !== true) throw new Error(`Invalid Option: ltrim must be a boolean, got ${JSON.stringify(options.ltrim)}`);
	if (options.trim === void 0 || options.trim === null || options.trim === false) options.trim = false;
	else if (options.trim !== true) throw new Error(`Invalid Option: trim must be a boolean, got ${JSON.stringify(options.trim)}`);
	if (options.trim === true && opts.ltrim !== false) options.ltrim = true;
	else if (options.ltrim !== true) options.ltrim = false;
	if (options.trim === true && opts.rtrim !== false) options.rtrim = true;
	else if (options.rtrim !== true) options.rtrim = false;
	if (options.to === void 0 || options.to === null) options.to = -1;
	else if (options.to !== -1) {
		if (typeof options.to === "string" && /\d+/.test(options.to)) options.to = parseInt(options.to);
		if (Number.isInteger(options.to)) {
			if (options.to <= 0) throw new Error(`Invalid Option: to must be a positive integer greater than 0, got ${JSON.stringify(opts.to)}`);
		} else throw new Error(`Invalid Option: to must be an integer, got ${JSON.stringify(opts.to)}`);
	}
	if (options.to_line === void 0 || options.to_line === null) options.to_line = -1;
	else if (options.to_line !== -1) {
		if (typeof options.to_line === "string" && /\d+/.test(options.to_line)) options.to_line = parseInt(options.to_line);
		if (Number.isInteger(options.to_line)) {
			if (options.to_line <= 0) throw new Error(`Invalid Option: to_line must be a positive integer greater than 0, got ${JSON.stringify(opts.to_line)}`);
		} else throw new Error(`Invalid Option: to_line must be an integer, got ${JSON.stringify(opts.to_line)}`);
	}
	return options;
};
// node_modules/csv-parse/lib/utils/delimiter_discover.js
const delimiter_discover = function(records, options) {
	if (!options) ({delimiter_auto: options} = normalize_options({ delimiter_auto: true }));
	if (typeof records === "string") records = Buffer.from(records);
	if (Buffer.isBuffer(records)) records = ((data) => {
		const records = [];
		const parser = transform({ delimiter: [] });
		const push = (record) => records.push(record);
		const close = () => {};
		const error = parser.parse(data, true, push, close);
		if (error !== void 0) throw error;
		return records;
	})(records);
	const info = Array(127).fill().map(() => ({ lines: [] }));
	records.map(([record], line) => {
		for (let i = 0, l = record.length; i < l; i++) {
			const code = record.charCodeAt(i);
			if (info[code].lines[line] === void 0) info[code].lines[line] = 0;
			info[code].lines[line]++;
		}
	});
	info.map((info, i) => {
		info.char_code = i;
		info.std = std(info.lines);
		info.total = info.lines.reduce((acc, val) => acc + val, 0);
		info.preferred = !!options.preferred[i];
		info.score = options.score(info, options);
	});
	const result = info.reduce((acc, info) => acc.score > info.score ? acc : info, {});
	return String.fromCharCode(result.char_code);
};
const std = function(array) {
	const n = array.length;
	if (n === 0) return 0;
	const mean = array.reduce((a, b) => a + b) / n;
	return Math.sqrt(array.map((x) => Math.pow(x - mean, 2)).reduce((a, b) => a + b) / n);
};
// node_modules/csv-parse/lib/api/index.js
const isRecordEmpty = function(record) {
	return record.every((field) => field == null || field.toString && field.toString().trim() === "");
};
const cr = 13;
const nl = 10;
const boms = {
	utf8: Buffer.from([
		239,
		187,
		191
	]),
	utf16le: Buffer.from([255, 254])
};
const transform = function(original_options = {}) {
	const info = {
		bytes: 0,
		bytes_records: 0,
		comment_lines: 0,
		empty_lines: 0,
		invalid_field_length: 0,
		lines: 1,
		records: 0
	};
	const options = normalize_options(original_options);
	return {
		info,
		original_options,
		options,
		state: init_state(options),
		__needMoreData: function(i, bufLen, end) {
			if (end) return false;
			const { encoding, escape, quote } = this.options;
			const { quoting, needMoreDataSize, recordDelimiterMaxLength } = this.state;
			return bufLen - i - 1 < Math.max(needMoreDataSize, recordDelimiterMaxLength === 0 ? Buffer.from("\r\n", encoding).length : recordDelimiterMaxLength, quoting ? (escape === null ? 0 : escape.length) + quote.length : 0, quoting ? quote.length + recordDelimiterMaxLength : 0);
		},
		parse: function(nextBuf, end, push, close) {
			const { bom, comment_no_infix, delimiter_auto, encoding, from_line, ltrim, max_record_size, raw, relax_quotes, rtrim, skip_empty_lines, to, to_line } = this.options;
			let { comment, escape, quote, record_delimiter } = this.options;
			const { bomSkipped, delimiterDiscovered, delimiterBufPrevious, rawBuffer, escapeIsQuote } = this.state;
			if (!delimiterDiscovered && delimiter_auto) {
				let delimiterBuf;
				if (delimiterBufPrevious === void 0) delimiterBuf = nextBuf;
				else if (delimiterBufPrevious !== void 0 && nextBuf === void 0) delimiterBuf = delimiterBufPrevious;
				else delimiterBuf = Buffer.concat([delimiterBufPrevious, nextBuf]);
				nextBuf = void 0;
				if (end || delimiterBuf.length > delimiter_auto.size) {
					this.options.delimiter = [Buffer.from(delimiter_discover(delimiterBuf, this.options.delimiter_auto))];
					this.state.previousBuf = delimiterBuf;
					this.state.delimiterBufPrevious = void 0;
					this.state.delimiterDiscovered = true;
				} else {
					this.state.delimiterBufPrevious = delimiterBuf;
					return;
				}
			}
			const { previousBuf } = this.state;
			let buf;
			if (previousBuf === void 0) {
				if (nextBuf === void 0) {
					close();
					return;
				} else buf = nextBuf;
			} else if (previousBuf !== void 0 && nextBuf === void 0) buf = previousBuf;
			else buf = Buffer.concat([previousBuf, nextBuf]);
			if (bomSkipped === false) {
				if (bom === false) this.state.bomSkipped = true;
				else if (buf.length < 3) {
					if (end === false) {
						this.state.previousBuf = buf;
						return;
					}
				} else {
					for (const encoding in boms) if (boms[encoding].compare(buf, 0, boms[encoding].length) === 0) {
						const bomLength = boms[encoding].length;
						this.state.bufBytesStart += bomLength;
						buf = buf.slice(bomLength);
						const options = normalize_options({
							...this.original_options,
							encoding
						});
						for (const key in options) this.options[key] = options[key];
						({comment, escape, quote} = this.options);
						break;
					}
					this.state.bomSkipped = true;
				}
			}
			const bufLen = buf.length;
			let pos = 0;
			for (; pos < bufLen; pos++) {
				if (this.__needMoreData(pos, bufLen, end)) break;
				if (this.state.wasRowDelimiter === true) {
					this.info.lines++;
					this.state.wasRowDelimiter = false;
				}
				if (to_line !== -1 && this.info.lines > to_line) {
					this.state.stop = true;
					close();
					return;
				}
				if (this.state.quoting === false && record_delimiter.length === 0) {
					if (this.__autoDiscoverRecordDelimiter(buf, pos)) record_delimiter = this.options.record_delimiter;
				}
				const chr = buf[pos];
				if (raw === true) rawBuffer.append(chr);
				if ((chr === cr || chr === nl) && this.state.wasRowDelimiter === false) this.state.wasRowDelimiter = true;
				if (this.state.escaping === true) this.state.escaping = false;
				else {
					if (escape !== null && this.state.quoting === true && this.__isEscape(buf, pos, chr) && pos + escape.length < bufLen) {
						if (escapeIsQuote) {
							if (this.__isQuote(buf, pos + escape.length)) {
								this.state.escaping = true;
								pos += escape.length - 1;
								continue;
							}
						} else {
							this.state.escaping = true;
							pos += escape.length - 1;
							continue;
						}
					}
					if (this.state.commenting === false && this.__isQuote(buf, pos)) {
						if (this.state.quoting === true) {
							const nextChr = buf[pos + quote.length];
							const isNextChrTrimable = rtrim && this.__isCharTrimable(buf, pos + quote.length);
							const isNextChrComment = comment !== null && this.__compareBytes(comment, buf, pos + quote.length, nextChr);
							const isNextChrDelimiter = this.__isDelimiter(buf, pos + quote.length, nextChr);
							const isNextChrRecordDelimiter = record_delimiter.length === 0 ? this.__autoDiscoverRecordDelimiter(buf, pos + quote.length) : this.__isRecordDelimiter(nextChr, buf, pos + quote.length);
							if (escape !== null && this.__isEscape(buf, pos, chr) && this.__isQuote(buf, pos + escape.length)) pos += escape.length - 1;
							else if (!nextChr || isNextChrDelimiter || isNextChrRecordDelimiter || isNextChrComment || isNextChrTrimable) {
								this.state.quoting = false;
								this.state.wasQuoting = true;
								pos += quote.length - 1;
								continue;
							} else if (relax_quotes === false) {
								const err = this.__error(new CsvError("CSV_INVALID_CLOSING_QUOTE", [
									"Invalid Closing Quote:",
									`got "${String.fromCharCode(nextChr)}"`,
									`at line ${this.info.lines}`,
									"instead of delimiter, record delimiter, trimable character",
									"(if activated) or comment"
								], this.options, this.__infoField()));
								if (err !== void 0) return err;
							} else {
								this.state.quoting = false;
								this.state.wasQuoting = true;
								this.state.field.prepend(quote);
								pos += quote.length - 1;
							}
						} else if (this.state.field.length !== 0) {
							if (relax_quotes === false) {
								const info = this.__infoField();
								const bom = Object.keys(boms).map((b) => boms[b].equals(this.state.field.toString()) ? b : false).filter(Boolean)[0];
								const err = this.__error(new CsvError("INVALID_OPENING_QUOTE", [
									"Invalid Opening Quote:",
									`a quote is found on field ${JSON.stringify(info.column)} at line ${info.lines}, value is ${JSON.stringify(this.state.field.toString(encoding))}`,
									bom ? `(${bom} bom)` : void 0
								], this.options, info, { field: this.state.field }));
								if (err !== void 0) return err;
							}
						} else {
							this.state.quoting = true;
							pos += quote.length - 1;
							continue;
						}
					}
					if (this.state.quoting === false) {
						const recordDelimiterLength = this.__isRecordDelimiter(chr, buf, pos);
						if (recordDelimiterLength !== 0) {
							if (this.state.commenting && this.state.wasQuoting === false && this.state.record.length === 0 && this.state.field.length === 0) this.info.comment_lines++;
							else {
								if (this.state.enabled === false && this.info.lines + (this.state.wasRowDelimiter === true ? 1 : 0) >= from_line) {
									this.state.enabled = true;
									this.__resetField();
									this.__resetRecord();
									pos += recordDelimiterLength - 1;
									continue;
								}
								if (skip_empty_lines === true && this.state.wasQuoting === false && this.state.record.length === 0 && this.state.field.length === 0) {
									this.info.empty_lines++;
									pos += recordDelimiterLength - 1;
									continue;
								}
								this.info.bytes = this.state.bufBytesStart + pos;
								const errField = this.__onField();
								if (errField !== void 0) return errField;
								this.info.bytes = this.state.bufBytesStart + pos + recordDelimiterLength;
								const errRecord = this.__onRecord(push);
								if (errRecord !== void 0) return errRecord;
								if (to !== -1 && this.info.records >= to) {
									this.state.stop = true;
									close();
									return;
								}
							}
							this.state.commenting = false;
							pos += recordDelimiterLength - 1;
							continue;
						}
						if (this.state.commenting) continue;
						if (comment !== null && (comment_no_infix === false || this.state.record.length === 0 && this.state.field.length === 0)) {
							if (this.__compareBytes(comment, buf, pos, chr) !== 0) {
								this.state.commenting = true;
								continue;
							}
						}
						const delimiterLength = this.__isDelimiter(buf, pos, chr);
						if (delimiterLength !== 0) {
							this.info.bytes = this.state.bufBytesStart + pos;
							const errField = this.__onField();
							if (errField !== void 0) return errField;
							pos += delimiterLength - 1;
							continue;
						}
					}
				}
				if (this.state.commenting === false) {
					if (max_record_size !== 0 && this.state.record_length + this.state.field.length > max_record_size) return this.__error(new CsvError("CSV_MAX_RECORD_SIZE", [
						"Max Record Size:",
						"record exceed the maximum number of tolerated bytes",
						`of ${max_record_size}`,
						`at line ${this.info.lines}`
					], this.options, this.__infoField()));
				}
				const lappend = ltrim === false || this.state.quoting === true || this.state.field.length !== 0 || !this.__isCharTrimable(buf, pos);
				const rappend = rtrim === false || this.state.wasQuoting === false;
				if (lappend === true && rappend === true) this.state.field.append(chr);
				else if (rtrim === true && !this.__isCharTrimable(buf, pos)) return this.__error(new CsvError("CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE", [
					"Invalid Closing Quote:",
					"found non trimable byte after quote",
					`at line ${this.info.lines}`
				], this.options, this.__infoField()));
				else {
					if (lappend === false) pos += this.__isCharTrimable(buf, pos) - 1;
					continue;
				}
			}
			if (end === true) {
				if (this.state.quoting === true) {
					const err = this.__error(new CsvError("CSV_QUOTE_NOT_CLOSED", ["Quote Not Closed:", `the parsing is finished with an opening quote at line ${this.info.lines}`], this.options, this.__infoField()));
					if (err !== void 0) return err;
				} else if (this.state.wasQuoting === true || this.state.record.length !== 0 || this.state.field.length !== 0) {
					this.info.bytes = this.state.bufBytesStart + pos;
					const errField = this.__onField();
					if (errField !== void 0) return errField;
					const errRecord = this.__onRecord(push);
					if (errRecord !== void 0) return errRecord;
				} else if (this.state.wasRowDelimiter === true) this.info.empty_lines++;
				else if (this.state.commenting === true) this.info.comment_lines++;
			} else {
				this.state.bufBytesStart += pos;
				this.state.previousBuf = buf.slice(pos);
			}
			if (this.state.wasRowDelimiter === true) {
				this.info.lines++;
				this.state.wasRowDelimiter = false;
			}
		},
		__onRecord: function(push) {
			const { columns, group_columns_by_name, encoding, info, from, relax_column_count, relax_column_count_less, relax_column_count_more, raw, skip_records_with_empty_values } = this.options;
			const { enabled, record } = this.state;
			if (enabled === false) return this.__resetRecord();
			const recordLength = record.length;
			if (columns === true) {
				if (skip_records_with_empty_values === true && isRecordEmpty(record)) {
					this.__resetRecord();
					return;
				}
				return this.__firstLineToColumns(record);
			}
			if (columns === false && this.info.records === 0) this.state.expectedRecordLength = recordLength;
			if (recordLength !== this.state.expectedRecordLength) {
				const err = columns === false ? new CsvError("CSV_RECORD_INCONSISTENT_FIELDS_LENGTH", [
					"Invalid Record Length:",
					`expect ${this.state.expectedRecordLength},`,
					`got ${recordLength} on line ${this.info.lines}`
				], this.options, this.__infoField(), { record }) : new CsvError("CSV_RECORD_INCONSISTENT_COLUMNS", [
					"Invalid Record Length:",
					`columns length is ${columns.length},`,
					`got ${recordLength} on line ${this.info.lines}`
				], this.options, this.__infoField(), { record });
				if (relax_column_count === true || relax_column_count_less === true && recordLength < this.state.expectedRecordLength || relax_column_count_more === true && recordLength > this.state.expectedRecordLength) {
					this.info.invalid_field_length++;
					this.state.error = err;
				} else {
					const finalErr = this.__error(err);
					if (finalErr) return finalErr;
				}
			}
			if (skip_records_with_empty_values === true && isRecordEmpty(record)) {
				this.__resetRecord();
				return;
			}
			if (this.state.recordHasError === true) {
				this.__resetRecord();
				this.state.recordHasError = false;
				return;
			}
			this.info.records++;
			if (from === 1 || this.info.records >= from) {
				const { objname } = this.options;
				if (columns !== false) {
					const obj = {};
					for (let i = 0, l = record.length; i < l; i++) {
						if (columns[i] === void 0 || columns[i].disabled) continue;
						if (group_columns_by_name === true && Object.hasOwn(obj, columns[i].name)) {
							if (Array.isArray(obj[columns[i].name])) obj[columns[i].name] = obj[columns[i].name].concat(record[i]);
							else obj[columns[i].name] = [obj[columns[i].name], record[i]];
						} else Object.defineProperty(obj, columns[i].name, {
							value: record[i],
							enumerable: true,
							writable: true,
							configurable: true
						});
					}
					if (raw === true || info === true) {
						const extRecord = Object.assign({ record: obj }, raw === true ? { raw: this.state.rawBuffer.toString(encoding) } : {}, info === true ? { info: this.__infoRecord() } : {});
						const err = this.__push(objname === void 0 ? extRecord : [obj[objname], extRecord], push);
						if (err) return err;
					} else {
						const err = this.__push(objname === void 0 ? obj : [obj[objname], obj], push);
						if (err) return err;
					}
				} else if (raw === true || info === true) {
					const extRecord = Object.assign({ record }, raw === true ? { raw: this.state.rawBuffer.toString(encoding) } : {}, info === true ? { info: this.__infoRecord() } : {});
					const err = this.__push(objname === void 0 ? extRecord : [record[objname], extRecord], push);
					if (err) return err;
				} else {
					const err = this.__push(objname === void 0 ? record : [record[objname], record], push);
					if (err) return err;
				}
			}
			this.__resetRecord();
		},
		__firstLineToColumns: function(record) {
			const { firstLineToHeaders } = this.state;
			try {
				const headers = firstLineToHeaders === void 0 ? record : firstLineToHeaders.call(null, record);
				if (!Array.isArray(headers)) return this.__error(new CsvError("CSV_INVALID_COLUMN_MAPPING", [
					"Invalid Column Mapping:",
					"expect an array from column function,",
					`got ${JSON.stringify(headers)}`
				], this.options, this.__infoField(), { headers }));
				const normalizedHeaders = normalize_columns_array(headers);
				this.state.expectedRecordLength = normalizedHeaders.length;
				this.options.columns = normalizedHeaders;
				this.__resetRecord();
				return;
			} catch (err) {
				return err;
			}
		},
		__resetRecord: function() {
			if (this.options.raw === true) this.state.rawBuffer.reset();
			this.state.error = void 0;
			this.state.record = [];
			this.state.record_length = 0;
		},
		__onField: function() {
			const { cast, encoding, rtrim, max_record_size } = this.options;
			const { enabled, wasQuoting } = this.state;
			if (enabled === false) return this.__resetField();
			let field = this.state.field.toString(encoding);
			if (rtrim === true && wasQuoting === false) field = field.trimRight();
			if (cast === true) {
				const [err, f] = this.__cast(field);
				if (err !== void 0) return err;
				field = f;
			}
			this.state.record.push(field);
			if (max_record_size !== 0 && typeof field === "string") this.state.record_length += field.length;
			this.__resetField();
		},
		__resetField: function() {
			this.state.field.reset();
			this.state.wasQuoting = false;
		},
		__push: function(record, push) {
			const { on_record } = this.options;
			if (on_record !== void 0) {
				const info = this.__infoRecord();
				try {
					record = on_record.call(null, record, info);
				} catch (err) {
					return err;
				}
				if (record === void 0 || record === null) return;
			}
			this.info.bytes_records += this.info.bytes;
			push(record);
		},
		__cast: function(field) {
			const { columns, relax_column_count } = this.options;
			if (Array.isArray(columns) === true && relax_column_count && this.options.columns.length <= this.state.record.length) return [void 0, void 0];
			if (this.state.castField !== null) try {
				const info = this.__infoField();
				return [void 0, this.state.castField.call(null, field, info)];
			} catch (err) {
				return [err];
			}
			if (this.__isFloat(field)) return [void 0, parseFloat(field)];
			else if (this.options.cast_date !== false) {
				const info = this.__infoField();
				return [void 0, this.options.cast_date.call(null, field, info)];
			}
			return [void 0, field];
		},
		__compareBytes: function(sourceBuf, targetBuf, targetPos, firstByte) {
			if (sourceBuf[0] !== firstByte) return 0;
			const sourceLength = sourceBuf.length;
			for (let i = 1; i < sourceLength; i++) if (sourceBuf[i] !== targetBuf[targetPos + i]) return 0;
			return sourceLength;
		},
		__isCharTrimable: function(buf, pos) {
			const { timchars, timcharFirstBytes } = this.state;
			const first = buf[pos];
			if (first === void 0 || timcharFirstBytes[first] === 0) return 0;
			loop1: for (let i = 0; i < timchars.length; i++) {
				const timchar = timchars[i];
				for (let j = 0; j < timchar.length; j++) if (timchar[j] !== buf[pos + j]) continue loop1;
				return timchar.length;
			}
			return 0;
		},
		__isDelimiter: function(buf, pos, chr) {
			const { delimiter, ignore_last_delimiters } = this.options;
			if (ignore_last_delimiters === true && this.state.record.length === this.options.columns.length - 1) return 0;
			else if (ignore_last_delimiters !== false && typeof ignore_last_delimiters === "number" && this.state.record.length === ignore_last_delimiters - 1) return 0;
			loop1: for (let i = 0; i < delimiter.length; i++) {
				const del = delimiter[i];
				if (del[0] === chr) {
					for (let j = 1; j < del.length; j++) if (del[j] !== buf[pos + j]) continue loop1;
					return del.length;
				}
			}
			return 0;
		},
		__isEscape: function(buf, pos, chr) {
			const { escape } = this.options;
			if (escape === null) return false;
			const l = escape.length;
			if (escape[0] === chr) {
				for (let i = 0; i < l; i++) if (escape[i] !== buf[pos + i]) return false;
				return true;
			}
			return false;
		},
		__isFloat: function(value) {
			return value - parseFloat(value) + 1 >= 0;
		},
		__isQuote: function(buf, pos) {
			const { quote } = this.options;
			if (quote === null) return false;
			const l = quote.length;
			for (let i = 0; i < l; i++) if (quote[i] !== buf[pos + i]) return false;
			return true;
		},
		__isRecordDelimiter: function(chr, buf, pos) {
			const { record_delimiter } = this.options;
			const recordDelimiterLength = record_delimiter.length;
			loop1: for (let i = 0; i < recordDelimiterLength; i++) {
				const rd = record_delimiter[i];
				const rdLength = rd.length;
				if (rd[0] !== chr) continue;
				for (let j = 1; j < rdLength; j++) if (rd[j] !== buf[pos + j]) continue loop1;
				return rd.length;
			}
			return 0;
		},
		__autoDiscoverRecordDelimiter: function(buf, pos) {
			const { encoding } = this.options;
			const rds = [
				Buffer.from("\r\n", encoding),
				Buffer.from("\n", encoding),
				Buffer.from("\r", encoding)
			];
			loop: for (let i = 0; i < rds.length; i++) {
				const l = rds[i].length;
				for (let j = 0; j < l; j++) if (rds[i][j] !== buf[pos + j]) continue loop;
				this.options.record_delimiter.push(rds[i]);
				this.state.recordDelimiterMaxLength = rds[i].length;
				return rds[i].length;
			}
			return 0;
		},
		__error: function(msg) {
			const { encoding, raw, skip_records_with_error } = this.options;
			const err = typeof msg === "string" ? new Error(msg) : msg;
			if (skip_records_with_error) {
				this.state.recordHasError = true;
				if (this.options.on_skip !== void 0) try {
					this.options.on_skip(err, raw ? this.state.rawBuffer.toString(encoding) : void 0);
				} catch (err) {
					return err;
				}
				return;
			} else return err;
		},
		__infoDataSet: function() {
			return {
				...this.info,
				columns: this.options.columns
			};
		},
		__infoRecord: function() {
			const { columns, raw, encoding } = this.options;
			return {
				...this.__infoDataSet(),
				bytes_records: this.info.bytes,
				error: this.state.error,
				header: columns === true,
				index: this.state.record.length,
				raw: raw ? this.state.rawBuffer.toString(encoding) : void 0
			};
		},
		__infoField: function() {
			const { columns } = this.options;
			const isColumns = Array.isArray(columns);
			const bytes_records = this.info.bytes_records;
			return {
				...this.__infoRecord(),
				bytes_records,
				column: isColumns === true ? columns.length > this.state.record.length ? columns[this.state.record.length].name : null : this.state.record.length,
				quoting: this.state.wasQuoting
			};
		}
	};
};
// node_modules/csv-parse/lib/sync.js
const parse = function(data, opts = {}) {
	if (typeof data === "string") data = Buffer.from(data);
	const records = opts && opts.objname ? Object.create(null) : [];
	const parser = transform(opts);
	const push = (record) => {
		if (parser.options.objname === void 0) records.push(record);
		else records[record[0]] = record[1];
	};
	const close = () => {};
	const error = parser.parse(data, true, push, close);
	if (error !== void 0) throw error;
	return records;
};
// src/action/lists.ts
/**
* Reads a list as docker's actions do: one entry a line, quotes as in CSV, so that an entry may hold line breaks.
* With `commas` an entry ends at a comma as well; without, its commas are its own. The same library and settings as
* docker/actions-toolkit's, so that a workflow copied from there means the same here.
*/
function readList(text, options) {
	const records = parse(text, {
		columns: false,
		relaxQuotes: true,
		relaxColumnCount: true,
		skipEmptyLines: true,
		...options.quotes === false && { quote: false }
	});
	return (options.commas ? records.flatMap(split) : records.map((record) => record.join(","))).filter((entry) => entry.trim() !== "").map((entry) => options.trim === false ? entry : entry.trim());
}
/** Theirs splits a line that is one quoted entry once more. */
function split(record) {
	return record.length === 1 ? record.flatMap((entry) => entry.split(",")) : record;
}
// src/action/fields.ts
function text$2(initial = "") {
	return {
		default: initial,
		read: (given) => given.trim()
	};
}
/** An address on the web, without a slash at its end. */
function url(initial) {
	return {
		default: initial,
		read: (given) => {
			const address = URL.parse(given.trim());
			if (address !== null && (address.username !== "" || address.password !== "")) throw new FormatError("web address", "***", "https://host/path, without a login");
			if (address !== null && /^https?:$/.test(address.protocol)) return given.trim().replace(/\/+$/, "");
			throw new FormatError("web address", given, "https://host/path");
		}
	};
}
/** A value that may be left out. */
function optional(read) {
	return {
		default: "",
		read: (given) => given.trim() === "" ? void 0 : read(given.trim())
	};
}
function flag(initial) {
	return {
		default: initial,
		read: (given) => {
			if (/^(true|True|TRUE)$/.test(given)) return true;
			if (/^(false|False|FALSE)$/.test(given)) return false;
			throw new FormatError("switch", given, "true or false");
		}
	};
}
function choice(word, options, initial) {
	return {
		default: initial,
		read: (given) => {
			const chosen = options.find((option) => option === given.trim());
			if (chosen === void 0) throw new FormatError(word, given, options.join(", "));
			return chosen;
		}
	};
}
/** A list complains about each of its entries, not only the first. */
function list$1(readEntry, { commas = false, quotes = true, trim = true, secret } = {}) {
	return {
		default: "",
		read: (given) => {
			const errors = [];
			const values = entries(given).flatMap((entry, place) => {
				try {
					return [readEntry(entry)];
				} catch (error) {
					errors.push(secret === void 0 ? error : new FormatError("secret", `entry ${place + 1}`, secret));
					return [];
				}
			});
			if (errors.length > 0) throw new AggregateError(errors);
			return values;
		}
	};
	function entries(given) {
		try {
			return readList(given, {
				commas,
				quotes,
				trim
			});
		} catch {
			throw new FormatError("list", secret === void 0 ? given : "***", "one entry a line, with every quote closed");
		}
	}
}
/** What the runner fills in by an expression; where nobody does, the expression itself is no value. */
function filledIn(expression) {
	const initial = `\${{ ${expression} }}`;
	return {
		default: initial,
		read: (given) => given === initial ? "" : given.trim()
	};
}
/** On, off, left to the default, or attributes of its own: `mode=max`. */
function attestation() {
	return {
		default: "",
		read: (given) => {
			if (given.trim() === "") return void 0;
			return /^(true|false)$/i.test(given.trim()) ? given.trim().toLowerCase() === "true" : given.trim();
		}
	};
}
/** An entry that may be for some platforms only, like `[linux/arm64] GOARM=7`. */
function narrowed(readEntry) {
	return (entry) => {
		const { only, value } = parseNarrowed(entry);
		return {
			only,
			value: readEntry(value)
		};
	};
}
/** A span of time as milliseconds, undefined where none is said: `90s`, `10m`, `1h30m`. */
function duration() {
	return optional((given) => {
		const [, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(given) ?? [];
		const [h, m, s] = [
			hours,
			minutes,
			seconds
		].map((digits) => Number(digits ?? 0));
		const sum = ((h ?? 0) * 60 + (m ?? 0)) * 60 + (s ?? 0);
		if (sum === 0) throw new FormatError("duration", given, "hours, minutes and seconds, like 90s, 10m or 1h30m");
		return sum * 1e3;
	});
}
const CALLS = [
	"check",
	"outline",
	"targets"
];
/** What the Dockerfile is asked, with attributes like `check,format=json`; `build` is no question. */
function call$1() {
	return {
		default: "",
		read: (given) => {
			const [, name = ""] = /^\s*(\w*)\s*(,|$)/.exec(given) ?? [];
			if (given.trim() === "" || given.trim() === "build") return void 0;
			if (!CALLS.includes(name)) throw new FormatError("call", given, `build, ${CALLS.join(", ")}`);
			return given.trim();
		}
	};
}
function verbatim(entry) {
	return entry;
}
/** `NAME=value`, or for build arguments `NAME` alone: its value is then the environment's. */
function parsePair(entry) {
	if (/^[^=\s"]+(=|$)/.test(entry)) return entry;
	throw new FormatError("pair", entry, "NAME=value; quotes go around the whole entry");
}
/** Secrets and their values, which may have several lines. */
function secrets() {
	return list$1(narrowed((entry) => {
		const { id, rest: value } = splitPair(entry);
		return {
			id,
			value
		};
	}), {
		trim: false,
		secret: "id=value, with quotes around it where the value has several lines"
	});
}
/** Secrets and where their values are: `id=VARIABLE` or `id=path`. */
function places({ commas = false } = {}) {
	return list$1(narrowed((entry) => {
		const { id, rest } = splitPair(entry);
		if (rest.trim() === "") throw new FormatError("secret", entry, "a place");
		return {
			id,
			place: rest.trim()
		};
	}), {
		commas,
		secret: "the id of a secret, = and where its value is"
	});
}
function splitPair(entry) {
	const [, id, rest] = /^\s*([^=]+)=(.*)$/s.exec(entry) ?? [];
	if (id === void 0 || rest === void 0) throw new FormatError("secret", entry, "id=value");
	return {
		id: id.trim(),
		rest
	};
}
// src/handoff/hand-over.ts
const EXPECTED$1 = "records as JSON, one a line, a whole toJSON(needs.part.outputs), or files like records/*.json";
const LOST = "a record; null is all that toJSON() has of an output or a job that is not there: check its name in needs, and in the outputs of the job that builds";
/** Reads the input `records`; throws FormatError. One JSON text of any length, or one entry a line. */
function parseSources(text) {
	const whole = parseJson(text);
	if (whole !== void 0) return [{ json: whole }];
	return text.split("\n").map((line) => line.trim()).filter(Boolean).flatMap(parseLine);
}
function parseLine(line) {
	if (["null", "\"\""].includes(line)) throw new FormatError("record", line, LOST);
	if (/^"/.test(line)) return parseSources(parseText(line));
	if (!/^[[{]/.test(line)) return [{ pattern: line }];
	const json = parseJson(line);
	if (json === void 0) throw new FormatError("record", line.slice(0, 100), EXPECTED$1);
	return [{ json }];
}
function parseText(line) {
	try {
		return String(JSON.parse(line));
	} catch {
		throw new FormatError("record", line.slice(0, 100), EXPECTED$1);
	}
}
/** Every record in a piece of JSON, however deep: job outputs are texts in objects. Throws RecordError, which says `where`. */
function recordsIn$1(json, where) {
	const records = find$1(json).map((record) => {
		try {
			return readRecord(record);
		} catch (cause) {
			const isOther = cause instanceof RecordError && cause.isOther;
			const why = cause instanceof Error ? cause.message : String(cause);
			throw new RecordError(`the record in ${where} cannot be read: ${why}`, {
				isOther,
				cause
			});
		}
	});
	if (records.length === 0) throw new RecordError(`there is no record in ${where}`);
	return records;
}
function find$1(value) {
	if (isRecord(value)) return [value];
	if (typeof value === "string") return /^\s*[[{]/.test(value) ? find$1(parseJson(value)) : [];
	if (typeof value !== "object" || value === null) return [];
	return Object.values(value).flatMap(find$1);
}
/** The value, or undefined where the text is no JSON object or list. */
function parseJson(text) {
	try {
		const json = JSON.parse(text);
		return typeof json === "object" && json !== null ? json : void 0;
	} catch {
		return;
	}
}
// src/action/handoff-fields.ts
function parseRepository(text) {
	const { registry, path, tag, digest } = parseReference(text);
	if (tag !== void 0 || digest !== void 0) throw new FormatError("repository", text, "a name without a tag, like ghcr.io/octo/app");
	return {
		registry,
		path
	};
}
/** A tag, in which `*` stands for anything. */
function parseTagPattern(text) {
	if (/^[A-Za-z0-9_.*-]+$/.test(text)) return text;
	throw new FormatError("pattern for tags", text, "a tag without its repository, like 1.2.3, v* or *");
}
/** `linux/arm64=self-hosted,arm64`; the prefix `default` is for every platform that no other is for. */
function parseRunnerRule(text) {
	const [, prefix, given = ""] = /^\s*([a-z0-9]+(?:\/[a-z0-9]+){0,2})\s*=(.*)$/.exec(text) ?? [];
	const labels = given.split(",").map((label) => label.trim()).filter(Boolean);
	if (prefix === void 0 || labels.length === 0) throw new FormatError("runner", text, "platform=labels, like linux/arm64=ubuntu-24.04-arm or default=self-hosted,x64");
	return {
		labels,
		...prefix !== "default" && { prefix }
	};
}
/** The output `matrix` of mode plan. */
function planned() {
	return {
		default: "",
		read: (text) => {
			if (text.trim() === "") return [];
			const json = parseJson(text);
			const include = typeof json === "object" && json !== null && "include" in json ? json.include : void 0;
			if (!Array.isArray(include)) throw new FormatError("plan", text.slice(0, 100), "the output \"matrix\" of mode plan");
			return include.map(readPlanned);
		}
	};
}
function records() {
	return {
		default: "",
		read: parseSources
	};
}
// src/action/node-fields.ts
/**
* The input `append`: nodes for a builder, as docker/setup-buildx-action has it, or whether a merge adds to an image.
* The mode decides which of them means something.
*/
function nodesOrFlag() {
	const whether = flag("false");
	return {
		default: whether.default,
		read: (given, yaml) => {
			if (!isYaml(given)) return whether.read(given);
			if (yaml === void 0) throw new Error("is YAML, and nobody has brought what reads it");
			return readNodes(parseWith(yaml, given));
		}
	};
}
/** Whether a text can be a list of nodes, so that what reads YAML is worth loading. */
function isYaml(text) {
	return text.includes(":");
}
function parseWith(yaml, text) {
	try {
		return yaml(text);
	} catch (error) {
		const [why] = (error instanceof Error ? error.message : String(error)).split("\n");
		throw new Error(`cannot be read as YAML: ${why?.replace(/:$/, "")}`, { cause: error });
	}
}
const KEYS = [
	"name",
	"endpoint",
	"driver-opts",
	"buildkitd-flags",
	"platforms"
];
/** Throws an AggregateError with all that is wrong. */
function readNodes(value) {
	if (!Array.isArray(value)) throw new FormatError("list of nodes", textOf$1(value), "a YAML list, each entry like \"- endpoint: …\"");
	const errors = [];
	const nodes = value.flatMap((entry, place) => {
		try {
			return [readNode(entry)];
		} catch (error) {
			const all = error instanceof AggregateError ? error.errors : [error];
			errors.push(...all.map((one) => /* @__PURE__ */ new Error(`node ${place + 1}: ${one instanceof Error ? one.message : one}`)));
			return [];
		}
	});
	if (errors.length > 0) throw new AggregateError(errors);
	return nodes;
}
function readNode(entry) {
	if (typeof entry !== "object" || entry === null || Array.isArray(entry)) throw new FormatError("node", textOf$1(entry), `a map with ${KEYS.join(", ")}`);
	const fields = new Map(Object.entries(entry));
	const errors = [...fields.keys()].filter((key) => !KEYS.includes(key)).map((key) => new FormatError("key of a node", key, KEYS.join(", ")));
	const word = (key) => attempt("", () => wordOf(key, fields.get(key)));
	const several = (key, commas) => attempt([], () => wordsOf(key, fields.get(key), commas));
	const node = {
		name: word("name"),
		endpoint: word("endpoint"),
		flags: word("buildkitd-flags"),
		driverOptions: several("driver-opts", false),
		platforms: several("platforms", true).flatMap((text) => attempt([], () => [parsePlatform(text)]))
	};
	if (errors.length > 0) throw new AggregateError(errors);
	return node;
	function attempt(otherwise, read) {
		try {
			return read();
		} catch (error) {
			errors.push(error);
			return otherwise;
		}
	}
}
function wordOf(key, value) {
	if (value === void 0 || value === null) return "";
	if (typeof value === "string" || typeof value === "number") return String(value).trim();
	throw new FormatError(key, textOf$1(value), "text");
}
/** A YAML list, or text with one entry a line. */
function wordsOf(key, value, commas) {
	if (!Array.isArray(value)) return readList(wordOf(key, value), {
		commas,
		quotes: false
	});
	return value.map((entry) => wordOf(key, entry)).filter(Boolean);
}
function textOf$1(value) {
	return typeof value === "string" ? value : JSON.stringify(value);
}
// src/action/source-fields.ts
const EXPECTED = "one image a line before its edits, like ghcr.io/octo/app@sha256:… arch=arm64,variant=v8; several only without edits";
/** A tag may end like a file, but stands after a colon. */
const LIST = /^[^:@]+\.ya?ml$/i;
/**
* Reads a line of the input `sources`: images with commas between, or one image and what is said of its platform, in
* the words of `docker manifest annotate`. Throws FormatError.
*/
function parseSourceLine(line) {
	if (line.includes("=")) return [parseEdited(line)];
	return line.split(",").map((entry) => entry.trim()).filter(Boolean).map((entry) => LIST.test(entry) ? { list: entry } : {
		image: parseImage(entry),
		edits: {}
	});
}
function parseEdited(line) {
	const [image = "", ...words] = line.split(/[\s,]+/).filter(Boolean);
	if (image.includes("=") || LIST.test(image)) throw new FormatError("source", line, EXPECTED);
	const members = membersIn(words);
	if (members === void 0) throw new FormatError("source", line, EXPECTED);
	const edits = members.map(([name, values]) => parseEdit(name, values));
	return {
		image: parseImage(image),
		edits: Object.assign({}, ...edits)
	};
}
/** `os-features=a,b` has two values; any other word without a name of its own is a mistake. */
function membersIn(words) {
	const members = /* @__PURE__ */ new Map();
	let last;
	for (const word of words) {
		const [, name, value] = /^([^=]+)=(.*)$/.exec(word) ?? [];
		if (name !== void 0 && value !== void 0) {
			last = members.get(name) ?? [];
			last.push(value);
			members.set(name, last);
		} else if (last === void 0) return void 0;
		else last.push(word);
	}
	return [...members];
}
function parseImage(text) {
	return /^sha(?:256|512):/.test(text) ? { digest: parseDigest(text) } : parseImageRef(text);
}
// src/action/inputs.ts
/** The stories the action can tell; house rule: one word chooses. */
const MODES = [
	"build",
	"part",
	"merge",
	"promote",
	"plan",
	"inspect"
];
/** The emulators we have tested with: a new version may crash where the old one did not, so it comes with a release of ours. */
const BINFMT = "tonistiigi/binfmt:qemu-v10.2.3-68@sha256:400a4873b838d1b89194d982c45e5fb3cda4593fbfd7e08a02e76b03b21166f0";
/** Modes that build with BuildKit. */
const BUILDING = ["build", "part"];
/**
* Every input, in the order of action.yml. Names and syntax are those of docker/build-push-action v7 and
* docker/setup-buildx-action v4 where they have them. To add an input, add a row here and one there.
*/
const INPUTS = {
	mode: row(MODES, choice("mode", MODES, "build")),
	platforms: row(MODES, list$1(parseTypedPlatform, { commas: true })),
	"optional-platforms": row([...BUILDING, "merge"], list$1(parseTypedPlatform, { commas: true })),
	tags: row([
		"build",
		"part",
		"merge",
		"promote"
	], list$1(parseTagRef, { commas: true })),
	"immutable-tags": row([
		"build",
		"part",
		"merge",
		"promote"
	], list$1(parseTagPattern, { commas: true })),
	image: row(["part", "merge"], optional(parseRepository)),
	source: row(["promote", "inspect"], optional(parseImageRef)),
	sources: row(["merge"], list$1(parseSourceLine)),
	records: row(["merge"], records()),
	plan: row(["part", "merge"], planned()),
	variant: row(["part", "merge"], text$2()),
	append: row([...BUILDING, "merge"], nodesOrFlag()),
	"check-parts": row(["merge"], flag("false")),
	runners: row(["plan"], list$1(parseRunnerRule)),
	group: row(["plan"], flag("true")),
	"if-digest": row(["promote"], optional(parseDigest)),
	referrers: row(["promote"], flag("false")),
	push: row(["build"], optional(flag("false").read)),
	load: row(["build"], flag("false")),
	outputs: row(BUILDING, list$1(parseOutput, { quotes: false })),
	"single-platform": row(["build"], choice("choice", ["index", "manifest"], "index")),
	context: row(BUILDING, text$2(".")),
	file: row(BUILDING, list$1(narrowed(verbatim))),
	"dockerfile-inline": row(BUILDING, text$2()),
	"build-contexts": row(BUILDING, list$1(verbatim)),
	target: row([...BUILDING, "merge"], list$1(narrowed(verbatim))),
	"build-args": row(BUILDING, list$1(narrowed(parsePair))),
	labels: row(BUILDING, list$1(narrowed(parsePair))),
	annotations: row([...BUILDING, "merge"], list$1(parseAnnotation)),
	attestations: row(["merge"], choice("choice", ["keep", "drop"], "keep")),
	secrets: row(BUILDING, secrets()),
	"secret-envs": row(BUILDING, places({ commas: true })),
	"secret-files": row(BUILDING, places()),
	ssh: row(BUILDING, list$1(verbatim, { commas: true })),
	"github-token": row(MODES, filledIn("github.token")),
	"cache-from": row(BUILDING, list$1(narrowed(parseCaches))),
	"cache-to": row(BUILDING, list$1(narrowed(parseCaches))),
	"no-cache": row(BUILDING, flag("false")),
	"no-cache-filters": row(BUILDING, list$1(verbatim, { commas: true })),
	pull: row(BUILDING, flag("false")),
	call: row(BUILDING, call$1()),
	provenance: row(BUILDING, attestation()),
	sbom: row(BUILDING, attestation()),
	attests: row(BUILDING, list$1(verbatim)),
	network: row(BUILDING, text$2()),
	"add-hosts": row(BUILDING, list$1(verbatim, { commas: true })),
	allow: row(BUILDING, list$1(verbatim, { commas: true })),
	"cgroup-parent": row(BUILDING, text$2()),
	"shm-size": row(BUILDING, text$2()),
	ulimit: row(BUILDING, list$1(verbatim)),
	resources: row(BUILDING, list$1(verbatim)),
	policy: row(BUILDING, list$1(verbatim)),
	builder: row(BUILDING, text$2()),
	driver: row(BUILDING, choice("driver", [...DRIVERS, "docker"], "docker-container")),
	endpoint: row(BUILDING, text$2()),
	"driver-opts": row(BUILDING, list$1(verbatim, { quotes: false })),
	"buildkitd-flags": row(BUILDING, text$2()),
	"buildkitd-config": row(BUILDING, text$2()),
	"buildkitd-config-inline": row(BUILDING, text$2()),
	"builder-platforms": row(BUILDING, list$1(parseTypedPlatform, { commas: true })),
	"keep-state": row(BUILDING, flag("false")),
	cleanup: row(BUILDING, flag("true")),
	"buildx-version": row(BUILDING, optional(parseVersionWish)),
	"buildx-download-url": row(BUILDING, url(BUILDX_RELEASES)),
	"buildkit-image": row(BUILDING, text$2(BUILDKIT_IMAGE)),
	"binfmt-image": row(BUILDING, text$2(BINFMT)),
	"image-mirrors": row(BUILDING, list$1(verbatim, { commas: true })),
	"registry-mirrors": row(BUILDING, list$1(verbatim, { commas: true })),
	"keep-emulators": row(BUILDING, flag("true")),
	"verify-emulators": row(BUILDING, flag("true")),
	reset: row(BUILDING, flag("false")),
	summary: row(MODES, flag("true")),
	"insecure-registries": row(MODES, list$1(parseRegistry, { commas: true })),
	"multi-tag": row([
		"build",
		"merge",
		"promote"
	], flag("false")),
	"time-limit": row([
		"merge",
		"promote",
		"inspect"
	], duration())
};
/** Everything that is wrong with the inputs, at once. */
var InputError = class extends Error {
	name = "InputError";
	complaints;
	constructor(complaints) {
		super(complaints.map(({ input, message }) => `input "${input}": ${message}`).join("\n"));
		this.complaints = complaints;
	}
};
/** Text becomes values. `read` gives an input's text, or '' where it is not set; `yaml` is needed where one is YAML. */
function readInputs(read, yaml) {
	const complaints = [];
	const given = Object.entries(INPUTS).map(([name, field]) => [
		name,
		field,
		read(name)
	]);
	const values = given.map(([name, field, text]) => {
		try {
			return [name, field.read(text || field.default, yaml)];
		} catch (error) {
			complaints.push(...complaintsOf$1(name, error));
			return [name, field.read(field.default)];
		}
	});
	const inputs = Object.fromEntries(values);
	if (complaints.some(({ input }) => input === "mode")) return {
		inputs,
		complaints
	};
	const misplaced = given.filter(([, field, text]) => isMisplaced(field, text, inputs.mode));
	complaints.push(...misplaced.map(([input, { modes }]) => ({
		input,
		message: misplacement(modes, inputs.mode)
	})));
	return {
		inputs,
		complaints
	};
}
/** A runner hands over defaults as well, so only what differs from them was meant. */
function isMisplaced({ modes, ...field }, text, mode) {
	return !modes.includes(mode) && text !== "" && text !== field.default;
}
/** Whether an input is something else than what it is where nobody has set it. */
function isSet(inputs, name) {
	const field = INPUTS[name];
	return JSON.stringify(inputs[name]) !== JSON.stringify(field.read(field.default));
}
/** A complaint about inputs that do not go together, where they do not. */
function complain(wrong, input, message) {
	return wrong ? [{
		input,
		message
	}] : [];
}
function misplacement(modes, mode) {
	return `has no meaning in mode ${mode}; it is for mode ${modes.join(" and ")}`;
}
function row(modes, field) {
	return {
		...field,
		modes
	};
}
function complaintsOf$1(input, error) {
	if (error instanceof AggregateError) return error.errors.flatMap((one) => complaintsOf$1(input, one));
	if (error instanceof Error) return [{
		input,
		message: error.message
	}];
	throw error;
}
// src/action/outputs.ts
/** Small values for the next step; everything else is in the metadata file, since outputs end up in environments. */
function toOutputs(result, metadataFile) {
	return {
		digest: "",
		platforms: "",
		digests: "",
		image: "",
		tags: "",
		record: "",
		matrix: "",
		...outputsOf(result),
		"metadata-file": metadataFile
	};
}
function outputsOf(result) {
	switch (result.mode) {
		case "build": return buildOutputs(result);
		case "call": return {};
		case "part": return partOutputs(result);
		case "merge": return mergeOutputs(result);
		case "plan": return planOutputs(result);
		case "promote": return promoteOutputs(result);
		case "inspect": return inspectOutputs(result);
	}
}
/** Everything there is to know, as JSON: version 1 of its shape. */
function toMetadata(result) {
	const stages = result.stages.map(({ name, milliseconds }) => ({
		name,
		seconds: seconds$1(milliseconds)
	}));
	const metadata = {
		version: 1,
		mode: result.mode,
		...metadataOf(result),
		stages
	};
	return `${JSON.stringify(metadata, null, 2)}\n`;
}
function metadataOf(result) {
	switch (result.mode) {
		case "build": return buildMetadata(result);
		case "call": return callMetadata(result);
		case "part": return partMetadata(result);
		case "merge": return mergeMetadata(result);
		case "plan": return planMetadata(result);
		case "promote": return promoteMetadata(result);
		case "inspect": return inspectMetadata(result);
	}
}
// src/publish/copy-error.ts
/** A part of an image could not be brought to where it is needed. No tag was moved there. */
var CopyError = class extends Error {
	name = "CopyError";
	part;
	digest;
	from;
	/** undefined where it could not even be read */
	to;
	constructor(part, digest, { from, to, cause }) {
		const way = to ? `from ${formatRepository(from)} to ${formatRepository(to)}` : `of ${formatRepository(from)}`;
		super(`could not ${to ? "copy" : "read"} the ${part} ${digest} ${way}`, { cause });
		this.part = part;
		this.digest = digest;
		this.from = from;
		this.to = to;
	}
};
/** An image that is nested deeper, or has more parts, than any that was made on purpose. */
var TreeTooLarge = class extends Error {
	name = "TreeTooLarge";
};
// src/publish/order.ts
/**
* The order in which tags are put: the most specific one first and alone, the moving ones last, so that a run that
* dies half-way has moved nothing that people follow. Otherwise the user's own order stays.
*/
function orderTags(tags) {
	return [...tags.filter((tag) => !isMoving(tag)), ...tags.filter(isMoving)];
}
/** Whether the tag is one that moves by its nature: `latest`, `edge`, the main branch's, `1`, `v1.2`. */
function isMoving({ tag }) {
	return /^(latest|edge|nightly|canary|stable|beta|next|dev|develop|main|master|v?\d+(\.\d+)?)(-[a-z]+)?$/.test(tag);
}
// src/publish/publish.ts
/** Some tags could not be moved. It says which were, since those are visible to everybody. */
var PublishError = class extends Error {
	name = "PublishError";
	moved;
	failed;
	untouched;
	constructor(moved, failed, untouched, cause) {
		super(`could not put ${failed.map(formatReference).join(", ")}`, { cause });
		this.moved = moved;
		this.failed = failed;
		this.untouched = untouched;
	}
};
/**
* Puts the index under every tag: one alone first, since some registries race on a new manifest under several names
* (Quay, Gitea, Harbor), then the others side by side. Everything the index points to must be there already.
*
* Where a registry takes several tags in one request, all of its tags are that first step: the manifest is written once,
* before any of them, so there is nothing to race. Nobody promises that they move all at once, but those who take them
* go through them in order, and the moving ones come last there as well. What was not taken so is put one by one.
*/
async function publish$1(index, tags, registry) {
	const ordered = orderTags(tags);
	const moved = /* @__PURE__ */ new Set();
	const failed = /* @__PURE__ */ new Map();
	const left = (names) => names.filter((name) => !moved.has(name) && !failed.has(name));
	const [first] = ordered;
	if (first === void 0) return [];
	const near = ordered.filter((tag) => sameRepository(first, tag));
	await putTogether(near);
	const isShared = moved.size > 0;
	await putEach(left([first]));
	if (failed.size === 0) {
		const groups = Map.groupBy(left(ordered), formatRepository);
		await Promise.all([...groups.values()].map(putGroup));
	}
	const done = ordered.filter((tag) => moved.has(tag));
	const refused = ordered.filter((tag) => failed.has(tag));
	const [worst] = refused;
	if (worst !== void 0) throw new PublishError(done, refused, left(ordered), failed.get(worst));
	return done;
	async function putGroup(names) {
		if (!(isShared && names.every((name) => near.includes(name)))) await putTogether(names);
		await putEach(left(names));
	}
	async function putTogether(names) {
		try {
			for (const name of await registry.putTags(names, index)) moved.add(name);
		} catch (error) {
			for (const name of names) failed.set(name, error);
		}
	}
	async function putEach(names) {
		await Promise.all(names.map(async (name) => {
			try {
				await registry.put(name, index);
				moved.add(name);
			} catch (error) {
				failed.set(name, error);
			}
		}));
	}
}
// src/build/passed-on.ts
/** Inputs that go to buildx word for word, each entry behind the option that it is for. The names are the inputs'. */
const PASSED_ON = {
	"add-hosts": "--add-host",
	allow: "--allow",
	"build-contexts": "--build-context",
	"cgroup-parent": "--cgroup-parent",
	network: "--network",
	"no-cache-filters": "--no-cache-filter",
	policy: "--policy",
	resources: "--resource",
	"shm-size": "--shm-size",
	ssh: "--ssh",
	ulimit: "--ulimit"
};
function passOn(entries) {
	return Object.entries(PASSED_ON).flatMap(([name, option]) => (entries[name] ?? []).flatMap((entry) => [option, entry]));
}
// src/build/secrets.ts
/**
* The options that name secrets and never spell them: values travel in the environment of buildx, which no other user
* of the machine can read, as command lines can be.
*/
function secretOptions(secrets) {
	return secrets.flatMap((secret, place) => {
		const from = "path" in secret ? { src: secret.path } : { env: variable(place) };
		return ["--secret", formatAttributes(new Map(Object.entries({
			id: secret.id,
			...from
		})))];
	});
}
/** The values, under the names that the options say. */
function secretEnvironment(secrets) {
	return Object.fromEntries(secrets.flatMap((secret, place) => "value" in secret ? [[variable(place), secret.value]] : []));
}
/** The files of secrets that are not there. */
async function absentSecrets(secrets, files, workspace) {
	const inFiles = secrets.filter((secret) => "path" in secret);
	const there = await Promise.all(inFiles.map(({ path }) => files.exists(placeOf$1(path, workspace))));
	return inFiles.filter((_, place) => !there[place]);
}
/** What must never be seen in a log; of a file, all that is in it. */
async function readSecret(secret, files, workspace) {
	return "value" in secret ? secret.value : await files.read(placeOf$1(secret.path, workspace)) ?? "";
}
/** Passwords that stand in URLs and keys in caches, though they are on command lines there: `https://octo:hush@git.lan/app.git`. */
function passwordsIn({ context, file, passed, cacheFrom, cacheTo }) {
	return [...[
		context,
		...file.map(({ value }) => value),
		...passed["build-contexts"] ?? []
	].flatMap((text) => /:\/\/[^/@\s]*:([^/@\s]+)@/.exec(text)?.[1] ?? []), ...keysIn([...cacheFrom, ...cacheTo].map(({ value }) => value))];
}
function placeOf$1(path, workspace) {
	return isAbsolute(path) ? path : join(workspace, path);
}
function variable(place) {
	return `MULTIARCH_BUILD_SECRET_${place}`;
}
// src/build/arguments.ts
/** The command line of one platform's build, for `docker`. Secrets are named in it, never spelt. */
function buildArguments(plan) {
	const { recipe, platform, builder, style } = plan;
	const manifest = Object.entries(annotationsFor(recipe.annotations, "manifest", platform));
	return [
		...[
			"buildx",
			"build",
			"--builder",
			builder,
			"--platform",
			formatPlatform(platform),
			"--progress",
			style
		],
		...["--metadata-file", plan.metadataFile],
		...exporters(plan).flatMap((text) => ["--output", text]),
		...plan.apart ? ["--build-arg", "BUILDKIT_MULTI_PLATFORM=1"] : [],
		...manifest.flatMap(([key, value]) => ["--annotation", `manifest:${key}=${value}`]),
		...caches(plan),
		...recipe.attests.flatMap((attributes) => ["--attest", attributes]),
		...recipeArguments(recipe)
	];
}
/** The command line that asks the Dockerfile something. */
function callArguments({ recipe, builder, call }) {
	return [
		"buildx",
		"build",
		"--builder",
		builder,
		"--call",
		call,
		...recipeArguments(recipe)
	];
}
function recipeArguments(recipe) {
	return [
		...option("--file", dockerfile$1(recipe)),
		...option("--target", recipe.target),
		...recipe.buildArgs.flatMap((text) => ["--build-arg", text]),
		...recipe.labels.flatMap((text) => ["--label", text]),
		...secretOptions(recipe.secrets),
		...recipe.noCache ? ["--no-cache"] : [],
		...recipe.pull ? ["--pull"] : [],
		...passOn(recipe.passed),
		recipe.context
	];
}
/** What buildx needs in its environment: the secrets' values, and no copy of the provenance in its metadata. */
function buildEnvironment({ secrets }) {
	return {
		...secretEnvironment(secrets),
		BUILDX_METADATA_PROVENANCE: "disabled",
		DOCKER_CLI_HINTS: "false"
	};
}
/** An inline Dockerfile is read from standard input; without any other file that is what `-` as the context says. */
function dockerfile$1({ context, file, inline }) {
	return inline !== void 0 && context !== "-" ? "-" : file;
}
function exporters({ exporters }) {
	return exporters.length === 0 ? ["type=cacheonly"] : exporters.map(formatAttributes);
}
function caches({ recipe, platform, oneOfMany }) {
	return [...recipe.cacheFrom.flatMap((entry) => cacheFrom(entry, {
		platform,
		oneOfMany
	})).flatMap((entry) => ["--cache-from", entry]), ...recipe.cacheTo.flatMap((entry) => ["--cache-to", cacheTo(entry, {
		platform,
		oneOfMany
	})])];
}
function option(name, value) {
	return value === void 0 ? [] : [name, value];
}
// src/build/excerpt.ts
/**
* Finds it in what buildx says besides events:
*
*     Dockerfile:5
*     --------------------
*        4 |     RUN echo compiling
*        5 | >>> RUN exit 3
*     --------------------
*/
function excerptIn(said) {
	const rule = said.findIndex((line, place) => isRule(line) && isPlace(said[place - 1] ?? ""));
	if (rule < 0) return void 0;
	const end = said.findIndex((line, place) => place > rule && isRule(line));
	const [, file = "", first = ""] = PLACE.exec(said[rule - 1] ?? "") ?? [];
	const shown = said.slice(rule + 1, end < 0 ? void 0 : end);
	const marked = shown.flatMap((line) => MARKED.exec(line)?.[1] ?? []).map(Number);
	return {
		file,
		line: marked[0] ?? Number(first),
		endLine: marked.at(-1) ?? Number(first),
		shown
	};
}
const PLACE = /^(.+):(\d+)$/;
const MARKED = /^\s*(\d+) \| >>>/;
function isPlace(line) {
	return PLACE.test(line);
}
function isRule(line) {
	return /^-{20}$/.test(line);
}
// src/build/call.ts
/** The Dockerfile could not answer, or a check of it has found something. */
var CallFailed = class extends Error {
	name = "CallFailed";
	/** the answer, as far as there is one, or buildx's own words */
	said;
	constructor(message, said) {
		super(message);
		this.said = said;
	}
};
/** Asks the Dockerfile. What it answers is text for people; a check that finds something answers as well, and fails. */
async function askDockerfile(plan, env, { run }) {
	const { recipe, call } = plan;
	const { code, stdout, stderr } = await run("docker", callArguments(plan), {
		env: {
			...env,
			...buildEnvironment(recipe)
		},
		...recipe.inline !== void 0 && { stdin: recipe.inline }
	});
	if (stdout.trim() === "" && code !== 0) throw new CallFailed(`the call "${call}" failed`, stderr.trim());
	return {
		answer: stdout.trimEnd(),
		failed: code !== 0
	};
}
/** What a check complains about, in the words that it has for people. */
function warningsIn(answer) {
	return answer.split(/^WARNING: /m).slice(1).map((text) => {
		const [heading = "", ...lines] = text.split("\n");
		const [rule = "", url = ""] = heading.split(" - ");
		const excerpt = excerptIn(lines);
		const place = lines.findIndex((line) => /^-{20}$/.test(line)) - 1;
		return {
			vertex: "",
			short: `${rule}: ${lines.slice(0, place < 0 ? 1 : place).join(" ")}`,
			detail: [],
			url,
			...excerpt ? {
				file: basename(excerpt.file),
				line: excerpt.line,
				endLine: excerpt.endLine
			} : { file: "" }
		};
	});
}
// src/build/context.ts
/** The Dockerfile is not where it should be. */
var DockerfileMissing = class extends Error {
	name = "DockerfileMissing";
	path;
	context;
	contextExists;
	constructor(path, context, contextExists) {
		super(contextExists ? `there is no Dockerfile at ${path}` : `there is no folder ${context} to build from`);
		this.path = path;
		this.context = context;
		this.contextExists = contextExists;
	}
};
/** Looks for the Dockerfile before a builder is started for nothing; what lies elsewhere is left to BuildKit. */
async function checkDockerfile(dockerfile, files, workspace) {
	if (isElsewhere$1(dockerfile)) return;
	const { context, file, inline } = dockerfile;
	const folder = isRemote(context) ? context : within(workspace, context);
	const places = inline === void 0 ? dockerfiles(folder, file, workspace) : [folder];
	if ((await Promise.all(places.map((place) => files.exists(place)))).includes(true)) return;
	throw new DockerfileMissing(places[0] ?? folder, folder, isRemote(context) || await files.exists(folder));
}
/** Where buildx looks for it: in lower case as well, where it has no other name. */
function dockerfiles(folder, file, workspace) {
	return file === void 0 ? [join(folder, "Dockerfile"), join(folder, "dockerfile")] : [within(workspace, file)];
}
/** Whether the Dockerfile is not read from this machine. A whole path is, even where the context is elsewhere. */
function isElsewhere$1({ context, file }) {
	if (file === void 0) return isRemote(context);
	return isRemote(file) || isRemote(context) && !isAbsolute(file);
}
/** Whether BuildKit fetches it by itself: Git, also as scp names it, HTTP, or standard input (its `dfgitutil` and buildx's `urlutil`). */
function isRemote(text) {
	if (text === "-" || text.startsWith("github.com/")) return true;
	return /^(https?|git|ssh):\/\//i.test(text) || /^[\w-]+@[a-z0-9.-]+:/i.test(text);
}
function within(workspace, path) {
	return isAbsolute(path) ? path : join(workspace, path);
}
// src/build/place.ts
/** The same among the user's files; undefined where it is no line of one of them. */
function placeOf({ file, line, endLine = line }, recipe) {
	const path = dockerfilePath(recipe);
	if (path === void 0 || line === void 0 || endLine === void 0 || basename(path) !== file) return;
	return {
		file: path,
		line,
		endLine
	};
}
/** From the workspace, where it is one of the user's files. */
function dockerfilePath(dockerfile) {
	const { context, file, inline } = dockerfile;
	if (inline !== void 0 || isElsewhere$1(dockerfile)) return void 0;
	const path = file ?? join(context, "Dockerfile");
	return isAbsolute(path) ? path : normalize(path);
}
// src/build/run.ts
/** The build of one platform failed. */
var BuildFailed = class extends Error {
	name = "BuildFailed";
	platform;
	code;
	/** the end of the failed step's log, and what buildx says to it */
	tail;
	/** the Dockerfile's lines that it is about, where buildx says them */
	place;
	constructor(platform, code, tail, place) {
		super(`the build of ${formatPlatform(platform)} failed`);
		this.platform = platform;
		this.code = code;
		this.tail = tail;
		this.place = place;
	}
};
/** The build was stopped because another platform's had failed. */
var BuildStopped = class extends Error {
	name = "BuildStopped";
};
/** The build has to be made anew, by itself: it was made together with others, and ended for what is none of its faults. */
var BuildCut = class extends Error {
	name = "BuildCut";
};
/** Builds it by itself. Rejects with BuildFailed, or with BuildStopped. */
const buildPlatform = async (plan, env, { follow, files, onLine, progress, signal }) => {
	const { recipe } = plan;
	const code = await follow("docker", buildArguments(plan), {
		env: {
			...env,
			...buildEnvironment(recipe)
		},
		onLine,
		signal,
		...recipe.inline !== void 0 && { stdin: recipe.inline }
	});
	if (signal.aborted) throw stopped(plan);
	if (code !== 0) throw failed(plan, code, progress);
	if (!plan.pushes) return void 0;
	return readMetadata(await files.read(plan.metadataFile) ?? "{}");
};
function stopped({ platform }) {
	return new BuildStopped(`the build of ${formatPlatform(platform)} was stopped`);
}
function failed({ platform, recipe }, code, progress) {
	const excerpt = excerptIn(progress.words());
	return new BuildFailed(platform, code, progress.failure(), excerpt && placeOf(excerpt, recipe));
}
/** The digest that buildx notes in its metadata file; of several builds, for the one of this name. */
function readMetadata(text, name) {
	const json = JSON.parse(text);
	return parseDigest(String(memberOf(name === void 0 ? json : memberOf(json, name), "containerimage.digest")));
}
function memberOf(json, name) {
	return typeof json === "object" && json !== null ? Object.entries(json).find(([key]) => key === name)?.[1] : void 0;
}
// src/merge/flatten.ts
/** What an index says that an image runs on: of Windows the version too, which few ask for. */
function runsOn({ platform, image }) {
	return image.platform === void 0 ? platform : normalize$1(platformOf(image.platform));
}
/** What was found does not hold the platform that was wanted. */
var PlatformMissing = class extends Error {
	name = "PlatformMissing";
	platform;
	found;
	constructor(platform, digest, found) {
		super(`${digest} holds no image for ${formatPlatform(platform)}, but ${found.join(", ") || "nothing"}`);
		this.platform = platform;
		this.found = found;
	}
};
/**
* Takes one platform out of what a build has pushed. With provenance on, BuildKit's default, that is an index of an
* image and its attestation; without, it is the image's manifest itself, built for the platform that was asked for.
*/
function flatten(manifest, platform) {
	if (isSchema1(manifest.mediaType)) throw new PlatformMissing(platform, manifest.digest, ["a schema 1 manifest"]);
	if (!isIndexType(manifest.mediaType)) {
		const { mediaType, digest, bytes } = manifest;
		return {
			platform,
			image: {
				mediaType,
				digest,
				size: bytes.length,
				platform: spell(platform)
			},
			attestations: []
		};
	}
	const { manifests } = readIndex(manifest);
	const images = manifests.filter((descriptor) => !isAttestation(descriptor));
	const found = images.filter(({ platform: is }) => is !== void 0 && fulfils(platformOf(is), platform));
	const image = found.find((one) => name$1(one) === formatPlatform(platform)) ?? found[0];
	if (image === void 0) throw new PlatformMissing(platform, manifest.digest, images.map(name$1));
	return {
		platform,
		image,
		attestations: manifests.filter((descriptor) => isAttestation(descriptor) && descriptor.annotations?.["vnd.docker.reference.digest"] === image.digest)
	};
}
function name$1({ platform }) {
	return platform === void 0 ? "an image without a platform" : formatPlatform(platformOf(platform));
}
/** From our spelling to an index's (image-spec, image-index.md). */
function spell({ os, architecture, variant, osVersion, osFeatures }) {
	return {
		architecture,
		os,
		...osVersion && { "os.version": osVersion },
		...osFeatures?.length && { "os.features": osFeatures },
		...variant && { variant }
	};
}
// src/merge/assemble.ts
/** Two different images claim one platform; a client would only ever find the first. */
var PlatformTwice = class extends Error {
	name = "PlatformTwice";
	platform;
	digests;
	constructor(platform, digests) {
		super(`${platform} is there twice: ${digests.join(" and ")}`);
		this.platform = platform;
		this.digests = digests;
	}
};
/**
* One index of many images: the images in the order given, then their attestations, so that even a client that takes
* the first entry gets something that runs. It is a Docker manifest list only where every child is of Docker's types
* and nothing has to be annotated, since such a list cannot carry annotations. The same image given twice is there once.
* What else is to be listed comes last.
*/
function assemble(given, annotations = [], others = []) {
	const images = united$1(given);
	refuseTwins(images);
	const entries = images.map((entry) => annotated(entry, annotations));
	const attestations = images.flatMap((image) => image.attestations);
	const manifests = [...entries, ...uniqueByDigest([...attestations, ...others])];
	const own = annotationsFor(annotations, "index");
	return {
		mediaType: !(Object.keys(own).length > 0 || manifests.some(({ annotations }) => annotations !== void 0)) && manifests.every(({ mediaType }) => isDockerType(mediaType)) ? DOCKER_LIST : OCI_INDEX,
		manifests,
		...Object.keys(own).length > 0 && { annotations: own }
	};
}
/** Whether Docker's images ended in an OCI index, only because a Docker list cannot hold their annotations. */
function isConverted({ mediaType, manifests }) {
	return mediaType === "application/vnd.oci.image.index.v1+json" && manifests.every((entry) => isDockerType(entry.mediaType));
}
/** For registries that refuse what has no platform. */
function withoutAttestations(images) {
	return images.map((image) => ({
		...image,
		attestations: []
	}));
}
/**
* One entry for each image, with what all of its mentions say. An image for two platforms has two: somebody says that
* it runs on both, as pure data does.
*/
function united$1(images) {
	return [...Map.groupBy(images, (one) => `${one.image.digest} ${formatPlatform(runsOn(one))}`).values()].flatMap(([first, ...more]) => {
		if (first === void 0 || more.length === 0) return first ?? [];
		const all = [...more.toReversed(), first].map(({ image }) => image.annotations ?? {});
		const annotations = Object.assign({}, ...all);
		const image = {
			...first.image,
			...Object.keys(annotations).length > 0 && { annotations }
		};
		return {
			...first,
			image,
			attestations: [first, ...more].flatMap(({ attestations }) => attestations)
		};
	});
}
function annotated({ platform, image }, annotations) {
	const own = annotationsFor(annotations, "manifest-descriptor", platform);
	if (Object.keys(own).length === 0) return image;
	return {
		...image,
		annotations: {
			...image.annotations,
			...own
		}
	};
}
function refuseTwins(images) {
	const seen = /* @__PURE__ */ new Map();
	for (const one of images) {
		const { image } = one;
		const name = formatPlatform(runsOn(one));
		const first = seen.get(name);
		if (first !== void 0) throw new PlatformTwice(name, [first, image.digest]);
		seen.set(name, image.digest);
	}
}
// src/action/reports/told.ts
/** A class of errors that has one title, and mostly one advice. */
function told(kind, title, advice, detail = (error) => lines(sentence$1(error), error.said ?? "")) {
	return toldBy(kind, (error) => ({
		title,
		detail: detail(error),
		advice: typeof advice === "string" ? advice : advice(error)
	}));
}
/** A class of errors that is told in its own way. */
function toldBy(kind, tell) {
	return (error) => error instanceof kind ? tell(error) : void 0;
}
/** What an error says, as a sentence. A name that it begins with stays as it is. */
function sentence$1({ message }) {
	return message.replace(/^[a-z](?=[a-z]*[ ,])/, (letter) => letter.toUpperCase()).replace(/\.?$/, ".");
}
/** Parts below each other; those that say nothing are left out. */
function lines(...parts) {
	return parts.filter((part) => part !== "").join("\n");
}
// src/action/reports/registry.ts
const LOGIN = "Log in before this step (docker/login-action) with an account that may read this repository, and write to it where something is pushed. On ghcr.io with GITHUB_TOKEN the job needs \"permissions: packages: write\" (read, where nothing is pushed), and a package that exists must give this repository that access in its settings.";
const SAFE = "No tag was moved to anything incomplete; running the job again is safe.";
/** What a registry does not do for us, or we for it. */
const OF_REGISTRY = [toldBy(RegistryError, ofRegistry), told(CredentialError, "The registry does not accept the login", ({ program }) => program === void 0 ? LOGIN : `Make ${program} work for the user of the runner, or take it out of Docker's config.json (credsStore, credHelpers) and log in before this step (docker/login-action).`)];
/** Knows the classes of errors, not their texts: the registry's own words are in the detail. */
function ofRegistry(error) {
	const detail = lines(error.message, effortOf(error));
	switch (error.kind) {
		case "unauthorized":
		case "denied": return {
			title: "The registry does not accept the login",
			detail,
			advice: LOGIN
		};
		case "unavailable":
		case "unreachable": return {
			title: "The registry cannot be reached",
			detail,
			advice: adviceToReach(error)
		};
		case "unknown":
		case "immutable":
		case "limited":
		case "refused":
		case "digest":
		case "unusable": return {
			title: "The registry refuses",
			detail,
			advice: adviceFor$1(error)
		};
	}
}
/** That nothing was left untried; without it, a slow failure looks like a hasty one. */
function effortOf({ retried, waited }) {
	if (retried === 0) return "";
	return `It was asked ${retried === 1 ? "twice" : `${retried + 1} times`}, with ${formatDuration(waited)} of waiting between.`;
}
/** As node's TLS names what it has against a certificate, but for one that has run out or is for another name. */
const UNBELIEVED = /* @__PURE__ */ new Set([
	"DEPTH_ZERO_SELF_SIGNED_CERT",
	"SELF_SIGNED_CERT_IN_CHAIN",
	"UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
	"UNABLE_TO_VERIFY_LEAF_SIGNATURE"
]);
function adviceToReach({ codes, host }) {
	if (codes.includes("OUT_OF_TIME")) return "The input time-limit has ended it. Running the job again is safe, and goes on with what is there already; or set a longer limit.";
	if (codes.some((code) => UNBELIEVED.has(code))) return `The certificate of ${host} is not believed here. Put its authority into /etc/docker/certs.d/${host}/ca.crt, or name its file in NODE_EXTRA_CA_CERTS.`;
	return `Check that ${host} is up and that this runner reaches it (proxy, DNS, certificates). Registries on other machines must speak HTTPS. Running the job again is safe.`;
}
function adviceFor$1({ kind, method, status, codes, host, repository }) {
	if (kind === "immutable") return "The tag exists with another image and cannot be moved; publish under a new tag.";
	if (kind === "limited") return "The registry limits how often it is asked. Log in, or run the job again later.";
	if (kind === "unknown" && method === "GET") return `Check the name ${repository ?? host} and its tag or digest. Registries hide what is private from those who have not logged in; what cleans up there may have taken it, too.`;
	if (kind === "unknown") return `Check the name ${repository ?? host}. Some registries, such as ECR, want the repository to be made first.`;
	if (codes.includes("TLS_WANTED")) return `${host} was spoken to without TLS, as registries on this machine are, and those that insecure-registries names. If it wants TLS, put its authority into /etc/docker/certs.d/${host}/ca.crt.`;
	if (status === 413) return "The registry, or a proxy before it (client_max_body_size of nginx), takes nothing of this size.";
	if (codes.includes("SHA256_ONLY")) return `It may be that ${host} knows images by sha256 only, as Docker's own registry does; this one is named by sha512. ${SAFE}`;
	if (codes.includes("URLS_UNWANTED")) return `${host} takes no layers that are fetched from elsewhere, as those of older Windows images are: build on an image without them, or have their addresses allowed there (validation.manifests.urls of Docker's own registry). ${SAFE}`;
	if (codes.includes("MANIFEST_BLOB_UNKNOWN")) return `Something that the image is made of is not in ${repository ?? host}: it was pushed elsewhere, or what cleans up there has taken it for unused. Build or push it again. ${SAFE}`;
	if (codes.includes("MANIFEST_INVALID")) return `Some registries refuse attestations: set provenance: false where it is built, or attestations: drop where it is merged. ${SAFE}`;
	return SAFE;
}
// src/action/reports/build.ts
/** What a Dockerfile, or the images that have come of it, are not. */
const OF_BUILD = [
	told(DockerfileMissing, "The Dockerfile is missing", ({ contextExists }) => contextExists ? "Name it with the input file if it has another name or place. If the whole repository is missing, put a step with actions/checkout before this one, or set context to a Git URL." : "Put a step with actions/checkout before this one, correct the input context, or set context to a Git URL like https://github.com/octo/app.git#main."),
	toldBy(BuildFailed, ofBuild),
	told(CallFailed, "The Dockerfile does not pass", "Correct what is named, or leave a check out with a line \"# check=skip=…\" at the top of the Dockerfile."),
	told(PlatformMissing, "A platform is missing", "The Dockerfile may end in a stage with FROM --platform=$BUILDPLATFORM; the last stage has to be of the target platform."),
	told(PlatformTwice, "The inputs need a correction", "Name each platform once in the input platforms.")
];
/** What often stands in the log of a build that failed, and what helps for a platform of this name. */
const HINTS = [
	[/failed to push/, () => `The registry did not take the image. ${LOGIN}`],
	[/no match for platform in manifest/, (name) => `The image in FROM is not made for ${name}: take one that is, or leave ${name} out of the input platforms.`],
	[/exec format error/, (name) => `A program was started that is not made for ${name}, or whose emulator is missing: see the group "Emulators", and what the Dockerfile copies or downloads.`],
	[/toomanyrequests|pull rate limit/i, () => "A registry gives no more pulls for now: log in to it before this step (docker/login-action), or name a mirror of Docker Hub with the input registry-mirrors."],
	[/no space left on device/i, () => "The disk is full: remove what the job does not need before this step."]
];
function ofBuild({ platform, code, tail, place }) {
	const name = formatPlatform(platform);
	const ended = code === void 0 ? "was ended by a signal" : `ended with exit code ${code}`;
	const fitting = HINTS.filter(([said]) => tail.some((line) => said.test(line)));
	return {
		title: "A platform failed to build",
		detail: lines(`The build of ${name} ${ended}. The end of its log:`, ...tail),
		...place && { place },
		advice: lines(...fitting.map(([, hint]) => hint(name)), `The whole log is in the group "Build ${name}". No tag was moved.`)
	};
}
// src/builder/config.ts
/** The file of settings that the user has named is not there. */
var ConfigMissing = class extends Error {
	name = "ConfigMissing";
	constructor(path) {
		super(`the input buildkitd-config names ${path}, and there is no such file that can be read`);
	}
};
/** What buildx takes from its folder where nobody names a file; our builders have a folder of their own. */
const DEFAULT_FILE = "buildkitd.default.toml";
/**
* The path of the buildkitd.toml to start with, written where it is not simply the user's; undefined for none. Throws
* ConfigMissing where the user's file cannot be read.
*/
async function configFor({ path, text, registries }, { folder, usersFolder }, files) {
	const given = path === "" ? text || await files.read(join(usersFolder, DEFAULT_FILE)) : await files.read(path);
	if (given === void 0 && path !== "") throw new ConfigMissing(path);
	const whole = withRegistries(given ?? "", registries);
	if (whole === "") return void 0;
	if (path !== "" && whole === given?.trim()) return path;
	const ours = join(folder, "buildkitd.toml");
	await files.write(ours, whole);
	return ours;
}
/** Adds registries to the text of a buildkitd.toml (buildkit, docs/buildkitd.toml.md). What the text has already, it keeps. */
function withRegistries(text, { mirrors, insecure }) {
	const tables = [...mirrors.length > 0 ? [table$1("docker.io", [`mirrors = [${mirrors.map(quote).join(", ")}]`])] : [], ...insecure.map((host) => table$1(host, ["http = true", "insecure = true"]))];
	const there = new Set(text.split("\n").map((line) => line.trim().replaceAll("'", "\"")));
	const missing = tables.filter(({ header }) => !there.has(header)).map(({ header, lines }) => [header, ...lines].join("\n"));
	return [text.trim(), ...missing].filter(Boolean).join("\n\n");
}
function table$1(host, lines) {
	return {
		header: `[registry.${quote(host)}]`,
		lines: lines.map((line) => `  ${line}`)
	};
}
function quote(text) {
	return JSON.stringify(text);
}
// src/builder/pull.ts
/** In milliseconds: nobody should wonder for longer whether a pull still moves. */
const HEARTBEAT$1 = 1e4;
/** Has the engine pull an image; a long pull says how far it is, every ten seconds. */
async function pull(image, { run, log, clock }) {
	const layers = /* @__PURE__ */ new Map();
	const startedAt = clock.now();
	using _beat = clock.every(HEARTBEAT$1, () => {
		log.line(`pulling ${image} for ${formatDuration(clock.now() - startedAt)}: ${progressOf(layers)}`);
	});
	const onLine = (line) => {
		const [, layer, state] = /^([0-9a-f]{12}): (.+)$/.exec(line) ?? [];
		if (layer !== void 0 && state !== void 0) layers.set(layer, state);
	};
	return await run("docker", ["pull", image], { onLine });
}
/** Without a terminal docker says when a layer changes its state, and no bytes. */
function progressOf(layers) {
	if (layers.size === 0) return "waiting for the registry";
	const states = [...layers.values()];
	const here = states.filter((state) => HERE.has(state)).length;
	const downloaded = states.filter((state) => DOWNLOADED.has(state)).length;
	const more = downloaded > 0 ? `, ${downloaded} more downloaded` : "";
	return `${here} of ${layers.size} layers are here${more}`;
}
const HERE = /* @__PURE__ */ new Set(["Pull complete", "Already exists"]);
const DOWNLOADED = /* @__PURE__ */ new Set(["Download complete", "Verifying Checksum"]);
// src/builder/images.ts
/** An image that the engine needs, and could not pull from anywhere. */
var ImageError = class extends Error {
	name = "ImageError";
	image;
	/** every name that was tried, with docker's words */
	tried;
	constructor(image, tried) {
		super(`the image ${image} could not be pulled`);
		this.image = image;
		this.tried = tried;
	}
};
/**
* The name under which the engine has an image now: its own, or that of the first mirror which gives it. Nothing is
* asked of any registry where the engine has it already. Rejects with ImageError.
*/
async function fetchImage(image, mirrors, world) {
	const names = [.../* @__PURE__ */ new Set([image, ...mirrors.map((mirror) => mirrored(image, mirror))])];
	const there = await Promise.all(names.map((name) => isThere(name, world.run)));
	const had = names.find((_, place) => there[place]);
	if (had !== void 0) return had;
	const refusals = /* @__PURE__ */ new Map();
	const pulled = await firstPulled(names, refusals, world) ?? await pulledLater(names, refusals, world);
	if (pulled !== void 0) return pulled;
	throw new ImageError(image, [...refusals].map(([name, why]) => `${name}: ${why}`));
}
async function isThere(name, run) {
	return (await run("docker", [
		"image",
		"inspect",
		"--format",
		"{{.Id}}",
		name
	])).code === 0;
}
async function firstPulled(names, refusals, world) {
	for (const name of names) {
		const { code, stderr } = await pull(name, world);
		world.say(code === 0 ? `pulled ${name}` : `could not pull ${name}: ${stderr.trim()}`);
		if (code === 0) return name;
		refusals.set(name, stderr.trim());
	}
}
/**
* The engine gives up at once, also where a registry only asks for patience, and does not hand on for how long. Our
* client waits for as long as the registry says.
*/
async function pulledLater(names, refusals, world) {
	for (const name of names) {
		const pulled = await world.ask(name) ? await firstPulled([name], refusals, world) : void 0;
		if (pulled !== void 0) return pulled;
	}
}
/** What a mirror of Docker Hub calls an image of it; images of other registries have no other name. */
function mirrored(image, mirror) {
	const { registry, path, tag, digest } = parseReference(image);
	if (registry !== "docker.io") return image;
	return [
		`${mirror.replace(/\/$/, "")}/${path}`,
		tag && `:${tag}`,
		digest && `@${digest}`
	].filter(Boolean).join("");
}
// src/builder/needs.ts
/** What every build needs: attestations came with v0.10, and a way to switch them off with this. */
const ALWAYS = { since: "v0.11.0" };
/** The buildx that is used cannot do what is asked for. */
var BuildxTooOld = class extends Error {
	name = "BuildxTooOld";
	version;
	needs;
	constructor(version, needs) {
		super(`buildx ${version} is too old`);
		this.version = version;
		this.needs = needs;
	}
};
/** Throws BuildxTooOld with everything that is missing. One that does not know its version is taken for a new one. */
function requireBuildx(version, needs) {
	const used = parseVersion(version);
	if (used === void 0 || formatVersion(used) === "v0.0.0") return;
	const missing = [ALWAYS, ...needs].filter(({ since }) => {
		const first = parseVersion(since);
		return first !== void 0 && isOlder(used, first);
	});
	if (missing.length > 0) throw new BuildxTooOld(version, missing);
}
// src/builder/store.ts
/** The engine's image store does not take what is wanted of it. */
var StoreError = class extends Error {
	name = "StoreError";
	/** docker's own words, where it has said something */
	said;
	constructor(message, said = "") {
		super(message);
		this.said = said.trim();
	}
};
/** How an engine says that containerd keeps its images (moby, daemon/info.go). */
const CONTAINERD = "io.containerd.snapshotter.v1";
/** Throws StoreError where the engine of a docker context keeps its images in the old way, which is not enough for `what`. */
async function requireContainerdStore(what, context, run) {
	const { stdout } = await run("docker", [
		...at(context),
		"info",
		"--format",
		"{{json .DriverStatus}}"
	]);
	if (stdout.includes(CONTAINERD)) return;
	throw new StoreError(`${what} needs the containerd image store, and this Docker engine has the old one`);
}
/** Puts the image of a layout into the engine's store; throws StoreError where that does not take it. */
async function loadArchive(path, context, run) {
	const { code, stderr } = await run("docker", [
		...at(context),
		"load",
		"--quiet",
		"--input",
		path
	]);
	if (code !== 0) throw new StoreError("the Docker engine did not take the image", stderr);
}
function at(context) {
	return context === void 0 ? [] : ["--context", context];
}
// src/system/tools.ts
/** Something could not be downloaded. */
var DownloadError = class extends Error {
	name = "DownloadError";
	url;
	/** what the server answered, where it answered */
	status;
	constructor(url, cause) {
		const status = cause instanceof Error && "httpStatusCode" in cause ? Number(cause.httpStatusCode) : void 0;
		const why = cause instanceof Error ? cause.message : String(cause);
		super(status === void 0 ? `${url} cannot be reached: ${why}` : `${url} answers HTTP ${status}`, { cause });
		this.url = url;
		this.status = status;
	}
};
/** What was downloaded is not what it should be. */
var ChecksumError = class extends Error {
	name = "ChecksumError";
	url;
	expected;
	found;
	constructor(url, expected, found) {
		super(`${url} has the SHA-256 ${found}, and should have ${expected}`);
		this.url = url;
		this.expected = expected;
		this.found = found;
	}
};
/** Downloads are @actions/tool-cache's, with its proxies and tries; it is loaded with the first. */
function openTools({ machine, cache, folder }) {
	let count = 0;
	const download = async (url) => {
		const { downloadTool } = await import("./tool-cache.mjs");
		return await downloadTool(url, join(folder, `download-${count++}`)).catch((error) => {
			throw new DownloadError(url, error);
		});
	};
	const placeOf = ({ name, version }) => join(cache, name, version, machine.architecture);
	return {
		machine,
		kept: async (name) => {
			const programs = (await readdir(join(cache, name)).catch(() => [])).map((version) => [version, join(placeOf({
				name,
				version
			}), name)]);
			const there = await Promise.all(programs.map(([version]) => exists(marker(placeOf({
				name,
				version
			})))));
			return new Map(programs.filter((_, index) => there[index]));
		},
		fetchText: async (url) => await readFile(await download(url), "utf8"),
		fetchProgram: async (url, sha256, tool) => {
			const path = await download(url);
			const found = createHash("sha256").update(await readFile(path)).digest("hex");
			if (found !== sha256) throw new ChecksumError(url, sha256, found);
			await chmod(path, 493);
			return await keep(path, join(placeOf(tool), tool.name)).catch(() => path);
		}
	};
	/** Whoever runs the same program at this moment keeps what it has: the new one takes its place in one move. */
	async function keep(path, place) {
		const parent = join(place, "..");
		const ours = `${place}.${basename(folder)}`;
		await mkdir(parent, { recursive: true });
		await copyFile(path, ours);
		await rename(ours, place);
		await writeFile(marker(parent), "");
		return place;
	}
}
/** What says that a tool's folder is whole. */
function marker(folder) {
	return `${folder}.complete`;
}
function exists(path) {
	return stat(path).then(() => true, () => false);
}
// src/action/reports/builder.ts
/** What kept a builder from being there: engine, buildx, image, or itself. */
const OF_BUILDER = [
	toldBy(EngineError, ofEngine),
	told(BuildxError, "Buildx could not be downloaded", ({ cause }) => cause instanceof ChecksumError ? "The file was changed or damaged on its way, and was thrown away. Run the job again; if it stays so, do not trust what buildx-download-url names." : "Check buildx-version. Where GitHub is out of reach, name a mirror with buildx-download-url, or leave buildx-version empty and install buildx on the runner."),
	told(BuildxTooOld, "Buildx is too old", "Let the action download a newer one with the input buildx-version, like latest, or update the plugin.", needed),
	told(BuilderError, "The builder did not start", adviceToStart),
	told(ConfigMissing, "The inputs need a correction", "Its path starts at the workspace: put a step with actions/checkout before this one, or give the text itself as buildkitd-config-inline."),
	told(ImageError, "An image could not be pulled", adviceToPull, (error) => lines(sentence$1(error), ...error.tried)),
	told(StoreError, "The image store does not take the image", "Switch the engine to the containerd image store (\"features\": {\"containerd-snapshotter\": true} in its daemon.json) and restart it. Without it the engine holds one platform without attestations, and its own BuildKit cannot push; a builder of the driver docker-container can.")
];
/** Words of buildx, which are only read for a better advice, and the advice. */
const STARTS = [
	[/no builder ".*" found/, "Make it in a step before this one (docker buildx create), or leave the input builder empty: this action then makes one of its own."],
	[/cannot determine Kubernetes namespace/, "Write the file in a step before this one, and name it in the env of this step: KUBECONFIG."],
	[/\bis forbidden\b|: Unauthorized$/m, "Give the account that KUBECONFIG names what it lacks (docs/builders.md lists the rights that a builder needs), or choose another namespace with driver-opts: namespace=NAME."],
	[/\/apis?\/.*dial tcp/, "Check that this runner reaches the server that KUBECONFIG names."],
	[/replicas to be ready/, "The events of the namespace say why no pod was ready in time (kubectl get events): no node with the room or the labels, an image that cannot be pulled, privileged pods not allowed. Change driver-opts or buildkit-image; driver-opts: timeout=5m gives it longer."]
];
function adviceToStart({ said }) {
	const [, advice] = STARTS.find(([words]) => words.test(said)) ?? [];
	return advice ?? "If an image could not be pulled, set buildkit-image to a copy in a registry that this runner reaches. Otherwise look for a mistake in buildkitd-config-inline, buildkitd-flags or driver-opts.";
}
/** Docker's words are only read for a better advice. */
function adviceToPull({ tried }) {
	return tried.some((words) => /toomanyrequests|rate limit/i.test(words)) ? "The registry gives only so many pulls: Docker Hub 100 in six hours to all that share an address, more to those who are logged in. Put a step with docker/login-action before this one, name a mirror like mirror.gcr.io with the input image-mirrors, or keep the image on the machine: one that is there is not pulled." : "Check its name, and that the engine reaches the registry. A copy elsewhere can be named with buildkit-image and binfmt-image, a mirror of Docker Hub with image-mirrors.";
}
function needed({ version, needs }) {
	const wanted = ({ input, since }) => `${input === void 0 ? "This action" : `The input ${input}`} needs buildx ${since} or newer, and ${version} is used.`;
	return lines(...needs.map(wanted));
}
function ofEngine({ missing, said, message }) {
	const detail = lines(sentence$1({ message }), said);
	switch (missing) {
		case "docker": return {
			title: "Docker is not installed",
			detail,
			advice: "Run the job on a runner with Docker, such as ubuntu-24.04, or install it in an earlier step (docker/setup-docker-action)."
		};
		case "engine": return {
			title: "The Docker engine does not answer",
			detail,
			advice: /permission denied/i.test(said) ? "The engine is there, and this user may not use its socket: run the job as a user in the socket's group, mostly docker (sudo usermod -aG docker USER, then start the runner anew)." : "Start the engine, or check DOCKER_HOST. Jobs that run in a container need the socket mounted."
		};
		case "buildx": return {
			title: "Docker has no buildx",
			detail,
			advice: "Let the action download it with the input buildx-version: latest, or install the plugin (Debian and Ubuntu: the package docker-buildx-plugin or docker-buildx)."
		};
	}
}
// src/emulation/decide.ts
const HANDLERS = {
	"386": "qemu-i386",
	amd64: "qemu-x86_64",
	arm: "qemu-arm",
	arm64: "qemu-aarch64",
	loong64: "qemu-loongarch64",
	mips64: "qemu-mips64",
	mips64le: "qemu-mips64el",
	ppc64le: "qemu-ppc64le",
	riscv64: "qemu-riscv64",
	s390x: "qemu-s390x"
};
/** Sorts the wanted platforms into native, already emulated and missing. */
function decide(wanted, ground) {
	return wanted.map((platform) => decideOne(platform, ground));
}
function decideOne(platform, { natives, covered, handlers, runs, reset }) {
	const emulator = emulatorFor(platform);
	const present = handlers.get(emulator?.handler ?? "");
	const ran = runs.get(platform.architecture);
	const own = natives.find((native) => isNative(platform, native));
	if (own && ran !== false) return {
		platform,
		action: "native",
		why: `runs on the builder's own CPU (${formatPlatform(own)})`
	};
	if (covered.some((one) => samePlatform(one, platform))) return {
		platform,
		action: "present",
		why: "is among what the builder can run"
	};
	if (emulator === void 0) return {
		platform,
		action: "none",
		why: "has no emulator; its Dockerfile must not RUN anything"
	};
	if (present === void 0 && ran) return {
		platform,
		action: "native",
		why: "runs here without an emulator"
	};
	if (isUsable(present) && ran !== false && !reset) return {
		platform,
		emulator,
		action: "present",
		why: `${emulator.handler} is registered${ran ? " and works" : ""}`
	};
	return {
		platform,
		emulator,
		action: "install",
		why: whyMissing(emulator, present, reset)
	};
}
/** The emulator a platform needs where it is foreign; undefined where QEMU's user mode has none. */
function emulatorFor({ os, architecture }) {
	const handler = os === "linux" && Object.hasOwn(HANDLERS, architecture) ? HANDLERS[architecture] : void 0;
	return handler === void 0 ? void 0 : {
		handler,
		architecture
	};
}
/** Whether the machine's CPU runs the platform itself. 32-bit arm on arm64 is left to an emulator: many server CPUs cannot. */
function isNative(platform, machine) {
	if (platform.os !== machine.os) return false;
	if (platform.architecture === machine.architecture) return true;
	return machine.architecture === "amd64" && platform.architecture === "386";
}
/** Whether an emulator runs its programs, by whoever's doing. */
function isEmulated({ action }) {
	return action === "present" || action === "install";
}
/** How the programs of a platform run: by themselves, by an emulator, or not at all. */
function waysOf(decision) {
	return {
		emulated: isEmulated(decision),
		...decision.action === "none" && { unsupported: true }
	};
}
/** Only flag F lets an emulator work inside containers: the kernel opens it at registration, from outside. */
function isUsable(handler) {
	return handler?.enabled === true && handler.flags.includes("F");
}
/** Reads one file of /proc/sys/fs/binfmt_misc. */
function parseHandler(text) {
	const field = (name) => new RegExp(`^${name}:? *(.*)$`, "m").exec(text)?.[1]?.trim() ?? "";
	return {
		enabled: text.startsWith("enabled"),
		interpreter: field("interpreter"),
		flags: field("flags")
	};
}
function whyMissing({ handler }, present, reset) {
	if (present === void 0) return `${handler} is not registered`;
	if (!present.enabled) return `${handler} is disabled`;
	if (!isUsable(present)) return `${handler} is registered without flag F, useless in containers`;
	return reset ? `${handler} is replaced` : `${handler} is registered, and a test program does not run`;
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
// src/emulation/probe.ts
/**
* The smallest program there is for an architecture: it exits with 0. An emulator that runs it works, and one that does
* not is broken, whatever the Dockerfile. Undefined where we know no such program.
*/
function probeFor(architecture) {
	const machine = Object.hasOwn(MACHINES, architecture) ? MACHINES[architecture] : void 0;
	return machine === void 0 ? void 0 : elf(machine);
}
const MACHINES = {
	amd64: {
		id: 62,
		bits: 64,
		code: { bytes: [
			184,
			60,
			0,
			0,
			0,
			49,
			255,
			15,
			5
		] }
	},
	"386": {
		id: 3,
		bits: 32,
		code: { bytes: [
			184,
			1,
			0,
			0,
			0,
			49,
			219,
			205,
			128
		] }
	},
	arm: {
		id: 40,
		flags: 83886080,
		bits: 32,
		code: [
			3818942465,
			3818913792,
			4009754624
		]
	},
	arm64: {
		id: 183,
		bits: 64,
		code: [
			3531606952,
			3531603968,
			3556769793
		]
	},
	loong64: {
		id: 258,
		flags: 67,
		bits: 64,
		code: [
			58815499,
			58720260,
			2818048
		]
	},
	mips64: {
		id: 8,
		flags: 2147483648,
		bits: 64,
		bigEndian: true,
		code: [
			604115906,
			604241920,
			12
		]
	},
	mips64le: {
		id: 8,
		flags: 2147483648,
		bits: 64,
		code: [
			604115906,
			604241920,
			12
		]
	},
	ppc64le: {
		id: 21,
		flags: 2,
		bits: 64,
		code: [
			939524097,
			945815552,
			1140850690
		]
	},
	riscv64: {
		id: 243,
		bits: 64,
		code: [
			97519763,
			1299,
			115
		]
	},
	s390x: {
		id: 22,
		bits: 64,
		bigEndian: true,
		code: { bytes: [
			167,
			41,
			0,
			0,
			10,
			1
		] }
	}
};
/** Any page size's multiple; every architecture lets a program lie there. */
const ADDRESS = 4194304;
const PAGE = 65536;
/** One header, one segment that holds the whole file, and the code (System V gABI, "Object files"). */
function elf({ id, flags = 0, bits, bigEndian = false, code }) {
	const wide = bits === 64;
	const headers = wide ? 120 : 84;
	const length = headers + ("bytes" in code ? code.bytes.length : code.length * 4);
	const file = new DataView(new ArrayBuffer(length));
	let at = 0;
	const put = (size, value) => {
		if (size === 1) file.setUint8(at, value);
		else if (size === 2) file.setUint16(at, value, !bigEndian);
		else if (size === 4) file.setUint32(at, value, !bigEndian);
		else file.setBigUint64(at, BigInt(value), !bigEndian);
		at += size;
	};
	const word = wide ? 8 : 4;
	const ident = [
		127,
		69,
		76,
		70,
		wide ? 2 : 1,
		bigEndian ? 2 : 1,
		1
	];
	for (const byte of [...ident, ...Array(16 - ident.length).fill(0)]) put(1, byte);
	put(2, 2);
	put(2, id);
	put(4, 1);
	put(word, ADDRESS + headers);
	put(word, wide ? 64 : 52);
	put(word, 0);
	put(4, flags);
	for (const size of [
		wide ? 64 : 52,
		wide ? 56 : 32,
		1,
		0,
		0,
		0
	]) put(2, size);
	put(4, 1);
	if (wide) put(4, 5);
	put(word, 0);
	put(word, ADDRESS);
	put(word, ADDRESS);
	put(word, length);
	put(word, length);
	if (!wide) put(4, 5);
	put(word, PAGE);
	if ("bytes" in code) for (const byte of code.bytes) put(1, byte);
	else for (const instruction of code) put(4, instruction);
	return new Uint8Array(file.buffer);
}
// src/emulation/kernel.ts
const BINFMT_MISC = "/proc/sys/fs/binfmt_misc";
/** In milliseconds; a program of three instructions takes twenty under QEMU. */
const PROBE_LIMIT = 1e4;
/** Whether this machine shows what its kernel has registered. In a container it does not, though the kernel may well have it. */
async function isMounted(files) {
	return await files.read(`${BINFMT_MISC}/status`) !== void 0;
}
/** What this machine's kernel has registered for the platforms, by the kernel's names. */
async function readHandlers(platforms, files) {
	const names = [...new Set(platforms.flatMap((platform) => emulatorFor(platform)?.handler ?? []))];
	const found = await Promise.all(names.map(async (name) => [name, await readHandler(name, files)]));
	return new Map(found.flatMap(([name, handler]) => handler === void 0 ? [] : [[name, handler]]));
}
/**
* Starts the smallest program of each architecture on this machine: flag F makes an emulator work here as it does in
* containers. An architecture is left out where this machine cannot tell, as in a folder that is mounted noexec.
*/
async function probe(architectures, folder, world) {
	const results = await Promise.all([...new Set(architectures)].map(async (name) => [name, await runs(name, folder, world)]));
	return new Map(results.flatMap(([name, ran]) => ran === void 0 ? [] : [[name, ran]]));
}
async function runs(architecture, folder, world) {
	const program = probeFor(architecture);
	if (program === void 0) return void 0;
	const path = join(folder, `probe-${architecture}`);
	await world.files.writeProgram(path, program);
	return await start(path, world, BUSY_TRIES);
}
/** Another program that starts while ours is written holds it open for a moment, and the kernel says "text file busy". */
const BUSY_TRIES = 20;
async function start(path, world, tries) {
	try {
		const signal = world.clock.deadline(PROBE_LIMIT);
		return await world.follow(path, [], {
			onLine: () => {},
			signal
		}) === 0;
	} catch (error) {
		if (!(error instanceof ProgramMissing)) throw error;
		if (error.reason === "ETXTBSY" && tries > 1) return await start(path, world, tries - 1);
		return error.reason === "ENOEXEC" ? false : void 0;
	}
}
async function readHandler(name, files) {
	const text = await files.read(`${BINFMT_MISC}/${name}`);
	return text === void 0 ? void 0 : parseHandler(text);
}
// src/emulation/ensure.ts
/** Emulators that did not come up, or came up broken, with what the installer said. */
var EmulatorError = class extends Error {
	name = "EmulatorError";
	platforms;
	image;
	said;
	trouble;
	constructor(platforms, image, said, trouble) {
		super(`${TROUBLES[trouble]} for ${platforms.join(", ")}`);
		this.platforms = platforms;
		this.image = image;
		this.said = said.trim();
		this.trouble = trouble;
	}
};
const TROUBLES = {
	missing: "there is no working emulator",
	broken: "the emulator is installed and does not run",
	gone: "the emulator was installed, and the kernel has lost it since,"
};
/**
* Makes sure every wanted platform can run; doing it twice is harmless, and the second time starts no container here.
* Throws for one that cannot, unless it is optional: then its decision says why.
*/
async function ensureEmulators(plan, world) {
	let fetched;
	const fetchImage = () => fetched ??= world.fetchImage(plan.image);
	const kernel = plan.local ? await lookAtKernel(plan, world) : await askElsewhere(plan, {
		...world,
		fetchImage
	});
	const decisions = decide(plan.wanted, {
		...plan,
		...kernel
	});
	for (const { platform, why } of decisions) world.say(`${formatPlatform(platform)} ${why}`);
	const missing = decisions.filter(({ action }) => action === "install");
	if (missing.length === 0) return decisions;
	const installed = await installOrLose(missing, kernel, plan, {
		...world,
		fetchImage
	});
	return decisions.map((decision) => installed.find(({ platform }) => platform === decision.platform) ?? decision);
}
/** No image to install from is a matter of all that are missing. */
async function installOrLose(...[missing, kernel, plan, world]) {
	try {
		return await install(missing, kernel, plan, world);
	} catch (cause) {
		if (!missing.every(({ platform }) => isOptional$1(platform, plan))) throw cause;
		return missing.map((decision) => ({
			...decision,
			lost: { cause }
		}));
	}
}
async function install(missing, kernel, plan, world) {
	const emulators = missing.flatMap(({ emulator }) => emulator ?? []);
	const names = [...new Set(emulators.map(({ handler }) => handler))];
	const image = await world.fetchImage(plan.image);
	if (!plan.keep) world.note({
		kind: "emulators",
		image,
		handlers: names,
		by: plan.by
	});
	const installed = await installEmulators(image, emulators, {
		removal: plan.reset ? "all" : names.filter((name) => kernel.handlers.has(name)),
		by: plan.by
	}, world.run);
	for (const line of installed.said.split("\n").filter(Boolean)) world.say(line);
	const wanted = missing.map(({ platform }) => platform);
	const judged = judge(missing, installed, plan.local ? await lookAtKernel({
		...plan,
		wanted
	}, world) : seenBy(installed, {
		...plan,
		wanted
	}), plan);
	const good = judged.flatMap(({ emulator, lost }) => emulator && !lost ? emulator.handler : []);
	if (good.length > 0) world.say(`installed ${[...new Set(good)].join(", ")} from ${image}`);
	return judged;
}
/** Better here, with a cure, than as "exec format error" in the middle of somebody's Dockerfile. */
function judge(missing, installed, now, plan) {
	const judged = missing.map((decision) => ({
		decision,
		trouble: troubleWith(decision, installed, now)
	}));
	const errorFor = (decisions, trouble) => {
		return new EmulatorError(decisions.map(({ platform }) => formatPlatform(platform)), plan.image, installed.said, trouble);
	};
	for (const trouble of [
		"missing",
		"gone",
		"broken"
	]) {
		const needed = judged.flatMap((one) => one.trouble === trouble ? one.decision : []).filter(({ platform }) => !isOptional$1(platform, plan));
		if (needed.length > 0) throw errorFor(needed, trouble);
	}
	return judged.map(({ decision, trouble }) => trouble === void 0 ? decision : {
		...decision,
		lost: { cause: errorFor([decision], trouble) }
	});
}
function troubleWith({ platform, emulator }, { code, handlers }, now) {
	const entry = now.handlers.get(emulator?.handler ?? "");
	const ran = now.runs.get(platform.architecture);
	if (code !== 0 || !handlers.has(emulator?.handler ?? "")) return "missing";
	if (entry !== void 0 && !isUsable(entry)) return "missing";
	if (entry === void 0 && (ran === false || now.mounted)) return "gone";
	return ran === false ? "broken" : void 0;
}
function isOptional$1(platform, { optional }) {
	return optional.some((one) => samePlatform(one, platform));
}
const UNSEEN = {
	mounted: false,
	handlers: /* @__PURE__ */ new Map(),
	runs: /* @__PURE__ */ new Map()
};
async function lookAtKernel(plan, world) {
	const architectures = plan.verify ? foreignArchitectures(plan) : [];
	const [mounted, handlers, runs] = await Promise.all([
		isMounted(world.files),
		readHandlers(plan.wanted, world.files),
		probe(architectures, plan.folder, world)
	]);
	return {
		mounted,
		handlers,
		runs
	};
}
/** An engine elsewhere has a kernel that we cannot see; a container there can. */
async function askElsewhere(plan, world) {
	const foreign = plan.wanted.filter((platform) => isForeign(platform, plan) && emulatorFor(platform));
	if (foreign.length === 0) return UNSEEN;
	try {
		return seenBy(await askInstaller(await world.fetchImage(plan.image), world.run), plan);
	} catch (error) {
		if (foreign.every((platform) => isOptional$1(platform, plan))) return UNSEEN;
		throw error;
	}
}
/** A container sees names alone; what is registered there is as the installer does it, with flag F. */
function seenBy({ handlers, runs }, plan) {
	const tested = plan.verify ? foreignArchitectures(plan) : [];
	return {
		mounted: false,
		handlers: new Map([...handlers].map((name) => [name, {
			enabled: true,
			interpreter: "",
			flags: "F"
		}])),
		runs: new Map(tested.map((architecture) => [architecture, runs.has(architecture)]))
	};
}
function foreignArchitectures(plan) {
	return plan.wanted.filter((platform) => isForeign(platform, plan)).flatMap((platform) => emulatorFor(platform)?.architecture ?? []);
}
function isForeign(platform, { natives, covered }) {
	return !natives.some(({ os, architecture }) => os === platform.os && architecture === platform.architecture) && !covered.some((one) => samePlatform(one, platform));
}
// src/action/reports/emulation.ts
/** Emulators that did not come up. */
const OF_EMULATION = [told(EmulatorError, "An emulator did not come up", adviceFor)];
function adviceFor({ trouble, image, said }) {
	switch (trouble) {
		case "missing": return cureFor(said);
		case "broken": return `The smallest program there is fails under it, so no Dockerfile is to blame. Try another version of ${image} with the input binfmt-image, or reset: true if something else has registered it.`;
		case "gone": return `Nothing but the installer's container had binfmt_misc mounted: mount it on the engine's machine itself, as root: mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc. Or the engine is in a user namespace, as rootless engines are, and what was there for it before is hidden as well: ${ON_THE_MACHINE}, and start the engine again.`;
	}
}
const ON_THE_MACHINE = "install emulators on its machine (Debian and Ubuntu: the package qemu-user-static)";
/** The installer's words are only read for a better advice; that it failed is known without them. */
function cureFor(said) {
	if (/privileged|user namespace|rootless|operation not permitted|permission denied/i.test(said)) return `The container must be allowed to run privileged. For an engine that is rootless or in a user namespace ${ON_THE_MACHINE}.`;
	if (/cannot mount|no such file or directory.*binfmt_misc|binfmt_misc.*no such file/i.test(said)) return "The kernel has no binfmt_misc here: load it on the host with \"modprobe binfmt_misc\" and mount it at /proc/sys/fs/binfmt_misc.";
	if (/invalid argument/i.test(said)) return "The kernel is too old for emulators in containers: flag F came with Linux 4.8.";
	return "Emulators need a container that may run privileged, and a kernel of Linux 4.8 or newer with binfmt_misc mounted.";
}
// src/action/reports/files.ts
const FULL = "The disk is full. Remove what the job does not need before this step, or take a runner with a larger disk.";
const CLOSED = "The runner's user may not write there. Correct the path in the inputs, or who owns it: a container of an earlier step may have left it to root.";
const MISNAMED = "A folder is where a file is meant, or a file where a folder is: correct the path in the inputs.";
/** By the system's word for what is wrong (errno(3)). */
const ADVICE = {
	ENOSPC: FULL,
	EDQUOT: FULL,
	EACCES: CLOSED,
	EPERM: CLOSED,
	EROFS: CLOSED,
	EISDIR: MISNAMED,
	ENOTDIR: MISNAMED,
	EEXIST: MISNAMED
};
/** What the system says of a file that it does not read or write. */
const OF_FILES = [(error) => {
	if (!(error instanceof Error && "syscall" in error && "code" in error)) return void 0;
	const advice = ADVICE[String(error.code)];
	if (advice === void 0) return void 0;
	return {
		title: "A file cannot be read or written",
		detail: sentence$1(error),
		advice
	};
}];
// src/handoff/gate.ts
/** What was found is not what was wanted; nothing is published. */
var GateError = class extends Error {
	name = "GateError";
	objections;
	/** what was found and fits, with the job that brought it */
	found;
	constructor(objections, found) {
		const counts = Object.entries(objections).flatMap(([what, list]) => list.length > 0 ? `${list.length} ${what}` : []);
		super(`the parts do not make the image: ${counts.join(", ")}`);
		this.objections = objections;
		this.found = found;
	}
};
/** Nobody says which platforms the image must have, so nobody could say that one is missing. */
var NothingWanted = class extends Error {
	name = "NothingWanted";
	constructor() {
		super("nobody says which platforms the image must have: the input platforms is empty, and no record names a plan");
	}
};
/** Lets pass what was wanted, in the order wanted: each platform once, all of one image and one run. */
function passGate(records, wanted) {
	const own = records.filter((record) => objectionTo(record, wanted) === void 0);
	const platforms = platformsOf(wanted, own);
	if (platforms.length === 0 && own.length > 0) throw new NothingWanted();
	const found = own.flatMap((record) => record.platforms.map((part) => ({
		part,
		record
	})));
	const claimed = Map.groupBy(found, ({ part }) => claimant(part, platforms));
	const candidates = platforms.map((platform) => [...Map.groupBy(claimed.get(platform) ?? [], ({ part }) => formatPlatform(part.platform)).values()].map(newest));
	const all = candidates.flat();
	const lacking = platforms.filter((_, place) => candidates[place]?.length === 0);
	const objections = {
		missing: (lacking.length < platforms.length ? lacking.filter((one) => !isOptional(one, wanted)) : lacking).map((platform) => nameMissing(platform, planOf$1(wanted, own))),
		twice: all.flatMap((same) => same.length > 1 ? same.map(name) : []),
		unexpected: (claimed.get(void 0) ?? []).map(name),
		foreign: records.flatMap((record) => objectionTo(record, wanted) ?? [])
	};
	if (Object.values(objections).some((list) => list.length > 0)) throw new GateError(objections, all.flatMap((same) => same.length === 1 ? same.map(name) : []));
	return all.flat().map(({ part }) => part);
}
/** The platform as which a part is wanted. Windows is wanted in every version, unless this very one is wanted as well. */
function claimant({ platform }, wanted) {
	return wanted.find((one) => samePlatform(one, platform)) ?? wanted.find((one) => fulfils(platform, one));
}
function isOptional(platform, { optional = [] }) {
	return optional.some((one) => samePlatform(one, platform));
}
/** The jobs of the plan: as the merge was told, or else as the newest record that knows. */
function planOf$1({ plan }, records) {
	if (plan.length > 0) return plan;
	return records.filter((record) => record.plan.length > 0).toSorted((a, b) => b.run.attempt - a.run.attempt)[0]?.plan ?? [];
}
function platformsOf(wanted, records) {
	const said = wanted.platforms.length > 0 ? wanted.platforms : void 0;
	const planned = planOf$1(wanted, records).flatMap(({ platforms }) => platforms);
	return [...new Map((said ?? planned).map((platform) => [formatPlatform(platform), platform])).values()];
}
/** A job that was run again has the last word. What is the same image is no second one, whoever brings it. */
function newest(found) {
	const last = Math.max(...found.map(({ record }) => record.run.attempt));
	const current = found.filter(({ record }) => record.run.attempt === last);
	return [...new Map(current.map((one) => [one.part.image.digest, one])).values()];
}
/** Why a record has no business here, with its name; undefined where it has. */
function objectionTo(record, { image, run }) {
	const of = `the record of ${record.platforms.map(({ platform }) => formatPlatform(platform)).join(", ")}${by(record)}`;
	if (formatImage(record.image) !== formatImage(image)) return `${of} is of ${formatImage(record.image)}`;
	if (record.run.id !== "" && run.id !== "" && record.run.id !== run.id) return `${of} is of run ${record.run.id}`;
}
function nameMissing(platform, plan) {
	const leg = plan.find(({ platforms }) => platforms.some((one) => samePlatform(one, platform)));
	const who = leg && ` (of the job "${leg.name}"${leg.runner && `, on ${leg.runner}`})`;
	return `${formatPlatform(platform)}${who ?? ""}`;
}
function name({ part, record }) {
	const where = part.from && ` in ${formatRepository(part.from)}`;
	return `${formatPlatform(part.platform)}${by(record)}, ${part.image.digest}${where ?? ""}`;
}
function by({ leg, run }) {
	return `${leg.job && ` of the job "${leg.job}"`}${leg.runner && ` on ${leg.runner}`}${run.attempt > 1 ? `, attempt ${run.attempt}` : ""}`;
}
// src/publish/blobs.ts
/** As many as can be asked about and sent by what one host is given at once; see turns.ts. */
const AT_ONCE = 12;
/** Bytes that are read whole, before they are wanted: of these the way takes longer than the transfer. */
const SMALL = 1048576;
/** A registry that refuses so often and has never agreed will not: Artifactory, or one without mounts. */
const ENOUGH_REFUSALS = 2;
/** A repository that lacks so many of the largest, and has none, is new: to send a small one is as quick as to ask for it. */
const ENOUGH_ABSENT = 4;
/**
* Brings blobs from one repository to another. Inside a registry it takes them over by itself and no byte comes here;
* between registries they are streamed through, unless they are there already.
*/
async function copyBlobs(blobs, { from, to }, { registry, streams }) {
	const mounts = {
		agreed: 0,
		refused: 0
	};
	const found = {
		there: 0,
		absent: 0
	};
	const ordered = blobs.toSorted((one, other) => other.size - one.size);
	await abreast(ordered, AT_ONCE, async (blob) => {
		try {
			await (from.registry === to.registry ? mount(blob) : carry(blob));
		} catch (cause) {
			throw new CopyError("blob", blob.digest, {
				from,
				to,
				cause
			});
		}
	});
	async function mount(blob) {
		if (mounts.agreed === 0 && mounts.refused >= ENOUGH_REFUSALS) return await carry(blob);
		if (await registry.mountBlob(to, blob.digest, from)) mounts.agreed += 1;
		else {
			mounts.refused += 1;
			await stream(blob);
		}
	}
	async function carry(blob) {
		if ((blob.size > SMALL || found.there > 0 || found.absent < ENOUGH_ABSENT) && await isThere(blob)) return;
		await stream(blob);
	}
	async function isThere({ digest }) {
		const there = await registry.headBlob(to, digest) !== void 0;
		found[there ? "there" : "absent"] += 1;
		return there;
	}
	async function stream(blob) {
		if (blob.size > SMALL) return await registry.putBlob(to, blob, () => registry.openBlob(from, blob), streams);
		const reading = registry.readBlob(from, blob);
		const ended = reading.catch(() => {});
		try {
			await registry.putBlob(to, blob, async () => inOnePiece(await reading));
		} finally {
			await ended;
		}
	}
}
// src/publish/copy.ts
/** More manifests at once make some registries stumble (Harbor, ECR: ten a second). */
const MANIFESTS_AT_ONCE = 4;
/** As skopeo. With fewer, those who are far away wait for each other; each holds two connections. */
const STREAMS_AT_ONCE = 6;
/**
* Brings an image, byte for byte, into other repositories, all side by side. Where several are of one registry, the
* bytes travel to it once. Whatever fails, everything that was begun has ended when this rejects.
*/
async function copy(tree, plan, registry) {
	const { from } = plan;
	const streams = openGate(STREAMS_AT_ONCE);
	await allOf([...Map.groupBy(plan.to, (repository) => repository.registry).values()].map(copyToGroup));
	async function copyToGroup(group) {
		const [first, ...others] = group;
		if (first === void 0) return;
		const near = first.registry === from.registry;
		if (!near) await copyTo({
			from,
			to: first
		});
		await allOf((near ? group : others).map((to) => copyTo({
			from: near ? from : first,
			to
		})));
	}
	async function copyTo(way) {
		await copyBlobs(tree.blobs, way, {
			registry,
			streams
		});
		await putWaves(tree, way, {
			registry,
			late: plan.except && sameRepository(plan.except, way.to) ? tree.top.digest : void 0
		});
	}
}
async function putWaves({ waves }, { from, to }, { registry, late }) {
	for (const [place, wave] of waves.entries()) {
		const now = place === waves.length - 1 ? wave.filter(({ digest }) => digest !== late) : wave;
		await abreast(now, MANIFESTS_AT_ONCE, async (manifest) => {
			try {
				await registry.put({
					...to,
					digest: manifest.digest
				}, manifest);
			} catch (cause) {
				throw new CopyError("image", manifest.digest, {
					from,
					to,
					cause
				});
			}
		});
	}
}
/** All to their end, and then the first failure. */
async function allOf(works) {
	const failure = (await Promise.allSettled(works)).find((one) => one.status === "rejected");
	if (failure) throw failure.reason;
}
// src/publish/look.ts
/**
* What is there, or undefined. Some registries refuse a look at what is not there (Artifactory, Docker Hub); whoever
* may not write hears so at the writing.
*/
async function look$1(reference, registry) {
	try {
		return await registry.head(reference);
	} catch (error) {
		if (error instanceof RegistryError && ["denied", "unauthorized"].includes(error.kind)) return void 0;
		throw error;
	}
}
// src/publish/referrers.ts
const NO_REFERRERS = {
	attached: [],
	tied: []
};
/** Behind the whole digest: a tag has no room for the digits of a sha512. */
const COSIGN = [
	"sig",
	"att",
	"sbom"
];
/** Finds what is attached to these manifests, and what is attached to that. */
async function findReferrers(subjects, source) {
	const attached = [];
	const seen = new Set(subjects);
	let level = subjects;
	while (level.length > 0) {
		const fresh = (await Promise.all(level.map((subject) => attachedTo(subject, seen, source)))).flat();
		attached.push(...fresh);
		level = fresh.map(({ descriptor }) => descriptor.digest);
	}
	const tieable = subjects.filter((digest) => algorithmOf(digest) === "sha256");
	return {
		attached,
		tied: (await Promise.all(tieable.flatMap((digest) => COSIGN.map((kind) => tiedTo(digest, kind, source))))).flat()
	};
}
async function attachedTo(subject, seen, { from, read, registry }) {
	const fresh = (await registry.referrers(from, subject)).filter(({ digest }) => !seen.has(digest));
	for (const { digest } of fresh) seen.add(digest);
	return await Promise.all(fresh.map(async (descriptor) => ({
		subject,
		descriptor,
		manifest: await read(descriptor.digest)
	})));
}
async function tiedTo(digest, kind, { from, registry }) {
	const tag = `${referrersTag(digest)}.${kind}`;
	try {
		return [{
			tag,
			manifest: await registry.get({
				...from,
				tag
			})
		}];
	} catch (error) {
		if (error instanceof RegistryError && error.kind === "unknown") return [];
		throw error;
	}
}
/** Makes them findable in a repository that has their bytes already. */
async function nameReferrers({ attached, tied }, to, registry) {
	const subjects = Map.groupBy(attached, ({ subject }) => subject);
	await Promise.all([...tied.map(({ tag, manifest }) => registry.put({
		...to,
		tag
	}, manifest)), ...[...subjects].map(([subject, its]) => nameAttached(subject, its, {
		to,
		registry
	}))]);
}
/** A registry that keeps no list by itself is given one, under the tag that stands in for it (distribution-spec, "Referrers Tag Schema"). */
async function nameAttached(subject, attached, { to, registry }) {
	const listed = await registry.referrers(to, subject);
	const missing = attached.filter(({ descriptor }) => listed.every(({ digest }) => digest !== descriptor.digest));
	if (missing.length === 0) return;
	const manifests = [...listed, ...missing.map(({ descriptor }) => descriptor)];
	await registry.put({
		...to,
		tag: referrersTag(subject)
	}, writeIndex({
		mediaType: OCI_INDEX,
		manifests
	}));
}
// src/publish/tree.ts
const DEEPEST$1 = 8;
const MOST$1 = 1e3;
/** Reads manifests of one repository, each once, however often it is asked for. `expected`: they were just pushed. */
function openReader(repository, registry, { expected = false } = {}) {
	const reading = /* @__PURE__ */ new Map();
	return (digest) => {
		const manifest = reading.get(digest) ?? registry.get({
			...repository,
			digest
		}, { expected });
		reading.set(digest, manifest);
		return manifest;
	};
}
/** Finds all that belongs to an image, level by level. `more` are manifests that go with it: its referrers. */
async function readTree(top, { from, read, more = [] }) {
	const found = new Map([top, ...more].map((manifest) => [manifest.digest, manifest]));
	let level = [...found.values()];
	for (let depth = 0; level.length > 0; depth += 1) {
		const below = uniqueByDigest(level.flatMap(childrenOf)).filter(({ digest }) => !found.has(digest));
		if (below.length > 0 && depth >= DEEPEST$1) throw new TreeTooLarge(`${top.digest} nests indexes more than ${DEEPEST$1} deep`);
		if (found.size + below.length > MOST$1) throw new TreeTooLarge(`${top.digest} is made of more than ${MOST$1} manifests`);
		level = await Promise.all(below.map(({ digest }) => readOne(digest, {
			from,
			read
		})));
		for (const manifest of level) found.set(manifest.digest, manifest);
	}
	const manifests = [...found.values()];
	return {
		top,
		waves: wavesOf(found),
		blobs: uniqueByDigest(manifests.flatMap(blobsOf$1))
	};
}
/** The same for several images of one repository; none of them is above the others. */
async function readTrees([first, ...others], source) {
	if (first === void 0) throw new Error("there is no tree without an image");
	const reading = [first, ...others].map((digest) => readOne(digest, source));
	const [top = await readOne(first, source), ...more] = await Promise.all(reading);
	return await readTree(top, {
		...source,
		more
	});
}
async function readOne(digest, { from, read }) {
	try {
		return await read(digest);
	} catch (cause) {
		throw new CopyError("image", digest, {
			from,
			cause
		});
	}
}
/** What must be there first has a lower wave. No manifest can wait for itself: it would have to contain its own hash. */
function wavesOf(found) {
	const known = /* @__PURE__ */ new Map();
	return [...Map.groupBy(found.values(), waveOf)].toSorted(([one], [other]) => one - other).map(([, manifests]) => manifests);
	function waveOf(manifest) {
		const before = known.get(manifest.digest);
		if (before !== void 0) return before;
		const subject = readSubject(manifest);
		const waves = [...childrenOf(manifest), ...subject ? [subject] : []].flatMap(({ digest }) => found.get(digest) ?? []).map(waveOf);
		const wave = Math.max(-1, ...waves) + 1;
		known.set(manifest.digest, wave);
		return wave;
	}
}
/** The manifests that an index lists. What else it lists (a cache of BuildKit's lists layers) is blobs. */
function childrenOf(manifest) {
	if (!isIndexType(manifest.mediaType)) return [];
	return readIndex(manifest).manifests.filter(({ mediaType }) => isManifestType(mediaType));
}
function blobsOf$1(manifest) {
	return (isIndexType(manifest.mediaType) ? readIndex(manifest).manifests.filter(({ mediaType }) => !isManifestType(mediaType)) : readImage$1(manifest)).filter((blob) => !isElsewhere$2(blob));
}
function isManifestType(mediaType) {
	return isIndexType(mediaType) || isImageType(mediaType);
}
// src/publish/everywhere.ts
/**
* Gives an image names in any number of repositories and registries. First all of it is brought to all of them, so that
* whatever fails there has moved no tag anywhere; then the first tag is put alone, and then the others.
*/
async function publishEverywhere(publication, registry, read = openReader(publication.from, registry)) {
	const { image, tags, from } = publication;
	const [first] = orderTags(tags);
	const others = uniqueRepositories(tags).filter((repository) => !sameRepository(repository, from));
	if (first === void 0 || others.length === 0) return {
		moved: await publish$1(image, tags, registry),
		unchanged: [],
		copied: []
	};
	const [{ tree, referrers }, complete] = await Promise.all([gather$1(publication, registry, read), whichHold(others, image, registry)]);
	const incomplete = others.filter((repository) => !complete.includes(repository));
	await copy(tree, {
		from,
		to: publication.referrers ? others : incomplete,
		except: first
	}, registry);
	await Promise.all(others.map((repository) => nameReferrers(referrers, repository, registry)));
	const unchanged = await whichName(tags.filter((tag) => complete.some((repository) => sameRepository(repository, tag))), image, registry);
	return {
		moved: await publish$1(image, tags.filter((tag) => !unchanged.includes(tag)), registry),
		unchanged,
		copied: incomplete
	};
}
/** Every repository of these names, once, in their order. */
function uniqueRepositories(tags) {
	const all = tags.map((tag) => [formatRepository(tag), repositoryOf(tag)]);
	return [...new Map(all).values()];
}
async function gather$1({ image, from, referrers: wanted = false }, registry, read) {
	const tree = await readTree(image, {
		from,
		read
	});
	if (!wanted) return {
		tree,
		referrers: NO_REFERRERS
	};
	const referrers = await findReferrers(tree.waves.flat().map(({ digest }) => digest), {
		from,
		read,
		registry
	});
	return {
		tree: await readTree(image, {
			from,
			read,
			more: [...referrers.attached, ...referrers.tied].map(({ manifest }) => manifest)
		}),
		referrers
	};
}
/** A registry takes an index after all that it lists, so one that has the image has all of it. */
async function whichHold(repositories, { digest }, registry) {
	const heads = await Promise.all(repositories.map((repository) => look$1({
		...repository,
		digest
	}, registry)));
	return repositories.filter((_, place) => heads[place] !== void 0);
}
async function whichName(tags, { digest }, registry) {
	const heads = await Promise.all(tags.map((tag) => look$1(tag, registry)));
	return tags.filter((_, place) => heads[place]?.digest === digest);
}
// src/publish/immutable.ts
/** Tags that must not move name other images. Nothing was begun. */
var TagsTaken = class extends Error {
	name = "TagsTaken";
	constructor(taken) {
		super(taken.map(([tag, digest]) => `${formatReference(tag)} is ${digest} already`).join("; "));
	}
};
/**
* Makes sure that none of these tags is there already, or that it is this very image, if that is known yet. No registry
* tells which tags it will refuse to move, so somebody has to say it. Rejects with TagsTaken, for all of them at once.
*/
async function requireFree(tags, registry, image) {
	const heads = await Promise.all(tags.map((tag) => look$1(tag, registry)));
	const taken = tags.flatMap((tag, place) => {
		const found = heads[place];
		return found === void 0 || found.digest === image ? [] : [[tag, found.digest]];
	});
	if (taken.length > 0) throw new TagsTaken(taken);
}
/** Those that are meant by a pattern. */
function fixedAmong(tags, immutable) {
	const patterns = immutable.map((pattern) => {
		const parts = pattern.split("*").map((part) => part.replaceAll(".", "\\."));
		return new RegExp(`^${parts.join(".*")}$`);
	});
	return tags.filter(({ tag }) => patterns.some((pattern) => pattern.test(tag)));
}
// src/merge/like.ts
/**
* What an index says of its images, and of `others` in it, however deep and in whatever order it lists them. Undefined
* where it leaves to configurations what they run on, for an index of ours would not.
*/
function likeOf(manifest, from, { images, isClear }, others = []) {
	if (!isIndexType(manifest.mediaType) || !isClear) return void 0;
	const listed = images.flatMap(({ image, attestations }) => [image, ...attestations]);
	return {
		manifest,
		from,
		says: {
			...readIndex(manifest),
			manifests: [...listed, ...others]
		}
	};
}
/** Whether both list the same, in whatever order, and say the same of it. */
function saysTheSame(one, other) {
	const [mine, theirs] = [one, other].map(({ manifests, annotations = {} }) => [...manifests, Object.entries(annotations).toSorted()].map((part) => JSON.stringify(part)).toSorted());
	return JSON.stringify(mine) === JSON.stringify(theirs);
}
// src/publish/parts.ts
/** Repositories that manifests are brought from, side by side. */
const PLACES_AT_ONCE = 4;
/**
* Names a new index in any number of repositories and registries. First what it lists is brought to all of them, and
* the index itself, by its digest, so that whatever fails there has moved no tag anywhere; then the first tag is put
* alone, and then the others.
*/
async function publishParts({ index, places, tags, ready = () => Promise.resolve() }, registry) {
	const repositories = uniqueRepositories(tags);
	const copied = repositories.filter((to) => places.some(({ from }) => !sameRepository(from, to)));
	await abreast(places, PLACES_AT_ONCE, (place) => bring(place, repositories, registry));
	const [first] = orderTags(tags);
	const others = repositories.filter((repository) => first && !sameRepository(repository, first));
	await abreast(others, others.length, (to) => registry.put({
		...to,
		digest: index.digest
	}, index));
	await ready();
	return {
		moved: await publish$1(index, tags, registry),
		copied
	};
}
/** Brings everything to where it is not. */
async function bring({ from, digests, read }, repositories, registry) {
	const to = repositories.filter((repository) => !sameRepository(repository, from));
	if (to.length === 0) return;
	await copy(await readTrees(digests, {
		from,
		read: read ?? openReader(from, registry, { expected: true })
	}), {
		from,
		to
	}, registry);
}
// src/flows/delivery/name.ts
/** One index of all images, under every tag, wherever that is. */
async function nameImages({ images, annotations, top = "index", tags, from, others = [], like, fixed = [], ready }, { registry, say, read = openReader(from, registry, { expected: true }) }) {
	if (annotations.some(({ level }) => level === "index-descriptor")) say("annotations of the level index-descriptor belong to an OCI layout; a registry has no place for them");
	const image = await topOf({
		images,
		annotations,
		top,
		others,
		like
	}, {
		say,
		read
	});
	await requireFree(fixed, registry, image.digest);
	if (tags.length === 0) await registry.put({
		...from,
		digest: image.digest
	}, image);
	const made = [...images.map(({ from: where = from, image, attestations }) => ({
		where,
		what: [image, ...attestations]
	})), ...others.map((other) => ({
		where: tags[0] ?? from,
		what: [other]
	}))];
	const { copied, moved } = await publishParts({
		index: image,
		places: placesOf$1(image === like?.manifest ? [{
			where: like.from,
			what: [image]
		}] : made).map((place) => place.from === from ? {
			...place,
			read
		} : place),
		tags,
		...ready && { ready }
	}, registry);
	for (const repository of copied) say(`copied to ${formatRepository(repository)}`);
	for (const tag of moved) say(`${formatReference(tag)} is ${image.digest}`);
	return image;
}
function placesOf$1(things) {
	return [...Map.groupBy(things, ({ where }) => formatRepository(where)).values()].flatMap((group) => {
		const [first] = group;
		const digests = group.flatMap(({ what }) => what.map(({ digest }) => digest));
		return first === void 0 ? [] : {
			from: first.where,
			digests
		};
	});
}
/** An index, unless there is only one platform and its manifest is wanted. */
async function topOf({ images, annotations, top = "index", others = [], like }, { say, read }) {
	const [only, ...more] = images;
	if (top === "manifest" && only !== void 0 && more.length === 0) return await read(only.image.digest);
	const plan = assemble(images, annotations, others);
	if (isConverted(plan)) say("a Docker manifest list cannot hold annotations, so this is an OCI index");
	if (like === void 0 || !saysTheSame(plan, like.says)) return writeIndex(plan);
	say(`${like.manifest.digest} says all of it, and stays as it is`);
	return like.manifest;
}
// src/merge/collect.ts
/** An image whose configuration does not say what it runs on, and nobody else does. */
var PlatformUnknown = class extends Error {
	name = "PlatformUnknown";
	/** the image itself, by its digest */
	image;
	constructor(digest, source) {
		const image = {
			...repositoryOf(source),
			digest
		};
		super(`${formatReference(source)} does not say what it runs on: there is no os or no architecture in the configuration of ${digest}`);
		this.image = image;
	}
};
/** An index that lists an index that lists an index, further than anybody does on purpose. */
var NestedTooDeep = class extends Error {
	name = "NestedTooDeep";
};
const DEEPEST = 8;
/**
* Reads the images in an index, nested ones too, or the one image that a manifest is. Only what a descriptor does not
* say is asked for: the platform of a manifest that stands alone is in its configuration, unless `edits` know better.
*/
async function collect(manifest, source, edits = {}) {
	const { mediaType, digest, bytes } = manifest;
	const listed = isIndexType(mediaType) ? await entriesOf(manifest, source, [digest]) : [{
		mediaType,
		digest,
		size: bytes.length
	}];
	const entries = await Promise.all(listed.map(async (entry) => {
		if (entry.digest === digest) return await resolve$1(entry, manifest, {
			...source,
			edits
		});
		return says(entry) ? entry : await resolve$1(entry, await source.read(entry.digest), source);
	}));
	const images = unique(entries, nameOf$2).flatMap((image) => {
		if (image.platform === void 0 || isMarked(image)) return [];
		const isItsOwn = (entry) => isAttestation(entry) && entry.annotations?.["vnd.docker.reference.digest"] === image.digest;
		const attestations = unique(entries.filter(isItsOwn), ({ digest }) => digest);
		return [{
			platform: normalize$1(platformOf(image.platform)),
			image,
			attestations
		}];
	});
	const kept = new Set(images.flatMap(({ image, attestations }) => [image, ...attestations]).map(nameOf$2));
	return {
		images,
		strays: unique(entries, nameOf$2).filter((entry) => !kept.has(nameOf$2(entry))),
		isClear: entries.every((entry) => listed.includes(entry))
	};
}
/** The entries of an index, those of the indexes in it in their place. */
async function entriesOf(index, source, above) {
	if (above.length > DEEPEST) throw new NestedTooDeep(`${above[0]} nests indexes more than ${DEEPEST} deep`);
	return (await Promise.all(readIndex(index).manifests.map(async (entry) => {
		if (!isIndexType(entry.mediaType)) return [entry];
		return await entriesOf(await source.read(entry.digest), source, [...above, entry.digest]);
	}))).flat();
}
/** Adds the platform that the configuration names; an artifact has none, unless somebody says it all. */
async function resolve$1(entry, manifest, { of, readBlob, edits = {} }) {
	const [config] = readImage$1(manifest);
	const isImage = config !== void 0 && isImageConfig(config);
	const platform = isImage ? readConfigPlatform(await readBlob(config), edits) : editPlatform({}, edits);
	if (isImage && platform === void 0) throw new PlatformUnknown(entry.digest, of);
	return platform ? {
		...entry,
		platform
	} : entry;
}
/** Whether an entry says by itself what it runs on, or that it does not run. */
function says(entry) {
	return entry.platform !== void 0 || isMarked(entry) || !isImageType(entry.mediaType);
}
/** What BuildKit marks is no image (buildkit, attestation-storage.md), and what is of no known system is none either. */
function isMarked({ annotations, platform }) {
	return annotations?.["vnd.docker.reference.type"] !== void 0 || platform?.os === "unknown";
}
/** An image may be there for two platforms; for one it is there once, however often it is listed. */
function nameOf$2({ digest, platform }) {
	return platform === void 0 ? digest : `${digest} ${formatPlatform(platformOf(platform))}`;
}
/** The first of each. */
function unique(things, name) {
	const seen = /* @__PURE__ */ new Set();
	return things.filter((thing) => !seen.has(name(thing)) && seen.add(name(thing)));
}
// src/flows/sources/source.ts
/** Reads what the repository of an image has: manifests, each once, and configurations. `expected`: they were just pushed. */
function openSource(of, registry, options = {}) {
	return {
		of,
		read: openReader(of, registry, options),
		readBlob: (blob) => registry.readBlob(of, blob)
	};
}
// src/flows/sources/append.ts
/** Somebody else moves the tag whenever something is to be added to its image. */
var TagMoves = class extends Error {
	name = "TagMoves";
	constructor(tag, now) {
		super(`${formatReference(tag)} is ${now ?? "gone"} now: somebody else has moved it in the meantime`);
	}
};
const NOTHING = {
	manifest: void 0,
	like: void 0,
	images: [],
	annotations: [],
	others: []
};
/** A registry cannot be asked to move a tag only if nobody else has, so we look before and after. */
const TRIES = 3;
/**
* Adds parts to what the tag names. An image of the same platform gives way, and its attestations with it; all else
* stays, in its place. Where there is nothing yet, it is made. Rejects with TagMoves where others are faster thrice.
*/
async function append({ parts, to }, { registry, say }, name) {
	for (let tries = 1;; tries += 1) {
		const base = await readBase(to, {
			registry,
			say
		});
		const images = united(base, parts, to, say);
		try {
			const { manifest, like, annotations, others } = base;
			const ready = async () => {
				const now = await registry.head(to);
				if (now?.digest !== manifest?.digest) throw new TagMoves(to, now?.digest);
			};
			const index = await name({
				images,
				annotations,
				others,
				like,
				ready
			});
			await requireKept({
				index,
				parts,
				to
			}, registry);
			return {
				index,
				parts: images
			};
		} catch (error) {
			if (!(error instanceof TagMoves) || tries === TRIES) throw error;
			say(`${error.message}; it is read again`);
		}
	}
}
async function readBase(tag, { registry, say }) {
	const name = formatReference(tag);
	const manifest = await find(tag, registry);
	if (manifest === void 0) {
		say(`there is no ${name} yet, so it is made`);
		return NOTHING;
	}
	const found = await collect(manifest, openSource(tag, registry));
	const { images, strays } = found;
	say(`${name} is ${manifest.digest} so far, with ${images.map(named$1).join(", ") || "no image"}`);
	const others = strays.filter((stray) => isImageType(stray.mediaType) && !isAttestation(stray));
	for (const { digest, mediaType } of strays.filter((stray) => !others.includes(stray))) say(`left out of ${name}: ${digest} (${mediaType}), which is no image and belongs to none`);
	return {
		manifest,
		images,
		like: likeOf(manifest, repositoryOf(tag), found, others),
		annotations: annotationsIn(manifest),
		others: isIndexType(manifest.mediaType) ? others : []
	};
}
async function find(tag, registry) {
	try {
		return await registry.get(tag);
	} catch (error) {
		if (error instanceof RegistryError && error.kind === "unknown") return void 0;
		throw error;
	}
}
function united({ images }, parts, to, say) {
	const from = repositoryOf(to);
	const taken = /* @__PURE__ */ new Set();
	return [...images.flatMap((image) => {
		const part = parts.find((one) => replaces$1(runsOn(one), runsOn(image)));
		if (part === void 0) return [{
			...image,
			from
		}];
		if (part.image.digest !== image.image.digest) say(`${formatPlatform(part.platform)} was ${image.image.digest}, and is ${part.image.digest} from now on`);
		taken.add(part);
		return [part];
	}), ...parts.filter((part) => !taken.has(part))];
}
/** Whoever moved the tag right after us may have started from our image, and then all is well. */
async function requireKept({ index, parts, to }, registry) {
	if ((await registry.head(to))?.digest === index.digest) return;
	const now = await find(to, registry);
	const { images } = now ? await collect(now, openSource(to, registry)) : NOTHING;
	const found = images.map(({ image }) => image.digest);
	if (!parts.every(({ image }) => found.includes(image.digest))) throw new TagMoves(to, now?.digest);
}
function named$1({ platform }) {
	return formatPlatform(platform);
}
// src/handoff/carrier.ts
/** Two jobs of one run have built the same platform of the same image. */
var PartTwice = class extends Error {
	name = "PartTwice";
	platforms;
	digests;
	constructor(mine, other) {
		const platforms = mine.platforms.map(({ platform }) => formatPlatform(platform));
		const job = other.leg.job && ` ("${other.leg.job}")`;
		super(`another job of this run${job} has built ${platforms.join(", ")} of ${formatImage(mine.image)}`);
		this.platforms = platforms;
		this.digests = [...digestsOf(other), ...digestsOf(mine)];
	}
};
const LONGEST_SLUG = 100;
/** How the names of an image's records begin: by a hash, so that one name is never the beginning of another. */
function recordPrefix({ repository, target, variant }) {
	return `multiarch-${hash([
		formatRepository(repository),
		target,
		variant
	].join("\n"))}-`;
}
/** The same job has the same name in every attempt, and so replaces its own record. */
function recordName({ image, platforms }) {
	const slug = platforms.map(({ platform }) => platformSlug(platform)).join("_");
	return recordPrefix(image) + (slug.length > LONGEST_SLUG ? `${platforms.length}-platforms-${hash(slug)}` : slug);
}
/** Leaves a record for the job that merges; what an earlier attempt has left under its name goes. */
async function leaveRecord(record, artifacts) {
	const name = recordName(record);
	const text = writeRecord(record);
	if (await artifacts.create(name, text)) return;
	const earlier = (await artifacts.list(name)).find((artifact) => artifact.name === name);
	const [there] = earlier ? await read(earlier, artifacts) : [];
	const isTwin = there !== void 0 && there.run.attempt === record.run.attempt;
	if (isTwin && digestsOf(there).join() === digestsOf(record).join()) return;
	if (isTwin) throw new PartTwice(record, there);
	await artifacts.remove(name);
	if (await artifacts.create(name, text)) return;
	throw new ArtifactsError(`the artifact ${name} is there already and could not be replaced`);
}
/** Every record that was left for this image. */
async function collectRecords(image, artifacts) {
	const found = await artifacts.list(recordPrefix(image));
	return (await Promise.all(found.map((artifact) => read(artifact, artifacts)))).flat();
}
/** The images that this run has left records of, for whoever looked for another. */
async function imagesLeft(artifacts) {
	const found = await artifacts.list("multiarch-");
	const firsts = [...Map.groupBy(found, ({ name }) => name.split("-")[1] ?? "").values()].flatMap(([first]) => first ?? []);
	return (await Promise.all(firsts.map((artifact) => read(artifact, artifacts)))).flat().map(({ image }) => image);
}
async function read(artifact, artifacts) {
	const text = await artifacts.read(artifact);
	return text === void 0 ? [] : recordsIn$1(parseJson(text), artifact.name);
}
function digestsOf({ platforms }) {
	return platforms.map(({ image }) => image.digest);
}
function hash(text) {
	return digestOf(new TextEncoder().encode(text)).slice(7, 19);
}
// src/merge/edit.ts
/** Something is said of one image's platform, but there are several images it could be said of. */
var EditsUnclear = class extends Error {
	name = "EditsUnclear";
};
/** The images of one source with what is said of its platform; they are left as they are where nothing is. */
function editImages(images, edits, name) {
	if (Object.keys(edits).length === 0) return images;
	const [one, ...others] = images;
	if (one === void 0 || others.length > 0) throw new EditsUnclear(`${name} holds ${images.length} images, and its edits could be meant for any of them`);
	const platform = editPlatform(one.image.platform, edits);
	if (platform === void 0) return images;
	return [{
		...one,
		platform: normalize$1(platformOf(platform)),
		image: {
			...one.image,
			platform
		}
	}];
}
// src/flows/sources/gather.ts
/** Nobody has left a record where one was looked for. */
var NoRecords = class extends Error {
	name = "NoRecords";
	/** where was looked: in this run, among files, or nowhere, since this runner has no place for records */
	where;
	constructor(message, where, cause) {
		super(message, { cause });
		this.where = where;
	}
};
/** What was named as an image to merge has none in it. */
var NoImage = class extends Error {
	name = "NoImage";
};
/** Finds the records; the gate has yet to judge them. */
async function gather({ from, image, run }, world) {
	switch (from.kind) {
		case "run": return { records: await recordsOfRun(image, world) };
		case "records": return { records: (await Promise.all(from.records.map((source) => readSource$1(source, world)))).flat() };
		case "sources": {
			const read = await Promise.all(from.sources.map((source) => readImage(source, world)));
			const nobody = {
				image,
				run,
				leg: {
					job: "",
					runner: ""
				},
				plan: [],
				writer: "",
				tools: {}
			};
			const [like, ...others] = read.map((one) => one.like);
			return {
				records: read.map(({ platforms }) => ({
					...nobody,
					platforms
				})),
				...like && others.length === 0 && { like },
				leftOut: read.flatMap((one) => one.leftOut)
			};
		}
	}
}
async function recordsOfRun(image, world) {
	try {
		const artifacts = await world.artifacts();
		const records = await collectRecords(image, artifacts);
		if (records.length > 0) return records;
		const others = [...new Set((await imagesLeft(artifacts)).map(formatImage))];
		const instead = others.length > 0 ? `, but of ${others.join(" and ")}` : "";
		throw new NoRecords(`no job of this run has left a record of ${formatImage(image)}${instead}`, "run");
	} catch (cause) {
		if (!(cause instanceof ArtifactsError && cause.absent)) throw cause;
		throw new NoRecords(cause.message, "nowhere", cause);
	}
}
async function readSource$1(source, { files, places }) {
	if ("json" in source) return recordsIn$1(source.json, JSON.stringify(source.json).slice(0, 100));
	const paths = await files.find(source.pattern, places.workspace);
	if (paths.length === 0) throw new NoRecords(`there is no file ${source.pattern}`, "files");
	return (await Promise.all(paths.map(async (path) => recordsIn$1(parseJson(await files.read(path) ?? ""), path)))).flat();
}
/** Without a record the images have to be read: one request for each, and one more for a manifest that stands alone. */
async function readImage({ image: source, edits }, world) {
	const registry = await world.registry();
	const manifest = await registry.get(source, { expected: true });
	const found = await collect(manifest, openSource(source, registry, { expected: true }), edits);
	const { images, strays } = found;
	const name = formatReference(source);
	if (images.length === 0) throw new NoImage(`${name} holds no image`);
	const from = repositoryOf(source);
	return {
		platforms: editImages(images, edits, name).map((part) => ({
			...part,
			from
		})),
		like: likeOf(manifest, from, found),
		leftOut: strays.map(({ digest, mediaType }) => `left out of ${name}: ${digest} (${mediaType}), which is no image of it and belongs to none`)
	};
}
// src/flows/merge.ts
/** The registry does not have what a record names. */
var PartsNotThere = class extends Error {
	name = "PartsNotThere";
	constructor(parts, { repository }, cause) {
		const names = parts.map(({ platform, image, from = repository }) => {
			return `${formatPlatform(platform)} (${image.digest}) in ${formatRepository(from)}`;
		});
		super(`the registry does not have ${names.join(", ")}`, { cause });
	}
};
/** Gather, check, write one index, name it. It needs no Docker. */
async function merge$1(request, world) {
	const { mode, tags } = request;
	const [found] = await Promise.all([world.stages.run("Parts", (say) => wantedParts(request, say, world)), ...toWarm(request).map(async (repository) => (await world.registry()).warm(repository))]);
	const registry = await world.registry();
	const done = await world.stages.run("Publish", (say) => publish(found, request, {
		say,
		registry
	}));
	const { lost } = lostOf(request, done.parts);
	for (const platform of lost ?? []) world.log.warn(`No part has brought ${formatPlatform(platform)}; the image is made without it.`, { title: "An optional platform is missing" });
	const published = {
		index: done.index,
		tags
	};
	return {
		mode,
		parts: done.parts,
		...lost && { lost },
		published,
		stages: world.stages.done
	};
}
function lostOf({ optional = [] }, parts) {
	const lost = optional.filter((platform) => !parts.some((part) => fulfils(part.platform, platform)));
	return lost.length > 0 ? { lost } : {};
}
/** Where nothing is asked until all is known. Sources are read anyway, and to read is to be let in at their registry. */
function toWarm({ from, image, tags }) {
	const near = from.kind === "sources" ? from.sources.map((source) => source.image) : [image.repository];
	const far = uniqueRepositories(tags).filter(({ registry }) => near.every((one) => one.registry !== registry));
	return from.kind === "sources" ? far : [image.repository, ...far];
}
async function wantedParts(request, say, world) {
	const { records, ...found } = await gather(request, world);
	const { from, platforms } = request;
	const wanted = from.kind === "sources" && platforms.length === 0 ? records.flatMap((record) => record.platforms.map(({ platform }) => platform)) : platforms;
	const parts = passGate(records, {
		...request,
		platforms: wanted
	});
	for (const { platform, image } of parts) say(`${formatPlatform(platform)} is ${image.digest}`);
	return {
		parts,
		...found
	};
}
async function publish({ parts, like, leftOut = [] }, request, outside) {
	const { image, tags, immutable = [] } = request;
	const { registry, say } = outside;
	sayLost(request.annotations, say);
	if (request.check) await requireParts(parts, image, { registry });
	const [to] = tags;
	try {
		if (request.append && to) return await append({
			parts,
			to
		}, outside, name);
		const index = await name({
			images: parts,
			annotations: like ? annotationsIn(like.manifest) : [],
			like
		});
		if (index !== like?.manifest) for (const line of leftOut) say(line);
		return {
			index,
			parts
		};
	} catch (cause) {
		if (mayMissParts(cause)) await requireParts(parts, image, {
			registry,
			cause
		});
		throw cause;
	}
	async function name({ images, annotations, ...more }) {
		const wanted = request.attestations === "drop" ? withoutAttestations(images) : images;
		const all = [...annotations, ...request.annotations];
		return await nameImages({
			...more,
			images: wanted,
			annotations: all,
			tags,
			fixed: fixedAmong(tags, immutable),
			from: image.repository
		}, outside);
	}
}
/** What is written into a manifest changes its digest: only whoever builds it can. */
function sayLost(annotations, say) {
	const kept = new Set(annotations.flatMap(({ level, key }) => /^(index|manifest-descriptor)$/.test(level) ? key : []));
	const lost = annotations.filter(({ level, key }) => level === "manifest" && !kept.has(key));
	for (const key of new Set(lost.map((one) => one.key))) say(`the annotation ${key} is for the manifests, which a merge cannot change: set it where they are built`);
}
function mayMissParts(error) {
	if (!(error instanceof PublishError) || error.moved.length > 0) return false;
	return error.cause instanceof RegistryError && ["unknown", "refused"].includes(error.cause.kind);
}
async function requireParts(parts, image, { registry, cause }) {
	const heads = await Promise.all(parts.map(({ image: { digest }, from = image.repository }) => registry.head({
		...from,
		digest
	})));
	const lost = parts.filter((_, place) => heads[place] === void 0);
	if (lost.length > 0) throw new PartsNotThere(lost, image, cause);
}
// src/flows/plan.ts
/** More jobs than a matrix may have (GitHub's limit for one run of a workflow). */
var PlanTooLarge = class extends Error {
	name = "PlanTooLarge";
};
const MOST_JOBS = 256;
/** GitHub's runners of today; free for public repositories. */
const GITHUB = [{ labels: ["ubuntu-24.04"] }, {
	prefix: "linux/arm64",
	labels: ["ubuntu-24.04-arm"]
}];
/** What an emulated build costs, where a native one costs 1. */
const EMULATED = 5;
async function plan(request, world) {
	const jobs = await world.stages.run("Plan", (say) => {
		const jobs = planJobs(request);
		for (const { name, runner, emulated } of jobs) say(`${name} on ${runner.join(", ")}${emulated.length > 0 ? `, emulated: ${names(emulated)}` : ""}`);
		return Promise.resolve(jobs);
	});
	for (const warning of avoidable(jobs)) world.log.warn(warning);
	return {
		mode: request.mode,
		jobs,
		platforms: request.platforms,
		stages: world.stages.done
	};
}
/** Every platform in one job. Emulated ones go where the least is done, unless a rule says where. */
function planJobs({ platforms, runners, group }) {
	const rules = runners.some(({ prefix }) => prefix === void 0) ? runners : [...runners, ...GITHUB];
	const placed = group ? spread(platforms, rules) : platforms.map((platform) => place$1(platform, rules));
	const shared = group ? [...Map.groupBy(placed, ({ labels }) => labels.join()).values()] : placed.map((one) => [one]);
	if (shared.length > MOST_JOBS) throw new PlanTooLarge(`${shared.length} jobs are more than the ${MOST_JOBS} that a matrix may have`);
	return shared.map((together) => ({
		name: names(together.map(({ platform }) => platform)),
		runner: together[0]?.labels ?? [],
		platforms: together.map(({ platform }) => platform),
		emulated: together.flatMap(({ platform, emulated }) => emulated ? platform : [])
	}));
}
/** First everything that has its place, then the others, each where there is least to do by then. */
function spread(platforms, rules) {
	const first = platforms.map((platform) => place$1(platform, rules));
	const fixed = first.filter(({ free }) => !free);
	const load = /* @__PURE__ */ new Map();
	const add = ({ labels, emulated }) => {
		const key = labels.join();
		load.set(key, {
			labels,
			work: (load.get(key)?.work ?? 0) + (emulated ? EMULATED : 1)
		});
	};
	for (const one of fixed) add(one);
	return first.map((one) => {
		if (!one.free) return one;
		const [least] = [...load.values()].toSorted((a, b) => a.work - b.work);
		const moved = {
			...one,
			labels: least?.labels ?? one.labels
		};
		add(moved);
		return moved;
	});
}
/** The runner of the longest rule, the first of these. A platform is free to go elsewhere where no rule is about it and no runner runs it by itself. */
function place$1(platform, rules) {
	const name = formatPlatform(platform);
	const rule = rules.filter(({ prefix }) => prefix === void 0 || isWithin(name, prefix)).toSorted((a, b) => (b.prefix?.length ?? 0) - (a.prefix?.length ?? 0))[0];
	const labels = rule?.labels ?? [];
	const machine = machineOf(labels);
	const native = machine === void 0 ? rule?.prefix !== void 0 : isNative(platform, machine);
	return {
		platform,
		labels,
		emulated: !native && emulatorFor(platform) !== void 0,
		free: !native && rule?.prefix === void 0
	};
}
/** `linux/arm` is within `linux/arm` and `linux`, `linux/arm64` is not within `linux/arm`. */
function isWithin(name, prefix) {
	return name === prefix || name.startsWith(`${prefix}/`);
}
/** What a runner's labels say of its machine: GitHub's own names, and what every self-hosted runner is labelled with. */
function machineOf(labels) {
	const linux = (architecture) => ({
		os: "linux",
		architecture
	});
	const known = labels.map((label) => label.toLowerCase());
	if (known.some((label) => label === "arm64" || /^ubuntu-.*-arm$/.test(label))) return linux("arm64");
	if (known.includes("arm")) return {
		...linux("arm"),
		variant: "v7"
	};
	if (known.some((label) => label === "x64" || /^ubuntu-(latest|\d\d\.\d\d)$/.test(label))) return linux("amd64");
}
/** Jobs that emulate what GitHub's runners would run by themselves. */
function avoidable(jobs) {
	return jobs.flatMap(({ runner, emulated }) => emulated.flatMap((platform) => {
		const better = GITHUB.find(({ labels }) => isRunBy(platform, labels));
		if (better === void 0) return [];
		const name = formatPlatform(platform);
		return `${name} will be emulated on ${runner.join(", ")}, though ${better.labels.join()} runs it by itself; add "${name}=${better.labels.join()}" to the input runners`;
	}));
}
function isRunBy(platform, labels) {
	const machine = machineOf(labels);
	return machine !== void 0 && isNative(platform, machine);
}
function names(platforms) {
	return platforms.map(formatPlatform).join(", ");
}
// src/action/reports/hand-over.ts
const BY_HAND = `Hand the records on yourself: give each job of mode part an output for its record, and this one the input records, like records: \${{ toJSON(needs.part.outputs) }}.`;
const WHERE_ELSE = {
	run: "The jobs of mode part and this one must name the same repository first in tags (or in the input image), the same target and the same variant, and this job needs them all.",
	files: "The pattern in the input records starts at the workspace: correct it, or bring the files there in a step before this one.",
	nowhere: BY_HAND
};
/** What goes wrong between the jobs of a matrix. */
const OF_HAND_OVER = [
	told(GateError, "The parts do not make the image", "No tag was moved. Run the failed jobs again; those that are good are kept. Or correct the input platforms.", ({ objections: { missing, twice, unexpected, foreign }, found }) => lines(listed("Missing", missing), listed("Built twice", twice), listed("Not wanted", unexpected), listed("Not of this image or run", foreign), listed("Found", found))),
	told(NoRecords, "The parts were not found", ({ where }) => WHERE_ELSE[where]),
	told(NothingWanted, "The inputs need a correction", "Set platforms to all of them, or set the input plan to the output matrix of mode plan."),
	told(SpecError, "The inputs need a correction", "It is YAML as manifest-tool reads it: image, tags, annotations, and manifests, each with its image and its platform (os, architecture, variant, os.version, os.features).", ({ file, faults }) => lines(`The list ${file} of the input sources cannot be used:`, ...faults)),
	told(EditsUnclear, "The inputs need a correction", "Name one image a line in the input sources, by the digest of its own manifest."),
	told(PlanTooLarge, "The inputs need a correction", "Set group: true, or plan for fewer platforms."),
	told(RecordError, "A record cannot be read", ({ isOther }) => isOther ? "Use the same version of this action in the jobs that build and in the one that merges." : "Hand on the output \"record\" of mode part as it is: as text, in a file, or within toJSON(needs.part.outputs)."),
	told(PartTwice, "A platform was built twice", "Build each platform in one job only. For several images in one repository, give each a variant of its own, the same in mode part and mode merge.", (error) => lines(sentence$1(error), ...error.digests)),
	told(ArtifactsError, "The record could not be handed over", BY_HAND),
	told(PartsNotThere, "A part is not in the registry", "No tag was moved. Something may have removed what no tag names, or the record was changed on its way: run the job that built it again.")
];
function listed(what, list) {
	return list.length > 0 ? `${what}: ${list.join("; ")}` : "";
}
// src/merge/wanted.ts
/** An image lacks platforms that somebody relies on. */
var PlatformsMissing = class extends Error {
	name = "PlatformsMissing";
	/** how the image was called */
	image;
	missing;
	found;
	constructor(image, missing, found) {
		const lacking = missing.map(formatPlatform);
		const there = found.map(formatPlatform);
		super(`${image} lacks ${lacking.join(", ")}; it has ${there.join(", ") || "no platform at all"}`);
		this.image = image;
		this.missing = lacking;
		this.found = there;
	}
};
/** Throws PlatformsMissing unless every wanted platform is there; more may be. */
function requirePlatforms(image, wanted, found) {
	const missing = wanted.filter((platform) => !found.some((one) => fulfils(one, platform)));
	if (missing.length > 0) throw new PlatformsMissing(image, missing, found);
}
// src/flows/promote.ts
/** The source is not the image that was meant: its tag has been moved. */
var SourceDiffers = class extends Error {
	name = "SourceDiffers";
	constructor(source, found, expected) {
		super(`${formatReference(source)} is ${found}, not ${expected}`);
	}
};
/** Read the source once, check it, bring it where it is missing, name it. */
async function promote(request, world) {
	const { source, tags } = request;
	const registry = await world.registry();
	const place = openSource(source, registry);
	const far = uniqueRepositories(tags).filter((repository) => repository.registry !== source.registry);
	const reading = world.stages.run("Source", async (say) => {
		const image = await registry.get(source);
		say(`${formatReference(source)} is ${image.digest}, ${image.mediaType}`);
		if (request.ifDigest !== void 0 && !isDigestOf(request.ifDigest, image.bytes)) throw new SourceDiffers(source, image.digest, request.ifDigest);
		return {
			image,
			images: await check(image, request, {
				...place,
				say
			})
		};
	});
	const [{ image, images }] = await Promise.all([reading, ...far.map(registry.warm)]);
	const published = await world.stages.run("Publish", async (say) => {
		const { referrers, fixed = [] } = request;
		await requireFree(fixed, registry, image.digest);
		const done = await publishEverywhere({
			image,
			tags,
			from: source,
			referrers
		}, registry, place.read);
		for (const repository of done.copied) say(`copied to ${formatRepository(repository)}`);
		for (const tag of done.unchanged) say(`${formatReference(tag)} is ${image.digest} already`);
		for (const tag of done.moved) say(`${formatReference(tag)} is ${image.digest}`);
		return done;
	});
	return {
		mode: request.mode,
		source,
		image,
		images,
		tags,
		unchanged: published.unchanged,
		copied: published.copied,
		stages: world.stages.done
	};
}
/** What the image holds. Where nobody relies on it, it is only told: names can be given to what nobody can read. */
async function check(image, { source, platforms }, { say, ...place }) {
	try {
		const { images } = await collect(image, place);
		const found = images.map(({ platform }) => platform);
		requirePlatforms(formatReference(source), platforms, found);
		return images;
	} catch (error) {
		if (platforms.length > 0) throw error;
		say(`what it holds could not be read: ${error instanceof Error ? error.message : error}`);
		return [];
	}
}
// src/layout/layout-error.ts
/** A file that should be an image layout is none, or holds other bytes than it says. */
var LayoutError = class extends Error {
	name = "LayoutError";
	path;
	constructor(path, what) {
		super(`the image layout ${path} cannot be used: ${what}`);
		this.path = path;
	}
};
// src/action/reports/image.ts
/** What is wrong with an image that exists. */
const OF_IMAGE = [
	told(PlatformsMissing, "A platform is missing", "Publish the image for these platforms first, or correct the input platforms."),
	told(SourceDiffers, "The source is another image", "No tag was moved. Somebody has published under this tag since the digest was noted: promote by digest, or note the digest anew."),
	told(TagMoves, "Somebody else moves the tag", "Let such jobs wait for each other, with the same \"concurrency: group\" in each workflow, and run this one again."),
	told(TagsTaken, "A tag is taken", "The input immutable-tags says that these tags stay where they are, so no tag was moved. Publish under a new tag."),
	told(NoImage, "The image cannot be used", "No tag was moved. Where the source itself does not say what it runs on, write both os= and arch= after its name in the input sources."),
	told(PlatformUnknown, "The image cannot be used", ({ image }) => `No tag was moved. Say it in the input sources, with both os= and arch= after the image, like ${formatReference(image)} os=linux,arch=amd64.`),
	told(LayoutError, "The image cannot be used", "No tag was moved. A full disk or a builder that was stopped can leave half a file; run the job again."),
	...[
		FormatError,
		TreeTooLarge,
		NestedTooDeep
	].map((kind) => told(kind, "The image cannot be used", "No tag was moved. What the registry has under this name is no image that tools can pull.", ({ message }) => `What the registry has is no image: ${message}.`))
];
// src/action/report.ts
const TELLERS = [
	told(InputError, "The inputs need a correction", "", ({ message }) => message),
	...OF_BUILDER,
	...OF_EMULATION,
	...OF_BUILD,
	...OF_HAND_OVER,
	...OF_IMAGE,
	...OF_REGISTRY,
	...OF_FILES,
	toldBy(CopyError, ofCopy),
	toldBy(PublishError, ofPublish)
];
/** Any error, in words. */
function toReport(error) {
	for (const tell of TELLERS) {
		const report = tell(error);
		if (report !== void 0) return report;
	}
	return {
		title: "Something unexpected happened",
		detail: error instanceof Error ? lines(error.message, error.stack?.split("\n").slice(1).join("\n") ?? "") : String(error),
		advice: "This is likely a fault of the action. Please report it with this log."
	};
}
/** Any error, for the one who must act: what happened, and what to do. */
function explain(error) {
	const { detail, advice } = toReport(error);
	return lines(detail, advice);
}
/** One that could not be named at all is told by its cause; where some tags have moved, that comes first. */
function ofPublish({ moved, failed, untouched, cause }) {
	const why = toReport(cause);
	return {
		title: moved.length > 0 ? "Some tags were not moved" : why.title,
		detail: lines(why.detail, named("Moved", moved), named("Not moved", [...failed, ...untouched])),
		advice: lines(why.advice, moved.length > 0 ? "Then run the job again: the tags that have moved stay as they are, the others follow." : "")
	};
}
/** The registry's words say why, ours say what and where. */
function ofCopy(error) {
	const why = toReport(error.cause);
	return {
		title: why.title === "The registry does not accept the login" ? why.title : "The image could not be copied",
		detail: lines(sentence$1(error), why.detail),
		advice: lines(why.advice, "Copying comes before all tags: none was moved. Running the job again copies only what is missing.")
	};
}
function named(what, tags) {
	return tags.length > 0 ? `${what}: ${tags.map(formatReference).join(", ")}` : "";
}
// src/action/requests/builder.ts
/** The builder that is there, or the one in the engine, or what the one that this action makes shall be. */
function toBuilderChoice(inputs) {
	const { builder, driver } = inputs;
	if (builder) return { existing: builder };
	return driver === "docker" ? { embedded: true } : toBuilderSpec(inputs, driver);
}
function toBuilderSpec(inputs, driver) {
	const starts = driver !== "remote";
	return {
		driver,
		endpoint: inputs.endpoint,
		image: inputs["buildkit-image"],
		imageMirrors: imageMirrorsOf(inputs),
		driverOptions: inputs["driver-opts"],
		flags: starts ? inputs["buildkitd-flags"] || flagsFor(inputs.allow) : "",
		config: {
			path: inputs["buildkitd-config"],
			text: inputs["buildkitd-config-inline"],
			registries: {
				mirrors: inputs["registry-mirrors"],
				insecure: starts ? inputs["insecure-registries"] : []
			}
		},
		platforms: inputs["builder-platforms"],
		nodes: nodesIn(inputs).map((node) => ({
			...node,
			flags: starts ? node.flags || flagsFor(inputs.allow) : ""
		})),
		keepState: inputs["keep-state"],
		cleanup: inputs.cleanup
	};
}
/** Where images are pulled from that Docker Hub does not give: a mirror for base images has ours as well. */
function imageMirrorsOf(inputs) {
	return [.../* @__PURE__ */ new Set([...inputs["image-mirrors"], ...inputs["registry-mirrors"]])];
}
/** A builder of our own allows what the build is allowed, and no more. Other entitlements are matters of buildx alone. */
function flagsFor(allowed) {
	const ofBuildkit = allowed.filter((name) => /^(network\.host|security\.insecure|device)(=|$)/.test(name));
	return [...new Set(ofBuildkit.map((name) => name.replace(/=.*$/s, "")))].map((name) => `--allow-insecure-entitlement ${name}`).join(" ");
}
/** Which buildx is wanted, and what it must be able to do. */
function toBuildxChoice(inputs) {
	const version = inputs["buildx-version"];
	return {
		needs: Object.entries(SINCE).flatMap(([input, since]) => isSet(inputs, input) ? [{
			input,
			since
		}] : []),
		...version && { wish: {
			version,
			url: inputs["buildx-download-url"]
		} }
	};
}
/** The first buildx with the option that an input becomes; what v0.11 has already is not listed. */
const SINCE = {
	annotations: "v0.12.0",
	"buildkitd-config": "v0.13.0",
	"buildkitd-config-inline": "v0.13.0",
	"registry-mirrors": "v0.13.0",
	outputs: "v0.13.0",
	call: "v0.15.0",
	policy: "v0.31.0",
	resources: "v0.35.0"
};
/** Inputs for a builder that this action makes. */
const OF_OWN_BUILDER = [
	...[
		"driver",
		"endpoint",
		"driver-opts",
		"buildkitd-flags",
		"buildkitd-config"
	],
	...[
		"buildkitd-config-inline",
		"buildkit-image",
		"builder-platforms",
		"keep-state",
		"cleanup"
	],
	...["registry-mirrors", "append"]
];
/** Inputs for a BuildKit that this action starts. */
const OF_STARTED_BUILDKIT = [...[
	"buildkitd-flags",
	"buildkitd-config",
	"buildkitd-config-inline",
	"buildkit-image"
], "registry-mirrors"];
/** What is wrong with what is said of the builder, and of buildx. */
function builderComplaints(inputs, wrong) {
	if (inputs.builder) {
		const message = `is for a builder that this action makes; builder "${inputs.builder}" exists already, so set one or the other`;
		return OF_OWN_BUILDER.flatMap((input) => complain(isSet(inputs, input), input, message));
	}
	return [
		...complain(inputs["buildkitd-config"] !== "" && inputs["buildkitd-config-inline"] !== "", "buildkitd-config", "and buildkitd-config-inline say the same thing; set one of them"),
		...complain(inputs.append === true, "append", "is true for mode merge; here it is a YAML list of nodes"),
		...wrong.has("driver") ? [] : driverComplaints(inputs)
	];
}
function driverComplaints(inputs) {
	const { driver, endpoint } = inputs;
	if (driver === "docker") {
		const message = "is for a builder that this action makes; the driver docker is the BuildKit in the engine";
		return OF_OWN_BUILDER.filter((input) => input !== "driver").flatMap((input) => complain(isSet(inputs, input), input, message));
	}
	return [
		...complain(driver === "remote" && endpoint === "", "endpoint", "is empty, and the driver remote needs the address of a BuildKit, like tcp://buildkit:1234"),
		...complain(driver === "kubernetes" && endpoint !== "", "endpoint", "is for the drivers docker-container and remote; the driver kubernetes goes where KUBECONFIG says"),
		...nodesIn(inputs).flatMap((node, place) => nodeComplaints(node, place + 1, driver)),
		...complain(driver !== "docker-container" && inputs["keep-state"], "keep-state", `is for the driver docker-container; one of the driver ${driver} has no cache volume to keep`),
		...(driver === "remote" ? OF_STARTED_BUILDKIT : []).flatMap((input) => complain(isSet(inputs, input), input, RUNNING))
	];
}
const RUNNING = "is for a BuildKit that this action starts; that of the driver remote runs already";
function nodeComplaints({ endpoint, flags }, place, driver) {
	const kubernetes = driver === "kubernetes";
	return [
		...complain(kubernetes && endpoint !== "", "append", `gives node ${place} an endpoint; the driver kubernetes goes where KUBECONFIG says`),
		...complain(!kubernetes && endpoint === "", "append", `gives node ${place} no endpoint, so it would be where the builder is already`),
		...complain(driver === "remote" && flags !== "", "append", `gives node ${place} buildkitd-flags, which ${RUNNING}`)
	];
}
function nodesIn({ append }) {
	return typeof append === "boolean" ? [] : append;
}
// src/action/requests/delivery.ts
/** What is pushed where nobody says how. */
const PLAIN = {
	type: "image",
	push: true,
	byDigest: false,
	names: [],
	annotations: [],
	attributes: /* @__PURE__ */ new Map()
};
/** What goes to the engine's store where only `load` says so. */
const LOADED = {
	type: "docker",
	dest: "",
	names: [],
	attributes: /* @__PURE__ */ new Map()
};
/**
* What is published; more than one entry is one too many. As in docker/build-push-action, `push: true` joins the entry
* for an image or is one more output, and an entry may ask for it alone. Where nobody says anything the image is
* published, unless other results are wanted.
*/
function pushedBy({ push, load, outputs }) {
	const images = outputs.filter((output) => output.type === "image");
	if (push === true) return images.length > 0 ? images : [PLAIN];
	const asking = images.filter((image) => image.push === true);
	const wantsOthers = load || images.length < outputs.length || images.some((image) => image.push !== void 0);
	if (push === false || wantsOthers) return asking;
	return images.length > 0 ? images : [PLAIN];
}
/** The names under which it is published: tags are for all outputs, as in buildx, and without them the entry's own count. */
function namesToPush(inputs) {
	return pushedBy(inputs).flatMap((image) => namesFor(image, inputs));
}
/** What is wanted beside the push. */
function outputsBeside(inputs) {
	const pushed = new Set(pushedBy(inputs));
	const given = inputs.outputs.filter((output) => output.type !== "cacheonly").filter((one) => !pushed.has(one));
	const isLoaded = given.some((output) => output.type === "docker" && output.dest === "");
	return (inputs.load && !isLoaded ? [...given, LOADED] : given).map((output) => ({
		...output,
		names: namesFor(output, inputs)
	}));
}
/** How it is pushed and what else is wanted; undefined where that is nothing but an index under its tags. */
function toDelivery(inputs) {
	const { attributes, byDigest } = pushedBy(inputs)[0] ?? PLAIN;
	const [first] = namesToPush(inputs);
	const outputs = outputsBeside(inputs);
	const top = inputs["single-platform"];
	if (attributes.size === 0 && !byDigest && outputs.length === 0 && top === "index") return void 0;
	const repository = first && repositoryOf(first);
	return {
		push: attributes,
		...byDigest && repository && { byDigest: repository },
		outputs,
		top
	};
}
/** Annotations that are written as attributes of outputs. */
function annotationsOf({ outputs }) {
	return outputs.flatMap((output) => output.type === "image" ? output.annotations : []);
}
/** Whether the image of only one platform is in docker's own format, or for a store of that: it holds no attestations. */
function isForOldStore(inputs) {
	return !hasSeveral(inputs) && outputsBeside(inputs).some(({ type }) => type === "docker");
}
/** However often each is named. */
function hasSeveral({ platforms }) {
	return new Set(platforms.map(formatPlatform)).size > 1;
}
function namesFor({ names }, { tags }) {
	return [...new Map((tags.length > 0 ? tags : names).map((name) => [formatReference(name), name])).values()];
}
// src/build/proofs.ts
/** Whether an entry of `attests` asks for an attestation, and does not switch one off. */
function isProof(attributes) {
	return !fieldsOf(attributes).includes("disabled=true");
}
/** What is attested of an image: `provenance`, `SBOM`. */
function proofsAsked(attests) {
	const types = attests.filter(isProof).flatMap((attributes) => {
		const name = fieldsOf(attributes).find((field) => field.startsWith("type="))?.slice(5) ?? "";
		return name === "" ? [] : name === "sbom" ? "SBOM" : name;
	});
	return types.length > 0 ? [...new Set(types)] : ["provenance"];
}
function fieldsOf(attributes) {
	return attributes.split(",").map((field) => field.trim());
}
// src/action/requests/delivery-complaints.ts
/** What does not go together, of what becomes of a build. An input that is wrong by itself proves nothing. */
function deliveryComplaints(inputs, wrong) {
	if (wrong.has("push") || wrong.has("load") || wrong.has("outputs")) return [];
	const several = hasSeveral(inputs) && !wrong.has("platforms");
	return [
		...pushComplaints(inputs),
		...outputComplaints(inputs, several),
		...singleComplaints(inputs, several)
	];
}
function pushComplaints(inputs) {
	const pushed = pushedBy(inputs);
	if (pushed.length > 1) return [{
		input: "outputs",
		message: `has ${pushed.length} entries that are pushed; one can be, and gets every name in the input tags`
	}];
	const repositories = uniqueRepositories(namesToPush(inputs));
	if (pushed.length > 0 && repositories.length === 0) return [{
		input: "tags",
		message: "is empty, so there is nothing to push to; name a tag like ghcr.io/octo/app:1.2.3, or set push: false"
	}];
	if (pushed[0]?.byDigest && repositories.length > 1) return [{
		input: "outputs",
		message: "pushes by digest, and that is to one repository; name only one in the input tags"
	}];
	return [];
}
function outputComplaints(inputs, several) {
	return outputsBeside(inputs).flatMap((output) => {
		if (output.type === "local" && several && output.attributes.get("mode") === "delete") return [{
			input: "outputs",
			message: "with mode=delete would have each platform delete the files of the others; leave that out"
		}];
		if (output.type === "image" && several && inputs.driver === "docker") return [{
			input: "outputs",
			message: "of type image goes to the engine with the driver docker, one platform in place of another; set load: true"
		}];
		if (output.type !== "docker") return [];
		if (output.dest !== "" && several) return [{
			input: "outputs",
			message: `of type docker holds one platform, and there are several; use type=oci,dest=${output.dest}`
		}];
		if (output.dest !== "") {
			const why = `does not fit into the file ${output.dest} of type docker; use type=oci, or leave it out`;
			return attesting(inputs).map((input) => ({
				input,
				message: why
			}));
		}
		if (output.names.length > 0) return [];
		return [{
			input: "tags",
			message: "is empty, so the image in the engine would have no name; name a tag like octo/app:test"
		}];
	});
}
/** A plain manifest has nothing that could list attestations beside it. */
function singleComplaints(inputs, several) {
	if (inputs["single-platform"] === "index" || several) return [];
	const message = "needs an index, and single-platform: manifest publishes none; set one or the other";
	return attesting(inputs).map((input) => ({
		input,
		message
	}));
}
/** The inputs by which attestations are asked for. */
function attesting({ provenance, sbom, attests }) {
	const asked = {
		provenance,
		sbom,
		attests: attests.some(isProof)
	};
	return [
		"provenance",
		"sbom",
		"attests"
	].filter((input) => asked[input]);
}
// src/action/requests/fixed.ts
/** Those of the tags that must not move, where there are any. */
function fixedIn(tags, inputs) {
	const fixed = fixedAmong(tags, inputs["immutable-tags"]);
	return fixed.length > 0 ? { fixed } : {};
}
// src/action/requests/inspect.ts
/** Inputs become a look at an image; throws InputError where none is named. */
function toInspectRequest(inputs) {
	const { source, platforms } = inputs;
	if (source === void 0) throw new InputError(inspectComplaints(inputs));
	return {
		mode: "inspect",
		source,
		platforms
	};
}
function inspectComplaints({ source }) {
	if (source !== void 0) return [];
	return [{
		input: "source",
		message: "is empty; name the image to inspect, like ghcr.io/octo/app:1.2.3"
	}];
}
// src/action/requests/part.ts
/** Inputs become one job's share of an image; throws InputError where nobody says which image. */
function toPartRequest(inputs, building, { job }) {
	const image = imageOf$1(inputs);
	if (image === void 0) throw new InputError(partComplaints(inputs));
	const push = pushedBy(inputs)[0]?.attributes ?? /* @__PURE__ */ new Map();
	return {
		mode: "part",
		...building,
		...fixedIn(inputs.tags, inputs),
		image,
		push,
		plan: inputs.plan,
		...job
	};
}
function partComplaints(inputs) {
	const { outputs } = inputs;
	if (outputs.length > 1 || outputs.some((output) => output.type !== "image" || output.push === false)) return [{
		input: "outputs",
		message: "can only say how the image of a part is pushed, in one entry like type=image,compression=zstd"
	}];
	if (imageOf$1(inputs) !== void 0) return [];
	return [{
		input: "tags",
		message: "is empty, so there is no repository to push to; name the tags that the merge will put, or set the input image to a repository like ghcr.io/octo/app"
	}];
}
/** The image that the jobs of a matrix build together: parts are pushed to its repository, by digest. */
function imageOf$1(inputs) {
	const { image } = inputs;
	const [first] = namesToPush(inputs);
	const repository = image ?? (first && repositoryOf(first));
	return repository && {
		repository,
		...identityOf(inputs)
	};
}
/** Platforms that the image can do without. */
function optionalOf(inputs) {
	const optional = inputs["optional-platforms"];
	return optional.length > 0 ? { optional } : {};
}
/** What tells apart the images of one repository; a stage for some platforms only is one of its details. */
function identityOf({ target, variant }) {
	return {
		target: valuesFor(target).at(-1) ?? "",
		variant
	};
}
// src/action/requests/merge.ts
/** Inputs become a merge; throws InputError where there is nothing to name. */
function toMergeRequest(inputs, { job }) {
	const complaints = mergeComplaints(inputs);
	if (complaints.length > 0) throw new InputError(complaints);
	const image = imageToMerge(inputs);
	const common = {
		mode: "merge",
		plan: inputs.plan,
		check: inputs["check-parts"],
		run: job.run,
		platforms: [...new Map(inputs.platforms.map((one) => [formatPlatform(one), one])).values()],
		tags: [...new Map(inputs.tags.map((tag) => [formatReference(tag), tag])).values()],
		annotations: inputs.annotations.flat(),
		immutable: inputs["immutable-tags"],
		...optionalOf(inputs),
		...inputs.append === true && { append: inputs.append },
		...inputs.attestations === "drop" && { attestations: inputs.attestations }
	};
	const sources = sourcesIn(inputs, image);
	const listed = sources.flatMap((source) => "list" in source ? [] : source);
	if (image === void 0 || listed.length < sources.length) return {
		...common,
		lists: sources
	};
	return {
		...common,
		image,
		from: fromOf(inputs, listed)
	};
}
/** What is missing, or does not go together. */
function mergeComplaints(inputs) {
	const { tags, records } = inputs;
	const sources = inputs.sources.flat();
	const complaints = [];
	if (tags.length === 0 && !sources.some((source) => "list" in source)) complaints.push({
		input: "tags",
		message: "is empty; name what the image shall be called, like ghcr.io/octo/app:1.2.3"
	});
	if (records.length > 0 && sources.length > 0) complaints.push({
		input: "sources",
		message: "and records both say where the parts are; set one of them"
	});
	if (sources.some((source) => "image" in source && !("path" in source.image)) && imageToMerge(inputs) === void 0) complaints.push({
		input: "sources",
		message: "has a digest without a repository; write it like ghcr.io/octo/app@sha256:…, or set image"
	});
	if (typeof inputs.append !== "boolean") complaints.push({
		input: "append",
		message: "is a list of nodes, for modes that build; here it is true or false"
	});
	return complaints;
}
/** Where a digest alone is looked for: in the one repository that the other sources are in, or else where the tags are. */
function imageToMerge(inputs) {
	const image = imageOf$1(inputs);
	const repositories = inputs.sources.flat().flatMap((source) => {
		return "image" in source && "path" in source.image ? [source.image] : [];
	});
	const [first] = repositories;
	if (inputs.image !== void 0 || first === void 0) return image;
	if (new Set(repositories.map(formatRepository)).size > 1) return image;
	return {
		repository: repositoryOf(first),
		...identityOf(inputs)
	};
}
function sourcesIn(inputs, image) {
	return inputs.sources.flat().flatMap((source) => {
		if ("list" in source) return [source];
		if ("path" in source.image) return [{
			...source,
			image: source.image
		}];
		return image ? [{
			...source,
			image: {
				...image.repository,
				...source.image
			}
		}] : [];
	});
}
function fromOf({ records }, sources) {
	if (records.length > 0) return {
		kind: "records",
		records
	};
	return sources.length > 0 ? {
		kind: "sources",
		sources
	} : { kind: "run" };
}
// src/action/requests/narrowings.ts
/** The inputs whose entries may be for some platforms only. */
const NARROWED = [...[
	"file",
	"target",
	"build-args",
	"labels",
	"secrets",
	"secret-envs",
	"secret-files"
], ...["cache-to", "cache-from"]];
/** What is for a platform that is not built would be lost without a word. */
function strayNarrowings(inputs) {
	const annotated = inputs.annotations.flat().flatMap(({ platform }) => platform ?? []);
	return [
		...strays("optional-platforms", inputs["optional-platforms"], inputs.platforms),
		...strays("annotations", annotated, inputs.platforms),
		...NARROWED.flatMap((input) => {
			return strays(input, inputs[input].flatMap(({ only }) => only), inputs.platforms);
		})
	];
}
/** One file and one stage is all that a build takes; which of two it should be, nobody knows. */
function rivals(inputs) {
	return ["file", "target"].flatMap((input) => {
		const names = inputs[input].flatMap(({ only }) => only.length > 0 ? only.map(formatPlatform) : ["every platform"]);
		return names.filter((name, place) => names.indexOf(name) < place).map((name) => ({
			input,
			message: `is said more than once for ${name}`
		}));
	});
}
function strays(input, named, platforms) {
	const lost = named.filter((platform) => !platforms.some((wanted) => fulfils(wanted, platform)));
	return [...new Set(lost.map(formatPlatform))].map((stray) => ({
		input,
		message: `names the platform ${stray}, which is not among the input platforms`
	}));
}
// src/action/requests/plan.ts
/** Inputs become a matrix to plan. */
function toPlanRequest({ platforms, runners, group }) {
	return {
		mode: "plan",
		platforms: [...new Map(platforms.map((platform) => [formatPlatform(platform), platform])).values()],
		runners,
		group
	};
}
function planComplaints({ platforms }) {
	if (platforms.length > 0) return [];
	return [{
		input: "platforms",
		message: "is empty; name what to plan for, like linux/amd64,linux/arm64"
	}];
}
// src/action/requests/promote.ts
/** Inputs become a promotion; throws InputError where there is nothing to promote. */
function toPromoteRequest(inputs) {
	const { source, tags, platforms, referrers, "if-digest": ifDigest } = inputs;
	if (source === void 0) throw new InputError(promoteComplaints(inputs));
	return {
		mode: "promote",
		source,
		platforms,
		referrers,
		...fixedIn(tags, inputs),
		tags: [...new Map(tags.map((tag) => [formatReference(tag), tag])).values()],
		...ifDigest !== void 0 && { ifDigest }
	};
}
/** What is missing, or does not go together. */
function promoteComplaints({ source, tags, ...inputs }) {
	const expected = inputs["if-digest"];
	const complaints = [];
	if (source === void 0) complaints.push({
		input: "source",
		message: "is empty; name the image to promote, like ghcr.io/octo/app:edge"
	});
	if (tags.length === 0) complaints.push({
		input: "tags",
		message: "is empty; name what the image shall be called, like ghcr.io/octo/app:1.2.3"
	});
	const named = source !== void 0 && "digest" in source ? source.digest : void 0;
	if (expected && named && named !== expected && algorithmOf(named) === algorithmOf(expected)) complaints.push({
		input: "if-digest",
		message: "is another digest than the one that source names"
	});
	return complaints;
}
// src/action/requests/attestations.ts
/**
* The attributes of each attestation, for buildx: as docker/build-push-action reads the three inputs. `provenance` and
* `sbom` come before what `attests` says of the same type, and a provenance names this run as its builder.
*/
function attestsOf(inputs, run) {
	const { provenance, sbom, attests } = inputs;
	const own = attests.map((attributes) => is("provenance", attributes) ? withBuilder(attributes, run) : attributes);
	const unless = (type, said) => (attributes) => said === void 0 || !is(type, attributes);
	return [
		...provenanceOf(provenance ?? (own.some((one) => is("provenance", one)) ? void 0 : usual(inputs, run)), run),
		...sbomOf(sbom),
		...own.filter(unless("provenance", provenance)).filter(unless("sbom", sbom))
	];
}
/** All there is to know of a public repository, only the least of a private one; undefined leaves it to buildx. */
function usual(inputs, run) {
	if (inputs["single-platform"] === "manifest" && !hasSeveral(inputs)) return false;
	if (isForOldStore(inputs)) return void 0;
	if (run.noDefaultAttestations || run.private === void 0) return void 0;
	return run.private ? "mode=min,inline-only=true" : "mode=max";
}
function provenanceOf(given, run) {
	if (given === void 0) return [];
	if (given === false) return ["type=provenance,disabled=true"];
	return [withBuilder(given === true ? "type=provenance" : `type=provenance,${given}`, run)];
}
function sbomOf(given) {
	if (given === void 0) return [];
	if (given === false) return ["type=sbom,disabled=true"];
	return [given === true ? "type=sbom" : `type=sbom,${given}`];
}
function withBuilder(attributes, { url }) {
	return url === "" || /(^|,)\s*builder-id=/.test(attributes) ? attributes : `${attributes},builder-id=${url}`;
}
function is(type, attributes) {
	return attributes.split(",").some((field) => field.replaceAll(/\s/g, "") === `type=${type}`);
}
// src/action/requests/default-context.ts
/** As docker/build-push-action writes it, with Handlebars. */
const PLACEHOLDER = /\{\{\s*defaultContext\s*\}\}/g;
/** Whether a text stands for the Git context of this run: its repository, at its commit. */
function namesDefaultContext(text) {
	return text.search(PLACEHOLDER) >= 0;
}
/** `{{defaultContext}}:app` becomes `https://github.com/octo/app.git#<commit>:app`. */
function withDefaultContext(text, { defaultContext = "" }) {
	return text.replaceAll(PLACEHOLDER, () => defaultContext);
}
// src/action/requests/recipe.ts
/** The inputs of docker/build-push-action, in its own words. */
function toRecipe(inputs, run) {
	const { file, target, labels, pull } = inputs;
	const inline = inputs["dockerfile-inline"];
	return {
		context: withDefaultContext(inputs.context, run),
		...inline && { inline },
		file,
		target,
		labels,
		pull,
		buildArgs: inputs["build-args"],
		annotations: [...inputs.annotations.flat(), ...annotationsOf(inputs)],
		secrets: secretsIn(inputs, run),
		emptySecrets: inputs.secrets.filter(({ value }) => value.value === "").map(({ value }) => value.id),
		cacheFrom: eachOf(inputs["cache-from"]),
		cacheTo: eachOf(inputs["cache-to"]),
		noCache: inputs["no-cache"],
		attests: attestsOf(inputs, run),
		passed: passedIn(inputs, run)
	};
}
function eachOf(entries) {
	return entries.flatMap(({ only, value }) => value.map((one) => ({
		only,
		value: one
	})));
}
/** What does not go together, of that. */
function recipeComplaints(inputs, run) {
	const { context, file } = inputs;
	const inline = inputs["dockerfile-inline"];
	const complaints = [];
	if (context === "-" && inline === "") complaints.push({
		input: "context",
		message: "is \"-\", a build without files, so the Dockerfile has to be in the input dockerfile-inline"
	});
	if (file.length > 0 && inline !== "") complaints.push({
		input: "file",
		message: "and dockerfile-inline both say what to build; set one of them"
	});
	for (const input of ["context", "build-contexts"]) {
		const texts = [inputs[input]].flat();
		if (run.defaultContext === void 0 && texts.some(namesDefaultContext)) complaints.push({
			input,
			message: "names the default context, and the runner does not say which repository and commit that is"
		});
	}
	return complaints;
}
/** All secrets, wherever their values are. As docker/build-push-action has it, only one of the environment may be empty. */
function secretsIn(inputs, run) {
	const own = [
		...inputs.secrets.filter(({ value }) => value.value !== ""),
		...inputs["secret-envs"].map(({ only, value: { id, place } }) => ({
			only,
			value: {
				id,
				value: run.environment[place] ?? ""
			}
		})),
		...inputs["secret-files"].map(({ only, value: { id, place } }) => ({
			only,
			value: {
				id,
				path: place
			}
		}))
	];
	return [...gitLogin(inputs, run).map((value) => ({
		only: [],
		value
	})), ...own];
}
/** BuildKit asks for a secret of this name, and first for one with the host behind it, when it fetches by Git. */
const GIT_LOGIN = "GIT_AUTH_TOKEN";
/** The token is for the run's own repository, where that is what is built, and nobody says another one. */
function gitLogin(inputs, { defaultContext }) {
	const token = inputs["github-token"];
	if (defaultContext === void 0 || token === "") return [];
	if (![inputs.context, ...inputs["build-contexts"]].some(namesDefaultContext)) return [];
	const id = `${GIT_LOGIN}.${new URL(defaultContext).host}`;
	return [
		...inputs.secrets,
		...inputs["secret-envs"],
		...inputs["secret-files"]
	].some(({ value }) => value.id === GIT_LOGIN || value.id === id) ? [] : [{
		id,
		value: token
	}];
}
function passedIn(inputs, run) {
	const entries = Object.keys(PASSED_ON).flatMap((name) => {
		const texts = [inputs[name]].flat().filter(Boolean);
		return texts.length > 0 ? [[name, texts.map((text) => name === "build-contexts" ? withDefaultContext(text, run) : text)]] : [];
	});
	return Object.fromEntries(entries);
}
// src/action/request.ts
/** Inputs become what to do; throws InputError with everything that is wrong with them, one by one and together. */
function toRequest({ inputs, complaints }, run) {
	const wrong = new Set(complaints.map(({ input }) => input));
	const more = contradictions(inputs, wrong, run).filter(({ input }) => !wrong.has(input));
	if (complaints.length + more.length > 0) throw new InputError([...complaints, ...more]);
	if (inputs.call !== void 0) return {
		...toBuilding(inputs, run),
		mode: "call",
		call: inputs.call
	};
	switch (inputs.mode) {
		case "build": return toBuildRequest(inputs, run);
		case "part": return toPartRequest(inputs, toBuilding(inputs, run), run);
		case "merge": return toMergeRequest(inputs, run);
		case "plan": return toPlanRequest(inputs);
		case "promote": return toPromoteRequest(inputs);
		case "inspect": return toInspectRequest(inputs);
	}
}
function toBuildRequest(inputs, run) {
	const delivery = toDelivery(inputs);
	const tags = namesToPush(inputs);
	return {
		mode: "build",
		...toBuilding(inputs, run),
		tags,
		...fixedIn(tags, inputs),
		...delivery && { delivery },
		compare: inputs.summary && run.wants.summary
	};
}
/** What a whole build and a part of one have in common. */
function toBuilding(inputs, run) {
	return {
		platforms: uniqueBy(inputs.platforms, formatPlatform),
		...optionalOf(inputs),
		recipe: toRecipe(inputs, run),
		annotate: run.wants.annotations,
		builder: toBuilderChoice(inputs),
		buildx: toBuildxChoice(inputs),
		emulators: {
			image: inputs["binfmt-image"],
			imageMirrors: imageMirrorsOf(inputs),
			keep: inputs["keep-emulators"],
			verify: inputs["verify-emulators"],
			reset: inputs.reset
		}
	};
}
/** What does not go together. An input that is wrong by itself has its default here, and proves nothing. */
function contradictions(inputs, wrong, run) {
	const building = () => [
		...recipeComplaints(inputs, run),
		...rivals(inputs),
		...builderComplaints(inputs, wrong)
	];
	switch (inputs.mode) {
		case "build": return [
			...inputs.call ? [] : deliveryComplaints(inputs, wrong),
			...wrong.has("platforms") ? [] : strayNarrowings(inputs),
			...building()
		];
		case "part": return [...inputs.call ? [] : partComplaints(inputs), ...building()];
		case "merge": return mergeComplaints(inputs);
		case "plan": return planComplaints(inputs);
		case "promote": return promoteComplaints(inputs);
		case "inspect": return inspectComplaints(inputs);
	}
}
function uniqueBy(items, key) {
	return [...new Map(items.map((item) => [key(item), item])).values()];
}
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
// src/action/run.ts
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
// src/action/runner.ts
/** The thin edge to the runner: workflow commands out, inputs and events in. */
const log = {
	line: (text) => info(text),
	warn: (text, about) => warning$1(text, annotation(about)),
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
// src/build/exporters.ts
/** By digest only: a tag that names one platform for a while would be seen by somebody. */
function pushExporter(to, attributes) {
	const own = {
		type: "image",
		name: formatRepository(to),
		"push-by-digest": "true"
	};
	return new Map([...attributes, ...Object.entries({
		...own,
		"name-canonical": "true",
		push: "true"
	})]);
}
/**
* A layout in a tarball: each exporter writes one of its own, while a build can write but one folder of them. A
* provenance is of nothing unless its image has a name.
*/
function layoutExporter(dest, name, attributes) {
	const others = [...attributes].filter(([name]) => name !== "tar");
	return new Map([
		["type", "oci"],
		...said("dest", dest),
		...said("name", name),
		...others
	]);
}
/** What buildx is told for this platform. */
function exporterOf(output, place, share) {
	const { names, attributes } = output;
	switch (output.type) {
		case "image": return new Map([
			["type", "image"],
			...said("name", nameOf$1(names)),
			...attributes
		]);
		case "oci": return layoutExporter(sharePath(place, share), nameOf$1(names), attributes);
		case "docker":
			if (share.several) return layoutExporter(sharePath(place, share), nameOf$1(names), attributes);
			return new Map([
				["type", "docker"],
				...said("dest", output.dest),
				...said("name", nameOf$1(names)),
				...attributes
			]);
		case "tar": return new Map([
			["type", "tar"],
			...said("dest", share.several ? sharePath(place, share) : output.dest),
			...attributes
		]);
		case "local": return new Map([
			["type", "local"],
			...said("dest", output.dest),
			...attributes
		]);
	}
}
/** How the shares of several platforms become one result; undefined where BuildKit writes the result itself. */
function gathered({ type }, several) {
	if (type === "oci" || type === "docker" && several) return "layout";
	return type === "tar" && several ? "tarball" : void 0;
}
/** Whether it is files, which BuildKit keeps apart by platform only where it knows that there are several. */
function isOfFiles({ type }) {
	return type === "local" || type === "tar";
}
function sharePath(place, { platform, folder }) {
	return join(folder, `${platformSlug(platform)}-${place}.tar`);
}
function nameOf$1(names) {
	return names.map(formatReference).join(",");
}
/** Nothing is said that is empty. */
function said(name, value) {
	return value === "" ? [] : [[name, value]];
}
// src/layout/tar.ts
/** A tarball is made of blocks (POSIX pax, "ustar Interchange Format"), and two empty ones end it. */
const BLOCK = 512;
const TAR_END = new Uint8Array(2 * BLOCK);
/** From here on a size no longer fits into eleven octal digits: 8 GiB. */
const LARGE = 8 ** 11;
/** Every entry from the first to the last. It gives up, with what `problem` makes of a sentence, where a header is none. */
async function* readTar(file, problem) {
	let place = 0;
	let extended = /* @__PURE__ */ new Map();
	for (;;) {
		const block = await file.read(place, BLOCK);
		if (block.length < BLOCK) throw problem(`it ends within the tarball, at byte ${place}`);
		if (block.every((byte) => byte === 0)) return place;
		if (checksumOf(block) !== octal(block, 148, 8)) throw problem(`there is no tar header at byte ${place}`);
		const type = String.fromCharCode(block[156] ?? 0);
		const size = Number(extended.get("size") ?? sizeIn(block));
		const start = place + BLOCK;
		if (type === "x") extended = recordsIn(await file.read(start, size));
		else {
			yield {
				name: extended.get("path") ?? nameIn(block),
				size,
				start
			};
			extended = /* @__PURE__ */ new Map();
		}
		place = start + size + paddingOf(size);
	}
}
/** Bytes of a name that a header has room for; the blob of a sha512 has more. */
const LONGEST_NAME = 100;
/** A file's header: everybody may read it, and it is as old as time, so that the same files make the same tarball. */
function tarHeader(name, size) {
	if (Buffer.byteLength(name) <= LONGEST_NAME) return headerBlock(name, size, "0");
	const record = recordOf("path", name);
	const before = headerBlock("PaxHeader", record.length, "x");
	return Buffer.concat([
		before,
		record,
		tarPadding(record.length),
		headerBlock(name, size, "0")
	]);
}
function headerBlock(name, size, type) {
	const block = Buffer.alloc(BLOCK);
	const zeros = "0".repeat(7);
	block.write(name, 0, LONGEST_NAME);
	block.write([
		"0000644",
		zeros,
		zeros,
		""
	].join("\0"), 100);
	block.write(`${"0".repeat(11)}\0${" ".repeat(8)}${type}`, 136);
	block.write("ustar\x0000", 257);
	if (size < LARGE) block.write(size.toString(8).padStart(11, "0"), 124);
	else {
		block.writeUInt8(128, 124);
		block.writeBigUInt64BE(BigInt(size), 128);
	}
	block.write(`${checksumOf(block).toString(8).padStart(6, "0")}\0`, 148);
	return block;
}
/** What follows so many bytes, up to the next block. */
function tarPadding(size) {
	return new Uint8Array(paddingOf(size));
}
function paddingOf(size) {
	return (BLOCK - size % BLOCK) % BLOCK;
}
/** The sum of all bytes, as if those of the checksum itself were spaces. */
function checksumOf(block) {
	return block.reduce((sum, byte, place) => sum + (place >= 148 && place < 156 ? 32 : byte), 0);
}
/** Large sizes are binary, as GNU writes them. */
function sizeIn(block) {
	if (((block[124] ?? 0) & 128) === 0) return octal(block, 124, 12);
	return Number(Buffer.from(block.subarray(128, 136)).readBigUInt64BE());
}
function nameIn(block) {
	return [text$1(block, 257, 8) === "ustar" ? text$1(block, 345, 155) : "", text$1(block, 0, 100)].filter(Boolean).join("/");
}
function octal(block, start, length) {
	return Number.parseInt(text$1(block, start, length).trim() || "0", 8);
}
function text$1(block, start, length) {
	const end = block.indexOf(0, start);
	return Buffer.from(block.subarray(start, end < 0 ? start + length : Math.min(end, start + length))).toString();
}
/** The length at its beginning counts its own digits. */
function recordOf(name, value) {
	const rest = Buffer.byteLength(` ${name}=${value}\n`);
	const length = rest + String(rest + String(rest).length).length;
	return Buffer.from(`${length} ${name}=${value}\n`);
}
/** `27 path=a/longer/name\n`, again and again: its length, then what it says of the next entry. */
function recordsIn(bytes) {
	const records = /* @__PURE__ */ new Map();
	for (let rest = Buffer.from(bytes); rest.length > 0;) {
		const length = Number.parseInt(rest.toString("latin1", 0, 20), 10);
		if (!(length > 0)) break;
		const [, name = "", value = ""] = /^\d+ ([^=]+)=(.*)\n$/s.exec(rest.toString("utf8", 0, length)) ?? [];
		records.set(name, value);
		rest = rest.subarray(length);
	}
	return records;
}
// src/layout/join.ts
/** Makes one tarball of several, entry after entry. They must not hold files of the same name. */
async function joinTarballs(path, parts, files) {
	await files.save(path, joined());
	async function* joined() {
		for (const part of parts) {
			await using file = await files.open(part);
			yield* file.stream(0, await lengthOf(part, file));
		}
		yield TAR_END;
	}
}
/** Bytes up to the end of the last entry: what comes after it would end the whole. */
async function lengthOf(path, file) {
	const entries = readTar(file, (what) => new LayoutError(path, what));
	for (;;) {
		const { done, value } = await entries.next();
		if (done) return value;
	}
}
// src/layout/layout.ts
/** The files of a layout (image-spec, image-layout.md). */
const LAYOUT_FILE = "oci-layout";
const INDEX_FILE = "index.json";
const LAYOUT_VERSION = "{\"imageLayoutVersion\":\"1.0.0\"}";
function blobPath(digest) {
	return `blobs/${digest.replace(":", "/")}`;
}
/** What names an image in a layout: the tag for skopeo, crane and regctl, the whole name for containerd and Docker. */
const TAG = "org.opencontainers.image.ref.name";
const NAME$1 = "io.containerd.image.name";
/** How a layout lists an image: once for every name, or once without any. */
function listImage({ mediaType, digest, bytes }, names, annotations = {}) {
	const descriptor = {
		mediaType,
		digest,
		size: bytes.length
	};
	const own = Object.keys(annotations).length > 0 ? { annotations } : {};
	if (names.length === 0) return [{
		...descriptor,
		...own
	}];
	return names.map((name) => ({
		...descriptor,
		annotations: {
			...annotations,
			[TAG]: name.tag,
			[NAME$1]: formatReference(name)
		}
	}));
}
/** The bytes of `index.json`. What a layout lists already stays, unless it has one of the new names, or is the same. */
function writeLayoutIndex(images, before) {
	const kept = (before === void 0 ? [] : readIndex(manifestOf(OCI_INDEX, before)).manifests).filter((old) => !images.some((image) => replaces(image, old)));
	return writeIndex({
		mediaType: OCI_INDEX,
		manifests: [...kept, ...images]
	}).bytes;
}
function replaces(image, old) {
	const [name, before] = [image.annotations?.[NAME$1], old.annotations?.[NAME$1]];
	return name === before && (name !== void 0 || image.digest === old.digest);
}
// src/layout/write.ts
/** Writes a layout as one tarball, in place of a file that is there. */
async function writeArchive(path, contents, files) {
	const index = writeLayoutIndex(contents.images);
	await files.save(path, tarball(filesOf(contents, index)));
}
/** Writes a layout as a folder. A layout that is there already gets the image as one more. */
async function writeFolder(path, contents, files) {
	const before = await files.read(join(path, INDEX_FILE));
	const index = writeLayoutIndex(contents.images, before === void 0 ? void 0 : Buffer.from(before));
	for (const { name, pieces } of filesOf(contents, index)) await files.save(join(path, name), pieces);
}
/** The index comes last: who finds it finds all that it lists. */
function filesOf({ manifests, blobs }, index) {
	return [
		whole(LAYOUT_FILE, Buffer.from(LAYOUT_VERSION)),
		...blobs.map(({ digest, size, open }) => ({
			name: blobPath(digest),
			size,
			pieces: open()
		})),
		...manifests.map(({ digest, bytes }) => whole(blobPath(digest), bytes)),
		whole(INDEX_FILE, index)
	];
}
function whole(name, bytes) {
	return {
		name,
		size: bytes.length,
		pieces: inOnePiece(bytes)
	};
}
async function* tarball(entries) {
	for (const { name, size, pieces } of entries) {
		yield tarHeader(name, size);
		yield* pieces;
		yield tarPadding(size);
	}
	yield TAR_END;
}
// src/layout/archive.ts
/** Far more than a manifest has, in bytes; registries take 4 MiB. */
const LONGEST$2 = 8388608;
/** Opens a layout where it lies; nothing is unpacked. Rejects with LayoutError where it is none. */
async function openArchive(path, files) {
	const problem = (what) => new LayoutError(path, what);
	const file = await files.open(path);
	const entries = /* @__PURE__ */ new Map();
	const types = /* @__PURE__ */ new Map();
	try {
		for await (const entry of readTar(file, problem)) entries.set(entry.name, entry);
		for (const { digest, mediaType } of readIndex(await indexFile()).manifests) types.set(digest, mediaType);
	} catch (error) {
		await file[Symbol.asyncDispose]();
		throw error;
	}
	async function indexFile() {
		const { start, size } = find(INDEX_FILE);
		return manifestOf(OCI_INDEX, await file.read(start, Math.min(size, LONGEST$2)));
	}
	function find(name) {
		const entry = entries.get(name);
		if (entry === void 0) throw problem(`there is no ${name} in it`);
		return entry;
	}
	async function bytesOf(digest) {
		const { start, size } = find(blobPath(digest));
		if (size > LONGEST$2) throw problem(`${digest} has ${size} bytes, which is more than 8 MiB`);
		const bytes = await file.read(start, size);
		const found = digestOf(bytes, algorithmOf(digest));
		if (found !== digest) throw problem(`${digest} has the digest ${found}`);
		return bytes;
	}
	async function read(digest) {
		const bytes = await bytesOf(digest);
		return manifestOf(mediaTypeIn(bytes) ?? types.get(digest) ?? "", bytes, algorithmOf(digest));
	}
	return {
		read,
		readBlob: ({ digest }) => bytesOf(digest),
		top: async () => {
			const [digest, ...others] = types.keys();
			if (digest === void 0 || others.length > 0) throw problem(`its ${INDEX_FILE} names ${types.size} images, not one`);
			return await read(digest);
		},
		open: (blob) => {
			const { start, size } = find(blobPath(blob.digest));
			const wrong = (what) => problem(`of ${blob.digest} ${what}`);
			return checked(file.stream(start, size), blob, wrong);
		},
		[Symbol.asyncDispose]: () => file[Symbol.asyncDispose]()
	};
}
/** Manifests say themselves what they are; the specification only asks it of those who list them. */
function mediaTypeIn(bytes) {
	const json = Object(parseJson$1(bytes));
	return typeof json.mediaType === "string" ? json.mediaType : void 0;
}
// src/flows/delivery/unite.ts
/**
* Makes one image of several layouts, each of one platform, without any registry, and has `write` write it while they
* are open. Resolves with the image.
*/
async function unite({ layouts, annotations, names, top }, write, { files, say }) {
	await using archives = new AsyncDisposableStack();
	const parts = [];
	for (const { platform, path } of layouts) parts.push(await readPart$1(archives.use(await openArchive(path, files)), platform));
	const manifests = new Map(parts.flatMap(({ manifests }) => manifests.map((one) => [one.digest, one])));
	const blobs = new Map(parts.flatMap(blobsOf));
	const image = await topOf({
		images: parts.map(({ image }) => image),
		annotations,
		top
	}, {
		say,
		read: (digest) => Promise.any(parts.map(({ archive }) => archive.read(digest)))
	});
	await write({
		images: listImage(image, names, annotationsFor(annotations, "index-descriptor")),
		manifests: [...manifests.set(image.digest, image).values()],
		blobs: [...blobs.values()]
	});
	return image;
}
async function readPart$1(archive, platform) {
	const image = flatten(await archive.top(), platform);
	const manifests = [image.image, ...image.attestations].map(({ digest }) => archive.read(digest));
	return {
		archive,
		image,
		manifests: await Promise.all(manifests)
	};
}
/** A blob that several platforms share is there once. */
function blobsOf({ archive, manifests }) {
	return manifests.flatMap(readImage$1).map((blob) => [blob.digest, {
		...blob,
		open: () => archive.open(blob)
	}]);
}
// src/flows/delivery/deliver.ts
const ONLY_PUSHED = {
	push: /* @__PURE__ */ new Map(),
	outputs: [],
	top: "index"
};
/** What was asked for; the last one that is left of several platforms is still listed in an index. */
function deliveryFor(platforms, asked = ONLY_PUSHED) {
	return platforms.length > 1 ? {
		...asked,
		top: "index"
	} : asked;
}
/** Puts together what the builds of the platforms have left; what BuildKit has finished by itself stays as it is. */
async function deliver(delivery, made, world) {
	const { outputs, top } = delivery;
	if (outputs.length === 0) return [];
	return await world.stages.run("Results", async (say) => {
		const results = [];
		for (const [place, output] of outputs.entries()) {
			const digest = await finish(output, place, {
				...made,
				top
			}, {
				...world,
				say
			});
			const dest = output.type === "image" ? "" : output.dest;
			results.push({
				type: output.type,
				dest,
				names: output.names.map(formatReference),
				...digest !== void 0 && { digest }
			});
			say([
				output.type,
				dest,
				digest
			].filter(Boolean).join(" "));
		}
		return results;
	});
}
async function finish(output, place, { platforms, several, annotations, top }, world) {
	const { files, places } = world;
	const parts = platforms.map((platform) => ({
		platform,
		path: sharePath(place, {
			platform,
			several,
			folder: places.own
		})
	}));
	if (output.type === "image") return void 0;
	const how = gathered(output, several);
	if (how === void 0) return void 0;
	try {
		if (how === "tarball") {
			const paths = parts.map(({ path }) => path);
			await joinTarballs(resolve(places.workspace, output.dest), paths, files);
			return;
		}
		const { names } = output;
		const write = (contents) => writeLayout(output, contents, world);
		return (await unite({
			layouts: parts,
			annotations,
			names,
			top
		}, write, world)).digest;
	} finally {
		await Promise.all(parts.map(({ path }) => files.remove(path)));
	}
}
async function writeLayout({ type, dest, attributes }, contents, { files, places, run }) {
	if (type === "docker") {
		const path = join(places.own, "load.tar");
		await writeArchive(path, contents, files);
		await loadArchive(path, attributes.get("context"), run);
		return await files.remove(path);
	}
	const path = resolve(places.workspace, dest);
	await (attributes.has("tar") && !isTrue(attributes.get("tar")) ? writeFolder : writeArchive)(path, contents, files);
}
// src/build/complaints.ts
/** Each complaint once, though several platforms' builds make it; in the order of the lines that they are about. */
function complaintsOf(heard) {
	const complaints = heard.map(({ warning, recipe }) => {
		const place = placeOf(warning, recipe);
		const [, rule = "", said = warning.short] = /^(\w+): (.*)$/s.exec(warning.short) ?? [];
		return {
			rule,
			text: place ? said.replace(/ \(line \d+\)$/, "") : said,
			url: warning.url,
			...place && { place }
		};
	});
	return [...new Map(complaints.map((complaint) => [JSON.stringify(complaint), complaint])).values()].toSorted((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
}
/** GitHub shows ten warnings of a step, and others have something to say as well. */
const MOST = 8;
/** Writes them on the run's page, beside the lines that they are about. What is too much is put into one. */
function tellComplaints(complaints, log) {
	for (const { rule, text, url, place } of complaints.slice(0, MOST)) log.warn([text, url].filter(Boolean).join("\n"), {
		...rule && { title: rule },
		...place
	});
	const others = complaints.slice(MOST);
	if (others.length === 0) return;
	const list = others.map(({ rule, text, place }) => `${place ? `line ${place.line}: ` : ""}${rule || text}`);
	log.warn(list.join("\n"), { title: `${others.length} more complaints of the build checks` });
}
// src/flows/platforms/builds.ts
/** What pulls of the platforms move. Only shown, so a registry that will not tell is no failure. */
function pullSizes(built, read) {
	return Promise.all(built.map(async ({ pushed }) => {
		if (pushed === void 0) return void 0;
		return await read(pushed.image.digest).then(pullSizeOf).catch(() => void 0);
	}));
}
/** What is told of builds, whatever becomes of them. */
function buildsOf({ engine, buildx, builder, recipe, world }, { built, lost }, sizes = []) {
	const proofs = proofsAsked(recipe.attests);
	return {
		platforms: built.map((one, place) => resultOf(one, proofs, sizes[place])),
		...lost.length > 0 && { lost: lost.map(({ platform }) => platform) },
		complaints: complaintsOf(built.flatMap(({ heard }) => heard)),
		tools: {
			...engine && {
				docker: engine.client,
				engine: engine.version
			},
			buildx,
			buildkit: builder.buildkit
		},
		builder: {
			name: builder.name,
			driver: builder.driver
		},
		stages: world.stages.done
	};
}
function resultOf({ decision, milliseconds, facts, pushed, mishap }, proofs, size) {
	return {
		platform: decision.platform,
		...waysOf(decision),
		milliseconds,
		...facts && { steps: facts },
		...pushed && {
			image: pushed.image,
			attestations: pushed.attestations,
			proofs: pushed.attestations.length > 0 ? proofs : []
		},
		...size !== void 0 && { size },
		...mishap && { mishap }
	};
}
// src/build/mishap.ts
/**
* Reads the end of a failed build's log. The exit code of buildx is 1 whatever has happened, so its words have to tell.
* What a program of the Dockerfile says of networks is left to its author; only what BuildKit itself could not fetch,
* push or reach counts, and the crash of an emulator.
*/
function mishapIn(said, { emulated }) {
	const others = withoutCaches(said);
	const error = others.findIndex((line) => ERROR.test(line));
	const verdict = error < 0 ? [] : others.slice(error);
	if (emulated && (said.some((line) => CRASH.test(line)) || verdict.some((line) => SIGNALLED.test(line)))) return "the emulator crashed";
	if (verdict.some((line) => PROGRAM_FAILED.test(line) || QUOTA.test(line))) return void 0;
	if (unopenedIn(verdict) !== void 0) return "a store of caches did not open";
	return verdict.some((line) => NETWORK.some((sign) => sign.test(line))) ? "the network failed" : void 0;
}
/** No build fails for a cache that could not be read or written. */
function withoutCaches(said) {
	const numbers = said.flatMap((line) => cacheStep(line)?.number ?? []);
	return said.filter((line) => !numbers.some((number) => line.startsWith(`${number} `)));
}
/** BuildKit's own verdict, in its log or behind it; what a program prints has its time before it. */
const ERROR = /^(#\d+ )?(ERROR|error): /;
/** As QEMU's linux-user says it (signal.c, cpu_loop.c). */
const CRASH = /\bqemu: (uncaught target signal \d+|unhandled CPU exception)/;
/** 128 and the number of SIGSEGV: how a shell tells of a program that an emulator has lost. */
const SIGNALLED = /did not complete successfully: exit code: 139\b/;
const PROGRAM_FAILED = /did not complete successfully: exit code/;
/** Docker Hub's limit on pulls is one for hours. */
const QUOTA = /pull rate limit/;
const NETWORK = [
	/\b(connection reset by peer|connection refused|connection timed out|broken pipe|i\/o timeout)\b/i,
	/\b(TLS handshake timeout|unexpected EOF|no route to host|network is unreachable)\b/,
	/\b(use of closed network connection|server misbehaving|http2: server sent GOAWAY)\b/,
	/\b(Client\.Timeout exceeded|request canceled while waiting for connection|stream error: stream ID \d+)\b/,
	/": (EOF|context deadline exceeded)$/,
	/: (408|429|500|502|503|504|52\d) [A-Z]/,
	/\b(Could not resolve host|Temporary failure in name resolution|early EOF|RPC failed; (curl|HTTP) \d+)\b/i,
	/\bThe requested URL returned error: (429|5\d\d)\b/
];
// src/flows/platforms/again.ts
/**
* Tries a build once more after a mishap, which is nobody's fault, and by itself after one of another build. What went well
* before it is in the builder's cache.
*/
async function tryAgain(attempt, circumstances) {
	const { platform, emulated, signal, tell } = circumstances;
	const name = formatPlatform(platform);
	try {
		return await attempt();
	} catch (error) {
		if (signal.aborted) throw error;
		if (error instanceof BuildCut) {
			tell(`${name}: ${error.message}, so it is built by itself`);
			return await tryAgain(attempt, circumstances);
		}
		const mishap = error instanceof BuildFailed ? mishapIn(error.tail, { emulated }) : void 0;
		if (!(error instanceof BuildFailed) || mishap === void 0) throw error;
		tell(`${name}: ${mishap}, so it is built once more`);
		return {
			...await attempt(error),
			mishap
		};
	}
}
// src/build/events.ts
/** The event that a line holds; undefined for any other line, as buildx says its own words in between. */
function parseEvent(line) {
	if (!line.startsWith("{")) return void 0;
	try {
		const { vertexes, statuses, logs, warnings } = members(JSON.parse(line));
		if (![
			vertexes,
			statuses,
			logs,
			warnings
		].some(Array.isArray)) return void 0;
		return {
			vertexes: items(vertexes).map(vertex),
			statuses: items(statuses).map(status),
			logs: items(logs).map(output),
			warnings: items(warnings).map(warning)
		};
	} catch {
		return;
	}
}
function vertex({ digest, name, cached, error, ...rest }) {
	return {
		digest: text(digest),
		name: text(name),
		cached: cached === true,
		error: text(error),
		...span(rest)
	};
}
function status({ vertex, id, current, total, ...rest }) {
	return {
		vertex: text(vertex),
		id: text(id),
		current: figure(current),
		total: figure(total),
		...span(rest)
	};
}
function output({ vertex, stream, data, timestamp }) {
	return {
		vertex: text(vertex),
		stream: figure(stream),
		data: Buffer.from(text(data), "base64"),
		timestamp: time(timestamp) ?? 0
	};
}
function warning({ vertex, short, detail, url, sourceInfo, range }) {
	const [first] = items(range);
	const line = figure(members(first?.["start"])["line"]);
	const endLine = figure(members(first?.["end"])["line"]);
	return {
		vertex: text(vertex),
		short: decoded(short),
		detail: Array.isArray(detail) ? detail.map(decoded) : [],
		url: text(url),
		file: text(members(sourceInfo)["filename"]),
		...line > 0 && {
			line,
			endLine: Math.max(line, endLine)
		}
	};
}
function span({ started, completed }) {
	const [from, to] = [time(started), time(completed)];
	return {
		...from !== void 0 && { started: from },
		...to !== void 0 && { completed: to }
	};
}
/** RFC 3339 with nanoseconds, of which milliseconds are kept. */
function time(value) {
	const parsed = Date.parse(text(value));
	return Number.isNaN(parsed) ? void 0 : parsed;
}
function decoded(value) {
	return Buffer.from(text(value), "base64").toString("utf8");
}
function items(value) {
	return Array.isArray(value) ? value.map(members) : [];
}
function members(value) {
	return typeof value === "object" && value !== null ? { ...value } : {};
}
function text(value) {
	return typeof value === "string" ? value : "";
}
function figure(value) {
	return typeof value === "number" ? value : 0;
}
// src/build/kept.ts
function openRoom(characters = 16e6) {
	return { left: characters };
}
/** Characters of one step that are kept: of its beginning while there is room, and always of its end. */
const BEGINNING = 1e6;
const END = 64e3;
function openKept(room) {
	const beginning = [];
	let taken = 0;
	let end = [];
	let held = 0;
	let leftOut = 0;
	return {
		keep,
		lines,
		last: () => (end.at(-1) ?? beginning.at(-1))?.text ?? ""
	};
	function keep(line) {
		const size = line.text.length + 1;
		if (end.length === 0 && taken + size <= BEGINNING && size <= room.left) {
			taken += size;
			room.left -= size;
			beginning.push(line);
			return;
		}
		held += size;
		end.push(line);
		if (held > 2 * END) shorten();
	}
	/** Not at every line: taking from the front of a long array is dear. */
	function shorten() {
		let first = 0;
		while (held > END) held -= (end[first++]?.text.length ?? 0) + 1;
		leftOut += first;
		end = end.slice(first);
	}
	function lines() {
		if (leftOut === 0) return [...beginning, ...end];
		const text = `… ${leftOut} lines are left out here, as there are too many to keep …`;
		return [
			...beginning,
			{
				text,
				at: end[0]?.at ?? 0
			},
			...end
		];
	}
}
// src/build/printed.ts
/** A line longer than this is cut in pieces. */
const LONGEST$1 = 16e3;
function openPrinted(room) {
	const decoder = new TextDecoder();
	const { keep, lines, last } = openKept(room);
	let open = {
		text: "",
		at: 0
	};
	return {
		take,
		close,
		lines,
		last: () => asShown(open.text) || last()
	};
	function take(data, at) {
		const [first = "", ...others] = decoder.decode(data, { stream: true }).split("\n");
		open = {
			text: open.text + first,
			at: open.text === "" ? at : open.at
		};
		for (const text of others) {
			keep({
				...open,
				text: asShown(open.text)
			});
			open = {
				text,
				at
			};
		}
		while (open.text.length > LONGEST$1) {
			keep({
				...open,
				text: open.text.slice(0, LONGEST$1)
			});
			open = {
				...open,
				text: open.text.slice(LONGEST$1)
			};
		}
	}
	function close() {
		if (open.text !== "") keep({
			...open,
			text: asShown(open.text)
		});
		open = {
			text: "",
			at: 0
		};
	}
}
/** As a terminal leaves it: what a carriage return goes back over is gone. */
function asShown(line) {
	return line.replace(/\r+$/, "").replace(/^.*\r/s, "");
}
// src/build/steps.ts
/** Puts the events of one build together, step by step. */
function openSteps(room) {
	const steps = /* @__PURE__ */ new Map();
	const warnings = /* @__PURE__ */ new Map();
	const all = [];
	return {
		all,
		get warnings() {
			return [...warnings.values()];
		},
		take: (event) => {
			const ended = event.vertexes.filter(takeVertex).flatMap(({ digest }) => steps.get(digest) ?? []);
			for (const status of event.statuses) steps.get(status.vertex)?.statuses.set(status.id, status);
			for (const { vertex, data, timestamp } of event.logs) steps.get(vertex)?.printed.take(data, timestamp);
			for (const warning of event.warnings) takeWarning(warning);
			return ended;
		}
	};
	/** Whether the step has ended by it. A step that is only announced has no number yet. */
	function takeVertex(vertex) {
		const { digest, started, completed } = vertex;
		if (started === void 0) return false;
		const step = steps.get(digest) ?? begin(vertex, started);
		step.spans.set(started, completed);
		step.cached = vertex.cached;
		step.error = vertex.error;
		delete step.milliseconds;
		if (completed === void 0) return false;
		step.milliseconds = [...step.spans].reduce((sum, [from, to]) => sum + (to ?? from) - from, 0);
		step.printed.close();
		return true;
	}
	function begin({ digest, name }, startedAt) {
		const step = {
			number: all.length + 1,
			name,
			startedAt,
			cached: false,
			error: "",
			statuses: /* @__PURE__ */ new Map(),
			printed: openPrinted(room),
			warnings: [],
			spans: /* @__PURE__ */ new Map()
		};
		steps.set(digest, step);
		all.push(step);
		return step;
	}
	function takeWarning(warning) {
		const key = JSON.stringify([
			warning.short,
			warning.file,
			warning.line
		]);
		if (warnings.has(key)) return;
		warnings.set(key, warning);
		steps.get(warning.vertex)?.warnings.push(warning);
	}
}
/** Undefined for what BuildKit does besides, such as loading the context or exporting. */
function instructionOf(name) {
	const [, stage = "", place, of, text = ""] = /^\[(?:(.*) )?(\d+)\/(\d+)\] (.*)$/s.exec(name) ?? [];
	return place === void 0 ? void 0 : {
		stage,
		place: Number(place),
		of: Number(of),
		text
	};
}
// src/build/transcript.ts
/** The log of a build as `--progress plain` would have it, but each step whole: steps that ran side by side never mix. */
function transcript(steps) {
	return steps.flatMap((step, place) => [...place > 0 ? [""] : [], ...stepLines(step)]);
}
function stepLines(step) {
	const { name, startedAt, printed } = step;
	return [
		name,
		...[...step.statuses.values()].map(statusLine),
		...step.warnings.map(({ short }) => `WARN: ${short}`),
		...printed.lines().map(({ text, at }) => `${seconds(at - startedAt, 3)} ${text}`),
		endOf(step)
	].flatMap((line) => line.split("\n")).map((line) => `#${step.number} ${line}`);
}
function endOf({ milliseconds, cached, error }) {
	if (error !== "") return isStopped(error) ? "CANCELED" : `ERROR: ${error}`;
	if (milliseconds === void 0) return "CANCELED";
	return cached ? "CACHED" : `DONE ${seconds(milliseconds, 1)}s`;
}
/** How BuildKit says that the step itself is not to blame. */
function isStopped(error) {
	return error.endsWith("context canceled");
}
function statusLine({ id, current, total, started, completed }) {
	const bytes = [current, total].filter((figure) => figure > 0).map(formatSize);
	const took = completed !== void 0 && started !== void 0 ? completed - started : 0;
	return [
		id,
		total > 0 ? bytes.join(" / ") : bytes[0] ?? "",
		took >= 50 ? `${seconds(took, 1)}s` : "",
		completed === void 0 ? "" : "done"
	].filter(Boolean).join(" ");
}
/** BuildKit's own spelling: 30B, 1.10MB. */
function formatSize(bytes) {
	const units = [
		"B",
		"kB",
		"MB",
		"GB",
		"TB"
	];
	const step = Math.max(0, units.findLastIndex((_, step) => bytes >= 1e3 ** step));
	return `${step === 0 ? bytes : (bytes / 1e3 ** step).toFixed(2)}${units[step]}`;
}
function seconds(milliseconds, digits) {
	return (Math.max(0, milliseconds) / 1e3).toFixed(digits);
}
// src/build/progress.ts
/** How many steps are told as the slowest, and from how many milliseconds on a step is slow at all. */
const SLOWEST = 10;
const NOTABLE = 100;
/**
* Reads what buildx prints: events of `--progress rawjson`, and its own words in between. A buildx that has no rawjson
* says all of it in words. `begun` is when that build was, in milliseconds of the clock: it may be a second try.
*/
function openProgress({ now }, begun = now()) {
	const room = openRoom();
	const steps = openSteps(room);
	const said = openKept(room);
	const heard = [];
	let last;
	let plain = {
		doing: "building",
		since: now()
	};
	const words = () => said.lines().map(({ text }) => text);
	return {
		take: (told) => {
			const event = typeof told === "string" ? parseEvent(told) : told;
			if (event === void 0) {
				takeWords(String(told));
				return [];
			}
			last = now();
			const ended = steps.take(event);
			while (heard.length < steps.all.length) heard.push(last);
			return ended;
		},
		now: () => {
			const running = steps.all.filter(({ milliseconds }) => milliseconds === void 0);
			const step = running.find(({ name }) => instructionOf(name) !== void 0) ?? running[0];
			const [doing, since, text] = step ? [
				shortName(step.name),
				heard[step.number - 1] ?? now(),
				step.printed.last()
			] : last !== void 0 ? [
				"waiting",
				last,
				""
			] : [
				plain.doing,
				plain.since,
				said.last()
			];
			return {
				doing,
				milliseconds: now() - since,
				last: text
			};
		},
		quiet: () => last === void 0 ? void 0 : now() - last,
		log: () => [
			...transcript(steps.all),
			...steps.all.length > 0 && said.last() ? [""] : [],
			...words()
		],
		failure: () => {
			const failed = steps.all.filter(({ error }) => error !== "" && !isStopped(error));
			const others = words().filter((line) => !failed.some(({ error }) => line.endsWith(error)));
			return [...failed.flatMap(endOfStep), ...others.slice(-25)];
		},
		words,
		facts: () => steps.all.length > 0 ? factsOf(steps.all, ({ number }) => (heard[number - 1] ?? begun) - begun) : void 0,
		warnings: () => steps.warnings
	};
	function takeWords(line) {
		const doing = plainStep(line);
		if (doing !== void 0) plain = {
			doing,
			since: now()
		};
		said.keep({
			text: line.trimEnd(),
			at: 0
		});
	}
}
/** How a buildx of this version is to tell what it does: events came with v0.13. */
function styleFor(version) {
	return isSince(13, version) ? "rawjson" : "plain";
}
/** Whether this buildx is v0.34 or newer, whose bake builds as its `build` does, hosts in order, and sends a context once. */
function canBake(version) {
	return isSince(34, version);
}
/** One that has no version is a new one. */
function isSince(first, version) {
	const [, minor] = /^v?0\.(\d+)\./.exec(version) ?? [];
	return minor === void 0 || version.startsWith("0.0.0") || Number(minor) >= first;
}
/** The step that a line of the plain log begins, like `[2/3] RUN make`; undefined for any other line. */
function plainStep(line) {
	const [, step] = /^#\d+ (\[[^\]]*\d+\/\d+\] .*)$/.exec(line) ?? [];
	return step && shortName(step);
}
function endOfStep(step) {
	const [heading = "", ...lines] = stepLines(step);
	return [heading, ...lines.slice(-25)];
}
function factsOf(steps, after) {
	const instructions = steps.filter(({ name }) => !/^FROM /.test(instructionOf(name)?.text ?? "FROM "));
	const slowest = steps.map((step) => ({
		name: shortName(step.name),
		milliseconds: step.milliseconds ?? 0,
		after: after(step)
	})).filter(({ milliseconds }) => milliseconds >= NOTABLE).toSorted((a, b) => b.milliseconds - a.milliseconds);
	return {
		steps: instructions.length,
		cached: instructions.filter(({ cached }) => cached).length,
		slowest: slowest.slice(0, SLOWEST)
	};
}
/** `[compile 3/7] RUN make` is `compile 3/7 RUN make`, and an image goes without its digest. */
function shortName(name) {
	const instruction = instructionOf(name);
	const line = (instruction ? [
		instruction.stage,
		`${instruction.place}/${instruction.of}`,
		instruction.text
	].filter(Boolean).join(" ") : name).replace(/@sha(?:256|512):[0-9a-f]+/, "").replace(/\s+/g, " ");
	return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
/** Characters of a step's name that fit on a line with other things. */
const LONGEST = 80;
// src/build/bake.ts
/** What bake can say of a build, option by option. What is not here, it cannot say. */
const WRITTEN = {
	"--add-host": (values) => hosts(values),
	"--allow": (values) => values.every(isGrant) ? { entitlements: values } : void 0,
	"--annotation": list("annotations"),
	"--attest": list("attest", (value) => parseAttributes(value, "attestation").get("type")),
	"--build-arg": table("args"),
	"--build-context": contexts,
	"--builder": () => ({}),
	"--cache-from": list("cache-from"),
	"--cache-to": list("cache-to"),
	"--file": ([file = ""], place) => dockerfile(file, place),
	"--label": table("labels"),
	"--metadata-file": () => ({}),
	"--network": only("network"),
	"--no-cache": () => ({ "no-cache": true }),
	"--no-cache-filter": list("no-cache-filter"),
	"--output": list("output"),
	"--platform": list("platforms"),
	"--progress": ([style]) => style === "rawjson" ? {} : void 0,
	"--pull": () => ({ pull: true }),
	"--secret": (values, { name }) => ({ secret: values.map((value) => ownSecret(value, name)) }),
	"--shm-size": only("shm-size"),
	"--ssh": list("ssh"),
	"--target": only("target"),
	"--ulimit": list("ulimits")
};
/** Options that stand alone. */
const FLAGS = ["--no-cache", "--pull"];
/** Entitlements that bake grants as well. */
function isGrant(value) {
	return /^(network\.host|security\.insecure|device(=.*)?)$/.test(value);
}
/** The name of a platform's target: bake takes no dots. */
function targetName({ platform }) {
	return platformSlug(platform).replaceAll(".", "_");
}
/** The same build as a target of bake; undefined where bake has no words for it, or other ones. */
function bakeTarget(plan, workspace) {
	const { inline, context } = plan.recipe;
	const place = {
		name: targetName(plan),
		inline,
		context,
		workspace
	};
	if (context === "-" || isRoundabout(context) || plan.recipe.noCache && plan.recipe.passed["no-cache-filters"]) return void 0;
	const target = { context };
	for (const [option, values] of optionsOf(buildArguments(plan).slice(2, -1))) {
		const written = WRITTEN[option]?.(values, place);
		if (written === void 0) return void 0;
		Object.assign(target, written);
	}
	const text = JSON.stringify(target);
	return text === text.normalize("NFC") ? target : void 0;
}
/** The file that bake reads. It takes texts for templates, in which two signs begin something. */
function bakeDefinition(targets) {
	return JSON.stringify({ target: Object.fromEntries(targets) }).replaceAll(/[$%](?=\{)/g, "$&$&");
}
/** The command line for targets, for `docker`. */
function bakeArguments(targets, { builder, file, metadataFile }) {
	const grants = [...targets.values()].flatMap(({ entitlements = [], network }) => [...entitlements, ...network === "host" ? ["network.host"] : []]);
	return [
		...[
			"buildx",
			"bake",
			"--builder",
			builder,
			"--file",
			file,
			"--progress",
			"rawjson"
		],
		...["--metadata-file", metadataFile],
		...[...new Set(grants)].flatMap((grant) => ["--allow", grant]),
		...targets.keys()
	];
}
/** The name under which a target finds a secret in the environment that all of them share. */
function ownVariable(variable, target) {
	return `${variable}_${target.replaceAll("-", "_")}`;
}
/** Each option with its values, in their order. */
function optionsOf(args) {
	const options = /* @__PURE__ */ new Map();
	const rest = args.values();
	for (const option of rest) {
		const values = options.get(option) ?? [];
		options.set(option, FLAGS.includes(option) ? values : [...values, rest.next().value ?? ""]);
	}
	return options;
}
/** Bake drops what is there twice, and puts the last in its place. */
function list(field, key = (value) => value) {
	return (values) => new Set(values.map(key)).size === values.length ? { [field]: values } : void 0;
}
function only(field) {
	return ([value, ...others]) => others.length === 0 ? { [field]: value } : void 0;
}
/** Of several values of a name the last counts, here and there. */
function table(field) {
	return (values) => {
		const pairs = values.map((value) => cut(value, "="));
		return pairs.every((pair) => pair !== void 0) ? { [field]: Object.fromEntries(pairs) } : void 0;
	};
}
/** As a host has one address there, and all of them are in order. */
function hosts(values) {
	const pairs = values.map((value) => /[\s",]/.test(value) ? void 0 : cut(value, "=") ?? cut(value, ":"));
	if (!pairs.every((pair) => pair !== void 0)) return void 0;
	return pairs.every(([host], place) => place === 0 || (pairs[place - 1]?.[0] ?? "") < host) ? { "extra-hosts": Object.fromEntries(pairs) } : void 0;
}
/** A name that is no whole image name is the same to both; a target is what only bake has. */
const CONTEXT_NAME = /^(?!docker\.io\/|index\.docker\.io\/|library\/)[a-z0-9][a-z0-9._/-]*(:(?!latest$)\w[\w.-]*)?$/;
function contexts(values, place) {
	const isSame = (value) => {
		const [name = "", path = ""] = cut(value, "=") ?? [];
		return CONTEXT_NAME.test(name) && path !== "" && !path.startsWith("target:");
	};
	return values.every(isSame) ? table("contexts")(values, place) : void 0;
}
/** Bake looks for it in the context, and reads it from nowhere else but this machine. */
function dockerfile(file, { inline, context, workspace }) {
	if (inline !== void 0) return { "dockerfile-inline": inline };
	if (isRemote(file)) return void 0;
	if (!isRemote(context)) return { dockerfile: resolve(workspace, file) };
	return isAbsolute(file) || posix.normalize(file) === file ? { dockerfile: file } : void 0;
}
/** Bake takes a folder's name and the `..` behind it away, though it may be a link to somewhere else. */
function isRoundabout(context) {
	return !isRemote(context) && /[^/.][^/]*\/+\.\.(\/|$)/.test(context);
}
function ownSecret(text, target) {
	const attributes = parseAttributes(text, "secret");
	const variable = attributes.get("env");
	return variable === void 0 ? text : formatAttributes(new Map([...attributes, ["env", ownVariable(variable, target)]]));
}
function cut(text, sign) {
	const at = text.indexOf(sign);
	return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : void 0;
}
// src/build/shares.ts
const KEPT = 64e3;
/**
* Bake puts a build's name into the names of its steps. A step that several builds have is told by each of them under the
* same digest, but for what it prints: that is told once.
*/
function openShares(names) {
	const builds = /* @__PURE__ */ new Map();
	const printed = /* @__PURE__ */ new Map();
	const faults = /* @__PURE__ */ new Map();
	return {
		take,
		failedWith
	};
	function take({ vertexes, statuses, logs, warnings }) {
		const told = vertexes.flatMap((vertex) => isOfBake(vertex) ? [] : [ownerOf(vertex)]);
		for (const { owners, vertex } of told) for (const name of owners) note(name, vertex);
		const missed = told.flatMap(({ owners, vertex }) => owners.map((name) => [name, begin(name, vertex)]));
		const speaker = told.find(({ owners }) => owners.length === 1)?.owners;
		const concerned = (digest) => [...builds.get(digest) ?? []];
		const isFor = (name) => (about) => (speaker ?? concerned(about.vertex)).includes(name);
		const shares = names.flatMap((name) => {
			const earlier = missed.flatMap(([whose, outputs]) => whose === name ? outputs : []);
			const share = {
				vertexes: told.flatMap(({ owners, vertex }) => owners.includes(name) ? vertex : []),
				statuses: statuses.filter(isFor(name)),
				logs: [...earlier, ...logs.filter(({ vertex }) => printed.get(vertex)?.heard.has(name))],
				warnings: warnings.filter(isFor(name))
			};
			return Object.values(share).some(({ length }) => length > 0) ? [[name, share]] : [];
		});
		for (const output of logs) keep(output);
		return shares;
	}
	/** The beginning of a step, for one build; gives what others have heard of it by then. */
	function begin(name, { digest, started }) {
		if (started === void 0) return [];
		const { heard, outputs } = printedBy(digest);
		const isNew = !heard.has(name);
		heard.add(name);
		return isNew ? [...outputs] : [];
	}
	function keep(output) {
		const step = printedBy(output.vertex);
		if (step.heard.size === names.length || step.bytes > KEPT) return;
		step.outputs.push(output);
		step.bytes += output.data.length;
	}
	function printedBy(digest) {
		const step = printed.get(digest) ?? {
			outputs: [],
			heard: /* @__PURE__ */ new Set(),
			bytes: 0
		};
		printed.set(digest, step);
		return step;
	}
	/** `[linux-arm64 stage-1 2/3] RUN make` is linux-arm64's `[stage-1 2/3] RUN make`. What is nobody's is everybody's. */
	function ownerOf(vertex) {
		const [, word = "", rest, plain = ""] = /^\[(\S+?)(?: (.*)|\] (.*))$/s.exec(vertex.name) ?? [];
		if (!names.includes(word)) return {
			owners: names,
			vertex
		};
		return {
			owners: [word],
			vertex: {
				...vertex,
				name: rest === void 0 ? plain : `[${rest}`
			}
		};
	}
	function note(name, { digest, error, name: step }) {
		const sharers = builds.get(digest) ?? /* @__PURE__ */ new Set();
		builds.set(digest, sharers.add(name));
		const key = `${name} ${digest}`;
		if (error === "" || isStopped(error) || /^(im|ex)porting .*cache/i.test(step)) faults.delete(key);
		else if (!faults.has(key)) faults.set(key, {
			name,
			digest
		});
	}
	/**
	* The others whose step it is that has failed, and those whose own had failed before. What fails later has been
	* stopped, in whatever words.
	*/
	function failedWith(name) {
		const all = [...faults.values()];
		const first = all.findIndex((fault) => fault.name === name);
		const own = all.filter((fault) => fault.name === name).map(({ digest }) => digest);
		const others = all.filter(({ digest }, place) => place < first || own.includes(digest));
		return [.../* @__PURE__ */ new Set([name, ...others.map((fault) => fault.name)])];
	}
}
/** It reads what it is to build, as a step of its own. */
function isOfBake({ name }) {
	return name === "[internal] load local bake definitions";
}
// src/build/together.ts
/** The builds as targets of bake, by their names; undefined where they cannot be that. */
function bakeTargets(plans, workspace) {
	const targets = plans.flatMap((plan) => {
		const target = bakeTarget(plan, workspace);
		return target ? [[targetName(plan), target]] : [];
	});
	const byName = new Map(targets);
	return byName.size === plans.length ? byName : void 0;
}
/** Builds several platforms by one program, which sends what they share once. Where one fails, it stops the others. */
async function buildTogether(members, targets, env, world) {
	const { follow, signal, files, places } = world;
	const file = join(places.own, "together.json");
	const metadataFile = join(places.own, "together-made.json");
	await files.write(file, bakeDefinition(targets));
	const shares = openShares([...targets.keys()]);
	const byName = new Map(members.map((member) => [targetName(member.plan), member]));
	const words = [];
	const onLine = (line) => {
		const event = parseEvent(line);
		if (event === void 0) words.push(line);
		else for (const [name, share] of shares.take(event)) byName.get(name)?.world.onLine(share);
	};
	const code = await follow("docker", bakeArguments(targets, {
		builder: members[0]?.plan.builder ?? "",
		file,
		metadataFile
	}), {
		env: environmentOf(members, env),
		onLine,
		signal
	});
	if (signal.aborted) return members.map(({ plan }) => ({ error: stopped(plan) }));
	if (code !== 0) return verdicts(code);
	for (const { world } of members) for (const line of words) world.onLine(line);
	const made = await files.read(metadataFile) ?? "{}";
	return members.map(({ plan }) => ({ digest: plan.pushes ? readMetadata(made, targetName(plan)) : void 0 }));
	/** Bake names the first that has failed, and means all that it says. */
	function verdicts(code) {
		const named = words.flatMap((line) => TARGET.exec(line)?.[1] ?? []).find((name) => byName.has(name));
		const culprits = named === void 0 ? [] : shares.failedWith(named);
		for (const line of words) byName.get(named ?? "")?.world.onLine(line.replace(TARGET, "ERROR: failed to build: "));
		const errors = new Map(culprits.flatMap((name) => {
			const member = byName.get(name);
			return member ? [[member, failed(member.plan, code, member.world.progress)]] : [];
		}));
		const reason = new BuildCut(cutBecause([...errors.values()], words));
		const isOver = ![...errors.values()].every(world.isMishap);
		return members.map((member) => ({ error: errors.get(member) ?? (isOver ? stopped(member.plan) : reason) }));
	}
}
/** How bake says which of its targets has failed; `build` says that it has failed to build. */
const TARGET = /^ERROR: target (\S+): /;
function cutBecause(errors, words) {
	if (errors.length > 0) return `the failure of ${errors.map(({ platform }) => formatPlatform(platform)).join(" and ")} has stopped it`;
	return `docker buildx bake has failed (${(words.findLast((line) => line.startsWith("ERROR: ")) ?? words.at(-1) ?? "ERROR: it was ended").replace(/^ERROR: /, "")})`;
}
/** What all of them need. Only bake asks for leave to read and write files, and may look for them from elsewhere. */
function environmentOf(members, env) {
	const own = members.flatMap(({ plan }) => Object.entries(buildEnvironment(plan.recipe)).map(([name, value]) => [name.startsWith("MULTIARCH_") ? ownVariable(name, targetName(plan)) : name, value]));
	return {
		...env,
		...Object.fromEntries(own),
		BUILDX_BAKE_ENTITLEMENTS_FS: "false",
		BUILDX_BAKE_FILE_RELATIVE_PATHS: "false"
	};
}
// src/flows/platforms/joint.ts
/**
* Builds these platforms together once all of them have come, so that what they share, as the context, is sent to BuildKit
* once. Whatever comes again is built by itself, and so are all of them where bake cannot build one.
*/
function openJoint(decisions, site) {
	const missing = new Set(decisions.map(({ platform }) => formatPlatform(platform)));
	const isMishap = ({ platform, tail }) => {
		return mishapIn(tail, { emulated: decisions.some((one) => samePlatform(one.platform, platform) && isEmulated(one)) }) !== void 0;
	};
	if (missing.size < 2 || site.builder.nodes.length > 1 || !canBake(site.buildx)) return buildPlatform;
	const waiting = [];
	const leave = () => {
		if (missing.size > 0) for (const { plan, reject } of waiting) reject(stopped(plan));
	};
	site.signal.addEventListener("abort", leave, { once: true });
	return (plan, env, world) => {
		if (!missing.delete(formatPlatform(plan.platform))) return buildPlatform(plan, env, world);
		if (site.signal.aborted) return Promise.reject(stopped(plan));
		const { promise, resolve, reject } = Promise.withResolvers();
		waiting.push({
			plan,
			world,
			resolve,
			reject
		});
		if (missing.size === 0) depart(waiting, env, {
			...site,
			isMishap
		}).catch((error) => {
			for (const { reject } of waiting) reject(error);
		});
		return promise;
	};
}
async function depart(waiting, env, { world, signal, isMishap }) {
	const targets = bakeTargets(waiting.map(({ plan }) => plan), world.places.workspace);
	if (targets === void 0) {
		for (const { plan, world, resolve } of waiting) resolve(buildPlatform(plan, env, world));
		return;
	}
	const outcomes = await buildTogether(waiting, targets, env, {
		...world,
		signal,
		isMishap
	});
	for (const [place, outcome] of outcomes.entries()) {
		const one = waiting[place];
		if ("error" in outcome) one?.reject(outcome.error);
		else one?.resolve(outcome.digest);
	}
}
// src/flows/platforms/live.ts
/** How often builds say that they live, in milliseconds. */
const HEARTBEAT = 2e4;
/** What only matters when it takes long: from so many milliseconds on. */
const LONG = 1e3;
/** Characters of a build's output that fit on a line with other things. */
const GLIMPSE = 100;
/** Lines that say what several builds are doing, while their logs wait to be written in one piece. */
function openLive(names, log, clock) {
	const width = Math.max(...names.map((name) => name.length));
	const builds = /* @__PURE__ */ new Map();
	const beat = clock.every(HEARTBEAT, sayTheyLive);
	return {
		begin: (name, progress) => void builds.set(name, {
			progress,
			told: /* @__PURE__ */ new Map()
		}),
		tell,
		end: (name) => void builds.delete(name),
		[Symbol.dispose]: () => beat[Symbol.dispose]()
	};
	function tell(name, ended) {
		for (const step of ended) {
			const { number, milliseconds = 0 } = step;
			const told = builds.get(name)?.told;
			const before = told?.get(number);
			if (!isWorthALine(step) || before !== void 0 && milliseconds - before < LONG) continue;
			told?.set(number, milliseconds);
			write(name, shortName(step.name), `${step.error ? "failed after " : ""}${formatDuration(milliseconds)}`);
		}
	}
	function sayTheyLive() {
		for (const [name, { progress }] of builds) {
			const { doing, milliseconds, last } = progress.now();
			const what = `${formatDuration(milliseconds)} so far`;
			write(name, doing, last === "" ? what : `${what}: ${glimpse(last)}`);
		}
	}
	function write(name, doing, what) {
		const short = doing.startsWith(`${name} `) ? doing.slice(name.length + 1) : doing;
		log.line(`${name.padEnd(width)}  ${short}  ${what}`);
	}
}
/** What a Dockerfile says, and other things that take long. What came from a cache did not happen. */
function isWorthALine({ name, cached, error, milliseconds = 0 }) {
	if (cached || isStopped(error)) return false;
	return milliseconds >= LONG || /^(?!FROM )/.test(instructionOf(name)?.text ?? "FROM ");
}
/** Without colours, which would spoil the line they are put on. */
function glimpse(text) {
	const plain = text.replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, "").trim();
	return plain.length > GLIMPSE ? `${plain.slice(0, 99)}…` : plain;
}
// src/build/plan.ts
/** The recipe as it is for this platform, or without one for all that are not named. */
function narrow(recipe, platform) {
	const { emptySecrets: _, file, target, ...rest } = recipe;
	const [ownFile, ownTarget] = [file, target].map((entries) => valuesFor(entries, platform).at(-1));
	return {
		...rest,
		...ownFile !== void 0 && { file: ownFile },
		...ownTarget !== void 0 && { target: ownTarget },
		buildArgs: valuesFor(recipe.buildArgs, platform),
		labels: valuesFor(recipe.labels, platform),
		secrets: valuesFor(recipe.secrets, platform),
		cacheFrom: narrowTo(recipe.cacheFrom, platform),
		cacheTo: narrowTo(recipe.cacheTo, platform)
	};
}
// src/flows/platforms/one-platform.ts
/** Builds one platform, once. Rejects with BuildFailed, or with BuildStopped. */
async function buildOnce(platform, site, { begun, say, before }) {
	const { clock, log } = site.world;
	const name = formatPlatform(platform);
	const progress = openProgress(clock, begun);
	const recipe = narrow(site.recipe, platform);
	const needed = neededIn(recipe.cacheTo);
	const unopened = before && needed.length < recipe.cacheTo.length && !wasJustMade(before.tail) ? unopenedIn(before.tail) : void 0;
	const plan = planOf(platform, unopened ? {
		...recipe,
		cacheTo: needed
	} : recipe, site);
	const heard = () => progress.warnings().map((warning) => ({
		warning,
		recipe
	}));
	const end = [];
	site.live.begin(name, progress);
	try {
		const { pushed, idle } = await buildAndPush(plan, site, progress);
		for (const reason of [unopened ?? [], cachesLost(progress.log())].flat()) log.warn(reason, { title: `The cache of ${name} was not written` });
		const facts = progress.facts();
		return {
			heard: heard(),
			idle,
			...facts && { facts },
			...pushed && { pushed }
		};
	} catch (error) {
		if (error instanceof BuildStopped) end.push("Stopped, as the build of another platform has failed.");
		throw error;
	} finally {
		for (const line of [...progress.log(), ...end]) say(line);
		site.hear(heard());
	}
}
async function buildAndPush(plan, site, progress) {
	const { platform } = plan;
	const { build, builder, world, push, live, signal } = site;
	const onLine = (told) => live.tell(formatPlatform(platform), progress.take(told));
	const digest = await build(plan, builder.env, {
		...world,
		onLine,
		progress,
		signal
	});
	const idle = progress.quiet() ?? 0;
	const pushed = digest === void 0 ? void 0 : await push?.finish(platform, digest);
	return {
		idle,
		...pushed && { pushed }
	};
}
function planOf(platform, recipe, { builder, decisions, buildx, world, push, outputs, oneOfMany }) {
	const folder = world.places.own;
	const several = decisions.length > 1;
	const share = {
		platform,
		several,
		folder
	};
	return {
		recipe,
		platform,
		builder: builder.name,
		oneOfMany,
		exporters: [...outputs.map((output, place) => exporterOf(output, place, share)), ...push ? [push.exporter(platform)] : []],
		pushes: push !== void 0,
		apart: several && outputs.some(isOfFiles),
		style: styleFor(buildx),
		metadataFile: join(folder, `${platformSlug(platform)}.json`)
	};
}
// src/flows/platforms/push.ts
/** BuildKit pushes by itself, but for the one in the engine: it can only push what has a tag, so there we do it. */
function openPush(to, { attributes, driver }, world) {
	if (driver !== "docker") return {
		exporter: () => pushExporter(to, attributes),
		finish: async (platform, digest) => {
			return {
				...flatten(await (await world.registry()).get({
					...to,
					digest
				}, { expected: true }), platform),
				as: digest
			};
		}
	};
	const own = new Map([["attestation-inline", "true"], ...attributes]);
	const pathOf = (platform) => join(world.places.own, `${platformSlug(platform)}-push.tar`);
	return {
		exporter: (platform) => layoutExporter(pathOf(platform), formatRepository(to), own),
		finish: async (platform) => {
			const path = pathOf(platform);
			await using archive = await openArchive(path, world.files);
			const top = await archive.top();
			await upload(archive, to, await world.registry());
			await world.files.remove(path);
			return {
				...flatten(top, platform),
				as: top.digest
			};
		}
	};
}
/** A layout is copied as an image of another registry is: what is there already stays there, the rest is streamed. */
async function upload(archive, to, registry) {
	const from = {
		registry: "oci-layout",
		path: to.path
	};
	const tree = await readTree(await archive.top(), {
		from,
		read: archive.read
	});
	const openBlob = (_, blob) => Promise.resolve(archive.open(blob));
	const readBlob = (_, blob) => archive.readBlob(blob);
	await copy(tree, {
		from,
		to: [to]
	}, {
		...registry,
		openBlob,
		readBlob
	});
}
// src/flows/platforms/platforms.ts
/**
* Builds every platform at the same time. The first failure stops the others: an hour of QEMU would not help it. Only an
* optional platform fails alone.
*/
async function buildPlatforms(workshop, { home, push: attributes, outputs }, options) {
	const { builder, decisions, world } = workshop;
	const { oneOfMany = decisions.length > 1, annotate = true, optional = [] } = options;
	const isOptional = ({ platform }) => optional.some((one) => samePlatform(one, platform));
	const push = home && openPush(home, {
		attributes,
		driver: builder.driver
	}, world);
	const stop = new AbortController();
	const heard = [];
	using live = openLive(decisions.map(({ platform }) => formatPlatform(platform)), world.log, world.clock);
	const joint = decisions.filter((decision) => !isOptional(decision) && decision.lost === void 0);
	const { signal } = stop;
	const build = openJoint(joint, {
		...workshop,
		signal
	});
	const site = {
		...workshop,
		push,
		outputs,
		oneOfMany,
		live,
		build,
		signal,
		hear: (more) => void heard.push(...more)
	};
	const outcomes = await Promise.all(decisions.map(async (decision) => {
		const outcome = await buildOne(decision, site);
		if ("cause" in outcome && !isOptional(outcome)) stop.abort();
		return outcome;
	}));
	if (annotate) tellComplaints(complaintsOf(heard), world.log);
	const lost = outcomes.flatMap((one) => "cause" in one && !(one.cause instanceof BuildStopped) ? one : []);
	const culprit = lost.find((one) => !isOptional(one));
	if (culprit !== void 0) throw culprit.cause;
	for (const one of lost) world.log.warn(wordsFor(one, world), { title: "An optional platform failed to build" });
	return {
		built: outcomes.flatMap((one) => "cause" in one ? [] : one),
		lost
	};
}
/** Never rejects: what the failure means for the others is for the caller to say. */
async function buildOne(decision, site) {
	const { platform, lost } = decision;
	if (lost !== void 0) return {
		platform,
		...lost
	};
	const { world, live, signal } = site;
	const { clock, log, stages } = world;
	const emulated = isEmulated(decision);
	const name = formatPlatform(platform);
	const begun = clock.now();
	let idle = 0;
	try {
		const made = await stages.run(`Build ${name}${emulated ? ", emulated" : ""}`, async (say) => {
			const made = await tryAgain((before) => buildOnce(platform, site, {
				begun,
				say,
				before
			}), {
				platform,
				emulated,
				signal,
				tell: (line) => [say, log.line].map((tell) => tell(line))
			});
			idle = made.idle;
			return made;
		}, {
			platform,
			idle: () => idle,
			ended: (error) => error instanceof BuildStopped ? "stopped" : "failed"
		});
		return {
			decision,
			milliseconds: clock.now() - begun - idle,
			...made
		};
	} catch (cause) {
		return {
			platform,
			cause
		};
	} finally {
		live.end(name);
	}
}
function wordsFor({ platform, cause }, { explain }) {
	const name = formatPlatform(platform);
	return `The image is made without ${name}. ${cause instanceof BuildFailed ? `The whole log is in the group "Build ${name}".` : explain(cause)}`;
}
// src/flows/sources/previous.ts
/** The tag that has most likely had an image before: `latest` rather than `1.2.3`. */
function tagToCompare(tags) {
	return tags.find(isMoving) ?? tags[0];
}
/** Costs nobody time: what is not known when the builds are done is not waited for, and tags are moved then. */
async function lookBack(tags, building, { registry }) {
	const tag = tagToCompare(tags);
	if (tag === void 0) return void 0;
	const built = building.then(() => void 0);
	return await Promise.race([readPrevious(tag, await registry()), built]);
}
/** Only shown, so that a registry which has no such image, or will not tell, is no failure: undefined then. */
async function readPrevious(tag, registry) {
	try {
		const image = await registry.get(tag);
		const source = openSource(tag, registry);
		const { images } = await collect(image, source);
		const platforms = images.map(async ({ platform, image: { digest } }) => {
			return {
				platform,
				digest,
				size: pullSizeOf(digest === image.digest ? image : await source.read(digest))
			};
		});
		return {
			tag,
			digest: image.digest,
			platforms: await Promise.all(platforms)
		};
	} catch {
		return;
	}
}
// src/flows/workshop/check-store.ts
/** Throws StoreError before anything is built for a store that could not take it. The engine is asked only where it matters. */
async function checkStore(demands, { run }) {
	const { outputs } = demands;
	const built = ofBuilder(demands);
	if (built !== void 0) await requireContainerdStore(built, void 0, run);
	const loaded = ofLoaded(demands);
	if (loaded === void 0) return;
	for (const output of outputs.filter(isLoaded)) await requireContainerdStore(loaded, output.attributes.get("context"), run);
}
/** What an engine would have to hold. */
function ofLoaded({ platforms, attested }) {
	if (platforms > 1) return "an image of several platforms in the engine";
	return attested ? "an image with attestations in the engine" : void 0;
}
/** What the engine's own BuildKit would have to give. */
function ofBuilder({ driver, pushes, outputs }) {
	if (driver !== "docker") return void 0;
	if (pushes) return "a push of what the BuildKit in the engine has built";
	return outputs.some(({ type }) => type === "oci") ? "a layout from the BuildKit in the engine" : void 0;
}
function isLoaded(output) {
	return output.type === "docker" && output.dest === "";
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
// src/builder/disk.ts
/** Where engines keep their images and builders, if their settings name no other place; the root is always there. */
const PLACES = ["/var/lib/docker", "/"];
const SETTINGS = "/etc/docker/daemon.json";
/** In bytes. A build that needs more than this is common, and one that runs dry fails late and says little. */
const LITTLE = 2 * 1e3 ** 3;
/** A warning where the disk of an engine on this machine is nearly full, before an hour of building is lost to it. */
async function warningOfFullDisk(files) {
	const places = [...dataRoot(await files.read(SETTINGS)), ...PLACES];
	const [place, free] = (await Promise.all(places.map(async (place) => [place, await files.freeSpace(place)]))).find(([, space]) => space !== void 0) ?? [];
	if (place === void 0 || free === void 0 || free >= LITTLE) return void 0;
	return `Only ${(free / 1e3 ** 3).toFixed(1)} GB are free at ${place}. Remove what the job does not need before this step, such as unused tools or images ("docker system prune").`;
}
/** The engine's `data-root`. Settings that cannot be read are the engine's affair. */
function dataRoot(settings = "{}") {
	try {
		const { "data-root": place } = JSON.parse(settings);
		return typeof place === "string" ? [place] : [];
	} catch {
		return [];
	}
}
// src/builder/earlier.ts
/** Where a step keeps the files of its builder, within its own folder. */
const BUILDX_FOLDER = "buildx";
/**
* The name of the file that stands for a builder like this; undefined where nobody shares it. Only those of the engine are
* known by what is said of them here: which cluster it is, an environment says.
*/
async function markOf(plan, configFile, files) {
	const { name: _, folder: __, buildx: ___, job, certificates, ...like } = plan;
	if (job === void 0 || !like.cleanup || like.driver !== "docker-container") return void 0;
	const settings = configFile && await files.read(configFile);
	const said = JSON.stringify({
		...like,
		settings,
		certificates: [...certificates]
	});
	return `like-${digestOf(Buffer.from(said)).slice(7)}`;
}
/** The builder that an earlier step of this job has made, and that is one like this; undefined where there is none. */
async function earlierBuilder(mark, { job = "" }, files) {
	const names = await files.list(job);
	const found = await Promise.all(names.map(async (name) => {
		const place = join(job, name, BUILDX_FOLDER);
		const signs = [join(place, mark), join(place, "instances", name)];
		return (await Promise.all(signs.map((sign) => files.exists(sign)))).every(Boolean);
	}));
	const name = names.find((_, place) => found[place]);
	return name === void 0 ? void 0 : {
		kind: "builder",
		name,
		env: { BUILDX_CONFIG: join(job, name, BUILDX_FOLDER) }
	};
}
// src/builder/placing.ts
/**
* Finds the platforms that buildx would have emulated though another node's CPU runs them: it takes the first node that
* lists a platform (buildx, build/resolver), and does not know which of them emulate it. What somebody has given to a
* node by hand stays there.
*/
function misplaced(wanted, nodes, isNative) {
	const found = wanted.flatMap((platform) => {
		const lists = ({ platforms }) => platforms.some((one) => samePlatform(one, platform));
		const given = nodes.some(({ byHand }) => lists({ platforms: byHand }));
		const runs = (node) => lists(node) && node.natives.some((machine) => isNative(platform, machine));
		const native = nodes.find(runs);
		return given || native === void 0 || native === nodes.find(lists) ? [] : [{
			node: native,
			platform
		}];
	});
	return [...Map.groupBy(found, ({ node }) => node)].map(([node, entries]) => ({
		node,
		platforms: entries.map(({ platform }) => platform)
	}));
}
/** Gives a node of a builder of ours its platforms. Rejects with BuilderError. */
async function place({ name, env, driver }, { node, platforms }, { run, say }) {
	const list = platforms.map(formatPlatform).join(",");
	const it = [
		"--append",
		"--name",
		name,
		"--node",
		node.name
	];
	const endpoint = driver === "kubernetes" ? [] : [node.endpoint];
	const { code, stderr } = await run("docker", [
		"buildx",
		"create",
		...it,
		"--platform",
		list,
		...endpoint
	], { env });
	if (code !== 0) throw new BuilderError(name, `node ${node.name} could not be given ${list}`, stderr);
	say(`${list} is built on node ${node.name}, whose CPU runs it`);
}
// src/builder/nodes.ts
/** The names of the remote driver's options. */
const KINDS = [
	"cacert",
	"cert",
	"key"
];
/**
* The certificates of each node, the builder's own being node 0: BUILDER_NODE_0_AUTH_TLS_CACERT and _CERT and _KEY, as
* docker/setup-buildx-action has them. A variable that is empty is not set.
*/
function readCertificates(env) {
	const nodes = /* @__PURE__ */ new Map();
	for (const [name, text] of Object.entries(env)) {
		const [, place, kind] = /^BUILDER_NODE_(\d+)_AUTH_TLS_(CACERT|CERT|KEY)$/.exec(name) ?? [];
		if (place === void 0 || kind === void 0 || !text) continue;
		nodes.set(Number(place), {
			...nodes.get(Number(place)),
			[kind.toLowerCase()]: text
		});
	}
	return nodes;
}
/** Writes what a node is known by where only this user can read it; gives the driver's options that name the files. */
async function writeCertificates(place, certificates, folder, files) {
	const given = KINDS.flatMap((kind) => {
		const text = certificates[kind];
		return text === void 0 ? [] : [{
			kind,
			text,
			path: join(folder, `node-${place}-${kind}.pem`)
		}];
	});
	if (given.length > 0) await files.makeFolder(folder);
	await Promise.all(given.map(({ path, text }) => files.write(path, `${text.trim()}\n`)));
	return given.map(({ kind, path }) => `${kind}=${path}`);
}
/** What `docker buildx create` is told of a node. */
function nodeArguments(node, configFile) {
	return [
		...node.driverOptions.flatMap((option) => ["--driver-opt", option]),
		...node.flags === "" ? [] : ["--buildkitd-flags", node.flags],
		...node.platforms.length === 0 ? [] : ["--platform", node.platforms.map(formatPlatform).join(",")],
		...configFile === void 0 ? [] : ["--buildkitd-config", configFile],
		...node.endpoint === "" ? [] : [node.endpoint]
	];
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
// src/builder/prepare.ts
/**
* Writes down a builder and its nodes without starting them, unless the job has one already. buildkitd reads what it can emulate once, when it boots;
* everything that may overlap with installing emulators is here. Rejects with BuilderError.
*/
async function prepareBuilder(plan, world) {
	const { files, note, say } = world;
	const entry = {
		kind: "builder",
		name: plan.name,
		env: plan.cleanup ? { BUILDX_CONFIG: plan.folder } : {},
		...plan.keepState && { keepState: true },
		...plan.buildx !== void 0 && { buildx: plan.buildx }
	};
	const configFile = await settingsOf(plan, world);
	const mark = await markOf(plan, configFile, files);
	const earlier = mark && await earlierBuilder(mark, plan, files);
	if (earlier) {
		say(`the builder ${earlier.name} of an earlier step is one like this: it is used again, with its cache`);
		await lendLogins(earlier.env, plan, files);
		return earlier;
	}
	await lendLogins(entry.env, plan, files);
	const here = plan.driver === "docker-container" && plan.endpoint === "";
	const named = imageOf(plan);
	const early = here && plan.imageMirrors.length > 0;
	const image = early ? await world.fetchImage(named) : named;
	const endpoint = here && plan.tls ? await contextFor(plan.name, plan.tls, world) : plan.endpoint;
	const driverOptions = plan.driverOptions.filter((option) => !isImage(option));
	const specs = [{
		...plan,
		endpoint,
		driverOptions,
		name: ""
	}, ...plan.nodes];
	const nodes = await Promise.all(specs.map((node, place) => withCertificates(node, place, plan, world)));
	if (plan.cleanup) note(entry);
	const commands = nodes.map((node, place) => createArguments({
		...plan,
		image
	}, node, place, configFile));
	await Promise.all([create(commands, entry, world), here && !early && world.fetchImage(named)]);
	if (mark) await files.write(join(plan.folder, mark), "");
	return entry;
}
/** The user's logins for a part of a registry, which buildx looks for in its own folder; a step may have made them since. */
async function lendLogins({ BUILDX_CONFIG: folder }, { usersFolder }, files) {
	const theirs = join(usersFolder, "config");
	const ours = join(folder ?? usersFolder, "config");
	if (theirs !== ours && await files.exists(theirs) && !await files.exists(ours)) await files.link(theirs, ours);
}
/** One node after the other: buildx names each after those before it. */
async function create(commands, { name, env }, { run }) {
	for (const [place, command] of commands.entries()) {
		const { code, stderr } = await run("docker", command, { env });
		if (code === 0) continue;
		throw new BuilderError(name, place === 0 ? "the builder could not be created" : `node ${place} of it could not be added`, stderr);
	}
}
function createArguments({ name, driver, image }, node, place, configFile) {
	const driverOptions = node.driverOptions.some(isImage) || isLeftToBuildx(driver, image) ? node.driverOptions : [`${IMAGE}${image}`, ...node.driverOptions];
	return [
		...[
			"buildx",
			"create",
			"--name",
			name
		],
		...place === 0 ? ["--driver", driver] : ["--append"],
		...node.name === "" ? [] : ["--node", node.name],
		...nodeArguments({
			...node,
			driverOptions
		}, configFile)
	];
}
const IMAGE = "image=";
function isImage(option) {
	return option.startsWith(IMAGE);
}
/** A remote BuildKit runs whatever image it runs, and Kubernetes' `rootless=true` brings an image of its own. */
function isLeftToBuildx(driver, image) {
	return driver === "remote" || driver === "kubernetes" && image === "moby/buildkit:buildx-stable-1";
}
/** `driver-opts: image=…` is how setup-buildx's users say it, so it wins. */
function imageOf({ image, driverOptions }) {
	return driverOptions.find(isImage)?.slice(6) ?? image;
}
/** A buildkitd that runs already has its settings. */
async function settingsOf(plan, { files }) {
	if (plan.driver === "remote") return void 0;
	return await configFor(plan.config, plan, files).catch((error) => {
		const why = error instanceof Error ? error.message : String(error);
		throw new BuilderError(plan.name, "the settings of buildkitd cannot be used", why);
	});
}
/** A node with the files that it is known by, in our folder; in the user's, where the builder stays. */
async function withCertificates(node, place, { driver, name, folder, usersFolder, cleanup, certificates }, { files, say }) {
	const own = certificates.get(place);
	if (own === void 0) return node;
	if (driver !== "remote") {
		say(`BUILDER_NODE_${place}_AUTH_TLS_… is for the driver remote, and is not used`);
		return node;
	}
	const options = await writeCertificates(place, own, cleanup ? folder : join(usersFolder, "certs", name), files);
	return {
		...node,
		driverOptions: [...node.driverOptions, ...options]
	};
}
async function contextFor(name, engine, world) {
	const context = await makeContext(`${name}-engine`, engine, world);
	if (context.code === 0) return context.name;
	throw new BuilderError(name, `no docker context could be made for ${engine.host}`, context.stderr);
}
// src/emulation/elsewhere.ts
/** Sorts the wanted platforms by what the builder says of itself: nothing can be installed there. */
function decideElsewhere(wanted, { natives, platforms }, say) {
	const decisions = decide(wanted, {
		natives,
		covered: platforms,
		handlers: /* @__PURE__ */ new Map(),
		runs: /* @__PURE__ */ new Map(),
		reset: false
	}).map(({ platform, action, why }) => {
		if (action === "native" || action === "present") return {
			platform,
			action,
			why
		};
		return {
			platform,
			action: "none",
			why: UNKNOWN
		};
	});
	for (const { platform, why } of decisions) say(`${formatPlatform(platform)} ${why}`);
	return decisions;
}
const UNKNOWN = "is not among what the builder can run, and nothing can be installed there; its Dockerfile must not RUN anything";
// src/flows/workshop/fetch.ts
/** In milliseconds. A registry that wants more patience gives nothing to this job. */
const PATIENCE = 6e4;
/** Gets images into the engine, from their registry or a mirror. */
function fetcher(mirrors, say, world) {
	return (image) => fetchImage(image, mirrors, {
		...world,
		say,
		ask: (name) => ask(name, world)
	});
}
/** Whether a registry has an image for us, after all the waiting that it asks for. Asking so is no pull that counts. */
async function ask(image, world) {
	const { tag = "latest", digest, ...repository } = parseReference(image);
	const reference = digest === void 0 ? {
		...repository,
		tag
	} : {
		...repository,
		digest
	};
	const enough = world.clock.deadline(PATIENCE);
	const late = new Promise((done) => enough.addEventListener("abort", () => done(void 0), { once: true }));
	const registry = await world.registry();
	return await Promise.race([registry.head(reference).catch(() => void 0), late]) !== void 0;
}
// src/flows/workshop/emulate.ts
/** `underWay` is called when the installer is about to start; an image that must be pulled first takes its time. */
function emulate({ platforms, optional = [], natives, covered, emulators }, { local }, world, underWay = () => {}) {
	const plan = {
		wanted: platforms,
		optional,
		natives,
		covered,
		local,
		folder: world.places.own,
		by: world.name,
		...emulators
	};
	return world.stages.run("Emulators", (say) => {
		const fetch = fetcher(emulators.imageMirrors, say, world);
		const fetchImage = async (image) => {
			const name = await fetch(image);
			underWay();
			return name;
		};
		return ensureEmulators(plan, {
			...world,
			say,
			fetchImage
		});
	});
}
/** The builder, started anew where it was up before emulators that it should know of. */
async function withEmulators(builder, decisions, world) {
	const unseen = decisions.flatMap(({ action, platform, lost }) => action === "install" && !lost ? platform : []).filter(({ architecture }) => !builder.platforms.some((seen) => seen.architecture === architecture));
	if (unseen.length === 0) return builder;
	world.say(`buildkitd was there before the emulator of ${unseen.map(formatPlatform).join(", ")}: it looks again`);
	return await reboot(builder, world);
}
// src/flows/workshop/set-up.ts
/** Whether only an engine can give such a builder. One that exists says itself where it is. */
function needsEngine(builder) {
	return "embedded" in builder || "driver" in builder && builder.driver === "docker-container";
}
/** Emulators and a builder, side by side. `meanwhile` is called once the builder boots, or never where it was up. */
async function setUp(wanted, engine, world, meanwhile = () => {}) {
	const { builder } = wanted;
	const site = {
		wanted,
		world,
		engine,
		meanwhile
	};
	const warning = engine?.local ? await warningOfFullDisk(world.files) : void 0;
	if (warning !== void 0) world.log.warn(warning);
	if ("existing" in builder) return await useBuilder(builder.existing, {}, site);
	if ("driver" in builder && isElsewhere(builder)) return await makeBuilderElsewhere(builder, site);
	if (engine === void 0) throw new EngineError("engine", "");
	const here = {
		...site,
		engine
	};
	return "embedded" in builder ? await useEmbedded(here) : await makeBuilder(builder, here);
}
/** Whether only the builder itself can tell what it runs. */
function isElsewhere({ driver, endpoint, nodes }) {
	const untold = nodes.some(({ platforms }) => platforms.length === 0);
	return driver !== "docker-container" || endpoint !== "" || untold;
}
async function makeBuilderElsewhere(spec, site) {
	const { world, wanted } = site;
	const plan = await planBuilder(spec, site);
	const made = await world.stages.run("Create the builder", (say) => prepareBuilder(plan, {
		...world,
		say,
		fetchImage: fetcher(spec.imageMirrors, say, world)
	}));
	const { builder, decisions } = await useBuilder(made.name, made.env, site);
	const say = world.log.line;
	const up = spec.driver === "docker-container" && spec.endpoint === "" ? await withEmulators(builder, decisions, {
		...world,
		say
	}) : builder;
	for (const placing of misplaced(wanted.platforms, up.nodes, isNative)) await place(up, placing, {
		...world,
		say
	});
	return {
		builder: up,
		decisions
	};
}
/**
* The builder boots while emulators are installed: buildx is busy with its container for longer than that takes. Which
* of them was quicker is not left to luck: buildkitd says what it has found, and looks again where that is not all.
*/
async function makeBuilder(spec, site) {
	const { world, engine, wanted, meanwhile } = site;
	const plan = await planBuilder(spec, site);
	const natives = [engine.platform, ...spec.nodes.flatMap(({ platforms }) => platforms)];
	const underWay = Promise.withResolvers();
	const platforms = orOwn(wanted.platforms, natives);
	const emulators = emulate({
		...wanted,
		platforms,
		natives,
		covered: []
	}, engine, world, underWay.resolve);
	const builder = world.stages.run("Builder", async (say) => {
		const fetchImage = fetcher(spec.imageMirrors, say, world);
		const made = await prepareBuilder(plan, {
			...world,
			say,
			fetchImage
		});
		await Promise.race([underWay.promise, emulators]);
		return await withEmulators(await boot(made.name, made.env, {
			...world,
			say,
			booting: meanwhile
		}), await emulators, {
			...world,
			say
		});
	});
	const [decisions, up] = await Promise.allSettled([emulators, builder]);
	if (decisions.status === "rejected") throw decisions.reason;
	if (up.status === "rejected") throw up.reason;
	return {
		builder: up.value,
		decisions: decisions.value
	};
}
/** The BuildKit in the engine is always up, and it runs whatever the engine's kernel runs by the time it builds. */
async function useEmbedded({ wanted, engine, world, meanwhile }) {
	const natives = [engine.platform];
	const platforms = orOwn(wanted.platforms, natives);
	const decisions = await emulate({
		...wanted,
		platforms,
		natives,
		covered: []
	}, engine, world, meanwhile);
	return {
		builder: await world.stages.run("Builder", (say) => boot(engine.context, {}, {
			...world,
			say
		})),
		decisions
	};
}
async function useBuilder(name, env, site) {
	const { world, engine, wanted, meanwhile } = site;
	const builder = await world.stages.run("Builder", (say) => boot(name, env, {
		...world,
		say,
		booting: meanwhile
	}));
	const { natives, platforms: covered } = builder;
	const platforms = orOwn(wanted.platforms, natives);
	return {
		builder,
		decisions: await (engine === void 0 || builder.driver === "remote" || builder.driver === "kubernetes" ? world.stages.run("Emulators", async (say) => decideElsewhere(platforms, builder, say)) : emulate({
			...wanted,
			platforms,
			natives,
			covered
		}, engine, world))
	};
}
/** A builder of ours, with a name and a folder that no other run has. */
async function planBuilder(spec, { world, engine }) {
	const { name, places, files, buildx } = world;
	const folder = join(places.own, BUILDX_FOLDER);
	await files.makeFolder(folder);
	const { tls, certificates } = places;
	return {
		...spec,
		name,
		folder,
		usersFolder: places.buildx,
		tls,
		certificates,
		job: places.job,
		at: [places.dockerHost, engine?.context],
		...buildx && { buildx }
	};
}
/** The platforms that are named, or else the builder's own. */
function orOwn(platforms, natives) {
	return platforms.length > 0 ? platforms : natives.slice(0, 1);
}
// src/flows/workshop/find-tools.ts
/** Finds the engine and buildx at the same time; a buildx is downloaded only where one is wanted that is not installed. */
async function findTools({ builder, buildx = {} }, world) {
	const { wish, needs = [] } = buildx;
	const [engine, { version, program }] = await Promise.all([needsEngine(builder) ? engineOf(world) : orNothing(engineOf(world)), wish === void 0 ? installedBuildx(world) : fetchBuildx(wish, world)]);
	requireBuildx(version, needs);
	if (program === void 0) return {
		engine,
		buildx: version,
		world
	};
	const processes = direct(world, Promise.resolve(program));
	return {
		engine,
		buildx: version,
		world: {
			...world,
			...processes,
			buildx: program
		}
	};
}
function engineOf({ run, places }) {
	return findEngine(run, places.dockerHost);
}
async function installedBuildx({ run }) {
	return { version: await findBuildx(run) };
}
/** What somebody else must do without is not what is wrong. */
async function orNothing(finding) {
	return await finding.catch((error) => {
		if (error instanceof EngineError) return void 0;
		throw error;
	});
}
async function fetchBuildx(wish, world) {
	const installed = await orNothing(findBuildx(world.run));
	return await world.stages.run("Buildx", (say) => ensureBuildx(wish, installed, {
		...world,
		say
	}));
}
// src/flows/workshop/ready.ts
/** Looks for all that the recipe needs of this machine, before anything is started; gives what can be built. */
async function ready(recipe, platforms, { files, places, log }) {
	for (const platform of platforms.length > 0 ? platforms : [void 0]) await checkDockerfile(narrow(recipe, platform), files, places.workspace);
	for (const id of recipe.emptySecrets) log.line(`The secret "${id}" is empty and is not mounted.`);
	const absent = await absentSecrets(recipe.secrets.map(({ value }) => value), files, places.workspace);
	for (const { id, path } of absent) log.warn(`The secret "${id}" is not mounted: there is no file ${path}.`);
	return {
		...recipe,
		secrets: recipe.secrets.filter(({ value }) => !absent.some((one) => one === value))
	};
}
// src/flows/workshop/warm.ts
/**
* Loads the client, connects and logs in, once however often it is called. The moment is while the builder boots, which
* is mostly waiting: before and after, loading it would hold up what is started then. What is wrong shows when it
* matters, so nothing is thrown here.
*/
function warmer(repositories, world) {
	const hosts = Map.groupBy(repositories, ({ registry }) => registry);
	let warming;
	return () => warming ??= warm([...hosts.values()].flatMap(([first]) => first ?? []), world);
}
async function warm(repositories, world) {
	if (repositories.length === 0) return;
	const registry = await world.registry();
	await Promise.all(repositories.map((repository) => registry.warm(repository)));
}
// src/flows/workshop/workshop.ts
/** Finds all that is wanting before anything is built, the cheapest first; then emulators and a builder are there. */
async function openWorkshop(making, { repositories, outputs }, outside) {
	const { fixed = [], platforms } = making;
	const recipe = await ready(making.recipe, platforms, outside);
	if (fixed.length > 0) await requireFree(fixed, await outside.registry());
	const tools = await findTools(making, outside);
	const warm = warmer(repositories, tools.world);
	const ground = await setUp(making, tools.engine, tools.world, warm);
	await checkStore({
		driver: ground.builder.driver,
		pushes: repositories.length > 0,
		outputs,
		platforms: ground.decisions.length,
		attested: recipe.attests.some(isProof)
	}, tools.world);
	return {
		...tools,
		...ground,
		recipe,
		warm
	};
}
// src/flows/build.ts
/** Emulate, open a builder, build each platform and push it by digest, merge, name it. */
async function build(request, outside) {
	const delivery = deliveryFor(request.platforms, request.delivery);
	const { byDigest, outputs, push, top } = delivery;
	const naming = byDigest ? {
		tags: [],
		untagged: byDigest
	} : { tags: request.tags };
	const repositories = byDigest ? [byDigest] : uniqueRepositories(request.tags);
	const [home] = repositories;
	const workshop = await openWorkshop(request, {
		repositories,
		outputs
	}, outside);
	const { recipe, decisions, warm, world } = workshop;
	const building = buildPlatforms(workshop, {
		home,
		push,
		outputs
	}, request);
	const [outcome, previous] = await Promise.all([building, warm().then(() => request.compare ? lookBack(naming.tags, building, world) : void 0)]);
	const { built, lost } = outcome;
	if (built.length === 0) throw lost[0]?.cause;
	const delivered = await deliver(delivery, {
		platforms: built.map(({ decision }) => decision.platform),
		several: decisions.length > 1,
		annotations: recipe.annotations
	}, world);
	const pushed = home && await merge(built, {
		request,
		top,
		tags: naming.tags,
		from: home
	}, world);
	return {
		mode: request.mode,
		...buildsOf(workshop, outcome, pushed?.sizes),
		...previous && { previous },
		...pushed && { published: {
			index: pushed.index,
			...naming
		} },
		...delivered.length > 0 && { delivered }
	};
}
/** One index of all platforms, under every tag. */
async function merge(built, { request, ...names }, world) {
	const { recipe, fixed = [] } = request;
	const registry = await world.registry();
	const read = openReader(names.from, registry, { expected: true });
	const sizes = pullSizes(built, read);
	const images = built.flatMap(({ pushed }) => pushed ?? []);
	const naming = {
		...names,
		images,
		annotations: recipe.annotations,
		fixed
	};
	return {
		index: await world.stages.run("Publish", (say) => nameImages(naming, {
			registry,
			say,
			read
		})),
		sizes: await sizes
	};
}
// src/flows/call.ts
/** Opens a builder, asks, and shows the answers; throws CallFailed where a check has found something. */
async function call(request, outside) {
	const { call, platforms, annotate = true } = request;
	const recipe = await ready(request.recipe, platforms, outside);
	const { engine, world } = await findTools(request, outside);
	const { builder } = await setUp({
		...request,
		platforms: []
	}, engine, world);
	const answers = await Promise.all(recipesOf(recipe, platforms).map(async (own) => {
		return {
			...await askDockerfile({
				call,
				recipe: own,
				builder: builder.name
			}, builder.env, world),
			recipe: own
		};
	}));
	for (const { answer } of answers) for (const line of answer.split("\n")) world.log.line(line);
	const heard = answers.flatMap(({ answer, recipe }) => warningsIn(answer).map((warning) => ({
		warning,
		recipe
	})));
	if (annotate) tellComplaints(complaintsOf(heard), world.log);
	const failed = answers.find(({ failed }) => failed);
	if (failed) throw new CallFailed(`the call "${call}" found something wrong`, failed.answer);
	return {
		mode: "call",
		call,
		answers: answers.map(({ answer }) => answer),
		stages: world.stages.done
	};
}
/** One for each different thing that is asked: most recipes are the same for every platform. */
function recipesOf(recipe, platforms) {
	const recipes = (platforms.length > 0 ? platforms : [void 0]).map((one) => narrow(recipe, one));
	const asked = ({ file, target, buildArgs, labels, secrets }) => JSON.stringify([
		file,
		target,
		buildArgs,
		labels,
		secrets.map(({ id }) => id)
	]);
	return [...new Map(recipes.map((one) => [asked(one), one])).values()];
}
// src/flows/inspect.ts
/** Reads an image: its index, its manifests, and those configurations that name a platform nobody else does. */
async function inspect({ mode, source, platforms }, world) {
	const registry = await world.registry();
	const name = formatReference(source);
	return {
		mode,
		source,
		...await world.stages.run("Inspect", async (say) => {
			const image = await registry.get(source);
			say(`${name} is ${image.digest}, ${image.mediaType}`);
			const others = openSource(source, registry);
			const read = async (digest) => digest === image.digest ? image : await others.read(digest);
			const { images, strays } = await collect(image, others);
			for (const { platform, image } of images) say(`${formatPlatform(platform)} is ${image.digest}`);
			const found = images.map(({ platform }) => platform);
			requirePlatforms(name, platforms, found);
			const inspected = await Promise.all(images.map((one) => look(one, read)));
			return {
				image,
				annotations: readOwnAnnotations(image),
				platforms: inspected,
				strays
			};
		}),
		stages: world.stages.done
	};
}
/** Where the layers of an attestation say what they attest (in-toto). */
const PREDICATE = "in-toto.io/predicate-type";
async function look({ platform, image, attestations }, read) {
	const [size, ...proofs] = await Promise.all([read(image.digest).then(pullSizeOf), ...attestations.map(async ({ digest }) => readImage$1(await read(digest)))]);
	const predicates = proofs.map((proof) => proof.flatMap(({ annotations }) => annotations?.[PREDICATE] ?? []));
	return {
		platform,
		image,
		size,
		attestations: attestations.map((descriptor, place) => ({
			descriptor,
			predicates: predicates[place] ?? []
		}))
	};
}
// src/flows/lists.ts
/** Reads the files among the sources. What they say of names counts only where the inputs name nothing. */
async function readLists({ lists, ...asked }, world) {
	return await world.stages.run("Lists", async (say) => {
		const read = await Promise.all(lists.map((entry) => "list" in entry ? readFiles(entry, world) : entry));
		const specs = read.flatMap((entry) => "image" in entry ? [] : entry);
		for (const { file, spec } of specs) say(`${file} lists ${counted(spec.sources.length)}`);
		if (asked.tags.length > 0 && specs.some(({ spec }) => spec.names.length > 0)) say("the names in it are not used, since the input tags has others");
		const tags = asked.tags.length > 0 ? asked.tags : namesIn(specs);
		const sources = read.flatMap((entry) => "image" in entry ? [entry] : entry.flatMap(({ spec }) => spec.sources));
		return {
			...asked,
			tags,
			from: {
				kind: "sources",
				sources
			},
			image: imageNamed(tags),
			annotations: [...specs.flatMap(({ spec }) => spec.annotations), ...asked.annotations]
		};
	});
}
async function readFiles({ list }, { files, places }) {
	const [{ readSpec }, paths] = await Promise.all([import("./spec.mjs"), files.find(list, places.workspace)]);
	if (paths.length === 0) throw new SpecError(list, ["there is no such file"]);
	return await Promise.all(paths.map(async (path) => {
		const file = paths.length === 1 ? list : path;
		return {
			file,
			spec: readSpec(await files.read(path) ?? "", file)
		};
	}));
}
/** One merge makes one image, so lists of several have to agree on what it is called. */
function namesIn(lists) {
	const [first, ...others] = lists.filter(({ spec }) => spec.names.length > 0);
	if (first === void 0) throw new SpecError(lists.map(({ file }) => file).join(" and "), ["no image is named, and the input tags is empty"]);
	const other = others.find(({ spec }) => nameOf(spec) !== nameOf(first.spec));
	if (other !== void 0) {
		const fault = `it makes ${nameOf(other.spec)}, but ${first.file} makes ${nameOf(first.spec)}; merge them in two steps`;
		throw new SpecError(other.file, [fault]);
	}
	const names = lists.flatMap(({ spec }) => spec.names);
	return [...new Map(names.map((name) => [formatReference(name), name])).values()];
}
function nameOf({ names: [first] }) {
	return first ? formatReference(first) : "";
}
function imageNamed([first]) {
	if (first === void 0) throw new Error("a merge has names by now");
	return {
		repository: repositoryOf(first),
		target: "",
		variant: ""
	};
}
function counted(images) {
	return `${images} image${images === 1 ? "" : "s"}`;
}
// src/flows/part.ts
/** Emulate, open a builder, build each platform and push it by digest; then say so to the job that merges. */
async function part(request, outside) {
	const { image, push, run, leg, plan, writer } = request;
	const home = image.repository;
	const workshop = await openWorkshop(request, {
		repositories: [home],
		outputs: []
	}, outside);
	const { world } = workshop;
	const [outcome] = await Promise.all([buildPlatforms(workshop, {
		home,
		push,
		outputs: []
	}, {
		...request,
		oneOfMany: true
	}), workshop.warm()]);
	const { built } = outcome;
	const sizes = await pullSizes(built, openReader(home, await world.registry(), { expected: true }));
	const builds = buildsOf(workshop, outcome, sizes);
	const record = {
		image,
		tools: builds.tools,
		run,
		leg,
		plan,
		writer,
		platforms: built.flatMap(({ decision, milliseconds, pushed }, place) => {
			if (pushed === void 0) return [];
			const { platform, image, attestations } = pushed;
			const [size, built] = [sizes[place], {
				...waysOf(decision),
				milliseconds
			}];
			return [{
				platform,
				image,
				attestations,
				built,
				...size !== void 0 && { size }
			}];
		})
	};
	const carried = record.platforms.length > 0 && await handOver(record, world);
	const digests = built.flatMap(({ pushed }) => pushed?.as ?? []);
	return {
		mode: request.mode,
		...builds,
		record,
		digests,
		carried
	};
}
/** Whether the record is where the job that merges looks by itself; elsewhere the output `record` has to be handed on. */
function handOver(record, world) {
	return world.stages.run("Hand over", async (say) => {
		for (const { platform, image } of record.platforms) say(`${formatPlatform(platform)} is ${formatRepository(record.image.repository)}@${image.digest}`);
		try {
			await leaveRecord(record, await world.artifacts());
			say("the record is in the artifacts of this run");
			return true;
		} catch (error) {
			if (!(error instanceof ArtifactsError && error.absent)) throw error;
			say(`${error.message}; hand the output "record" to the input "records" of the job that merges`);
			return false;
		}
	});
}
// src/flows/perform.ts
async function perform(request, world) {
	world.note({
		kind: "folder",
		path: world.places.own
	});
	await world.files.makeFolder(world.places.own);
	switch (request.mode) {
		case "build": return await build(request, world);
		case "call": return await call(request, world);
		case "part": return await part(request, world);
		case "merge": return await merge$1("lists" in request ? await readLists(request, world) : request, world);
		case "plan": return await plan(request, world);
		case "promote": return await promote(request, world);
		case "inspect": return await inspect(request, world);
	}
}
/** What must never be seen in a log; relative paths are those of the workspace. */
async function secretsOf(request, files, workspace) {
	if (!("recipe" in request)) return [];
	const { recipe } = request;
	const secrets = recipe.secrets.map(({ value }) => readSecret(value, files, workspace));
	return [.../* @__PURE__ */ new Set([...await Promise.all(secrets), ...passwordsIn(recipe)])];
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
// src/programs.ts
/** The programs of this machine, for main and for post. */
function openPrograms(env) {
	return direct(openProcesses(env), findPlugin(dockerFolder(env), files));
}
/** The user's folder for docker's settings, logins and plugins. */
function dockerFolder(env) {
	return env["DOCKER_CONFIG"] || join(homedir(), ".docker");
}
/** The user's folder for buildx. */
function buildxFolder(env) {
	return env["BUILDX_CONFIG"] || join(dockerFolder(env), "buildx");
}
// src/registry/credentials/credential-helper.ts
const NAME = /^[A-Za-z0-9._-]+$/;
const NOT_FOUND = "credentials not found in native keychain";
/** What a helper calls a secret that is an identity token. */
const TOKEN_USER = "<token>";
/** Asks a helper (docker-credential-helpers, "get"). Rejects with CredentialError where it fails. */
async function askHelper(registry, { name, key }, run) {
	if (!NAME.test(name)) throw new CredentialError(registry, `"${name}" cannot be a credential helper`);
	const program = `docker-credential-${name}`;
	const { code, stdout, stderr } = await run(program, ["get"], `${key}\n`).catch((cause) => {
		throw new CredentialError(registry, `${program} could not be run`, {
			program,
			cause
		});
	});
	if (code !== 0 && stdout.trim() === NOT_FOUND) return { kind: "none" };
	if (code !== 0) {
		const words = (stdout.trim() || stderr.trim()).slice(0, 300);
		throw new CredentialError(registry, `${program} failed: ${words || `exit code ${code}`}`, { program });
	}
	const answer = readAnswer(stdout);
	if (answer === void 0) throw new CredentialError(registry, `${program} gave no login`, { program });
	const { username, secret } = answer;
	if (username === TOKEN_USER) return {
		kind: "identity",
		token: secret
	};
	return {
		kind: "login",
		username,
		password: secret
	};
}
function readAnswer(stdout) {
	try {
		const json = parseJson$1(new TextEncoder().encode(stdout));
		if (typeof json !== "object" || json === null) return void 0;
		const { Username: username, Secret: secret } = json;
		return typeof username === "string" && username !== "" && typeof secret === "string" ? {
			username,
			secret
		} : void 0;
	} catch {
		return;
	}
}
// src/registry/credentials/docker-config.ts
const NO_CONFIG = {
	auths: {},
	credHelpers: {},
	credsStore: ""
};
const HUB_KEYS = [
	"https://index.docker.io/v1/",
	"https://index.docker.io/v1",
	"index.docker.io",
	"docker.io",
	"registry-1.docker.io"
];
/** Reads config.json; throws where it is no JSON object. */
function readDockerConfig(text) {
	const { auths, credHelpers, credsStore } = membersOf(parseJson$1(new TextEncoder().encode(text)));
	return {
		auths: membersOf(auths ?? {}),
		credHelpers: membersOf(credHelpers ?? {}),
		credsStore: textOf(credsStore)
	};
}
/** Reads DOCKER_AUTH_CONFIG, which may hold `auths` with `auth` and nothing else; throws where it does. */
function readAuthConfig(text) {
	const { auths, ...others } = membersOf(parseJson$1(new TextEncoder().encode(text)));
	const strict = Object.values(membersOf(auths)).map(membersOf).every((entry) => Object.keys(entry).length === 1 && textOf(entry["auth"]) !== "");
	if (Object.keys(others).length > 0 || !strict) throw new TypeError("more than \"auths\" with \"auth\"");
	return {
		...NO_CONFIG,
		auths: membersOf(auths)
	};
}
/** A helper for a registry is asked instead of the file, not before it. Throws CredentialError. */
function choose({ auths, credHelpers, credsStore }, registry) {
	const keys = registry === "docker.io" ? HUB_KEYS : [registry];
	const [key = registry] = keys;
	const name = keys.map((key) => textOf(credHelpers[key])).find(Boolean) ?? credsStore;
	if (name) return {
		kind: "helper",
		name,
		key
	};
	const found = keys.find((key) => auths[key] !== void 0) ?? Object.keys(auths).find((address) => hostnameOf(address) === key);
	return found === void 0 ? { kind: "none" } : credentialIn(entryOf(auths[found], registry), registry);
}
/** From what Docker's older versions wrote as the key of a login to a host. */
function hostnameOf(address) {
	const [, authority = ""] = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/?#]+)/i.exec(address) ?? [];
	if (authority === "") return address.split("/")[0] ?? "";
	const [, host = "", port] = /^(.*?)(?::(\d+))?$/.exec(authority) ?? [];
	const name = host.replace(/^\[(.*)\]$/, "$1");
	if (port === void 0) return name;
	return name.includes(":") ? `[${name}]:${port}` : `${name}:${port}`;
}
function credentialIn(entry, registry) {
	const bearer = textOf(entry["registrytoken"]);
	if (bearer) return {
		kind: "bearer",
		token: bearer
	};
	const login = loginIn(entry, registry);
	const token = textOf(entry["identitytoken"]);
	if (!token) return login ?? { kind: "none" };
	return {
		kind: "identity",
		token,
		...login?.password && login.username !== "<token>" && { login }
	};
}
function loginIn(entry, registry) {
	const auth = textOf(entry["auth"]);
	const username = textOf(entry["username"]);
	if (!auth) return username ? loginOf(username, textOf(entry["password"])) : void 0;
	const text = Buffer.from(auth, "base64").toString("utf8");
	const colon = text.indexOf(":");
	if (colon < 1) throw new CredentialError(registry, "the \"auth\" of its login is not user:password in base64");
	return loginOf(text.slice(0, colon), text.slice(colon + 1).replace(/\0+$/, ""));
}
function loginOf(username, password) {
	return {
		kind: "login",
		username,
		password
	};
}
/** As Docker reads it, null says nothing. */
function entryOf(entry, registry) {
	if (typeof entry === "object" && !Array.isArray(entry)) return membersOf(entry ?? {});
	throw new CredentialError(registry, "its login in the configuration is not a JSON object");
}
function membersOf(value) {
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
	throw new TypeError("not a JSON object");
}
function textOf(value) {
	return typeof value === "string" ? value : "";
}
// src/registry/credentials/scoped-config.ts
/**
* The one to use in place of Docker's own (buildx, configprovider.go): for one repository only, one that names it
* before one that does not, and with more actions before fewer.
*/
function chooseScoped(configs, registry, scopes) {
	const wanted = scopes.flatMap(parseScope);
	const [scope] = wanted;
	if (scope === void 0 || wanted.length !== 1) return void 0;
	const path = scope.resource.replace(/^repository:/, "");
	const hosts = registry === "docker.io" ? ["registry-1.docker.io", "docker.io"] : [registry];
	return configs.map((config) => ({
		config,
		...readFolder(config.folder)
	})).filter(({ host, repository }) => hosts.includes(host) && (repository === "" || repository === path)).filter(({ actions }) => actions.every((action) => scope.actions.includes(action))).toSorted((a, b) => b.repository.length - a.repository.length || b.actions.length - a.actions.length).at(0)?.config;
}
function readFolder(folder) {
	const [, host = "", repository = "", actions = ""] = /^([^/@]*)(?:\/([^@]*))?(?:@(.*))?$/.exec(folder) ?? [];
	return {
		host,
		repository,
		actions: actions.split(",").map((text) => text.trim()).filter(Boolean)
	};
}
// src/registry/credentials/credentials.ts
/** Registries of Docker's that take a login to Docker Hub. */
const LIKE_HUB = /* @__PURE__ */ new Set(["dhi.io", "registry.scout.docker.com"]);
/** What the user has logged in to, as Docker's own command line and buildx find it. */
function credentialsFrom(sources) {
	const { config, authConfig, scoped = [], run, warn } = sources;
	const first = readSource({
		name: "DOCKER_AUTH_CONFIG",
		text: authConfig,
		read: readAuthConfig
	}, warn);
	const last = readSource({
		name: "Docker's config.json",
		text: config,
		read: readDockerConfig
	}, warn);
	const parts = new Map(scoped.map((part) => [part, readPart(part, warn)]));
	return async function lookUp(registry, scopes = []) {
		const part = chooseScoped(scoped, registry, scopes);
		for (const source of [first, (part && parts.get(part)) ?? last]) {
			const choice = choose(source, registry);
			const found = choice.kind === "helper" ? await askHelper(registry, choice, run) : choice;
			if (found.kind !== "none") return found;
		}
		return LIKE_HUB.has(registry) ? await lookUp("docker.io", scopes) : { kind: "none" };
	};
}
function readPart({ folder, text }, warn) {
	return readSource({
		name: `buildx's config for ${folder}`,
		text,
		read: readDockerConfig
	}, warn);
}
function readSource({ name, text, read }, warn) {
	if (!text) return NO_CONFIG;
	try {
		return read(text);
	} catch {
		warn(`${name} cannot be read, so the logins in it are not used`);
		return NO_CONFIG;
	}
}
// src/registries.ts
/** In milliseconds: one that asks for a login on a screen that nobody sees would wait for ever. */
const HELPER_LIMIT = 6e4;
/** The client, for all that this machine knows of registries. It is heavy, and so it is loaded when it is first needed. */
async function loadRegistry(env, run, { insecure, multiTag, timeLimit, tally }) {
	const [{ openRegistry }, { certificatesIn, certifiedHere }, config, scoped] = await Promise.all([
		import("./client.mjs"),
		import("./certificates.mjs"),
		files.read(join(dockerFolder(env), "config.json")),
		scopedLogins(join(buildxFolder(env), "config"))
	]);
	const authConfig = env["DOCKER_AUTH_CONFIG"];
	const folders = {
		folders: certificateFolders(env),
		list: files.list,
		read: files.read
	};
	const certificates = certificatesIn(folders);
	return openRegistry({
		...wireOf(env, tally),
		mask,
		insecure,
		multiTag,
		...timeLimit !== void 0 && { timeLimit },
		certificates,
		certified: await certifiedHere(folders, certificates),
		quota: (quota) => {
			tally.quota(quota);
			if (isScarce(quota)) log.line(`${quota.host}: only ${quota.remaining} pulls are left for now`);
		},
		credentialOf: credentialsFrom({
			config,
			authConfig,
			scoped,
			warn: log.warn,
			run: (program, args, stdin) => {
				return run(program, args, {
					stdin,
					signal: AbortSignal.timeout(Math.min(HELPER_LIMIT, timeLimit ?? HELPER_LIMIT))
				});
			}
		})
	});
}
/** Where docker, with and without a root of its own, and containerd look for certificates of registries. */
function certificateFolders({ XDG_CONFIG_HOME, HOME }) {
	const own = XDG_CONFIG_HOME || HOME && join(HOME, ".config");
	return [
		...own ? [join(own, "docker/certs.d")] : [],
		"/etc/docker/certs.d",
		"/etc/containerd/certs.d"
	];
}
/** Logins for one repository or purpose, as docker/login-action's input `scope` leaves them for buildx. */
async function scopedLogins(folder) {
	const found = await files.list(folder, { recursive: true });
	const read = async (path) => ({
		folder: dirname(path),
		text: await files.read(join(folder, path)) ?? "{}"
	});
	return await Promise.all(found.filter((path) => basename(path) === "config.json").map(read));
}
/** Time, chance, the way out and the log, as the client wants them. */
function wireOf(env, tally) {
	return {
		now: Date.now,
		random: Math.random,
		userAgent: "multiarch-action",
		note: (event) => {
			tally.note(event);
			log.line(sentence(event));
		},
		pause: (milliseconds, signal) => setTimeout(milliseconds, void 0, { signal }),
		proxy: {
			http: env["http_proxy"] || env["HTTP_PROXY"],
			https: env["https_proxy"] || env["HTTPS_PROXY"],
			no: env["no_proxy"] || env["NO_PROXY"]
		}
	};
}
/** What the talk with a registry is worth: a line of the log. */
function sentence(event) {
	switch (event.kind) {
		case "retry": {
			const wait = formatDuration(event.wait);
			return `${event.host}: ${event.reason}; trying again in ${wait} (${event.method} ${event.url})`;
		}
		case "warning": return `${event.host} says: ${event.text}`;
		case "wrong-digest-header": return `${event.host} sends a digest header that does not fit its bytes; the bytes count (${event.url})`;
	}
}
// src/registry/tally.ts
const NONE = {
	times: 0,
	waited: 0,
	reasons: {}
};
/** Counts what happens, and keeps the last word of each quota. */
function openTally() {
	const retries = /* @__PURE__ */ new Map();
	const quotas = /* @__PURE__ */ new Map();
	return {
		note: (event) => {
			if (event.kind !== "retry") return;
			const { host, reason, wait } = event;
			const { times, waited, reasons } = retries.get(host) ?? NONE;
			retries.set(host, {
				host,
				times: times + 1,
				waited: waited + wait,
				reasons: {
					...reasons,
					[reason]: (reasons[reason] ?? 0) + 1
				}
			});
		},
		quota: (quota) => quotas.set(quota.host, quota),
		told: () => ({
			retries: [...retries.values()],
			quotas: [...quotas.values()]
		})
	};
}
// src/system/log.ts
function openStages(log, clock) {
	const done = [];
	return {
		done,
		run: async (name, work, { platform, idle = () => 0, ended: wordFor = () => "failed" } = {}) => {
			const lines = [];
			const startedAt = clock.now();
			let ended;
			try {
				return await work((line) => lines.push(line));
			} catch (error) {
				ended = wordFor(error);
				throw error;
			} finally {
				const milliseconds = clock.now() - startedAt - idle();
				const more = {
					...ended !== void 0 && { ended },
					...platform && { platform }
				};
				done.push({
					name,
					startedAt,
					milliseconds,
					...more
				});
				log.group(`${[name, ended].filter(Boolean).join(", ")} (${formatDuration(milliseconds)})`, lines);
			}
		}
	};
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
// src/world.ts
/** Builds the world that a flow acts on, from the environment; it is closed at the end, so that node can end by itself. */
function openWorld(env, settings) {
	const name = `multiarch-${randomBytes(6).toString("hex")}`;
	const programs = openPrograms({
		...marked(env, name),
		BUILDKIT_PROGRESS: "plain"
	});
	const places = placesOf(env, name);
	const tally = openTally();
	let opened;
	return {
		...programs,
		clock,
		files,
		log,
		name,
		stages: openStages(log, clock),
		note: openLedger(saveLedger).note,
		told: tally.told,
		explain,
		places,
		tools: openTools({
			machine: {
				platform: process$1.platform,
				architecture: process$1.arch
			},
			cache: env["RUNNER_TOOL_CACHE"] || join(places.own, "tools"),
			folder: places.own
		}),
		registry: () => opened ??= loadRegistry(env, programs.run, {
			...settings,
			tally
		}),
		artifacts: () => loadArtifacts(env, join(places.own, "artifacts")),
		[Symbol.asyncDispose]: async () => {
			await opened?.then((registry) => registry.close()).catch(() => {});
		}
	};
}
/** Only jobs that leave or gather records pay for GitHub's client: it is more than all else that we ship. */
async function loadArtifacts(env, folder) {
	if (!env["ACTIONS_RESULTS_URL"] || !env["ACTIONS_RUNTIME_TOKEN"]) throw new ArtifactsError("this runner has no artifact service", { absent: true });
	const { openService } = await import("./service.mjs");
	return openService({
		folder,
		files
	});
}
function placesOf(env, name) {
	return {
		workspace: process$1.cwd(),
		own: join(env["RUNNER_TEMP"] || tmpdir(), name),
		job: env["RUNNER_TEMP"] || void 0,
		buildx: buildxFolder(env),
		dockerHost: env["DOCKER_HOST"] ?? "",
		tls: tlsEngine(env),
		certificates: readCertificates(env)
	};
}
/** As docker itself reads the environment: any value of DOCKER_TLS_VERIFY means yes. */
function tlsEngine(env) {
	const { DOCKER_HOST: host, DOCKER_TLS_VERIFY: verify } = env;
	return host && verify ? {
		host,
		certificates: env["DOCKER_CERT_PATH"] || dockerFolder(env)
	} : void 0;
}
// src/main.ts
const { env } = process$1;
/** How far the step has come, for the page about a failure; undefined while nobody is known to want a page. */
let seen;
try {
	const reading = readInputs(readInput, isYaml(readInput("append")) ? (await import("./dist2.mjs").then((m) => /* @__PURE__ */ __toESM(m.default, 1))).parse : void 0);
	const run = readRun(env);
	const wantsPage = reading.inputs.summary && run.wants.summary;
	if (wantsPage) seen = { stages: [] };
	const request = toRequest(reading, run);
	for (const doubt of doubtsIn(reading.inputs, run)) log.warn(doubt);
	for (const secret of await secretsOf(request, files, process$1.cwd())) mask(secret);
	const { "insecure-registries": insecure, "multi-tag": multiTag, "time-limit": timeLimit } = reading.inputs;
	await using world = openWorld(env, {
		insecure,
		multiTag,
		timeLimit
	});
	if (wantsPage) seen = { stages: world.stages.done };
	const result = await perform(request, world);
	const metadataFile = join(world.places.own, "metadata.json");
	await files.write(metadataFile, toMetadata(result));
	setOutputs(toOutputs(result, metadataFile));
	const { closingTable, toSummary } = await import("./summary.mjs");
	writeLines(closingTable(result));
	if (wantsPage) await writeSummary(toSummary(result, world.told()), env["GITHUB_STEP_SUMMARY"]);
} catch (error) {
	const report = toReport(error);
	fail(report);
	if (seen !== void 0) {
		const { failureSummary } = await import("./summary.mjs");
		const [detail, advice] = [hidden(report.detail), hidden(report.advice)];
		await writeSummary(failureSummary({
			...report,
			detail,
			advice
		}, seen.stages), env["GITHUB_STEP_SUMMARY"]);
	}
}
export {};
