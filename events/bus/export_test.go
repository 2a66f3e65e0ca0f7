package bus

// Waiting returns how many commands wait for the writer.
func (l *Ledger[S]) Waiting() int { return len(l.queue) }
