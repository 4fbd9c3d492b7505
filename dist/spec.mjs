import "./rolldown-runtime.mjs";
import { t as require_dist } from "./dist.mjs";
import { C as FormatError, n as formatRepository, o as parseTagRef, r as parseImageRef } from "./reference.mjs";
import { n as parseEdit } from "./platform-edits.mjs";
import { t as SpecError } from "./spec-error.mjs";
// src/merge/spec.ts
var import_dist = require_dist();
/** Reads YAML; throws SpecError with everything that is wrong, each with the entry that it is in. */
function readSpec(text, file) {
	const faults = [];
	const { image, tags = [], manifests, annotations = {}, ...others } = mapIn(parseYaml(text, file), "the file");
	refuseOthers(others, "the file");
	const named = at("image", () => isBlank(image) ? void 0 : parseTagRef(textOf(image)));
	const names = listOf(tags, "tags").map((tag, place) => at(`tags[${place}]`, () => named && parseTagRef(`${formatRepository(named)}:${textOf(tag)}`)));
	const sources = listOf(manifests, "manifests").map((entry, place) => readEntry(entry, `manifests[${place}]`));
	if (sources.length === 0) faults.push("manifests: there are none");
	if (names.length > 0 && isBlank(image)) faults.push("tags: they need the repository that image names");
	const own = Object.entries(mapIn(annotations, "annotations")).map(([key, value]) => ({
		level: "index",
		key,
		value: textOf(value)
	}));
	if (faults.length > 0) throw new SpecError(file, faults);
	return {
		names: [named, ...names].filter((name) => name !== void 0),
		annotations: own,
		sources: sources.filter((source) => source !== void 0)
	};
	function readEntry(value, place) {
		const { image, platform = {}, ...others } = mapIn(value, place);
		refuseOthers(others, place);
		const reference = at(`${place}.image`, () => parseImageRef(textOf(image)));
		const edits = Object.entries(mapIn(platform, `${place}.platform`)).flatMap(([name, member]) => name === "features" ? [] : at(`${place}.platform`, () => readEdit(name, member)) ?? []);
		return reference && {
			image: reference,
			edits: Object.assign({}, ...edits)
		};
	}
	/** What a piece of the file means, or a fault that says where it is. */
	function at(place, read) {
		try {
			return read();
		} catch (error) {
			if (!(error instanceof FormatError)) throw error;
			faults.push(`${place}: ${error.message}`);
			return;
		}
	}
	function mapIn(value, place) {
		if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
		faults.push(`${place}: it is no map of names and values`);
		return {};
	}
	function listOf(value, place) {
		if (Array.isArray(value)) return value;
		if (!isBlank(value)) faults.push(`${place}: it is no list`);
		return [];
	}
	function refuseOthers(others, place) {
		for (const name of Object.keys(others)) faults.push(`${place}: "${name}" means nothing here`);
	}
}
function readEdit(name, member) {
	return parseEdit(name, Array.isArray(member) ? member.map(textOf) : [textOf(member)]);
}
/** Every word is text: 1.10 is a tag, and no number. */
function parseYaml(text, file) {
	try {
		return (0, import_dist.parse)(text, { schema: "failsafe" });
	} catch (cause) {
		const [first = ""] = cause instanceof Error ? cause.message.split("\n") : [];
		throw new SpecError(file, [`it is no YAML: ${first}`], { cause });
	}
}
function textOf(value) {
	return typeof value === "string" ? value : "";
}
function isBlank(value) {
	return value === void 0 || value === null || value === "";
}
export { readSpec };
