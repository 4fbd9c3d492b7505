import { C as FormatError, f as objectionToDigest, l as algorithmOf } from "./reference.mjs";
import { a as parseJson, c as readDescriptor, l as readImage } from "./manifest.mjs";
import { t as editPlatform } from "./platform-edits.mjs";
import { i as placeOf, r as isLoopback } from "./addresses.mjs";
import { createHash } from "node:crypto";
// src/image/contents.ts
/** Configurations of images; one of another type belongs to something that does not run. */
const IMAGE_CONFIGS = ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];
/** The image that a manifest belongs to, where it says so (image-spec, manifest.md, "subject"). */
function readSubject(manifest) {
	const { subject } = membersOf$1(manifest);
	return subject === void 0 ? void 0 : readDescriptor(subject);
}
/** What a manifest or an index says of itself; none where there is nothing to read. */
function readOwnAnnotations(manifest) {
	const { annotations } = membersOf$1(manifest);
	if (typeof annotations !== "object" || annotations === null) return {};
	return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, String(value)]));
}
/** Whether a layer lies elsewhere, by its licence, and is not for us to copy. */
function isElsewhere({ urls }) {
	return Array.isArray(urls) && urls.length > 0;
}
/** Whether this is the configuration of something that runs, and so names a platform. */
function isImageConfig({ mediaType }) {
	return IMAGE_CONFIGS.includes(mediaType);
}
/**
* The platform in an image's configuration (image-spec, config.md), spelt as an index spells it, with the edits in
* place; undefined where even so nobody says what it runs on.
*/
function readConfigPlatform(bytes, edits = {}) {
	const { architecture, os, variant, "os.version": version, "os.features": features } = Object(parseJson(bytes));
	const said = {
		...isText(architecture) && { architecture },
		...isText(os) && { os },
		...isText(version) && { "os.version": version },
		...isTexts(features) && { "os.features": features },
		...isText(variant) && { variant }
	};
	return editPlatform(said, edits);
}
function membersOf$1({ bytes }) {
	return Object(parseJson(bytes));
}
function isText(value) {
	return typeof value === "string";
}
function isTexts(value) {
	return Array.isArray(value) && value.every((text) => typeof text === "string");
}
// src/image/media-types.ts
/** The media types of manifests that an image may be made of (image-spec, media-types.md; Docker's image manifest v2). */
const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
/** What we ask a registry for, in this order; a wildcard would make old registries answer schema 1. */
const MANIFEST_TYPES = [
	OCI_INDEX,
	DOCKER_LIST,
	OCI_MANIFEST,
	"application/vnd.docker.distribution.manifest.v2+json"
];
function isIndexType(mediaType) {
	return mediaType === "application/vnd.oci.image.index.v1+json" || mediaType === "application/vnd.docker.distribution.manifest.list.v2+json";
}
function isImageType(mediaType) {
	return mediaType === "application/vnd.oci.image.manifest.v1+json" || mediaType === "application/vnd.docker.distribution.manifest.v2+json";
}
function isDockerType(mediaType) {
	return mediaType.startsWith("application/vnd.docker.");
}
/** Image format of 2014; no index may hold it. */
function isSchema1(mediaType) {
	return mediaType.startsWith("application/vnd.docker.distribution.manifest.v1+");
}
// src/registry/credentials/credential.ts
/** There should be a credential, but it cannot be had. Secrets are not in the message. */
var CredentialError = class extends Error {
	name = "CredentialError";
	registry;
	/** The credential helper, where it was one that failed. */
	program;
	constructor(registry, problem, { program, cause } = {}) {
		super(`no credentials for ${registry}: ${problem}`, { cause });
		this.registry = registry;
		this.program = program;
	}
};
/** `user:password` as HTTP's Basic scheme wants it (RFC 7617). */
function basicOf({ username, password }) {
	return Buffer.from(`${username}:${password}`, "utf8").toString("base64");
}
// src/registry/registry-error.ts
/** The code of a registry that seems to speak TLS where we did not. */
const TLS_WANTED = "TLS_WANTED";
/** The code of a registry that takes no layers which are fetched from elsewhere. */
const URLS_UNWANTED = "URLS_UNWANTED";
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
// src/image/pieces.ts
/**
* The same bytes, if they are those of this size and digest; else it ends with the error that `problem` makes of a
* sentence. The piece that makes them whole is handed on when that is known: whoever passes the bytes on cannot have
* passed on all. No piece is kept while the next one is asked for, for its memory may be used again.
*/
async function* checked(pieces, expected, problem) {
	const algorithm = algorithmOf(expected.digest);
	if (algorithm === void 0) throw problem(objectionToDigest(expected.digest) ?? "");
	const hash = createHash(algorithm);
	let size = 0;
	const check = () => {
		const digest = `${algorithm}:${hash.digest("hex")}`;
		if (digest !== expected.digest) throw problem(`the bytes have the digest ${digest}`);
	};
	if (expected.size === 0) check();
	for await (const piece of pieces) {
		size += piece.length;
		if (size > expected.size) throw problem(`there are more than ${expected.size} bytes`);
		hash.update(piece);
		if (piece.length > 0 && size === expected.size) check();
		yield piece;
	}
	if (size < expected.size) throw problem(`there are ${size} bytes, not ${expected.size}`);
}
/** Bytes that are all there already, for those who take them piece by piece. */
async function* inOnePiece(bytes) {
	yield await Promise.resolve(bytes);
}
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
// src/registry/foreign.ts
/** Layers that by their licence are fetched from where their `urls` say, as those of Windows were. */
const FOREIGN = /foreign|nondistributable/;
/**
* Whether a registry has turned down an image for the addresses of such layers. The reference registry says so with
* status 500, as if it were in trouble, and that it misses these blobs; it never looks for them, so this is no trouble
* that may pass.
*/
function refusesUrls(request, { status, body }) {
	if (status !== 500 || !readProblem(status, body).codes.includes("MANIFEST_BLOB_UNKNOWN")) return false;
	const said = new TextDecoder().decode(body);
	return foreignLayers(request).some((digest) => said.includes(digest));
}
function foreignLayers({ method, headers, body }) {
	const mediaType = headers["content-type"] ?? "";
	if (method !== "PUT" || !(body instanceof Uint8Array) || !isImageType(mediaType)) return [];
	return readImage({ bytes: body }).filter((layer) => FOREIGN.test(layer.mediaType)).filter(isElsewhere).map(({ digest }) => digest);
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
		...problem.codes.includes("DIGEST_INVALID") && /sha512:/.test(request.url.href) ? [SHA256_ONLY] : [],
		...refusesUrls(request, response) ? [URLS_UNWANTED] : []
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
	if (codes.includes("URLS_UNWANTED")) return "refused";
	if (status >= 500 || status === 408) return "unavailable";
	return status >= 400 ? "refused" : "unusable";
}
/** `insufficient_scope` or `invalid_token`, where the challenge says so (RFC 6750, 3.1). */
function authErrorOf({ headers }) {
	return parseChallenges(headers["www-authenticate"] ?? []).map(({ parameters }) => parameters["error"]).find(Boolean);
}
// src/registry/json.ts
/** The members of the JSON object that an answer holds, or undefined where it holds none. */
function readObject({ body }) {
	try {
		const json = parseJson(body);
		return typeof json === "object" && json !== null && !Array.isArray(json) ? { ...json } : void 0;
	} catch {
		return;
	}
}
/** The media type that an answer says it has, without parameters; empty where it says none. */
function contentType(response) {
	return (header(response, "content-type") ?? "").replace(/;.*$/, "").trim().toLowerCase();
}
// src/registry/link.ts
const LINK = /\s*(?:<([^>]*)>|([^\s<>;,]+))\s*/y;
const PARAMETER = /;\s*([A-Za-z0-9!#$+.^_`|~-]+)(\*)?\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+)))?\s*/y;
const COMMA = /\s*,/y;
/** Reads `Link` (RFC 8288, 3); undefined where it is none, for half of a list must not pass for all of it. */
function readLinks(values) {
	const links = [];
	for (const value of values) {
		const found = readValue(value);
		if (found === void 0) return void 0;
		links.push(...found);
	}
	return links;
}
function readValue(value) {
	const links = [];
	let at = 0;
	const take = (pattern) => {
		pattern.lastIndex = at;
		const match = pattern.exec(value);
		if (match) at = pattern.lastIndex;
		return match;
	};
	do {
		const link = take(LINK);
		if (link === null) return void 0;
		let relation;
		for (let found = take(PARAMETER); found; found = take(PARAMETER)) if (found[1]?.toLowerCase() === "rel") relation ??= (found[3] ?? found[4])?.toLowerCase();
		links.push({
			target: link[1] ?? link[2] ?? "",
			relation
		});
	} while (take(COMMA));
	return value.slice(at).trim() === "" ? links : void 0;
}
// src/registry/pages.ts
const MOST = 1e4;
/**
* A list that comes in several answers (distribution-spec, "Listing tags"; registry.md, 1.10). The first may be a
* refusal; where a later one is, the caller sees it as well. Rejects with RegistryError `unusable` where the list leads
* to another host or in a circle.
*/
async function* pagesOf(first, send) {
	const seen = /* @__PURE__ */ new Set();
	let request = first;
	while (request) {
		if (seen.has(request.url.href) || seen.size === MOST) throw problemWith(request, "unusable", "the list has no end");
		seen.add(request.url.href);
		const response = await send(request);
		yield response;
		request = nextOf(request, response);
	}
}
function nextOf(request, response) {
	const { status } = response;
	if (status !== 200 || header(response, "link") === void 0) return void 0;
	const links = readLinks(response.headers["link"] ?? []);
	if (links === void 0) throw problemWith(request, "unusable", "the list does not say how it goes on", { status });
	const next = links.find(({ relation }) => relation?.split(/\s+/).includes("next"));
	if (next === void 0) return void 0;
	const url = URL.parse(next.target, response.url.href);
	if (url && url.protocol === request.url.protocol && placeOf(url) === placeOf(request.url)) return {
		...request,
		url
	};
	throw problemWith(request, "unusable", "the list goes on at another host, which is refused", { status });
}
// src/registry/auth/scopes.ts
const SCOPE = /^([a-z0-9]+(?:\([a-z0-9]+\))?:.+):([a-z*]+(?:,[a-z*]+)*)$/;
function repositoryScope(path, actions) {
	return `repository:${path}:${canonical(actions).join(",")}`;
}
/**
* One scope per resource, in the order of their first mention: some registries look at the first one only.
* Actions are sorted, `*` swallows the others. What is no scope of a resource, like a bare `*`, is left out.
*/
function mergeScopes(scopes) {
	const merged = /* @__PURE__ */ new Map();
	for (const { resource, actions } of scopes.flatMap(parseScope)) merged.set(resource, canonical([...merged.get(resource) ?? [], ...actions]));
	return [...merged].map(([resource, actions]) => `${resource}:${actions.join(",")}`);
}
/** Whether a token for the one set of scopes is good for the other. */
function coversScopes(have, want) {
	const held = new Map(have.flatMap(parseScope).map(({ resource, actions }) => [resource, actions]));
	return want.flatMap(parseScope).every(({ resource, actions }) => {
		const mine = held.get(resource) ?? [];
		return mine.includes("*") || actions.every((action) => mine.includes(action));
	});
}
/** The same resources, to read only. */
function pullOnly(scopes) {
	return scopes.flatMap(parseScope).map(({ resource }) => `${resource}:pull`);
}
/** A challenge's `scope` may hold several, with spaces between. */
function splitScopes(text = "") {
	return text.split(/\s+/).filter(Boolean);
}
/** None, where the text is no scope of a resource. */
function parseScope(text) {
	const [, resource = "", actions = ""] = SCOPE.exec(text) ?? [];
	return resource === "" ? [] : [{
		resource,
		actions: actions.split(",")
	}];
}
function canonical(actions) {
	return actions.includes("*") ? ["*"] : [...new Set(actions)].toSorted();
}
// src/registry/hosts.ts
/**
* Where a registry answers. Plain HTTP only on this machine and where the user asked for it by name: falling
* back to it for anybody else would show passwords to the whole way. Private addresses are no exception. A name in
* `insecure` stands for plain HTTP; `https://` before it is TLS with a certificate that nobody checks. One on this machine
* that is among the `certified` speaks TLS as well. Throws FormatError.
*/
function hostOf(registry, insecure = [], certified = []) {
	const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
	const secure = registry.endsWith(":443") || lists(insecure, `https://${registry}`) || lists(certified, registry);
	const plain = isLoopback(registry) && !secure || lists(insecure, registry) || lists(insecure, `http://${registry}`);
	const base = URL.parse(`${plain ? "http" : "https"}://${bracketed(host)}/`);
	if (base === null) throw new FormatError("registry", registry, "a host, like ghcr.io or 127.0.0.1:5000");
	return {
		registry,
		base
	};
}
/** The address of something below `/v2/`. The parts have passed the grammar of references and need no escaping. */
function urlOf(host, path) {
	return new URL(`/v2/${path}`, host.base);
}
/** Whether a request goes to the registry itself, and not to where it sent us. */
function isAtHome({ url, host: { base } }) {
	return url.protocol === base.protocol && placeOf(url) === placeOf(base);
}
function lists(names, registry) {
	return names.some((name) => name.toLowerCase() === registry.toLowerCase());
}
/** A bare `::1` is an address, not a host with a port. */
function bracketed(host) {
	return /^[0-9a-f]*:[0-9a-f:]*:/i.test(host) ? `[${host}]` : host;
}
/** Manifests and configurations are far below; what is above is neither. Bytes. */
const LONGEST_READ = 8388608;
/**
* The part that all requests about a repository share. One token for the whole run: whoever reads here will write
* here, and asking once for both is one request less.
*/
function within({ path: repository }, host, path) {
	const scopes = [repositoryScope(repository, ["pull", "push"])];
	return {
		url: urlOf(host, path),
		host,
		repository,
		scopes,
		headers: {},
		limit: LONGEST_READ
	};
}
/** Where the manifest of this name is. */
function manifestAt(reference, hostOf) {
	const name = "digest" in reference ? reference.digest : reference.tag;
	return within(reference, hostOf(reference.registry), `${reference.path}/manifests/${name}`);
}
// src/registry/lists.ts
/** ECR takes no more. */
const TAGS_AT_ONCE = 1e3;
/** How registries say that they have no referrers API; those of distribution 2.8 and 3 among them. */
const NO_REFERRERS = /* @__PURE__ */ new Set([
	400,
	404,
	405,
	406,
	501
]);
/** What a repository holds (distribution-spec, "Content Discovery"). */
function openLists({ send, hostOf }) {
	function reading(repository, path, query = "") {
		const place = within(repository, hostOf(repository.registry), `${repository.path}/${path}`);
		place.url.search = query;
		return {
			...place,
			method: "GET"
		};
	}
	async function tags(repository) {
		const first = reading(repository, "tags/list", `?n=${TAGS_AT_ONCE}`);
		const all = [];
		for await (const response of pagesOf(first, send)) {
			if (response.status === 404 && all.length === 0 && isNoRepository(first, response)) return [];
			if (response.status !== 200) throw errorOf(first, response);
			all.push(...tagsIn(first, response));
		}
		return all;
	}
	async function referrers(repository, subject) {
		const request = {
			...reading(repository, `referrers/${subject}`),
			headers: { accept: OCI_INDEX }
		};
		const all = [];
		for await (const response of pagesOf(request, send)) {
			const known = response.status === 200 && contentType(response) === "application/vnd.oci.image.index.v1+json";
			if (!known && all.length === 0 && (response.status === 200 || NO_REFERRERS.has(response.status))) return await fromTag(repository, subject);
			if (!known) throw errorOf(request, response);
			all.push(...descriptorsIn(request, response));
		}
		return all;
	}
	/** distribution-spec, "Referrers Tag Schema". */
	async function fromTag(repository, subject) {
		const request = {
			...reading(repository, `manifests/${referrersTag(subject)}`),
			headers: { accept: MANIFEST_TYPES.join(", ") }
		};
		const response = await send(request);
		if (response.status === 404) return [];
		if (response.status !== 200) throw errorOf(request, response);
		return descriptorsIn(request, response);
	}
	return {
		tags,
		referrers
	};
}
/** The tag that stands in for the referrers API: `sha256-…`; at most 32 and 64 characters, strange ones as `-`. */
function referrersTag(subject) {
	const [, algorithm = "", encoded = ""] = /^([^:]*):(.*)$/.exec(subject) ?? [];
	return `${algorithm.slice(0, 32)}-${encoded.slice(0, 64)}`.replaceAll(/[^A-Za-z0-9._-]/g, "-");
}
/** ECR Public has repositories, but no lists: its 404 is about the page. */
function isNoRepository(request, response) {
	return !/page not found/i.test(errorOf(request, response).message);
}
function tagsIn(request, response) {
	const { tags } = membersOf(request, response);
	if (tags === null || tags === void 0) return [];
	if (Array.isArray(tags) && tags.every((tag) => typeof tag === "string")) return tags;
	throw unusable(request, response, "its \"tags\" are no list of names");
}
function descriptorsIn(request, response) {
	const { manifests } = membersOf(request, response);
	if (manifests === null) return [];
	if (!Array.isArray(manifests)) throw unusable(request, response, "there is no list of \"manifests\" in it");
	try {
		return manifests.map(readDescriptor);
	} catch (cause) {
		throw unusable(request, response, "what it lists are no descriptors", cause);
	}
}
function membersOf(request, response) {
	const json = readObject(response);
	if (json === void 0) throw unusable(request, response, "it is no JSON object");
	return json;
}
function unusable(request, { status }, sentence, cause) {
	return problemWith(request, "unusable", `the list cannot be used: ${sentence}`, {
		status,
		cause
	});
}
// src/registry/layers/quota.ts
const LITTLE = 10;
/** Whether somebody should hear of it before it is used up. */
function isScarce({ remaining }) {
	return remaining < LITTLE;
}
/** Tells of a quota (`ratelimit-remaining: 76;w=21600`), and whenever it changes. */
function withQuota(tell = () => {}) {
	const told = /* @__PURE__ */ new Map();
	return (next) => async (request) => {
		const response = await next(request);
		const quota = readQuota(request.host.registry, response);
		if (quota && told.get(quota.host) !== quota.remaining) {
			told.set(quota.host, quota.remaining);
			tell(quota);
		}
		return response;
	};
}
function readQuota(host, response) {
	const [remaining, window] = numbersIn(header(response, "ratelimit-remaining"));
	if (remaining === void 0) return void 0;
	const [limit] = numbersIn(header(response, "ratelimit-limit"));
	return {
		host,
		limit,
		remaining,
		window,
		source: header(response, "docker-ratelimit-source")
	};
}
function numbersIn(text = "") {
	const [, count, window] = /^\s*(\d+)\s*(?:;\s*w=(\d+))?/.exec(text) ?? [];
	return [count, window].map((digits) => digits === void 0 ? void 0 : Number(digits));
}
export { parseChallenges as A, MANIFEST_TYPES as B, TOO_SLOW as C, redactUrl as D, header as E, TLS_WANTED as F, isIndexType as G, OCI_MANIFEST as H, URLS_UNWANTED as I, isImageConfig as J, isSchema1 as K, CredentialError as L, inOnePiece as M, RegistryError as N, refusesUrls as O, SHA256_ONLY as P, basicOf as R, TOO_LONG as S, WireError as T, isDockerType as U, OCI_INDEX as V, isImageType as W, readOwnAnnotations as X, readConfigPlatform as Y, readSubject as Z, readObject as _, LONGEST_READ as a, BAD_ENCODING as b, hostOf as c, mergeScopes as d, parseScope as f, contentType as g, splitScopes as h, referrersTag as i, checked as j, readProblem as k, isAtHome as l, repositoryScope as m, withQuota as n, manifestAt as o, pullOnly as p, isElsewhere as q, openLists as r, within as s, isScarce as t, coversScopes as u, errorOf as v, UPLOAD_LOST as w, NO_EFFORT as x, problemWith as y, DOCKER_LIST as z };
