// src/merge/spec-error.ts
/** A list of images that cannot be followed: everything that is wrong with it, each with its place in the file. */
var SpecError = class extends Error {
	name = "SpecError";
	file;
	faults;
	constructor(file, faults, options) {
		super(`${file}: ${faults.join("; ")}`, options);
		this.file = file;
		this.faults = faults;
	}
};
export { SpecError as t };
