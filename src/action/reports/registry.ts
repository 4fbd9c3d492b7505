import { CredentialError } from '../../registry/credentials/credential.ts'
import { RegistryError, SHA256_ONLY, TLS_WANTED, URLS_UNWANTED } from '../../registry/registry-error.ts'
import { formatDuration } from '../../system/clock.ts'
import type { Report } from '../titles.ts'
import { lines, told, toldBy } from './told.ts'

export const LOGIN =
  'Log in before this step (docker/login-action) with an account that may read this repository, and write to it where something is pushed. On ghcr.io with GITHUB_TOKEN the job needs "permissions: packages: write" (read, where nothing is pushed), and a package that exists must give this repository that access in its settings.'

const SAFE = 'No tag was moved to anything incomplete; running the job again is safe.'

/** What a registry does not do for us, or we for it. */
export const OF_REGISTRY = [
  toldBy(RegistryError, ofRegistry),
  told(CredentialError, 'The registry does not accept the login', ({ program }) =>
    program === undefined
      ? LOGIN
      : `Make ${program} work for the user of the runner, or take it out of Docker's config.json (credsStore, credHelpers) and log in before this step (docker/login-action).`,
  ),
]

/** Knows the classes of errors, not their texts: the registry's own words are in the detail. */
function ofRegistry(error: RegistryError): Report {
  const detail = lines(error.message, effortOf(error))
  switch (error.kind) {
    case 'unauthorized':
    case 'denied':
      return { title: 'The registry does not accept the login', detail, advice: LOGIN }
    case 'unavailable':
    case 'unreachable':
      return { title: 'The registry cannot be reached', detail, advice: adviceToReach(error) }
    case 'unknown':
    case 'immutable':
    case 'limited':
    case 'refused':
    case 'digest':
    case 'unusable':
      return { title: 'The registry refuses', detail, advice: adviceFor(error) }
  }
}

/** That nothing was left untried; without it, a slow failure looks like a hasty one. */
function effortOf({ retried, waited }: RegistryError): string {
  if (retried === 0) return ''
  const times = retried === 1 ? 'twice' : `${retried + 1} times`
  return `It was asked ${times}, with ${formatDuration(waited)} of waiting between.`
}

/** As node's TLS names what it has against a certificate, but for one that has run out or is for another name. */
const UNBELIEVED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

function adviceToReach({ codes, host }: RegistryError): string {
  if (codes.includes('OUT_OF_TIME'))
    return 'The input time-limit has ended it. Running the job again is safe, and goes on with what is there already; or set a longer limit.'
  if (codes.some((code) => UNBELIEVED.has(code)))
    return `The certificate of ${host} is not believed here. Put its authority into /etc/docker/certs.d/${host}/ca.crt, or name its file in NODE_EXTRA_CA_CERTS.`
  return `Check that ${host} is up and that this runner reaches it (proxy, DNS, certificates). Registries on other machines must speak HTTPS. Running the job again is safe.`
}

function adviceFor({ kind, method, status, codes, host, repository }: RegistryError): string {
  if (kind === 'immutable')
    return 'The tag exists with another image and cannot be moved; publish under a new tag.'
  if (kind === 'limited')
    return 'The registry limits how often it is asked. Log in, or run the job again later.'
  if (kind === 'unknown' && method === 'GET')
    return `Check the name ${repository ?? host} and its tag or digest. Registries hide what is private from those who have not logged in; what cleans up there may have taken it, too.`
  if (kind === 'unknown')
    return `Check the name ${repository ?? host}. Some registries, such as ECR, want the repository to be made first.`
  if (codes.includes(TLS_WANTED))
    return `${host} was spoken to without TLS, as registries on this machine are, and those that insecure-registries names. If it wants TLS, put its authority into /etc/docker/certs.d/${host}/ca.crt.`
  if (status === 413)
    return 'The registry, or a proxy before it (client_max_body_size of nginx), takes nothing of this size.'
  if (codes.includes(SHA256_ONLY))
    return `It may be that ${host} knows images by sha256 only, as Docker's own registry does; this one is named by sha512. ${SAFE}`
  if (codes.includes(URLS_UNWANTED))
    return `${host} takes no layers that are fetched from elsewhere, as those of older Windows images are: build on an image without them, or have their addresses allowed there (validation.manifests.urls of Docker's own registry). ${SAFE}`
  if (codes.includes('MANIFEST_BLOB_UNKNOWN'))
    return `Something that the image is made of is not in ${repository ?? host}: it was pushed elsewhere, or what cleans up there has taken it for unused. Build or push it again. ${SAFE}`
  if (codes.includes('MANIFEST_INVALID'))
    return `Some registries refuse attestations: set provenance: false where it is built, or attestations: drop where it is merged. ${SAFE}`
  return SAFE
}
