//! The verdict's vectors, natively; `node app/domain/tests/verdicts.mjs` asks the same of WASM.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

#[path = "support/verdicts.rs"]
mod verdicts;

use domain::check_in::Outcome;

#[test]
fn c124_what_scans_mean_is_what_it_was_and_what_it_is_in_wasm() {
    let (digest, seen) = verdicts::digest();
    for outcome in [
        Outcome::Admitted,
        Outcome::Already,
        Outcome::TooEarly,
        Outcome::TooLate,
        Outcome::Cancelled,
        Outcome::Waitlisted,
        Outcome::WrongCenter,
    ] {
        let times = seen.get(&outcome).copied().unwrap_or_default();
        assert!(times >= verdicts::CASES / 100, "{outcome}: {times} times");
    }
    assert_eq!(digest, verdicts::EXPECTED);
}
