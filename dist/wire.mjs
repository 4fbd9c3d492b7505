import { c as digestOf, l as parseDigest, u as FormatError } from "./reference.mjs";
// src/image/manifest.ts
/** The annotation by which BuildKit ties an attestation manifest to its image (buildkit, attestation-storage.md). */
const ATTESTATION_TYPE = "vnd.docker.reference.type";
const ATTESTATION_OF = "vnd.docker.reference.digest";
function manifestOf(mediaType, bytes) {
	return {
		mediaType,
		bytes,
		digest: digestOf(bytes)
	};
}
/** Looks at the bytes of an index; throws FormatError where they are none. */
function readIndex({ mediaType, bytes }) {
	const json = object(parseJson(bytes), "index");
	const { manifests, annotations } = json;
	if (!Array.isArray(manifests)) throw new FormatError("index", summary(json), "a list of \"manifests\"");
	return {
		mediaType,
		manifests: manifests.map(readDescriptor),
		...annotations !== void 0 && { annotations: readAnnotations(annotations) }
	};
}
/** What an image manifest points to: its configuration and its layers; throws FormatError where it is none. */
function readImage({ bytes }) {
	const json = object(parseJson(bytes), "image manifest");
	const { config, layers } = json;
	if (config === void 0 || !Array.isArray(layers)) throw new FormatError("image manifest", summary(json), "\"config\" and \"layers\"");
	return [config, ...layers].map(readDescriptor);
}
/** Checks the members every descriptor must have and leaves the others as they are. */
function readDescriptor(value) {
	const json = object(value, "descriptor");
	const { mediaType, digest, size, platform, annotations } = json;
	if (typeof mediaType !== "string" || mediaType === "") throw broken(json, "a \"mediaType\"");
	if (typeof digest !== "string") throw broken(json, "a \"digest\"");
	if (!Number.isSafeInteger(size) || size < 0) throw broken(json, "a \"size\" in bytes");
	return {
		...json,
		mediaType,
		digest: parseDigest(digest),
		size,
		...platform !== void 0 && { platform: readPlatformObject(platform) },
		...annotations !== void 0 && { annotations: readAnnotations(annotations) }
	};
}
/** The same index always gives the same bytes: fixed order of members, two spaces, no time stamps. */
function writeIndex({ mediaType, manifests, annotations }) {
	const json = {
		schemaVersion: 2,
		mediaType,
		manifests: manifests.map(({ mediaType, digest, size, annotations, platform, ...others }) => ({
			mediaType,
			digest,
			size,
			...annotations && { annotations: sorted(annotations) },
			...platform && { platform },
			...others
		})),
		...annotations && Object.keys(annotations).length > 0 && { annotations: sorted(annotations) }
	};
	return manifestOf(mediaType, new TextEncoder().encode(JSON.stringify(json, null, 2)));
}
/** From an index's spelling to ours. */
function platformOf({ os, architecture, variant, ...rest }) {
	const { "os.version": osVersion, "os.features": osFeatures } = rest;
	return {
		os,
		architecture,
		...variant && { variant },
		...osVersion && { osVersion },
		...osFeatures?.length && { osFeatures }
	};
}
/** An attestation travels with an image, but is none: it has no platform of its own to list. */
function isAttestation({ annotations }) {
	return annotations?.[ATTESTATION_TYPE] === "attestation-manifest";
}
function readPlatformObject(value) {
	const json = object(value, "platform");
	const { os, architecture } = json;
	if (typeof os !== "string" || typeof architecture !== "string") throw broken(json, "\"os\" and \"architecture\"");
	return {
		...json,
		os,
		architecture
	};
}
function readAnnotations(value) {
	const json = object(value, "map of annotations");
	const strange = Object.entries(json).find(([, text]) => typeof text !== "string");
	if (strange) throw broken(json, `text as the annotation "${strange[0]}"`);
	return json;
}
/** Bytes to a value of unknown shape; throws FormatError. */
function parseJson(bytes) {
	const text = new TextDecoder().decode(bytes);
	try {
		return JSON.parse(text);
	} catch {
		throw new FormatError("JSON document", text.slice(0, 200), "a manifest");
	}
}
function object(value, word) {
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
	throw new FormatError(word, JSON.stringify(value)?.slice(0, 200) ?? "nothing", "a JSON object");
}
function broken(json, expected) {
	return new FormatError("descriptor", summary(json), expected);
}
function summary(json) {
	return JSON.stringify(json).slice(0, 200);
}
function sorted(annotations) {
	return Object.fromEntries(Object.entries(annotations).toSorted(([a], [b]) => a < b ? -1 : 1));
}
// src/registry/registry-error.ts
/** A request that did not end well, in the words of the registry. */
var RegistryError = class extends Error {
	name = "RegistryError";
	kind;
	method;
	url;
	host;
	repository;
	status;
	codes;
	endpoint;
	authError;
	anonymous;
	/** Tries after the first. */
	retried;
	/** Milliseconds between the tries. */
	waited;
	/** How long the registry asks to wait, in milliseconds, where that was longer than we do. */
	asked;
	requestId;
	/** Where an immutable tag points to. */
	existing;
	constructor(sentence, details, options) {
		super(`${details.method} ${details.url}: ${sentence}`, options);
		this.kind = details.kind;
		this.method = details.method;
		this.url = details.url;
		this.host = details.host;
		this.repository = details.repository;
		this.status = details.status;
		this.codes = details.codes;
		this.endpoint = details.endpoint;
		this.authError = details.authError;
		this.anonymous = details.anonymous;
		this.retried = details.effort.retried;
		this.waited = details.effort.waited;
		this.asked = details.effort.asked;
		this.requestId = details.requestId;
		this.existing = details.existing;
	}
};
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
export { readIndex as _, UPLOAD_LOST as a, RegistryError as c, isAttestation as d, manifestOf as f, readImage as g, readDescriptor as h, TOO_SLOW as i, ATTESTATION_OF as l, platformOf as m, NO_EFFORT as n, WireError as o, parseJson as p, TOO_LONG as r, header as s, BAD_ENCODING as t, ATTESTATION_TYPE as u, writeIndex as v };
