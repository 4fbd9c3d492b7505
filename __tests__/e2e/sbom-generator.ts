import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openJob } from '../runs/as-a-runner.ts'
import { project } from './project.ts'
import { freshRepository, rig } from './rig.ts'

/** The smallest program that speaks BuildKit's SBOM generator protocol (buildkit, docs/attestations/sbom-protocol.md). */
export async function sbomGenerator() {
  const entry = ['sh', '-c', 'cp /sbom.spdx.json "$BUILDKIT_SCAN_DESTINATION"']
  await using app = await project('COPY sbom.spdx.json /', `ENTRYPOINT ${JSON.stringify(entry)}`)
  const statement = {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://spdx.dev/Document',
    predicate: { name: 'bench' },
  }
  await writeFile(join(app.folder, 'sbom.spdx.json'), JSON.stringify(statement))
  await using job = await openJob()
  const image = freshRepository(rig.registry)
  const main = await job.main({
    inputs: { ...app.inputs, platforms: 'linux/amd64', provenance: 'false', tags: image },
  })
  assert.equal(main.code, 0, main.log)
  assert.equal((await job.post(main)).code, 0)
  return { image }
}
