import { createHash } from "node:crypto";
// src/image/format-error.ts
/** A piece of text that is not the word it should be. The message says what was given and what was expected. */
var FormatError = class extends Error {
	name = "FormatError";
	word;
	given;
	expected;
	constructor(word, given, expected) {
		super(`"${given}" is not ${/^[aeiou]/i.test(word) ? "an" : "a"} ${word}; expected ${expected}`);
		this.word = word;
		this.given = given;
		this.expected = expected;
	}
};
// src/image/platform.ts
const EXPECTED$2 = "os/architecture[/variant], like linux/arm64 or linux/arm/v7";
const PART = /^[A-Za-z0-9_.-]+$/;
const OS = /^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$/;
const KNOWN_OS = words("aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos");
const KNOWN_ARCHITECTURE = words("386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32", "mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm");
/**
* Reads a platform and makes it canonical; throws FormatError.
* `arm64` alone is refused on purpose: what it means would depend on the machine it is read on.
*/
function parsePlatform(text) {
	const parts = text.trim().split("/");
	const [first = "", architecture = "", variant] = parts;
	const os = OS.exec(first);
	if (!(os !== null && parts.length <= 3 && PART.test(architecture) && (variant === void 0 || PART.test(variant)))) throw new FormatError("platform", text, EXPECTED$2);
	const [, name = "", osVersion, features] = os;
	return normalize({
		os: name,
		architecture,
		...variant !== void 0 && { variant },
		...osVersion && { osVersion: unescapePart(osVersion, text) },
		...features && { osFeatures: features.slice(1).split("+").map((feature) => unescapePart(feature, text)) }
	});
}
/** The canonical text: `linux/arm64`, `linux/arm/v7`, `windows(10.0.17763+win32k)/amd64`. */
function formatPlatform(platform) {
	const { os, architecture, variant, osVersion = "", osFeatures = [] } = normalize(platform);
	const details = [osVersion, ...osFeatures.filter(Boolean).toSorted()].map(escapePart).join("+");
	return [
		details ? `${os}(${details})` : os,
		architecture,
		variant
	].filter(Boolean).join("/");
}
/** The canonical text for a file name, a cache scope or a tag: `linux-arm-v7`. */
function platformSlug(platform) {
	return formatPlatform(platform).replaceAll(/[^A-Za-z0-9_.-]+/g, "-");
}
/** Whether both name the same thing, however they are spelt. */
function samePlatform(one, other) {
	return formatPlatform(one) === formatPlatform(other);
}
/** Whether what was found is what was wanted. Who wants Windows wants its version only if it is said; images always name one. */
function fulfils(found, wanted) {
	const { osVersion, osFeatures, ...plain } = found;
	return samePlatform({
		...plain,
		...wanted.osVersion && osVersion && { osVersion },
		...wanted.osFeatures?.length && osFeatures && { osFeatures }
	}, wanted);
}
/** Whether one takes the other's place in an image: of Windows any revision of the same build does, as 10.0.17763.x. */
function replaces(one, other) {
	return samePlatform(withoutRevision(one), withoutRevision(other));
}
function withoutRevision(platform) {
	const { os, osVersion } = platform;
	if (os !== "windows" || !osVersion) return platform;
	return {
		...platform,
		osVersion: osVersion.split(".").slice(0, 3).join(".")
	};
}
/** One spelling for each platform; the table is containerd/platforms' `database.go`. */
function normalize(platform) {
	const { variant: _, ...rest } = platform;
	const os = platform.os.toLowerCase();
	const { architecture, variant } = normalizeArchitecture(platform.architecture.toLowerCase(), platform.variant?.toLowerCase() ?? "");
	return {
		...rest,
		os: os === "macos" ? "darwin" : os,
		architecture,
		...variant && { variant }
	};
}
/** Whether the names are ones the field knows; a misspelt architecture is legal, but seldom meant. */
function isKnownPlatform({ os, architecture }) {
	return KNOWN_OS.has(os) && KNOWN_ARCHITECTURE.has(architecture);
}
function normalizeArchitecture(architecture, variant) {
	switch (architecture) {
		case "i386": return {
			architecture: "386",
			variant: ""
		};
		case "x86_64":
		case "x86-64":
		case "amd64": return {
			architecture: "amd64",
			variant: variant === "v1" ? "" : variant
		};
		case "aarch64":
		case "arm64": return {
			architecture: "arm64",
			variant: arm64Variant(variant)
		};
		case "armhf": return {
			architecture: "arm",
			variant: "v7"
		};
		case "armel": return {
			architecture: "arm",
			variant: "v6"
		};
		case "arm": return {
			architecture: "arm",
			variant: variant === "" ? "v7" : variant.replace(/^([5-8])$/, "v$1")
		};
		default: return {
			architecture,
			variant
		};
	}
}
function arm64Variant(variant) {
	if ([
		"8",
		"v8",
		"8.0",
		"v8.0"
	].includes(variant)) return "";
	return [
		"9",
		"9.0",
		"v9.0"
	].includes(variant) ? "v9" : variant;
}
function escapePart(text) {
	return text.replaceAll(/[^A-Za-z0-9_.-]/g, (char) => encodeURIComponent(char).replaceAll(/[()]/g, hex));
}
function hex(char) {
	return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
function unescapePart(text, whole) {
	try {
		return decodeURIComponent(text);
	} catch {
		throw new FormatError("platform", whole, `${EXPECTED$2}; its % escapes are broken`);
	}
}
function words(...lines) {
	return new Set(lines.join(" ").split(" "));
}
// src/image/digest.ts
/** The algorithms by which bytes are checked here, with the hexadecimal digits that each gives. */
const DIGITS = {
	sha256: 64,
	sha512: 128
};
const EXPECTED$1 = "sha256: and 64 lower-case hexadecimal digits, or sha512: and 128";
/** What a descriptor may hold (image-spec, descriptor.md): there are algorithms besides ours. */
const ANY = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+$/;
/** The digest of these bytes. Whatever we name is named by sha256, which every registry knows. */
function digestOf(bytes, algorithm = "sha256") {
	return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}
/** Reads a digest whose bytes can be checked; throws FormatError. */
function parseDigest(text) {
	const digest = parseAnyDigest(text);
	if (algorithmOf(digest) === void 0) throw new FormatError("digest", text, EXPECTED$1);
	return digest;
}
/**
* Reads a digest as a descriptor may have it; throws FormatError. One by an algorithm that we do not compute is carried
* along, but nobody here reads or copies what it names.
*/
function parseAnyDigest(text) {
	const digest = text;
	const algorithm = algorithmOf(digest);
	if (!((algorithm && new RegExp(`^${algorithm}:[a-f0-9]{${DIGITS[algorithm]}}$`)) ?? ANY).test(text)) throw new FormatError("digest", text, EXPECTED$1);
	return digest;
}
/** Undefined where it is none that we compute. */
function algorithmOf(digest) {
	const [name] = digest.split(":");
	return name === "sha256" || name === "sha512" ? name : void 0;
}
/** Why bytes of this name cannot be checked, as a sentence; undefined where they can. */
function objectionToDigest(digest) {
	if (algorithmOf(digest) !== void 0) return void 0;
	return `${digest} cannot be checked: only what sha256 and sha512 name can`;
}
/** Whether these bytes have this name. */
function isDigestOf(digest, bytes) {
	const algorithm = algorithmOf(digest);
	return algorithm !== void 0 && digestOf(bytes, algorithm) === digest;
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
	throw new FormatError("reference", text, `a repository name in lower case, like ${text.replace(name.replace(/^library\//, ""), (part) => part.toLowerCase())}`);
}
export { FormatError as C, samePlatform as S, isKnownPlatform as _, parseRegistry as a, platformSlug as b, sameRepository as c, isDigestOf as d, objectionToDigest as f, fulfils as g, formatPlatform as h, parseReference as i, algorithmOf as l, parseDigest as m, formatRepository as n, parseTagRef as o, parseAnyDigest as p, parseImageRef as r, repositoryOf as s, formatReference as t, digestOf as u, normalize as v, replaces as x, parsePlatform as y };
