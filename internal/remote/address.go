package remote

import (
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// dialer returns a dialer that looks at the address a name has resolved to, at
// the moment of connecting: a name that resolves to something else the second
// time gains nothing by it.
func dialer(allowed func(netip.Addr) bool) *net.Dialer {
	return &net.Dialer{
		Timeout: 10 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return err
			}
			if !allowed(to.Addr()) {
				return fmt.Errorf("its address %s is not public", to.Addr())
			}
			return nil
		},
	}
}

// special are ranges of addresses that are not of the public network, beside
// those that package netip knows. See IANA's registries of special-purpose
// addresses (RFC 6890).
var special = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "fec0::/10",
)

// carriers are ranges of IPv6 addresses that hold an IPv4 address, and the byte
// that it begins at: NAT64 (RFC 6052) and 6to4 (RFC 3056).
var carriers = []struct {
	netip.Prefix
	at int
}{{netip.MustParsePrefix("64:ff9b::/96"), 12}, {netip.MustParsePrefix("2002::/16"), 2}}

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// isPublic reports whether a belongs to the public network.
func isPublic(a netip.Addr) bool {
	a = a.Unmap()
	if a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	for _, c := range carriers {
		if c.Contains(a) {
			bytes := a.As16()
			return isPublic(netip.AddrFrom4([4]byte(bytes[c.at : c.at+4])))
		}
	}
	return a.Is4() || unicast.Contains(a)
}

// unicast is the only range of IPv6 that IANA gives out addresses of the public
// network from (RFC 4291, section 4); the rest is reserved.
var unicast = netip.MustParsePrefix("2000::/3")
