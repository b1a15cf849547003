//! Places on the globe, and how far apart they are.

/// A place (WGS 84) in micro-degrees, so that it compares and stores exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    lat: i32,
    lng: i32,
}

/// Mean radius of the earth in metres.
const EARTH: f64 = 6_371_008.8;

impl Position {
    /// A place from micro-degrees. `None` outside ±90° and ±180°.
    pub const fn new(lat: i32, lng: i32) -> Option<Self> {
        if lat >= -90_000_000 && lat <= 90_000_000 && lng >= -180_000_000 && lng <= 180_000_000 {
            Some(Self { lat, lng })
        } else {
            None
        }
    }

    /// A place from degrees, rounded to micro-degrees. `None` if out of range.
    pub fn from_degrees(lat: f64, lng: f64) -> Option<Self> {
        let micro = |degrees: f64, most: f64| {
            // The range is checked first, so the cast cannot lose anything but the fraction.
            #[allow(clippy::cast_possible_truncation)]
            (degrees.abs() <= most).then(|| (degrees * 1e6).round() as i32)
        };
        Self::new(micro(lat, 90.0)?, micro(lng, 180.0)?)
    }

    /// Parses `LAT,LNG` in degrees, as in `near=22.54,114.06`. `None` if that isn't a place.
    pub fn parse(text: &str) -> Option<Self> {
        let (lat, lng) = text.split_once(',')?;
        Self::from_degrees(lat.trim().parse().ok()?, lng.trim().parse().ok()?)
    }

    /// Latitude in micro-degrees, north is positive.
    pub const fn lat(self) -> i32 {
        self.lat
    }

    /// Longitude in micro-degrees, east is positive.
    pub const fn lng(self) -> i32 {
        self.lng
    }

    /// Metres to the other place over the ground (haversine; within 0.6 %).
    pub fn metres_to(self, other: Self) -> u32 {
        let radians = |micro: i32| (f64::from(micro) / 1e6).to_radians();
        let (lat, other_lat) = (radians(self.lat), radians(other.lat));
        let half = |a: f64, b: f64| ((b - a) / 2.0).sin().powi(2);
        let h = half(lat, other_lat)
            + lat.cos() * other_lat.cos() * half(radians(self.lng), radians(other.lng));
        let metres = 2.0 * EARTH * h.sqrt().min(1.0).asin();
        // Half the earth's circumference is 20,015,114 m: it fits.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        (metres.round() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Position {
        Position::parse(text).unwrap()
    }

    #[test]
    fn distances_are_known_ones() {
        // A degree of latitude is 111,195 m on this sphere; of longitude at 60° half of that.
        assert_eq!(at("22,114").metres_to(at("23,114")), 111_195);
        assert!((at("60,0").metres_to(at("60,1")) as i64 - 55_597).abs() < 5);
        assert_eq!(at("0,0").metres_to(at("0,180")), 20_015_114);
        assert_eq!(
            at("10,179.5").metres_to(at("10,-179.5")),
            at("10,0").metres_to(at("10,1"))
        );
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for text in ["", "22", "22;114", "91,0", "0,181", "NaN,0", "inf,0", "a,b"] {
            assert_eq!(Position::parse(text), None, "{text}");
        }
        assert_eq!(
            at(" 22.5 , 114.05 "),
            Position::new(22_500_000, 114_050_000).unwrap()
        );
    }

    proptest! {
        #[test]
        fn distance_is_symmetric_and_zero_to_itself(
            a in (-90_000_000i32..=90_000_000, -180_000_000i32..=180_000_000),
            b in (-90_000_000i32..=90_000_000, -180_000_000i32..=180_000_000),
        ) {
            let (a, b) = (Position::new(a.0, a.1).unwrap(), Position::new(b.0, b.1).unwrap());
            prop_assert_eq!(a.metres_to(b), b.metres_to(a));
            prop_assert_eq!(a.metres_to(a), 0);
            prop_assert!(a.metres_to(b) <= 20_015_114);
        }
    }
}
