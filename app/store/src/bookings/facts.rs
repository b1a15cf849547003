//! Loading what a decision needs, under its locks.

use crate::{
    Error, Result, Tx, commitments,
    occurrences::columns::{TermsRow, room_column, term_columns},
    states::live,
};
use domain::{
    Refusal,
    activity::{Channel, Enrolment, Status, Unit},
    booking::{OccurrenceFacts, Offer, PersonFacts, Waiting},
    commitment::{Clash, Commitment, Event, clash},
    id::{
        AccountId, ActivityId, BookingId, CenterId, EnrolmentId, OccurrenceId, PartyId, PersonId,
    },
    person::BirthYear,
    place::{CenterPlace, CommunityKey},
    terms::Terms,
    time::{Span, Timestamp},
};

#[derive(sqlx::FromRow)]
struct OccurrenceRow {
    id: OccurrenceId,
    activity_id: ActivityId,
    center_id: CenterId,
    title: String,
    enrolment: Enrolment,
    activity_status: Status,
    status: Status,
    starts_at: Timestamp,
    ends_at: Timestamp,
    #[sqlx(flatten, try_from = "TermsRow")]
    terms: Terms,
    district_code: String,
    subdistrict_code: String,
    community: String,
    center_name: String,
    center_phone: String,
    room: String,
    sequence: i64,
    online: i64,
    assisted: i64,
    waitlisted: i64,
}

/// An offer with what surrounds it.
pub(super) struct LoadedOffer {
    pub(super) offer: Offer,
    pub(super) activity: ActivityId,
    pub(super) title: String,
    pub(super) center_name: String,
    pub(super) center_phone: String,
    pub(super) room: String,
    pub(super) place: CenterPlace,
    pub(super) enrolment: Enrolment,
    /// How often the occurrence that was asked for has changed.
    pub(super) sequence: i64,
}

impl LoadedOffer {
    pub(super) fn ids(&self) -> impl Iterator<Item = &OccurrenceId> {
        self.offer.occurrences().map(|o| &o.id)
    }

    pub(super) fn unit(&self) -> Unit {
        self.offer.first().terms.unit
    }

    /// From its first start to its last end.
    fn within(&self) -> Span {
        let spans = self.offer.occurrences().map(|o| o.span);
        commitments::around(spans).unwrap_or(self.offer.first().span)
    }

    /// What of somebody's commitments is in the way of it (rule 2, C-60).
    fn clash(&self, held: &[Commitment]) -> Option<Clash> {
        let events: Vec<_> = self
            .offer
            .occurrences()
            .filter(|o| !o.terms.is_transparent)
            .map(|o| (Event::Occurrence(o.id.clone()), o.span))
            .collect();
        clash(held, events.iter().map(|(event, span)| (event, *span)))
    }
}

const OCCURRENCE: &str = concat!(
    "o.id, o.activity_id, o.center_id, a.title, a.enrolment,
        a.status AS activity_status, o.status, o.starts_at, o.ends_at, c.district_code,
        c.subdistrict_code, c.community, c.name AS center_name,
        c.phone AS center_phone, o.sequence",
    room_column!(),
    term_columns!(),
    ", o.taken_online AS online, o.taken_assisted AS assisted, o.waiting AS waitlisted"
);

const FROM: &str = "FROM occurrence o
    JOIN activity a ON a.id = o.activity_id
    JOIN center c ON c.id = o.center_id";

/// The occurrence that was asked for, under its lock.
async fn asked(tx: &mut Tx, id: &OccurrenceId) -> Result<OccurrenceRow> {
    tx.need([id])?;
    let row = tx
        .sql_built(format!("SELECT {OCCURRENCE} {FROM} WHERE o.id = $1"))
        .bind(id)
        .optional()
        .await?;
    Ok(row.ok_or(Refusal::NotFound)?)
}

/// The offer that an occurrence belongs to: itself, or with one enrolment every occurrence of the
/// series that is published and still to come.
pub(super) async fn offer(tx: &mut Tx, id: &OccurrenceId, now: Timestamp) -> Result<LoadedOffer> {
    let asked = asked(tx, id).await?;
    around(tx, asked, now).await
}

/// One occurrence as its door sees it: of a series with one enrolment, that date by itself.
pub(super) async fn sitting(tx: &mut Tx, id: &OccurrenceId) -> Result<LoadedOffer> {
    let loaded = surround(asked(tx, id).await?, Vec::new())?;
    Ok(LoadedOffer {
        enrolment: Enrolment::Single,
        ..loaded
    })
}

