package names

import "strings"

// initialisms are written in capitals throughout, as Go's own names have them.
var initialisms = map[string]bool{
	"acl": true, "api": true, "ascii": true, "aws": true, "cidr": true, "cpu": true, "css": true, "csv": true, "dns": true, "edi": true, "eof": true,
	"ftp": true, "gps": true, "guid": true, "hmac": true, "html": true, "http": true, "https": true, "iam": true, "id": true, "ip": true,
	"ipv4": true, "ipv6": true, "json": true, "jsonapi": true, "jwt": true, "lhs": true, "md5": true, "mfa": true, "mot": true, "oauth": false, "os": true,
	"pdf": true, "pin": false, "png": true, "qps": true, "qr": true, "ram": true, "rhs": true, "rpc": true, "rsa": true,
	"sha": true, "sha1": true, "sha256": true, "sip": true, "sku": true, "sla": true, "smtp": true, "sms": true, "sql": true, "sso": true,
	"ssh": true, "ssl": true, "sftp": true, "svg": true, "tcp": true, "tls": true, "totp": true, "ttl": true, "udp": true, "ui": true,
	"uid": true, "uri": true, "url": true, "usd": true, "usrn": true, "uprn": true, "utc": true, "utf8": true, "uuid": true, "vat": true, "vin": true,
	"vm": true, "vpc": true, "vpn": true, "wms": true, "xml": true, "xmpp": true, "xsrf": true, "xss": true, "yaml": true, "zip": false,
}

// Initialism returns the capitals of a lower-case word that is written so, and
// whether it is. A plural keeps its small s: "ids" is IDs.
func Initialism(word string) (string, bool) {
	if initialisms[word] {
		return strings.ToUpper(word), true
	}
	if n := len(word) - 1; n > 1 && word[n] == 's' && initialisms[word[:n]] {
		return strings.ToUpper(word[:n]) + "s", true
	}
	return "", false
}
