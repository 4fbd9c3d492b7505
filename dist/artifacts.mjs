import { t as FormatError } from "./format-error.mjs";
import { a as readRecord, r as isRecord, t as RecordError } from "./record.mjs";
// src/handoff/hand-over.ts
const EXPECTED = "records as JSON, one a line, a whole toJSON(needs.part.outputs), or files like records/*.json";
/** Reads the input `records`; throws FormatError. One JSON text of any length, or one entry a line. */
function parseSources(text) {
	const whole = parseJson(text);
	if (whole !== void 0) return [{ json: whole }];
	return text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
		if (!/^[[{]/.test(line)) return { pattern: line };
		const json = parseJson(line);
		if (json === void 0) throw new FormatError("record", line.slice(0, 100), EXPECTED);
		return { json };
	});
}
/** Every record in a piece of JSON, however deep: job outputs are texts in objects. Throws RecordError, which says `where`. */
function recordsIn(json, where) {
	const records = find(json).map((record) => {
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
function find(value) {
	if (isRecord(value)) return [value];
	if (typeof value === "string") return /^\s*[[{]/.test(value) ? find(parseJson(value)) : [];
	if (typeof value !== "object" || value === null) return [];
	return Object.values(value).flatMap(find);
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
// src/handoff/artifacts.ts
/** The service did not do what it was asked for; `absent` where it is none that we know. */
var ArtifactsError = class extends Error {
	name = "ArtifactsError";
	absent;
	constructor(message, { absent = false, cause } = {}) {
		super(message, { cause });
		this.absent = absent;
	}
};
export { recordsIn as i, parseJson as n, parseSources as r, ArtifactsError as t };
