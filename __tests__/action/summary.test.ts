import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { closingTable, formatBytes, toSummary } from '../../src/action/summary.ts'
import type { BuildResult, PlatformResult } from '../../src/flows/result.ts'
import { digestOf } from '../../src/image/digest.ts'
import { manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseTagRef } from '../../src/image/reference.ts'

const INDEX = manifestOf(OCI_INDEX, new TextEncoder().encode('{"manifests":[]}'))
const DIGEST = digestOf(new TextEncoder().encode('arm'))

const arm: PlatformResult = {
  platform: parsePlatform('linux/arm/v7'),
  emulated: true,
  milliseconds: 61_234.5,
}
const intel: PlatformResult = { platform: parsePlatform('linux/amd64'), emulated: false, milliseconds: 812.3 }

const built: BuildResult = {
  mode: 'build',
  platforms: [arm, intel],
  tools: { docker: '28.2.2', engine: '29.0.1', buildx: 'v0.36.1', buildkit: 'v0.32.1' },
  builder: { name: 'multiarch-1', driver: 'docker-container' },
  stages: [
    { name: 'Emulators', startedAt: 0, milliseconds: 400 },
    { name: 'Builder', startedAt: 0, milliseconds: 1200 },
    { name: 'Build linux/amd64', startedAt: 1200, milliseconds: 812 },
    { name: 'Build linux/arm/v7, emulated', startedAt: 1200, milliseconds: 61_234 },
  ],
}

const pushed: BuildResult = {
  ...built,
  platforms: [
    { ...arm, image: { mediaType: OCI_MANIFEST, digest: DIGEST, size: 480 }, size: 3_456_789 },
    { ...intel, image: { mediaType: OCI_MANIFEST, digest: DIGEST, size: 480 } },
  ],
  published: { index: INDEX, tags: ['octo/app:1.2.3', 'octo/mirror:latest'].map(parseTagRef) },
}

const FOOTER =
  '<sub>Slowest: Build linux/arm/v7, emulated 1 min 1 s, Builder 1.2 s, Build linux/amd64 0.8 s. Builder multiarch-1 (docker-container), BuildKit v0.32.1, buildx v0.36.1, Docker 29.0.1.</sub>'

describe('the job summary', () => {
  test('of what was pushed: its name, digest and tags, a row for each platform, and how to pull it', () => {
    assert.equal(
      toSummary(pushed),
      `## docker.io/octo/app

| | |
| --- | --- |
| digest | \`${INDEX.digest}\` |
| tags | \`docker.io/octo/app:1.2.3\`<br>\`docker.io/octo/mirror:latest\` |

| platform | how | built in | pull size | digest |
| --- | --- | --- | --- | --- |
| linux/arm/v7 | emulated | 1 min 1 s | 3.5 MB | \`${DIGEST}\` |
| linux/amd64 | native | 0.8 s | – | \`${DIGEST}\` |

\`\`\`sh
docker pull docker.io/octo/app:1.2.3
\`\`\`

${FOOTER}`,
    )
  })

  test('of what was only built names no image and pulls none', () => {
    assert.equal(
      toSummary(built),
      `## Built, not pushed

| platform | how | built in | pull size | digest |
| --- | --- | --- | --- | --- |
| linux/arm/v7 | emulated | 1 min 1 s | – | – |
| linux/amd64 | native | 0.8 s | – | – |

${FOOTER}`,
    )
  })
})

describe('the end of the log', () => {
  test('of what was pushed is a table, and what each tag is now', () => {
    assert.deepEqual(closingTable(pushed), [
      'platform      how       built in   pull size  digest',
      `linux/arm/v7  emulated  1 min 1 s  3.5 MB     ${DIGEST}`,
      `linux/amd64   native    0.8 s      –          ${DIGEST}`,
      `docker.io/octo/app:1.2.3 is ${INDEX.digest}`,
      `docker.io/octo/mirror:latest is ${INDEX.digest}`,
    ])
  })

  test('of what was only built is the table alone', () => {
    assert.deepEqual(closingTable(built), [
      'platform      how       built in   pull size  digest',
      'linux/arm/v7  emulated  1 min 1 s  –          –',
      'linux/amd64   native    0.8 s      –          –',
    ])
  })
})

const sizes: Readonly<Record<string, number>> = {
  '0 B': 0,
  '999 B': 999,
  '1.0 kB': 1000,
  '3.5 MB': 3_456_789,
  '999.9 kB': 999_900,
  '1.0 MB': 999_960,
  '1.0 GB': 1_000_000_000,
  '2500.0 TB': 2_500_000_000_000_000,
}

describe('bytes are said as docker says them:', () => {
  for (const [text, bytes] of Object.entries(sizes))
    test(`${bytes} is ${text}`, () => assert.equal(formatBytes(bytes), text))
})