/// Whether a place of this date is held by nobody, under its lock, and this person has nothing else
/// at that time (rules 1 and 2).
pub(crate) async fn has_place_for(
    tx: &mut Tx,
    id: &OccurrenceId,
    person: &PersonId,
) -> Result<bool> {
    let loaded = sitting(tx, id).await?;
    let held = commitments::held(tx, std::slice::from_ref(person), loaded.within()).await?;
    let clash = held.get(person).and_then(|held| loaded.clash(held));
    Ok(loaded.offer.first().unheld() > 0 && clash.is_none())
}

/// The offer around the occurrence that was asked for.
async fn around(tx: &mut Tx, asked: OccurrenceRow, now: Timestamp) -> Result<LoadedOffer> {
    let mut series: Vec<OccurrenceRow> = Vec::new();
    if asked.enrolment == Enrolment::Series {
        series = tx
            .sql_built(format!(
                "SELECT {OCCURRENCE} {FROM} WHERE o.activity_id = $1 AND o.status = 'published'
                 AND o.starts_at > $2 ORDER BY o.starts_at, o.id"
            ))
            .bind(&asked.activity_id)
            .bind(now)
            .all()
            .await?;
        tx.need(series.iter().map(|row| &row.id))?;
    }
    surround(asked, series)
}

/// The offer of the occurrence that was asked for, or of the `series` if there is one.
fn surround(asked: OccurrenceRow, series: Vec<OccurrenceRow>) -> Result<LoadedOffer> {
    let loaded = LoadedOffer {
        activity: asked.activity_id.clone(),
        sequence: asked.sequence,
        title: asked.title.clone(),
        center_name: asked.center_name.clone(),
        center_phone: asked.center_phone.clone(),
        room: asked.room.clone(),
        place: CenterPlace::new(
            asked.center_id.clone(),
            asked.district_code.clone(),
            asked.subdistrict_code.clone(),
            &asked.community,
        ),
        enrolment: asked.enrolment,
        offer: {
            let rows = match series.is_empty() {
                true => vec![asked],
                false => series,
            };
            let facts: Result<Vec<_>> = rows.into_iter().map(occurrence_facts).collect();
            Offer::new(facts?)?
        },
    };
    Ok(loaded)
}

pub(crate) fn small(value: i64) -> Result<u32> {
    u32::try_from(value).map_err(|_| Error::Corrupt("a count"))
}

fn occurrence_facts(row: OccurrenceRow) -> Result<OccurrenceFacts> {
    let status = match (row.activity_status, row.status) {
        (Status::Cancelled, _) | (_, Status::Cancelled) => Status::Cancelled,
        (Status::Draft, _) | (_, Status::Draft) => Status::Draft,
        _ => Status::Published,
    };
    let community = CommunityKey::new(&row.subdistrict_code, &row.community);
    Ok(OccurrenceFacts {
        id: row.id,
        span: Span::new(row.starts_at, row.ends_at)?,
        status,
        community,
        terms: row.terms,
        online: small(row.online)?,
        assisted: small(row.assisted)?,
        waitlisted: small(row.waitlisted)?,
    })
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    id: PersonId,
    name: String,
    birth_year: BirthYear,
    community: Option<CommunityKey>,
    consent_at: Option<Timestamp>,
    live: Option<BookingId>,
    is_busy: bool,
    has_phone: bool,
}

/// A person of the account, as a decision and a notice need them.
pub(super) struct LoadedPerson {
    pub(super) facts: PersonFacts,
    pub(super) name: String,
    /// Whether their account has a telephone number.
    pub(super) has_phone: bool,
}

