package timeline

import (
	"fmt"
	"time"
)

// PublicSet says whether entry N may be told to the public.
type PublicSet struct {
	N      int  `json:"n"`
	Public bool `json:"public"`
}

// Kind names the kind of the body.
func (PublicSet) Kind() Kind { return KindPublicSet }

// Publish marks entry n as fit for the public, or takes that back. Messages are
// never public: what is said there is said among colleagues. Updates are meant for
// others from the beginning and need no mark.
func Publish(key, who string, number, n int, public bool) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		en, err := rowOf(in, n)
		if err != nil {
			return err
		}
		switch {
		case en.Message != nil:
			return Refuse(Conflict, Ref(n)+" is a message, and messages are never public.", "/incident timeline <text> writes a note; /incident timeline public <its number> marks that.")
		case en.Kind == KindUpdate && public:
			return Refuse(Conflict, Ref(n)+" is an update, and updates are in the public version anyway.", "")
		case !publishable(en.Kind):
			return Refuse(Conflict, Ref(n)+" has no words that could be published.", "Notes, updates, the title, impact, cause, lessons and follow-ups have.")
		case en.Public == public:
			return Refuse(Conflict, fmt.Sprintf("%s is %s already.", Ref(n), map[bool]string{true: "public", false: "internal"}[public]), "")
		}
		tx.Add(number, who, time.Time{}, Source{}, PublicSet{N: n, Public: public})
		return nil
	})
}

func publishable(k Kind) bool {
	switch k {
	case KindDeclared, KindTitle, KindNote, KindUpdate, KindStatus, KindImpact, KindCause, KindLesson, KindFollowUp:
		return true
	}
	return false
}
