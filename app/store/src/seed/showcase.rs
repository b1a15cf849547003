//! Four occurrences at one center that show what a booking can meet: nearly full, full with
//! people waiting, called off, not open yet. Booked by the demo residents through the same
//! operation as everything else.

use super::{Create, Summary, plan::Plan, plan::terms, residents::DemoPerson, titles_at};
use crate::{
    Act, Db, Locks, Result,
    activities::{Dates, NewActivity, NewOccurrence},
    bookings::{self, BookRequest},
    occurrences::{self, TermsEdit},
    rooms::Occupied,
};
use chrono::{Days, NaiveTime};
use domain::{
    Reason, Refusal,
    access::Caller,
    activity::{Channel, Enrolment},
    booking::Fit,
    id::{CenterId, OccurrenceId},
    time::{DAY, MINUTE, Span, Timestamp},
};

/// Home of most demo residents: 人民桥社区党群服务中心.
const CENTER: &str = "SZ440303001-03";

struct Show {
    pattern: &'static str,
    in_days: u64,
    clock: (u32, u32),
    capacity: u32,
    bookings: usize,
    least_age: i64,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    CalledOff,
    NotOpenYet,
}

const SHOWS: [Show; 4] = [
    Show {
        pattern: "phone-lesson",
        in_days: 2,
        clock: (9, 30),
        capacity: 6,
        bookings: 5,
        least_age: 56,
        kind: Kind::Open,
    },
    Show {
        pattern: "tcm-day",
        in_days: 3,
        clock: (15, 0),
        capacity: 6,
        bookings: 9,
        least_age: 19,
        kind: Kind::Open,
    },
    Show {
        pattern: "health-talk",
        in_days: 4,
        clock: (16, 0),
        capacity: 50,
        bookings: 3,
        least_age: 19,
        kind: Kind::CalledOff,
    },
    Show {
        pattern: "reading-club",
        in_days: 9,
        clock: (19, 30),
        capacity: 18,
        bookings: 0,
        least_age: 19,
        kind: Kind::NotOpenYet,
    },
];

pub(super) async fn seed(
    db: &Db,
    act: &Act,
    plan: &Plan,
    people: &[DemoPerson],
    summary: &mut Summary,
) -> Result<()> {
    let center: CenterId = CENTER.parse()?;
    let there = titles_at(db, &center, act.now).await?;
    for show in &SHOWS {
        let Some(new) = activity(db, act, plan, &center, show).await? else {
            continue;
        };
        if there.contains(&new.texts.title) {
            continue;
        }
        let title = new.texts.title.clone();
        let op = Create { new: vec![new] };
        summary.occurrences += db.write(act, Locks::none(), op).await?;
        summary.activities += 1;
        let occurrence = occurrence_of(db, &center, &title, act.now).await?;
        summary.bookings += book(db, act, show, &occurrence, people).await?;
        if show.kind == Kind::CalledOff {
            let reason = "讲师临时有事，改期另行通知";
            occurrences::cancel(db, act, &occurrence, reason, None).await?;
        }
    }
    Ok(())
}

async fn activity(
    db: &Db,
    act: &Act,
    plan: &Plan,
    center: &CenterId,
    show: &Show,
) -> Result<Option<NewActivity>> {
    let (Some(pattern), Some(clock)) = (
        plan.pattern(show.pattern),
        NaiveTime::from_hms_opt(show.clock.0, show.clock.1, 0),
    ) else {
        return Ok(None);
    };
    let Some(day) = act.now.day().checked_add_days(Days::new(show.in_days)) else {
        return Ok(None);
    };
    let start = Timestamp::from_local(day.and_time(clock));
    let length = i64::from(pattern.duration_minutes) * MINUTE;
    let span = Span::new(start, start.plus(length))?;
    let opens = match show.kind {
        Kind::NotOpenYet => {
            let in_two_days = Timestamp::start_of(act.now.day()).plus(2 * DAY + 10 * 60 * MINUTE);
            in_two_days.min(span.start().plus(-DAY))
        }
        _ => act.now.plus(-DAY),
    };
    let terms = TermsEdit {
        capacity: Some(show.capacity),
        held_back: Some(0),
        held_until: Some(None),
        residents_first_until: Some(None),
        booking_opens_at: Some(opens),
        ..terms(pattern, span)
    };
    let mut tx = db.read().await?;
    let occupied = Occupied::during(&mut tx, center, &[span]).await?;
    drop(tx);
    let room = &pattern.texts.zh_cn.room;
    // Seeded again later, another activity may have the room by then.
    let room = match occupied.in_the_way(room, span) {
        Some(_) => String::new(),
        None => room.clone(),
    };
    let mut new = plan.activity(center, pattern, &[], day)?;
    new.enrolment = Enrolment::Single;
    new.dates = Dates::List(vec![NewOccurrence {
        starts_at: span.start(),
        ends_at: span.end(),
        room,
        terms,
    }]);
    Ok(Some(new))
}

async fn occurrence_of(
    db: &Db,
    center: &CenterId,
    title: &str,
    now: Timestamp,
) -> Result<OccurrenceId> {
    let mut tx = db.read().await?;
    let (id,): (OccurrenceId,) = tx
        .sql(
            "SELECT o.id FROM occurrence o JOIN activity a ON a.id = o.activity_id
             WHERE a.center_id = $1 AND a.title = $2 AND a.demo AND o.ends_at > $3
             ORDER BY o.starts_at LIMIT 1",
        )
        .bind(center)
        .bind(title)
        .bind(now)
        .one()
        .await?;
    Ok(id)
}

/// Books for people who are old enough, one after the other, until there are enough.
async fn book(
    db: &Db,
    act: &Act,
    show: &Show,
    occurrence: &OccurrenceId,
    people: &[DemoPerson],
) -> Result<usize> {
    let year = i64::from(chrono::Datelike::year(&act.now.day()));
    let fitting = people
        .iter()
        .filter(|p| year - p.birth_year >= show.least_age)
        .take(show.bookings);
    let mut made = 0;
    for who in fitting {
        let request = BookRequest {
            occurrence: occurrence.clone(),
            account: who.account.clone(),
            people: vec![who.person.clone()],
            channel: Channel::Online,
            fit: Fit::Together,
            may_wait: true,
        };
        let resident = act.by(Caller::resident(who.account.clone()));
        made += bookings::book(db, &resident, request)
            .await?
            .bookings()
            .count();
    }
    if made < show.bookings {
        return Err(Refusal::invalid("people", Reason::TooFew).into());
    }
    Ok(made)
}
