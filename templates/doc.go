// Package templates holds every word that people see: messages, forms and
// answers in Slack, help, and what the documents and pages share with them.
//
// It promises that nothing from outside can do harm. Words of people are kept in
// [Rich] text, which knows what is a word and what is a mention, a link or an
// instant; each surface escapes it in one place ([Rich.Markdown],
// [Rich.Plain], and Block Kit in the Slack adapter). A message made here cannot
// notify anybody by what somebody typed.
//
// Values are neutral: the package knows no SDK. Functions are pure; what they
// need is passed in.
package templates
