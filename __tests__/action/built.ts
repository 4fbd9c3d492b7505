import type { BuildResult, PlatformResult } from '../../src/flows/result.ts'
import { type Digest, digestOf } from '../../src/image/digest.ts'
import { manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseTagRef } from '../../src/image/reference.ts'

export const INDEX = manifestOf(OCI_INDEX, new TextEncoder().encode('{"manifests":[]}'))

export function digestFor(text: string): Digest {
  return digestOf(new TextEncoder().encode(text))
}

export function descriptorFor(text: string) {
  return { mediaType: OCI_MANIFEST, digest: digestFor(text), size: 480 }
}

/** A step with every character that a renderer may stumble over. */
export const NASTY = 'section 3/7 RUN a: b; c, d # e | f `g` <b>h</b> "i" %% {j} [k](l) \\ & $m'

const platform = (name: string, more: Partial<PlatformResult>): PlatformResult => ({
  platform: parsePlatform(name),
  ...{ emulated: true, milliseconds: 61_234.5 },
  ...{ image: descriptorFor(name), attestations: [descriptorFor('proof')], proofs: ['provenance', 'SBOM'] },
  ...more,
})

const builds = (name: string, milliseconds: number, more = '') => ({
  ...{ name: `Build ${name}${more}`, platform: parsePlatform(name), startedAt: 2300, milliseconds },
})

/** The same, short enough for a bar: Mermaid has words and signs of its own, and GitHub takes HTML out. */
export const WILD = 'title %%{i} <b>"&`#35; |[x]'

/** A build of four platforms, pushed under two tags; one platform is new, one is gone, and the checks complain. */
export const BUILT: BuildResult = {
  mode: 'build',
  platforms: [
    platform('linux/amd64', {
      ...{ emulated: false, milliseconds: 12_345, size: 3_480_000 },
      steps: {
        ...{ steps: 9, cached: 5 },
        slowest: [
          { name: 'compile 5/7 RUN make -j2', milliseconds: 9_200, after: 1_900 },
          { name: 'exporting to image', milliseconds: 800, after: 11_400 },
        ],
      },
    }),
    platform('linux/arm64', {
      size: 3_620_000,
      steps: {
        ...{ steps: 9, cached: 3 },
        slowest: [
          { name: 'compile 5/7 RUN make -j2', milliseconds: 41_300, after: 16_000 },
          { name: NASTY, milliseconds: 12_000, after: 3_600 },
          { name: 'exporting to image', milliseconds: 2_900, after: 58_000 },
        ],
      },
    }),
    platform('linux/arm/v7', {
      ...{ milliseconds: 48_000, size: 3_020_000, mishap: 'the emulator crashed' },
      steps: {
        ...{ steps: 9, cached: 9 },
        slowest: [
          { name: WILD, milliseconds: 21_000, after: 20_000 },
          { name: 'exporting to image', milliseconds: 700, after: 47_200 },
        ],
      },
    }),
    platform('windows(10.0.20348.2340)/amd64', { milliseconds: 30_000, proofs: [] }),
  ],
  published: { index: INDEX, tags: ['ghcr.io/octo/app:1.2.3', 'ghcr.io/octo/app:latest'].map(parseTagRef) },
  tools: { docker: '28.2.2', engine: '29.0.1', buildx: 'v0.36.1', buildkit: 'v0.32.1' },
  builder: { name: 'multiarch-1', driver: 'docker-container' },
  complaints: [
    {
      ...{
        rule: 'WorkdirRelativePath',
        url: 'https://docs.docker.com/go/dockerfile/rule/workdir-relative-path/',
      },
      text: 'Relative workdir "a|b" can have *unexpected* results <if> the base image changes',
      place: { file: 'docker/Dockerfile', line: 3, endLine: 3 },
    },
  ],
  previous: {
    ...{ tag: parseTagRef('ghcr.io/octo/app:latest'), digest: digestFor('old') },
    platforms: [
      { platform: parsePlatform('linux/amd64'), digest: digestFor('old amd64'), size: 3_400_000 },
      { platform: parsePlatform('linux/arm64'), digest: digestFor('old arm64'), size: 3_700_000 },
      { platform: parsePlatform('linux/arm/v7'), digest: digestFor('linux/arm/v7'), size: 3_020_000 },
      { platform: parsePlatform('linux/s390x'), digest: digestFor('old s390x'), size: 3_500_000 },
    ],
  },
  stages: [
    { name: 'Emulators', startedAt: 100, milliseconds: 900 },
    { name: 'Builder', startedAt: 100, milliseconds: 2200 },
    builds('linux/arm64', 61_234, ', emulated'),
    builds('linux/amd64', 12_345),
    builds('linux/arm/v7', 48_000, ', emulated'),
    builds('windows(10.0.20348.2340)/amd64', 30_000, ', emulated'),
    { name: 'Publish', startedAt: 63_600, milliseconds: 800 },
  ],
}
