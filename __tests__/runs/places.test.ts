import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { dirname, isAbsolute } from 'node:path'
import { test } from 'node:test'
import { openJob } from './as-a-runner.ts'

test('without a temporary folder of the job nothing is left in the workspace', async () => {
  await using job = await openJob()
  const inputs = { mode: 'plan', platforms: 'linux/amd64' }
  const { code, log, outputs } = await job.main({ inputs, cwd: job.temporary, env: { RUNNER_TEMP: '' } })
  assert.equal(code, 0, log)
  const file = outputs['metadata-file'] ?? ''
  assert.ok(isAbsolute(file) && !file.startsWith(job.temporary), file)
  await rm(dirname(file), { recursive: true })
})
