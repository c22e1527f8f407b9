const never = new Int32Array(new SharedArrayBuffer(4))

/** Blocks this thread: for threads that have nothing else to do, and for opening a file. */
export function pause(milliseconds: number): void {
  Atomics.wait(never, 0, 0, milliseconds)
}
