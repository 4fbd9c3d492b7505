// src/system/abreast.ts
/** Does the work for each item, so many at a time. After a failure it begins nothing new, waits for what runs, and rejects. */
async function abreast(items, width, work) {
	const waiting = items.values();
	let failed = false;
	const lane = async () => {
		for (const item of waiting) {
			if (failed) return;
			try {
				await work(item);
			} catch (error) {
				failed = true;
				throw error;
			}
		}
	};
	const failure = (await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, lane))).find((one) => one.status === "rejected");
	if (failure) throw failure.reason;
}
function openGate(width) {
	const waiting = [];
	let inside = 0;
	return async (work) => {
		if (inside >= width) await new Promise((enter) => waiting.push(enter));
		else inside += 1;
		try {
			return await work();
		} finally {
			const next = waiting.shift();
			if (next) next();
			else inside -= 1;
		}
	};
}
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
export { abreast as n, openGate as r, ArtifactsError as t };
