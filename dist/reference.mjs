import { t as FormatError } from "./format-error.mjs";
import { createHash } from "node:crypto";
// src/image/digest.ts
const SHA256 = /^sha256:[a-f0-9]{64}$/;
const EXPECTED$1 = "sha256: and 64 lower-case hexadecimal digits";
/** The digest of these bytes. */
function digestOf(bytes) {
	return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
/** Reads a digest; throws FormatError. Other algorithms are refused: we could not check their bytes. */
function parseDigest(text) {
	if (!SHA256.test(text)) throw new FormatError("digest", text, EXPECTED$1);
	return text;
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
	if (text.includes("://")) throw new FormatError("reference", text, `${EXPECTED}; without a scheme`);
	const { registry, rest } = splitDomain(text);
	refuseUpperCase(text, rest);
	refuseWrongTag(text, rest);
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
/** Reads the name of an image that exists: by its digest where there is one, else by its tag, which is `latest` if unsaid. */
function parseImageRef(text) {
	const { registry, path, tag = "latest", digest } = parseReference(text);
	return digest === void 0 ? {
		registry,
		path,
		tag
	} : {
		registry,
		path,
		digest
	};
}
/** Reads a registry as references name it; throws FormatError. */
function parseRegistry(text) {
	if (DOMAIN.test(text)) return text;
	throw new FormatError("registry", text, "a host without a scheme, like registry.internal:5000");
}
/** Where a name lives, without what it names there. */
function repositoryOf({ registry, path }) {
	return {
		registry,
		path
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
function sameRepository(one, other) {
	return formatRepository(one) === formatRepository(other);
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
/** What an expression has put behind the colon: nothing, or the name of a branch. */
function refuseWrongTag(text, rest) {
	const [, tag] = /^[a-z0-9._/-]+:(?!\/\/)([^@]*)$/.exec(rest) ?? [];
	if (tag === void 0 || new RegExp(`^${TAG}$`).test(tag)) return;
	throw new FormatError("reference", text, tag === "" ? "a tag behind the colon; is the expression that should give it empty?" : "a tag of at most 128 letters, digits, _, . and -, like feature-x for a branch feature/x");
}
/** The commonest mistake of all: `github.repository` keeps the capitals of its owner. */
function refuseUpperCase(text, rest) {
	const name = rest.replace(/[:@].*$/, "");
	if (name === name.toLowerCase()) return;
	const repaired = text.replace(name.replace(/^library\//, ""), (part) => part.toLowerCase());
	throw new FormatError("reference", text, `a repository name in lower case, like ${repaired}`);
}
export { parseRegistry as a, sameRepository as c, parseReference as i, digestOf as l, formatRepository as n, parseTagRef as o, parseImageRef as r, repositoryOf as s, formatReference as t, parseDigest as u };
