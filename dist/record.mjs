import { t as FormatError } from "./format-error.mjs";
import { c as readDescriptor, r as isAttestation } from "./manifest.mjs";
import { a as parsePlatform, t as formatPlatform } from "./platform.mjs";
import { i as parseReference, n as formatRepository } from "./reference.mjs";
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
	const { platform, image, attestations = [], emulated, seconds, size } = object(value, "platforms");
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
export { readRecord as a, readPlanned as i, formatImage as n, writeRecord as o, isRecord as r, RecordError as t };
