package pagerdutysim

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// object is a JSON object.
type object = map[string]any

// world is everything the account knows. Lists are in order of creation.
type world struct {
	random  *rand.Rand
	number  int // of the last incident
	revoked bool

	keys       map[string]*key
	users      []*user
	teams      []*entity
	priorities []*priority
	schedules  []*schedule
	policies   []*policy
	services   []*service
	incidents  []*incident
	changes    []*changeEvent
}

func newWorld(o Options) world {
	w := world{random: rand.New(rand.NewPCG(uint64(o.Seed), 0x706167657264)), keys: map[string]*key{}}
	w.keys["token "+o.Token] = &key{}
	if o.Bearer != "" {
		w.keys["bearer "+o.Bearer] = &key{}
	}
	return w
}

// letters returns n random characters of an alphabet.
func (w *world) letters(n int, alphabet string) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[w.random.IntN(len(alphabet))])
	}
	return b.String()
}

const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// id is a new id of the older kind, such as PT4KHLK.
func (w *world) id() string { return "P" + w.letters(6, idAlphabet) }

// longID is a new id of the kind that incidents have, such as Q2FJZEW25HFSAW.
func (w *world) longID() string { return "Q" + w.letters(13, idAlphabet) }

// eventID is a new id of the kind that events have.
func (w *world) eventID() string { return "01" + w.letters(24, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") }

// hex returns n random hexadecimal digits.
func (w *world) hex(n int) string { return w.letters(n, "0123456789abcdef") }

// uuid is a new random UUID.
func (w *world) uuid() string {
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", w.hex(8), w.hex(4), w.hex(3), w.hex(3), w.hex(12))
}

// entity is what can be referred to.
type entity struct {
	kind string // "user", "escalation_policy"…
	id   string
	name string
}

// find looks one up by its id.
func find[T interface{ is(id string) bool }](list []T, id string) (found T, ok bool) {
	for _, x := range list {
		if id != "" && x.is(id) {
			return x, true
		}
	}
	return found, false
}

func (e *entity) is(id string) bool { return e.id == id }

// collection is the kind's path in the API.
func (e *entity) collection() string {
	if strings.HasSuffix(e.kind, "_log_entry") {
		return "log_entries"
	}
	if k, ok := strings.CutSuffix(e.kind, "y"); ok {
		return k + "ies"
	}
	return e.kind + "s"
}

// ref is the reference {id, type, summary, self, html_url}.
func (s *Server) ref(e *entity) object {
	o := s.card(e)
	o["type"] = e.kind + "_reference"
	return o
}

// card is how the full object begins.
func (s *Server) card(e *entity) object {
	path := "/" + e.collection() + "/" + e.id
	o := object{"id": e.id, "type": e.kind, "summary": e.name, "self": s.APIURL() + path, "html_url": s.site + path}
	if e.kind == "priority" {
		o["html_url"] = s.site + "/account/incident_priorities"
	}
	return o
}

// shapes turns things into objects; none are an empty list and not null.
func shapes[T any](list []T, shape func(T) object) []object {
	out := make([]object, 0, len(list))
	for _, x := range list {
		out = append(out, shape(x))
	}
	return out
}

// stamp is a time as REST prints it, null when there is none.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

// orNull turns "" into null.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func misuse(format string, args ...any) {
	panic("pagerdutysim: " + fmt.Sprintf(format, args...))
}
