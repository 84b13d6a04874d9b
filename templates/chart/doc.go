// Package chart draws an incident as lanes over time, and how long incidents took
// as dots over dates.
//
// It works in two steps. [Of] and [Dots.Chart] are pure: they decide what is drawn
// and say it as marks, whose x is a fraction of the plot and whose y are px in
// their lane. [Chart.PNG] resolves the marks at one width and draws them; whatever
// else draws them later has nothing left to decide. Each mark carries the words
// that tell what it stands for, and the number of the row it stems from.
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
