//! The program: `server serve`, and what an operator does with it.

/// Pages are thousands of small strings: the C library's allocator takes a fifth of a page's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    server::cli::run()
}
