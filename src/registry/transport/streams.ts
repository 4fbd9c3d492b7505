/** A stream of bytes, piece by piece, that can be given up before it was begun: a generator alone cannot. */
export function withEnd(stream: AsyncIterable<Uint8Array>, over: () => void): AsyncIterable<Uint8Array> {
  const inner = stream[Symbol.asyncIterator]()
  let done = false
  const finish = () => {
    if (!done) over()
    done = true
  }
  const iterator: AsyncIterator<Uint8Array> = {
    next: async () => {
      try {
        const step = await inner.next()
        if (step.done) finish()
        return step
      } catch (error: unknown) {
        finish()
        throw error
      }
    },
    return: async () => {
      try {
        await inner.return?.()
      } finally {
        finish()
      }
      return { done: true, value: undefined }
    },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}

/** Begins at once, so that what is wrong from the start is said by the one who opens it. */
export async function begun(stream: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const inner = stream[Symbol.asyncIterator]()
  let first: IteratorResult<Uint8Array> | undefined = await inner.next()
  const iterator: AsyncIterator<Uint8Array> = {
    next: async () => {
      const step = first ?? (await inner.next())
      first = undefined
      return step
    },
    return: async () => (await inner.return?.()) ?? { done: true, value: undefined },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}
