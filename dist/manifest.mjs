import { C as FormatError, p as parseAnyDigest, u as digestOf } from "./reference.mjs";
// src/image/manifest.ts
/** The annotation by which BuildKit ties an attestation manifest to its image (buildkit, attestation-storage.md). */
const ATTESTATION_TYPE = "vnd.docker.reference.type";
const ATTESTATION_OF = "vnd.docker.reference.digest";
/** `algorithm` is the one by which whoever has the bytes knows them. */
function manifestOf(mediaType, bytes, algorithm) {
	return {
		mediaType,
		bytes,
		digest: digestOf(bytes, algorithm)
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
/** Bytes that a pull of this image moves: its configuration and its layers; throws FormatError where it is none. */
function pullSizeOf(image) {
	return readImage(image).reduce((sum, { size }) => sum + size, 0);
}
/** Each content once, in its first place. */
function uniqueByDigest(descriptors) {
	return [...new Map(descriptors.map((one) => [one.digest, one])).values()];
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
		digest: parseAnyDigest(digest),
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
export { parseJson as a, readDescriptor as c, uniqueByDigest as d, writeIndex as f, manifestOf as i, readImage as l, ATTESTATION_TYPE as n, platformOf as o, isAttestation as r, pullSizeOf as s, ATTESTATION_OF as t, readIndex as u };
