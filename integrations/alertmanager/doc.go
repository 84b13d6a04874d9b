// Package alertmanager reads the webhook of Prometheus Alertmanager.
//
// It promises:
//
//   - What is read is version 4 of the payload; another one is refused with a
//     sentence rather than half understood.
//   - A field of another type than expected costs that field and no more, except
//     where nothing could be recorded without it: the group's key and its status.
//   - Texts are valid UTF-8, without control characters, bounded, in number too;
//     links are http or https. Texts are still hostile and must be escaped where
//     they are shown.
//   - Times that say nothing ("0001-01-01T00:00:00Z", the planned end of an alert
//     that fires) are zero.
package alertmanager
