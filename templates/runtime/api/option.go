package api

import (
	"crypto/rand"
	"net/http"
	"slices"
	"time"
)

// A CallOption changes one call; given to NewClient, it changes all of them.
type CallOption interface {
	Option
	applyCall(*callOptions)
}

type callOptionFunc func(*callOptions)

func (f callOptionFunc) applyCall(o *callOptions) { f(o) }

func (f callOptionFunc) applyClient(c *Client) error {
	f(&c.defaults)
	return nil
}

// callOptions is what options leave behind for one call.
type callOptions struct {
	timeout   time.Duration // 0: none
	explicit  bool          // timeout was chosen, not defaulted
	header    []headerLine
	query     []queryOption
	members   []override // of the body
	anonymous bool       // no credential is sent
	freshKey  bool       // each call gets an idempotency key of its own
	onceKey   *claim     // of an explicit idempotency key
	onceResp  *claim     // of capture
	retry     RetryPolicy
	limit     int64 // 0: none
	memory    int64 // 0: by the length of the body; below 0: no limit
	strict    bool  // responses are decoded by the rules alone
	capture   *Response
	dryRun    func(*http.Request)
	prefetch  bool
	values    *optionValue
	err       error // of an option that could not be applied
}

// headerLine is a header of an option; its value does not print.
type headerLine struct {
	name  string
	value Secret
}

// optionValue is a list of what other packages attached with WithValue.
type optionValue struct {
	key, value any
	next       *optionValue
}

// WithTimeout limits a whole call: every attempt, the waits between them, and
// the reading of the body. For a streamed response it ends when the body is
// handed over. Zero means no limit but the context's.
func WithTimeout(d time.Duration) CallOption {
	return callOptionFunc(func(o *callOptions) { o.timeout, o.explicit = max(d, 0), true })
}

// WithHeader sets a header, replacing what the call itself would send.
func WithHeader(name, value string) CallOption {
	return callOptionFunc(func(o *callOptions) {
		if http.CanonicalHeaderKey(name) == "Idempotency-Key" && value != "" {
			o.setIdempotencyKey(value)
			return
		}
		o.setHeader(name, value)
	})
}

func (o *callOptions) setHeader(name, value string) {
	if err := checkHeader(name, value); err != nil {
		o.err = err
		return
	}
	n := len(o.header)
	o.header = append(o.header[:n:n], headerLine{http.CanonicalHeaderKey(name), NewSecret(value)})
}

// WithIdempotencyKey sends key in the Idempotency-Key header, which makes the
// call safe to repeat: it is retried as a GET would be. A key is for one call: a
// second one with it would be treated as a repetition of the first, and not be
// carried out, so it is an error. An empty key means a fresh random one for
// each call, the same for all of its attempts.
func WithIdempotencyKey(key string) CallOption {
	return callOptionFunc(func(o *callOptions) { o.setIdempotencyKey(key) })
}

func (o *callOptions) setIdempotencyKey(key string) {
	o.header = withoutLine(o.header, "Idempotency-Key")
	if o.freshKey = key == ""; o.freshKey {
		o.onceKey = nil
		return
	}
	o.onceKey = &claim{option: "WithIdempotencyKey", reason: "this key was already used: make another client with a key for each call, or pass an empty key, which makes a fresh one for each call"}
	o.setHeader("Idempotency-Key", key)
}

// withoutLine returns the lines but those of one name.
func withoutLine(lines []headerLine, name string) []headerLine {
	return slices.DeleteFunc(slices.Clone(lines), func(h headerLine) bool { return h.name == name })
}

// settle makes what belongs to one call: its idempotency key.
func (o *callOptions) settle(call *Call) error {
	for _, k := range []*claim{o.onceKey, o.onceResp} {
		if k == nil {
			continue
		}
		if err := k.take(call); err != nil {
			return err
		}
	}
	if o.freshKey {
		o.setHeader("Idempotency-Key", rand.Text())
	}
	return o.err
}

// WithRetry replaces the retry policy.
func WithRetry(policy RetryPolicy) CallOption {
	return callOptionFunc(func(o *callOptions) { o.retry = policy })
}

// WithRetries sets how often a call is tried again; 0 means never.
func WithRetries(n int) CallOption {
	return callOptionFunc(func(o *callOptions) { o.retry.MaxAttempts = max(n, 0) + 1 })
}

// WithResponseLimit sets how many bytes of a response body are read; a longer
// one is an error that is ErrTooLarge. Streams are not limited. Zero means no
// limit.
func WithResponseLimit(bytes int64) CallOption {
	return callOptionFunc(func(o *callOptions) { o.limit = max(bytes, 0) })
}

// WithMemoryLimit sets how many bytes of memory a response may take when it is
// decoded; one that takes more is an error that is ErrTooLarge. The default, 64 MB
// and 16 times the length of the body, is far above what real responses take. Zero
// or less means no limit.
func WithMemoryLimit(bytes int64) CallOption {
	return callOptionFunc(func(o *callOptions) {
		if o.memory = bytes; bytes <= 0 {
			o.memory = -1
		}
	})
}

// WithStrictDecoding refuses responses that are not written as JSON, RFC 3339 and
// the document say. Without it, a client reads what servers write all the same: times
// without an offset or seconds, +0000, a space for the T, [] for an empty object. In a
// list, it keeps a member that does not fit its field as JSON: see [Presence.Raw] and
// [ValueObserver].
func WithStrictDecoding() CallOption {
	return callOptionFunc(func(o *callOptions) { o.strict = true })
}

// WithPrefetch fetches the next page while the loop body works on the present
// one.
func WithPrefetch() CallOption {
	return callOptionFunc(func(o *callOptions) { o.prefetch = true })
}

// CaptureResponse stores the response of the call's last attempt, successful
// or not. It belongs to one call: a second one with the same client is an error,
// since the calls of a client may run at the same time.
func CaptureResponse(into *Response) CallOption {
	return callOptionFunc(func(o *callOptions) {
		o.capture = into
		o.onceResp = &claim{option: "CaptureResponse", reason: "the response of another call was stored already: make a client for each call"}
	})
}

// DryRun hands the finished request to see and sends nothing; the call then
// returns ErrDryRun. Credentials that are at hand are in the request; a token
// that would have to be fetched is not.
func DryRun(see func(*http.Request)) CallOption {
	return callOptionFunc(func(o *callOptions) { o.dryRun = see })
}

// WithValue carries an option of another package, which finds it with
// OptionValue.
func WithValue(key, value any) CallOption {
	return callOptionFunc(func(o *callOptions) { o.values = &optionValue{key, value, o.values} })
}

// OptionValue returns what WithValue last attached to key, for c or in opts;
// nil when nothing was.
func OptionValue(c *Client, key any, opts ...CallOption) any {
	for v := c.options(opts).values; v != nil; v = v.next {
		if v.key == key {
			return v.value
		}
	}
	return nil
}

// Prefetch reports whether WithPrefetch is set, for c or in opts.
func Prefetch(c *Client, opts ...CallOption) bool { return c.options(opts).prefetch }

// options returns what holds for a call. It must not be changed.
func (c *Client) options(opts []CallOption) *callOptions {
	if len(opts) == 0 {
		return &c.defaults
	}
	o := c.defaults
	o.apply(opts)
	return &o
}

func (o *callOptions) apply(opts []CallOption) {
	for _, opt := range opts {
		if opt != nil {
			opt.applyCall(o)
		}
	}
}
