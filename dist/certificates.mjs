import "./rolldown-runtime.mjs";
import { r as isLoopback } from "./addresses.mjs";
// src/registry/transport/hosts-toml.ts
/**
* The part of containerd's `hosts.toml` that is about trust (docs/hosts.md): `ca` and `client`, for the server at the
* top and for the host itself below. Its mirrors are not ours to ask, and `skip_verify` is nothing that a file may say here.
*/
function readHostsToml(text, host) {
	let mine = true;
	const ca = [];
	let client = [];
	for (const line of statementsIn(text)) {
		const [, table] = /^\[(.*)\]$/.exec(line) ?? [];
		if (table !== void 0) mine = isAbout(table, host);
		const [, name, value = ""] = /^(ca|client)\s*=\s*(.*)$/.exec(line) ?? [];
		if (!mine || name === void 0) continue;
		const names = namesIn(value);
		if (name === "ca") ca.push(...names.flat());
		else if (client.length === 0) client = [names[0] ?? []].flat();
	}
	const [cert, key] = client;
	return {
		ca,
		...cert && { cert },
		...key && { key }
	};
}
/** Lines without comments; a list that takes several lines is one. */
function statementsIn(text) {
	const statements = [];
	let open = "";
	for (const raw of text.split(/\r?\n/)) {
		const line = `${open}${raw.replace(/^((?:[^"'#]|"[^"]*"|'[^']*')*)#.*$/, "$1").trim()}`;
		open = (line.match(/\[/g)?.length ?? 0) - (line.match(/\]/g)?.length ?? 0) > 0 && line.includes("=") ? line : "";
		if (open === "" && line !== "") statements.push(line);
	}
	return statements;
}
function isAbout(table, host) {
	const [, url = ""] = /^\s*host\s*\.\s*["']([^"']*)["']\s*$/.exec(table) ?? [];
	return url.replace(/^https?:\/\//, "").replace(/\/.*$/, "") === host;
}
/** A string, or a list of strings or of pairs. What is neither is nothing. */
function namesIn(text) {
	try {
		return [JSON.parse(text.replaceAll(/'([^']*)'/g, "\"$1\"").replaceAll(/,\s*\]/g, "]"))].flat().filter(isNames);
	} catch {
		return [];
	}
}
function isNames(value) {
	return typeof value === "string" || Array.isArray(value) && value.every((one) => typeof one === "string");
}
// src/registry/transport/certificates.ts
/**
* Certificates as Docker and containerd keep them: a folder for each host, with authorities as `*.crt`, our own
* certificate as `*.cert` beside its `*.key`, or a `hosts.toml` that names such files. Each host is looked up once.
*/
function certificatesIn({ folders, list, read }) {
	const found = /* @__PURE__ */ new Map();
	async function lookUp(host) {
		for (const folder of folders) for (const name of namesOf(host)) {
			const certificates = await readFolder(`${folder}/${name}`, host);
			if (certificates) return certificates;
		}
	}
	async function readFolder(folder, host) {
		const names = (await list(folder)).toSorted();
		if (names.length === 0) return void 0;
		const toml = names.includes("hosts.toml") ? await read(`${folder}/hosts.toml`) : void 0;
		const { ca, cert, key } = toml === void 0 ? dockerFiles(names) : readHostsToml(toml, host);
		const textOf = (name) => read(name.startsWith("/") ? name : `${folder}/${name}`);
		const authorities = await Promise.all(ca.map(textOf));
		const own = cert && await textOf(cert);
		const secret = key ? await textOf(key) : own;
		const all = authorities.filter((text) => text !== void 0).join("\n");
		return {
			...all && { ca: all },
			...own && secret && {
				cert: own,
				key: secret
			}
		};
	}
	return (host) => {
		const looking = found.get(host) ?? lookUp(host);
		found.set(host, looking);
		return looking;
	};
}
/** The registries on this machine that somebody has put certificates for: these speak TLS. */
async function certifiedHere({ folders, list }, lookUp) {
	const names = (await Promise.all(folders.map((folder) => list(folder)))).flat().map((name) => name.replace(/_(\d+)_$/, ":$1"));
	const here = [...new Set(names)].filter(isLoopback);
	const found = await Promise.all(here.map(lookUp));
	return here.filter((_, place) => found[place]?.ca || found[place]?.cert);
}
/** What a folder may be called: a colon is no character for a file everywhere, so containerd has another way as well. */
function namesOf(host) {
	return [...(host === "docker.io" ? ["docker.io", "registry-1.docker.io"] : [host]).flatMap((name) => [name, name.replace(/:(\d+)$/, "_$1_")]), "_default"];
}
function dockerFiles(names) {
	const cert = names.find((name) => name.endsWith(".cert") && names.includes(keyOf(name)));
	return {
		ca: names.filter((name) => name.endsWith(".crt")),
		...cert && {
			cert,
			key: keyOf(cert)
		}
	};
}
function keyOf(cert) {
	return cert.replace(/\.cert$/, ".key");
}
export { certificatesIn, certifiedHere };
