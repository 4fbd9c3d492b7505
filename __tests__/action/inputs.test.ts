import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Complaint, INPUTS, type InputName, readInputs } from '../../src/action/inputs.ts'
import { GOOD } from './good-texts.ts'

const reading = (texts: Partial<Record<InputName, string>>) =>
  readInputs((name) => ({ ...texts })[name as InputName] ?? '')

/** An input is tried in the first mode that it is for. */
const inItsMode = (input: InputName, text: string) => ({
  mode: INPUTS[input].modes[0] ?? 'build',
  [input]: text,
})

/** What their texts are, action.yml says too, and the contract test compares. */
const DEFAULTS = reading({}).inputs

test('inputs that are not set have their defaults, and nothing to complain about', () => {
  assert.deepEqual(reading({}).complaints, [])
  const { mode, push, context, cleanup, platforms, tags, provenance, reset, driver } = DEFAULTS
  assert.deepEqual([mode, push, context, cleanup], ['build', undefined, '.', true])
  assert.deepEqual(
    [platforms, tags, provenance, reset, driver],
    [[], [], undefined, false, 'docker-container'],
  )
  assert.match(DEFAULTS['binfmt-image'], /^tonistiigi\/binfmt:qemu-v[\d.-]+@sha256:[0-9a-f]{64}$/)
})

for (const [input, texts] of Object.entries(GOOD)) {
  describe(`${input} is`, () => {
    for (const [text, value] of Object.entries(texts)) {
      test(JSON.stringify(text), () => {
        const name = input as InputName
        assert.deepEqual(reading(inItsMode(name, text)), {
          inputs: { ...DEFAULTS, mode: INPUTS[name].modes[0] ?? 'build', [input]: value },
          complaints: [],
        })
      })
    }
  })
}

const bad: readonly (readonly [input: InputName, text: string, ...messages: readonly RegExp[]])[] = [
  ['mode', 'bake', /^"bake" is not a mode; expected build, /],
  ['platforms', 'arm64', /^"arm64" is not a platform; expected os\/architecture.* like linux\/arm64/],
  ['platforms', 'arm64,linux/amd64,amd64', /"arm64"/, /"amd64"/],
  ['platforms', 'linux/amd64 linux/arm64', /is not a platform/],
  ['tags', 'ghcr.io/Octo/App:V1', /lower case, like ghcr\.io\/octo\/app:V1$/],
  ['tags', `octo/app@sha256:${'a'.repeat(64)}`, /a digest names bytes and cannot be moved/],
  ['tags', 'octo/app:a b\nocto/app\nocto/app:', /"octo\/app:a b"/, /"octo\/app:"/],
  ['tags', 'https://ghcr.io/octo/app', /expected registry\/name:tag/],
  [
    'outputs',
    'type=tape,dest=x\ntype=oci\ntype=tar,dest=-\ntype=oci,dest="a',
    /"type=tape,dest=x" is not an output; expected a type \(image, /,
    /expected a dest, like type=oci,dest=out$/,
    /a step has no standard output$/,
    /expected name=value pairs/,
  ],
  ['push', 'yes', /^"yes" is not a switch; expected true or false$/],
  ['build-args', '=x\nA=1\n two words', /"=x" is not a pair; expected NAME=value/, /"two words"/],
  ['labels', '=', /NAME=value/],
  ['build-args', '[linux/arm64] "A=b, c"', /quotes go around the whole entry$/],
  [
    'build-args',
    '[arm64] A=1\n[linux/arm64] \nB=2',
    /"arm64" is not a platform/,
    /"\[linux\/arm64\]" is not an entry/,
  ],
  ['file', '[linux/amd64, moon] x', /"moon" is not a platform|" moon" is not a platform/],
  ['annotations', 'title', /expected key=value or level:key=value/],
  [
    'annotations',
    'moon:a=b\nmanifest[arm64]:a=b',
    /"moon:a=b" is not an annotation/,
    /"arm64" is not a platform/,
  ],
  ['annotations', 'index[linux/amd64]:a=b', /expected no platform for an index/],
  ['call', 'lint it', /"lint it" is not a call; expected build, check, outline, targets/],
  ['no-cache', '1', /true or false/],
  ['pull', 'always', /true or false/],
  ['keep-emulators', 'no', /true or false/],
  ['buildx-version', 'newest', /^"newest" is not a version; expected latest, a version like v0\.30\.1/],
  ['buildx-download-url', 'm.lan/buildx', /is not a web address; expected https/],
  ['buildx-download-url', 'https://me:hush@m.lan', /^"\*\*\*" is not a web address; .* without a login$/],
  ['labels', '"open\na=b', /^""open\na=b" is not a list; expected .* every quote closed$/],
  ['immutable-tags', 'v*,octo/app:1', /"octo\/app:1" is not a pattern for tags/],
  ['sources', 'octo/a arch=\nocto/b b', /"arch=" is not a platform edit/, /"octo\/b b" is not a reference/],
  ['time-limit', '10', /"10" is not a duration; .*90s, 10m or 1h30m/],
]

describe('a complaint says what was given and what is expected, for each entry', () => {
  for (const [input, text, ...messages] of bad) {
    test(`${input}: ${JSON.stringify(text)}`, () => {
      const { inputs, complaints } = reading(inItsMode(input, text))
      const { mode } = inputs
      assert.deepEqual(inputs, { ...DEFAULTS, mode })
      assert.deepEqual(
        complaints.map((complaint) => complaint.input),
        messages.map(() => input),
      )
      for (const [place, message] of messages.entries())
        assert.match(complaints[place]?.message ?? '', message)
    })
  }

  test('and all inputs are complained about at once, in the order of the table', () => {
    const complaints = reading({ pull: 'x', mode: 'x', platforms: 'x,y', secrets: 'x' }).complaints
    assert.deepEqual(named(complaints), ['mode', 'platforms', 'platforms', 'secrets', 'pull'])
  })
})

test('every input has its own row here', () =>
  assert.deepEqual(Object.keys(GOOD).toSorted(), Object.keys(INPUTS).toSorted()))

function named(complaints: readonly Complaint[]): readonly InputName[] {
  return complaints.map(({ input }) => input)
}
