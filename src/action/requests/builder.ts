import type { BuilderSpec } from '../../builder/builder.ts'
import type { Need } from '../../builder/needs.ts'
import type { NodeSpec } from '../../builder/nodes.ts'
import type { BuildxChoice } from '../../flows/workshop/find-tools.ts'
import type { BuilderChoice } from '../../flows/workshop/set-up.ts'
import { type Complaint, complain, type InputName, type Inputs, isSet } from '../inputs.ts'

/** The builder that is there, or the one in the engine, or what the one that this action makes shall be. */
export function toBuilderChoice(inputs: Inputs): BuilderChoice {
  const { builder, driver } = inputs
  if (builder) return { existing: builder }
  return driver === 'docker' ? { embedded: true } : toBuilderSpec(inputs, driver)
}

function toBuilderSpec(inputs: Inputs, driver: BuilderSpec['driver']): BuilderSpec {
  const starts = driver !== 'remote'
  return {
    driver,
    endpoint: inputs.endpoint,
    image: inputs['buildkit-image'],
    imageMirrors: imageMirrorsOf(inputs),
    driverOptions: inputs['driver-opts'],
    flags: starts ? inputs['buildkitd-flags'] || flagsFor(inputs.allow) : '',
    config: {
      path: inputs['buildkitd-config'],
      text: inputs['buildkitd-config-inline'],
      registries: {
        mirrors: inputs['registry-mirrors'],
        insecure: starts ? inputs['insecure-registries'] : [],
      },
    },
    platforms: inputs['builder-platforms'],
    nodes: nodesIn(inputs).map((node) => ({
      ...node,
      flags: starts ? node.flags || flagsFor(inputs.allow) : '',
    })),
    keepState: inputs['keep-state'],
    cleanup: inputs.cleanup,
  }
}

/** Where images are pulled from that Docker Hub does not give: a mirror for base images has ours as well. */
export function imageMirrorsOf(inputs: Inputs): readonly string[] {
  return [...new Set([...inputs['image-mirrors'], ...inputs['registry-mirrors']])]
}

/** A builder of our own allows what the build is allowed, and no more. Other entitlements are matters of buildx alone. */
function flagsFor(allowed: readonly string[]): string {
  const ofBuildkit = allowed.filter((name) => /^(network\.host|security\.insecure|device)(=|$)/.test(name))
  const names = [...new Set(ofBuildkit.map((name) => name.replace(/=.*$/s, '')))]
  return names.map((name) => `--allow-insecure-entitlement ${name}`).join(' ')
}

/** Which buildx is wanted, and what it must be able to do. */
export function toBuildxChoice(inputs: Inputs): BuildxChoice {
  const version = inputs['buildx-version']
  const needs = Object.entries(SINCE).flatMap(([input, since]): Need[] =>
    isSet(inputs, input as InputName) ? [{ input, since }] : [],
  )
  return { needs, ...(version && { wish: { version, url: inputs['buildx-download-url'] } }) }
}

/** The first buildx with the option that an input becomes; what v0.11 has already is not listed. */
const SINCE: Partial<Record<InputName, string>> = {
  annotations: 'v0.12.0',
  'buildkitd-config': 'v0.13.0',
  'buildkitd-config-inline': 'v0.13.0',
  'registry-mirrors': 'v0.13.0',
  outputs: 'v0.13.0',
  call: 'v0.15.0',
  policy: 'v0.31.0',
  resources: 'v0.35.0',
}

/** Inputs for a builder that this action makes. */
const OF_OWN_BUILDER = [
  ...(['driver', 'endpoint', 'driver-opts', 'buildkitd-flags', 'buildkitd-config'] as const),
  ...(['buildkitd-config-inline', 'buildkit-image', 'builder-platforms', 'keep-state', 'cleanup'] as const),
  ...(['registry-mirrors', 'append'] as const),
] as const

/** Inputs for a BuildKit that this action starts. */
const OF_STARTED_BUILDKIT = [
  ...(['buildkitd-flags', 'buildkitd-config', 'buildkitd-config-inline', 'buildkit-image'] as const),
  'registry-mirrors',
] as const

/** What is wrong with what is said of the builder, and of buildx. */
export function builderComplaints(inputs: Inputs, wrong: ReadonlySet<string>): readonly Complaint[] {
  if (inputs.builder) {
    const message = `is for a builder that this action makes; builder "${inputs.builder}" exists already, so set one or the other`
    return OF_OWN_BUILDER.flatMap((input) => complain(isSet(inputs, input), input, message))
  }
  return [
    ...complain(
      inputs['buildkitd-config'] !== '' && inputs['buildkitd-config-inline'] !== '',
      'buildkitd-config',
      'and buildkitd-config-inline say the same thing; set one of them',
    ),
    ...complain(inputs.append === true, 'append', 'is true for mode merge; here it is a YAML list of nodes'),
    ...(wrong.has('driver') ? [] : driverComplaints(inputs)),
  ]
}

function driverComplaints(inputs: Inputs): readonly Complaint[] {
  const { driver, endpoint } = inputs
  if (driver === 'docker') {
    const message = 'is for a builder that this action makes; the driver docker is the BuildKit in the engine'
    const others = OF_OWN_BUILDER.filter((input) => input !== 'driver')
    return others.flatMap((input) => complain(isSet(inputs, input), input, message))
  }
  return [
    ...complain(
      driver === 'remote' && endpoint === '',
      'endpoint',
      'is empty, and the driver remote needs the address of a BuildKit, like tcp://buildkit:1234',
    ),
    ...complain(
      driver === 'kubernetes' && endpoint !== '',
      'endpoint',
      'is for the drivers docker-container and remote; the driver kubernetes goes where KUBECONFIG says',
    ),
    ...nodesIn(inputs).flatMap((node, place) => nodeComplaints(node, place + 1, driver)),
    ...complain(
      driver !== 'docker-container' && inputs['keep-state'],
      'keep-state',
      `is for the driver docker-container; one of the driver ${driver} has no cache volume to keep`,
    ),
    ...(driver === 'remote' ? OF_STARTED_BUILDKIT : []).flatMap((input) =>
      complain(isSet(inputs, input), input, RUNNING),
    ),
  ]
}

const RUNNING = 'is for a BuildKit that this action starts; that of the driver remote runs already'

function nodeComplaints(
  { endpoint, flags }: NodeSpec,
  place: number,
  driver: Inputs['driver'],
): readonly Complaint[] {
  const kubernetes = driver === 'kubernetes'
  return [
    ...complain(
      kubernetes && endpoint !== '',
      'append',
      `gives node ${place} an endpoint; the driver kubernetes goes where KUBECONFIG says`,
    ),
    ...complain(
      !kubernetes && endpoint === '',
      'append',
      `gives node ${place} no endpoint, so it would be where the builder is already`,
    ),
    ...complain(
      driver === 'remote' && flags !== '',
      'append',
      `gives node ${place} buildkitd-flags, which ${RUNNING}`,
    ),
  ]
}

function nodesIn({ append }: Inputs): readonly NodeSpec[] {
  return typeof append === 'boolean' ? [] : append
}
