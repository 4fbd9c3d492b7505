import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { describe, test } from 'node:test'
import { endTraces, marked, tracesOfRuns } from '../../src/system/traces.ts'

const noProc = existsSync('/proc/self/environ') ? false : 'no /proc here'

describe('what a run has started', { skip: noProc }, () => {
  test('is known by the run, and ended where that is wanted; what others have started lives on', async () => {
    const [ours, theirs] = [`multiarch-${randomUUID()}`, `multiarch-${randomUUID()}`]
    const start = (run: string) => spawn('sleep', ['60'], { env: marked(process.env, run), stdio: 'ignore' })
    const [one, two, other] = [start(ours), start(ours), start(theirs)]
    const ended = Promise.all([one, two].map((child) => new Promise((done) => child.on('exit', done))))
    const traces = await tracesOfRuns()
    assert.deepEqual(traces.get(ours)?.toSorted(), [one.pid, two.pid].toSorted())
    await endTraces(ours, (pid) => process.kill(pid, 'SIGKILL'), new AbortController().signal)
    await ended
    assert.deepEqual((await tracesOfRuns()).get(theirs), [other.pid])
    other.kill()
  })
})
