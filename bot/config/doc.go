// Package config reads Backout's settings and promises that what it returns
// has been checked.
//
// Settings come from four places; the earlier wins:
//
//	flags > environment > file > defaults
//
// The file is read strictly. An unknown key, a key written twice, a value of
// the wrong kind and a value that cannot work are refused with file, line and a
// sentence that says what to write instead, many at once: nobody should have to
// start the bot five times to learn five mistakes. What cannot be read is told
// first; what cannot work is told once everything can be read. koanf only lays
// the four layers over each other; it never decides what is allowed.
//
// Secrets have a type, [Secret], that does not print itself. They come from the
// environment (NAME) or from a file named there (NAME_FILE), never from the
// configuration file and never from a flag, where every user of the machine
// could read them.
//
// Nothing here is reloaded: a change needs a restart. The environment is read
// through a function that the caller hands in, so tests set no real variables.
//
// The tone of every sentence: what is wrong, then what to write. No blame, no
// exclamation marks, and never the value of a secret.
package config
