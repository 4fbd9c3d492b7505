// src/registry/registry-error.ts
/** The code of a registry that seems to speak TLS where we did not. */
const TLS_WANTED = "TLS_WANTED";
/** The code of a registry that seems to know no digests but those by sha256, as distribution. */
const SHA256_ONLY = "SHA256_ONLY";
/** A request that did not end well, in the words of the registry. */
var RegistryError = class extends Error {
	name = "RegistryError";
	kind;
	method;
	host;
	repository;
	status;
	codes;
	/** Tries after the first. */
	retried;
	/** Milliseconds between the tries. */
	waited;
	constructor(sentence, details, options) {
		super(`${details.method} ${details.url}: ${sentence}`, options);
		this.kind = details.kind;
		this.method = details.method;
		this.host = details.host;
		this.repository = details.repository;
		this.status = details.status;
		this.codes = details.codes;
		this.retried = details.effort.retried;
		this.waited = details.effort.waited;
	}
};
// src/registry/auth/challenge.ts
const QUOTED = "\"((?:[^\"\\\\]|\\\\.)*)\"";
const WORD = new RegExp(`[\\s,]*(?:${QUOTED}|([^\\s,="]+))`, "y");
const EQUALS = /\s*=\s*/y;
const PARAMETER_FOLLOWS = /(?=\s+[^\s,="]+\s*=)/y;
const ANYTHING = /./y;
const VALUE = new RegExp(`${QUOTED}|([^\\s,"]+)`, "y");
/** Schemes that may stand in a list without any parameter. */
const BARE = /* @__PURE__ */ new Set(["basic", "bearer"]);
/**
* Reads all values of the header; one value may hold several challenges. Lenient: a parameter that does not end
* well is left out, a missing comma is forgiven.
*/
function parseChallenges(values) {
	return values.flatMap(parseValue);
}
function parseValue(value) {
	const challenges = [];
	const read = reader(value);
	for (;;) {
		const name = (read(WORD) ?? read(ANYTHING))?.toLowerCase();
		if (name === void 0) return challenges;
		if (name === "") continue;
		const current = challenges.at(-1);
		if (read(EQUALS) !== void 0) {
			const given = read(VALUE);
			if (current && given !== void 0) current.parameters[name] = given;
		} else if (current === void 0 || BARE.has(name) || read(PARAMETER_FOLLOWS) !== void 0) challenges.push({
			scheme: name,
			parameters: {}
		});
	}
}
/** Takes the next piece of the text that fits a pattern, or nothing. What was quoted comes without its quotes. */
function reader(text) {
	let at = 0;
	return (pattern) => {
		pattern.lastIndex = at;
		const match = pattern.exec(text);
		if (match === null) return void 0;
		at = pattern.lastIndex;
		return match[1]?.replaceAll(/\\(.)/g, "$1") ?? match[2] ?? "";
	};
}
// src/registry/error-body.ts
const LONGEST = 1024;
/** RFC 9110 and 6585, for refusals without a word. Not node:http's table: to load that takes longer than a request. */
const MEANINGS = {
	400: "Bad Request",
	401: "Unauthorized",
	403: "Forbidden",
	404: "Not Found",
	405: "Method Not Allowed",
	406: "Not Acceptable",
	408: "Request Timeout",
	409: "Conflict",
	413: "Content Too Large",
	415: "Unsupported Media Type",
	416: "Range Not Satisfiable",
	429: "Too Many Requests",
	500: "Internal Server Error",
	501: "Not Implemented",
	502: "Bad Gateway",
	503: "Service Unavailable",
	504: "Gateway Timeout"
};
/**
* Reads the body of a refusal (distribution-spec, "Error codes"). Registries, and the proxies before them, answer
* with anything: what is not in the form of the specification is shown as it is, cut to a line.
*/
function readProblem(status, body) {
	const raw = new TextDecoder().decode(body);
	const errors = errorsOf(parse(raw));
	const text = errors.length > 0 ? errors.map(sentence).join("; ") : oneLine(raw);
	return {
		codes: errors.map(({ code }) => code).filter((code) => code !== ""),
		text: text || (MEANINGS[status] ?? "")
	};
}
function errorsOf(json) {
	const { errors } = members(json);
	return (Array.isArray(errors) ? errors : [errors]).map(oneError).filter(({ code, message, detail }) => `${code}${message}${detail}` !== "");
}
function oneError(value) {
	if (typeof value === "string") return {
		code: "",
		message: value,
		detail: ""
	};
	const { code, message, detail } = members(value);
	return {
		code: textOf(code).toUpperCase(),
		message: textOf(message),
		detail: textOf(detail)
	};
}
function sentence({ code, message, detail }) {
	const said = [code, message].filter(Boolean).join(": ");
	return oneLine(detail ? `${said} (${detail})` : said);
}
/** Control characters go, so that a registry cannot write lines of our log. */
function oneLine(text) {
	const line = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
	return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
function textOf(value) {
	if (value === void 0 || value === null) return "";
	if (typeof value !== "object") return String(value);
	return Object.keys(value).length > 0 ? JSON.stringify(value) : "";
}
function members(value) {
	return typeof value === "object" && value !== null ? { ...value } : {};
}
function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
// src/registry/redact.ts
/** What a query may say about us in a log; whatever else is there may be a signature or a token. */
const HARMLESS = new Set("scope service mount from digest n last tag artifactType".split(" "));
/** A URL as text for people, without whatever could be a secret. */
function redactUrl(url) {
	const shown = new URL(url);
	shown.username = "";
	shown.password = "";
	for (const name of new Set(url.searchParams.keys())) if (!HARMLESS.has(name)) shown.searchParams.set(name, "REDACTED");
	return shown.href;
}
// src/registry/wire.ts
const NO_EFFORT = {
	retried: 0,
	waited: 0
};
/** There was no whole answer. `code` is the system's or undici's: ECONNRESET, UND_ERR_HEADERS_TIMEOUT. */
var WireError = class extends Error {
	name = "WireError";
	code;
	constructor(code, message, cause) {
		super(message, { cause });
		this.code = code;
	}
};
/** The code of an answer that is longer than we read. */
const TOO_LONG = "BODY_TOO_LONG";
/** The code of an answer whose pieces come, but never its end. */
const TOO_SLOW = "BODY_TOO_SLOW";
/** The code of an upload whose state is lost; it can be begun anew. */
const UPLOAD_LOST = "UPLOAD_LOST";
/** The code of an answer that is not compressed as it says. */
const BAD_ENCODING = "BAD_ENCODING";
/** The first value of a header. */
function header({ headers }, name) {
	return headers[name]?.[0];
}
// src/registry/errors.ts
/**
* `PUT https://ghcr.io/v2/o/r/manifests/latest: 403 DENIED: permission_denied: write_package`. `existing` is what an
* immutable tag names.
*/
function errorOf(request, response, existing) {
	const problem = readProblem(response.status, response.body);
	const { text } = problem;
	const codes = [
		...problem.codes,
		...wantsTls(request, response, text) ? [TLS_WANTED] : [],
		...problem.codes.includes("DIGEST_INVALID") && /sha512:/.test(request.url.href) ? [SHA256_ONLY] : []
	];
	const id = header(response, "x-request-id") ?? header(response, "x-github-request-id");
	const asides = [
		authErrorOf(response),
		existing && `the tag is at ${existing}`,
		response.anonymous && `no credentials for ${request.host.registry}`,
		response.effort.asked !== void 0 && `asks to wait ${Math.ceil(response.effort.asked / 1e3)} s`,
		id && `request ${id}`
	].filter(Boolean);
	return new RegistryError([`${response.status} ${text}`, ...asides].join("; "), {
		...detailsOf(request, existing ? "immutable" : kindOf(response.status, codes), response.url),
		status: response.status,
		codes,
		effort: response.effort
	});
}
/** For what is wrong without the registry having said so. */
function problemWith(request, kind, sentence, { cause, ...more } = {}) {
	return new RegistryError(sentence, {
		...detailsOf(request, kind, request.url),
		...more
	}, { cause });
}
/** Servers say so in words only: Go's "client sent an HTTP request to an HTTPS server", nginx's "sent to HTTPS port"; to HEAD, without words. */
function wantsTls({ method }, { status, url }, text) {
	const said = method === "HEAD" || /\bto (?:an )?HTTPS (?:server|port)\b/i.test(text);
	return status === 400 && url.protocol === "http:" && said;
}
function detailsOf({ method, host, repository }, kind, url) {
	return {
		kind,
		method,
		url: redactUrl(url),
		host: host.registry,
		repository,
		codes: [],
		effort: NO_EFFORT
	};
}
function kindOf(status, codes) {
	if (status === 401) return "unauthorized";
	if (status === 429 || codes.includes("TOOMANYREQUESTS")) return "limited";
	if (status === 403) return "denied";
	if (status === 404) return "unknown";
	if (status >= 500 || status === 408) return "unavailable";
	return status >= 400 ? "refused" : "unusable";
}
/** `insufficient_scope` or `invalid_token`, where the challenge says so (RFC 6750, 3.1). */
function authErrorOf({ headers }) {
	return parseChallenges(headers["www-authenticate"] ?? []).map(({ parameters }) => parameters["error"]).find(Boolean);
}
export { TOO_LONG as a, WireError as c, readProblem as d, parseChallenges as f, TLS_WANTED as h, NO_EFFORT as i, header as l, SHA256_ONLY as m, problemWith as n, TOO_SLOW as o, RegistryError as p, BAD_ENCODING as r, UPLOAD_LOST as s, errorOf as t, redactUrl as u };
