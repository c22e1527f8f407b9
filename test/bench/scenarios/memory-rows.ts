import type { Bench } from '../bench.ts'
import type { ServiceProcess } from '../processes/service-process.ts'
import { BUDGETS } from '../report/budgets.ts'
import { rowOf } from '../report/row.ts'

/** Reports what the service occupies now, whose it is, and the most it ever did. Only Linux tells. */
export async function addMemory({ add }: Bench, service: ServiceProcess, when: string): Promise<void> {
  const memory = service.memory()
  if (!memory) return
  const label = { scenario: 'memory', unit: 'MB' }
  add(rowOf({ ...label, what: `resident after ${when}` }, [memory.rssMb]))
  add(rowOf({ ...label, what: `most until then`, budget: BUDGETS.memory }, [memory.peakMb]))
  const [main, ...others] = await service.heapsMb()
  if (main === undefined) return
  const sum = others.reduce((a, b) => a + b, 0)
  add(rowOf({ ...label, what: `heap of the main thread then` }, [main]))
  add(rowOf({ ...label, what: `heaps of ${others.length} other threads then` }, [sum]))
  add(rowOf({ ...label, what: `the largest of those` }, [Math.max(...others)]))
}
