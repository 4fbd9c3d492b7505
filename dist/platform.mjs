import { h as FormatError } from "./reference.mjs";
// src/image/platform.ts
const EXPECTED = "os/architecture[/variant], like linux/arm64 or linux/arm/v7";
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
	if (!(os !== null && parts.length <= 3 && PART.test(architecture) && (variant === void 0 || PART.test(variant)))) throw new FormatError("platform", text, EXPECTED);
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
		throw new FormatError("platform", whole, `${EXPECTED}; its % escapes are broken`);
	}
}
function words(...lines) {
	return new Set(lines.join(" ").split(" "));
}
export { parsePlatform as a, samePlatform as c, normalize as i, fulfils as n, platformSlug as o, isKnownPlatform as r, replaces as s, formatPlatform as t };
