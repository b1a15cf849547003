//! Where a request comes from, as far as limits count it.

use std::net::{IpAddr, SocketAddr};

/// A network that limits count as one: an IPv4 address, or the /64 that an IPv6 address belongs to,
/// because whoever has one of these has all of it. An IPv4 address that is written as IPv6 is the
/// IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(six) => {
                let [a, b, c, d, ..] = six.segments();
                Self(IpAddr::from([a, b, c, d, 0, 0, 0, 0]))
            }
            four => Self(four),
        }
    }

    /// Reads an address as proxies write it: alone, with a port, in brackets, in quotes.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches('"');
        let alone = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        let address = alone
            .parse::<IpAddr>()
            .ok()
            .or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
        address.map(Self::of)
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_proxies_write_it() {
        let same = |texts: &[&str]| {
            let all: Vec<_> = texts.iter().map(|text| Network::parse(text)).collect();
            assert!(
                all[0].is_some() && all.iter().all(|one| *one == all[0]),
                "{texts:?}"
            );
        };
        same(&[
            "192.0.2.1",
            "192.0.2.1:5678",
            " 192.0.2.1 ",
            "::ffff:192.0.2.1",
            "[::ffff:192.0.2.1]:80",
        ]);
        same(&[
            "2001:db8:1:2::1",
            "2001:db8:1:2:ffff::9",
            "[2001:db8:1:2::7]",
            "[2001:db8:1:2::7]:443",
            "\"[2001:db8:1:2::7]:443\"",
        ]);
        assert_ne!(
            Network::parse("2001:db8:1:2::1"),
            Network::parse("2001:db8:1:3::1")
        );
        assert_ne!(Network::parse("192.0.2.1"), Network::parse("192.0.2.2"));
        for text in [
            "",
            "unknown",
            "_hidden",
            "192.0.2",
            "192.0.2.1:99999",
            "for=192.0.2.1",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
