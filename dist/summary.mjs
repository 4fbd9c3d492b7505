import "./rolldown-runtime.mjs";
import { A as page, E as platformCells, F as formatBytes, G as formatDuration, I as markdownTable, L as unbroken, M as exceptions, N as code, O as block, P as factSheet, S as PLATFORM_HEADINGS, T as buildTable, c as planTable, d as mergeSummary, f as mergeTable, h as partTable, i as promoteTable, j as plain, k as folded, r as promoteSummary, s as planSummary, v as inspectSummary, x as callSummary, y as inspectTable } from "./promote.mjs";
import { c as sameRepository, h as formatPlatform, n as formatRepository, t as formatReference } from "./reference.mjs";
// src/action/results/registries.ts
/** What registries made us wait for, a line for each, and how often they may still be asked. None where all went well. */
function registryNotes({ retries, quotas }) {
	return [...retries.map(retried), ...quotas.map(left)];
}
function retried({ host, times, waited, reasons }) {
	const why = Object.entries(reasons).map(([reason, count]) => `${code(reason)}${count > 1 ? ` × ${count}` : ""}`);
	return `${host} was asked again ${times === 1 ? "once" : `${times} times`}, after ${formatDuration(waited)} of waiting: ${why.join(", ")}.`;
}
/** Docker Hub counts pulls; others that count say so in the same words. */
function left({ host, limit, remaining, window }) {
	return `${host} has ${remaining}${limit === void 0 ? "" : ` of ${limit}`} pulls left${window === void 0 ? "" : ` within ${formatHours(window)}`}.`;
}
function formatHours(seconds) {
	const hours = seconds / 3600;
	return Number.isInteger(hours) ? `${hours} hour${hours === 1 ? "" : "s"}` : formatDuration(seconds * 1e3);
}
// src/action/summary/changes.ts
/** What is other than it was in the image that the tag had before. */
function changes({ previous, published, platforms }) {
	if (previous === void 0 || published === void 0) return "";
	const tag = code(nameWithin(published.tags[0] ?? previous.tag, previous.tag));
	if (previous.digest === published.index.digest) return `### Changes\n\n${tag} is the same image as before.`;
	const now = platforms.map(({ platform, size, image }) => ({
		name: formatPlatform(platform),
		size,
		digest: image?.digest
	}));
	const before = previous.platforms.map((one) => ({
		...one,
		name: formatPlatform(one.platform)
	}));
	const rows = [...now.map((one) => {
		const old = before.find(({ name }) => name === one.name);
		return [
			one.name,
			bytes(old?.size),
			bytes(one.size),
			old ? compare(one, old) : "**added**"
		];
	}), ...removed(previous, now).map(({ name, size }) => [
		name,
		bytes(size),
		"–",
		"**removed**"
	])];
	return [
		"### Changes",
		`${tag} was ${code(previous.digest)} before.`,
		markdownTable(HEADINGS, rows.map((row) => row.map(unbroken)), HEADINGS.slice(1))
	].join("\n\n");
}
/** A tag's name where everybody knows of which repository it is. */
function nameWithin(repository, tag) {
	return sameRepository(repository, tag) ? tag.tag : formatReference(tag);
}
const HEADINGS = [
	"platform",
	"pull size before",
	"now",
	"change"
];
function compare(now, old) {
	if (now.digest === old.digest) return "the same";
	if (now.size === void 0 || old.size === void 0) return "–";
	const difference = now.size - old.size;
	if (difference === 0) return "the same size";
	const share = old.size > 0 ? (difference / old.size * 100).toFixed(1) : "0.0";
	const percent = Number(share) === 0 ? "" : ` (${signed(Number(share), (figure) => `${figure.toFixed(1)} %`)})`;
	return `${signed(difference, formatBytes)}${percent}`;
}
function signed(figure, format) {
	return `${figure < 0 ? "−" : "+"}${format(Math.abs(figure))}`;
}
function bytes(size) {
	return size === void 0 ? "–" : formatBytes(size);
}
function removed(previous, now) {
	return previous.platforms.map(({ platform, size }) => ({
		name: formatPlatform(platform),
		size
	})).filter((old) => !now.some(({ name }) => name === old.name));
}
// src/action/summary/timeline.ts
/** A step that took less than this share of the whole time is no bar of its own. */
const NOTABLE = .04;
const STEPS = 3;
/** What was done when, as Mermaid draws it: a section for each platform, with the steps that took longest. */
function timeline(stages, platforms = []) {
	const start = Math.min(...stages.map(({ startedAt }) => startedAt));
	const total = Math.max(...stages.map((stage) => stage.startedAt + stage.milliseconds)) - start;
	const sections = sectionsOf(stages, platforms, total);
	const settings = { gantt: { leftPadding: 24 + 7 * Math.max(...sections.map(({ name }) => name.length)) } };
	return [
		"```mermaid",
		`%%{init: ${JSON.stringify(settings)}}%%`,
		"gantt",
		...[
			`dateFormat ${DATE_FORMAT}`,
			...axis(total),
			"todayMarker off"
		].map((line) => `  ${line}`),
		...sections.flatMap(({ name, bars }) => [`  section ${literal(name)}`, ...bars.map((bar) => `  ${barLine(bar, start)}`)]),
		"```"
	].join("\n");
}
/** Platforms in the order in which they were wanted; stages before the first platform and after the last have sections of their own. */
function sectionsOf(stages, platforms, total) {
	const builds = stages.filter(({ platform }) => platform !== void 0);
	const firstBuild = Math.min(...builds.map(({ startedAt }) => startedAt));
	const others = stages.filter(({ platform }) => platform === void 0);
	const [before, after] = [others.filter(isBefore), others.filter((stage) => !isBefore(stage))];
	return [
		{
			name: "Set-up",
			bars: before.map((stage) => stageBar(stage, stage.name))
		},
		...[...Map.groupBy(builds.toSorted((one, other) => place(one) - place(other)), nameOf)].map(([name, builds]) => ({
			name,
			bars: builds.flatMap((build) => buildBars(build, platforms, total))
		})),
		{
			name: "Publish",
			bars: after.map((stage) => stageBar(stage, stage.name))
		}
	].filter(({ bars }) => bars.length > 0);
	/** One that has failed is none of the result's. */
	function place(stage) {
		const index = platforms.findIndex(({ platform }) => formatPlatform(platform) === nameOf(stage));
		return index < 0 ? platforms.length : index;
	}
	function isBefore({ startedAt }) {
		return startedAt < firstBuild;
	}
}
function nameOf({ platform }) {
	return platform ? formatPlatform(platform) : "";
}
function stageBar(stage, name, kind = "done") {
	const { startedAt, milliseconds, ended } = stage;
	return {
		name: [name, ended].filter(Boolean).join(", "),
		kind: ended === "failed" ? "crit" : kind,
		from: startedAt,
		milliseconds
	};
}
function buildBars(stage, platforms, total) {
	const built = platforms.find(({ platform }) => formatPlatform(platform) === nameOf(stage));
	const emulated = stage.name.includes("emulated");
	const ran = emulated ? "emulated" : "native";
	const steps = (built?.steps?.slowest ?? []).filter(({ milliseconds }) => milliseconds >= total * NOTABLE).slice(0, STEPS).toSorted((a, b) => a.after - b.after);
	return [stageBar(stage, built?.unsupported ? "build" : ran, emulated ? "active" : ""), ...steps.map(({ name, milliseconds, after }) => ({
		name: short(name),
		kind: "done",
		milliseconds,
		from: stage.startedAt + after
	}))];
}
/** Characters of a step's name that fit on or beside its bar. */
const LONGEST = 30;
function short(name) {
	return name.length > LONGEST ? `${name.slice(0, 29)}…` : name;
}
function barLine({ name, kind, from, milliseconds }, start) {
	const label = literal(`${name}, ${formatDuration(milliseconds)}`);
	const length = `${Math.max(1, Math.round(milliseconds))}ms`;
	return `${label} :${[
		kind,
		dateOf(from - start),
		length
	].filter(Boolean).join(", ")}`;
}
/** A day in every time zone, from its midnight: the axis shows times of the reader's own zone. */
const DATE_FORMAT = "YYYY-MM-DD HH:mm:ss.SSS";
function dateOf(milliseconds) {
	const pad = (figure, digits = 2) => String(Math.floor(figure)).padStart(digits, "0");
	const [minutes, seconds] = [milliseconds / 6e4, milliseconds / 1e3 % 60];
	return `2001-01-01 ${[
		pad(minutes / 60),
		pad(minutes % 60),
		pad(seconds)
	].join(":")}.${pad(milliseconds % 1e3, 3)}`;
}
const SECOND = 1e3;
const MINUTE = 60 * SECOND;
/** About ten marks, at times that people count in. */
function axis(total) {
	const marks = [
		1,
		2,
		5,
		10,
		15,
		30
	].map((seconds) => [seconds * SECOND, `${seconds}second`]);
	const more = [
		1,
		2,
		5,
		10,
		15,
		30,
		60
	].map((minutes) => [minutes * MINUTE, `${minutes}minute`]);
	const [, interval] = [...marks, ...more].find(([length]) => total / length <= 10) ?? [0, "2hour"];
	return [`axisFormat ${total < MINUTE ? "%-S s" : total < 60 * MINUTE ? "%-M:%S" : "%-H:%M:%S"}`, `tickInterval ${interval}`];
}
/** Mermaid has a meaning for many characters, and for words at the beginning of a line. */
function literal(text) {
	return text.replaceAll(/^\w|[^\w ./()+–…-]/gu, (character) => `#${character.codePointAt(0)};`);
}
// src/action/summary/build.ts
/** The page of a build: first what most want to know, then how it came to be. */
function buildSummary(result) {
	const { platforms } = result;
	const home = homeOf(result);
	return page(heading(result), platformTable(platforms), ...exceptions(result), pull(result), deliveries(result), changes(result), ...insights(result), home && digests(home, platforms), footer(result));
}
/** The page of one job of a matrix: there is no image yet, and so no tag. */
function partSummary(result) {
	const { record, platforms } = result;
	const { repository } = record.image;
	return page(`## Part of ${formatRepository(repository)}`, platformTable(platforms), ...exceptions(result), ...insights(result), digests(repository, platforms), footer(result));
}
/** Where the image is; undefined where it is in no registry. */
function homeOf({ published }) {
	return published?.tags[0] ?? published?.untagged;
}
function heading(result) {
	const { published } = result;
	const home = homeOf(result);
	if (published === void 0 || home === void 0) return "## Built, not pushed";
	const facts = factSheet([["digest", code(published.index.digest)], ["tags", published.tags.map((tag) => code(nameWithin(home, tag))).join(", ")]]);
	return `## ${formatRepository(home)}\n\n${facts}`;
}
function pull(result) {
	const { published } = result;
	const home = homeOf(result);
	if (published === void 0 || home === void 0) return "";
	const byTag = published.tags.slice(0, 1).map((tag) => `docker pull ${formatReference(tag)}`);
	return block("sh", [...byTag, byDigest(home, published.index.digest)]);
}
/** What has become of it beside the push. */
function deliveries({ delivered = [] }) {
	if (delivered.length === 0) return "";
	const rows = delivered.map(({ type, dest, names, digest }) => [
		type,
		dest ? code(dest) : names.map(code).join(", ") || "–",
		digest ? code(shortDigest(digest)) : "–"
	]);
	return `### Results\n\n${markdownTable([
		"exporter",
		"where",
		"digest"
	], rows)}`;
}
function platformTable(platforms) {
	const rows = platforms.map((one) => [
		...platformCells(one).map(unbroken),
		one.proofs?.join(", ") || "–",
		one.image ? code(shortDigest(one.image.digest)) : "–"
	]);
	return markdownTable([
		...PLATFORM_HEADINGS,
		"attested",
		"digest"
	], rows, [
		"built in",
		"cached",
		"pull size"
	]);
}
/** As docker shortens one: twelve digits. */
function shortDigest(digest) {
	return digest.replace(/^.*:/, "").slice(0, 12);
}
function insights({ stages, platforms, complaints }) {
	return [
		`### Timeline\n\n${timeline(stages, platforms)}`,
		slowest(platforms),
		complaintList(complaints)
	];
}
const SLOWEST = 6;
/** A row for each step, a column for each platform: what emulation costs is seen at a glance. */
function slowest(platforms) {
	const measured = platforms.filter(({ steps }) => steps !== void 0 && steps.slowest.length > 0);
	const times = measured.map(({ steps }) => Map.groupBy(steps?.slowest ?? [], ({ name }) => name));
	const longest = (name) => Math.max(...times.map((own) => own.get(name)?.[0]?.milliseconds ?? 0));
	const names = [...new Set(times.flatMap((own) => [...own.keys()]))].toSorted((a, b) => longest(b) - longest(a)).slice(0, SLOWEST);
	if (names.length === 0) return "";
	const columns = measured.map(({ platform }) => formatPlatform(platform));
	const rows = names.map((name) => [code(name), ...times.map((own) => {
		const [step] = own.get(name) ?? [];
		return step ? unbroken(formatDuration(step.milliseconds)) : "";
	})]);
	return `### Slowest steps\n\n${markdownTable(["step", ...columns], rows, columns)}`;
}
function complaintList(complaints) {
	if (complaints.length === 0) return "";
	const rows = complaints.map(({ rule, text, url, place }) => [
		place ? code(`${place.file}:${place.line}`) : "–",
		url === "" ? rule : `[${rule || "more"}](${url})`,
		plain(text)
	]);
	const title = complaints.length === 1 ? "1 complaint" : `${complaints.length} complaints`;
	return folded(`${title} of the build checks`, markdownTable([
		"where",
		"check",
		"what it says"
	], rows));
}
function digests(repository, platforms) {
	const lines = platforms.flatMap(({ platform, image }) => image ? [`# ${formatPlatform(platform)}`, byDigest(repository, image.digest)] : []);
	return lines.length === 0 ? "" : folded("Pull one platform by its digest", block("sh", lines));
}
function byDigest(repository, digest) {
	return `docker pull ${formatReference({
		...repository,
		digest
	})}`;
}
function footer({ builder, tools }) {
	return `<sub>Builder ${builder.name} (${builder.driver}), BuildKit ${tools.buildkit}, buildx ${tools.buildx}${tools.engine ? `, Docker ${tools.engine}` : ""}.</sub>`;
}
// src/action/summary/failure.ts
/** The page of a step that has failed: what is wrong, what to do, and how far it had come. */
function failureSummary({ title, detail, advice }, stages) {
	const [first = "", ...others] = detail.split("\n");
	return page(`## ${title}`, plain(first), others.length > 0 ? block("text", others) : "", ...advice.split("\n").map(plain), stages.length > 0 ? `### Timeline\n\n${timeline(stages)}` : "");
}
// src/action/summary.ts
const QUIET = {
	retries: [],
	quotas: []
};
/** The job summary, in GitHub's Markdown, and below it once what registries made us wait for. */
function toSummary(result, told = QUIET) {
	const notes = registryNotes(told).map((note) => `<sub>${note}</sub>`);
	return [pageOf(result), notes.join("<br>")].filter(Boolean).join("\n\n");
}
function pageOf(result) {
	switch (result.mode) {
		case "build": return buildSummary(result);
		case "call": return callSummary(result);
		case "part": return partSummary(result);
		case "merge": return mergeSummary(result);
		case "plan": return planSummary(result);
		case "promote": return promoteSummary(result);
		case "inspect": return inspectSummary(result);
	}
}
/** The same table for the end of the log, in plain columns. */
function closingTable(result) {
	switch (result.mode) {
		case "build": return buildTable(result);
		case "call": return [];
		case "part": return partTable(result);
		case "merge": return mergeTable(result);
		case "plan": return planTable(result);
		case "promote": return promoteTable(result);
		case "inspect": return inspectTable(result);
	}
}
export { closingTable, failureSummary, toSummary };
