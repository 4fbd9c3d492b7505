import { t as FormatError } from "./format-error.mjs";
import { f as objectionToDigest, l as algorithmOf } from "./reference.mjs";
import { a as parseJson, c as readDescriptor } from "./manifest.mjs";
import { l as header, n as problemWith, t as errorOf } from "./errors.mjs";
import { i as placeOf, r as isLoopback } from "./addresses.mjs";
import { createHash } from "node:crypto";
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
export { OCI_INDEX as C, isIndexType as D, isImageType as E, isSchema1 as O, MANIFEST_TYPES as S, isDockerType as T, checked as _, LONGEST_READ as a, basicOf as b, isAtHome as c, parseScope as d, pullOnly as f, readObject as g, contentType as h, referrersTag as i, coversScopes as l, splitScopes as m, withQuota as n, within as o, repositoryScope as p, openLists as r, hostOf as s, isScarce as t, mergeScopes as u, inOnePiece as v, OCI_MANIFEST as w, DOCKER_LIST as x, CredentialError as y };
