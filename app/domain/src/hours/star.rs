//! Stars: proposed by the ledger, granted by people, never automatic (`domain.md` 3.3).

use crate::{
    Refusal,
    access::{Grant, Role},
    place::CenterPlace,
    time::{DAY, Timestamp},
};

/// What a star takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StarRule {
    /// Which, from 1 to 5.
    pub star: u8,
    /// Verified minutes. Hours that were entered by hand do not count towards one.
    pub minutes: i64,
    /// Days as a formal volunteer.
    pub days: i64,
}

/// The five stars: 100, 300, 600, 1,000 and 1,500 hours, with tenure (Longgang 2023, the city 2020).
pub const STARS: [StarRule; 5] = [
    rule(1, 100, 182),
    rule(2, 300, 182),
    rule(3, 600, 365),
    rule(4, 1_000, 365),
    rule(5, 1_500, 730),
];

const fn rule(star: u8, hours: i64, days: i64) -> StarRule {
    StarRule {
        star,
        minutes: hours * 60,
        days,
    }
}

/// The highest star that verified minutes and the time since the formal number reach; none yet.
pub fn star_reached(verified: i64, formal_since: Option<Timestamp>, now: Timestamp) -> Option<u8> {
    let since = formal_since?;
    let days = (now.0 - since.0) / DAY;
    let reached = STARS
        .iter()
        .filter(|rule| verified >= rule.minutes && days >= rule.days);
    reached.map(|rule| rule.star).max()
}

/// Whether somebody may grant a star at a center: up to the third its manager, the fourth the district,
/// the fifth the city.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn check_granter(star: u8, grants: &[Grant], place: &CenterPlace) -> Result<(), Refusal> {
    let least = match star {
        ..=3 => Role::CenterManager.rank(),
        4 => Role::DistrictSupervisor.rank(),
        _ => Role::CitySupervisor.rank(),
    };
    let fits = |grant: &&Grant| {
        // Who keeps the system running grants nothing to residents.
        grant.role != Role::Admin && grant.role.rank() >= least && grant.scope.covers(place)
    };
    match grants.iter().any(|grant| fits(&grant)) {
        true => Ok(()),
        false => Err(Refusal::Forbidden),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access::Scope, place::CommunityKey};

    #[test]
    fn a_star_takes_hours_and_tenure() {
        let now = Timestamp(20_000 * DAY);
        let since = |days: i64| Some(now.plus(-days * DAY));
        assert_eq!(star_reached(6_000, since(182), now), Some(1));
        assert_eq!(star_reached(5_999, since(182), now), None);
        assert_eq!(star_reached(6_000, since(181), now), None);
        assert_eq!(star_reached(100_000, None, now), None, "on probation");
        assert_eq!(star_reached(40_000, since(200), now), Some(2));
        assert_eq!(star_reached(90_000, since(729), now), Some(4));
        assert_eq!(star_reached(90_000, since(730), now), Some(5));
    }

    #[test]
    fn each_star_is_granted_by_its_level() {
        let place = CenterPlace {
            center: "SZ440303001-01".parse().unwrap(),
            community: CommunityKey::new("440303001", "大塘龙社区"),
            district: "440303".into(),
            subdistrict: "440303001".into(),
        };
        let may = |star, role, scope: &str| {
            let scope = Scope::parse(scope).unwrap();
            check_granter(star, &[Grant { role, scope }], &place).is_ok()
        };
        let own = "SZ440303001-01";
        assert!(!may(1, Role::SocialWorker, own));
        assert!(may(3, Role::CenterManager, own));
        assert!(!may(3, Role::CenterManager, "SZ440303001-02"));
        assert!(!may(4, Role::CenterManager, own));
        assert!(may(4, Role::DistrictSupervisor, "440303"));
        assert!(!may(5, Role::DistrictSupervisor, "440303"));
        assert!(may(5, Role::CitySupervisor, "city"));
        assert!(!may(1, Role::Admin, "city"));
    }
}
