import { C as FormatError, h as formatPlatform, i as parseReference, n as formatRepository, t as formatReference, y as parsePlatform } from "./reference.mjs";
import { c as readDescriptor, r as isAttestation } from "./manifest.mjs";
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
/** `0.4 s`, `12 s`, `3 min 5 s`: as exact as a reader wants it. */
function formatDuration(milliseconds) {
	const seconds = milliseconds / 1e3;
	if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
// src/handoff/record.ts
/** A record that cannot be read. */
var RecordError = class extends Error {
	name = "RecordError";
	/** whether another version of this action would read it */
	isOther;
	constructor(message, { isOther = false, cause } = {}) {
		super(message, { cause });
		this.isOther = isOther;
	}
};
const KIND = "multiarch-part";
const VERSION = 1;
/** `ghcr.io/octo/app`, with what else tells it apart. */
function formatImage({ repository, target, variant }) {
	const more = [target && `stage ${target}`, variant && `variant ${variant}`].filter(Boolean).join(", ");
	return `${formatRepository(repository)}${more && ` (${more})`}`;
}
/** One line of JSON, so that it can be an output and an entry of a list. */
function writeRecord({ image, run, leg, platforms, plan, writer, tools }) {
	return JSON.stringify({
		kind: KIND,
		version: VERSION,
		writer,
		image: formatRepository(image.repository),
		...image.target && { target: image.target },
		...image.variant && { variant: image.variant },
		run,
		leg,
		platforms: platforms.map(({ platform, image, attestations, built, size }) => ({
			platform: formatPlatform(platform),
			image,
			attestations,
			...built && {
				emulated: built.emulated,
				...built.unsupported && { unsupported: true },
				seconds: Math.round(built.milliseconds) / 1e3
			},
			...size !== void 0 && { size }
		})),
		...plan.length > 0 && { plan: plan.map((planned) => ({
			...planned,
			platforms: planned.platforms.map(formatPlatform)
		})) },
		tools
	});
}
/** Whether this value wants to be a record, of whatever version. */
function isRecord(value) {
	return typeof value === "object" && value !== null && "kind" in value && value.kind === KIND;
}
/** Reads it strictly: what goes into the index is checked here. Throws RecordError or FormatError. */
function readRecord(json) {
	const { version, writer = "", image, target = "", variant = "", platforms, plan = [] } = json;
	if (version !== VERSION) throw new RecordError(`it is of version ${version}, written by ${text(writer, "writer") || "another version of this action"}, and this one reads version ${VERSION}`, { isOther: true });
	const { registry, path, tag, digest } = parseReference(text(image, "image"));
	if (tag !== void 0 || digest !== void 0) throw broken("image", "a repository without a tag");
	return {
		image: {
			repository: {
				registry,
				path
			},
			target: text(target, "target"),
			variant: text(variant, "variant")
		},
		run: readRun(json["run"]),
		leg: readLeg(json["leg"]),
		platforms: array(platforms, "platforms").map(readPart),
		plan: array(plan, "plan").map(readPlanned),
		writer: text(writer, "writer"),
		tools: readTools(json["tools"])
	};
}
/** A job of a plan, as `mode: plan` writes it into a matrix, or as a record keeps it. */
function readPlanned(value) {
	const { name = "", runner = "", platforms } = object(value, "plan");
	const names = typeof platforms === "string" ? platforms.split(",") : array(platforms, "plan.platforms");
	return {
		name: text(name, "plan.name"),
		runner: (Array.isArray(runner) ? runner : [runner]).map((label) => text(label, "plan.runner")).join(","),
		platforms: names.map((platform) => parsePlatform(text(platform, "plan.platforms")))
	};
}
function readPart(value) {
	const { platform, image, attestations = [], emulated, unsupported, seconds, size } = object(value, "platforms");
	const manifest = readDescriptor(image);
	const own = array(attestations, "attestations").map(readDescriptor);
	if (isAttestation(manifest)) throw broken("platforms.image", "an image, not an attestation");
	if (!own.every(isAttestation)) throw broken("platforms.attestations", "attestations and nothing else");
	return {
		platform: parsePlatform(text(platform, "platforms.platform")),
		image: manifest,
		attestations: own,
		...seconds !== void 0 && { built: {
			emulated: emulated === true,
			...unsupported === true && { unsupported },
			milliseconds: amount(seconds, "platforms.seconds") * 1e3
		} },
		...size !== void 0 && { size: amount(size, "platforms.size") }
	};
}
function readRun(value) {
	const { id, attempt } = object(value, "run");
	return {
		id: text(id, "run.id"),
		attempt: amount(attempt, "run.attempt")
	};
}
function readLeg(value) {
	const { job, runner } = object(value, "leg");
	return {
		job: text(job, "leg.job"),
		runner: text(runner, "leg.runner")
	};
}
function readTools(value) {
	return Object.fromEntries(Object.entries(object(value, "tools")).map(([name, version]) => [name, text(version, `tools.${name}`)]));
}
function text(value, field) {
	if (typeof value !== "string") throw broken(field, `text as "${field}"`);
	return value;
}
function amount(value, field) {
	if (typeof value !== "number" || !Number.isFinite(value) || value < 0) throw broken(field, `a number as "${field}"`);
	return value;
}
function array(value, field) {
	if (!Array.isArray(value)) throw broken(field, `a list as "${field}"`);
	return value;
}
function object(value, field) {
	if (typeof value !== "object" || value === null || Array.isArray(value)) throw broken(field, `an object as "${field}"`);
	return { ...value };
}
function broken(field, expected) {
	return new FormatError("record", `… ${field} …`, expected);
}
// src/action/tables.ts
/** Rows in plain columns, for the log. */
function plainTable(headings, rows) {
	const widths = headings.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
	return [headings, ...rows].map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd());
}
/** Rows in GitHub's Markdown, where a bar would end a cell; `figures` are the headings of columns that are read from the right. */
function markdownTable(headings, rows, figures = []) {
	const rule = headings.map((heading) => figures.includes(heading) ? "--:" : "---");
	const cells = (row) => row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ");
	return [
		headings,
		rule,
		...rows
	].map((row) => `| ${cells(row)} |`).join("\n");
}
/** What is in a cell stays on one line: a figure and its unit for one. */
function unbroken(text) {
	return text.replaceAll(" ", "\xA0");
}
/** A name and what it stands for. Facts without a value are left out. */
function factSheet(facts) {
	return facts.flatMap(([name, value]) => value === "" ? [] : `- ${name}: ${value}`).join("\n");
}
/** Text that is shown as it is; a backtick would end it. */
function code(text) {
	return `\`${text.replaceAll("`", "'").replaceAll(/\s+/g, " ")}\``;
}
/** From here on a figure with one decimal would be 1000.0 of the smaller unit. */
const ALMOST = .99995;
/** As `docker images` counts: 1 kB is 1000 bytes. */
function formatBytes(bytes) {
	const units = [
		"B",
		"kB",
		"MB",
		"GB",
		"TB"
	];
	const step = Math.max(0, units.findLastIndex((_, step) => bytes >= 1e3 ** step * ALMOST));
	return `${(bytes / 1e3 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`;
}
// src/action/results/exceptions.ts
/** One sentence each, for the summary and the end of the log. */
function exceptions({ platforms = [], lost = [] }) {
	return [...lost.map((platform) => `It is made without ${formatPlatform(platform)}, which is optional.`), ...platforms.flatMap(({ platform, mishap }) => mishap ? `${formatPlatform(platform)} was built twice, because ${mishap} the first time.` : [])];
}
// src/action/summary/page.ts
/** GitHub takes 1 MiB of a step, and no byte of a summary that has more. */
const MOST = 1e6;
/** The sections of a page that there are. Those that do not fit are left out, and that is said. */
function page(...sections) {
	const fitting = [];
	let left = MOST;
	let isWhole = true;
	for (const section of sections) {
		if (section === void 0 || section === "") continue;
		const size = Buffer.byteLength(section) + 2;
		if (size > left) isWhole = false;
		else {
			fitting.push(section);
			left -= size;
		}
	}
	const note = "<sub>A part of this page is left out, as it would be longer than GitHub takes.</sub>";
	return [...fitting, ...isWhole ? [] : [note]].join("\n\n");
}
/** Something that only some want to see. */
function folded(title, content) {
	return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}
