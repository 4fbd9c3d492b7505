// The parts of undici that we use. Its index loads all the others as well (fetch, WebSocket, caches, mocks), which takes
// as long again; the tests of the wire fail at once if a new version moves them.

declare module 'undici/lib/dispatcher/dispatcher.js' {
  import type { Dispatcher } from 'undici'

  type Options = Omit<Dispatcher.RequestOptions, 'body'> & {
    /** It sends whatever can be iterated; its own types do not say so. */
    body: Uint8Array | AsyncIterable<Uint8Array> | null
  }

  export default class {
    request(options: Options): Promise<Dispatcher.ResponseData>
    destroy(): Promise<void>
  }
}

declare module 'undici/lib/core/connect.js' {
  export { buildConnector as default } from 'undici'
}

declare module 'undici/lib/dispatcher/agent.js' {
  import type { Agent } from 'undici'
  import type Dispatcher from 'undici/lib/dispatcher/dispatcher.js'

  const open: new (options: Agent.Options) => Dispatcher
  export default open
}

declare module 'undici/lib/dispatcher/proxy-agent.js' {
  import type { ProxyAgent } from 'undici'
  import type Dispatcher from 'undici/lib/dispatcher/dispatcher.js'

  const open: new (options: ProxyAgent.Options) => Dispatcher
  export default open
}

declare module 'undici/lib/api/index.js' {
  import type { Dispatcher } from 'undici'

  const methods: Pick<Dispatcher, 'request' | 'stream' | 'pipeline' | 'upgrade' | 'connect'>
  export default methods
}
