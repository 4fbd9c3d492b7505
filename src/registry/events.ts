/** What the log may want to say of the talk with a registry. */
export type RegistryEvent =
  /** A request is about to be sent again. */
  | Readonly<{
      kind: 'retry'
      host: string
      method: string
      /** Without secrets. */
      url: string
      /** `503 UNAVAILABLE`, `ECONNRESET`. */
      reason: string
      /** Which retry this is, from 1. */
      retry: number
      /** milliseconds until it is sent */
      wait: number
    }>
  /** The registry's own words for whoever uses it (distribution-spec, "Warnings"); each text once. */
  | Readonly<{ kind: 'warning'; host: string; text: string }>
  /** The header named another digest than the bytes have; the bytes were believed. */
  | Readonly<{ kind: 'wrong-digest-header'; host: string; url: string; header: string; digest: string }>

export type Note = (event: RegistryEvent) => void
