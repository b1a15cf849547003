//! Measures pages and bookings beside a bare handler and a bare database, in one run.

mod bare;
mod base;
mod crowd;
mod direct;
mod process;

use anyhow::Result;
use base::Kind;
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<()> {
    let limit = Duration::from_secs(3);
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for (name, wish) in [("spread", bare::spread as fn(usize) -> _), ("hot", bare::hot)] {
            for group in [1, bare::GROUP] {
                let pace = bare::measure(kind, wish, group, limit).await?;
                println!("{kind} bare {name} {group}: {:.0}/s cpu {:.3} db {:.3} ({} booked)", pace.rate(), pace.cpu_each(), pace.database_cpu_each(), pace.booked);
            }
        }
        let (spread, hot) = direct::measure(kind, limit).await?;
        for (name, pace) in [("spread", spread), ("hot", hot)] {
            println!("{kind} store {name}: {:.0}/s cpu {:.3} db {:.3} ({}/{} booked)", pace.rate(), pace.cpu_each(), pace.database_cpu_each(), pace.booked, pace.attempts);
        }
    }
    Ok(())
}
