"""Programs that share arrays, each a short example of a writer; `shmscope demo` runs them all."""
