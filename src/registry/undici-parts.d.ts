// The parts of undici that we use. Its index loads all the others as well (fetch, WebSocket, caches, mocks), which takes
// as long again; the tests of the wire fail at once if a new version moves them.

declare module 'undici/lib/dispatcher/dispatcher.js' {
  export { Dispatcher as default } from 'undici'
}

declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici'
}

declare module 'undici/lib/dispatcher/proxy-agent.js' {
  export { ProxyAgent as default } from 'undici'
}

declare module 'undici/lib/api/index.js' {
  import type { Dispatcher } from 'undici'

  const methods: Pick<Dispatcher, 'request' | 'stream' | 'pipeline' | 'upgrade' | 'connect'>
  export default methods
}
