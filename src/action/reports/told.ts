import type { Report, Title } from '../titles.ts'

/** Tells errors of one class; undefined for any other error. */
export type Teller = (error: unknown) => Report | undefined

type Class<E> = abstract new (...given: never) => E

/** What a program or a service has said itself stands below our own words. */
type Said = Error & Readonly<{ said?: string }>

/** A class of errors that has one title, and mostly one advice. */
export function told<E extends Said>(
  kind: Class<E>,
  title: Title,
  advice: string | ((error: E) => string),
  detail: (error: E) => string = (error) => lines(sentence(error), error.said ?? ''),
): Teller {
  return toldBy(kind, (error) => ({
    ...{ title, detail: detail(error) },
    advice: typeof advice === 'string' ? advice : advice(error),
  }))
}

/** A class of errors that is told in its own way. */
export function toldBy<E>(kind: Class<E>, tell: (error: E) => Report): Teller {
  return (error) => (error instanceof kind ? tell(error) : undefined)
}

/** What an error says, as a sentence. A name that it begins with stays as it is. */
export function sentence({ message }: Readonly<{ message: string }>): string {
  return message.replace(/^[a-z](?=[a-z]*[ ,])/, (letter) => letter.toUpperCase()).replace(/\.?$/, '.')
}

/** Parts below each other; those that say nothing are left out. */
export function lines(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n')
}
