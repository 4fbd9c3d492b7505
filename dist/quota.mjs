import { s as header } from "./wire.mjs";
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
export { isIndexType as _, parseScope as a, splitScopes as c, DOCKER_LIST as d, MANIFEST_TYPES as f, isImageType as g, isDockerType as h, mergeScopes as i, CredentialError as l, OCI_MANIFEST as m, withQuota as n, pullOnly as o, OCI_INDEX as p, coversScopes as r, repositoryScope as s, isScarce as t, basicOf as u, isSchema1 as v };
