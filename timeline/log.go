package timeline

import (
	"context"
	"errors"
)

// Log is the port to storage. Engines store bytes that this package encodes and
// know nothing of what they mean. Opening an engine for writing is the election
// of the one writer: while it is open, nobody else can commit.
//
// All methods are safe for concurrent use.
type Log interface {
	// Commit stores the whole batch in one durable transaction, or nothing of it:
	// an error means that nothing is stored. An engine that cannot know refuses
	// every call from then on, until it is opened again. It refuses, with ErrTaken,
	// a batch in which an event's address or a key is stored already or stands
	// twice: that can only mean a second writer.
	Commit(ctx context.Context, b *Batch) error
	// Lookup finds what a delivery key led to.
	Lookup(ctx context.Context, key string) (Position, bool, error)
	// Events reads at most limit events of an incident with N ≥ from, in order of N.
	// A limit below 1 reads nothing.
	Events(ctx context.Context, incident, from, limit int) ([]Record, error)
	// Boot reads what memory holds from the start. Its cost grows with the number
	// of incidents and of open effects, never with the number of events. The order
	// is unspecified.
	Boot(ctx context.Context) (Boot, error)
	// Deploys reads rows of deploys, newest number first. A limit below 1 reads
	// nothing.
	Deploys(ctx context.Context, q DeployQuery) ([]DeployRow, error)
	// Close gives up the writer's seat. A second call does nothing; other calls fail
	// after it.
	Close() error
}

// ErrTaken means that an address or key in a batch is stored already.
var ErrTaken = errors.New("the record has an entry at this place already: another process is writing")

// Record is an event as stored.
type Record struct {
	Incident, N int
	Data        []byte
}

// Row is a summary or an effect as stored, under its own key.
type Row struct {
	Key  string
	Data []byte
}

// KeyRow is a delivery key and what it led to.
type KeyRow struct {
	Key string
	At  Position
}

// Batch is what one transaction writes.
type Batch struct {
	// Events are appended; their addresses must be new.
	Events []Record
	// Erased replace the data of stored events with a version without words; one
	// address may stand in it more than once, with equal data. The
	// engine must leave no older version readable, now or after its own upkeep.
	Erased []Record
	// Keys must be new and are kept for ever.
	Keys []KeyRow
	// Effects are put, Settled are removed, by key.
	Effects []Row
	Settled []string
	// Summaries are put, by incident id.
	Summaries []Row
	// Deploys are put, by number. The place of a number never changes.
	Deploys []DeployRow
}

// DeployRow is a deploy as stored, with what it is looked up by. Service is in
// small letters.
type DeployRow struct {
	Number               int
	Service, Environment string
	Data                 []byte
}

// DeployQuery says which deploys to read.
type DeployQuery struct {
	// Service, in small letters, and Environment narrow it, both or neither.
	Service, Environment string
	// Before is an upper bound that is not reached; 0 is none.
	Before int
	Limit  int
}

// Empty reports whether there is nothing to write.
func (b *Batch) Empty() bool {
	return len(b.Events)+len(b.Erased)+len(b.Keys)+len(b.Effects)+len(b.Settled)+len(b.Summaries)+len(b.Deploys) == 0
}

// Boot is what is read at the start.
type Boot struct {
	Summaries []Row
	Effects   []Row
	// LedgerEvent is the highest number among the events of incident 0, LedgerDeploy
	// the highest number of a deploy; 0 when there are none.
	LedgerEvent, LedgerDeploy int
}
