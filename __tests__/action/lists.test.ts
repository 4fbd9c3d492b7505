import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readList } from '../../src/action/lists.ts'

type Cases = Readonly<Record<string, readonly [text: string, entries: readonly string[]]>>

const commas: Cases = {
  nothing: ['', []],
  'only white space': [' \n\n ', []],
  'one entry': ['linux/amd64', ['linux/amd64']],
  'by line': ['linux/amd64\nlinux/arm64', ['linux/amd64', 'linux/arm64']],
  'by comma': ['linux/amd64,linux/arm64', ['linux/amd64', 'linux/arm64']],
  'by both, with spaces and empty lines': [' a , b\n\n  c,\n', ['a', 'b', 'c']],
  'with the line ends of Windows': ['a\r\nb\r\n', ['a', 'b']],
  'in quotes': ['"a","b"', ['a', 'b']],
  'a comma in quotes, among others': ['"a,b",c', ['a,b', 'c']],
  'a whole line in quotes, which docker’s actions split once more': ['"a,b"', ['a', 'b']],
}

const lines: Cases = {
  'a comma is the entry’s own': ['type=gha,mode=max\ntype=inline', ['type=gha,mode=max', 'type=inline']],
  'a space after a comma too': ['a, b', ['a, b']],
  'quotes hold line breaks': ['"KEY=one\ntwo"\nNAME=x', ['KEY=one\ntwo', 'NAME=x']],
  'quotes hold commas': ['"KEY=a,b",c', ['KEY=a,b,c']],
  'a quote in quotes is doubled': ['"KEY=say ""hi"""', ['KEY=say "hi"']],
  'quotes within an entry are its own': ['KEY={"a":1,"b":"c d"}', ['KEY={"a":1,"b":"c d"}']],
  'quotes with something behind them too': ['"a" b', ['"a" b']],
  'an equals sign is nothing special': ['A=b=c==', ['A=b=c==']],
  'nor is a number sign': ['# not a comment', ['# not a comment']],
}

describe('a list by lines or commas', () => {
  for (const [name, [text, entries]] of Object.entries(commas))
    test(name, () => assert.deepEqual(readList(text, { commas: true }), entries))
})

describe('a list by lines alone', () => {
  for (const [name, [text, entries]] of Object.entries(lines))
    test(name, () => assert.deepEqual(readList(text, { commas: false }), entries))
})

test('without quotes, a quote is a letter', () => {
  assert.deepEqual(readList('"env.A=b","c"', { commas: false, quotes: false }), ['"env.A=b","c"'])
  assert.deepEqual(readList('env.A="b', { commas: false, quotes: false }), ['env.A="b'])
})

test('a quote that is never closed is an error', () => {
  assert.throws(() => readList('"a\nb', { commas: true }))
})

test('whatever is quoted as in CSV comes back as it was', () => {
  const entry = fc
    .string({ minLength: 1, unit: fc.constantFrom('a', '"', ',', '\n', '=', ' ', 'é') })
    .map((text) => `<${text}>`)
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const text = entries.map((one) => `"${one.replaceAll('"', '""')}"`).join('\n')
      assert.deepEqual(readList(text, { commas: false }), entries)
    }),
  )
})
