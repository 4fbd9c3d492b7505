import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openJob, type Step } from './as-a-runner.ts'

const WRONG = { platforms: 'arm64', tags: 'ghcr.io/octo/app:1' }

const NOWHERE = { GITHUB_STEP_SUMMARY: '/nowhere/summary' }
const UNWRITTEN = /::warning::The job summary was not written: /

test('a step that went well does not fail for want of a page', async () => {
  await using job = await openJob()
  const { code, log } = await job.main({ inputs: { mode: 'plan', platforms: 'linux/amd64' }, env: NOWHERE })
  assert.equal(code, 0, log)
  assert.match(log, UNWRITTEN)
})

/** The page that a step leaves which needs neither an engine nor a registry to fail. */
async function pageOf(step: Step): Promise<string> {
  await using job = await openJob()
  const main = await job.main(step)
  assert.equal(main.code, 1, main.log)
  return main.summary
}

describe('a step that fails', () => {
  test('writes a page that says why', async () => {
    const page = await pageOf({ inputs: WRONG })
    assert.match(page, /^## The inputs need a correction\n\ninput "platforms": "arm64" is not a platform/)
  })

  const quiet: Readonly<Record<string, Step>> = {
    'by the input': { inputs: { ...WRONG, summary: 'false' } },
    'by docker/build-push-action’s variable': { inputs: WRONG, env: { DOCKER_BUILD_SUMMARY: 'false' } },
  }
  for (const [how, step] of Object.entries(quiet))
    test(`writes none where that is switched off ${how}`, async () => assert.equal(await pageOf(step), ''))

  test('says so where the page cannot be written, and why it failed all the same', async () => {
    await using job = await openJob()
    const { code, log } = await job.main({ inputs: WRONG, env: NOWHERE })
    assert.equal(code, 1)
    assert.match(log, /::error title=The inputs need a correction/)
    assert.match(log, UNWRITTEN)
  })

  test('shows no secret on it, and no line of one', async () => {
    const secrets = '"key=first line of a key\nsecond-line-of-a-key"'
    const inputs = { platforms: 'linux/amd64', push: 'false', context: 'second-line-of-a-key/app', secrets }
    const page = await pageOf({ inputs })
    assert.match(page, /^## The Dockerfile is missing/)
    assert.match(page, /\\\*\\\*\\\*\/app/)
    assert.doesNotMatch(page, /second/)
  })
})
