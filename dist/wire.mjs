// src/registry/registry-error.ts
/** The code of a registry that seems to speak TLS where we did not. */
const TLS_WANTED = "TLS_WANTED";
/** A request that did not end well, in the words of the registry. */
var RegistryError = class extends Error {
	name = "RegistryError";
	kind;
	method;
	host;
	repository;
	status;
	codes;
	/** Tries after the first. */
	retried;
	/** Milliseconds between the tries. */
	waited;
	constructor(sentence, details, options) {
		super(`${details.method} ${details.url}: ${sentence}`, options);
		this.kind = details.kind;
		this.method = details.method;
		this.host = details.host;
		this.repository = details.repository;
		this.status = details.status;
		this.codes = details.codes;
		this.retried = details.effort.retried;
		this.waited = details.effort.waited;
	}
};
// src/registry/wire.ts
const NO_EFFORT = {
	retried: 0,
	waited: 0
};
/** There was no whole answer. `code` is the system's or undici's: ECONNRESET, UND_ERR_HEADERS_TIMEOUT. */
var WireError = class extends Error {
	name = "WireError";
	code;
	constructor(code, message, cause) {
		super(message, { cause });
		this.code = code;
	}
};
/** The code of an answer that is longer than we read. */
const TOO_LONG = "BODY_TOO_LONG";
/** The code of an answer whose pieces come, but never its end. */
const TOO_SLOW = "BODY_TOO_SLOW";
/** The code of an upload whose state is lost; it can be begun anew. */
const UPLOAD_LOST = "UPLOAD_LOST";
/** The code of an answer that is not compressed as it says. */
const BAD_ENCODING = "BAD_ENCODING";
/** The first value of a header. */
function header({ headers }, name) {
	return headers[name]?.[0];
}
export { UPLOAD_LOST as a, RegistryError as c, TOO_SLOW as i, TLS_WANTED as l, NO_EFFORT as n, WireError as o, TOO_LONG as r, header as s, BAD_ENCODING as t };
