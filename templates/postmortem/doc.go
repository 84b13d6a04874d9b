// Package postmortem makes the document that is left when an incident is over.
//
// [Build] turns the record into a [Document], [Render] writes it as CommonMark
// with GitHub's tables, and [Merge] puts a fresh rendering into a copy that
// people have written in. Pages render the same Document.
//
// It promises:
//
//   - Every sentence that Backout writes stands in an owned part and is one that
//     the record supports. What is assumed is called assumed, what is unknown
//     unknown. Causes are never worked out, only quoted. A suspected deploy is
//     called suspected, with the reasons and with what could not be read; whether
//     going back was right is not judged.
//   - Words of people are quoted with who said them and the row they stand in.
//     They can break nothing: no table, heading, list, fence, marker or diagram,
//     and they notify nobody.
//   - Rendering again replaces owned parts alone. Every word that people wrote
//     stays byte for byte; where they wrote into an owned part, their version is
//     kept below it.
//
// Everything here is a pure function of its arguments.
package postmortem
