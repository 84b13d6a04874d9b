package postmortem

import (
	"time"

	"backout/templates"
)

// Document is a postmortem, ready to be written as Markdown or as a page.
type Document struct {
	// ID is INC-7, or INC-7-public. [Merge] goes by it.
	ID    string
	Title Line
	// Fields are what a template of a team can name, in plain words.
	Fields Fields
	// Names resolves the people and channels in the document's lines.
	Names templates.Names
	// CodeNames sets people's names as code.
	CodeNames bool
	Sections  []Section
}

// Section is a heading with an owned part, what people are asked below it, or
// both.
type Section struct {
	// Part names the owned part; it is never renamed, because documents out there
	// carry it. Empty means that the section belongs to people altogether.
	Part string
	// Title is empty for the part that carries the document's own title.
	Title string
	Owned []Block
	// Ask are questions to people, beginning with How or What.
	Ask []string
}

// Fields are facts in plain words: they may come from outside and are not escaped.
type Fields struct {
	// ID is INC-7, Severity "1 – Critical", Status "resolved", Date the day on which
	// it was declared, such as 2026-11-20, and Services "web-app, billing".
	ID, Title, Severity, Status, Date, Services string
}

// Block is one of Heading, Paragraph, List, Table, Gantt or Picture.
type Block interface{ block() }

// Heading is a heading inside a section.
type Heading struct{ Text Line }

// Paragraph is a paragraph.
type Paragraph struct{ Text Line }

// List is a list of points.
type List struct{ Items []Item }

// Item is a point with its own points below it.
type Item struct {
	Text Line
	Sub  []Item
}

// Table has as many cells in each row as in its head.
type Table struct {
	Head []Line
	Rows []Row
}

// Row is one row of a table.
type Row []Line

// Gantt is a diagram of spans of time. Names of bars may carry words from outside,
// but begin with a word of ours: Mermaid takes some words at the beginning of a
// line for its own.
type Gantt struct {
	Title string
	// Dated is true when the axis must show days.
	Dated bool
	Lanes []Lane
}

// Lane is a named group of bars.
type Lane struct {
	Name string
	Bars []Bar
}

// Bar is one stretch of a lane.
type Bar struct {
	Name string
	// Look is "crit", "active", "done" or empty.
	Look string
	From time.Time
	For  time.Duration
}

// Picture is an image in a file beside the document.
type Picture struct{ File, Alt string }

func (Heading) block()   {}
func (Paragraph) block() {}
func (List) block()      {}
func (Table) block()     {}
func (Gantt) block()     {}
func (Picture) block()   {}

// Line is text on one line.
type Line []Piece

// Piece is one of Text, Words, Quote, Ref, Mark or Note.
type Piece interface{ piece() }

// Text is plain words.
type Text string

// Words are more than plain: names, links, bold.
type Words templates.Rich

// Quote is what somebody said, set in quotation marks.
type Quote templates.Rich

// Ref points at the row of the timeline with the number.
type Ref int

// Mark is the row's number, and what a Ref points at.
type Mark int

// Note is a remark about what stands beside it, set apart from it.
type Note string

func (Text) piece()  {}
func (Words) piece() {}
func (Quote) piece() {}
func (Ref) piece()   {}
func (Mark) piece()  {}
func (Note) piece()  {}

// say makes a line of plain words.
func say(s string) Line { return Line{Text(s)} }

func bold(s string) Words { return Words(templates.R(templates.B(s))) }

func join(lines ...Line) Line {
	var out Line
	for _, l := range lines {
		out = append(out, l...)
	}
	return out
}