/// The people of an account `$1`, with a live booking of theirs in one of the occurrences of the
/// offer (the list `$4`) and whether they have promised to be anywhere from `$2` to `$3`: in one
/// statement, because each costs more than what it reads.
fn people_query(tx: &Tx, unit: Unit, everybody: bool) -> String {
    let whose = match unit {
        Unit::Households => "b.account_id = $1",
        Unit::People | Unit::Pairs => "b.person_id = p.id",
    };
    let who = if everybody {
        "p.status = 'active'"
    } else {
        "p.relation = 'self' AND p.status = 'active'"
    };
    let offered = tx.one_of("$4");
    format!(
        concat!(
            "SELECT p.id, p.name, p.birth_year, p.community, p.consent_at,
                (SELECT b.id FROM booking b WHERE b.occurrence_id {offered} AND {whose}
                    AND b.state IN ",
            live!(),
            " LIMIT 1) AS live,
                EXISTS (SELECT 1 FROM commitment c WHERE c.person_id = p.id
                    AND c.starts_at < $3 AND c.ends_at > $2) AS is_busy,
                (SELECT a.phone NOT LIKE '-%' FROM account a WHERE a.id = $1) AS has_phone
             FROM person p WHERE p.account_id = $1 AND {who}"
        ),
        offered = offered,
        whose = whose,
        who = who
    )
}

/// The people of an account, in the order asked; the holder where nobody was named.
pub(super) async fn people(
    tx: &mut Tx,
    loaded: &LoadedOffer,
    account: &AccountId,
    wanted: &[PersonId],
) -> Result<Vec<LoadedPerson>> {
    tx.need([account])?;
    let within = loaded.within();
    let text = people_query(tx, loaded.unit(), !wanted.is_empty());
    let query = tx
        .sql_built(text)
        .bind(account)
        .bind(within.start())
        .bind(within.end())
        .bind_list(loaded.ids().map(OccurrenceId::as_str));
    let mut rows: Vec<PersonRow> = query.all().await?;
    rows.retain(|p| wanted.is_empty() || wanted.contains(&p.id));
    if rows.is_empty() || (!wanted.is_empty() && rows.len() != wanted.len()) {
        return Err(Refusal::NotFound.into());
    }
    let busy = rows.iter().filter(|row| row.is_busy);
    let busy: Vec<PersonId> = busy.map(|row| row.id.clone()).collect();
    let held = commitments::held(tx, &busy, within).await?;
    let people = rows.into_iter().map(|row| LoadedPerson {
        facts: PersonFacts {
            clash: held.get(&row.id).and_then(|held| loaded.clash(held)),
            person: row.id,
            birth_year: row.birth_year,
            community: row.community,
            has_consent: row.consent_at.is_some(),
            live: row.live,
        },
        name: row.name,
        has_phone: row.has_phone,
    });
    let mut people: Vec<_> = people.collect();
    people.sort_by_key(|p| wanted.iter().position(|w| *w == p.facts.person));
    Ok(people)
}

#[derive(sqlx::FromRow)]
struct WaitingRow {
    id: BookingId,
    account_id: AccountId,
    person_id: PersonId,
    name: String,
    channel: Channel,
    party_id: Option<PartyId>,
    enrolment_id: Option<EnrolmentId>,
    birth_year: BirthYear,
    community: Option<CommunityKey>,
    consent_at: Option<Timestamp>,
}

/// Somebody in line, with what a promotion writes.
pub(super) struct LoadedWaiting {
    pub(super) waiting: Waiting,
    pub(super) account: AccountId,
    pub(super) name: String,
    pub(super) enrolment: Option<EnrolmentId>,
}

/// The line of an offer, in order. A series has one line, that of its first occurrence.
pub(super) async fn line(tx: &mut Tx, loaded: &LoadedOffer) -> Result<Vec<LoadedWaiting>> {
    let rows: Vec<WaitingRow> = tx
        .sql(
            "SELECT b.id, b.account_id, b.person_id, p.name, b.channel, b.party_id, b.enrolment_id,
                    p.birth_year, p.community, p.consent_at
             FROM booking b JOIN person p ON p.id = b.person_id
             WHERE b.occurrence_id = $1 AND b.state = 'waitlisted' ORDER BY b.queue_no, b.id",
        )
        .bind(&loaded.offer.first().id)
        .all()
        .await?;
    let waiting: Vec<PersonId> = rows.iter().map(|row| row.person_id.clone()).collect();
    let held = commitments::held(tx, &waiting, loaded.within()).await?;
    let mut line = Vec::with_capacity(rows.len());
    for row in rows {
        let clash = held.get(&row.person_id).and_then(|held| loaded.clash(held));
        let person = PersonFacts {
            person: row.person_id,
            birth_year: row.birth_year,
            community: row.community,
            has_consent: row.consent_at.is_some(),
            live: None,
            clash,
        };
        line.push(LoadedWaiting {
            waiting: Waiting {
                booking: row.id,
                person,
                channel: row.channel,
                party: row.party_id,
            },
            account: row.account_id,
            name: row.name,
            enrolment: row.enrolment_id,
        });
    }
    Ok(line)
}
