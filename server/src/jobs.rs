//! What the server does on its own: settling waitlists, sending messages, purging old rows, picking
//! up new ticket keys and centers. Every job may run on several servers at once and be stopped at
//! any point.

use crate::{layers::ByAddress, metrics::Metrics, sms::SmsSender};
use app::web::{Site, Tickets};
use domain::{
    access::Caller,
    report::{Days, LONGEST},
};
use futures_util::future::join_all;
use std::{future::Future, sync::Arc, time::Duration};
use store::{
    Act, Change, bookings, check_ins, invitations, outbox, personal, purge,
    reports::{self, Refreshed},
    seen, shifts, ticket_keys,
};
use tokio::{
    sync::{broadcast::error::RecvError, watch},
    task::JoinSet,
    time::{MissedTickBehavior, interval, timeout},
};

/// How long a job may take before it is abandoned until its next run.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a message may take to leave.
const ANSWER: Duration = Duration::from_secs(20);
/// How many messages are sent at a time, and told again at most if the server dies meanwhile.
const MESSAGES: u32 = 16;

/// The jobs of a server.
pub struct Jobs {
    tasks: JoinSet<()>,
}

/// What a job needs.
#[derive(Clone)]
struct Desk {
    site: Site,
    metrics: Metrics,
    ending: watch::Receiver<bool>,
}

impl Desk {
    fn act(&self) -> Act {
        Act::new(Caller::system(), self.site.now(), self.site.ids().clone())
    }

    /// Runs a job repeatedly until the server stops.
    async fn every<F>(self, job: &'static str, pause: Duration, run: impl Fn(Self) -> F + Send)
    where
        F: Future<Output = store::Result<()>> + Send,
    {
        let mut ending = self.ending.clone();
        let mut ticks = interval(pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ending.wait_for(|ends| *ends) => return,
                _ = ticks.tick() => {}
            }
            let done = timeout(PATIENCE, run(self.clone())).await;
            let done = match done {
                Ok(Ok(())) => true,
                Ok(Err(error)) => {
                    tracing::error!(job, %error, "a job failed; it runs again");
                    false
                }
                Err(_) => {
                    tracing::error!(job, "a job took too long; it runs again");
                    false
                }
            };
            self.metrics.job(job, done, self.site.now());
        }
    }
}

/// How messages leave.
#[derive(Clone)]
pub enum Post {
    /// By this sender.
    By(Arc<dyn SmsSender>),
    /// Not at all: they stay where the development page shows them.
    Kept,
}

impl Jobs {
    /// Starts all jobs. They end once `ending` becomes true.
    pub fn start(
        site: &Site,
        metrics: &Metrics,
        limits: &ByAddress,
        post: Post,
        ending: &watch::Receiver<bool>,
    ) -> Self {
        let desk = Desk {
            site: site.clone(),
            metrics: metrics.clone(),
            ending: ending.clone(),
        };
        let mut tasks = JoinSet::new();
        let seconds = Duration::from_secs;
        tasks.spawn(desk.clone().every("settle", seconds(10), settle));
        if let Post::By(sender) = post {
            let send = move |desk| send(desk, sender.clone());
            tasks.spawn(desk.clone().every("outbox", seconds(2), send));
        }
        let limits = limits.clone();
        let tidy = move |desk: Desk| {
            limits.tidy();
            purge(desk)
        };
        tasks.spawn(desk.clone().every("purge", seconds(3600), tidy));
        tasks.spawn(desk.clone().every("seen", seconds(5), write_down));
        tasks.spawn(desk.clone().every("door", seconds(60), door));
        tasks.spawn(desk.clone().every("delete", seconds(600), delete));
        tasks.spawn(desk.clone().every("remind", seconds(60), remind));
        tasks.spawn(desk.clone().every("reports", seconds(60), recent_figures));
        tasks.spawn(desk.clone().every("old_reports", seconds(900), old_figures));
        tasks.spawn(desk.clone().every("ticket_keys", seconds(60), refresh_keys));
        tasks.spawn(desk.clone().every("centers", seconds(10), refresh_centers));
        tasks.spawn(follow(desk));
        Self { tasks }
    }

