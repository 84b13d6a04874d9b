package templates

// Message is what is posted or answered, without knowledge of Block Kit.
type Message struct {
	// Summary is the plain text of notifications and of screen readers.
	Summary string
	Parts   []Part
}

// Part is one block of a message: Heading, Para, Fields, Footer, Buttons or Rule.
type Part interface{ part() }

// Heading is one line of plain text, at most 150 characters.
type Heading string

// Para is a paragraph.
type Para Rich

// Field is a label with its value; Fields are set in two columns.
type Field struct {
	Label string
	Value Rich
}

// Fields are at most ten.
type Fields []Field

// Footer is a line in small type.
type Footer Rich

// Buttons stand in one row, at most five.
type Buttons []Button

// Rule is a dividing line.
type Rule struct{}

func (Heading) part() {}
func (Para) part()    {}
func (Fields) part()  {}
func (Footer) part()  {}
func (Buttons) part() {}
func (Rule) part()    {}

// Button is a button. ID carries a version ("resolve_v1") and stays valid for
// ever, because buttons on messages live for ever.
type Button struct {
	ID, Label, Value string
	// URL makes it a link.
	URL     string
	Look    Look
	Confirm *Confirm
}

// Look is the emphasis of a button.
type Look int

// How a button looks.
const (
	Quiet Look = iota
	Go
	Danger
)

// Confirm asks before a button acts.
type Confirm struct {
	Title, Text, Yes, No string
}

// Form is a dialog.
type Form struct {
	// ID carries a version, as for buttons.
	ID            string
	Title, Submit string
	// State comes back with the submission, unseen; at most 3,000 characters.
	State  string
	Intro  Rich
	Inputs []Input
}

// Input is one field of a form; its ID keys the submitted value.
type Input struct {
	ID, Label, Hint, Placeholder string
	Kind                         InputKind
	// Value is what stands in it at first.
	Value    string
	Options  []Option
	Optional bool
	// Max is the greatest number of characters, or 0.
	Max int
}

// InputKind is how an input is filled.
type InputKind int

// The kinds of input. Dates are 2006-01-02; people are user ids.
const (
	Line InputKind = iota
	Area
	Choice
	Choices
	OnePerson
	Day
)

// Option is one choice.
type Option struct {
	Value, Label string
}
