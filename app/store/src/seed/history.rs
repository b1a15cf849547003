//! Half a year of activities that are over, at the center where most of the demo happens: who came, who
//! came without a booking, who stayed away. Everything takes the road that it takes in life, at the time
//! at which it would have happened.

use super::{Create, Summary, plan::Dice};
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    activities::{Dates, NewActivity, NewOccurrence},
    bookings::{self, BookRequest},
    centers,
    check_ins::{self, NewCheckIn, Presented, WalkIn, admit},
    desk::{Contact, Newcomer, register},
    occurrences::TermsEdit,
};
use chrono::{Datelike as _, Days, NaiveTime};
use domain::{
    access::Caller,
    activity::{Channel, Enrolment, Kind},
    booking::Fit,
    commitment::Subject,
    id::{AccountId, CenterId, OccurrenceId, PersonId},
    person::{BirthYear, PersonName, Relation},
    texts::Texts,
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use std::sync::Arc;
use ticket::Keyring;

/// 人民桥社区党群服务中心.
const CENTER: &str = "SZ440303001-03";
/// How many weeks back.
const WEEKS: u64 = 26;
/// How many neighbours come, and how many of them to a date at most.
const NEIGHBOURS: usize = 24;
const MOST: usize = 11;

/// What there was, week after week.
struct Past {
    title: &'static str,
    summary: &'static str,
    kind: Kind,
    field: &'static str,
    /// How many days after Monday, and when.
    day: u64,
    clock: (u32, u32),
    /// Every how many weeks.
    every: usize,
    /// How many came at least, of whom some without a booking.
    least: usize,
}

const PAST: [Past; 4] = [
    Past {
        title: "长者健康操",
        summary: "跟着老师活动筋骨，穿软底鞋。",
        kind: Kind::Group,
        field: "elder",
        day: 1,
        clock: (9, 0),
        every: 1,
        least: 6,
    },
    Past {
        title: "周末亲子阅读",
        summary: "一起读绘本、讲故事。",
        kind: Kind::CommunityActivity,
        field: "child",
        day: 5,
        clock: (10, 0),
        every: 2,
        least: 7,
    },
    Past {
        title: "便民义剪",
        summary: "免费理发，先到先剪。",
        kind: Kind::CommunityActivity,
        field: "convenience",
        day: 3,
        clock: (14, 30),
        every: 2,
        least: 5,
    },
    Past {
        title: "一对一面谈",
        summary: "社工预约面谈。",
        kind: Kind::Casework,
        field: "psychology",
        day: 2,
        clock: (16, 0),
        every: 4,
        least: 1,
    },
];

const SURNAMES: [&str; 8] = ["何", "罗", "梁", "谢", "邓", "许", "冯", "曾"];
const NAMES: [&str; 3] = ["桂英", "建华", "丽珍"];

/// A neighbour of the demo.
struct Neighbour {
    account: AccountId,
    person: PersonId,
}

/// Adds it where there is none yet.
pub(super) async fn seed(db: &Db, act: &Act, summary: &mut Summary) -> Result<()> {
    if has_past(db, act.now).await? {
        return Ok(());
    }
    let center: CenterId = CENTER.parse()?;
    let begin = act
        .now
        .plus(-(7 * i64::try_from(WEEKS).unwrap_or(0) + 14) * DAY);
    let neighbours = neighbours(db, &act.at(begin), &center).await?;
    summary.residents += neighbours.len();
    let mut dice = Dice(20_260_601);
    for past in &PAST {
        let dates = past.dates(act.now);
        let op = Create {
            new: vec![past.activity(&center, &dates, begin)],
        };
        summary.occurrences += db.write(&act.at(begin), Locks::none(), op).await?;
        summary.activities += 1;
        for (occurrence, start) in occurrences_of(db, &center, past.title).await? {
            let there = Sitting {
                occurrence,
                start,
                least: past.least,
            };
            summary.bookings += there.happen(db, act, &neighbours, &mut dice).await?;
        }
    }
    Ok(())
}

async fn has_past(db: &Db, now: Timestamp) -> Result<bool> {
    let mut tx = db.read().await?;
    let found = tx
        .sql(
            "SELECT COUNT(*) FROM occurrence o JOIN activity a ON a.id = o.activity_id
             WHERE o.center_id = $1 AND a.demo AND o.starts_at < $2 AND o.came > 0",
        )
        .bind(CENTER)
        .bind(now.plus(-30 * DAY))
        .count()
        .await?;
    Ok(found > 0)
}

/// The neighbours, who have no telephone number: the desk wrote them down.
async fn neighbours(db: &Db, act: &Act, center: &CenterId) -> Result<Vec<Neighbour>> {
    let community = centers::place(&mut db.read().await?, center)
        .await?
        .community;
    let mut all = Vec::new();
    for nth in 0..NEIGHBOURS {
        let name = format!("{}{}", SURNAMES[nth % 8], NAMES[nth / 8 % 3]);
        let newcomer = Newcomer {
            name: PersonName::parse(&name)?,
            birth_year: BirthYear::new(1946 + 2 * (nth as i64 % 20), act.now)?,
            relation: Relation::Myself,
            community: Some(community.clone()),
            consent: None,
        };
        let contact = Contact::None { is_another: false };
        let (account, person) = register(db, act, center, contact, newcomer).await?;
        db.write(act, Locks::of([&account]), IsDemo(account.clone()))
            .await?;
        all.push(Neighbour { account, person });
    }
    Ok(all)
}

struct IsDemo(AccountId);

#[async_trait::async_trait]
impl Op for IsDemo {
    type Out = ();
    async fn run(&self, tx: &mut Tx, _: &Act) -> Result<()> {
        tx.sql("UPDATE account SET demo = TRUE WHERE id = $1")
            .bind(&self.0)
            .run()
            .await
            .map(drop)
    }
}

impl Past {
    /// When its dates began, the first one first.
    fn dates(&self, now: Timestamp) -> Vec<Timestamp> {
        let monday = now.day() - Days::new(now.day().weekday().num_days_from_monday().into());
        let (hour, minute) = self.clock;
        let clock = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
        let weeks = (1..=WEEKS).rev().step_by(self.every);
        let days = weeks.map(|week| monday - Days::new(7 * week) + Days::new(self.day));
        days.map(|day| Timestamp::from_local(day.and_time(clock)))
            .collect()
    }

    fn activity(&self, center: &CenterId, dates: &[Timestamp], opens: Timestamp) -> NewActivity {
        let occurrence = |start: &Timestamp| NewOccurrence {
            starts_at: *start,
            ends_at: start.plus(90 * MINUTE),
            room: String::new(),
            terms: TermsEdit {
                capacity: Some(20),
                waitlist_capacity: Some(5),
                booking_opens_at: Some(opens),
                ..TermsEdit::default()
            },
        };
        NewActivity {
            center: center.clone(),
            texts: Texts {
                title: self.title.to_owned(),
                summary: self.summary.to_owned(),
                kind: self.kind,
                field: self.field.to_owned(),
                menu_item_id: None,
            },
            enrolment: Enrolment::Single,
            dates: Dates::List(dates.iter().map(occurrence).collect()),
            publish: true,
        }
    }
}

async fn occurrences_of(
    db: &Db,
    center: &CenterId,
    title: &str,
) -> Result<Vec<(OccurrenceId, Timestamp)>> {
    let mut tx = db.read().await?;
    tx.sql(
        "SELECT o.id, o.starts_at FROM occurrence o JOIN activity a ON a.id = o.activity_id
         WHERE a.center_id = $1 AND a.title = $2 AND a.demo ORDER BY o.starts_at",
    )
    .bind(center)
    .bind(title)
    .all()
    .await
}

/// A date that was.
struct Sitting {
    occurrence: OccurrenceId,
    start: Timestamp,
    least: usize,
}

impl Sitting {
    /// Some book, most of them come, some come without; how many bookings that made.
    async fn happen(
        &self,
        db: &Db,
        act: &Act,
        neighbours: &[Neighbour],
        dice: &mut Dice,
    ) -> Result<usize> {
        let mut order: Vec<usize> = (0..neighbours.len()).collect();
        dice.shuffle(&mut order);
        let many = match self.least {
            1 => 1,
            least => least + dice.below(MOST - least + 1),
        };
        let keyring = Arc::new(Keyring::new());
        for (nth, who) in order.into_iter().take(many).enumerate() {
            let neighbour = &neighbours[who];
            // Every seventh comes without a booking, every ninth of the others stays away.
            let presented = match nth % 7 {
                6 => Presented::WalkIn(WalkIn {
                    occurrence: self.occurrence.clone(),
                    account: neighbour.account.clone(),
                    person: neighbour.person.clone(),
                }),
                _ => {
                    let booked = self.book(db, act, neighbour).await?;
                    let Some(booking) = booked.filter(|_| many == 1 || dice.below(9) > 0) else {
                        continue;
                    };
                    Presented::Roster(booking)
                }
            };
            let minutes = 5 + i64::try_from(dice.below(15)).unwrap_or(0);
            let came = act.at(self.start.plus(-minutes * MINUTE));
            let scan = NewCheckIn::now(came.ids.make(came.now), presented);
            admit(db, &keyring, &came, scan).await?;
        }
        check_ins::mark_no_shows(db, &act.at(self.start.plus(12 * HOUR))).await?;
        Ok(many)
    }

    async fn book(&self, db: &Db, act: &Act, who: &Neighbour) -> Result<Option<Subject>> {
        let request = BookRequest {
            occurrence: self.occurrence.clone(),
            account: who.account.clone(),
            people: vec![who.person.clone()],
            channel: Channel::Online,
            fit: Fit::Together,
            may_wait: false,
        };
        let own = act.by(Caller::resident(who.account.clone()));
        let booked = bookings::book(db, &own.at(self.start.plus(-2 * DAY)), request).await?;
        let first = booked.bookings().next();
        Ok(first.map(|booking| Subject::Booking(booking.id.clone())))
    }
}
