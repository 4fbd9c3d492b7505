// src/handoff/artifacts.ts
/** The service did not do what it was asked for; `absent` where the runner has none. */
var ArtifactsError = class extends Error {
	name = "ArtifactsError";
	absent;
	constructor(message, { absent = false, cause } = {}) {
		super(message, { cause });
		this.absent = absent;
	}
};
export { ArtifactsError as t };
