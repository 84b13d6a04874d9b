// Package boltlog keeps the record in one bbolt file: the engine for a Backout
// that runs on one machine.
//
// It promises:
//
//   - One writer. The file is locked while it is open; a second Backout gets
//     [ErrLocked] with a sentence that says so, after a short wait.
//   - A commit is one bbolt transaction, so all of it is there or nothing. The
//     error of a commit means that nothing is stored. Should the disk ever leave
//     that open, the log refuses everything from then on until it is opened
//     again, since guessing either way would lose or double something.
//   - No damage is served as the record. A file of up to 64 MiB is examined from
//     end to end before bbolt sees it: every page, every value against its sum,
//     every bucket against its tally. A larger one is examined beside the work,
//     and each of its values when it is read. What is found is an error that
//     names the file and says how to restore; never a panic.
//   - Read transactions are short: they copy and end. bbolt cannot reuse pages,
//     nor extend its map, while one is open.
//   - Erased means erased. bbolt leaves old bytes in freed pages; a file with
//     erasures pending is written anew when it is opened, and backups hold live
//     data only.
//
// The file must be on a local disk: locks and maps do not work over NFS or SMB.
//
// # Format 3
//
// Numbers are big-endian. Values are stored as the timeline encodes them, with a
// CRC-32C of bucket, key and value behind them (4 bytes).
//
//	meta      "format" → version (4 bytes), "erasures" → present while pending,
//	          "tally" → per bucket count (8) and sum of sums (8), own sum (4)
//	events    incident (4), n (4) → event; the bucket's sequence is their count
//	keys      delivery key → incident (4), n (4), count (4)
//	effects   key → effect
//	summaries incident id → summary
//	deploys   number (8) → service and environment, data
//	deploys_by service, environment, number → nothing
//
// A change of the format is a new number, and this package keeps reading the
// older ones: testdata holds a file written by each.
package boltlog
