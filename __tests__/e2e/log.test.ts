import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { describe, test } from 'node:test'
import { type Job, openJob, type StepResult } from '../runs/as-a-runner.ts'
import { blanked } from './blank.ts'
import { project } from './project.ts'
import { freshRepository, noRig, rig } from './rig.ts'

const GOLDEN = resolve(import.meta.dirname, '../fixtures/logs')

/** One stage after the other, so that BuildKit has no choice in what it does first. */
const dockerfile = (fails: string) => [
  ...['ARG BASE=busybox', 'FROM $BASE AS compile', 'ARG TARGETARCH', 'MAINTAINER octo'],
  'RUN for part in lexer parser linker; do echo "compiling the $part for $TARGETARCH"; done',
  ...(fails === '' ? [] : [`RUN if [ "$TARGETARCH" = ${fails} ]; then sleep 3; else sleep 4321; fi`]),
  ...(fails === '' ? [] : [`RUN echo "linker: out of ideas" >&2; \\`, '    exit 3']),
  ...['FROM $BASE', 'COPY --from=compile /bin/busybox /app', 'CMD ["/app"]', ''],
]

describe('the log of three platforms at once can be read', { skip: noRig }, () => {
  test('where all goes well', async () => {
    await using job = await openJob()
    const main = await run(job)
    assert.equal(main.code, 0, main.log)
    await assertGolden('three-platforms.txt', blanked(main.log))
  })

  test('where one platform fails and the others are stopped', async () => {
    await using job = await openJob()
    const main = await run(job, 's390x')
    assert.equal(main.code, 1, main.log)
    await assertGolden('one-platform-fails.txt', blanked(main.log))
  })
})

/** Emulators are there already, so that no run has more to say than another. */
async function run(job: Job, fails = ''): Promise<StepResult> {
  await using app = await project()
  const inputs = { ...app.inputs, platforms: 'linux/amd64,linux/arm64,linux/s390x' }
  const ahead = await job.main({ inputs: { ...inputs, push: 'false' } })
  assert.equal((await job.post(ahead)).code, 0, ahead.log)
  await writeFile(join(app.folder, 'Dockerfile'), dockerfile(fails).join('\n'))
  const repository = freshRepository(rig.registry)
  const main = await job.main({ inputs: { ...inputs, tags: `${repository}:1.2.3,${repository}:latest` } })
  assert.equal((await job.post(main)).code, 0)
  return main
}

/** UPDATE_GOLDEN=1 writes what is there now; then read it. */
async function assertGolden(name: string, text: string): Promise<void> {
  const path = join(GOLDEN, name)
  if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(path, text)
  assert.equal(text, await readFile(path, 'utf8'))
}
