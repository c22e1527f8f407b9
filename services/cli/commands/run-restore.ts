import { restoreBackup } from '../../backup/restore-backup.ts'
import { loadConfig } from '../../config/config.ts'
import { logDir } from '../../config/log-place.ts'
import { barsInTurn } from '../bars-in-turn.ts'
import { printJson, printLine } from '../output.ts'
import { tellOfBackup, withReadableFaults } from './backup-told.ts'
import { listenForInterruption } from './interruption.ts'

export async function runRestore(folder: string, { json }: { readonly json?: boolean }): Promise<void> {
  const config = loadConfig(process.env)
  const { SECRET_KEY, storageBackends: backends } = config
  const dataDir = logDir(config)
  const { aborted: signal, end } = listenForInterruption(false)
  const progress = barsInTurn()
  try {
    const options = { folder, dataDir, backends, configuredSecret: SECRET_KEY, signal, progress }
    const manifest = await withReadableFaults(() => restoreBackup(options))
    progress.stop()
    if (json) return printJson(manifest)
    tellOfBackup(manifest)
    printLine(`${dataDir} is as it was on ${manifest.made_at}, at position ${manifest.log.position}`)
  } finally {
    progress.stop()
    end()
  }
}
