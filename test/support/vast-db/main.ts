import { startVastDb } from './vast-db-server.ts'

// A server of its own process: prints its address and account as one line of JSON, and runs until it is ended.
const { VAST_DB_PORT = '0', VAST_DB_SETTINGS = '{}' } = process.env
const { url, account, bucket } = await startVastDb(JSON.parse(VAST_DB_SETTINGS), Number(VAST_DB_PORT))
console.log(JSON.stringify({ url, bucket, ...account }))
