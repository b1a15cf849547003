//! Demo data and data for load tests.
#![expect(
    clippy::print_stdout,
    reason = "standard output is how a command answers"
)]

use super::{
    Common,
    open::{act, ensure_secrets, migrated, told},
};
use crate::secrets;
use store::{
    bench_data::{self, Size},
    seed::{self, Password},
    settings,
};

pub(super) async fn seed(
    common: &Common,
    number: u64,
    demo_password: Option<String>,
) -> anyhow::Result<()> {
    let db = migrated(common).await?;
    ensure_secrets(&db).await?;
    let act = act();
    let ids = act.ids.clone();
    if let Some(password) = &demo_password {
        // Before anything is written, so that an unacceptable password is reported right away.
        secrets::hash_password(password, &ids)?;
    }
    let mut password = |_: &str| {
        let shown = demo_password
            .clone()
            .unwrap_or_else(|| secrets::random_password(&ids));
        let hash = secrets::hash_password(&shown, &ids).unwrap_or_default();
        Password { shown, hash }
    };
    let summary = seed::seed(&db, &act, number, &mut password)
        .await
        .map_err(told)?;
    settings::keep_first(&db, &act, "demo", "true".to_owned()).await?;
    db.close().await;
    if summary.changed() {
        println!(
            "Added {} centers, {} menu items, {} activities with {} occurrences, {} shifts, {} residents, \
             {} bookings, {} staff.",
            summary.centers,
            summary.menu_items,
            summary.activities,
            summary.occurrences,
            summary.shifts,
            summary.residents,
            summary.bookings,
            summary.staff,
        );
    } else {
        println!("Everything was there already.");
    }
    println!("\nDemo staff sign in at http://127.0.0.1:3000/staff/sign-in with:");
    for member in &summary.demo_staff {
        let password = member
            .password
            .as_deref()
            .unwrap_or("(shown when it was made)");
        println!(
            "  {}\t{}\t{}\t{password}",
            member.username, member.role, member.scope
        );
    }
    println!(
        "\nDemo residents sign in at http://127.0.0.1:3000/sign-in with a code by short message"
    );
    println!("(`server serve --development` shows it):");
    for (phone, name) in &summary.demo_residents {
        println!("  {phone}\t{name}");
    }
    Ok(())
}

pub(super) async fn bench_data(common: &Common, size: Size) -> anyhow::Result<()> {
    let db = migrated(common).await?;
    ensure_secrets(&db).await?;
    let made = bench_data::fill(&db, &act(), size).await.map_err(told)?;
    db.close().await;
    println!("{}", serde_json::to_string(&made)?);
    Ok(())
}
