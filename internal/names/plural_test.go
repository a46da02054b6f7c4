package names

import (
	"strings"
	"testing"
)

// words lists plurals with their singulars. Each pair is checked in both
// directions, and each plural against becoming another plural.
const wordPairs = `
	contacts contact, accounts account, users user, orders order, pets pet, teams team, roles role, groups group, forms form, images image,
	folders folder, documents document, permits permit, streets street, schemes scheme, vehicles vehicle, models model, members member, grants grant,
	appointments appointment, operations operation, qualifications qualification, registrations registration, submissions submission, versions version,
	templates template, shipments shipment, carriers carrier, bookings booking, locations location, products product, trailers trailer, tasks task,
	reports report, mappings mapping, loads load, drops drop, charges charge, windows window, prices price, lines line, baskets basket, cards card,
	customers customer, suppliers supplier, stocks stock, checks check, balances balance, units unit, reasons reason, codes code, rules rule,
	events event, profiles profile, campaigns campaign, flows flow, lists list, segments segment, metrics metric, tags tag, coupons coupon, items item,
	repos repo, issues issue, pulls pull, commits commit, labels label, milestones milestone, gists gist, hooks hook, keys key, runners runner,
	quotes quote, invoices invoice, plans plan, payouts payout, refunds refund, disputes dispute, tokens token, sources source, subscriptions subscription,
	pods pod, nodes node, namespaces namespace, secrets secret, deployments deployment, volumes volume, claims claim, jobs job, routes route,

	properties property, categories category, companies company, countries country, cities city, currencies currency, policies policy, entries entry,
	queries query, activities activity, facilities facility, deliveries delivery, inventories inventory, libraries library, replies reply, stories story,
	galleries gallery, histories history, territories territory, registries registry, repositories repository, factories factory, families family,
	days day, surveys survey, gateways gateway, delays delay, displays display, arrays array, essays essay, toys toy, journeys journey,

	addresses address, processes process, classes class, accesses access~, passes pass, businesses business, crosses cross, losses loss, discounts discount,
	branches branch, batches batch, matches match, searches search, dispatches dispatch, patches patch, switches switch, watches watch, launches launch,
	dishes dish, hashes hash, pushes push, wishes wish, crashes crash, refreshes refresh, boxes box, taxes tax, faxes fax, indexes index~, prefixes prefix,
	suffixes suffix, inboxes inbox, mailboxes mailbox, mixes mix, fixes fix, buzzes buzz, quizzes quiz, waltzes waltz,

	warehouses warehouse, responses response, sizes size, houses house, licenses license, purchases purchase, releases release, leases lease, phases phase,
	databases database, cases case, clauses clause, causes cause, pauses pause, expenses expense, courses course, bases base, uses use, excuses excuse,
	spouses spouse, nurses nurse, horses horse, purposes purpose, promises promise, exercises exercise, franchises franchise, enterprises enterprise,
	diseases disease, doses dose, roses rose, noses nose, senses sense, verses verse, pulses pulse, prizes prize, mazes maze, breezes breeze, gazes gaze,

	statuses status, buses bus, aliases alias, canvases canvas, bonuses bonus, campuses campus, viruses virus, censuses census, lenses lens, biases bias,
	gases gas, atlases atlas, radiuses radius, surpluses surplus, choruses chorus, syllabuses syllabus, geniuses genius, focuses focus,
	caches cache, aches ache, headaches headache, niches niche, avalanches avalanche, axes axis, shelves shelf, halves half, knives knife, wolves wolf,
	loaves loaf, wives wife, thieves thief, selves self, calves calf, scarves scarf, drives drive, archives archive, curves curve, valves valve,
	analyses analysis, crises crisis, diagnoses diagnosis, hypotheses hypothesis, theses thesis, synopses synopsis, parentheses parenthesis,
	people person, children child, men man, women woman, feet foot, teeth tooth, mice mouse, indices index, vertices vertex, matrices matrix,
	criteria criterion, phenomena phenomenon, appendices appendix,
	movies movie, cookies cookie, calories calorie, zombies zombie, ties tie, pies pie, selfies selfie, rookies rookie,
	heroes hero, potatoes potato, tomatoes tomato, echoes echo, vetoes veto, cargoes cargo, shoes shoe, photos photo, videos video, logos logo,
	menus menu, gurus guru, emojis emoji, wikis wiki, taxis taxi, safaris safari,
	ids id, skus sku, urls url, apis api, ips ip, vms vm, vpcs vpc, kpis kpi, cves cve, ibans iban, pdfs pdf, csvs csv, slas sla, acls acl, gpus gpu, llms llm,
	sboms sbom, otps otp, nfts nft, eans ean`

