// Package schedule has done what is due by the clock: reminders, the digest, what
// is due to the owners of follow-ups, and the backup.
//
// It promises:
//
//   - Cron only ticks, once a minute. What is due follows from the record and the
//     tick's instant, and each reminder is recorded under a key that names its due
//     time, so that a restart neither misses nor doubles one. Nothing is kept here
//     but what spares work.
//   - A reminder is decided on inside the writer, from the state as it is then: one
//     that somebody made needless in the same moment is not given.
//   - Of a cron line the newest due time counts, unless it is older than three days.
//     After a standstill there is one digest, not one for each that was missed.
//   - A backup appears under its name only when it is complete and on the disk,
//     readable by its owner alone. Only files named as backups are ever removed.
//   - Trouble of the store, or of the backup's disk, is met again at the next tick.
//     An incident that cannot be read, or a fault in one part, holds up no other.
//   - Ticks never overlap. While one takes long, as a backup of a large record may,
//     those of cron are left out; the next one finds all that is due.
//
// Everything counts in UTC: cron lines, days on which follow-ups are due, names of
// backups. A line that was changed in the configuration may come due once more
// within its three days, since due times are what tells one from another.
package schedule
