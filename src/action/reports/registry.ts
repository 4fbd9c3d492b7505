import type { RegistryError } from '../../registry/registry-error.ts'
import type { Report } from '../titles.ts'

export const LOGIN =
  'Log in before this step (docker/login-action) with an account that may push to this repository; on ghcr.io with GITHUB_TOKEN, the job needs "permissions: packages: write" and the package must give this repository write access.'

/** Knows the classes of errors, not their texts: the registry's own words are in the detail. */
export function ofRegistry(error: RegistryError): Report {
  const detail = error.message
  switch (error.kind) {
    case 'unauthorized':
    case 'denied':
      return { title: 'The registry does not accept the login', detail, advice: LOGIN }
    case 'unknown':
      return {
        title: 'The registry refuses',
        detail,
        advice: `Check the name ${error.repository ?? error.host}. Some registries, such as ECR, want the repository to be made first.`,
      }
    case 'immutable':
      return {
        title: 'The registry refuses',
        detail,
        advice: 'The tag exists with another image and cannot be moved; publish under a new tag.',
      }
    case 'limited':
      return {
        title: 'The registry refuses',
        detail,
        advice: 'The registry limits how often it is asked. Log in, or run the job again later.',
      }
    case 'unavailable':
    case 'unreachable':
      if (error.codes.includes('OUT_OF_TIME')) {
        return {
          title: 'The registry cannot be reached',
          detail,
          advice:
            'The input time-limit has ended it. Running the job again is safe, and goes on with what is there already; or set a longer limit.',
        }
      }
      return {
        title: 'The registry cannot be reached',
        detail,
        advice: isUnbelieved(error)
          ? `The certificate of ${error.host} is not believed here. Put its authority into /etc/docker/certs.d/${error.host}/ca.crt, or name its file in NODE_EXTRA_CA_CERTS.`
          : `Check that ${error.host} is up and that this runner reaches it (proxy, DNS, certificates). Registries on other machines must speak HTTPS. Running the job again is safe.`,
      }
    case 'refused':
    case 'digest':
    case 'unusable':
      return {
        title: 'The registry refuses',
        detail,
        advice: 'No tag was moved to anything incomplete; running the job again is safe.',
      }
  }
}

/** As node's TLS names what it has against a certificate, but for one that has run out or is for another name. */
const UNBELIEVED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

function isUnbelieved({ codes }: RegistryError): boolean {
  return codes.some((code) => UNBELIEVED.has(code))
}
