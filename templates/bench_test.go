package templates_test

import (
	"fmt"
	"testing"

	"backout/templates"
)

// BenchmarkStorm makes the card and the story of an incident with many alerts.
func BenchmarkStorm(b *testing.B) {
	for _, n := range []int{500, 5000} {
		v := workView(b, stormy(n), "14:31:00")
		b.Run(fmt.Sprintf("card/%d", n), func(b *testing.B) {
			for b.Loop() {
				templates.Card(v)
			}
		})
		b.Run(fmt.Sprintf("story/%d", n), func(b *testing.B) {
			for b.Loop() {
				templates.StoryAnswer(workWords(), v.In)
			}
		})
	}
}
