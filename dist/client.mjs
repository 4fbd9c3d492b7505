import "./rolldown-runtime.mjs";
import { C as OCI_INDEX, O as isSchema1, S as MANIFEST_TYPES, _ as checked, b as basicOf, c as isAtHome, f as pullOnly, g as readObject, h as contentType, l as coversScopes, m as splitScopes, n as withQuota, o as within, p as repositoryScope, r as openLists, s as hostOf, u as mergeScopes, w as OCI_MANIFEST } from "./quota.mjs";
import { c as WireError, d as readProblem, f as parseChallenges, l as header, n as problemWith, p as RegistryError, s as UPLOAD_LOST, t as errorOf, u as redactUrl } from "./errors.mjs";
import { i as placeOf, n as isInternalAddress, r as isLoopback, t as isInside } from "./addresses.mjs";
import { a as parseJson } from "./manifest.mjs";
import { d as isDigestOf, f as objectionToDigest, l as algorithmOf, m as parseDigest, n as formatRepository, u as digestOf } from "./reference.mjs";
import { a as withRetry, i as openPatience, n as begun, r as withEnd, t as openWire } from "./transport.mjs";
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
const LONGEST = 65536;
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
		limit: LONGEST,
		scopes: [],
		...repository !== void 0 && { repository }
	};
}
function readToken(request, response, { now, mask, anonymous }) {
	const json = parse(response);
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
function parse(response) {
	try {
		const json = parseJson(response.body);
		return typeof json === "object" && json !== null ? { ...json } : {};
	} catch {
		return {};
	}
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
* Shows a registry who we are once it asks, and replaces a refused pass once. Nobody is asked before the first real
* request: a ping would cost a round trip, and its answer names the wrong scopes.
*/
function openAuth(next, options) {
	const office = openPassOffice(options);
	const doors = /* @__PURE__ */ new Map();
	function doorOf({ base }) {
		const door = doors.get(base.origin) ?? { free: 0 };
		doors.set(base.origin, door);
		return door;
	}
	async function enter(request, replay) {
		if (!isAtHome(request)) return await next(request);
		const door = doorOf(request.host);
		if (door.manner === void 0 && door.knocking === void 0) return await knock(request, door, replay);
		if (door.manner === void 0) {
			if (door.free > 0) door.free -= 1;
			else options.ahead(request);
			await door.knocking;
		}
		return await talk(request, {
			door,
			replay
		});
	}
	async function knock(request, door, replay) {
		const { promise, resolve } = Promise.withResolvers();
		const learned = () => {
			delete door.knocking;
			resolve();
		};
		door.knocking = promise;
		door.free = replay ? 0 : 1;
		options.ahead(request);
		options.wallet.prepare(request.host.registry, request.scopes);
		try {
			return await talk(request, {
				door,
				replay,
				learned
			});
		} finally {
			learned();
		}
	}
	async function talk(request, { door, replay, learned }) {
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
		const challenge = chooseChallenge(request, response, first);
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
		send: (request) => enter(request, true),
		warm: async (request) => {
			await enter(request, false);
		}
	};
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
// src/registry/deletes.ts
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
		const name = "digest" in reference ? reference.digest : reference.tag;
		const request = {
			...within(reference, hostOf(reference.registry), `${reference.path}/manifests/${name}`),
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
// src/registry/answers.ts
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
// src/registry/oci-tag.ts
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
// src/registry/manifests.ts
/** What every registry must take (distribution-spec, "Pushing manifests"); most take no more. */
const LONGEST_WRITTEN = 4194304;
/** Answers to a HEAD that a GET may do better than: incomplete, without words, or not supported. */
const HEAD_IS_NOT_ENOUGH = /* @__PURE__ */ new Set([
	200,
	403,
	405,
	500,
	501
]);
/** How registries refuse to move an immutable tag. */
const MAY_BE_IMMUTABLE = /* @__PURE__ */ new Set([
	400,
	403,
	409,
	412
]);
/** Manifests by name (distribution-spec, "Pulling manifests" and "Pushing manifests"). */
function openManifests({ send, warm, hostOf, note, multiTag }) {
	const skills = openTagSkills(multiTag);
	async function find(reference, expected) {
		const request = {
			...reading("GET", reference, hostOf),
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
	async function get(reference, { expected = false } = {}) {
		const found = await find(reference, expected);
		if (found instanceof Error) throw found;
		return found;
	}
	async function head(reference) {
		const request = reading("HEAD", reference, hostOf);
		const response = await send(request);
		const told = response.status === 200 ? readHead(reference, response) : void 0;
		if (told || response.status === 404) return told;
		if (!HEAD_IS_NOT_ENOUGH.has(response.status)) throw errorOf(request, response);
		const found = await find(reference, false);
		if (!(found instanceof Error)) return headOf(found);
		if (found.status === 404) return void 0;
		throw found;
	}
	async function put(reference, manifest) {
		if ("tag" in reference && algorithmOf(manifest.digest) !== "sha256") {
			const { response, request, accepted } = await putByDigest([reference], manifest);
			if (!isGood(response)) throw errorOf(request, response);
			if (accepted.length > 0) return;
		}
		const request = writing(reference, manifest, hostOf);
		const response = await send(request);
		if (!isGood(response)) return await settleRefusal(request, response, {
			reference,
			manifest
		});
		if ("tag" in reference) skills.learn(reference.registry, [reference], response);
		const told = digestIn(response);
		if ("digest" in reference ? told === reference.digest : names(told, manifest)) return;
		const { digest } = await get(reference, { expected: true });
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
		}, manifest, hostOf);
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
		const now = await head(reference).catch(() => void 0);
		if (names(now?.digest, manifest)) return;
		throw now && saysImmutable(refusal) ? errorOf(request, response, now.digest) : refusal;
	}
	return {
		get,
		head,
		put,
		putTags,
		warm: async (repository) => {
			try {
				await warm(knocking(repository, hostOf));
			} catch {}
		}
	};
}
function reading(method, reference, host) {
	return {
		...naming(reference, host),
		method,
		headers: { accept: MANIFEST_TYPES.join(", ") }
	};
}
function writing(reference, { mediaType, bytes }, host) {
	const headers = { "content-type": mediaType };
	const request = {
		...naming(reference, host),
		method: "PUT",
		headers,
		body: bytes,
		expected: true
	};
	if (bytes.length > LONGEST_WRITTEN) throw problemWith(request, "refused", `not sent: ${bytes.length} bytes are more than 4 MiB`);
	return request;
}
function isGood({ status }) {
	return status >= 200 && status <= 299;
}
function knocking(repository, host) {
	return {
		...within(repository, host(repository.registry), ""),
		method: "GET"
	};
}
function naming(reference, host) {
	const name = "digest" in reference ? reference.digest : reference.tag;
	return within(reference, host(reference.registry), `${reference.path}/manifests/${name}`);
}
function headOf({ mediaType, digest, bytes }) {
	return {
		mediaType,
		digest,
		size: bytes.length
	};
}
/** A registry may know by sha256 what we know by sha512. */
function names(digest, manifest) {
	return digest === manifest.digest || digest !== void 0 && isDigestOf(digest, manifest.bytes);
}
/** There is no code for it in the specification, so each registry has its own (ECR, Harbor, Quay, Artifactory). */
function saysImmutable({ status, message }) {
	return status === 409 || status === 412 || /immutable|already ?exists/i.test(message);
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
		ahead: wire.ahead
	});
	const line = {
		send: withWarnings(options.note)(auth.send),
		hostOf: (registry) => hostOf(registry, options.insecure, options.certified),
		note: options.note
	};
	const sessions = openSessions();
	const blobs = openBlobs(line, openPatience(patient));
	const close = async () => {
		closing.abort();
		await wire.close();
	};
	return {
		...openManifests({
			...line,
			warm: auth.warm,
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
