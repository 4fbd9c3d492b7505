import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import { openJob } from './as-a-runner.ts'
import { passedBy, toldTime } from './told-time.ts'

/** In milliseconds: what users are promised. */
const LIMIT = 30_000

/**
 * A program that hangs whatever it is asked, and will not end when it is told to; one that it has started holds its
 * output open beyond its own end. That it has begun to wait, and is told to end, is when a deadline has come.
 */
const HANGS = `#!/bin/sh
pass() { kill -USR2 $PPID; }
trap pass TERM
sleep 300 &
echo $! >>"$HUNG"
pass
while kill -0 $!; do wait; done
`

test('post ends within its thirty seconds, with warnings, where docker hangs', async () => {
  await using job = await openJob()
  const folder = join(job.temporary, 'hanging')
  const made = join(job.temporary, 'multiarch-hung')
  const [passed, hung] = [join(folder, 'passed'), join(folder, 'hung')]
  await Promise.all([mkdir(join(folder, 'cli-plugins'), { recursive: true }), mkdir(made)])
  for (const program of ['docker', 'cli-plugins/docker-buildx'])
    await writeFile(join(folder, program), HANGS, { mode: 0o755 })
  const ledger = JSON.stringify([
    { kind: 'folder', path: made },
    { kind: 'context', name: 'multiarch-hung-engine' },
    { kind: 'builder', name: 'multiarch-hung', env: {} },
  ])
  const path = `${folder}:${process.env['PATH']}`
  const post = await job.post(
    { ...NOTHING, state: { ledger } },
    { ...toldTime(passed), PATH: path, DOCKER_CONFIG: folder, HUNG: hung },
  )
  for (const pid of (await readFile(hung, 'utf8')).split('\n').filter(Boolean)) process.kill(Number(pid))
  assert.equal(post.code, 0, post.log)
  assert.match(post.log, /::warning::Could not clean up: docker buildx rm took too long and was ended/)
  assert.match(post.log, /::warning::Could not clean up: there was no time left for docker context rm/)
  assert.match(post.log, new RegExp(`Removed ${made}`))
  assert.ok(!(await readdir(job.temporary)).includes('multiarch-hung'))
  assert.equal(await passedBy(passed), LIMIT)
})

const NOTHING = { code: 0, signal: null, log: '', outputs: {}, summary: '', milliseconds: 0 }