    /// Waits for every job to finish its current run.
    pub async fn finish(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// How many centers' months a run of a job makes anew, so that it ends in time.
const FIGURES: usize = 2_000;

/// Who came in this month and the last: what changes while people check in.
async fn recent_figures(desk: Desk) -> store::Result<()> {
    figures(desk, 31).await
}

/// The same of everything that a report may be over: what arrived late, or was imported. The months that
/// a report of this year has ahead of it too, so that it doesn't look through all that is planned in them.
async fn old_figures(desk: Desk) -> store::Result<()> {
    figures(desk.clone(), LONGEST - 1).await?;
    figures(desk, -AHEAD).await
}

/// A year, in days.
const AHEAD: i64 = 366;

/// From so many days ago until today, or from today so many days ahead.
async fn figures(desk: Desk, back: i64) -> store::Result<()> {
    let today = desk.site.now().day();
    let other = today - chrono::Duration::days(back);
    let days = Days::new(today.min(other), today.max(other)).map_err(store::Error::Refused)?;
    let made = reports::refresh(desk.site.db(), &desk.act(), days, FIGURES).await?;
    if made != Refreshed::default() {
        tracing::debug!(?made, "what reports are made of was made anew");
    }
    Ok(())
}

async fn settle(desk: Desk) -> store::Result<()> {
    let moved = bookings::settle(desk.site.db(), &desk.act()).await?;
    if moved > 0 {
        tracing::info!(occurrences = moved, "waitlists moved up");
    }
    let freed = invitations::settle(desk.site.db(), &desk.act()).await?;
    if freed > 0 {
        tracing::info!(shifts = freed, "places that were kept for friends are free");
    }
    Ok(())
}

/// Sends what is due, some at a time. A failed one is retried later and never holds up the others.
async fn send(desk: Desk, sender: Arc<dyn SmsSender>) -> store::Result<()> {
    let db = desk.site.db();
    loop {
        let claimed = outbox::claim(db, &desk.act(), MESSAGES).await?;
        if claimed.is_empty() {
            return Ok(());
        }
        let sending = claimed.into_iter().map(|message| async {
            let ending = timeout(ANSWER, sender.send(&message)).await;
            let ending = ending.unwrap_or_else(|_| Err("no answer".to_owned()));
            if let Err(error) = &ending {
                tracing::warn!(id = %message.id, %error, "a short message was not taken");
            }
            (message, ending)
        });
        let ended = join_all(sending).await;
        outbox::finish(db, &desk.act(), ended).await?;
    }
}

async fn purge(desk: Desk) -> store::Result<()> {
    let purged = purge::run(desk.site.db(), &desk.act()).await?;
    tracing::info!(?purged, "removed what is of no more use");
    Ok(())
}

async fn write_down(desk: Desk) -> store::Result<()> {
    seen::write_down(desk.site.db()).await.map(drop)
}

/// Closes forgotten check-outs and marks no-shows.
async fn door(desk: Desk) -> store::Result<()> {
    let closed = check_ins::close_missing(desk.site.db(), &desk.act()).await?;
    let missed = check_ins::mark_no_shows(desk.site.db(), &desk.act()).await?;
    if closed + missed > 0 {
        tracing::info!(closed, missed, "check-outs closed, no-shows marked");
    }
    Ok(())
}

/// Deletes accounts whose holders asked for it a week ago.
async fn delete(desk: Desk) -> store::Result<()> {
    let deleted = personal::run_due(desk.site.db(), &desk.act()).await?;
    if deleted > 0 {
        tracing::info!(
            accounts = deleted,
            "accounts were deleted, as their holders asked"
        );
    }
    Ok(())
}

/// Tells again of the halves that are missing before shifts begin.
async fn remind(desk: Desk) -> store::Result<()> {
    let told = shifts::remind(desk.site.db(), &desk.act()).await?;
    if told > 0 {
        tracing::info!(told, "halves of shifts are still missing");
    }
    Ok(())
}

async fn refresh_keys(desk: Desk) -> store::Result<()> {
    let keys = ticket_keys::all(desk.site.db()).await?;
    desk.site.set_tickets(Tickets::from_keys(&keys)?);
    Ok(())
}

/// Other programs bring centers in too, and SQLite has no news of that.
async fn refresh_centers(desk: Desk) -> store::Result<()> {
    desk.site.renew_centers().await
}

/// Changes to centers come in bursts; they are read again once after each burst.
const SETTLES: Duration = Duration::from_secs(2);

/// Reads the centers again soon after one has changed.
async fn follow(desk: Desk) {
    let mut changes = desk.site.db().changes();
    let mut ending = desk.ending.clone();
    loop {
        let change = tokio::select! {
            _ = ending.wait_for(|ends| *ends) => return,
            change = changes.recv() => change,
        };
        match change {
            Ok(Change::Center(_) | Change::Anything) | Err(RecvError::Lagged(_)) => {}
            Ok(Change::Occurrence(_) | Change::Shift(_) | Change::Door(_)) => continue,
            Err(RecvError::Closed) => return,
        }
        tokio::time::sleep(SETTLES).await;
        changes = changes.resubscribe();
        if let Err(error) = refresh_centers(desk.clone()).await {
            tracing::warn!(%error, "the centers could not be read again");
        }
    }
}
