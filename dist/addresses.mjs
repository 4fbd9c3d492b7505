import { BlockList, isIP } from "node:net";
// src/registry/addresses.ts
const LOOPBACK = blockList([["127.0.0.0", 8], ["::1", 128]]);
/** Where a machine's cloud keeps its secrets: 169.254.169.254. */
const LINK_LOCAL = blockList([["169.254.0.0", 16], ["fe80::", 10]]);
const UNSPECIFIED = blockList([["0.0.0.0", 8], ["::", 128]]);
const PRIVATE = blockList([
	["10.0.0.0", 8],
	["172.16.0.0", 12],
	["192.168.0.0", 16],
	["fc00::", 7]
]);
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:]+|[0-9a-f:]{2,})(?::\d+)?$/i;
/** Whether this is the machine itself: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`; with or without a port. */
function isLoopback(host) {
	const name = nameOf(host);
	return name === "localhost" || name.endsWith(".localhost") || within(LOOPBACK, name);
}
/** Whether this is the machine itself or its nearest surroundings, which no stranger should make us talk to. */
function isInside(host) {
	return isLoopback(host) || [LINK_LOCAL, UNSPECIFIED].some((list) => within(list, nameOf(host)));
}
/** Whether this is an address, not a name, that only some network of ours knows. */
function isInternalAddress(host) {
	return [
		LOOPBACK,
		LINK_LOCAL,
		UNSPECIFIED,
		PRIVATE
	].some((list) => within(list, nameOf(host)));
}
/** Host and port, the port always there: two spellings of one place are equal. */
function placeOf({ protocol, hostname, port }) {
	return `${hostname}:${port || (protocol === "http:" ? 80 : 443)}`;
}
function nameOf(host) {
	const [, name = ""] = HOST_AND_PORT.exec(host) ?? [];
	return name.replace(/^\[(.*)\]$/, "$1").toLowerCase();
}
function within(list, address) {
	switch (isIP(address)) {
		case 4: return list.check(address, "ipv4");
		case 6: return list.check(address, "ipv6");
		default: return false;
	}
}
function blockList(subnets) {
	const list = new BlockList();
	for (const [net, prefix] of subnets) list.addSubnet(net, prefix, net.includes(":") ? "ipv6" : "ipv4");
	return list;
}
export { placeOf as i, isInternalAddress as n, isLoopback as r, isInside as t };
