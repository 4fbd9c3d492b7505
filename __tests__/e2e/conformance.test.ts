import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { fakeRegistry } from '../fakes/registry.ts'
import { folder } from '../layout/layouts.ts'
import { noRig } from './rig.ts'

// Most of what is known of the client was tried on a registry that the tests make up. The distribution-spec has a program
// that tells whether a registry is one.

const execute = promisify(execFile)

test('our fake registry does what the distribution-spec asks of one', { skip: noRig }, async () => {
  await using fake = await fakeRegistry({ referrers: true, needsBlobs: true, single: true, manyTags: 10 })
  await using results = await folder()
  const settings = {
    ...{ OCI_REGISTRY: fake.host, OCI_TLS: 'disabled', OCI_VERSION: 'dev' },
    ...{ OCI_REPO1: 'octo/app', OCI_REPO2: 'octo/copy', OCI_RESULTS_DIR: results.path },
    ...{ OCI_API_MANIFESTS_TAG_PARAM: 'true', OCI_API_BLOBS_UPLOAD_CANCEL: 'true', OCI_LOG: 'error' },
  }
  const env = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  const options = { maxBuffer: 64 * 1024 * 1024 }
  const said = await execute('env', [...env, 'conformance'], options).catch((error: unknown) => error)
  const { stdout = '' } = Object(said)
  const failed = String(stdout).match(/^.*: FAIL$\n(?: *- .*$)?/gm)
  assert.equal(failed, null)
  const passed = String(stdout).match(/: Pass$/gm) ?? []
  assert.ok(passed.length > 900, `${passed.length} passed:\n${stdout}`)
  // It asks as it must: in streams without a length, and for anything.
  fake.violations.length = 0
})
