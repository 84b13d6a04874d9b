// Package chart draws an incident as lanes over time, and how long incidents took
// as dots over dates.
//
// It works in two steps. [Of] and [Dots.Chart] are pure: they decide what is drawn
// and say it as marks, whose x is a fraction of the plot and whose y are px in
// their lane. [Chart.PNG] resolves the marks at one width and draws them. Which words
// there is room for is decided with the marks, at that width. Most marks carry the words
// that tell what they stand for, and the number of the row they stem from.
//
// The chart shows what the record supports and nothing else: moments that were
// assumed are not drawn, time is bent only where a fold says so, and a version that
// nobody reported is called not known. No colour stands alone: each meaning has a
// shape of its own, so that the picture can be read in grey.
//
// Words come from outside. They are cut where they do not fit, by a rule that knows
// no font, and what the font cannot draw becomes a box. The fonts are Go Regular,
// Medium and Mono and come with the program.
package chart
