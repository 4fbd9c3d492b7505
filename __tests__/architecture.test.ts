import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, test } from 'node:test'

const SRC = resolve(import.meta.dirname, '../src')

/** The house, from the ground up. A folder may use what is below its floor, and itself. */
const FLOORS = [
  ['image'],
  ['registry', 'system'],
  ['emulation', 'builder', 'build', 'handoff', 'layout', 'merge', 'publish'],
  ['flows'],
  ['action'],
  // The files of src itself: they wire everything together.
  ['.'],
] as const

/** What only some may import, and why it is so is in house.md. */
const ONLY_IN: readonly (readonly [what: RegExp, rooms: readonly string[]])[] = [
  [/^undici(\/.*)?$/, ['registry/transport/transport.ts', 'registry/transport/undici-parts.d.ts']],
  [/^(@actions\/exec|node:child_process)$/, ['system/']],
  [/^@actions\/(tool-cache|io)$/, ['system/']],
  [/^@actions\/(core|github)$/, ['action/']],
  [/^@actions\/artifact$/, ['handoff/service.ts']],
  [/^csv-parse(\/.*)?$/, ['action/lists.ts']],
  [/^node:fs(\/promises)?$/, ['system/']],
  [/^node:(net|http)$/, ['registry/']],
  [/^node:(https|http2|dns)(\/.*)?$/, []],
  // Node's own authorities, which a registry's certificate adds to.
  [/^node:tls$/, ['registry/transport/trust.ts']],
  [/^node:process$/, ['main.ts', 'post.ts', 'world.ts']],
  [/^node:os$/, ['programs.ts', 'world.ts']],
]

/** What is said without an import: the environment, clocks and chance come in as parameters. */
const SAID_ONLY_IN: readonly (readonly [what: string, text: RegExp, rooms: readonly string[]])[] = [
  ['the environment', /\bprocess\b[^\n]*\benv\b|\benv\b[^\n]*= process\b/, ['main.ts', 'post.ts']],
  ['the process', /(?<!\.)\bprocess\.(?!exitCode\b)\w+/, ['main.ts', 'post.ts', 'world.ts']],
  ['a clock', /\b(Date\.now|new Date|performance\.now)\b/, ['system/clock.ts', 'registries.ts']],
  [
    'a timer',
    /\b(setTimeout|setInterval|AbortSignal\.timeout)\b/,
    ['system/clock.ts', 'post.ts', 'registries.ts'],
  ],
  ['chance', /\b(Math\.random|random(Bytes|UUID|Int))\b/, ['world.ts', 'registries.ts']],
  ['the end of the process', /\bprocess\.(exit|abort)\b/, []],
  ['the end of other processes', /\bprocess\.kill\b/, ['post.ts']],
]

type Import = Readonly<{ file: string; reached: string }>

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .toSorted()

const code = new Map(files.map((file) => [file, withoutComments(readFileSync(join(SRC, file), 'utf8'))]))
const imports = [...code].flatMap(([file, text]) => importsOf(file, text))

describe('the house', () => {
  test('has a floor for every file', () => {
    assert.ok(files.length > 30, 'where is src?')
    assert.deepEqual(
      files.filter((file) => floorOf(file) < 0),
      [],
    )
  })

  test('is left downwards only, never sideways', () => {
    assert.deepEqual(imports.flatMap(breachesOfFloors), [])
  })

  test('rests on node:crypto and nothing else', () => {
    const allowed = (one: Import) =>
      roomOf(one.file) !== 'image' || isOurs(one) || one.reached === 'node:crypto'
    assert.deepEqual(imports.filter((one) => !allowed(one)).map(sentence), [])
  })

  for (const [what, rooms] of ONLY_IN) {
    test(`imports ${what.source} in ${rooms.join(', ') || 'no room'} only`, () => {
      const breaches = imports.filter(({ file, reached }) => what.test(reached) && !within(file, rooms))
      assert.deepEqual(breaches.map(sentence), [])
    })
  }

  for (const [what, pattern, rooms] of SAID_ONLY_IN) {
    test(`knows ${what} in ${rooms.join(', ') || 'no room'} only`, () => {
      const breaches = [...code].filter(([file, text]) => pattern.test(text) && !within(file, rooms))
      assert.deepEqual(
        breaches.map(([file, text]) => `${file} reaches for ${pattern.exec(text)?.[0]}`),
        [],
      )
    })
  }

  test('needs every package of package.json, and no other', () => {
    const { dependencies } = JSON.parse(readFileSync(join(SRC, '../package.json'), 'utf8'))
    const packages = imports
      .filter((one) => !isOurs(one))
      .flatMap(({ reached }) => (reached.startsWith('node:') ? [] : reached))
    const names = packages.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
    assert.deepEqual([...new Set(names)].toSorted(), Object.keys(dependencies).toSorted())
  })
})

