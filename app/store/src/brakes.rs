//! What can be guessed is braked by who tries, never by whom it is tried on alone: somebody who
//! knows only a number or a user name must not be able to keep its owner out (C-182).
//!
//! Tries are counted three times: of this asker at this subject; of their network at it, because
//! whoever drops cookies is another asker each time; and of everybody at it, as a slower brake over
//! all. A browser that signed in at the subject before passes the latter two.

use crate::{
    Act, Result, Tx,
    attempts::{self, Limit},
};
use domain::{retention::BROWSERS, time::Timestamp};

/// The limits on one kind of try.
#[derive(Clone, Copy, Debug)]
pub struct Brakes {
    /// What is tried, as it stands in the table.
    pub what: &'static str,
    /// For one asker.
    pub own: &'static [Limit],
    /// For one network.
    pub near: &'static [Limit],
    /// For everybody together.
    pub all: &'static [Limit],
}

impl Brakes {
    fn own(&self, act: &Act, subject: &str) -> String {
        match act.asker_key() {
            Some(asker) => format!("{}:{subject}:{asker}", self.what),
            None => format!("{}:{subject}", self.what),
        }
    }

    fn all(&self, subject: &str) -> String {
        format!("{}-all:{subject}", self.what)
    }

    /// The counted subjects besides the asker's own, with their limits.
    fn others(&self, act: &Act, subject: &str) -> Vec<(String, &'static [Limit])> {
        let network = act.asker().network();
        let near = network.map(|network| format!("{}-near:{subject}:{network}", self.what));
        near.map(|near| (near, self.near))
            .into_iter()
            .chain([(self.all(subject), self.all)])
            .collect()
    }

    /// Refuses beyond a limit.
    ///
    /// # Errors
    /// [`domain::Refusal::RateLimited`].
    pub(crate) async fn check(&self, tx: &mut Tx, act: &Act, subject: &str) -> Result<()> {
        attempts::check(tx, &self.own(act, subject), self.own, act.now).await?;
        if knows(tx, act, subject).await? {
            return Ok(());
        }
        for (other, limits) in self.others(act, subject) {
            attempts::check(tx, &other, limits, act.now).await?;
        }
        Ok(())
    }

    /// Counts a try.
    pub(crate) async fn count(&self, tx: &mut Tx, act: &Act, subject: &str) -> Result<()> {
        attempts::count(tx, &self.own(act, subject), act.now).await?;
        for (other, _) in self.others(act, subject) {
            attempts::count(tx, &other, act.now).await?;
        }
        Ok(())
    }

    /// Takes back the try that was counted in this act, and the asker's own earlier ones.
    pub(crate) async fn forgive(&self, tx: &mut Tx, act: &Act, subject: &str) -> Result<()> {
        attempts::forget(tx, &self.own(act, subject), None).await?;
        for (other, _) in self.others(act, subject) {
            attempts::forget(tx, &other, Some(act.now)).await?;
        }
        Ok(())
    }

    /// Takes back every try at the subject, whoever made it.
    pub(crate) async fn release(&self, tx: &mut Tx, subject: &str) -> Result<()> {
        let what = self.what;
        attempts::forget(tx, &format!("{what}:{subject}"), None).await?;
        attempts::forget(tx, &self.all(subject), None).await?;
        attempts::forget_within(tx, &format!("{what}:{subject}:")).await?;
        attempts::forget_within(tx, &format!("{what}-near:{subject}:")).await
    }
}

/// Whether the asker's browser signed in at the subject before.
pub(crate) async fn knows(tx: &mut Tx, act: &Act, subject: &str) -> Result<bool> {
    let browser = act.asker().browser().unwrap_or_default();
    let found: Option<(Timestamp,)> = tx
        .sql("SELECT seen_at FROM known_browser WHERE subject = $1 AND browser = $2 AND seen_at > $3")
        .bind(subject)
        .bind(browser)
        .bind(act.now.plus(-BROWSERS))
        .optional()
        .await?;
    Ok(found.is_some())
}

/// Remembers that the asker's browser signed in at the subject.
pub(crate) async fn remember(tx: &mut Tx, act: &Act, subject: &str) -> Result<()> {
    let Some(browser) = act.asker().browser() else {
        return Ok(());
    };
    tx.sql(
        "INSERT INTO known_browser (subject, browser, seen_at) VALUES ($1, $2, $3)
         ON CONFLICT (subject, browser) DO UPDATE SET seen_at = excluded.seen_at",
    )
    .bind(subject)
    .bind(browser)
    .bind(act.now)
    .run()
    .await
    .map(drop)
}