/** Commands or other text as it is, whatever backticks are in it. */
function block(language, lines) {
	const ticks = lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length);
	const fence = "`".repeat(Math.max(3, ...ticks.map((length) => length + 1)));
	return [
		`${fence}${language}`,
		...lines,
		fence
	].join("\n");
}
/** Words of others: nothing in them is Markdown. */
function plain(text) {
	return text.replaceAll(/[\\`*_{}[\]<>()#+!~-]/g, "\\$&").replaceAll(/\s+/g, " ");
}
// src/action/results/image.ts
/** What later steps want to know of an image, however it has come to be. */
function imageOutputs({ digest, at, images, tags = [] }) {
	const digests = images.map(({ platform, image }) => [formatPlatform(platform), image.digest]);
	return {
		digest,
		platforms: platformList(images.map(({ platform }) => platform)),
		digests: JSON.stringify(Object.fromEntries(digests)),
		image: at ? `${formatRepository(at)}@${digest}` : "",
		tags: tags.map(formatReference).join("\n")
	};
}
/** As the input platforms takes them. */
function platformList(platforms) {
	return platforms.map(formatPlatform).join(",");
}
/** As JSON: what it is, without a word of what is in it. */
function manifestDetails({ mediaType, digest, bytes }) {
	return {
		digest,
		descriptor: {
			mediaType,
			digest,
			size: bytes.length
		}
	};
}
/** How to get it, for whoever reads the summary. */
function pullCommand(name) {
	return block("sh", [`docker pull ${formatReference(name)}`]);
}
// src/action/results/steps.ts
/** As the metadata file has times. */
function seconds(milliseconds) {
	return Math.round(milliseconds) / 1e3;
}
/** As JSON: how many instructions there were, how many were in a cache, and what took longest. */
function stepDetails({ steps, cached, slowest }) {
	return {
		total: steps,
		cached,
		slowest: slowest.map(({ name, milliseconds }) => ({
			name,
			seconds: seconds(milliseconds)
		}))
	};
}
function complaintDetails({ rule, text, url, place }) {
	return {
		rule,
		text,
		url,
		...place && {
			file: place.file,
			line: place.line
		}
	};
}
/** `5/9 steps`: how much of a build was in a cache. */
function cachedSteps(facts) {
	if (facts === void 0 || facts.steps === 0) return "–";
	return `${facts.cached}/${facts.steps} ${facts.steps === 1 ? "step" : "steps"}`;
}
// src/action/results/build.ts
function buildOutputs({ platforms, published, delivered = [] }) {
	if (published === void 0) return {
		digest: delivered.find(({ digest }) => digest !== void 0)?.digest ?? "",
		platforms: platformList(platforms.map(({ platform }) => platform))
	};
	const { index, tags, untagged } = published;
	const images = platforms.flatMap(({ platform, image }) => image ? {
		platform,
		image
	} : []);
	return imageOutputs({
		digest: index.digest,
		at: tags[0] ?? untagged,
		images,
		tags
	});
}
/** As JSON: version 1 of its shape. */
function buildMetadata(result) {
	const { platforms, lost, published, delivered, complaints, builder, tools } = result;
	return {
		...published && {
			...manifestDetails(published.index),
			tags: published.tags.map(formatReference)
		},
		platforms: platforms.map(({ platform, emulated, milliseconds, steps, image, attestations, size, mishap }) => ({
			platform: formatPlatform(platform),
			emulated,
			seconds: seconds(milliseconds),
			...steps && { steps: stepDetails(steps) },
			...image && {
				descriptor: image,
				attestations
			},
			...size !== void 0 && { pullSize: size },
			...mishap && { builtTwice: mishap }
		})),
		...lost && { lost: lost.map(formatPlatform) },
		...delivered && { outputs: delivered },
		complaints: complaints.map(complaintDetails),
		builder,
		versions: tools
	};
}
/** For the end of the log. */
function buildTable({ platforms, lost = [], published }) {
	const names = published?.tags.map((tag) => `${formatReference(tag)} is ${published.index.digest}`) ?? [];
	return [
		...platformTable(platforms),
		...exceptions({
			platforms,
			lost
		}),
		...names
	];
}
function platformTable(platforms) {
	const rows = platforms.map((one) => [...platformCells(one), one.image?.digest ?? "–"]);
	return plainTable([...PLATFORM_HEADINGS, "digest"], rows);
}
const PLATFORM_HEADINGS = [
	"platform",
	"how",
	"built in",
	"cached",
	"pull size"
];
function platformCells(one) {
	const { platform, milliseconds, steps, size } = one;
	return [
		formatPlatform(platform),
		howOf(one),
		formatDuration(milliseconds),
		cachedSteps(steps),
		size === void 0 ? "–" : formatBytes(size)
	];
}
/** Nothing is claimed of programs that nothing here could run. */
function howOf({ emulated, unsupported }) {
	if (unsupported) return "–";
	return emulated ? "emulated" : "native";
}
// src/action/results/call.ts
/** As JSON: version 1 of its shape. */
function callMetadata({ call, answers }) {
	return {
		call,
		answers
	};
}
function callSummary({ call, answers }) {
	return page(`## The Dockerfile, asked for \`${call}\``, ...answers.map((answer) => block("text", answer.split("\n"))));
}
// src/action/results/inspect.ts
const HEADINGS$2 = [
	"platform",
	"pull size",
	"attestations",
	"digest"
];
/** What later steps want to know of an image; there are no tags, since none was put. */
function inspectOutputs({ source, image, platforms }) {
	return imageOutputs({
		digest: image.digest,
		at: source,
		images: platforms
	});
}
/** As JSON: version 1 of its shape. */
function inspectMetadata({ source, image, annotations, platforms, strays }) {
	return {
		source: formatReference(source),
		...manifestDetails(image),
		annotations,
		platforms: platforms.map(({ platform, image, size, attestations }) => ({
			platform: formatPlatform(platform),
			descriptor: image,
			pullSize: size,
			attestations: attestations.map(({ descriptor, predicates }) => ({
				descriptor,
				predicates
			}))
		})),
		others: strays
	};
}
function inspectSummary({ source, image, annotations, platforms }) {
	const facts = factSheet([
		["digest", code(image.digest)],
		["type", code(image.mediaType)],
		...Object.entries(annotations).map(([key, value]) => [code(key), code(value)])
	]);
	const rows = platforms.map((one) => cells$1(one).map((cell, column) => HEADINGS$2[column] === "digest" ? code(cell) : cell));
	return [`## ${formatReference(source)}\n\n${facts}`, markdownTable(HEADINGS$2, rows)].join("\n\n");
}
function inspectTable({ source, image, platforms }) {
	return [...plainTable(HEADINGS$2, platforms.map(cells$1)), `${formatReference(source)} is ${image.digest}`];
}
function cells$1({ platform, image, size, attestations }) {
	const kinds = new Set(attestations.flatMap(({ predicates }) => predicates.map(kindOf)));
	return [
		formatPlatform(platform),
		formatBytes(size),
		[...kinds].join(", ") || "–",
		image.digest
	];
}
/** What people call the kinds that BuildKit makes. */
function kindOf(predicate) {
	if (predicate.startsWith("https://slsa.dev/provenance/")) return "provenance";
	if (predicate.startsWith("https://spdx.dev/")) return "SBOM";
	return predicate;
}
// src/action/results/part.ts
const PART_HEADINGS = [
	"platform",
	"how",
	"built in",
	"pull size",
	"digest"
];
/** What a job that builds a part tells the next ones; there is no image yet, and so no tag. */
function partOutputs({ record, digests: [only, ...others] }) {
	return {
		...imageOutputs({
			digest: only !== void 0 && others.length === 0 ? only : "",
			images: record.platforms
		}),
		record: writeRecord(record)
	};
}
/** As JSON: version 1 of its shape. */
function partMetadata(result) {
	const { record, platforms, carried, complaints, builder, tools } = result;
	return {
		image: formatRepository(record.image.repository),
		carried,
		platforms: record.platforms.map((part, place) => {
			const steps = platforms[place]?.steps;
			return {
				...partDetails(part),
				...steps && { steps: stepDetails(steps) }
			};
		}),
		complaints: complaints.map(complaintDetails),
		builder,
		versions: tools
	};
}
function partTable({ platforms, lost = [], carried }) {
	const where = carried ? "the artifacts of this run" : "the output \"record\" only";
	return [
		...platformTable(platforms),
		...exceptions({
			platforms,
			lost
		}),
		`The record is in ${where}.`
	];
}
function partCells({ platform, built, size, image }) {
	return [
		formatPlatform(platform),
		built ? howOf(built) : "–",
		built ? formatDuration(built.milliseconds) : "–",
		size === void 0 ? "–" : formatBytes(size),
		image.digest
	];
}
function partDetails({ platform, image, attestations, built, size }) {
	return {
		platform: formatPlatform(platform),
		...built && {
			emulated: built.emulated,
			seconds: seconds(built.milliseconds)
		},
		descriptor: image,
		attestations,
		...size !== void 0 && { pullSize: size }
	};
}
// src/action/results/merge.ts
/** The same as of a build: whoever comes next need not know how many jobs it took. */
function mergeOutputs({ parts, published: { index, tags } }) {
	return imageOutputs({
		digest: index.digest,
		at: tags[0],
		images: parts,
		tags
	});
}
/** As JSON: version 1 of its shape. */
function mergeMetadata({ parts, published: { index, tags } }) {
	return {
		...manifestDetails(index),
		tags: tags.map(formatReference),
		platforms: parts.map(partDetails)
	};
}
function mergeSummary({ parts, lost = [], published: { index, tags } }) {
	const [first] = tags;
	const facts = factSheet([["digest", code(index.digest)], ["tags", tags.map((tag) => code(formatReference(tag))).join(", ")]]);
	const rows = parts.map((part) => [...partCells(part).slice(0, -1), code(part.image.digest)]);
	return [
		`## ${first ? formatRepository(first) : ""}\n\n${facts}`,
		markdownTable(PART_HEADINGS, rows),
		...exceptions({ lost }),
		...first ? [pullCommand(first)] : []
	].join("\n\n");
}
function mergeTable({ parts, lost = [], published: { index, tags } }) {
	const names = tags.map((tag) => `${formatReference(tag)} is ${index.digest}`);
	return [
		...plainTable(PART_HEADINGS, parts.map(partCells)),
		...exceptions({ lost }),
		...names
	];
}
// src/action/results/plan.ts
const HEADINGS$1 = [
	"job",
	"runner",
	"emulated"
];
/** A matrix, as `strategy: matrix` takes it. */
function planOutputs({ jobs, platforms }) {
	return {
		platforms: platformList(platforms),
		matrix: JSON.stringify({ include: jobs.map(entry) })
	};
}
/** As JSON: version 1 of its shape. */
function planMetadata({ jobs, platforms }) {
	return {
		platforms: platforms.map(formatPlatform),
		matrix: { include: jobs.map(entry) }
	};
}
function planSummary({ jobs }) {
	const rows = jobs.map((job) => cells(job).map((cell) => cell === "–" ? cell : code(cell)));
	return ["## Plan", markdownTable(HEADINGS$1, rows)].join("\n\n");
}
function planTable({ jobs }) {
	return plainTable(HEADINGS$1, jobs.map(cells));
}
/** One label is text and several are a list, as `runs-on` takes them. */
function entry({ name, runner, platforms, emulated }) {
	return {
		name,
		runner: runner.length === 1 ? runner[0] : runner,
		platforms: platformList(platforms),
		emulated: platformList(emulated)
	};
}
function cells({ name, runner, emulated }) {
	return [
		name,
		runner.join(", "),
		platformList(emulated) || "–"
	];
}
// src/action/results/promote.ts
const HEADINGS = ["platform", "digest"];
/** What later steps want to know of a promotion; the file for the rest is somebody else's matter. */
function promoteOutputs({ image, images, tags }) {
	return imageOutputs({
		digest: image.digest,
		at: tags[0],
		images,
		tags
	});
}
/** As JSON: version 1 of its shape. */
function promoteMetadata({ source, image, images, tags, unchanged, copied }) {
	return {
		source: formatReference(source),
		...manifestDetails(image),
		tags: tags.map(formatReference),
		unchanged: unchanged.map(formatReference),
		copied: copied.map(formatRepository),
		platforms: images.map(({ platform, image, attestations }) => ({
			platform: formatPlatform(platform),
			descriptor: image,
			attestations
		}))
	};
}
function promoteSummary({ source, image, images, tags, copied }) {
	const [first] = tags;
	const facts = factSheet([
		["digest", code(image.digest)],
		["source", code(formatReference(source))],
		["tags", tags.map((tag) => code(formatReference(tag))).join(", ")],
		["copied to", copied.map((repository) => code(formatRepository(repository))).join(", ")]
	]);
	const rows = images.map(({ platform, image }) => [formatPlatform(platform), code(image.digest)]);
	return [
		`## ${first ? formatRepository(first) : ""}\n\n${facts}`,
		...rows.length > 0 ? [markdownTable(HEADINGS, rows)] : [],
		...first ? [pullCommand(first)] : []
	].join("\n\n");
}
function promoteTable({ image, images, tags }) {
	const rows = images.map(({ platform, image }) => [formatPlatform(platform), image.digest]);
	return [...plainTable(HEADINGS, rows), ...tags.map((tag) => `${formatReference(tag)} is ${image.digest}`)];
}
export { page as A, isRecord as B, buildMetadata as C, seconds as D, platformCells as E, formatBytes as F, formatDuration as G, readRecord as H, markdownTable as I, unbroken as L, exceptions as M, code as N, block as O, factSheet as P, RecordError as R, PLATFORM_HEADINGS as S, buildTable as T, writeRecord as U, readPlanned as V, clock as W, inspectOutputs as _, planMetadata as a, callMetadata as b, planTable as c, mergeSummary as d, mergeTable as f, inspectMetadata as g, partTable as h, promoteTable as i, plain as j, folded as k, mergeMetadata as l, partOutputs as m, promoteOutputs as n, planOutputs as o, partMetadata as p, promoteSummary as r, planSummary as s, promoteMetadata as t, mergeOutputs as u, inspectSummary as v, buildOutputs as w, callSummary as x, inspectTable as y, formatImage as z };
