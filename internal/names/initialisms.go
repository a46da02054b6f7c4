package names

import "strings"

// initialisms are written in capitals throughout, as Go's own names are.
var initialisms = set(`acl ai api ascii aws bic cdn cidr cpu crm css csv cve cvss cwe dns ean edi eof erp ftp gpg gps gpu gtin guid hmac html http
	https iam iban id iops ios ip ipv4 ipv6 json jsonapi jwt kpi ldap lfs lhs llm md5 mfa ml mot nft oidc os otp pdf png po pos qa qps qr ram
	rbac rhs rpc rsa saml sbom scim sftp sha sha1 sha256 sip sku sla sms smtp sql ssh ssl sso svg tcp tls totp tts ttl udp ui uid uprn uri url
	usd usrn utc utf8 uuid vat vin vlan vm vpc vpn waf wms xml xmpp xsrf xss yaml`)

// brands are words of mixed case, spelled as their owners do, and "iOS", which
// cannot start with a small letter.
var brands = map[string]string{
	"oauth": "OAuth", "oauth1": "OAuth1", "oauth2": "OAuth2", "graphql": "GraphQL", "github": "GitHub", "gitlab": "GitLab", "paypal": "PayPal", "youtube": "YouTube",
}

// Initialism returns the spelling of a lower-case word that is not written as a
// capital and small letters, and whether it is such a word: "id" is ID, "oauth"
// is OAuth. A plural keeps its small s: "ids" is IDs.
func Initialism(word string) (string, bool) {
	if s, ok := brands[word]; ok {
		return s, true
	}
	if isInitialism(word) {
		return strings.ToUpper(word), true
	}
	if n := len(word) - 1; n > 1 && word[n] == 's' && isInitialism(word[:n]) {
		return strings.ToUpper(word[:n]) + "s", true
	}
	return "", false
}

func isInitialism(word string) bool { return initialisms[word] }

// joinBrands makes one word of the two that the capitals of a brand cut it in:
// "o", "auth2" is "oauth2".
func joinBrands(ws []string) []string {
	for i := 0; i+1 < len(ws); i++ {
		joined := ws[i] + ws[i+1]
		if _, ok := brands[joined]; ok || joined == "ios" {
			ws[i] = joined
			ws = append(ws[:i+1], ws[i+2:]...)
		}
	}
	return ws
}
