//! Checks the golden vectors where there is no test harness: built for
//! wasm32-unknown-unknown, `main` returns if they hold and traps if one does not.
//! `node app/ticket/tests/vectors.mjs` builds and runs it.

#[path = "../tests/support/vectors.rs"]
#[allow(clippy::unwrap_used, dead_code, missing_docs, unreachable_pub)]
mod vectors;

fn main() {
    assert_ne!(vectors::check(vectors::GOLDEN), 0);
}
