import { s as header } from "./wire.mjs";
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
// src/registry/credential.ts
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
	const hash = createHash("sha256");
	let size = 0;
	const check = () => {
		const digest = `sha256:${hash.digest("hex")}`;
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
// src/registry/scopes.ts
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
// src/registry/quota.ts
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
export { isDockerType as _, parseScope as a, isSchema1 as b, splitScopes as c, CredentialError as d, basicOf as f, OCI_MANIFEST as g, OCI_INDEX as h, mergeScopes as i, checked as l, MANIFEST_TYPES as m, withQuota as n, pullOnly as o, DOCKER_LIST as p, coversScopes as r, repositoryScope as s, isScarce as t, inOnePiece as u, isImageType as v, isIndexType as y };
