/** A piece of text that is not the word it should be. The message says what was given and what was expected. */
export class FormatError extends Error {
  override readonly name = 'FormatError'
  readonly word: string
  readonly given: string
  readonly expected: string

  constructor(word: string, given: string, expected: string) {
    super(`"${given}" is not ${/^[aeiou]/i.test(word) ? 'an' : 'a'} ${word}; expected ${expected}`)
    this.word = word
    this.given = given
    this.expected = expected
  }
}
