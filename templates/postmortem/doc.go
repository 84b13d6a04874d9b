// Package postmortem makes the document that is left when an incident is over.
//
// [Build] turns the record into a [Document], [Render] writes it as CommonMark
// with GitHub's tables, a [Template] lays it out as a team wants it, and [Merge]
// puts a fresh rendering into a copy that people have written in. Pages render the
// same Document. [Public] makes the version for strangers.
//
// It promises:
//
//   - Every sentence that Backout writes stands in an owned part and is one that
//     the record supports. What is assumed is called assumed, what is unknown
//     unknown. Causes are never worked out, only quoted. A suspected deploy is
//     called suspected, with the reasons and with what could not be read; whether
//     going back was right is not judged.
//   - What people decide stands above what Backout would say: lessons that they
//     dismissed are gone, those they put differently are in their words, hidden rows
//     are quoted nowhere but in the appendix, erased words nowhere.
//   - Nothing that was recorded is left out of the appendix. The timeline puts rows
//     together that say the same, and the appendix what tells nobody anything; each
//     keeps its number, and every number that is pointed at is there once.
//   - The public version has no name, id, address, message or row number, and no
//     words that nobody meant for it.
//   - Words of people are quoted with who said them and the row they stand in.
//     They can break nothing: no table, heading, list, fence, marker or diagram,
//     and they notify nobody.
//   - Rendering again replaces owned parts alone. Every word that people wrote
//     stays byte for byte; where they wrote into an owned part, their version is
//     kept below it.
//
// Everything here is a pure function of its arguments.
package postmortem
