//! Checks the verdict's vectors where there is no test harness: built for wasm32-unknown-unknown,
//! `main` returns if what scans mean is what it is natively, and traps if not.
//! `node app/domain/tests/verdicts.mjs` builds and runs it.

#[path = "../tests/support/verdicts.rs"]
#[allow(clippy::unwrap_used, missing_docs, unreachable_pub)]
mod verdicts;

fn main() {
    assert_eq!(verdicts::digest().0, verdicts::EXPECTED);
}
