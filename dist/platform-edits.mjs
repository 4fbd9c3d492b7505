import { C as FormatError, v as normalize } from "./reference.mjs";
// src/image/platform-edits.ts
/** Docker's flags, an index's members and manifest-tool's keys are the same words; only their joints differ. */
const MEMBERS = {
	os: "os",
	arch: "architecture",
	architecture: "architecture",
	variant: "variant",
	osversion: "os.version",
	osfeatures: "os.features"
};
const EXPECTED = "os=…, arch=…, variant=…, os-version=… or os-features=…, like arch=arm64,variant=v8";
const WORD = /^[A-Za-z0-9_.-]+$/;
/** One member from its name and its values, of which only `os-features` may have several; throws FormatError. */
function parseEdit(name, values) {
	const member = MEMBERS[name.toLowerCase().replaceAll(/[._-]/g, "")];
	const given = `${name}=${values.join(",")}`;
	if (member === void 0) throw new FormatError("platform edit", given, EXPECTED);
	if (member === "os.features") return { [member]: values.filter(Boolean) };
	const [value = "", ...more] = values;
	const isEmpty = value === "" && member !== "os" && member !== "architecture";
	if (!(more.length === 0 && (isEmpty || isWord(member, value)))) throw new FormatError("platform edit", given, EXPECTED);
	switch (member) {
		case "architecture": return editArchitecture(value.toLowerCase());
		case "os.version": return { [member]: value };
		case "os":
		case "variant": return { [member]: value.toLowerCase() };
	}
}
/** The platform with the edits in place, as it is written; undefined as long as system or architecture are unknown. */
function editPlatform(platform, edits) {
	const entries = Object.entries({
		...platform,
		...edits
	});
	const { os, architecture, ...others } = Object.fromEntries(entries.filter(([, value]) => value !== void 0 && value !== "" && !isEmptyList(value)));
	if (typeof os !== "string" || typeof architecture !== "string") return void 0;
	return {
		architecture,
		os,
		...others
	};
}
/** A name that clients do not look for, such as aarch64, becomes the one that they do; the rest stays as it is written. */
function editArchitecture(given) {
	const { architecture, variant } = normalize({
		os: "linux",
		architecture: given
	});
	if (architecture === given) return { architecture };
	return {
		architecture,
		...variant !== void 0 && { variant }
	};
}
/** A version of an operating system may hold more than words do. */
function isWord(member, value) {
	return member === "os.version" ? /^\S+$/.test(value) : WORD.test(value);
}
function isEmptyList(value) {
	return Array.isArray(value) && value.length === 0;
}
export { parseEdit as n, editPlatform as t };
