//! A center's day at the door: what is on with how many are in, and who is expected.

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
    occurrences::columns::{door_columns, room_column},
    reach::phone_of,
};
use domain::{
    Refusal,
    access::{Action, Caller},
    audit::Verb,
    booking::State,
    id::{AccountId, BookingId, CenterId, OccurrenceId, PersonId},
    person::{PersonName, Phone},
    text,
    time::{DAY, Span, Timestamp},
};
use serde::Serialize;
use serde_json::json;

/// Something that is on, as the door counts it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct DoorOccurrence {
    /// Which.
    pub id: OccurrenceId,
    /// Title of the activity.
    pub title: String,
    /// The room, may be empty.
    pub room: String,
    /// Start.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
    /// How many minutes before the start the door opens.
    pub door_opens_before_min: i64,
    /// Whether people check out as well.
    pub asks_check_out: bool,
    /// Places in all.
    pub capacity: i64,
    /// How many hold a place, those who came included.
    pub expected: i64,
    /// How many of them came.
    pub came: i64,
    /// How many came and have gone out.
    pub went: i64,
    /// How many wait.
    pub waitlisted: i64,
}

impl DoorOccurrence {
    /// When it is.
    pub const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }
}

const TODAY: &str = concat!(
    "SELECT o.id, a.title, o.starts_at, o.ends_at, o.capacity",
    room_column!(),
    door_columns!(),
    ", o.taken_online + o.taken_assisted AS expected, o.came, o.went, o.waiting AS waitlisted
     FROM occurrence o JOIN activity a ON a.id = o.activity_id
     WHERE o.center_id = $1 AND o.starts_at < $2 AND o.ends_at > $3
     AND o.status = 'published' AND a.status = 'published'
     ORDER BY o.starts_at, o.id"
);

/// What is on at a center on a day: figures without people, for whoever may admit or plan there.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such center, [`Refusal::Forbidden`].
pub async fn today(
    db: &Db,
    caller: &Caller,
    center: &CenterId,
    now: Timestamp,
) -> Result<Vec<DoorOccurrence>> {
    let mut tx = db.read().await?;
    let place = centers::place(&mut tx, center).await?;
    caller
        .may(Action::CheckIn, &place)
        .or_else(|_| caller.may(Action::ViewPlans, &place))?;
    let from = Timestamp::start_of(now.day());
    tx.sql(TODAY)
        .bind(center)
        .bind(from.plus(DAY))
        .bind(from)
        .all()
        .await
}

/// Whether the caller may key in a paper sheet of the occurrence.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such occurrence, [`Refusal::Forbidden`].
pub async fn may_key_in(db: &Db, caller: &Caller, occurrence: &OccurrenceId) -> Result<()> {
    let mut tx = db.read().await?;
    let found: Option<(CenterId,)> = tx
        .sql("SELECT center_id FROM occurrence WHERE id = $1")
        .bind(occurrence)
        .optional()
        .await?;
    let (center,) = found.ok_or(Refusal::NotFound)?;
    let place = centers::place(&mut tx, &center).await?;
    Ok(caller.may(Action::ViewBookings, &place)?)
}

/// Somebody who is expected today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Expected {
    /// The booking.
    pub booking_id: BookingId,
    /// Of which occurrence.
    pub occurrence_id: OccurrenceId,
    /// Title of the activity.
    pub title: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Who.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: PersonName,
    /// The account that they belong to.
    pub account_id: AccountId,
    /// How to reach its holder; shown masked.
    #[serde(skip)]
    pub phone: Option<Phone>,
    /// Where the booking stands.
    pub state: State,
    /// When they came.
    pub checked_in_at: Option<Timestamp>,
    /// When they went.
    pub checked_out_at: Option<Timestamp>,
}

impl Expected {
    /// When it is.
    pub const fn span(&self) -> Span {
        Span::kept(self.starts_at, self.ends_at)
    }
}

/// Most people that a search shows.
const FOUND: usize = 50;

/// Who of today's roster has these characters in their name, or this end of their telephone number
/// (four digits): for staff who may see bookings (C-132). The look is in the audit log, without
/// what was looked for.
///
/// # Errors
/// [`Refusal::NotFound`] where there is no such center, [`Refusal::Forbidden`].
pub async fn expected(db: &Db, act: &Act, center: &CenterId, by: &str) -> Result<Vec<Expected>> {
    let find = Find {
        center: center.clone(),
        by: By::read(by),
    };
    db.write(act, Locks::none(), find).await
}

/// So many digits at the end of a telephone number tell people of a day apart.
const TAIL: usize = 4;

/// What somebody is looked for by.
enum By {
    /// A part of the name, as names are compared.
    Name(String),
    /// The end of the telephone number.
    Tail(String),
}

impl By {
    fn read(text: &str) -> Self {
        let text = plain(text);
        match text.len() == TAIL && text.bytes().all(|b| b.is_ascii_digit()) {
            true => Self::Tail(text),
            false => Self::Name(text),
        }
    }

    const fn as_str(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Tail(_) => "phone_tail",
        }
    }

    fn is(&self, person: &Expected) -> bool {
        match self {
            Self::Name(name) => {
                !name.is_empty() && plain(person.person_name.as_str()).contains(name.as_str())
            }
            Self::Tail(tail) => {
                let phone = person.phone.as_ref();
                phone.is_some_and(|phone| phone.digits().ends_with(tail.as_str()))
            }
        }
    }
}

/// Text as it is compared: without spaces, in small letters, digits as on a keyboard.
fn plain(written: &str) -> String {
    text::plain(written)
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

struct Find {
    center: CenterId,
    by: By,
}

#[async_trait::async_trait]
impl Op for Find {
    type Out = Vec<Expected>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Vec<Expected>> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::ViewBookings, &place)?;
        let from = Timestamp::start_of(act.now.day());
        let mut found: Vec<Expected> = tx
            .sql(concat!(
                "SELECT b.id AS booking_id, b.occurrence_id, a.title, o.starts_at, o.ends_at,
                    b.person_id, p.name AS person_name, b.account_id, ",
                phone_of!("c"),
                ", b.state,
                    b.checked_in_at, b.checked_out_at
                 FROM booking b
                 JOIN account c ON c.id = b.account_id
                 JOIN occurrence o ON o.id = b.occurrence_id
                 JOIN activity a ON a.id = o.activity_id
                 JOIN person p ON p.id = b.person_id
                 WHERE o.center_id = $1 AND o.starts_at < $2 AND o.ends_at > $3
                 AND o.status = 'published' AND b.state <> 'cancelled'
                 ORDER BY o.starts_at, p.name, b.id"
            ))
            .bind(&self.center)
            .bind(from.plus(DAY))
            .bind(from)
            .all()
            .await?;
        found.retain(|person| self.by.is(person));
        found.truncate(FOUND);
        let entry = Entry {
            action: Verb::BookingSearchDay,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: json!({ "found": found.len(), "by": self.by.as_str() }),
        };
        // The same people are found again by a page that stays open; a name is not kept anywhere.
        let mut look = vec![self.by.as_str()];
        look.extend(found.iter().map(|e| e.booking_id.as_str()));
        audit::record_look(tx, act, &look.join(" "), entry).await?;
        Ok(found)
    }
}
