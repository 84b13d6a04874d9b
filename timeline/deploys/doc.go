// Package deploys says which deploys may have caused an incident, and which
// version to go back to.
//
// It promises:
//
//   - Pure functions over timeline's types. There is no clock (now is an
//     argument), no randomness and nothing is kept between calls; what is passed
//     in is not written to.
//   - Total. Every value that the types can hold has an answer, whatever nonsense
//     of times, names or patterns it carries; nothing panics. Where something is
//     not known, such as when a deploy took effect, the answer is the careful one:
//     no suspect, no version to go back to.
//   - Deterministic. The order in which deploys are passed in changes nothing, as
//     long as their numbers are unique.
//   - Hostile text is only compared and never interpreted. Titles, commit messages
//     and paths are cut into words and looked up; patterns come from the
//     configuration alone. Words that are handed out consist of letters and digits,
//     but paths are as the outside wrote them and must be escaped where shown.
//
// People's word is not the ranking's business. [Rank] says what it would say if
// nobody had judged anything; what is caused or cleared is applied where the
// ranking is recorded.
//
// One order runs through the package: by when a deploy took effect, then by its
// number. A history is that of one service in one environment.
package deploys
