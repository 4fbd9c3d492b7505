import "./rolldown-runtime.mjs";
import { u as digestOf } from "./reference.mjs";
import { a as withRetry, t as openWire } from "./transport.mjs";
import { p as RegistryError } from "./errors.mjs";
import { n as parseJson, t as ArtifactsError } from "./artifacts.mjs";
import { crc32, inflateRawSync } from "node:zlib";
// src/handoff/zip.ts
const LOCAL = 67324752;
const CENTRAL = 33639248;
const END = 101010256;
const UTF8 = 2048;
const VERSION = 20;
/** 1980-01-01: the same text gives the same bytes. */
const DATE = 33;
const STORED = 0;
const DEFLATED = 8;
/** A zip file that holds one small file, as it is. */
function zipOf(name, text) {
	const file = new TextEncoder().encode(text);
	const title = new TextEncoder().encode(name);
	const about = [
		VERSION,
		UTF8,
		STORED,
		0,
		DATE
	];
	const sizes = numbers(4, [
		crc32(file),
		file.length,
		file.length
	]);
	const local = [
		numbers(4, [LOCAL]),
		numbers(2, about),
		sizes,
		numbers(2, [title.length, 0]),
		title,
		file
	];
	const start = lengthOf(local);
	const central = [...[
		numbers(4, [CENTRAL]),
		numbers(2, [VERSION, ...about]),
		sizes
	], ...[
		numbers(2, [
			title.length,
			0,
			0,
			0,
			0
		]),
		numbers(4, [0, 0]),
		title
	]];
	const end = [
		numbers(4, [END]),
		numbers(2, [
			0,
			0,
			1,
			1
		]),
		numbers(4, [lengthOf(central), start]),
		numbers(2, [0])
	];
	return Buffer.concat([
		...local,
		...central,
		...end
	]);
}
/** The text of the first file in a zip file, whoever wrote it; undefined where there is none. */
function unzip(bytes) {
	const zip = Buffer.from(bytes);
	const end = zip.lastIndexOf(Buffer.from(numbers(4, [END])));
	if (end < 0 || end + 22 > zip.length) return void 0;
	const central = zip.readUInt32LE(end + 16);
	if (central + 46 > zip.length || zip.readUInt32LE(central) !== CENTRAL) return void 0;
	const local = zip.readUInt32LE(central + 42);
	if (local + 30 > zip.length || zip.readUInt32LE(local) !== LOCAL) return void 0;
	const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
	const file = unpacked(zip.subarray(start, start + zip.readUInt32LE(central + 20)), zip.readUInt16LE(central + 10), zip.readUInt32LE(central + 24));
	return file !== void 0 && crc32(file) === zip.readUInt32LE(central + 16) ? file.toString("utf8") : void 0;
}
function unpacked(packed, method, size) {
	if (method === STORED) return packed;
	if (method !== DEFLATED) return void 0;
	try {
		return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
	} catch {
		return;
	}
}
/** Little-endian, each of so many bytes. */
function numbers(width, values) {
	const buffer = Buffer.alloc(width * values.length);
	for (const [place, value] of values.entries()) buffer.writeUIntLE(value, place * width, width);
	return buffer;
}
function lengthOf(pieces) {
	return pieces.reduce((sum, { length }) => sum + length, 0);
}
// src/handoff/service.ts
const RPC = "twirp/github.actions.results.api.v1.ArtifactService/";
/** What GHES and others answer that have no such service. */
const ABSENT = /* @__PURE__ */ new Set([
	404,
	405,
	501
]);
const MIB = 1048576;
const FILE = "record.json";
/** Any text does; in a list of one. */
const BLOCK = btoa("multiarch-record");
/** The service, over a wire of its own: it is another host than any registry, and has another login. */
function openService(service, options) {
	const closing = new AbortController();
	const wire = openWire(options);
	const artifacts = openArtifacts(service, withRetry({
		...options,
		signal: closing.signal
	})(wire.send));
	const close = async () => {
		closing.abort();
		await wire.close();
	};
	return {
		...artifacts,
		close
	};
}
/**
* The artifact service of a workflow run, version 4, as far as records need it: the requests of @actions/artifact
* 6.0, which are recorded in the tests. GitHub has it, and runners that speak like GitHub's (act, Forgejo, Gitea).
* The package itself would be two and a half times all else that ships, and fails with act's signed addresses.
*/
function openArtifacts({ url, token }, send) {
	const host = {
		registry: "the artifact service",
		base: new URL(url)
	};
	const run = idsIn(token);
	async function call(method, message, accepted = []) {
		const headers = {
			authorization: `Bearer ${token}`,
			"content-type": "application/json"
		};
		const body = new TextEncoder().encode(JSON.stringify({
			...run,
			...message
		}));
		return await exchange({
			method: "POST",
			url: new URL(`/${RPC}${method}`, host.base),
			headers,
			body
		}, accepted);
	}
	async function exchange(request, accepted = []) {
		const response = await send({
			...request,
			host,
			scopes: [],
			limit: MIB
		}).catch((error) => {
			throw error instanceof RegistryError ? new ArtifactsError(error.message, { cause: error }) : error;
		});
		if (response.status < 300 || accepted.includes(response.status)) return response;
		const said = textIn(response, "msg") || new TextDecoder().decode(response.body).slice(0, 200);
		const where = `${request.method} ${request.url.origin}${request.url.pathname}`;
		throw new ArtifactsError(`${where}: ${[response.status, said].filter(Boolean).join(" ")}`, { absent: ABSENT.has(response.status) && request.method === "POST" });
	}
	async function upload(signed, zip) {
		const list = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><BlockList><Latest>${BLOCK}</Latest></BlockList>`;
		await exchange({
			method: "PUT",
			url: new URL(`${signed}&comp=block&blockid=${encodeURIComponent(BLOCK)}`),
			headers: { "content-type": "application/octet-stream" },
			body: zip
		});
		await exchange({
			method: "PUT",
			url: new URL(`${signed}&comp=blocklist`),
			headers: {
				"content-type": "application/xml",
				"x-ms-blob-content-type": "application/zip"
			},
			body: new TextEncoder().encode(list)
		});
	}
	return {
		create: async (name, text) => {
			const created = await call("CreateArtifact", {
				name,
				version: 4
			}, [409]);
			if (created.status === 409) return false;
			const zip = zipOf(FILE, text);
			await upload(textIn(created, "signed_upload_url", "signedUploadUrl"), zip);
			await call("FinalizeArtifact", {
				name,
				size: String(zip.length),
				hash: digestOf(zip)
			});
			return true;
		},
		read: async (artifact) => {
			const found = await call("GetSignedArtifactURL", address(artifact), [404]);
			if (found.status === 404) return void 0;
			const signed = textIn(found, "signed_url", "signedUrl");
			return unzip((await exchange({
				method: "GET",
				url: new URL(signed),
				headers: {}
			})).body);
		},
		remove: async (artifact) => {
			await call("DeleteArtifact", address(artifact), [404]);
		},
		list: async (prefix) => {
			const { artifacts = [] } = json(await call("ListArtifacts", {}));
			const sorted = (Array.isArray(artifacts) ? artifacts : []).flatMap(readEntry).toSorted((a, b) => a.id - b.id).map(({ name, job }) => [name, {
				name,
				job
			}]);
			return [...new Map(sorted).values()].filter(({ name }) => name.startsWith(prefix));
		}
	};
}
/** The job that has left an artifact is part of its address. */
function address({ name, job }) {
	return {
		name,
		...job && { workflow_job_run_backend_id: job }
	};
}
function readEntry(value) {
	const entry = typeof value === "object" ? { ...value } : {};
	const { name, database_id: id = entry["databaseId"] } = entry;
	const { workflow_job_run_backend_id: job = entry["workflowJobRunBackendId"] } = entry;
	return typeof name === "string" ? [{
		name,
		job: String(job ?? ""),
		id: Number(id ?? 0)
	}] : [];
}
/** The run and the job, as the service calls them, from the runner's token: `Actions.Results:run:job` among its scopes. */
function idsIn(token) {
	const claims = parseJson(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
	const scopes = typeof claims === "object" && claims !== null && "scp" in claims ? String(claims.scp) : "";
	const [, run, job] = /(?:^| )Actions\.Results:([^: ]+):([^: ]+)(?= |$)/.exec(scopes) ?? [];
	if (run === void 0 || job === void 0) throw new ArtifactsError("the token of the runner names no run", { absent: true });
	return {
		workflow_run_backend_id: run,
		workflow_job_run_backend_id: job
	};
}
function json({ body }) {
	return { ...parseJson(new TextDecoder().decode(body)) ?? {} };
}
/** A field of the answer; the service may spell it either way (protobuf, JSON mapping). */
function textIn(response, ...names) {
	const fields = json(response);
	const found = names.map((name) => fields[name]).find((value) => typeof value === "string");
	return typeof found === "string" ? found : "";
}
export { openService };
