import { openFront } from './front.ts'
import { rig } from './rig.ts'

/** How a registry refuses manifests: so often, and for how many seconds nobody should ask again. */
type Stinginess = Readonly<{ refusals: number; retryAfter: number; message: string }>

/** The bench's mirror behind somebody who counts pulls, as Docker Hub does. */
export async function stingyRegistry({ refusals, retryAfter, message }: Stinginess) {
  let refused = 0
  const front = await openFront(rig.mirror, ({ incoming, outgoing, passOn }) => {
    if (!incoming.url?.includes('/manifests/') || refused >= refusals) return passOn()
    refused++
    outgoing.writeHead(429, { 'retry-after': String(retryAfter), 'content-type': 'application/json' })
    outgoing.end(JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message }] }))
  })
  return { ...front, refused: () => refused }
}
