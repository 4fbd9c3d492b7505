import { o as __toESM } from "./rolldown-runtime.mjs";
import { a as TOO_LONG, c as WireError, d as readProblem, i as NO_EFFORT, l as header, n as problemWith, o as TOO_SLOW, r as BAD_ENCODING, s as UPLOAD_LOST, u as redactUrl } from "./errors.mjs";
import { i as placeOf, r as isLoopback } from "./addresses.mjs";
import { f as require_dispatcher, i as require_agent, n as require_proxy_agent, t as require_api, u as require_connect } from "./api.mjs";
import { BlockList, isIP } from "node:net";
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { Buffer as Buffer$1 } from "node:buffer";
import { createSecureContext, getCACertificates } from "node:tls";
import { setImmediate } from "node:timers/promises";
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
	if (!isTransient(request, response.status, codes)) return void 0;
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
export { withRetry as a, openPatience as i, begun as n, withEnd as r, openWire as t };
