import type { Run } from '../../src/action/run.ts'
import type { Recipe } from '../../src/build/plan.ts'

/** What is built where the inputs say nothing of it. */
export const RECIPE: Recipe = {
  ...{ context: '.', buildArgs: [], labels: [], annotations: [], secrets: [], emptySecrets: [] },
  ...{ cacheFrom: [], cacheTo: [], noCache: false, pull: false, attests: [], passed: {} },
}

/** A runner that says nothing of its run. */
export const NOWHERE: Run = {
  ...{
    url: '',
    private: undefined,
    noDefaultAttestations: false,
    defaultContext: undefined,
    environment: {},
  },
  job: { run: { id: '7', attempt: 1 }, leg: { job: 'image', runner: 'r1' }, writer: '' },
}
