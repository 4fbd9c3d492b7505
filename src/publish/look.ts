import type { DigestRef, TagRef } from '../image/reference.ts'
import type { Registry } from '../registry/client.ts'
import type { Head } from '../registry/manifests/answers.ts'
import { RegistryError } from '../registry/registry-error.ts'

/**
 * What is there, or undefined. Some registries refuse a look at what is not there (Artifactory, Docker Hub); whoever
 * may not write hears so at the writing.
 */
export async function look(reference: TagRef | DigestRef, registry: Registry): Promise<Head | undefined> {
  try {
    return await registry.head(reference)
  } catch (error: unknown) {
    if (error instanceof RegistryError && ['denied', 'unauthorized'].includes(error.kind)) return undefined
    throw error
  }
}
