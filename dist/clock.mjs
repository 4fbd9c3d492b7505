// src/system/clock.ts
const clock = {
	now: () => performance.now(),
	deadline: (limit) => AbortSignal.timeout(limit),
	every: (interval, tick) => {
		const timer = setInterval(tick, interval);
		timer.unref();
		return { [Symbol.dispose]: () => clearInterval(timer) };
	}
};
/** `0.4 s`, `12 s`, `3 min 5 s`: as exact as a reader wants it. */
function formatDuration(milliseconds) {
	const seconds = milliseconds / 1e3;
	if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
export { formatDuration as n, clock as t };
