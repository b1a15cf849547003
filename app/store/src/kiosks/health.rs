//! What kiosks report about themselves.

use super::read::own_in;
use crate::{Act, Db, Locks, Op, Result, Tx};
use domain::{
    Reason, Refusal,
    kiosk::{Check, Checked, Part},
    text,
    time::DAY,
};

/// A sign of life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The version of the program in its browser, at most 40 characters.
    pub version: String,
    /// By how many milliseconds its clock is ahead of the server's; kept within a hundred years.
    pub clock_off_ms: Option<i64>,
    /// Its camera, where it knows.
    pub camera: Option<Part>,
    /// Its scanner, where it knows.
    pub scanner: Option<Part>,
    /// A self-test that has just been made.
    pub checks: Option<Vec<Checked>>,
}

/// Stores a kiosk's report; whatever it leaves out stays as it was.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever is no paired kiosk, [`Refusal::Invalid`].
pub async fn report(db: &Db, act: &Act, report: Report) -> Result<()> {
    text::line("version", &report.version, 40)?;
    if report
        .checks
        .as_ref()
        .is_some_and(|checks| checks.len() > Check::ALL.len())
    {
        return Err(Refusal::invalid("checks", Reason::TooLarge).into());
    }
    let op = Keep { report };
    db.write(act, Locks::none(), op).await
}

struct Keep {
    report: Report,
}

#[async_trait::async_trait]
impl Op for Keep {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let (now, report) = (act.now, &self.report);
        let own = own_in(tx, &act.caller).await?;
        let limit = 36_500 * DAY;
        tx.sql(
            "UPDATE kiosk SET seen_at = $1, version = $2,
             clock_off_ms = COALESCE($3, clock_off_ms), camera = COALESCE($4, camera),
             scanner = COALESCE($5, scanner) WHERE id = $6",
        )
        .bind(now)
        .bind(&report.version)
        .bind(report.clock_off_ms.map(|off| off.clamp(-limit, limit)))
        .bind(report.camera.map(Part::as_str))
        .bind(report.scanner.map(Part::as_str))
        .bind(&own.id)
        .run()
        .await?;
        if let Some(checks) = &report.checks {
            tx.sql("UPDATE kiosk SET checks = $1, checked_at = $2 WHERE id = $3")
                .bind(serde_json::to_string(checks)?)
                .bind(now)
                .bind(&own.id)
                .run()
                .await?;
        }
        Ok(())
    }
}
