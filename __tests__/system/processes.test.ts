import assert from 'node:assert/strict'
import process from 'node:process'
import { describe, test } from 'node:test'
import { type Follow, openProcesses, ProgramMissing, stoppable } from '../../src/system/processes.ts'

const NODE = process.execPath
const { run, follow } = openProcesses({ PATH: process.env['PATH'], HUE: 'blue' })
const never = new AbortController().signal

/** A program of these lines. */
const script = (...lines: readonly string[]) => ['-e', lines.join(';')]

describe('running a program to its end', () => {
  test('gives what it said, apart', async () => {
    const finished = await run(
      NODE,
      script("process.stdout.write('out\\n')", "process.stderr.write('err\\n')"),
    )
    assert.deepEqual(finished, { code: 0, stdout: 'out\n', stderr: 'err\n' })
  })

  test('gives its exit code, which is an answer and no error', async () => {
    assert.equal((await run(NODE, script('process.exit(3)'))).code, 3)
  })

  test('hands over arguments as they are, without a shell', async () => {
    const strange = ['a b', '$HOME', '"quoted"', '*', "it's", 'x;y', '', 'é\n2']
    const { stdout } = await run(NODE, [
      ...script('console.log(JSON.stringify(process.argv.slice(1)))'),
      ...strange,
    ])
    assert.deepEqual(JSON.parse(stdout), strange)
  })

  test('hands over what it reads', async () => {
    const { stdout } = await run(NODE, script('process.stdin.pipe(process.stdout)'), { stdin: 'ghcr.io\n' })
    assert.equal(stdout, 'ghcr.io\n')
  })

  test('outlives a program that ends before it has read', async () => {
    const deaf = script("console.error('expired')", 'process.exit(1)')
    const finished = await run(NODE, deaf, { stdin: 'ghcr.io\n'.repeat(100_000) })
    assert.deepEqual(finished, { code: 1, stdout: '', stderr: 'expired\n' })
  })

  test('tells lines of one that reads as well', async () => {
    const heard: string[] = []
    const onLine = (line: string, stream: string) => void heard.push(`${stream}: ${line}`)
    await run(NODE, script("console.log('one')", "console.error('two')"), { stdin: '', onLine })
    assert.deepEqual(heard.toSorted(), ['stderr: two', 'stdout: one'])
  })

  test('ends one that reads and never answers, and says so', async () => {
    const hanging = script('setInterval(() => {}, 1000)')
    const { code, stderr } = await run(NODE, hanging, { stdin: 'r.io\n', signal: AbortSignal.timeout(50) })
    assert.notEqual(code, 0)
    assert.match(stderr, /took too long and was ended/)
    await assert.rejects(run('no-such-program', [], { stdin: '' }), ProgramMissing)
  })

  test('adds to the environment, and takes from it', async () => {
    const show = script('console.log(process.env.HUE, process.env.TINT)')
    assert.equal((await run(NODE, show, { env: { TINT: 'dark' } })).stdout, 'blue dark\n')
    assert.equal((await run(NODE, show, { env: { HUE: undefined } })).stdout, 'undefined undefined\n')
  })

  test('tells lines as they come, and of which output', async () => {
    const heard: string[] = []
    const lines = script("console.log('one')", "console.error('two')", "console.log('three')")
    const onLine = (line: string, stream: string) => void heard.push(`${stream}: ${line}`)
    const { stdout } = await run(NODE, lines, { onLine })
    assert.deepEqual(heard.toSorted(), ['stderr: two', 'stdout: one', 'stdout: three'])
    assert.equal(stdout, 'one\nthree\n')
  })

  test('keeps letters whole that come in pieces', async () => {
    const { stdout } = await run(NODE, script("process.stdout.write('é'.repeat(100000))"))
    assert.equal(stdout, 'é'.repeat(100_000))
  })

  test('that is not there rejects, with the program’s name', async () => {
    await assert.rejects(run('no-such-program', []), (error) => {
      assert.ok(error instanceof ProgramMissing)
      assert.equal(error.program, 'no-such-program')
      return true
    })
  })
})

