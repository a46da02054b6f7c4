// Package api is what generated clients are made of: the client and its options,
// credentials, retries, errors, pages, and the values of requests and responses.
// It needs the standard library alone.
//
// # Calls
//
// A generated package has a New, which takes the options of this package beside
// its own, and services with a method per operation:
//
//	client, err := ctrlhub.New(
//		ctrlhub.WithSessionToken(token),
//		api.WithTimeout(10*time.Second),
//		api.WithObserver(api.NewLogObserver(slog.Default())),
//	)
//	contact, err := client.Contacts.Get(ctx, orgID, id, api.WithHeader("X-Debug", "1"))
//
// A [CallOption] given to New holds for each call. Others change the client:
// [WithServer], [WithHTTPClient], [WithMiddleware], [WithObserver],
// [WithCredential]. A client is safe for concurrent use. No goroutine outlives a
// call, or a loop over pages or events.
//
// Arguments never change the shape of a request: whatever a path parameter holds,
// it stays within its segment of the path; an empty one, "." and ".." are refused;
// a header cannot be ended by what is in it.
//
// # Errors
//
// Each kind of failure has its type, for errors.As:
//
//   - [Error]: a response other than 2xx, with its body, its message, JSON:API error
//     objects and the declared error type. It is also a [StatusError] for errors.Is:
//     errors.Is(err, api.ErrNotFound), errors.Is(err, api.ErrServer). Its Field
//     names the Go field that the server complains about.
//   - [BodyError]: a 2xx whose body is unusable: [ErrTruncated], [ErrTooLarge],
//     [ErrEmpty], or a [DecodeError] with the place. The call was carried out.
//   - [TransportError]: no response, or half of one. It wraps the context's error if
//     that is why.
//   - [AuthError]: the client could not obtain an access token.
//   - [MissingCredentialError], [RequestError], [OriginError]: nothing was sent.
//
// # Credentials
//
// What an operation needs is stated by its document: alternatives of sets of
// schemes. The first alternative whose credentials are all set is used; a call
// that has none is not sent. Tokens ([Token], [ClientCredentials]) are kept until
// shortly before they end, fetched once however many calls wait, and fetched again
// once when a server answers 401.
//
// Credentials are sent to the API's own origin (scheme, host and port) and nowhere
// else. A redirect to another origin is followed for GET and HEAD only, with none
// but public headers; a link to another origin is an [OriginError]. Nothing of this
// package prints a credential, whatever the verb, and credentials that a server
// repeats are redacted in errors. Middleware and [DryRun] do see them.
//
// # Retries
//
// See [RetryPolicy] for what is repeated, and when. [WithIdempotencyKey] makes a
// POST repeatable.
//
// # Limits
//
// Response bodies are read up to [DefaultResponseLimit], after decompression, and
// calls take up to [DefaultTimeout] if their context has no deadline. Calls that
// send a body from a reader have no default timeout; streams have none after their
// headers. [WithResponseLimit] and [WithTimeout] change that.
//
// A response takes time and memory in proportion to its length, whatever is in it:
// [WithMemoryLimit] says how much. Decoding stops when the call's context ends.
//
// # Pages and events
//
// Lists are ranged over, by item or by page; the next page is fetched when the
// loop gets there, or ahead of that [WithPrefetch]. A server whose pages refer
// to each other in a circle ends the loop with [ErrPageLoop]. [Events] ranges over server-sent events.
//
// # Hooks
//
// Middleware wraps the sending of each attempt; an [Observer] is notified of a call's
// start, retries and end; [CaptureResponse] keeps the raw response of one call;
// [DryRun] shows a request without sending it.
package api
