package slacksim

// TB is the part of testing.TB that a Stage needs.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Stage is a Server for a test: what fails ends the test, so that a test reads as
// a list of what people do and see.
type Stage struct {
	*Server
	tb TB
}

// Test puts the server on a stage.
func Test(tb TB, s *Server) *Stage { return &Stage{Server: s, tb: tb} }

// Person is Server.Person, as an Actor.
func (st *Stage) Person(name string, opts ...PersonOption) *Actor {
	return &Actor{Person: st.Server.Person(name, opts...), tb: st.tb}
}

// Room is Server.Room, as a Scene.
func (st *Stage) Room(name string) *Scene { return &Scene{st.Server.Room(name), st.tb} }

// PrivateRoom is Server.PrivateRoom, as a Scene.
func (st *Stage) PrivateRoom(name string, members ...*Actor) *Scene {
	people := make([]*Person, len(members))
	for i, m := range members {
		people[i] = m.Person
	}
	return &Scene{st.Server.PrivateRoom(name, people...), st.tb}
}

// WaitRoom waits for a room whose name contains the text.
func (st *Stage) WaitRoom(nameContains string) *Scene {
	st.tb.Helper()
	r, err := st.Server.WaitRoom(nameContains)
	must(st.tb, err)
	return &Scene{r, st.tb}
}

// WaitLinks waits until at least n links are open.
func (st *Stage) WaitLinks(n int) {
	st.tb.Helper()
	must(st.tb, st.Server.WaitLinks(n))
}

// Scene is a Room in a test.
type Scene struct {
	*Room
	tb TB
}

// Sees waits for a message that contains the text.
func (sc *Scene) Sees(text string) Message {
	sc.tb.Helper()
	m, err := sc.Room.Sees(text)
	must(sc.tb, err)
	return m
}

// Message is Sees under the name that reads better where the message is used.
func (sc *Scene) Message(containing string) Message {
	sc.tb.Helper()
	return sc.Sees(containing)
}

// Lacks ends the test when a message contains the text now.
func (sc *Scene) Lacks(text string) {
	sc.tb.Helper()
	if m, ok := sc.Find(text); ok {
		sc.tb.Fatalf("#%s has %q, in: %s", sc.Name(), text, m.Text())
	}
}

func must(tb TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatalf("slacksim: %v", err)
	}
}
