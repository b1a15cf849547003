//! The sets of a booking's states as SQL. The domain names them; a test holds these to it.

/// The states of a booking that still stands ([`domain::booking::State::LIVE`]).
macro_rules! live {
    () => {
        "('waitlisted', 'confirmed', 'checked_in')"
    };
}
pub(crate) use live;

/// The states of a booking that holds a place ([`domain::booking::State::HOLDING`]).
macro_rules! holding {
    () => {
        "('confirmed', 'checked_in')"
    };
}
pub(crate) use holding;

#[cfg(test)]
mod tests {
    use domain::{booking::State, shift::AssignmentState};

    fn quoted(state: &AssignmentState) -> String {
        format!("'{state}'")
    }

    fn list(states: &[State]) -> String {
        let words: Vec<String> = states.iter().map(|state| format!("'{state}'")).collect();
        format!("({})", words.join(", "))
    }

    #[test]
    fn the_sets_are_the_domains() {
        assert_eq!(live!(), list(&State::LIVE));
        assert_eq!(holding!(), list(&State::HOLDING));
        let newest = include_str!("../migrations/0006_shifts.sql");
        let view = newest
            .split("CREATE VIEW commitment")
            .nth(1)
            .unwrap_or_default();
        assert!(view.contains(&format!("WHERE b.state IN {} AND", holding!())));
        let expected: Vec<String> = AssignmentState::EXPECTED.iter().map(quoted).collect();
        assert!(view.contains(&format!("WHERE s.state IN ({}) AND", expected.join(", "))));
        for triggers in [
            include_str!("../migrations/sqlite/0004_counts_kept.sql"),
            include_str!("../migrations/postgres/0004_counts_kept.sql"),
            include_str!("../migrations/sqlite/0015_reports_kept.sql"),
            include_str!("../migrations/postgres/0015_reports_kept.sql"),
        ] {
            let sets = triggers.matches(".state IN (").count();
            let of = |set: &str| triggers.matches(&format!(".state IN {set}")).count();
            assert_eq!(
                of(holding!()) + of("('checked_in', 'checked_out', 'validated')"),
                sets
            );
        }
    }
}