describe('following a program', () => {
  test('tells every line, of both outputs, before it ends', async () => {
    const lines: string[] = []
    const say = script(
      "for (let n = 0; n < 5000; n++) console.log('line ' + n)",
      "process.stderr.write('no line end')",
    )
    const code = await follow(NODE, say, { onLine: (line) => lines.push(line), signal: never })
    assert.equal(code, 0)
    assert.deepEqual(
      lines.filter((line) => line.startsWith('line')),
      Array.from({ length: 5000 }, (_, n) => `line ${n}`),
    )
    assert.ok(lines.includes('no line end'))
  })

  test('gives its exit code', async () => {
    assert.equal(await follow(NODE, script('process.exit(4)'), { onLine: () => {}, signal: never }), 4)
  })

  test('gives none where a signal has ended it', async () => {
    const kill = script("process.kill(process.pid, 'SIGKILL')")
    assert.equal(await follow(NODE, kill, { onLine: () => {}, signal: never }), undefined)
  })

  test('adds to the environment', async () => {
    const lines: string[] = []
    const options = { env: { TINT: 'dark' }, onLine: (line: string) => lines.push(line), signal: never }
    await follow(NODE, script('console.log(process.env.HUE, process.env.TINT)'), options)
    assert.deepEqual(lines, ['blue dark'])
  })

  test('stops it when told so, and waits until it has stopped', async () => {
    const stop = new AbortController()
    const alive = script('console.log(process.pid)', 'setInterval(() => {}, 1000)')
    let pid = 0
    const onLine = (line: string) => {
      pid = Number(line)
      stop.abort()
    }
    assert.equal(await follow(NODE, alive, { onLine, signal: stop.signal }), undefined)
    assert.throws(() => process.kill(pid, 0), /ESRCH/)
  })

  test('that does not listen when it is told to stop is ended, and so is waiting for those it has started', async () => {
    const stop = new AbortController()
    const deaf = "trap '' TERM; sleep 60 & echo $$; while :; do sleep 1; done"
    let pid = 0
    const onLine = (line: string) => {
      pid = Number(line)
      stop.abort()
    }
    assert.equal(await follow('sh', ['-c', deaf], { onLine, signal: stop.signal }), undefined)
    assert.throws(() => process.kill(pid, 0), /ESRCH/)
  })

  test('that is told to stop before it starts does not last', async () => {
    const alive = script('setInterval(() => {}, 1000)')
    assert.equal(await follow(NODE, alive, { onLine: () => {}, signal: AbortSignal.abort() }), undefined)
  })

  test('that is not there rejects, with the program’s name', async () => {
    await assert.rejects(follow('no-such-program', [], { onLine: () => {}, signal: never }), ProgramMissing)
  })
})

describe('a run that can be stopped', () => {
  const saying =
    (code: number | undefined): Follow =>
    (_program, _args, { onLine }) => {
      onLine('one')
      onLine('two')
      return Promise.resolve(code)
    }

  test('gives both outputs as one', async () => {
    const finished = await stoppable(saying(1), never)('docker', [])
    assert.deepEqual(finished, { code: 1, stdout: 'one\ntwo', stderr: 'one\ntwo' })
  })

  test('that is too late starts nothing, and says so', async () => {
    const nobody: Follow = () => assert.fail('it was started')
    const { code, stderr } = await stoppable(nobody, AbortSignal.abort())('docker', ['buildx', 'rm', 'b'])
    assert.notEqual(code, 0)
    assert.equal(stderr, 'there was no time left for docker buildx rm')
  })

  test('says that it was ended, and what it had said until then', async () => {
    const stop = new AbortController()
    const slow: Follow = (_program, _args, { onLine }) => {
      onLine('removing')
      stop.abort()
      return Promise.resolve(undefined)
    }
    const { code, stderr } = await stoppable(slow, stop.signal)('docker', ['buildx', 'rm', 'b'])
    assert.notEqual(code, 0)
    assert.equal(stderr, 'removing\ndocker buildx rm took too long and was ended')
  })

  test('is no success when it was stopped', async () => {
    assert.notEqual((await stoppable(saying(undefined), never)('docker', [])).code, 0)
  })

  test('passes on program, arguments, environment and signal', async () => {
    const calls: unknown[] = []
    const follow: Follow = (program, args, { env, signal }) => {
      calls.push({ program, args, env, signal })
      return Promise.resolve(0)
    }
    await stoppable(follow, never)('docker', ['ps'], { env: { A: '1' } })
    assert.deepEqual(calls, [{ program: 'docker', args: ['ps'], env: { A: '1' }, signal: never }])
  })
})
