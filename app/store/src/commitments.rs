//! What people have promised to be at, of every kind: the one place that asks the database whether
//! somebody has something else at a time.

use crate::{Result, Tx, packed};
use domain::{
    commitment::{Commitment, Event, Subject},
    id::{AssignmentId, PersonId},
    time::{Span, Timestamp},
};
use serde::Deserialize;
use std::collections::HashMap;

/// In the order of what is selected.
#[derive(Deserialize)]
struct Row {
    person_id: PersonId,
    subject_kind: String,
    subject_id: String,
    event_id: String,
    title: String,
    #[serde(deserialize_with = "packed::instant")]
    starts_at: Timestamp,
    #[serde(deserialize_with = "packed::instant")]
    ends_at: Timestamp,
}

impl Row {
    fn read(self) -> Result<(PersonId, Commitment)> {
        let subject = Subject::parse(&self.subject_kind, &self.subject_id)?;
        let event = match &subject {
            Subject::Booking(_) => Event::Occurrence(self.event_id.parse()?),
            Subject::Assignment(_) => Event::Shift(self.event_id.parse()?),
        };
        let commitment = Commitment {
            subject,
            event,
            title: self.title,
            span: Span::new(self.starts_at, self.ends_at)?,
        };
        Ok((self.person_id, commitment))
    }
}

/// What these people hold a place in at some time within the span. [`domain::commitment::clash`]
/// says what of it is in the way of something else.
pub(crate) async fn held(
    tx: &mut Tx,
    people: &[PersonId],
    within: Span,
) -> Result<HashMap<PersonId, Vec<Commitment>>> {
    let mut held: HashMap<PersonId, Vec<Commitment>> = HashMap::new();
    if people.is_empty() {
        return Ok(held);
    }
    let all = tx.pack("person_id, subject_kind, subject_id, event_id, title, starts_at, ends_at");
    let text = format!(
        "SELECT {all} FROM commitment WHERE person_id {} AND starts_at < $2 AND ends_at > $1",
        tx.one_of("$3")
    );
    let query = tx
        .sql_built(text)
        .bind(within.start())
        .bind(within.end())
        .bind_list(people.iter().map(PersonId::as_str));
    for row in query.packed::<Row>().await? {
        let (person, commitment) = row.read()?;
        held.entry(person).or_default().push(commitment);
    }
    Ok(held)
}

/// What of this stays for somebody who would leave that assignment, if any.
pub(crate) fn staying<'c>(
    held: &'c [Commitment],
    leaving: Option<&AssignmentId>,
) -> impl Iterator<Item = &'c Commitment> {
    let stays = move |held: &&Commitment| leaving.is_none() || held.subject.assignment() != leaving;
    held.iter().filter(stays)
}

/// The shortest span around all of these.
pub(crate) fn around(spans: impl IntoIterator<Item = Span>) -> Option<Span> {
    spans.into_iter().reduce(|all, span| {
        let start = all.start().min(span.start());
        // The latest end lies behind every start.
        Span::new(start, all.end().max(span.end())).unwrap_or(all)
    })
}
