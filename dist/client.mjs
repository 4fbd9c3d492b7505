import { o as __toESM } from "./rolldown-runtime.mjs";
import { A as parseChallenges, B as MANIFEST_TYPES, C as TOO_SLOW, D as redactUrl, E as header, H as OCI_MANIFEST, K as isSchema1, N as RegistryError, O as refusesUrls, R as basicOf, S as TOO_LONG, T as WireError, V as OCI_INDEX, _ as readObject, b as BAD_ENCODING, c as hostOf, d as mergeScopes, g as contentType, h as splitScopes, j as checked, k as readProblem, l as isAtHome, m as repositoryScope, n as withQuota, o as manifestAt, p as pullOnly, r as openLists, s as within, u as coversScopes, v as errorOf, w as UPLOAD_LOST, x as NO_EFFORT, y as problemWith } from "./quota.mjs";
import { i as placeOf, n as isInternalAddress, r as isLoopback, t as isInside } from "./addresses.mjs";
import { d as isDigestOf, f as objectionToDigest, l as algorithmOf, m as parseDigest, n as formatRepository, u as digestOf } from "./reference.mjs";
import { f as require_dispatcher, i as require_agent, n as require_proxy_agent, t as require_api, u as require_connect } from "./api.mjs";
import { BlockList, isIP } from "node:net";
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { Buffer as Buffer$1 } from "node:buffer";
import { createSecureContext, getCACertificates } from "node:tls";
import { setImmediate } from "node:timers/promises";
// src/registry/auth/realm.ts
/**
* Where tokens are to be had, if we may go there: a registry must not send our password over an open wire, nor
* make us knock at doors that only we can reach.
*/
function readRealm(realm, asked, base) {
	if (!realm) return { problem: "its challenge names no realm" };
	const url = URL.parse(realm, asked.href);
	if (url === null) return { problem: `its realm "${realm.slice(0, 200)}" is no URL` };
	const problem = objectionToRealm(url, base);
	return problem ? { problem } : { url };
}
/** A token server often stands beside its registry, on another port: whoever reaches one may reach the other. */
function objectionToRealm(url, base) {
	return objectionTo$1(url, base, url.hostname === base.hostname || isLoopback(url.hostname) && isLoopback(base.hostname));
}
/** Where the token server itself sends us to: no further than to a stranger, or back to the registry. */
function objectionToDetour(url, base) {
	return objectionTo$1(url, base, placeOf(url) === placeOf(base));
}
function objectionTo$1(url, base, known) {
	const open = url.protocol === "http:" && base.protocol === "http:";
	if (url.protocol !== "https:" && !open) return `its realm ${url.origin} is not https`;
	if (known || !isInternalAddress(url.hostname)) return void 0;
	return `its realm ${url.origin} is an internal address`;
}
// src/registry/auth/token.ts
const CLIENT_ID = "multiarch-action";
const LONGEST$1 = 65536;
/** The docker token specification: tokens live a minute at least, whatever the answer says. */
const SHORTEST_LIFE = 60;
/** How endpoints say that they do not know the OAuth2 way: GCR 404, Artifactory 401, ACR 400, GHCR 405. */
const NO_OAUTH = /* @__PURE__ */ new Set([
	400,
	401,
	404,
	405
]);
/** Fetches a token (docker token specification; OAuth2 for identity tokens). Rejects with RegistryError. */
async function fetchToken(order, options) {
	const anonymous = order.credential.kind === "none";
	const { request, response } = await ask(order, options.send);
	if (response.status === 403 && order.scopes.some((scope) => scope.includes("push"))) return await fetchToken({
		...order,
		scopes: pullOnly(order.scopes)
	}, options);
	if (response.status < 200 || response.status > 299) throw errorOf(request, {
		...response,
		anonymous
	});
	return readToken(request, response, {
		...options,
		anonymous
	});
}
async function ask(order, send) {
	const { credential } = order;
	switch (credential.kind) {
		case "identity": {
			const request = oauthRequest(order, credential.token);
			const response = await send(request);
			return NO_OAUTH.has(response.status) && credential.login ? await get(order, credential.login, send) : {
				request,
				response
			};
		}
		case "login": return await get(order, credential, send);
		case "none":
		case "bearer": return await get(order, void 0, send);
	}
}
async function get(order, login, send) {
	const url = new URL(order.realm);
	if (order.service) url.searchParams.set("service", order.service);
	for (const scope of order.scopes) url.searchParams.append("scope", scope);
	url.searchParams.set("client_id", CLIENT_ID);
	if (login) url.searchParams.set("account", login.username);
	const headers = login && { authorization: `Basic ${basicOf(login)}` };
	const request = {
		...basis(order),
		method: "GET",
		url,
		headers: headers ?? {}
	};
	return {
		request,
		response: await send(request)
	};
}
function oauthRequest(order, refreshToken) {
	const form = new URLSearchParams({
		grant_type: "refresh_token",
		client_id: CLIENT_ID,
		refresh_token: refreshToken,
		scope: order.scopes.join(" "),
		...order.service && { service: order.service }
	});
	return {
		...basis(order),
		method: "POST",
		url: order.realm,
		headers: { "content-type": "application/x-www-form-urlencoded" },
		body: new TextEncoder().encode(form.toString())
	};
}
function basis({ host, repository }) {
	return {
		host,
		limit: LONGEST$1,
		scopes: [],
		...repository !== void 0 && { repository }
	};
}
function readToken(request, response, { now, mask, anonymous }) {
	const json = readObject(response) ?? {};
	const value = textOf(json["token"]) || textOf(json["access_token"]);
	if (!value) throw problemWith(request, "unusable", "the answer holds no token", { status: response.status });
	for (const secret of [value, textOf(json["refresh_token"])].filter(Boolean)) mask(secret);
	const life = Math.max(SHORTEST_LIFE, Number(json["expires_in"]) || 0);
	const renewed = request.method === "POST" && textOf(json["refresh_token"]);
	return {
		value,
		expires: now() + life * 1e3,
		anonymous,
		...renewed && { renewed }
	};
}
function textOf(value) {
	return typeof value === "string" ? value : "";
}
// src/registry/auth/anonymous-tokens.ts
/**
* Where a redirect led may be another registry, with public content and questions of its own (registry.md, 1.3.1). It
* gets a token that anybody gets, once, and learns nothing of us; what we know of the first registry stays as it is.
*/
function withAnonymousTokens(options) {
	return (next) => async (request) => {
		const response = await next(request);
		if (response.status !== 401 || isAtHome(request) || !isReading(request)) return response;
		const token = await tokenFor(request, response, options);
		if (token === void 0) return response;
		const authorization = `Bearer ${token.value}`;
		return await next({
			...request,
			headers: {
				...request.headers,
				authorization
			}
		});
	};
}
function isReading({ method }) {
	return method === "GET" || method === "HEAD";
}
async function tokenFor({ url }, { headers }, options) {
	const challenge = parseChallenges(headers["www-authenticate"] ?? []).find(({ scheme }) => scheme === "bearer");
	if (challenge === void 0) return void 0;
	const host = {
		registry: url.host,
		base: new URL("/", url)
	};
	const { realm: given, service, scope } = challenge.parameters;
	const realm = readRealm(given, url, host.base);
	if ("problem" in realm) return void 0;
	const place = {
		host,
		repository: void 0,
		realm: realm.url,
		service,
		scopes: splitScopes(scope)
	};
	try {
		return await fetchToken({
			...place,
			credential: { kind: "none" }
		}, options);
	} catch (error) {
		if (error instanceof RegistryError) return void 0;
		throw error;
	}
}
// src/registry/auth/hints.ts
/** Where tokens for a registry are to be had, by the registry's own host, and its name there. */
const REALMS = {
	"registry-1.docker.io": ["https://auth.docker.io/token", "registry.docker.io"],
	"ghcr.io": ["https://ghcr.io/token", "ghcr.io"],
	"registry.gitlab.com": ["https://gitlab.com/jwt/auth", "container_registry"],
	"quay.io": ["https://quay.io/v2/auth", "quay.io"]
};
const AZURE = /^[a-z0-9-]+\.azurecr\.io$/;
const ECR = /^\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;
/**
* The challenges of large registries have been the same for years, and each costs a round trip to hear. A hint names
* nobody but who runs the registry, so nothing is shown that would not be shown a moment later; a wrong one costs a
* request, since the registry is then asked as any other.
*/
const hintFor = ({ base: { protocol, host } }) => {
	if (protocol !== "https:") return void 0;
	const [realm, service] = REALMS[host] ?? (AZURE.test(host) ? [`https://${host}/oauth2/token`, host] : []);
	if (realm !== void 0 && service !== void 0) return {
		scheme: "bearer",
		parameters: {
			realm,
			service
		}
	};
	return ECR.test(host) ? {
		scheme: "basic",
		parameters: {}
	} : void 0;
};
// src/registry/auth/token-store.ts
/** A token used up to this long before its end may be too old when it arrives. Milliseconds. */
const MARGIN = 1e4;
/** The tokens of one realm, service and credential. */
function openTokenStore(now) {
	const entries = /* @__PURE__ */ new Set();
	function isGood({ token }, refused) {
		return token === void 0 || token.value !== refused && token.expires - now() > MARGIN;
	}
	return { get: async (scopes, fetch, { refused, narrow = false } = {}) => {
		for (const entry of entries) if (!isGood(entry, refused)) entries.delete(entry);
		const known = [...entries].find((entry) => coversScopes(entry.scopes, scopes) && !(narrow && entry.scopes.length > scopes.length));
		if (known) return {
			...await known.pending,
			scopes: known.scopes
		};
		const entry = {
			scopes,
			pending: fetch()
		};
		entries.add(entry);
		try {
			entry.token = await entry.pending;
			return {
				...entry.token,
				scopes
			};
		} catch (error) {
			entries.delete(entry);
			throw error;
		}
	} };
}
// src/registry/auth/pass.ts
/** Makes passes: Basic (RFC 7617) and Bearer (docker token specification). */
function openPassOffice({ wallet, send, now, mask }) {
	const stores = /* @__PURE__ */ new Map();
	const basic = /* @__PURE__ */ new Map();
	const renewed = /* @__PURE__ */ new Map();
	function storeFor(key) {
		const store = stores.get(key) ?? openTokenStore(now);
		stores.set(key, store);
		return store;
	}
	async function tokenFor(order, request) {
		const credential = await wallet.take(order.host.registry, request.scopes);
		if (credential.kind === "bearer") return {
			value: credential.token,
			expires: Number.POSITIVE_INFINITY,
			anonymous: false
		};
		const options = {
			send,
			now,
			mask
		};
		if (credential.kind !== "identity") return await fetchToken({
			...order,
			credential
		}, options);
		const identity = renewed.get(credential.token) ?? credential.token;
		renewed.delete(credential.token);
		const token = await fetchToken({
			...order,
			credential: {
				...credential,
				token: identity
			}
		}, options);
		renewed.set(credential.token, token.renewed ?? identity);
		return token;
	}
	/** A login may be for a part of a registry, so it is looked up for each. */
	async function basicFor({ host, scopes }) {
		const key = [host.registry, ...scopes].join(" ");
		const looking = basic.get(key) ?? wallet.take(host.registry, scopes).then(basicPass);
		basic.set(key, looking);
		looking.catch(() => basic.delete(key));
		return await looking;
	}
	return {
		mannerOf: ({ scheme, parameters }, request) => {
			if (scheme === "basic") return { scheme };
			const realm = readRealm(parameters["realm"], request.url, request.host.base);
			if ("problem" in realm) throw problemWith(request, "unusable", realm.problem, { status: 401 });
			const service = parameters["service"];
			const tokens = storeFor(`${realm.url.href}\n${service ?? ""}\n${request.host.registry}`);
			return {
				scheme: "bearer",
				realm: realm.url,
				service,
				tokens
			};
		},
		passFor: async (request, manner, { asked = [], ...wanted } = {}) => {
			if (manner.scheme === "none") return { anonymous: false };
			if (manner.scheme === "basic") return await basicFor(request);
			const { realm, service, tokens } = manner;
			const { host, repository } = request;
			const scopes = mergeScopes([...asked, ...request.scopes]);
			const order = {
				host,
				repository,
				realm,
				service,
				scopes
			};
			const token = await tokens.get(scopes, () => tokenFor(order, request), wanted);
			const { value, anonymous } = token;
			const wide = token.scopes.length > mergeScopes(request.scopes).length;
			return {
				authorization: `Bearer ${value}`,
				token: value,
				anonymous,
				wide
			};
		}
	};
}
function basicPass(credential) {
	const login = credential.kind === "identity" ? credential.login : credential;
	if (login?.kind !== "login") return { anonymous: true };
	return {
		authorization: `Basic ${basicOf(login)}`,
		anonymous: false
	};
}
// src/registry/auth/auth.ts
const NO_PASS = { anonymous: false };
/**
* Shows a registry who we are once it asks, or before where it is known to ask, and replaces a refused pass once. Nobody
* is asked before the first real request: a ping would cost a round trip, and its answer names the wrong scopes.
*/
function openAuth(next, options) {
	const office = openPassOffice(options);
	const doors = /* @__PURE__ */ new Map();
	function doorOf({ base }) {
		const door = doors.get(base.origin) ?? { free: 0 };
		doors.set(base.origin, door);
		return door;
	}
	async function enter(request) {
		if (!isAtHome(request)) return await next(request);
		const door = doorOf(request.host);
		if (isShut(door)) return await knock(request, door, 0, (learned) => talk(request, {
			door,
			replay: true,
			learned
		}));
		if (door.manner === void 0) {
			if (door.free > 0) door.free -= 1;
			else options.ahead(request);
			await door.knocking;
		}
		return await talk(request, {
			door,
			replay: true
		});
	}
	async function warm(request) {
		const door = doorOf(request.host);
		if (isShut(door)) return await knock(request, door, 1, async (learned) => {
			if (door.manner === void 0) await talk(request, {
				door,
				replay: false,
				learned
			});
		});
		await door.knocking;
		if (door.manner !== void 0) await office.passFor(request, door.manner);
	}
	async function knock(request, door, free, work) {
		const { promise, resolve } = Promise.withResolvers();
		const learned = () => {
			delete door.knocking;
			resolve();
		};
		door.knocking = promise;
		door.free = free;
		options.ahead(request);
		options.wallet.prepare(request.host.registry, request.scopes);
		try {
			if (await takeHint(request, door)) learned();
			return await work(learned);
		} finally {
			learned();
		}
	}
	async function takeHint(request, door) {
		const hint = (options.hintFor ?? hintFor)(request.host);
		if (hint === void 0) return false;
		try {
			const manner = office.mannerOf(hint, request);
			const { authorization } = await office.passFor(request, manner);
			if (authorization === void 0) return false;
			door.manner = manner;
			door.isHint = true;
			return true;
		} catch {
			return false;
		}
	}
	async function talk(request, { door, replay, learned }) {
		const { isHint } = door;
		const first = door.manner ? await office.passFor(request, door.manner) : NO_PASS;
		const response = await next(showing(first, request));
		if (response.status === 403 && first.wide && replay && door.manner) {
			const own = await office.passFor(request, door.manner, { narrow: true });
			return {
				...await next(showing(own, request)),
				anonymous: own.anonymous
			};
		}
		if (!isChallenged(request, response)) {
			if (response.status < 500 && response.status !== 429) door.manner ??= { scheme: "none" };
			return response;
		}
		const shown = isHint && first.token !== void 0 ? NO_PASS : first;
		door.isHint = false;
		const challenge = chooseChallenge(request, response, shown);
		if (challenge === void 0) return {
			...response,
			anonymous: first.anonymous
		};
		const manner = office.mannerOf(challenge, request);
		door.manner = manner;
		learned?.();
		const asked = replay ? splitScopes(challenge.parameters["scope"]) : [];
		const better = await office.passFor(request, manner, {
			asked,
			refused: first.token
		});
		if (!replay || better.authorization === void 0) return {
			...response,
			anonymous: better.anonymous
		};
		return {
			...await next(showing(better, request)),
			anonymous: better.anonymous
		};
	}
	return {
		send: enter,
		warm
	};
}
function isShut({ manner, knocking }) {
	return manner === void 0 && knocking === void 0;
}
/** A 401 from where a redirect led says nothing about the registry. */
function isChallenged(request, { status, url }) {
	return status === 401 && url.origin === request.url.origin;
}
/**
* Bearer before Basic. Basic after any pass is no new question but the last word: Harbor asks so for a login when it
* has refused a token.
*/
function chooseChallenge(request, { headers }, shown) {
	const challenges = parseChallenges(headers["www-authenticate"] ?? []);
	const bearer = challenges.find(({ scheme }) => scheme === "bearer");
	const basic = challenges.find(({ scheme }) => scheme === "basic");
	if (bearer) return bearer;
	if (basic) return shown.authorization === void 0 ? basic : void 0;
	if (challenges.length === 0) return void 0;
	const sentence = `401 asks for ${challenges.map(({ scheme }) => scheme).join(" or ")}; we know Basic and Bearer`;
	throw problemWith(request, "unauthorized", sentence, { status: 401 });
}
function showing({ authorization }, request) {
	return authorization === void 0 ? request : {
		...request,
		headers: {
			...request.headers,
			authorization
		}
	};
}
// src/registry/auth/wallet.ts
function openWallet(lookUp, mask) {
	const prepared = /* @__PURE__ */ new Map();
	return {
		prepare: (registry, scopes) => {
			const looking = lookUp(registry, scopes);
			looking.catch(() => {});
			prepared.set(keyOf(registry, scopes), looking);
		},
		take: async (registry, scopes = []) => {
			const key = keyOf(registry, scopes);
			const looking = prepared.get(key) ?? lookUp(registry, scopes);
			prepared.delete(key);
			const credential = await looking;
			for (const secret of secretsOf(credential)) mask(secret);
			return credential;
		}
	};
}
function keyOf(registry, scopes) {
	return [registry, ...scopes].join(" ");
}
function secretsOf(credential) {
	switch (credential.kind) {
		case "none": return [];
		case "login": return [credential.password, basicOf(credential)].filter(Boolean);
		case "identity": return [credential.token, ...credential.login ? secretsOf(credential.login) : []];
		case "bearer": return [credential.token];
	}
}
// src/registry/transport/streams.ts
/** A stream of bytes, piece by piece, that can be given up before it was begun: a generator alone cannot. */
function withEnd(stream, over) {
	const inner = stream[Symbol.asyncIterator]();
	let done = false;
	const finish = () => {
		if (!done) over();
		done = true;
	};
	const iterator = {
		next: async () => {
			try {
				const step = await inner.next();
				if (step.done) finish();
				return step;
			} catch (error) {
				finish();
				throw error;
			}
		},
		return: async () => {
			try {
				await inner.return?.();
			} finally {
				finish();
			}
			return {
				done: true,
				value: void 0
			};
		}
	};
	return { [Symbol.asyncIterator]: () => iterator };
}
/** Begins at once, so that what is wrong from the start is said by the one who opens it. */
async function begun(stream) {
	const inner = stream[Symbol.asyncIterator]();
	let first = await inner.next();
	const iterator = {
		next: async () => {
			const step = first ?? await inner.next();
			first = void 0;
			return step;
		},
		return: async () => await inner.return?.() ?? {
			done: true,
			value: void 0
		}
	};
	return { [Symbol.asyncIterator]: () => iterator };
}
// src/registry/blobs/blobs.ts
/** So much more of a blob, and a broken connection is a new matter. Bytes. */
const PROGRESS = 1048576;
/** How some say that they do not answer that question. The upload that follows finds out. */
const KNOWS_NO_HEAD = /* @__PURE__ */ new Set([
	405,
	500,
	501
]);
/** Blobs by digest (distribution-spec, "Pulling blobs"); registries often send us elsewhere for them. */
function openBlobs({ send, hostOf }, patience) {
	function reading(method, repository, digest) {
		const path = `${repository.path}/blobs/${digest}`;
		return {
			...within(repository, hostOf(repository.registry), path),
			method
		};
	}
	async function headBlob(repository, digest) {
		const request = reading("HEAD", repository, digest);
		const response = await send(request);
		if (response.status === 404 || KNOWS_NO_HEAD.has(response.status)) return void 0;
		if (response.status !== 200) throw errorOf(request, response);
		const length = header(response, "content-length");
		return length !== void 0 && /^\d+$/.test(length) ? { size: Number(length) } : void 0;
	}
	async function readBlob(repository, { digest, size }) {
		const request = reading("GET", repository, digest);
		const objection = objectionToDigest(digest);
		if (objection !== void 0) throw problemWith(request, "unusable", `not read: ${objection}`);
		if (size > 8388608) throw problemWith(request, "unusable", `not read: ${size} bytes are more than 8 MiB`);
		const response = await send(request);
		if (response.status !== 200) throw errorOf(request, response);
		const { body } = response;
		const details = { status: response.status };
		if (body.length !== size) throw problemWith(request, "digest", `there are ${body.length} bytes, not ${size}`, details);
		const found = digestOf(body, algorithmOf(digest));
		if (found !== digest) throw problemWith(request, "digest", `the bytes have the digest ${found}`, details);
		return body;
	}
	/** The blob from this byte on. */
	async function streamFrom(request, offset) {
		const range = offset === 0 ? {} : { range: `bytes=${offset}-` };
		const response = await send({
			...request,
			headers: {
				...request.headers,
				...range
			},
			streamed: true
		});
		const { stream } = response;
		if (stream === void 0) throw errorOf(request, response);
		if (response.status === 206 && startOf(response) === offset) return stream;
		if (response.status === 200) return offset === 0 ? stream : skipping(stream, offset);
		await stream[Symbol.asyncIterator]().return?.();
		throw problemWith(request, "unusable", "the answer is another part of the blob", { status: response.status });
	}
	async function* pieces(request) {
		let offset = 0;
		let mark = 0;
		let retried = 0;
		for (;;) try {
			for await (const piece of await streamFrom(request, offset)) {
				offset += piece.length;
				yield piece;
			}
			return;
		} catch (error) {
			if (!(error instanceof WireError)) throw error;
			if (offset - mark >= PROGRESS) retried = 0;
			mark = offset;
			await patience(error, request, retried);
			retried += 1;
		}
	}
	return {
		headBlob,
		readBlob,
		openBlob: async (repository, blob) => {
			const request = reading("GET", repository, blob.digest);
			const problem = (what) => problemWith(request, "digest", what);
			return await begun(checked(pieces(request), blob, problem));
		}
	};
}
function startOf(response) {
	const [, start] = /^bytes (\d+)-/.exec(header(response, "content-range") ?? "") ?? [];
	return start === void 0 ? void 0 : Number(start);
}
/** For who does not know `Range` and begins anew. */
async function* skipping(stream, count) {
	let left = count;
	for await (const piece of stream) {
		if (left < piece.length) yield piece.subarray(left);
		left = Math.max(0, left - piece.length);
	}
}
// src/registry/blobs/mounts.ts
/** ECR declines a single blob that nothing refers to, but mounts the others. */
const ENOUGH$1 = 2;
/**
* Takes a blob over without moving a byte (distribution-spec, "Mounting a blob from another repository"). No HEAD before
* it: a blob that is there already is mounted as well. Whatever answer is no yes means that the bytes are wanted.
*/
function openMounts({ send, hostOf }, sessions) {
	const pairs = /* @__PURE__ */ new Map();
	function pairOf(to, from) {
		const key = `${formatRepository(to)} ${formatRepository(from)}`;
		const pair = pairs.get(key) ?? {
			mounted: 0,
			declined: 0,
			hopeless: false
		};
		pairs.set(key, pair);
		return pair;
	}
	return async (to, blob, from) => {
		if (to.registry !== from.registry) return false;
		if (to.path === from.path) return true;
		if (objectionToDigest(blob) !== void 0) return false;
		const pair = pairOf(to, from);
		if (pair.hopeless) return false;
		const place = within(to, hostOf(to.registry), `${to.path}/blobs/uploads/`);
		place.url.search = `?mount=${encodeURIComponent(blob)}&from=${encodeURIComponent(from.path)}`;
		const scopes = [...place.scopes, repositoryScope(from.path, ["pull"])];
		const request = {
			...place,
			scopes,
			method: "POST",
			headers: { "content-length": "0" }
		};
		try {
			const response = await send(request);
			if (response.status === 201) pair.mounted += 1;
			else if (response.status === 202) {
				pair.declined += 1;
				sessions.keep(to, blob, request, response);
			}
			pair.hopeless ||= response.status >= 300 || pair.mounted === 0 && pair.declined >= ENOUGH$1;
			return response.status === 201;
		} catch (error) {
			if (!(error instanceof RegistryError)) throw error;
			pair.hopeless = true;
			return false;
		}
	};
}
// src/registry/layers/redirect.ts
const REDIRECTS = /* @__PURE__ */ new Set([
	301,
	302,
	303,
	307,
	308
]);
const MOST$1 = 5;
/** What belongs to one host and must not be seen by another (distribution-spec, "Pulling blobs"). */
const PRIVATE = /* @__PURE__ */ new Set([
	"authorization",
	"proxy-authorization",
	"cookie"
]);
/** Follows GET and HEAD to where a registry keeps its content. Rejects with RegistryError `unusable`. */
function withRedirects(objection = objectionTo) {
	return (next) => async (request) => {
		let current = request;
		for (let hops = 0;; hops++) {
			const response = await next(current);
			const to = targetOf(current, response);
			if (to === void 0) return response;
			const problem = hops < MOST$1 ? objection(to, request) : `more than ${MOST$1} redirects`;
			if (problem) {
				const sentence = `redirects to ${redactUrl(to)}, which is refused: ${problem}`;
				throw problemWith(current, "unusable", sentence, { status: response.status });
			}
			current = {
				...current,
				url: to,
				headers: headersFor(to, current)
			};
		}
	};
}
/** Nothing goes from a safe wire to an open one, and no registry out there sends us to ourselves. */
function objectionTo(to, { host: { base } }) {
	if (to.protocol !== "https:" && to.protocol !== "http:") return `it is ${to.protocol}`;
	if (to.protocol === "http:" && base.protocol === "https:") return "it is not https";
	return isInside(to.hostname) && !isLoopback(base.hostname) ? "it is inside this machine" : void 0;
}
function targetOf({ method, url }, response) {
	const location = header(response, "location");
	if (!REDIRECTS.has(response.status) || location === void 0) return void 0;
	if (method !== "GET" && method !== "HEAD") return void 0;
	const to = URL.parse(location, url.href);
	if (to === null) return void 0;
	to.username = "";
	to.password = "";
	return to;
}
function headersFor(to, { url, headers }) {
	if (to.protocol === url.protocol && placeOf(to) === placeOf(url)) return headers;
	return Object.fromEntries(Object.entries(headers).filter(([name]) => !PRIVATE.has(name)));
}
// src/registry/blobs/sessions.ts
function openSessions() {
	const kept = /* @__PURE__ */ new Map();
	const keyOf = (to, blob) => `${formatRepository(to)}@${blob}`;
	return {
		keep: (to, blob, request, response) => {
			if (header(response, "location") !== void 0) kept.set(keyOf(to, blob), sessionOf(request, response));
		},
		take: (to, blob) => {
			const key = keyOf(to, blob);
			const session = kept.get(key);
			kept.delete(key);
			return session;
		}
	};
}
/** Throws RegistryError `unusable`. */
function sessionOf(request, response) {
	const least = header(response, "oci-chunk-min-length") ?? "";
	return {
		url: locationOf(request, response),
		least: /^\d+$/.test(least) ? Number(least) : 0
	};
}
/**
* Where an upload goes on (registry.md, 1.3.1): another host is fine, and gets no credentials; an open wire is not.
* Throws RegistryError `unusable`.
*/
function locationOf(request, response) {
	const location = header(response, "location");
	const to = location === void 0 ? null : URL.parse(location, response.url.href);
	const details = { status: response.status };
	if (to === null) throw problemWith(request, "unusable", "the answer does not say where to send the bytes", details);
	to.username = "";
	to.password = "";
	const problem = objectionTo(to, request);
	if (problem === void 0) return to;
	throw problemWith(request, "unusable", `wants the bytes at ${redactUrl(to)}, which is refused: ${problem}`, details);
}
/** The address that ends an upload. The query of a location may be signed, so it is kept to the letter. */
function withDigest(location, digest) {
	const url = new URL(location);
	url.search += `${url.search === "" ? "?" : "&"}digest=${encodeURIComponent(digest)}`;
	return url;
}
// src/registry/blobs/chunks.ts
/** A chunk is in memory, so that it can be sent again. S3, and so ECR, wants 5 MiB at least. Bytes. */
const CHUNK = 8388608;
/** Whoever wants longer ones will refuse ours; more of them at once would be more memory than a runner has. Bytes. */
const LONGEST_CHUNK = 268435456;
/** How often a registry is asked how far it is, without having come further, before the upload begins anew. */
const ASKED = 1;
/** ECR answers 201, others 204; the specification says 202. */
const TAKEN = /* @__PURE__ */ new Set([
	201,
	202,
	204
]);
/**
* An upload in several requests (distribution-spec, "Pushing a blob in chunks"). Where a chunk is lost, the registry is
* asked how far it is, and gets the rest. Rejects with WireError where it does not know: the upload begins anew.
*/
async function uploadInChunks({ url: begun, least }, body, line) {
	const { send, request, blob } = line;
	const size = Math.min(blob.size, LONGEST_CHUNK, Math.max(CHUNK, least));
	let url = begun;
	let offset = 0;
	for await (const chunk of chunksOf(await body.open(), size)) {
		const response = await sendChunk(url, {
			chunk,
			offset
		}, line);
		if (!TAKEN.has(response.status)) return response;
		url = nextIn(response, request) ?? url;
		offset += chunk.length;
	}
	const end = withDigest(url, blob.digest);
	return await send({
		...request,
		method: "PUT",
		url: end,
		headers: { "content-length": "0" },
		once: true
	});
}
async function sendChunk(begun, { chunk, offset }, line) {
	const end = offset + chunk.length;
	let url = begun;
	let done = offset;
	for (let asked = 0;; asked++) {
		const outcome = await sendRange(url, {
			chunk: chunk.subarray(done - offset),
			offset: done
		}, line);
		if (!(outcome instanceof WireError || outcome.status === 416 || outcome.status >= 500)) return outcome;
		const state = await line.send({
			...line.request,
			method: "GET",
			url
		});
		const there = lengthIn(state);
		if (there === end) return {
			...state,
			status: 202
		};
		if (there === void 0 || there < done || there > end) throw new WireError(UPLOAD_LOST, "the registry does not know how far the upload is");
		if (there > done) asked = 0;
		else if (asked >= ASKED) {
			if (outcome instanceof WireError) throw outcome;
			return outcome;
		}
		url = nextIn(state, line.request) ?? url;
		done = there;
	}
}
async function sendRange(url, { chunk, offset }, { send, request }) {
	const headers = {
		"content-type": "application/octet-stream",
		"content-range": `${offset}-${offset + chunk.length - 1}`
	};
	try {
		return await send({
			...request,
			method: "PATCH",
			url,
			headers,
			body: chunk,
			once: true
		});
	} catch (error) {
		if (error instanceof WireError) return error;
		throw error;
	}
}
function nextIn(response, request) {
	return header(response, "location") === void 0 ? void 0 : locationOf(request, response);
}
/** How many bytes it has, by `Range: 0-99`; an upload without any says `0-0` or nothing. */
function lengthIn(response) {
	if (response.status !== 204 && response.status !== 202) return void 0;
	const [, last] = /^(?:bytes=)?0-(\d+)$/.exec(header(response, "range") ?? "0-0") ?? [];
	return last === void 0 ? void 0 : Number(last) === 0 ? 0 : Number(last) + 1;
}
/** Chunks of this size, and a shorter one at the end. Each is good until the next is asked for. */
async function* chunksOf(pieces, size) {
	const room = Buffer.allocUnsafeSlow(size);
	let filled = 0;
	for await (const piece of pieces) for (let rest = piece; rest.length > 0;) {
		const fits = Math.min(rest.length, size - filled);
		room.set(rest.subarray(0, fits), filled);
		rest = rest.subarray(fits);
		filled += fits;
		if (filled < size) break;
		yield room;
		filled = 0;
	}
	if (filled > 0) yield room.subarray(0, filled);
}
// src/registry/blobs/uploads.ts
/** A blob of up to so many bytes goes along with the first request: most registries take it so. */
const SMALL = 4096;
const OCTETS = { "content-type": "application/octet-stream" };
/** How registries, and the proxies before them, refuse a blob in one piece, but perhaps not in several. */
const MAY_WANT_CHUNKS = /* @__PURE__ */ new Set([
	400,
	404,
	405,
	411,
	413,
	415,
	501
]);
/** These are about the bytes or us, whatever way they come. */
const ABOUT_THE_BYTES = /* @__PURE__ */ new Set([
	"DIGEST_INVALID",
	"SIZE_INVALID",
	"BLOB_UPLOAD_UNKNOWN",
	"NAME_UNKNOWN",
	"DENIED"
]);
/** Uploads (distribution-spec, "Pushing blobs"): in one piece, which works everywhere, else in several. */
function openUploads({ send, hostOf, retry, sessions, headBlob }) {
	const inChunks = /* @__PURE__ */ new Set();
	async function uploadOnce(request, to, blob, body) {
		const begun = sessions.take(to, blob.digest) ?? await begin(request, blob, body);
		if ("status" in begun) return begun;
		const line = {
			send,
			request,
			blob
		};
		try {
			if (inChunks.has(request.host.registry)) return await uploadInChunks(begun, body, line);
			const response = await send({
				...request,
				method: "PUT",
				url: withDigest(begun.url, blob.digest),
				headers: OCTETS,
				body,
				once: true
			});
			if (!mayWantChunks(response)) return response;
			inChunks.add(request.host.registry);
			const again = await begin(request, {
				...blob,
				size: Number.POSITIVE_INFINITY
			}, body);
			return "status" in again ? again : await uploadInChunks(again, body, line);
		} catch (error) {
			if (!(error instanceof WireError)) await cancel(begun.url, request);
			throw error;
		}
	}
	/** Where the bytes are wanted, or the good answer that a small blob has got. A refusal is final: it was asked again. */
	async function begin(request, { digest, size }, body) {
		const { url } = request;
		if (size <= SMALL) {
			const bytes = await wholeOf(body);
			const response = await send({
				...request,
				method: "POST",
				url: withDigest(url, digest),
				headers: OCTETS,
				body: bytes
			});
			if (response.status === 201) return response;
			if (response.status === 202) return sessionOf(request, response);
			if (!mayWantChunks(response)) throw errorOf(request, response);
		}
		const post = {
			...request,
			method: "POST",
			url: toBegin(url, digest),
			headers: { "content-length": "0" }
		};
		const response = await send(post);
		if (response.status !== 202) throw errorOf(post, response);
		return sessionOf(post, response);
	}
	/** The registry would forget it by itself, but later. */
	async function cancel(url, request) {
		await send({
			...request,
			method: "DELETE",
			url,
			once: true
		}).catch(() => {});
	}
	/** Whether it is there after all, though the answer said nothing or little of it. */
	async function hasArrived(to, { digest, size }) {
		try {
			return (await headBlob(to, digest))?.size === size;
		} catch (error) {
			if (error instanceof RegistryError) return false;
			throw error;
		}
	}
	return async (to, blob, open) => {
		const request = {
			...within(to, hostOf(to.registry), `${to.path}/blobs/uploads/`),
			method: "PUT"
		};
		const objection = objectionToDigest(blob.digest);
		if (objection !== void 0) throw problemWith(request, "unusable", `not sent: ${objection}`);
		const body = {
			size: blob.size,
			open: async () => counted(await open(), blob, request)
		};
		const upload = retry(async () => {
			try {
				const response = await uploadOnce(request, to, blob, body);
				return response.status >= 500 && await hasArrived(to, blob) ? {
					...response,
					status: 201
				} : response;
			} catch (error) {
				if (!(error instanceof WireError) || !await hasArrived(to, blob)) throw error;
				return {
					...NOTHING_SAID,
					url: request.url
				};
			}
		});
		const named = {
			...request,
			url: withDigest(request.url, blob.digest)
		};
		const response = await upload(named);
		if (response.status < 200 || response.status > 299) throw errorOf(named, response);
	};
}
/** A registry takes it for sha256 unless told (distribution-spec, end-4c). */
function toBegin(url, digest) {
	const algorithm = algorithmOf(digest);
	if (algorithm === "sha256") return url;
	const named = new URL(url);
	named.search = `?digest-algorithm=${algorithm}`;
	return named;
}
const NOTHING_SAID = {
	status: 201,
	headers: {},
	body: /* @__PURE__ */ new Uint8Array(),
	effort: {
		retried: 0,
		waited: 0
	}
};
function mayWantChunks({ status, body }) {
	if (!MAY_WANT_CHUNKS.has(status)) return false;
	return !readProblem(status, body).codes.some((code) => ABOUT_THE_BYTES.has(code));
}
async function wholeOf({ open }) {
	const pieces = [];
	for await (const piece of await open()) pieces.push(Buffer.from(piece));
	return Buffer.concat(pieces);
}
/** Ends with RegistryError `digest` before the last piece where there are more or fewer bytes than were promised. */
async function* counted(pieces, { size }, request) {
	let sent = 0;
	for await (const piece of pieces) {
		sent += piece.length;
		if (sent > size) throw problemWith(request, "digest", `not sent: there are more than ${size} bytes`);
		yield piece;
	}
	if (sent < size) throw problemWith(request, "digest", `not sent: there are ${sent} bytes, not ${size}`);
}
// src/registry/layers/retry-rules.ts
const SECOND$2 = 1e3;
const BUDGET = 120 * SECOND$2;
const LONGEST_PAUSE = 30 * SECOND$2;
/** What was pushed by another job a moment ago may not be seen everywhere yet: GHCR and Gitea are known for it. */
const LAG = [1 * SECOND$2, 3 * SECOND$2];
const TRANSIENT = /* @__PURE__ */ new Set([
	408,
	425,
	429,
	499,
	500,
	502,
	503,
	504,
	520,
	521,
	522,
	523,
	524
]);
const PERMANENT = /* @__PURE__ */ new Set([
	501,
	505,
	507
]);
/** An upload that is no longer known, or no longer fits, can be begun anew. */
const TRANSIENT_CODES = /* @__PURE__ */ new Set([
	"TOOMANYREQUESTS",
	"UNAVAILABLE",
	"BLOB_UPLOAD_INVALID",
	"BLOB_UPLOAD_UNKNOWN"
]);
const LAG_CODES = /* @__PURE__ */ new Set([
	"MANIFEST_BLOB_UNKNOWN",
	"NAME_UNKNOWN",
	"MANIFEST_UNKNOWN"
]);
const LOST_CONNECTION = /* @__PURE__ */ new Set([
	"ECONNRESET",
	"EPIPE",
	"ETIMEDOUT",
	"EAI_AGAIN",
	"ENETUNREACH",
	"EHOSTUNREACH",
	"UND_ERR_SOCKET",
	"UND_ERR_CONNECT_TIMEOUT",
	"UND_ERR_HEADERS_TIMEOUT",
	"UND_ERR_BODY_TIMEOUT",
	"UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
	"HPE_INVALID_EOF_STATE",
	TOO_SLOW,
	UPLOAD_LOST
]);
/** Answers that are the same after any wait: nobody listens there, nobody has that name. One more try, for luck. */
const NOBODY_THERE = /* @__PURE__ */ new Set(["ECONNREFUSED", "ENOTFOUND"]);
/** How often a request is tried again after such a failure of the network. Certificates do not heal. */
function retriesAfter(code) {
	if (NOBODY_THERE.has(code)) return 1;
	return LOST_CONNECTION.has(code) ? 5 : 0;
}
/** Milliseconds to wait before the request is sent again, or undefined where the answer is final. */
function pauseAfter(request, response, { retried, now, random }) {
	if (response.status < 400 || retried >= 5) return void 0;
	const { codes } = readProblem(response.status, response.body);
	if (mayBeLag(request, response.status, codes)) return LAG[retried];
	if (!isTransient(request, response.status, codes) || refusesUrls(request, response)) return void 0;
	const asked = askedBy(response, now) ?? 0;
	return Math.max(asked * (1 + random / 10), backoff(retried, random));
}
/** How long the registry asks to wait, in milliseconds, if it does: by header or in words. */
function askedBy(response, now) {
	const { text } = readProblem(response.status, response.body);
	return retryAfter(header(response, "retry-after"), now) ?? hintIn(text);
}
/** Half a second, doubled each time, at most 30 s; between half and all of it, so that parallel jobs drift apart. */
function backoff(retried, random) {
	return Math.min(LONGEST_PAUSE, 500 * 2 ** retried) * (.5 + random / 2);
}
/** RFC 9110, 10.2.3: whole seconds or a date; milliseconds from now, or undefined for anything else. */
function retryAfter(value, now) {
	const text = value?.trim() ?? "";
	if (/^\d+$/.test(text)) return Number(text) * SECOND$2;
	const date = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(date) ? void 0 : Math.max(0, date - now);
}
const UNITS = {
	ns: 1e-6,
	µs: .001,
	μs: .001,
	us: .001,
	ms: 1,
	s: SECOND$2,
	m: 60 * SECOND$2,
	h: 3600 * SECOND$2
};
const GO_DURATION = /^(?:[0-9.]+(?:ns|µs|μs|us|ms|s|m|h))+/;
const GO_PART = /([0-9.]+)(ns|µs|μs|us|ms|s|m|h)/g;
/** GHCR asks for patience in the message, as a Go duration: `retry-after: 880.092µs, allowed: 44000/minute`. */
function hintIn(text) {
	const [, rest = ""] = /retry-after:\s*(\S+)/i.exec(text) ?? [];
	const [duration] = GO_DURATION.exec(rest) ?? [];
	if (duration === void 0) return void 0;
	const sum = [...duration.matchAll(GO_PART)].reduce((total, [, number, unit = ""]) => total + Number(number) * (UNITS[unit] ?? NaN), 0);
	return Number.isFinite(sum) ? sum : void 0;
}
/** A HEAD that answers 500 is for some registries how they say "not supported"; a GET finds out. */
function isTransient({ method }, status, codes) {
	if (PERMANENT.has(status) || method === "HEAD" && status === 500) return false;
	return TRANSIENT.has(status) || codes.length > 0 && codes.every((code) => TRANSIENT_CODES.has(code));
}
function mayBeLag({ expected }, status, codes) {
	return expected === true && (status === 404 || status < 500 && codes.some((code) => LAG_CODES.has(code)));
}
// src/registry/layers/retry.ts
/** There was an answer, but not one to work with. */
const UNUSABLE = /* @__PURE__ */ new Set([TOO_LONG, BAD_ENCODING]);
/**
* Sends again what may end better the next time: at most six times, within two minutes. A host that says
* "too many requests" is left alone by everybody until the time it named.
* Rejects with RegistryError `unreachable` where there was no answer at all, or no time is left; with WireError where
* the request may be sent only `once`: then this layer stands around a larger deed, and begins that anew.
*/
function withRetry(options) {
	const gates = /* @__PURE__ */ new Map();
	return (next) => async (request) => {
		const latest = Math.min(options.now() + BUDGET, options.end ?? Number.POSITIVE_INFINITY);
		let effort = {
			retried: 0,
			waited: await passGate(gates, request, options)
		};
		if (request.once) return await next(request);
		for (;;) {
			if (options.end !== void 0 && options.now() > options.end) throw outOfTime(request, effort);
			const outcome = await tryOnce(next, request);
			const wait = waitAfter(outcome, request, effort, options);
			if (wait === void 0) return settle(outcome, request, effort);
			if (options.now() + wait > latest) return settle(outcome, request, effort, options.now());
			if (isLimited(outcome)) gates.set(request.url.origin, options.now() + wait);
			tell(outcome, {
				request,
				retry: effort.retried + 1,
				wait
			}, options.note);
			await options.pause(wait, options.signal);
			effort = {
				retried: effort.retried + 1,
				waited: effort.waited + wait
			};
		}
	};
}
function openPatience(options) {
	return async (error, request, retried) => {
		const wait = waitAfter(error, request, {
			retried,
			waited: 0
		}, options);
		if (wait === void 0) settle(error, request, {
			retried,
			waited: 0
		});
		else {
			tell(error, {
				request,
				retry: retried + 1,
				wait
			}, options.note);
			await options.pause(wait, options.signal);
		}
	};
}
async function tryOnce(next, request) {
	try {
		return await next(request);
	} catch (error) {
		if (error instanceof WireError) return error;
		throw error;
	}
}
function waitAfter(outcome, request, { retried }, { now, random }) {
	if (!(outcome instanceof WireError)) return pauseAfter(request, outcome, {
		retried,
		now: now(),
		random: random()
	});
	return retried < retriesAfter(outcome.code) ? backoff(retried, random()) : void 0;
}
/** `now` where the wait would have been too long: then the error says how long it would have been. */
function settle(outcome, request, effort, now) {
	if (outcome instanceof WireError) throw problemWith(request, UNUSABLE.has(outcome.code) ? "unusable" : "unreachable", outcome.message, {
		codes: [outcome.code],
		effort,
		cause: outcome
	});
	const asked = now === void 0 ? void 0 : askedBy(outcome, now);
	return {
		...outcome,
		effort: {
			...effort,
			...asked !== void 0 && { asked }
		}
	};
}
function outOfTime(request, effort) {
	return problemWith(request, "unreachable", "there is no time left for it", {
		codes: ["OUT_OF_TIME"],
		effort
	});
}
/** Waits until the host may be asked again; a little longer for each, lest all come at once. */
async function passGate(gates, request, options) {
	const left = (gates.get(request.url.origin) ?? 0) - options.now();
	if (left <= 0) return 0;
	const wait = left * (1 + options.random() / 10);
	await options.pause(wait, options.signal);
	return wait;
}
function isLimited(outcome) {
	return !(outcome instanceof WireError) && outcome.status === 429;
}
function tell(outcome, { request, retry, wait }, note) {
	note({
		kind: "retry",
		host: request.host.registry,
		method: request.method,
		url: redactUrl(request.url),
		reason: reasonOf(outcome),
		retry,
		wait
	});
}
function reasonOf(outcome) {
	if (outcome instanceof WireError) return outcome.code;
	const { codes } = readProblem(outcome.status, outcome.body);
	return [outcome.status, ...codes].join(" ");
}
// src/registry/layers/turns.ts
/**
* How many requests of a kind one host gets at once (registry.md, 1.9.4). Uploads have turns of their own: one that
* gets its bytes from the same host could else wait for a download that waits for it.
*/
const MOST = {
	small: 6,
	download: 4,
	upload: 4
};
/** Good answers in a row until a host that asked for patience is trusted again. */
const ENOUGH = 5;
/** Lets a host do a few things at a time, and half as many once it says 429, until five answers in a row are good. */
function withTurns() {
	const desks = /* @__PURE__ */ new Map();
	return (next) => async (request) => {
		const desk = deskOf(desks, request);
		const kind = kindOf(request);
		await begin(desk, kind);
		let response;
		try {
			response = await next(request);
			learn(desk, response);
		} finally {
			if (response?.stream === void 0) end(desk, kind);
		}
		return response.stream === void 0 ? response : {
			...response,
			stream: withEnd(response.stream, () => end(desk, kind))
		};
	};
}
function deskOf(desks, { url }) {
	const desk = desks.get(url.origin) ?? {
		running: {
			small: 0,
			download: 0,
			upload: 0
		},
		waiting: {
			small: [],
			download: [],
			upload: []
		},
		share: 1,
		good: 0
	};
	desks.set(url.origin, desk);
	return desk;
}
function kindOf({ streamed, body }) {
	if (streamed) return "download";
	return body !== void 0 && "open" in body ? "upload" : "small";
}
async function begin(desk, kind) {
	if (isFree(desk, kind)) {
		desk.running[kind] += 1;
		return;
	}
	await new Promise((resolve) => desk.waiting[kind].push(resolve));
}
function end(desk, kind) {
	desk.running[kind] -= 1;
	admit(desk, kind);
}
function admit(desk, kind) {
	while (isFree(desk, kind)) {
		const enter = desk.waiting[kind].shift();
		if (enter === void 0) return;
		desk.running[kind] += 1;
		enter();
	}
}
function isFree({ running, share }, kind) {
	return running[kind] < Math.max(1, Math.floor(MOST[kind] * share));
}
function learn(desk, { status }) {
	if (status === 429) {
		desk.share /= 2;
		desk.good = 0;
	} else if (desk.share < 1 && status < 400) {
		desk.good += 1;
		if (desk.good < ENOUGH) return;
		desk.share = 1;
		desk.good = 0;
		for (const kind of [
			"small",
			"download",
			"upload"
		]) admit(desk, kind);
	}
}
// src/registry/layers/warnings.ts
const WARNING = /^299\s+-\s+"((?:[^"\\]|\\.)+)"/;
/** Passes on what a registry wants its users to know (distribution-spec, "Warnings"), each text once. */
function withWarnings(note) {
	const said = /* @__PURE__ */ new Set();
	return (next) => async (request) => {
		const response = await next(request);
		for (const text of (response.headers["warning"] ?? []).flatMap(readWarning)) {
			if (said.has(text)) continue;
			said.add(text);
			note({
				kind: "warning",
				host: request.host.registry,
				text
			});
		}
		return response;
	};
}
/** Other codes and agents belong to caches on the way. */
function readWarning(value) {
	const [, text] = WARNING.exec(value.trim()) ?? [];
	return text === void 0 ? [] : [text.replaceAll(/\\(.)/g, "$1")];
}
// src/registry/manifests/deletes.ts
/**
* Takes a tag or a manifest away (distribution-spec, "Deleting tags" and "Deleting manifests"). Never a tag by its
* digest: that would take every other tag of the manifest along.
*/
function openDeletes({ send, hostOf }) {
	/** Undefined where it is gone. */
	async function attempt(request) {
		const response = await send(request);
		return response.status >= 200 && response.status < 300 || response.status === 404 ? void 0 : errorOf(request, response);
	}
	return async (reference) => {
		const request = {
			...manifestAt(reference, hostOf),
			method: "DELETE"
		};
		const refusal = await attempt(request);
		if (refusal === void 0) return;
		if (refusal.kind !== "unauthorized" && refusal.kind !== "denied") throw refusal;
		const scopes = [repositoryScope(reference.path, [
			"pull",
			"push",
			"delete"
		])];
		const again = await attempt({
			...request,
			scopes
		}).catch((error) => {
			if (error instanceof RegistryError) return refusal;
			throw error;
		});
		if (again) throw again;
	};
}
// src/registry/manifests/answers.ts
/** Content types that say nothing about a manifest. */
const VAGUE = /* @__PURE__ */ new Set([
	"",
	"text/plain",
	"application/json",
	"application/octet-stream"
]);
/**
* The manifest in an answer: named by its bytes, whatever the header says, but by the algorithm by which it was asked
* for, or by which the registry knows it. Throws RegistryError `digest` where they are not the ones asked for,
* `unusable` where they are no manifest that an image can be made of.
*/
function readManifest(reference, { request, response, note }) {
	const { body, status } = response;
	const asked = "digest" in reference ? reference.digest : void 0;
	if (asked !== void 0 && !isDigestOf(asked, body)) {
		const sentence = `the answer has the digest ${digestOf(body, algorithmOf(asked))}`;
		throw problemWith(request, "digest", sentence, { status });
	}
	const told = digestIn(response);
	const known = told !== void 0 && isDigestOf(told, body) ? told : void 0;
	const digest = asked ?? known ?? digestOf(body);
	const named = header(response, "docker-content-digest");
	if (named !== void 0 && known === void 0 && /^sha(?:256|512):/.test(named)) {
		const { host, url } = request;
		note({
			kind: "wrong-digest-header",
			host: host.registry,
			url: redactUrl(url),
			header: named,
			digest
		});
	}
	return {
		mediaType: mediaTypeIn(request, response),
		bytes: body,
		digest
	};
}
/** What a HEAD says, if it says all of it. */
function readHead(reference, response) {
	const mediaType = contentType(response);
	const size = Number(header(response, "content-length") ?? NaN);
	const digest = digestIn(response);
	if (VAGUE.has(mediaType) || !Number.isSafeInteger(size) || digest === void 0) return void 0;
	if ("digest" in reference && reference.digest !== digest) return void 0;
	return {
		mediaType,
		digest,
		size
	};
}
/** The digest that the answer's header names, if it is one that we can check. */
function digestIn(response) {
	try {
		return parseDigest(header(response, "docker-content-digest") ?? "");
	} catch {
		return;
	}
}
/** The header and the body must agree (distribution-spec, "Pulling manifests"; image-spec, CVE-2021-41190). */
function mediaTypeIn(request, response) {
	const json = membersOf(request, response);
	const outer = contentType(response);
	const inner = typeof json["mediaType"] === "string" ? json["mediaType"] : void 0;
	if (isSchema1(outer) || json["schemaVersion"] === 1) throw unusable(request, response, "it is of schema 1, which no index can hold; build the image anew");
	if (inner !== void 0 && inner !== outer && !VAGUE.has(outer)) throw unusable(request, response, `it is sent as ${outer}, but calls itself ${inner}`);
	const mediaType = inner ?? (VAGUE.has(outer) ? guessFrom(json) : outer);
	if (mediaType === void 0) throw unusable(request, response, "it is no manifest");
	if ("manifests" in json && ("config" in json || "layers" in json)) throw unusable(request, response, "it is an index and an image at once");
	return mediaType;
}
function guessFrom(json) {
	if ("manifests" in json) return OCI_INDEX;
	return "config" in json && "layers" in json ? OCI_MANIFEST : void 0;
}
function membersOf(request, response) {
	const json = readObject(response);
	if (json === void 0) throw unusable(request, response, "it is no JSON object");
	return json;
}
function unusable(request, { status }, sentence) {
	return problemWith(request, "unusable", `the manifest cannot be used: ${sentence}`, { status });
}
// src/registry/manifests/reading.ts
/** Answers to a HEAD that a GET may do better than: incomplete, without words, or not supported. */
const HEAD_IS_NOT_ENOUGH = /* @__PURE__ */ new Set([
	200,
	403,
	405,
	500,
	501
]);
/** Manifests by name (distribution-spec, "Pulling manifests"). */
function openManifestReading({ send, hostOf, note }) {
	function reading(method, reference) {
		return {
			...manifestAt(reference, hostOf),
			method,
			headers: { accept: MANIFEST_TYPES.join(", ") }
		};
	}
	async function find(reference, expected) {
		const request = {
			...reading("GET", reference),
			expected
		};
		const objection = "digest" in reference ? objectionToDigest(reference.digest) : void 0;
		if (objection !== void 0) return problemWith(request, "unusable", `not read: ${objection}`);
		const response = await send(request);
		return response.status === 200 ? readManifest(reference, {
			request,
			response,
			note
		}) : errorOf(request, response);
	}
	return {
		get: async (reference, { expected = false } = {}) => {
			const found = await find(reference, expected);
			if (found instanceof Error) throw found;
			return found;
		},
		head: async (reference) => {
			const request = reading("HEAD", reference);
			const response = await send(request);
			const told = response.status === 200 ? readHead(reference, response) : void 0;
			if (told || response.status === 404) return told;
			if (!HEAD_IS_NOT_ENOUGH.has(response.status)) throw errorOf(request, response);
			const found = await find(reference, false);
			if (!(found instanceof Error)) return headOf(found);
			if (found.status === 404) return void 0;
			throw found;
		}
	};
}
function headOf({ mediaType, digest, bytes }) {
	return {
		mediaType,
		digest,
		size: bytes.length
	};
}
// src/registry/manifests/oci-tag.ts
/** The tags that a registry says it has given a manifest, where it speaks of them at all. */
function acceptedTags({ headers }) {
	return (headers["oci-tag"] ?? []).flatMap((value) => value.split(",")).map((tag) => tag.trim());
}
function openTagSkills(everywhere = false) {
	const known = /* @__PURE__ */ new Map();
	return {
		has: (registry) => known.get(registry) ?? everywhere,
		learn: (registry, tags, response) => {
			const accepted = acceptedTags(response).length > 0;
			if (tags.length > 1 && !accepted) known.set(registry, false);
			else if (accepted && !known.has(registry)) known.set(registry, true);
		}
	};
}
// src/registry/manifests/writing.ts
/** What every registry must take (distribution-spec, "Pushing manifests"); most take no more. */
const LONGEST = 4194304;
/** How registries refuse to move an immutable tag. */
const MAY_BE_IMMUTABLE = /* @__PURE__ */ new Set([
	400,
	403,
	409,
	412
]);
/** Gives manifests names (distribution-spec, "Pushing manifests"). */
function openManifestWriting({ send, hostOf, reading, multiTag }) {
	const skills = openTagSkills(multiTag);
	function writing(reference, { mediaType, bytes }) {
		const headers = { "content-type": mediaType };
		const request = {
			...manifestAt(reference, hostOf),
			method: "PUT",
			headers,
			body: bytes,
			expected: true
		};
		if (bytes.length > LONGEST) throw problemWith(request, "refused", `not sent: ${bytes.length} bytes are more than 4 MiB`);
		return request;
	}
	async function put(reference, manifest) {
		if ("tag" in reference && algorithmOf(manifest.digest) !== "sha256") {
			const { response, request, accepted } = await putByDigest([reference], manifest);
			if (!isGood(response)) throw errorOf(request, response);
			if (accepted.length > 0) return;
		}
		const request = writing(reference, manifest);
		const response = await send(request);
		if (!isGood(response)) return await settleRefusal(request, response, {
			reference,
			manifest
		});
		if ("tag" in reference) skills.learn(reference.registry, [reference], response);
		const told = digestIn(response);
		if ("digest" in reference ? told === reference.digest : names(told, manifest)) return;
		const { digest } = await reading.get(reference, { expected: true });
		if (!names(digest, manifest)) throw problemWith(request, "digest", `sent ${manifest.digest}, but ${digest} is there now`);
	}
	/** With some tags of one repository: those that it has got. */
	async function putByDigest(tags, manifest) {
		const { registry, path } = tags[0];
		const { digest } = manifest;
		const request = writing({
			registry,
			path,
			digest
		}, manifest);
		for (const { tag } of tags) request.url.searchParams.append("tag", tag);
		const response = await send(request);
		skills.learn(registry, tags, response);
		const accepted = isGood(response) && digestIn(response) === digest ? acceptedTags(response) : [];
		return {
			request,
			response,
			accepted: tags.filter(({ tag }) => accepted.includes(tag))
		};
	}
	async function putTags(tags, manifest) {
		const done = [];
		for (let rest = tags;; rest = rest.slice(10)) {
			const [first, ...others] = rest.slice(0, 10);
			if (first === void 0 || others.length === 0 || !skills.has(first.registry)) return done;
			const { accepted } = await putByDigest([first, ...others], manifest);
			done.push(...accepted);
		}
	}
	/** A tag that cannot be moved is either where we want it (ECR refuses even the same bytes) or in the way. */
	async function settleRefusal(request, response, { reference, manifest }) {
		const refusal = errorOf(request, response);
		if ("digest" in reference || !MAY_BE_IMMUTABLE.has(response.status)) throw refusal;
		const now = await reading.head(reference).catch(() => void 0);
		if (names(now?.digest, manifest)) return;
		throw now && saysImmutable(refusal) ? errorOf(request, response, now.digest) : refusal;
	}
	return {
		put,
		putTags
	};
}
function isGood({ status }) {
	return status >= 200 && status <= 299;
}
/** A registry may know by sha256 what we know by sha512. */
function names(digest, manifest) {
	return digest === manifest.digest || digest !== void 0 && isDigestOf(digest, manifest.bytes);
}
/** There is no code for it in the specification, so each registry has its own (ECR, Harbor, Quay, Artifactory). */
function saysImmutable({ status, message }) {
	return status === 409 || status === 412 || /immutable|already ?exists/i.test(message);
}
// src/registry/transport/basin.ts
var import_dispatcher = /* @__PURE__ */ __toESM(require_dispatcher(), 1);
var import_connect = /* @__PURE__ */ __toESM(require_connect(), 1);
var import_agent = /* @__PURE__ */ __toESM(require_agent(), 1);
var import_proxy_agent = /* @__PURE__ */ __toESM(require_proxy_agent(), 1);
var import_api = /* @__PURE__ */ __toESM(require_api(), 1);
/** Bytes: so many that the steps each piece takes do not count, so few that a dozen streams fit into memory. */
const PIECE = 262144;
/**
* A network gives 16 or 64 KiB at a time, each in memory of its own, of which the collector only hears when there are
* many MB of it. Here they are put together in the same few hundred KiB over and over, and given back at once.
*/
function openBasin() {
	let room = Buffer$1.allocUnsafeSlow(PIECE);
	let filled = 0;
	let rest = room.subarray(0, 0);
	let last = rest;
	function fill(bytes) {
		const fits = Math.min(bytes.length, PIECE - filled);
		room.set(bytes.subarray(0, fits), filled);
		filled += fits;
		rest = bytes.subarray(fits);
	}
	return {
		pour: (bytes) => {
			if (rest.length > 0) fill(rest);
			if (rest.length > 0) rest = Buffer$1.concat([rest, bytes]);
			else {
				if (last.buffer !== bytes.buffer) giveBack(last);
				last = bytes;
				fill(bytes);
			}
			return filled === PIECE;
		},
		draw: () => {
			if (filled < 262144) fill(rest);
			const piece = room.subarray(0, filled);
			if (filled < 262144) room = Buffer$1.allocUnsafeSlow(PIECE);
			filled = 0;
			return piece;
		},
		isEmpty: () => filled + rest.length === 0
	};
}
/** Of the memory that all small buffers share, none gets more than half; what is longer has memory of its own. */
function giveBack({ buffer, length }) {
	if (length > Buffer$1.poolSize / 2 && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
// src/registry/transport/incoming.ts
const SECOND$1 = 1e3;
/** A stream that comes slower than this, in bytes a second, does not come. */
const SLOWEST = 1024;
/** Whoever waits for a piece for so long gets what there is. Milliseconds. */
const PATIENCE = SECOND$1;
/** The bytes of a stream in few large pieces, each good until the next is asked for. Rejects with what the stream fails with. */
async function* piecesOf(body, { whole, now }) {
	const basin = openBasin();
	let size = 0;
	let waited = 0;
	let since = 0;
	let asked = 0;
	let ended = false;
	let failure = body.errored ?? void 0;
	let wake = () => {};
	function take(bytes) {
		const full = basin.pour(bytes);
		const time = now();
		size += bytes.length;
		waited += time - since;
		since = time;
		if (waited > whole) failure = tooSlow(size, waited);
		if (!full && time - asked <= PATIENCE && failure === void 0) return;
		body.pause();
		wake();
	}
	body.on("data", take).pause();
	body.on("end", () => {
		ended = true;
		wake();
	});
	body.on("error", (error) => {
		failure ??= error;
		wake();
	});
	for (;;) {
		if (!ended && failure === void 0) {
			asked = now();
			since = asked;
			await new Promise((resolve) => {
				wake = resolve;
				body.resume();
			});
		}
		if (!basin.isEmpty()) yield basin.draw();
		else if (failure !== void 0) throw failure;
		else return;
	}
}
function tooSlow(size, waited) {
	if (size >= waited / SECOND$1 * SLOWEST) return void 0;
	return new WireError(TOO_SLOW, `only ${size} bytes came in ${Math.ceil(waited / SECOND$1)} s`);
}
// src/registry/transport/bodies.ts
/** An explanation of a refusal is cut after this many bytes; what follows helps nobody. */
const LONGEST_REFUSAL = 65536;
function bodyOf({ body }) {
	if (body === void 0 || !("open" in body)) return {
		bytes: body ?? null,
		failure: () => void 0
	};
	let failure;
	async function* read({ open }) {
		try {
			yield* await open();
		} catch (error) {
			failure = error;
			throw error;
		}
	}
	return {
		bytes: read(body),
		headers: { "content-length": String(body.size) },
		failure: () => failure
	};
}
/** Given up before its end, it costs its connection. */
function streamOf(body, pace) {
	body.on("error", () => {});
	return withEnd(wired(piecesOf(body, pace)), () => body.destroy());
}
async function* wired(pieces) {
	try {
		yield* pieces;
	} catch (error) {
		throw error instanceof WireError ? error : wireError(error);
	}
	await setImmediate();
}
/** Reads to the end, so that the connection can be used again, or to a limit, and drops it. */
async function readBody(body, response, { limit, until, now }) {
	const most = response.status < 300 ? limit : LONGEST_REFUSAL;
	const chunks = [];
	let size = 0;
	for await (const chunk of body) {
		chunks.push(chunk);
		size += chunk.length;
		if (size > most) break;
		if (now() > until) throw new WireError(TOO_SLOW, `only ${size} bytes of the answer came in time`);
	}
	if (size > most && response.status < 300) throw new WireError(TOO_LONG, `answer is longer than ${limit} bytes`);
	return Buffer.concat(chunks).subarray(0, most);
}
/** undici wraps: the code that says most is sometimes the cause's. */
function wireError(error) {
	const { code, cause } = error instanceof Error ? fields(error) : {};
	const inner = cause instanceof Error ? fields(cause) : {};
	const message = error instanceof Error ? error.message || String(code) : String(error);
	return new WireError(String(code ?? inner.code ?? "UNKNOWN"), message, error);
}
function fields(error) {
	return {
		..."code" in error && { code: error.code },
		cause: error.cause
	};
}
// src/registry/transport/connections.ts
/** Never more than small requests go to a host at once; see turns.ts. */
const MOST_AHEAD = 6;
/**
* Connections to one place, of which some can be opened before there is a request for them: what a handshake takes, two
* or three round trips, passes while the first request learns what the registry wants.
*/
function openConnections(open) {
	const ready = [];
	return {
		connect: (options, callback) => {
			const first = ready.shift();
			if (first === void 0) return open(options, callback);
			first.then((socket) => socket.destroyed ? open(options, callback) : callback(null, socket), (error) => callback(error, null));
		},
		ahead: ({ protocol, host, hostname, port }) => {
			if (ready.length >= MOST_AHEAD) return;
			const opening = Promise.withResolvers();
			opening.promise.catch(() => {});
			open({
				protocol,
				host,
				hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
				port
			}, (error, socket) => {
				if (socket) opening.resolve(socket);
				else opening.reject(error);
			});
			ready.push(opening.promise);
		},
		close: () => {
			for (const opening of ready) opening.then((socket) => socket.destroy()).catch(() => {});
		}
	};
}
// src/registry/transport/encoding.ts
/** We never ask for compression; some proxies compress all the same. Digests are of what is inside. */
function decode(body, encoding, limit) {
	const options = { maxOutputLength: limit };
	try {
		switch (encoding?.trim().toLowerCase()) {
			case "gzip":
			case "x-gzip": return gunzipSync(body, options);
			case "deflate": return inflateSync(body, options);
			case "br": return brotliDecompressSync(body, options);
			case "zstd": return zstdDecompressSync(body, options);
			default: return body;
		}
	} catch (error) {
		const tooLong = error instanceof RangeError;
		const problem = tooLong ? `answer is longer than ${limit} bytes` : `answer is not ${encoding}, as it says`;
		throw new WireError(tooLong ? TOO_LONG : BAD_ENCODING, problem, error);
	}
}
// src/registry/transport/proxy.ts
/**
* The proxy to ask for this address, or nothing (registry.md, 1.3.3): as Go's `httpproxy`, and so Docker, decides.
* NO_PROXY takes names with everything below them, addresses, networks (10.0.0.0/8) and `*`, each with or without a
* port. The machine itself is never asked for through a proxy. https goes through HTTP_PROXY where there is no other.
*/
function proxyFor(url, { http = "", https = "", no = "" } = {}) {
	const given = url.protocol === "https:" ? https || http : http;
	if (given === "" || isLoopback(url.hostname)) return void 0;
	if (no.split(/[\s,]+/).some((entry) => excludes(entry, url))) return void 0;
	return given.includes("://") ? given : `http://${given}`;
}
const ENTRY = /^(\[[^\]]*\]|[^:]+|[0-9a-f]*:[0-9a-f:.]*)(?::(\d+))?$/i;
function excludes(entry, url) {
	if (entry === "*") return true;
	const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
	if (entry.includes("/")) return isWithin(entry, host);
	const [, name = "", port] = ENTRY.exec(entry) ?? [];
	if (port !== void 0 && port !== portOf(url)) return false;
	const given = name.toLowerCase().replace(/^\[(.*)\]$/, "$1");
	if (isIP(given) !== 0) return isIP(host) !== 0 && isWithin(`${given}/${isIP(given) === 4 ? 32 : 128}`, host);
	const base = given.replace(/^\*?\./, "");
	return base !== "" && (host.endsWith(`.${base}`) || host === base && base === given);
}
function isWithin(network, host) {
	const [, net = "", bits = ""] = /^(.*)\/(\d{1,3})$/.exec(network) ?? [];
	const family = isIP(net);
	const prefix = Number(bits);
	if (family === 0 || isIP(host) !== family || prefix > (family === 4 ? 32 : 128)) return false;
	const list = new BlockList();
	const kind = family === 4 ? "ipv4" : "ipv6";
	list.addSubnet(net, prefix, kind);
	return list.check(host, kind);
}
function portOf({ port, protocol }) {
	return port || (protocol === "https:" ? "443" : "80");
}
// src/registry/transport/trust.ts
/**
* How the place that a request goes to is believed. The authority of a registry is good for its neighbours, a token
* server for one, where they have none of their own; our own certificate is shown to the registry only.
*/
async function trustFor({ url, host }, { certificates, insecure = [] }) {
	if (url.protocol !== "https:") return {};
	const home = placeOf(url) === placeOf(host.base);
	const { ca, cert, key } = await certificates?.(home ? host.registry : url.host) ?? (home ? {} : { ca: (await certificates?.(host.registry))?.ca });
	const named = insecure.some((entry) => entry.toLowerCase() === `https://${home ? host.registry.toLowerCase() : url.host}`);
	return {
		...(ca || cert && key) && { secureContext: createSecureContext({
			...ca && { ca: [...getCACertificates("default"), ca] },
			...cert && key && {
				cert,
				key
			}
		}) },
		...named && { rejectUnauthorized: false }
	};
}
// src/registry/transport/transport.ts
Object.assign(import_dispatcher.default.prototype, import_api.default);
const SECOND = 1e3;
const TIMEOUTS = {
	connect: 10 * SECOND,
	headers: 60 * SECOND,
	commit: 300 * SECOND,
	body: 60 * SECOND,
	whole: 120 * SECOND
};
/** Small requests, downloads and uploads to one host; see turns.ts. */
const CONNECTIONS = 14;
/**
* The only place that knows undici. HTTP/1.1: HTTP/2 has a history of lost streams there, and wins nothing for
* a handful of small requests.
*/
function openWire(options) {
	const timeouts = {
		...TIMEOUTS,
		...options.timeouts
	};
	const ways = /* @__PURE__ */ new Map();
	let closed = false;
	async function wayFor(request) {
		if (closed) throw new WireError("CLOSED", "everything was closed before it was sent");
		const key = `${request.url.origin} ${request.host.registry}`;
		const known = ways.get(key) ?? open(request);
		ways.set(key, known);
		return await known;
	}
	async function open(request) {
		try {
			return openWay(await trustFor(request, options), proxyFor(request.url, options.proxy), timeouts.connect);
		} catch (error) {
			throw wireError(error);
		}
	}
	return {
		send: async (request) => await exchange((await wayFor(request)).dispatcher, request, {
			...options,
			timeouts
		}),
		ahead: (request) => {
			wayFor(request).then(({ connections }) => connections?.ahead(request.url), () => {});
		},
		close: async () => {
			closed = true;
			const all = await Promise.allSettled(ways.values());
			await Promise.all(all.map((one) => one.status === "fulfilled" ? closeWay(one.value) : void 0));
		}
	};
}
function openWay(tls, proxy, connect) {
	const options = {
		allowH2: false,
		connections: CONNECTIONS,
		keepAliveTimeout: 30 * SECOND
	};
	if (proxy !== void 0) {
		const way = {
			...options,
			uri: proxy,
			requestTls: tls,
			connectTimeout: connect
		};
		return { dispatcher: new import_proxy_agent.default(way) };
	}
	const connections = openConnections((0, import_connect.default)({
		...tls,
		allowH2: false,
		timeout: connect
	}));
	return {
		dispatcher: new import_agent.default({
			...options,
			connect: connections.connect
		}),
		connections
	};
}
async function closeWay({ dispatcher, connections }) {
	connections?.close();
	await dispatcher.destroy();
}
async function exchange(dispatcher, request, manner) {
	const { method, url, headers, limit } = request;
	const { timeouts, now } = manner;
	const body = bodyOf(request);
	try {
		const answer = await dispatcher.request({
			origin: url.origin,
			path: `${url.pathname}${url.search}`,
			method,
			headers: {
				"user-agent": manner.userAgent,
				...headers,
				...body.headers
			},
			body: body.bytes,
			headersTimeout: body.headers === void 0 ? timeouts.headers : timeouts.commit,
			bodyTimeout: timeouts.body
		});
		const response = {
			status: answer.statusCode,
			headers: listed(answer.headers),
			url,
			effort: NO_EFFORT,
			body: /* @__PURE__ */ new Uint8Array()
		};
		if (request.streamed && response.status < 300) return {
			...response,
			stream: streamOf(answer.body, {
				whole: timeouts.whole,
				now
			})
		};
		const received = await readBody(answer.body, response, {
			limit,
			until: now() + timeouts.whole,
			now
		});
		await setImmediate();
		return {
			...response,
			body: decode(received, header(response, "content-encoding"), limit)
		};
	} catch (error) {
		throw body.failure() ?? (error instanceof WireError ? error : wireError(error));
	}
}
function listed(headers) {
	const entries = Object.entries(headers).filter(([, value]) => value !== void 0);
	return Object.fromEntries(entries.map(([name, value]) => [name, [value ?? []].flat()]));
}
// src/registry/client.ts
/** Opens no connection yet. */
function openRegistry(options) {
	const closing = new AbortController();
	const wire = openWire(options);
	const patient = {
		...options,
		signal: closing.signal,
		...options.timeLimit !== void 0 && { end: options.now() + options.timeLimit }
	};
	const retry = withRetry(patient);
	const steady = retry(withTurns()(withQuota(options.quota)(wire.send)));
	const tokens = {
		send: withRedirects((to, { host }) => objectionToDetour(to, host.base))(steady),
		now: options.now,
		mask: options.mask
	};
	const wallet = openWallet(options.credentialOf, options.mask);
	const auth = openAuth(withRedirects()(withAnonymousTokens(tokens)(steady)), {
		...tokens,
		wallet,
		ahead: wire.ahead,
		hintFor: options.hintFor
	});
	const line = {
		send: withWarnings(options.note)(auth.send),
		hostOf: (registry) => hostOf(registry, options.insecure, options.certified),
		note: options.note
	};
	const reading = openManifestReading(line);
	const sessions = openSessions();
	const blobs = openBlobs(line, openPatience(patient));
	const warm = async (repository) => {
		try {
			await auth.warm({
				...within(repository, line.hostOf(repository.registry), ""),
				method: "GET"
			});
		} catch {}
	};
	const close = async () => {
		closing.abort();
		await wire.close();
	};
	return {
		warm,
		...reading,
		...openManifestWriting({
			...line,
			reading,
			multiTag: options.multiTag
		}),
		...blobs,
		...openLists(line),
		mountBlob: openMounts(line, sessions),
		putBlob: openUploads({
			...line,
			retry,
			sessions,
			headBlob: blobs.headBlob
		}),
		delete: openDeletes(line),
		close,
		[Symbol.asyncDispose]: close
	};
}
export { openRegistry };
