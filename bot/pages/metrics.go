package pages

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is the bot's registry of figures. Labels hold kinds and results only,
// never ids, titles or words of people. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	counts   map[string]*prometheus.CounterVec
	seconds  map[string]*prometheus.HistogramVec
	strays   prometheus.Counter
}

// NewMetrics makes a registry with every figure in it.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		counts:   map[string]*prometheus.CounterVec{},
		seconds:  map[string]*prometheus.HistogramVec{},
		strays:   prometheus.NewCounter(prometheus.CounterOpts{Name: "backout_stray_metrics_total", Help: "Figures reported under a name or with labels that are not known; a fault of Backout."}),
	}
	m.registry.MustRegister(m.strays, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.count("backout_backups_total", "Copies of the record that were made by the clock, by result (done, failed).", "result")
	m.count("backout_effects_total", "Attempts at what is owed to the outside, by kind and result (done, again, never).", "kind", "result")
	m.count("backout_github_calls_total", "Calls of GitHub, by call and result (done, limited, unsure, unreachable, refused).", "call", "result")
	m.count("backout_pagerduty_calls_total", "Calls of PagerDuty, by call and result (done, limited, unsure, unreachable, refused).", "call", "result")
	m.count("backout_http_turned_away_total", "Connections that were closed because too many were open.")
	m.count("backout_panics_total", "Faults that were contained, by where.", "where")
	m.count("backout_expired_total", "Incidents the words of whose messages were kept long enough and erased.")
	m.count("backout_reminders_total", "Reminders that were recorded to be given, by what about.", "about")
	m.count("backout_requests_total", "What people typed, pressed and submitted, by way and result (done, refused, failed).", "via", "result")
	m.count("backout_slack_envelopes_total", "Envelopes from Slack, by type and result.", "type", "result")
	m.count("backout_slack_calls_total", "Web API calls, by method and result.", "method", "result")
	m.count("backout_slack_links_total", "Socket Mode links, by what happened to them.", "event")
	m.count("backout_sweeps_total", "Readings of history, by result.", "result")
	m.count("backout_webhooks_total", "Deliveries over HTTP, by source (github, pagerduty, alertmanager, deploys) and result (recorded, unchanged, repeated, ignored, ping, refused, unsigned, malformed, too_large, off, again, failed).", "source", "result")
	m.observe("backout_slack_ack_seconds", "From an envelope's arrival to its acknowledgement, the durable commit included.", "type")
	return m
}

func (m *Metrics) count(name, help string, labels ...string) {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(v)
	m.counts[name] = v
}

func (m *Metrics) observe(name, help string, labels ...string) {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2, 3}}, labels)
	m.registry.MustRegister(v)
	m.seconds[name] = v
}

// Gauge adds a figure that is read when it is asked for.
func (m *Metrics) Gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// Count adds one. A name or labels that are not known count as stray.
func (m *Metrics) Count(name string, labels ...string) {
	v, ok := m.counts[name]
	if !ok {
		m.strays.Inc()
		return
	}
	c, err := v.GetMetricWithLabelValues(labels...)
	if err != nil {
		m.strays.Inc()
		return
	}
	c.Inc()
}

// Observe notes a duration in seconds.
func (m *Metrics) Observe(name string, seconds float64, labels ...string) {
	v, ok := m.seconds[name]
	if !ok {
		m.strays.Inc()
		return
	}
	o, err := v.GetMetricWithLabelValues(labels...)
	if err != nil {
		m.strays.Inc()
		return
	}
	o.Observe(seconds)
}

// Handler serves the registry.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
