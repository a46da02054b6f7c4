package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Verify decides whether a webhook comes from the API, by a signature in its
// header most often. Its error is what [ReadWebhook] returns. A signature must
// be compared in constant time: [crypto/hmac.Equal].
type Verify func(header http.Header, body []byte) error

// Unverified accepts every webhook.
func Unverified(http.Header, []byte) error { return nil }

// maxWebhook is how large a webhook may be.
const maxWebhook = 10 << 20

// ErrWebhookTooLarge is returned for a webhook of more than 10 MB.
var ErrWebhookTooLarge = errors.New("api: the webhook is too large")

// ReadWebhook reads a request that the API makes to its user: a webhook or a
// callback. Nothing of it is decoded before verify accepts it.
//
//	func (s *server) petSold(w http.ResponseWriter, r *http.Request) {
//		sale, err := api.ReadWebhook[petstore.Sale](r, s.verify)
//
// The error of a body that is no T is a *[DecodeError].
func ReadWebhook[T any](r *http.Request, verify Verify) (*T, error) {
	if verify == nil {
		return nil, errors.New("api: a webhook is read without a check of where it comes from\n\tpass a Verify, or api.Unverified")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxWebhook+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("api: reading the webhook: %w", err)
	case len(body) > maxWebhook:
		return nil, ErrWebhookTooLarge
	}
	if err := verify(r.Header, body); err != nil {
		return nil, err
	}
	v := new(T)
	if err := Unmarshal(body, v); err != nil {
		return nil, err
	}
	return v, nil
}
