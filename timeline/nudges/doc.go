// Package nudges says which reminders an incident is due: for a stakeholder
// update, for somebody to lead, because the channel fell quiet, because nobody
// did anything, for a postmortem.
//
// It promises:
//
//   - Pure functions over timeline's types. There is no clock (now is an argument)
//     and nothing is kept between calls; what is passed in is not written to.
//   - What is due follows from the record alone, so that a restart neither misses
//     nor repeats a reminder, and the same one has the same key before and after.
//     A key names when the reminder became due, and that moves only with what
//     people did: a new silence, a new vacancy, another update, a button.
//   - Once per occasion. A reminder that the record shows as given since the
//     silence, the vacancy or the end began is not due again; only the one for
//     updates repeats, at the pace of the severity. This holds whatever the policy
//     was when it was given.
//   - People have the last word. Stopped means never. Put off means not before the
//     instant that was named, and at that instant again if nothing changed: whoever
//     presses Snooze wants to hear of it later.
//   - Nobody is reminded of what just changed. Waiting begins when the incident
//     came into a status that the rule is about, so reopening is no reproach for the
//     days before it.
//   - After a standstill there is one reminder, not one for each that was missed.
//
// The rules stand in one table, see rules. A message counts as a person's when a
// person wrote it: not those of apps, nor those that Slack writes about people who
// join.
package nudges
