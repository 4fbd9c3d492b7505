import { EmulatorError } from '../../emulation/ensure.ts'
import { told } from './told.ts'

/** Emulators that did not come up. */
export const OF_EMULATION = [told(EmulatorError, 'An emulator did not come up', adviceFor)]

function adviceFor({ trouble, image, said }: EmulatorError): string {
  switch (trouble) {
    case 'missing':
      return cureFor(said)
    case 'broken':
      return `The smallest program there is fails under it, so no Dockerfile is to blame. Try another version of ${image} with the input binfmt-image, or reset: true if something else has registered it.`
    case 'gone':
      return `Nothing but the installer's container had binfmt_misc mounted: mount it on the engine's machine itself, as root: mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc. Or the engine is in a user namespace, as rootless engines are, and what was there for it before is hidden as well: ${ON_THE_MACHINE}, and start the engine again.`
  }
}

const ON_THE_MACHINE = 'install emulators on its machine (Debian and Ubuntu: the package qemu-user-static)'

/** The installer's words are only read for a better advice; that it failed is known without them. */
function cureFor(said: string): string {
  if (/privileged|user namespace|rootless|operation not permitted|permission denied/i.test(said))
    return `The container must be allowed to run privileged. For an engine that is rootless or in a user namespace ${ON_THE_MACHINE}.`
  if (/cannot mount|no such file or directory.*binfmt_misc|binfmt_misc.*no such file/i.test(said))
    return 'The kernel has no binfmt_misc here: load it on the host with "modprobe binfmt_misc" and mount it at /proc/sys/fs/binfmt_misc.'
  if (/invalid argument/i.test(said))
    return 'The kernel is too old for emulators in containers: flag F came with Linux 4.8.'
  return 'Emulators need a container that may run privileged, and a kernel of Linux 4.8 or newer with binfmt_misc mounted.'
}