// unchanged are words that have one number only, or are singulars in -s.
const unchangedWords = `news series data status settings analytics info species equipment information metadata media address access process business class
	progress success basis analysis canvas alias bus gas lens bias atlas kubernetes sms dns aws os https tls gps wms css pos goods logistics
	mathematics physics economy statistics premises headquarters redis thesis virus campus census radius corpus bonus glass boss press miss this is its
	was has saas ops odds jenkins postgres`

func TestSingularAndPlural(t *testing.T) {
	checked := 0
	for pair := range strings.SplitSeq(wordPairs, ",") {
		many, one, ok := strings.Cut(strings.TrimSpace(pair), " ")
		if !ok {
			t.Fatalf("%q is not a pair", pair)
		}
		one, oneWay := strings.CutSuffix(one, "~") // the rules prefer another plural
		checked++
		if got := Singular(many); got != one {
			t.Errorf("Singular(%q) = %q, want %q", many, got, one)
		}
		if got := Singular(one); got != one {
			t.Errorf("Singular(%q) = %q, want it unchanged", one, got)
		}
		if got := Plural(one); got != many && !oneWay {
			t.Errorf("Plural(%q) = %q, want %q", one, got, many)
		}
		if got := Plural(many); got != many {
			t.Errorf("Plural(%q) = %q, want it unchanged", many, got)
		}
	}
	for _, w := range strings.Fields(unchangedWords) {
		checked++
		if got := Singular(w); got != w {
			t.Errorf("Singular(%q) = %q, want it unchanged", w, got)
		}
	}
	for _, w := range strings.Fields("news series data settings analytics info equipment metadata media") {
		if got := Plural(w); got != w {
			t.Errorf("Plural(%q) = %q, want it unchanged", w, got)
		}
	}
	if checked < 300 {
		t.Errorf("%d words are checked, want at least 300", checked)
	}
}

func TestSingularName(t *testing.T) {
	for _, c := range []struct{ in, singular, plural string }{
		{"skus", "SKU", "SKUs"},
		{"sku", "SKU", "SKUs"},
		{"customer_accounts", "CustomerAccount", "CustomerAccounts"},
		{"user settings", "UserSettings", "UserSettings"},
		{"order-statuses", "OrderStatus", "OrderStatuses"},
		{"", "", ""},
	} {
		if got := SingularName(c.in); got != c.singular {
			t.Errorf("SingularName(%q) = %q, want %q", c.in, got, c.singular)
		}
		if got := PluralName(c.in); got != c.plural {
			t.Errorf("PluralName(%q) = %q, want %q", c.in, got, c.plural)
		}
	}
}

func TestBrandsAndInitialisms(t *testing.T) {
	for _, c := range []struct{ in, exported, unexported, snake string }{
		{"oauth", "OAuth", "oauth", "oauth"},
		{"OAuth", "OAuth", "oauth", "oauth"},
		{"oauth2_client", "OAuth2Client", "oauth2Client", "oauth2_client"},
		{"OAuth2Client", "OAuth2Client", "oauth2Client", "oauth2_client"},
		{"graphql", "GraphQL", "graphqlParam", "graphql"},
		{"GraphQLError", "GraphQLError", "graphqlError", "graphql_error"},
		{"github_app", "GitHubApp", "githubApp", "github_app"},
		{"GitHubApp", "GitHubApp", "githubApp", "github_app"},
		{"gitlab", "GitLab", "gitlab", "gitlab"},
		{"PayPalOrder", "PayPalOrder", "paypalOrder", "paypal_order"},
		{"youtube", "YouTube", "youtube", "youtube"},
		{"iOS", "IOS", "ios", "ios"},
		{"ios_app", "IOSApp", "iosApp", "ios_app"},
		{"V1alpha1", "V1alpha1", "v1alpha1", "v1alpha1"},
		{"v1beta2_pods", "V1beta2Pods", "v1beta2Pods", "v1beta2_pods"},
		{"po_number", "PONumber", "poNumber", "po_number"},
		{"kpis", "KPIs", "kpis", "kpis"},
		{"rbac_rule", "RBACRule", "rbacRule", "rbac_rule"},
		{"sbomURL", "SBOMURL", "sbomURL", "sbom_url"},
		{"ai_model", "AIModel", "aiModel", "ai_model"},
	} {
		if got := Exported(c.in); got != c.exported {
			t.Errorf("Exported(%q) = %q, want %q", c.in, got, c.exported)
		}
		if got := Unexported(c.in); got != c.unexported {
			t.Errorf("Unexported(%q) = %q, want %q", c.in, got, c.unexported)
		}
		if got := Snake(c.in); got != c.snake {
			t.Errorf("Snake(%q) = %q, want %q", c.in, got, c.snake)
		}
	}
}
