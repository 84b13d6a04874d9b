package slacksim

// Person is somebody in front of Slack. Its methods do what that person does with
// mouse and keyboard, through the same rules that bind a person in Slack.
type Person struct {
	s *Server
	u *user
}

// PersonOption describes a person when Server.Person first meets them.
type PersonOption func(*user)

// RealName sets the full name; the capitalised handle by default.
func RealName(name string) PersonOption { return func(u *user) { u.realName = name } }

// DisplayName sets what Slack shows; the handle by default.
func DisplayName(name string) PersonOption { return func(u *user) { u.displayName = name } }

// Email sets the address; handle@<domain>.example by default, "" hides it.
func Email(address string) PersonOption { return func(u *user) { u.email = address } }

// Zone sets the IANA time zone and its offset east of UTC in seconds; UTC by default.
func Zone(name string, offset int) PersonOption {
	return func(u *user) { u.tz, u.tzOffset = name, offset }
}

// Guest makes a guest (is_restricted) of the person.
func Guest() PersonOption { return func(u *user) { u.guest = true } }

// Stranger makes somebody of another workspace, met in a shared channel.
func Stranger() PersonOption { return func(u *user) { u.stranger = true } }

// Deactivated makes a person whose account is closed (deleted).
func Deactivated() PersonOption { return func(u *user) { u.deleted = true } }

// Automaton makes a bot user of the person (is_bot).
func Automaton() PersonOption { return func(u *user) { u.bot = true } }

// WithID fixes the id, for tests whose configuration names people.
func WithID(id string) PersonOption { return func(u *user) { u.id = id } }

// ID is the person's U… id.
func (p *Person) ID() string { return p.u.id }

// Name is the person's handle, without @.
func (p *Person) Name() string { return p.u.name }

// Mention is how the person is written in a message: "@ana".
func (p *Person) Mention() string { return "@" + p.u.name }
