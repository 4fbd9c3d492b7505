// src/image/format-error.ts
/** A piece of text that is not the word it should be. The message says what was given and what was expected. */
var FormatError = class extends Error {
	name = "FormatError";
	word;
	given;
	expected;
	constructor(word, given, expected) {
		super(`"${given}" is not ${/^[aeiou]/i.test(word) ? "an" : "a"} ${word}; expected ${expected}`);
		this.word = word;
		this.given = given;
		this.expected = expected;
	}
};
export { FormatError as t };
