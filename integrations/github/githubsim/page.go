package githubsim

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const (
	defaultPage  = 30
	greatestPage = 100
)

// paging reads per_page and page as GitHub does: what makes no sense is the
// default, and more than the maximum is the maximum.
func (q *request) paging() (perPage, page int) {
	perPage, page = defaultPage, 1
	if n, err := strconv.Atoi(q.ask("per_page")); err == nil && n > 0 {
		perPage = min(n, greatestPage)
	}
	if n, err := strconv.Atoi(q.ask("page")); err == nil && n > 0 {
		page = n
	}
	return perPage, page
}

// paged cuts one page out of a list and says where the others are.
func paged[T any](q *request, api string, all []T) ([]T, string) {
	perPage, page := q.paging()
	from := min((page-1)*perPage, len(all))
	to := min(from+perPage, len(all))
	last := max(1, (len(all)+perPage-1)/perPage)
	return all[from:to], links(q, api, page, last)
}

// links is the Link header of RFC 5988.
func links(q *request, api string, page, last int) string {
	var out []string
	add := func(rel string, n int) {
		v := q.URL.Query()
		v.Set("page", strconv.Itoa(n))
		out = append(out, link(api, q, v, rel))
	}
	if page > 1 {
		add("prev", min(page-1, last))
	}
	if page < last {
		add("next", page+1)
		add("last", last)
	}
	if page > 1 {
		add("first", 1)
	}
	return strings.Join(out, ", ")
}

func link(api string, q *request, v url.Values, rel string) string {
	return "<" + api + q.URL.EscapedPath() + "?" + v.Encode() + `>; rel="` + rel + `"`
}

// listing answers a bare list of which one page is shown.
func listing[T any](s *Server, q *request, all []T, shape func(T) object) reply {
	part, link := paged(q, s.api(), all)
	return linked(ok(shapes(part, shape)), link)
}

// counted answers a page inside an object with total_count.
func counted[T any](s *Server, q *request, key string, all []T, shape func(T) object) reply {
	part, link := paged(q, s.api(), all)
	return linked(ok(object{"total_count": len(all), key: shapes(part, shape)}), link)
}

// shapes turns things into objects; none are an empty list and not null.
func shapes[T any](list []T, shape func(T) object) []object {
	out := make([]object, 0, len(list))
	for _, x := range list {
		out = append(out, shape(x))
	}
	return out
}

func linked(r reply, link string) reply {
	if link != "" && r.status == http.StatusOK {
		r.set("Link", link)
	}
	return r
}
