import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { comparePairs, heading } from './pairs.ts'

// A docker that only notes when it was started: what the action does until then is its start-up.
const folder = mkdtempSync(join(tmpdir(), 'multiarch-startup-'))
const stamp = join(folder, 'stamp')
writeFileSync(join(folder, 'docker'), `#!/bin/sh\n[ -s "${stamp}" ] || date +%s%N > "${stamp}"\nexit 1\n`)
chmodSync(join(folder, 'docker'), 0o755)

const main = resolve(import.meta.dirname, '../../dist/main.mjs')
const env = {
  ...{ PATH: `${folder}:${process.env['PATH']}`, RUNNER_TEMP: folder },
  ...{ INPUT_PLATFORMS: 'linux/amd64', INPUT_TAGS: 'ghcr.io/octo/app:1', INPUT_CONTEXT: 'examples/hello' },
}

heading('Start-up')
await comparePairs(
  { name: 'dist/main.mjs, until its first command', run: firstCommand },
  { name: 'node -e 0, until it has ended', run: bareNode },
  20,
)
rmSync(folder, { recursive: true })

async function firstCommand(): Promise<number> {
  writeFileSync(stamp, '')
  const started = wallClock()
  spawnSync(process.execPath, [main], { env })
  return await Promise.resolve(Number(BigInt(readFileSync(stamp, 'utf8').trim()) / 1000n) / 1000 - started)
}

async function bareNode(): Promise<number> {
  const started = wallClock()
  spawnSync(process.execPath, ['-e', '0'], { env })
  return await Promise.resolve(wallClock() - started)
}

/** Milliseconds of the wall clock, which two processes share. */
function wallClock(): number {
  return performance.timeOrigin + performance.now()
}
