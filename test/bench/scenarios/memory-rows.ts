import type { Bench } from '../bench.ts'
import type { ServiceProcess } from '../processes/service-process.ts'
import { BUDGETS } from '../report/budgets.ts'
import { rowOf } from '../report/row.ts'

/** Reports what the service occupies now, and the most it ever did. Only Linux tells. */
export function addMemory({ add }: Bench, service: ServiceProcess, when: string): void {
  const memory = service.memory()
  if (!memory) return
  const label = { scenario: 'memory', unit: 'MB' }
  add(rowOf({ ...label, what: `resident after ${when}` }, [memory.rssMb]))
  add(rowOf({ ...label, what: `most until then`, budget: BUDGETS.memory }, [memory.peakMb]))
}
