import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type InputName, readInputs } from '../../src/action/inputs.ts'
import { forAll } from '../fakes/recipe.ts'

const reading = (texts: Partial<Record<InputName, string>>) =>
  readInputs((name) => ({ ...texts })[name as InputName] ?? '')

describe('a secret is never in a complaint', () => {
  const wrong: Readonly<Record<string, readonly [text: string, places: readonly number[]]>> = {
    'that has no id': ['=hush-hush', [1]],
    'that is a value alone': ['npm=fine\nhush-hush', [2]],
    'behind what might be a platform': ['[hush] a=b', [1]],
    'of several lines without quotes': ['pem=hush\nhush-hush\nhush=', [2]],
  }
  for (const [name, [text, places]] of Object.entries(wrong)) {
    test(`${name}, but its place in the list is`, () => {
      const messages = reading({ secrets: text }).complaints.map(({ message }) => message)
      const expected = 'id=value, with quotes around it where the value has several lines'
      assert.deepEqual(
        messages,
        places.map((place) => `"entry ${place}" is not a secret; expected ${expected}`),
      )
    })
  }

  test('that is not set is an empty one, as in workflows of forks', () => {
    const { inputs, complaints } = reading({ secrets: 'npm=' })
    assert.deepEqual(
      { secrets: inputs.secrets, complaints },
      { secrets: [forAll({ id: 'npm', value: '' })], complaints: [] },
    )
  })

  for (const input of ['secret-envs', 'secret-files'] as const) {
    test(`that stands where ${input} wants to know its place`, () => {
      const messages = reading({ [input]: 'A=B\nhush-hush' }).complaints.map(({ message }) => message)
      assert.deepEqual(messages, [
        '"entry 2" is not a secret; expected the id of a secret, = and where its value is',
      ])
    })
  }

  test('whose quote is never closed', () => {
    const [complaint] = reading({ secrets: '"npm=hush-hush\nother=hush' }).complaints
    assert.match(complaint?.message ?? '', /^"\*\*\*" is not a list; .* every quote closed$/)
  })

  test('whatever it is', () => {
    const text = fc.string({ unit: fc.constantFrom('=', '"', '\n', ',', ' ', 'hush', 'a') })
    fc.assert(
      fc.property(text, (secrets) => {
        for (const { message } of reading({ secrets }).complaints) assert.doesNotMatch(message, /hush/)
      }),
    )
  })
})
