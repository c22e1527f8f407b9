import { DatabaseSync } from '@photostructure/sqlite'
import { workerPort } from '../../../services/process/worker-port.ts'

/** A thread that is in SQLite nearly all the time, and hears that it is to stop without coming to its end. */

const port = workerPort<{ readonly type: 'ready' }>()
const database = new DatabaseSync(':memory:')
database.exec('CREATE TABLE numbers (number INTEGER, name TEXT)')
const insert = database.prepare('INSERT INTO numbers VALUES (?, ?)')
for (let number = 0; number < 50; number += 1) insert.run(number, `number ${number}`)

function readAgainAndAgain(): void {
  const some = database.prepare('SELECT * FROM numbers LIMIT 50')
  for (let round = 0; round < 100; round += 1) some.all()
  setImmediate(readAgainAndAgain)
}

readAgainAndAgain()
port.tell({ type: 'ready' })
