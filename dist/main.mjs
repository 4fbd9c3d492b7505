import "./rolldown-runtime.mjs";
import { t as FormatError } from "./format-error.mjs";
import { A as samePlatform, C as prepareBuilder, D as normalize, E as formatPlatform, O as parsePlatform, S as boot, T as requirePushByDigest, _ as ensureEmulators, a as files, c as log, d as readRun, f as saveLedger, g as EmulatorError, h as writeSummary, k as platformSlug, l as mask, m as writeLines, n as openPrograms, o as fail, p as setOutputs, r as openLedger, t as dockerFolder, u as readInput, x as BuilderError, y as ProgramMissing } from "./programs.mjs";
import { _ as isSchema1, a as isAttestation, c as readImage, d as DOCKER_LIST, g as isIndexType, h as isDockerType, l as readIndex, n as CredentialError, o as parseJson, p as OCI_INDEX, s as platformOf, t as RegistryError, u as writeIndex, y as parseDigest } from "./registry-error.mjs";
import { isAbsolute, join } from "node:path";
import process from "node:process";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { setTimeout } from "node:timers/promises";
// src/image/annotation.ts
const LEVELS = [
	"index",
	"manifest",
	"index-descriptor",
	"manifest-descriptor"
];
const LEVEL = /^([a-z-]+)(?:\[([^\]]+)\])?$/;
const EXPECTED$1 = "key=value or level:key=value, with a level like index, manifest or manifest[linux/arm64]";
/**
* Reads `[level[platform],…:]key=value`; throws FormatError. Without a level it means the index and every manifest:
* registries show the index's description, and tools that pull one platform see that of its manifest.
*/
function parseAnnotation(text) {
	const equals = text.indexOf("=");
	if (equals < 1) throw new FormatError("annotation", text, EXPECTED$1);
	const name = text.slice(0, equals);
	const value = text.slice(equals + 1);
	const colon = name.indexOf(":");
	const key = name.slice(colon + 1);
	if (key === "") throw new FormatError("annotation", text, EXPECTED$1);
	return (colon < 0 ? ["index", "manifest"] : name.slice(0, colon).split(",")).map((level) => ({
		...parseLevel(level, text),
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
	return only === void 0 || platform !== void 0 && samePlatform(only, platform);
}
function parseLevel(text, whole) {
	const [, level = "", platform] = LEVEL.exec(text) ?? [];
	if (!isLevel(level)) throw new FormatError("annotation", whole, EXPECTED$1);
	return {
		level,
		...platform !== void 0 && { platform: parsePlatform(platform) }
	};
}
function isLevel(text) {
	return LEVELS.includes(text);
}
// src/image/reference.ts
const ALNUM = "[a-z0-9]+";
const COMPONENT = `${ALNUM}(?:(?:[._]|__|-+)${ALNUM})*`;
const HOST_LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const HOST = `(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[a-fA-F0-9:]+\\])`;
const TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const DIGEST = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
const DOMAIN = new RegExp(`^${HOST}(?::[0-9]+)?$`);
const REMAINDER = new RegExp(`^(${COMPONENT}(?:/${COMPONENT})*)(?::(${TAG}))?(?:@(${DIGEST}))?$`);
const EXPECTED = "registry/name:tag, like ghcr.io/octo/app:1.2.3";
const LONGEST_PATH = 255;
/** Reads a reference as Docker does (distribution/reference, `ParseNormalizedNamed`), keeping tag and digest. */
function parseReference(text) {
	if (/^[a-f0-9]{64}$/.test(text)) throw new FormatError("reference", text, "a name; 64 hexadecimal digits alone are an image id");
	const { registry, rest } = splitDomain(text);
	refuseUpperCase(text, rest);
	const match = DOMAIN.test(registry) ? REMAINDER.exec(rest) : null;
	if (match === null) throw new FormatError("reference", text, EXPECTED);
	const [, path = "", tag, digest] = match;
	if (path.length > LONGEST_PATH) throw new FormatError("reference", text, `a repository name of at most ${LONGEST_PATH} characters`);
	return {
		registry,
		path,
		...tag !== void 0 && { tag },
		...digest !== void 0 && { digest: parseDigest(digest) }
	};
}
/** Reads the name of a tag to publish; without a tag it is `latest`, as everywhere in Docker. A digest is refused. */
function parseTagRef(text) {
	const { registry, path, tag = "latest", digest } = parseReference(text);
	if (digest !== void 0) throw new FormatError("tag", text, `${EXPECTED}; a digest names bytes and cannot be moved`);
	return {
		registry,
		path,
		tag
	};
}
/** `docker.io/library/busybox` — always whole. */
function formatRepository({ registry, path }) {
	return `${registry}/${path}`;
}
/** `ghcr.io/octo/app:1.2.3` or `ghcr.io/octo/app@sha256:…` */
function formatReference(reference) {
	const name = formatRepository(reference);
	return "digest" in reference ? `${name}@${reference.digest}` : `${name}:${reference.tag}`;
}
function splitDomain(text) {
	const slash = text.indexOf("/");
	const first = text.slice(0, slash);
	const isDomain = slash > 0 && (first === "localhost" || /[.:]/.test(first) || first !== first.toLowerCase());
	const registry = isDomain ? first.replace(/^index\.docker\.io$/, "docker.io") : "docker.io";
	const rest = isDomain ? text.slice(slash + 1) : text;
	const name = rest.replace(/[:@].*$/, "");
	return {
		registry,
		rest: registry === "docker.io" && !name.includes("/") && name !== "" ? `library/${rest}` : rest
	};
}
/** The commonest mistake of all: `github.repository` keeps the capitals of its owner. */
function refuseUpperCase(text, rest) {
	const name = rest.replace(/[:@].*$/, "");
	if (name === name.toLowerCase()) return;
	const repaired = text.replace(name.replace(/^library\//, ""), (part) => part.toLowerCase());
	throw new FormatError("reference", text, `a repository name in lower case, like ${repaired}`);
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
const parse$1 = function(data, opts = {}) {
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
	const records = parse$1(text, {
		columns: false,
		relaxQuotes: true,
		relaxColumnCount: true,
		skipEmptyLines: true,
		...options.quotes === false && { quote: false }
	});
	return (options.commas ? records.flatMap(split) : records.map((record) => record.join(","))).map((entry) => entry.trim()).filter(Boolean);
}
/** Theirs splits a line that is one quoted entry once more. */
function split(record) {
	return record.length === 1 ? record.flatMap((entry) => entry.split(",")) : record;
}
// src/action/fields.ts
function text(initial = "") {
	return {
		default: initial,
		read: (given) => given.trim()
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
function choice(options, initial) {
	return {
		default: initial,
		read: (given) => {
			const chosen = options.find((option) => option === given.trim());
			if (chosen === void 0) throw new FormatError("mode", given, options.join(", "));
			return chosen;
		}
	};
}
/** A list complains about each of its entries, not only the first. */
function list(readEntry, { commas = false, quotes = true, secret = false } = {}) {
	return {
		default: "",
		read: (given) => {
			const errors = [];
			const values = entries(given).flatMap((entry, place) => {
				try {
					return [readEntry(entry, place)];
				} catch (error) {
					errors.push(error);
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
				quotes
			});
		} catch {
			throw new FormatError("list", secret ? "***" : given, "one entry a line, with every quote closed");
		}
	}
}
/** On, off, left to the default, or attributes of its own: `mode=max`. */
function attestation$1() {
	return {
		default: "",
		read: (given) => {
			if (given.trim() === "") return void 0;
			return /^(true|false)$/i.test(given.trim()) ? given.trim().toLowerCase() === "true" : given.trim();
		}
	};
}
function verbatim(entry) {
	return entry;
}
/** `NAME=value`, or for build arguments `NAME` alone: its value is then the environment's. */
function parsePair(entry) {
	if (/^[^=\s]+(=|$)/.test(entry)) return entry;
	throw new FormatError("pair", entry, "NAME=value");
}
/** Complains about an entry by its place: any part of it may be a piece of a secret that is not quoted as it should be. */
function parseSecret(entry, place) {
	const [, id, value] = /^([^=]+)=(.*)$/s.exec(entry) ?? [];
	if (id === void 0 || value === void 0) throw new FormatError("secret", `entry ${place + 1}`, "id=value, with quotes around it where the value has several lines");
	return {
		id: id.trim(),
		value
	};
}
// src/action/inputs.ts
/** The stories the action can tell; house rule: one word chooses. */
const MODES = ["build"];
/** Modes that build with BuildKit. */
const BUILDING = ["build"];
/**
* Every input, in the order of action.yml. Names and syntax are those of docker/build-push-action v7 and
* docker/setup-buildx-action v4 where they have them. To add an input, add a row here and one there.
*/
const INPUTS = {
	mode: row(MODES, choice(MODES, "build")),
	platforms: row(MODES, list(parsePlatform, { commas: true })),
	tags: row(MODES, list(parseTagRef, { commas: true })),
	push: row(["build"], flag("true")),
	context: row(BUILDING, text(".")),
	file: row(BUILDING, text()),
	target: row(BUILDING, text()),
	"build-args": row(BUILDING, list(parsePair)),
	labels: row(BUILDING, list(parsePair)),
	annotations: row(BUILDING, list(parseAnnotation)),
	secrets: row(BUILDING, list(parseSecret, { secret: true })),
	"cache-from": row(BUILDING, list(verbatim)),
	"cache-to": row(BUILDING, list(verbatim)),
	"no-cache": row(BUILDING, flag("false")),
	pull: row(BUILDING, flag("false")),
	provenance: row(BUILDING, attestation$1()),
	sbom: row(BUILDING, attestation$1()),
	builder: row(BUILDING, text()),
	"driver-opts": row(BUILDING, list(verbatim, { quotes: false })),
	"buildkitd-config-inline": row(BUILDING, text()),
	"buildkit-image": row(BUILDING, text("moby/buildkit:buildx-stable-1")),
	"binfmt-image": row(BUILDING, text("tonistiigi/binfmt:latest")),
	"keep-emulators": row(BUILDING, flag("true"))
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
/** Text becomes values. `read` gives an input's text, or '' where it is not set. */
function readInputs(read) {
	const complaints = [];
	const given = Object.entries(INPUTS).map(([name, field]) => [
		name,
		field,
		read(name)
	]);
	const values = given.map(([name, field, text]) => {
		try {
			return [name, field.read(text || field.default)];
		} catch (error) {
			complaints.push(...complaintsOf(name, error));
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
function misplacement(modes, mode) {
	return `has no meaning in mode ${mode}; it is for mode ${modes.join(" and ")}`;
}
function row(modes, field) {
	return {
		...field,
		modes
	};
}
function complaintsOf(input, error) {
	if (error instanceof AggregateError) return error.errors.flatMap((one) => complaintsOf(input, one));
	if (error instanceof Error) return [{
		input,
		message: error.message
	}];
	throw error;
}
// src/action/outputs.ts
/** Small values for the next step; everything else is in the metadata file, since outputs end up in environments. */
function toOutputs({ platforms, published }, metadataFile) {
	const digests = platforms.flatMap(({ platform, image }) => image ? [[formatPlatform(platform), image.digest]] : []);
	const first = published?.tags[0];
	return {
		digest: published?.index.digest ?? "",
		platforms: platforms.map(({ platform }) => formatPlatform(platform)).join(","),
		digests: published ? JSON.stringify(Object.fromEntries(digests)) : "",
		image: published && first ? `${formatRepository(first)}@${published.index.digest}` : "",
		tags: published?.tags.map(formatReference).join("\n") ?? "",
		"metadata-file": metadataFile
	};
}
/** Everything there is to know, as JSON: version 1 of its shape. */
function toMetadata({ platforms, published, builder, tools, stages }) {
	const metadata = {
		version: 1,
		mode: "build",
		...published && {
			digest: published.index.digest,
			descriptor: {
				mediaType: published.index.mediaType,
				digest: published.index.digest,
				size: published.index.bytes.length
			},
			tags: published.tags.map(formatReference)
		},
		platforms: platforms.map(({ platform, emulated, milliseconds, image, attestations, size }) => ({
			platform: formatPlatform(platform),
			emulated,
			seconds: seconds(milliseconds),
			...image && {
				descriptor: image,
				attestations
			},
			...size !== void 0 && { pullSize: size }
		})),
		builder,
		versions: tools,
		stages: stages.map(({ name, milliseconds }) => ({
			name,
			seconds: seconds(milliseconds)
		}))
	};
	return `${JSON.stringify(metadata, null, 2)}\n`;
}
function seconds(milliseconds) {
	return Math.round(milliseconds) / 1e3;
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
async function checkDockerfile({ context, file }, files, workspace) {
	if (isRemote(context) || file !== void 0 && isRemote(file)) return;
	const folder = within(workspace, context);
	const path = file === void 0 ? join(folder, "Dockerfile") : within(workspace, file);
	if (!await files.exists(path)) throw new DockerfileMissing(path, folder, await files.exists(folder));
}
/** Whether BuildKit fetches it by itself: Git, HTTP, or standard input (moby's `urlutil` rules). */
function isRemote(text) {
	return text === "-" || /^(https?|git|ssh):\/\//.test(text) || /^(git@|github\.com\/)/.test(text);
}
function within(workspace, path) {
	return isAbsolute(path) ? path : join(workspace, path);
}
// src/build/cache.ts
/**
* Gives a cache a name of its own for each platform. Platforms are built one by one, and a cache that all of them
* export to under one name would keep only the last one's layers.
*/
function cacheTo(entry, platform) {
	return format(withOwnName(parse(entry), platform));
}
/** The platform's own cache first, then the one named: it may come from elsewhere, and a missing one is no error. */
function cacheFrom(entry, platform) {
	const own = cacheTo(entry, platform);
	return own === entry ? [entry] : [own, entry];
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
		case "azblob": return rename("name", (name) => `${name}-${slug}`, "buildkit");
		case "registry": return rename("ref", (ref) => withTagSuffix(ref, slug));
		case "local": return rename(attributes.has("dest") ? "dest" : "src", (path) => `${path.replace(/\/$/, "")}/${slug}`);
		default: return attributes;
	}
}
function withTagSuffix(ref, slug) {
	if (ref.includes("@")) return ref;
	return `${ref}${ref.slice(ref.lastIndexOf("/")).includes(":") ? "" : ":latest"}-${slug}`;
}
/** `type=gha,scope=x`, or a bare reference, which buildx takes as a registry's. */
function parse(entry) {
	if (!entry.includes("=")) return new Map(Object.entries({
		type: "registry",
		ref: entry
	}));
	return new Map(entry.split(",").map((field) => [field.replace(/=.*$/s, "").trim(), field.replace(/^[^=]*=/, "")]));
}
function format(attributes) {
	return [...attributes].map(([name, value]) => `${name}=${value}`).join(",");
}
// src/build/arguments.ts
/** The command line of one platform's build, for `docker`. Secrets are named in it, never spelt. */
function buildArguments(plan) {
	const { recipe, platform } = plan;
	const manifest = Object.entries(annotationsFor(recipe.annotations, "manifest", platform));
	return [
		...[
			"buildx",
			"build",
			"--builder",
			plan.builder,
			"--platform",
			formatPlatform(platform),
			"--progress",
			"plain"
		],
		...[
			"--metadata-file",
			plan.metadataFile,
			"--output",
			exporter(plan)
		],
		...option("--file", recipe.file),
		...option("--target", recipe.target),
		...recipe.buildArgs.flatMap((text) => ["--build-arg", text]),
		...recipe.labels.flatMap((text) => ["--label", text]),
		...manifest.flatMap(([key, value]) => ["--annotation", `manifest:${key}=${value}`]),
		...recipe.secrets.flatMap(({ id, value }, place) => value === "" ? [] : ["--secret", `id=${id},env=${secretVariable(place)}`]),
		...caches(plan),
		...recipe.noCache ? ["--no-cache"] : [],
		...recipe.pull ? ["--pull"] : [],
		...attestation("provenance", recipe.provenance),
		...attestation("sbom", recipe.sbom),
		recipe.context
	];
}
/** What buildx needs in its environment: the secrets' values, and no copy of the provenance in its metadata. */
function buildEnvironment(secrets) {
	const values = secrets.map(({ value }, place) => [secretVariable(place), value]);
	return {
		...Object.fromEntries(values),
		BUILDX_METADATA_PROVENANCE: "disabled",
		DOCKER_CLI_HINTS: "false"
	};
}
/** By digest only: a tag that names one platform for a while would be seen by somebody. */
function exporter({ repositories }) {
	if (repositories.length === 0) return "type=cacheonly";
	return `type=image,"name=${repositories.map(formatRepository).join(",")}",push-by-digest=true,name-canonical=true,push=true`;
}
function caches({ recipe, platform, oneOfMany }) {
	const from = oneOfMany ? recipe.cacheFrom.flatMap((entry) => cacheFrom(entry, platform)) : recipe.cacheFrom;
	const to = oneOfMany ? recipe.cacheTo.map((entry) => cacheTo(entry, platform)) : recipe.cacheTo;
	return [...from.flatMap((entry) => ["--cache-from", entry]), ...to.flatMap((entry) => ["--cache-to", entry])];
}
function attestation(type, attributes) {
	if (attributes === void 0) return [];
	const rest = attributes === false ? "disabled=true" : attributes;
	return ["--attest", [`type=${type}`, rest].filter(Boolean).join(",")];
}
function option(name, value) {
	return value === void 0 ? [] : [name, value];
}
function secretVariable(place) {
	return `MULTIARCH_BUILD_SECRET_${place}`;
}
// src/build/run.ts
/** The build of one platform failed. */
var BuildFailed = class extends Error {
	name = "BuildFailed";
	platform;
	code;
	/** the end of BuildKit's log */
	tail;
	constructor(platform, code, tail) {
		super(`the build of ${formatPlatform(platform)} failed`);
		this.platform = platform;
		this.code = code;
		this.tail = tail;
	}
};
/** The build was stopped because another platform's had failed. */
var BuildStopped = class extends Error {
	name = "BuildStopped";
};
const TAIL = 25;
/** Builds one platform. Resolves with the digest of what was pushed, or undefined where nothing was to be pushed. */
async function buildPlatform(plan, env, { follow, files, say, signal }) {
	const tail = [];
	const onLine = (line) => {
		say(line);
		if (tail.push(line) > TAIL) tail.shift();
	};
	for (const { id, value } of plan.recipe.secrets) if (value === "") say(`the secret "${id}" is empty and is not mounted`);
	const environment = {
		...env,
		...buildEnvironment(plan.recipe.secrets)
	};
	const code = await follow("docker", buildArguments(plan), {
		env: environment,
		onLine,
		signal
	});
	if (signal.aborted) throw new BuildStopped(`the build of ${formatPlatform(plan.platform)} was stopped`);
	if (code !== 0) throw new BuildFailed(plan.platform, code, tail);
	if (plan.repositories.length === 0) return void 0;
	return readMetadata(await files.read(plan.metadataFile) ?? "{}");
}
/** The digest that buildx notes in its metadata file. */
function readMetadata(text) {
	const json = JSON.parse(text);
	const digest = typeof json === "object" && json !== null && "containerimage.digest" in json && json["containerimage.digest"];
	return parseDigest(String(digest));
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
		platform: normalize({
			os: Server.Os,
			architecture: Server.Arch
		}),
		version: Server.Version,
		client: Client.Version,
		local: host === "" ? Client.Context === "default" : host.startsWith("unix://")
	};
}
/** The version of the buildx plugin, like `v0.36.1`; throws EngineError where there is none. */
async function findBuildx(run) {
	const { code, stdout, stderr } = await docker(run, ["buildx", "version"]);
	if (code !== 0) throw new EngineError("buildx", stderr);
	return stdout.trim().split(/\s+/)[1] ?? stdout.trim();
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
* and nothing has to be annotated, since such a list cannot carry annotations.
*/
function assemble(images, annotations = []) {
	refuseTwins(images);
	const manifests = [...images.map((entry) => annotated(entry, annotations)), ...images.flatMap(({ attestations }) => attestations)];
	const own = annotationsFor(annotations, "index");
	return {
		mediaType: !(Object.keys(own).length > 0 || manifests.some(({ annotations }) => annotations !== void 0)) && manifests.every(({ mediaType }) => isDockerType(mediaType)) ? DOCKER_LIST : OCI_INDEX,
		manifests,
		...Object.keys(own).length > 0 && { annotations: own }
	};
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
	for (const { platform, image } of images) {
		const name = formatPlatform(platform);
		const first = seen.get(name);
		if (first !== void 0) throw new PlatformTwice(name, [first, image.digest]);
		seen.set(name, image.digest);
	}
}
// src/merge/flatten.ts
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
	const image = images.find(({ platform: is }) => is !== void 0 && samePlatform(platformOf(is), platform));
	if (image === void 0) throw new PlatformMissing(platform, manifest.digest, images.map(name));
	return {
		platform,
		image,
		attestations: manifests.filter((descriptor) => isAttestation(descriptor) && descriptor.annotations?.["vnd.docker.reference.digest"] === image.digest)
	};
}
function name({ platform }) {
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
*/
async function publish(index, tags, registry) {
	const ordered = orderTags(tags);
	const first = ordered.slice(0, 1);
	const others = ordered.slice(1);
	await putAll(first, [], others);
	return await putAll(others, first, []);
	async function putAll(names, before, after) {
		const settled = await Promise.allSettled(names.map((name) => registry.put(name, index)));
		const failed = names.filter((_, place) => settled[place]?.status === "rejected");
		const moved = [...before, ...names.filter((_, place) => settled[place]?.status === "fulfilled")];
		const cause = settled.find((one) => one.status === "rejected")?.reason;
		if (failed.length > 0) throw new PublishError(moved, failed, after, cause);
		return moved;
	}
}
// src/action/report.ts
/** Any error, in words. */
function toReport(error) {
	if (error instanceof InputError) return {
		title: "The inputs need a correction",
		detail: error.message,
		advice: ""
	};
	if (error instanceof EngineError) return ofEngine(error);
	if (error instanceof DockerfileMissing) return ofDockerfile(error);
	if (error instanceof EmulatorError) return {
		title: "An emulator did not come up",
		detail: lines(`There is ${error.message}.`, error.said),
		advice: `The container of ${error.image} must be allowed to run privileged, and the kernel needs binfmt_misc mounted (Linux 4.8 or newer). On a rootless or user-namespaced engine emulators have to be installed on the host itself.`
	};
	if (error instanceof BuilderError) return {
		title: "The builder did not start",
		detail: lines(`${capital(error.message)}.`, error.said),
		advice: "If an image could not be pulled, set buildkit-image to a copy in a registry that this runner reaches."
	};
	if (error instanceof BuildFailed) return ofBuild(error);
	if (error instanceof PlatformMissing) return {
		title: "A platform is missing",
		detail: `${capital(error.message)}.`,
		advice: "The Dockerfile may end in a stage with FROM --platform=$BUILDPLATFORM; the last stage has to be of the target platform."
	};
	if (error instanceof PlatformTwice) return {
		title: "The inputs need a correction",
		detail: `${capital(error.message)}.`,
		advice: "Name each platform once in the input platforms."
	};
	if (error instanceof PublishError) return ofPublish(error);
	if (error instanceof RegistryError) return ofRegistry(error);
	if (error instanceof CredentialError) return {
		title: "The registry does not accept the login",
		detail: `${capital(error.message)}.`,
		advice: LOGIN
	};
	return {
		title: "Something unexpected happened",
		detail: error instanceof Error ? lines(error.message, error.stack?.split("\n").slice(1).join("\n") ?? "") : String(error),
		advice: "This is likely a fault of the action. Please report it with this log."
	};
}
function ofEngine({ missing, said, message }) {
	const detail = lines(`${capital(message)}.`, said);
	switch (missing) {
		case "docker": return {
			title: "Docker is not installed",
			detail,
			advice: "Run the job on a runner with Docker, such as ubuntu-24.04, or install it in an earlier step (docker/setup-docker-action)."
		};
		case "engine": return {
			title: "The Docker engine does not answer",
			detail,
			advice: "Start the engine, or check DOCKER_HOST and that this user may use its socket (group docker). Jobs that run in a container need the socket mounted."
		};
		case "buildx": return {
			title: "Docker has no buildx",
			detail,
			advice: "Install the buildx plugin (Debian and Ubuntu: the package docker-buildx-plugin or docker-buildx)."
		};
	}
}
function ofDockerfile({ message, contextExists }) {
	return {
		title: "The Dockerfile is missing",
		detail: `${capital(message)}.`,
		advice: contextExists ? "Name it with the input file if it has another name or place. If the whole repository is missing, put a step with actions/checkout before this one, or set context to a Git URL." : "Put a step with actions/checkout before this one, correct the input context, or set context to a Git URL like https://github.com/octo/app.git#main."
	};
}
function ofBuild({ platform, code, tail }) {
	const name = formatPlatform(platform);
	const ended = code === void 0 ? "was ended by a signal" : `ended with exit code ${code}`;
	const refused = tail.some((line) => line.includes("failed to push"));
	return {
		title: "A platform failed to build",
		detail: lines(`The build of ${name} ${ended}. The end of its log:`, ...tail),
		advice: lines(refused ? `The registry did not take the image. ${LOGIN}` : "", `The whole log is in the group "Build ${name}". No tag was moved.`)
	};
}
const LOGIN = "Log in before this step (docker/login-action) with an account that may push to this repository; on ghcr.io with GITHUB_TOKEN, the job needs \"permissions: packages: write\" and the package must give this repository write access.";
/** Knows the classes of errors, not their texts: the registry's own words are in the detail. */
function ofRegistry(error) {
	const detail = error.message;
	switch (error.kind) {
		case "unauthorized":
		case "denied": return {
			title: "The registry does not accept the login",
			detail,
			advice: LOGIN
		};
		case "unknown": return {
			title: "The registry refuses",
			detail,
			advice: `Check the name ${error.repository ?? error.host}. Some registries, such as ECR, want the repository to be made first.`
		};
		case "immutable": return {
			title: "The registry refuses",
			detail,
			advice: "The tag exists with another image and cannot be moved; publish under a new tag."
		};
		case "limited": return {
			title: "The registry refuses",
			detail,
			advice: "The registry limits how often it is asked. Log in, or run the job again later."
		};
		case "unavailable":
		case "unreachable": return {
			title: "The registry cannot be reached",
			detail,
			advice: `Check that ${error.host} is up and that this runner reaches it (proxy, DNS, certificates). Registries on other machines must speak HTTPS. Running the job again is safe.`
		};
		case "refused":
		case "digest":
		case "unusable": return {
			title: "The registry refuses",
			detail,
			advice: "No tag was moved to anything incomplete; running the job again is safe."
		};
	}
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
function named(what, tags) {
	return tags.length > 0 ? `${what}: ${tags.map(formatReference).join(", ")}` : "";
}
function lines(...parts) {
	return parts.filter((part) => part !== "").join("\n");
}
function capital(sentence) {
	return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
// src/action/request.ts
/** Inputs become what to do; throws InputError with everything that is wrong with them, one by one and together. */
function toRequest({ inputs, complaints }, run) {
	const wrong = new Set(complaints.map(({ input }) => input));
	const more = contradictions(inputs, wrong).filter(({ input }) => !wrong.has(input));
	if (complaints.length + more.length > 0) throw new InputError([...complaints, ...more]);
	switch (inputs.mode) {
		case "build": return toBuildRequest(inputs, run);
	}
}
function toBuildRequest(inputs, run) {
	return {
		mode: "build",
		platforms: uniqueBy(inputs.platforms, formatPlatform),
		tags: inputs.push ? uniqueBy(inputs.tags, formatReference) : [],
		recipe: toRecipe(inputs, run),
		builder: inputs.builder ? { existing: inputs.builder } : {
			image: inputs["buildkit-image"],
			driverOptions: inputs["driver-opts"],
			config: inputs["buildkitd-config-inline"]
		},
		emulators: {
			image: inputs["binfmt-image"],
			keep: inputs["keep-emulators"]
		}
	};
}
function toRecipe(inputs, run) {
	const provenance = provenanceOf(inputs.provenance, run);
	return {
		context: inputs.context,
		...inputs.file && { file: inputs.file },
		...inputs.target && { target: inputs.target },
		buildArgs: inputs["build-args"],
		labels: inputs.labels,
		annotations: inputs.annotations.flat(),
		secrets: inputs.secrets,
		cacheFrom: inputs["cache-from"],
		cacheTo: inputs["cache-to"],
		noCache: inputs["no-cache"],
		pull: inputs.pull,
		...provenance !== void 0 && { provenance },
		...inputs.sbom !== void 0 && { sbom: inputs.sbom === true ? "" : inputs.sbom }
	};
}
/** As docker/build-push-action: all there is to know of a public repository, only the least of a private one. */
function provenanceOf(given, run) {
	if (given === false) return false;
	if (given === true) return withBuilder("", run);
	if (given !== void 0) return withBuilder(given, run);
	if (run.noDefaultAttestations || run.private === void 0) return void 0;
	return withBuilder(run.private ? "mode=min,inline-only=true" : "mode=max", run);
}
function withBuilder(attributes, { url }) {
	if (url === "" || attributes.includes("builder-id=")) return attributes;
	return [attributes, `builder-id=${url}`].filter(Boolean).join(",");
}
/** What does not go together. An input that is wrong by itself has its default here, and proves nothing. */
function contradictions(inputs, wrong) {
	const push = inputs.push && !wrong.has("push");
	const registries = [...new Set(inputs.tags.map(({ registry }) => registry))];
	const ofOwnBuilder = [
		"driver-opts",
		"buildkitd-config-inline",
		"buildkit-image"
	].filter((name) => inputs[name].length > 0 && inputs[name] !== INPUTS[name].default);
	return [
		...complain(push && inputs.tags.length === 0, "tags", "is empty, so there is nothing to push to; name a tag like ghcr.io/octo/app:1.2.3, or set push: false"),
		...complain(push && registries.length > 1, "tags", `names several registries (${registries.join(", ")}); one step publishes to one registry for now, so give each registry a step of its own`),
		...wrong.has("platforms") ? [] : strayAnnotations(inputs),
		...(inputs.builder ? ofOwnBuilder : []).map((input) => ({
			input,
			message: `is for a builder that this action makes; builder "${inputs.builder}" exists already, so set one or the other`
		}))
	];
}
/** An annotation for one platform that is not built would be lost without a word. */
function strayAnnotations({ annotations, platforms }) {
	const strays = annotations.flat().flatMap(({ platform }) => {
		return platform === void 0 || platforms.some((wanted) => samePlatform(wanted, platform)) ? [] : formatPlatform(platform);
	});
	return [...new Set(strays)].map((stray) => ({
		input: "annotations",
		message: `names the platform ${stray}, which is not among the input platforms`
	}));
}
function complain(wrong, input, message) {
	return wrong ? [{
		input,
		message
	}] : [];
}
function uniqueBy(items, key) {
	return [...new Map(items.map((item) => [key(item), item])).values()];
}
// src/system/clock.ts
const clock = {
	now: () => performance.now(),
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
// src/action/summary.ts
/** The job summary, in GitHub's Markdown. */
function toSummary(result) {
	return [
		heading(result),
		table(result.platforms),
		pull(result),
		footer(result)
	].filter(Boolean).join("\n\n");
}
/** The same table for the end of the log, in plain columns. */
function closingTable({ platforms, published }) {
	const rows = platforms.map((platform) => cells(platform));
	const widths = HEADINGS.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
	const line = (row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd();
	const names = published?.tags.map((tag) => `${formatReference(tag)} is ${published.index.digest}`) ?? [];
	return [
		line(HEADINGS),
		...rows.map(line),
		...names
	];
}
const HEADINGS = [
	"platform",
	"how",
	"built in",
	"pull size",
	"digest"
];
function cells({ platform, emulated, milliseconds, image, size }) {
	return [
		formatPlatform(platform),
		emulated ? "emulated" : "native",
		formatDuration(milliseconds),
		size === void 0 ? "–" : formatBytes(size),
		image?.digest ?? "–"
	];
}
function heading({ published }) {
	const first = published?.tags[0];
	if (published === void 0 || first === void 0) return "## Built, not pushed";
	const others = published.tags.map((tag) => `\`${formatReference(tag)}\``).join("<br>");
	return [
		`## ${formatRepository(first)}`,
		"",
		"| | |",
		"| --- | --- |",
		`| digest | \`${published.index.digest}\` |`,
		`| tags | ${others} |`
	].join("\n");
}
function table(platforms) {
	const rows = platforms.map((platform) => cells(platform).map((cell, column) => column === 4 && cell !== "–" ? `\`${cell}\`` : cell));
	return [
		HEADINGS,
		HEADINGS.map(() => "---"),
		...rows
	].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
function pull({ published }) {
	const [first] = published?.tags ?? [];
	return first ? [
		"```sh",
		`docker pull ${formatReference(first)}`,
		"```"
	].join("\n") : "";
}
function footer({ builder, tools, stages }) {
	return `<sub>Slowest: ${stages.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, 3).map(({ name, milliseconds }) => `${name} ${formatDuration(milliseconds)}`).join(", ")}. Builder ${builder.name} (${builder.driver}), BuildKit ${tools.buildkit}, buildx ${tools.buildx}, Docker ${tools.engine}.</sub>`;
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
// src/build/progress.ts
/** The step that a line of BuildKit's plain log begins, like `[2/3] RUN make`; undefined for any other line. */
function stepOf(line) {
	const [, step] = /^#\d+ (\[[^\]]*\d+\/\d+\] .*)$/.exec(line) ?? [];
	return step;
}
// src/flows/platforms.ts
/** How often a silent build says that it lives, in milliseconds. */
const HEARTBEAT = 2e4;
/** Builds every platform at the same time. The first failure stops the others: an hour of QEMU would not help it. */
async function buildPlatforms(recipe, repositories, ground, world) {
	const stop = new AbortController();
	const steps = /* @__PURE__ */ new Map();
	const startedAt = world.clock.now();
	using _beat = world.clock.every(HEARTBEAT, () => {
		const since = formatDuration(world.clock.now() - startedAt);
		for (const [platform, step] of steps) world.log.line(`${platform}: still building after ${since}, at ${step}`);
	});
	const settled = await Promise.allSettled(ground.decisions.map(buildOne));
	const culprit = settled.flatMap((one) => one.status === "rejected" ? [one.reason] : []).find((error) => !(error instanceof BuildStopped));
	if (culprit !== void 0) throw culprit;
	return settled.flatMap((one) => one.status === "fulfilled" ? one.value : []);
	async function buildOne(decision) {
		const name = formatPlatform(decision.platform);
		const begun = world.clock.now();
		steps.set(name, "its start");
		try {
			const pushed = await world.stages.run(`Build ${name}${isEmulated(decision) ? ", emulated" : ""}`, async (say) => {
				const { platform } = decision;
				const { builder, decisions } = ground;
				const plan = {
					recipe,
					platform,
					repositories,
					builder: builder.name,
					oneOfMany: decisions.length > 1,
					metadataFile: join(world.places.own, `${platformSlug(platform)}.json`)
				};
				const onLine = (line) => {
					say(line);
					steps.set(name, stepOf(line) ?? steps.get(name) ?? "");
				};
				const digest = await buildPlatform(plan, builder.env, {
					...world,
					say: onLine,
					signal: stop.signal
				});
				const [repository] = repositories;
				if (digest === void 0 || repository === void 0) return void 0;
				return flatten(await (await world.registry()).get({
					...repository,
					digest
				}, { expected: true }), platform);
			});
			return {
				decision,
				milliseconds: world.clock.now() - begun,
				...pushed && { pushed }
			};
		} catch (error) {
			stop.abort();
			throw error;
		} finally {
			steps.delete(name);
		}
	}
}
function isEmulated({ action }) {
	return action === "present" || action === "install";
}
// src/flows/set-up.ts
/** Emulators and a builder, side by side as far as one may: buildkitd looks once, at boot, for what it can emulate. */
async function setUp(wanted, engine, world) {
	return "existing" in wanted.builder ? await useBuilder(wanted.builder.existing, wanted, engine, world) : await makeBuilder(wanted.builder, wanted, engine, world);
}
async function makeBuilder(choice, wanted, engine, world) {
	await world.files.makeFolder(buildxFolder(world));
	const plan = {
		...choice,
		name: world.name,
		folder: buildxFolder(world),
		usersFolder: world.places.buildx
	};
	const emulators = emulate(wanted, engine, [engine.platform], [], world);
	const builder = world.stages.run("Builder", async (say) => {
		const made = await prepareBuilder(plan, {
			...world,
			say
		});
		await emulators;
		return await boot(made.name, made.env, {
			...world,
			say
		});
	});
	const [decisions, up] = await Promise.all([emulators, builder]);
	return {
		builder: up,
		decisions
	};
}
async function useBuilder(name, wanted, engine, world) {
	const builder = await world.stages.run("Builder", (say) => boot(name, {}, {
		...world,
		say
	}));
	return {
		builder,
		decisions: await emulate(wanted, engine, builder.natives, builder.platforms, world)
	};
}
function emulate({ platforms, emulators }, { local }, natives, covered, world) {
	const plan = {
		wanted: platforms,
		natives,
		covered,
		local,
		...emulators
	};
	return world.stages.run("Emulators", (say) => ensureEmulators(plan, {
		...world,
		say
	}));
}
/** For the files of our builder. */
function buildxFolder({ places }) {
	return join(places.own, "buildx");
}
// src/flows/build.ts
/** Emulate, open a builder, build each platform and push it by digest, merge, name it. */
async function build(request, world) {
	const { recipe, tags } = request;
	const { run, places, stages } = world;
	await checkDockerfile(recipe, world.files, places.workspace);
	const [engine, buildx] = await Promise.all([findEngine(run, places.dockerHost), findBuildx(run)]);
	const platforms = request.platforms.length > 0 ? request.platforms : [engine.platform];
	const repositories = uniqueRepositories(tags);
	const ground = await setUp({
		...request,
		platforms
	}, engine, world);
	if (repositories.length > 0) requirePushByDigest(ground.builder);
	const [built] = await Promise.all([buildPlatforms(recipe, repositories, ground, world), warmRegistry(repositories, world)]);
	const sizes = Promise.all(built.map((platform) => pullSize(platform, repositories[0], world)));
	const index = tags.length > 0 ? await merge(built, request, world) : void 0;
	const { builder } = ground;
	return {
		mode: request.mode,
		platforms: resultsOf(built, await sizes),
		...index && { published: {
			index,
			tags
		} },
		tools: {
			docker: engine.client,
			engine: engine.version,
			buildx,
			buildkit: builder.buildkit
		},
		builder: {
			name: builder.name,
			driver: builder.driver
		},
		stages: stages.done
	};
}
/** One index of all platforms, under every tag. */
function merge(built, { recipe, tags }, world) {
	return world.stages.run("Publish", async (say) => {
		if (recipe.annotations.some(({ level }) => level === "index-descriptor")) say("annotations of the level index-descriptor belong to an OCI layout; a registry has no place for them");
		const images = built.flatMap(({ pushed }) => pushed ?? []);
		const index = writeIndex(assemble(images, recipe.annotations));
		const registry = await world.registry();
		for (const tag of await publish(index, tags, registry)) say(`${formatReference(tag)} is ${index.digest}`);
		return index;
	});
}
/**
* Loads the client, connects and logs in while the builds run: earlier, loading it would hold up what is started then.
* What is wrong shows when it matters, so nothing is thrown here.
*/
async function warmRegistry([first], world) {
	if (first !== void 0) await (await world.registry()).warm(first);
}
/** What a pull of the platform moves, in bytes. Only shown, so a registry that will not tell is no failure. */
async function pullSize({ pushed }, repository, world) {
	if (pushed === void 0 || repository === void 0) return void 0;
	try {
		const registry = await world.registry();
		return readImage(await registry.get({
			...repository,
			digest: pushed.image.digest
		})).reduce((sum, { size }) => sum + size, 0);
	} catch {
		return;
	}
}
function resultsOf(built, sizes) {
	return built.map(({ decision, milliseconds, pushed }, place) => {
		const size = sizes[place];
		return {
			platform: decision.platform,
			emulated: isEmulated(decision),
			milliseconds,
			...pushed && {
				image: pushed.image,
				attestations: pushed.attestations
			},
			...size !== void 0 && { size }
		};
	});
}
function uniqueRepositories(tags) {
	return [...new Map(tags.map(({ registry, path }) => [formatRepository({
		registry,
		path
	}), {
		registry,
		path
	}])).values()];
}
// src/flows/perform.ts
/** Each request has its story; all have a folder of their own for what they leave to later steps. */
async function perform(request, world) {
	world.note({
		kind: "folder",
		path: world.places.own
	});
	await world.files.makeFolder(world.places.own);
	switch (request.mode) {
		case "build": return await build(request, world);
	}
}
/** What must never be seen in a log. */
function secretsOf(request) {
	return "recipe" in request ? request.recipe.secrets.map(({ value }) => value) : [];
}
// src/registry/credential-helper.ts
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
		const json = parseJson(new TextEncoder().encode(stdout));
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
// src/registry/docker-config.ts
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
	const { auths, credHelpers, credsStore } = membersOf(parseJson(new TextEncoder().encode(text)));
	return {
		auths: auths === void 0 ? {} : membersOf(auths),
		credHelpers: credHelpers === void 0 ? {} : membersOf(credHelpers),
		credsStore: textOf(credsStore)
	};
}
/** Reads DOCKER_AUTH_CONFIG, which may hold `auths` with `auth` and nothing else; throws where it does. */
function readAuthConfig(text) {
	const { auths, ...others } = membersOf(parseJson(new TextEncoder().encode(text)));
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
	return found === void 0 ? { kind: "none" } : credentialIn(membersOf(auths[found]), registry);
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
function membersOf(value) {
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
	throw new TypeError("not a JSON object");
}
function textOf(value) {
	return typeof value === "string" ? value : "";
}
// src/registry/credentials.ts
/** What the user has logged in to, as Docker's own command line finds it. */
function credentialsFrom({ config, authConfig, run, warn }) {
	const sources = [{
		name: "DOCKER_AUTH_CONFIG",
		text: authConfig,
		read: readAuthConfig
	}, {
		name: "Docker's config.json",
		text: config,
		read: readDockerConfig
	}].map((source) => readSource(source, warn));
	return async (registry) => {
		for (const source of sources) {
			const choice = choose(source, registry);
			const found = choice.kind === "helper" ? await askHelper(registry, choice, run) : choice;
			if (found.kind !== "none") return found;
		}
		return { kind: "none" };
	};
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
// src/system/log.ts
function openStages(log, clock) {
	const done = [];
	return {
		done,
		run: async (name, work) => {
			const lines = [];
			const startedAt = clock.now();
			try {
				return await work((line) => lines.push(line));
			} finally {
				const milliseconds = clock.now() - startedAt;
				done.push({
					name,
					startedAt,
					milliseconds
				});
				log.group(`${name} (${formatDuration(milliseconds)})`, lines);
			}
		}
	};
}
// src/world.ts
/** Builds the world that a flow acts on, from the environment; it is closed at the end, so that node can end by itself. */
function openWorld(env) {
	const name = `multiarch-${randomBytes(6).toString("hex")}`;
	const programs = openPrograms(env);
	let opened;
	return {
		...programs,
		clock,
		files,
		log,
		name,
		stages: openStages(log, clock),
		note: openLedger(saveLedger).note,
		places: placesOf(env, name),
		registry: () => opened ??= loadRegistry(env, programs.run),
		[Symbol.asyncDispose]: async () => {
			await opened?.then((registry) => registry.close()).catch(() => {});
		}
	};
}
function placesOf(env, name) {
	return {
		workspace: process.cwd(),
		own: join(env["RUNNER_TEMP"] ?? tmpdir(), name),
		buildx: env["BUILDX_CONFIG"] ?? join(dockerFolder(env), "buildx"),
		dockerHost: env["DOCKER_HOST"] ?? ""
	};
}
/** The client is loaded when it is first needed: it is most of what we ship, and nothing else waits for it. */
async function loadRegistry(env, run) {
	const { openRegistry } = await import("./client.mjs");
	return openRegistry({
		now: Date.now,
		random: Math.random,
		mask,
		userAgent: "multiarch-action",
		note: (event) => log.line(sentence(event)),
		pause: (milliseconds, signal) => setTimeout(milliseconds, void 0, { signal }),
		proxy: {
			http: env["http_proxy"] || env["HTTP_PROXY"],
			https: env["https_proxy"] || env["HTTPS_PROXY"],
			no: env["no_proxy"] || env["NO_PROXY"]
		},
		credentialOf: credentialsFrom({
			config: await files.read(join(dockerFolder(env), "config.json")),
			authConfig: env["DOCKER_AUTH_CONFIG"],
			run: (program, args, stdin) => run(program, args, { stdin }),
			warn: log.warn
		})
	});
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
// src/main.ts
const { env } = process;
try {
	const request = toRequest(readInputs(readInput), readRun(env));
	for (const secret of secretsOf(request)) mask(secret);
	await using world = openWorld(env);
	const result = await perform(request, world);
	const metadataFile = join(world.places.own, "metadata.json");
	await files.write(metadataFile, toMetadata(result));
	setOutputs(toOutputs(result, metadataFile));
	writeLines(closingTable(result));
	await writeSummary(toSummary(result), env["GITHUB_STEP_SUMMARY"]);
} catch (error) {
	fail(toReport(error));
}
export {};