describe('the judge of the house bites', () => {
  const cases: Readonly<Record<string, readonly [file: string, text: string]>> = {
    upwards: ['image/x.ts', "import { a } from '../build/plan.ts'"],
    'between chapters': ['merge/x.ts', "import type { A } from '../build/plan.ts'"],
    'between the two of floor 2': ['system/x.ts', "export { a } from '../registry/client.ts'"],
    lazily: ['flows/x.ts', "const a = await import('../action/inputs.ts')"],
    'for its effect': ['registry/x.ts', "import '../system/log.ts'"],
    'over several lines': ['publish/x.ts', "import {\n  a,\n  type B,\n} from '../merge/flatten.ts'"],
    'to the wiring': ['action/x.ts', "import { a } from '../main.ts'"],
  }
  for (const [name, [file, text]] of Object.entries(cases)) {
    test(name, () => assert.equal(importsOf(file, text).flatMap(breachesOfFloors).length, 1))
  }

  test('and lets pass what is allowed', () => {
    const text =
      "import { a } from '../merge/flatten.ts'\nimport { b } from './world.ts'\nimport { c } from 'node:path'"
    assert.deepEqual(importsOf('flows/x.ts', text).flatMap(breachesOfFloors), [])
    assert.equal(importsOf('flows/x.ts', text).length, 3)
  })

  test('and names file, floor and what was reached for', () => {
    const [breach] = importsOf('merge/x.ts', "import { a } from '../build/plan.ts'").flatMap(breachesOfFloors)
    assert.equal(breach, 'merge/x.ts (floor 3, merge) reaches for build/plan.ts (floor 3, build)')
  })
})

function breachesOfFloors(one: Import): readonly string[] {
  if (!isOurs(one) || roomOf(one.reached) === roomOf(one.file)) return []
  return floorOf(one.reached) < floorOf(one.file) ? [] : [sentence(one)]
}

function sentence(one: Import): string {
  const reached = isOurs(one) ? `${one.reached} (${place(one.reached)})` : one.reached
  return `${one.file} (${place(one.file)}) reaches for ${reached}`
}

function place(file: string): string {
  return `floor ${floorOf(file) + 1}, ${roomOf(file)}`
}

function floorOf(file: string): number {
  return FLOORS.findIndex((rooms) => rooms.some((room) => room === roomOf(file)))
}

function roomOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '.'
}

function isOurs({ reached }: Import): boolean {
  return code.has(reached) || reached.endsWith('.ts')
}

function within(file: string, rooms: readonly string[]): boolean {
  return rooms.some((room) => file === room || (room.endsWith('/') && file.startsWith(room)))
}

/** Every `from '…'`, `import '…'` and `import('…')`; ours as paths in src, others as they are. */
function importsOf(file: string, text: string): readonly Import[] {
  const found = text.matchAll(/(?:^|[^\w.-])(?:from\s*|import\s*\(?\s*)(['"`])([^'"`\n]+)\1/g)
  return [...found].map(([, , name = '']) => {
    const reached = name.startsWith('.') ? relative(SRC, resolve(SRC, dirname(file), name)) : name
    return { file, reached }
  })
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
}
