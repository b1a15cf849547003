//! Picking up and putting down: each a move that can be undone.

use super::{address, monday, week};
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{FormKey, NoticeBox, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect},
};
use axum::{Router, extract::Path, routing::post};
use chrono::NaiveDate;
use domain::{
    Reason, Refusal,
    access::Action,
    activity::Channel,
    id::{AssignmentId, CenterId, PersonId, ShiftId, StaffId},
    shift::Role,
};
use gazetteer::{matches, query_words, title_keys};
use leptos::prelude::*;
use store::{
    Act, Error,
    assignments::{self, AssignmentView, Placing, Unmet},
    centers::CenterView,
    roster::{self, Candidate, Who},
    volunteers,
};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/roster/put", post(put))
        .route("/staff/centers/{center}/roster/take", post(take))
        .route("/staff/centers/{center}/roster/type", post(type_name))
        .route("/staff/centers/{center}/roster/undo", post(undo))
}

/// What was done last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Put,
    Moved,
    Taken,
}

impl Kind {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Put, "put"),
        (Self::Moved, "moved"),
        (Self::Taken, "taken"),
    ];

    fn as_str(self) -> &'static str {
        let mut all = Self::ALL.into_iter();
        all.find(|(kind, _)| *kind == self)
            .map_or("", |(_, name)| name)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, name)| *name == text).map(|(kind, _)| kind)
    }
}

/// What was done last, and with whom.
pub(super) struct Did {
    kind: Kind,
    view: AssignmentView,
    /// The shift that somebody left.
    from: Option<ShiftId>,
}

impl Did {
    /// What was done, with the way to undo it.
    pub(super) fn notice(self, locale: Locale, center: &CenterId, monday: NaiveDate) -> AnyView {
        let (name, shift) = (self.view.name.clone(), self.view.title.clone());
        let title = match self.kind {
            Kind::Put => td_string!(locale, roster.did_put, name = name, shift = shift),
            Kind::Moved => td_string!(locale, roster.did_move, name = name, shift = shift),
            Kind::Taken => td_string!(locale, roster.did_take, name = name, shift = shift),
        };
        let action = format!("/staff/centers/{center}/roster/undo");
        view! {
            <NoticeBox title tone=Tone::Good fresh=true>
                <form method="post" action=action><FormKey />
                    <input type="hidden" name="week" value=monday.to_string() />
                    <input type="hidden" name="did" value=self.kind.as_str() />
                    <input type="hidden" name="assignment" value=self.view.id.to_string() />
                    {self.from.map(|from| view! { <input type="hidden" name="from" value=from.to_string() /> })}
                    <button class="button" type="submit">{td_string!(locale, roster.undo)}</button>
                </form>
            </NoticeBox>
        }
        .into_any()
    }
}

/// What the address says was done last.
pub(super) async fn did(visit: &Visit, form: &Form) -> Result<Option<Did>, Fault> {
    let (Some(kind), Some(id)) = (
        form.get("did").and_then(Kind::parse),
        form.get("assignment"),
    ) else {
        return Ok(None);
    };
    let view = assignments::find(visit.db(), &visit.caller, &id.parse()?).await?;
    let from = form.get("from").map(str::parse).transpose()?;
    Ok(Some(Did { kind, view, from }))
}

/// Back to the week with what was done, or the week with what is in the way.
async fn told(visit: &Visit, center: CenterView, form: &Form, done: Done) -> Answer {
    let Done { kind, from, placed } = done;
    let refusals = match placed {
        Ok(Ok(view)) => {
            let page = address(&center.summary.id, "", monday(visit, form));
            let from = from.map(|from| format!("&from={from}")).unwrap_or_default();
            let (did, id, shift) = (kind.as_str(), view.id, view.shift_id);
            return Ok(redirect(&format!(
                "{page}&did={did}&assignment={id}{from}#shift-{shift}"
            )));
        }
        Ok(Err(unmet)) => unmet,
        Err(Error::Refused(refusal)) => vec![refusal],
        Err(error) => return Err(error.into()),
    };
    let shown = week::Shown {
        did: None,
        filled: None,
        refusals,
    };
    week::answer(visit, center, form, shown).await
}

struct Done {
    kind: Kind,
    from: Option<ShiftId>,
    placed: store::Result<Unmet<AssignmentView>>,
}

async fn arranged(visit: &Visit, id: &str) -> Result<CenterView, Fault> {
    gate::center(visit, id, Action::BookForOthers).await
}

/// Somebody whom a form names by role and id.
pub(super) async fn who(
    visit: &Visit,
    shift: &ShiftId,
    role: Role,
    id: &str,
) -> Result<Who, Fault> {
    match role {
        Role::Lead => Ok(Who::Lead {
            staff: id.parse::<StaffId>()?,
        }),
        Role::Volunteer => {
            let person: PersonId = id.parse()?;
            let (db, caller) = (visit.db(), &visit.caller);
            let account = volunteers::account_of(db, caller, shift, &person).await?;
            Ok(Who::Volunteer { person, account })
        }
    }
}

/// How somebody is put into a shift.
#[derive(Default)]
pub(super) struct How {
    /// The position of a volunteer, by name; any will do without one.
    pub(super) position: Option<String>,
    /// Why rules that can be set aside are.
    pub(super) override_reason: Option<String>,
}

/// Puts somebody into a shift, by the road of every other way.
pub(super) async fn assign(
    visit: &Visit,
    act: &Act,
    shift: ShiftId,
    who: Who,
    how: How,
) -> store::Result<Unmet<AssignmentView>> {
    let How {
        position,
        override_reason,
    } = how;
    match who {
        Who::Lead { staff } => {
            let (db, reason) = (visit.db(), override_reason);
            assignments::assign_lead_despite(db, act, shift, staff, reason).await
        }
        Who::Volunteer { person, account } => {
            let placing = Placing {
                shift,
                account,
                person: Some(person),
                position,
                risks_read: false,
                may_wait: false,
                channel: Channel::Desk,
                override_reason,
            };
            assignments::place(visit.db(), act, placing).await
        }
    }
}

/// The role that a form names.
pub(super) fn role(form: &Form) -> Result<Role, Refusal> {
    let role = form.need("role")?.parse::<Role>();
    role.map_err(|_| Refusal::invalid("role", Reason::UnknownValue))
}

/// Puts down whoever is picked up: from another shift, or from a list.
async fn put(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = arranged(&visit, &id).await?;
    let shift: ShiftId = form.need("shift")?.parse()?;
    let act = visit.once(&form)?;
    if form.get("role").is_some() {
        let role = role(&form)?;
        let who = who(&visit, &shift, role, form.need("person")?).await?;
        let how = How {
            override_reason: form.get("override").map(ToOwned::to_owned),
            ..How::default()
        };
        let placed = assign(&visit, &act, shift, who, how).await;
        let done = Done {
            kind: Kind::Put,
            from: None,
            placed,
        };
        return told(&visit, center, &form, done).await;
    }
    let assignment: AssignmentId = form.need("pick")?.parse()?;
    let view = assignments::find(visit.db(), &visit.caller, &assignment).await?;
    let placed = assignments::relocate(visit.db(), &act, assignment, shift).await;
    let done = Done {
        kind: Kind::Moved,
        from: Some(view.shift_id),
        placed,
    };
    told(&visit, center, &form, done).await
}

/// Takes somebody out of a shift.
async fn take(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = arranged(&visit, &id).await?;
    let assignment: AssignmentId = form.need("assignment")?.parse()?;
    let act = visit.once(&form)?;
    let gone = assignments::withdraw(visit.db(), &act, assignment, "").await;
    let done = Done {
        kind: Kind::Taken,
        from: None,
        placed: gone.map(Ok),
    };
    told(&visit, center, &form, done).await
}

/// Takes back what was done last.
async fn undo(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = arranged(&visit, &id).await?;
    let assignment: AssignmentId = form.need("assignment")?.parse()?;
    let kind = Kind::parse(form.need("did")?);
    let kind = kind.ok_or_else(|| Refusal::invalid("did", Reason::UnknownValue))?;
    let view = assignments::find(visit.db(), &visit.caller, &assignment).await?;
    let (db, act) = (visit.db(), visit.once(&form)?);
    let done = match kind {
        Kind::Put => Done {
            kind: Kind::Taken,
            from: None,
            placed: assignments::withdraw(db, &act, assignment, "")
                .await
                .map(Ok),
        },
        Kind::Moved => Done {
            kind: Kind::Moved,
            placed: assignments::relocate(db, &act, assignment, form.need("from")?.parse()?).await,
            from: Some(view.shift_id),
        },
        Kind::Taken => {
            let id = match (&view.person_id, &view.staff_id) {
                (Some(person), _) => person.to_string(),
                (None, Some(staff)) => staff.to_string(),
                (None, None) => return Err(Refusal::NotFound.into()),
            };
            let who = who(&visit, &view.shift_id, view.role, &id).await?;
            Done {
                kind: Kind::Put,
                from: None,
                placed: assign(&visit, &act, view.shift_id, who, How::default()).await,
            }
        }
    };
    told(&visit, center, &form, done).await
}

/// Whom a few letters mean: the only one who could come, or the only one of those who suits.
pub(super) fn meant<'a>(all: &'a [Candidate], typed: &str) -> Option<&'a Candidate> {
    let found: Vec<&Candidate> = named(all, typed).filter(|of| of.outcome.is_ok()).collect();
    let exact: Vec<&&Candidate> = found.iter().filter(|of| of.name == typed).collect();
    let suits: Vec<&&Candidate> = found.iter().filter(|of| of.suits()).collect();
    match (found.as_slice(), exact.as_slice(), suits.as_slice()) {
        ([one], ..) => Some(one),
        (_, [one], _) | (_, [], [one]) => Some(one),
        _ => None,
    }
}

/// Those whose name has all of what was typed: characters, pinyin or its initials.
pub(super) fn named<'a>(
    all: &'a [Candidate],
    typed: &str,
) -> impl Iterator<Item = &'a Candidate> + use<'a> {
    let words = query_words(typed);
    all.iter()
        .filter(move |of| matches(&title_keys(&of.name), &words))
}

/// Puts whoever is meant by a few letters into a hole, or shows who could be.
async fn type_name(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = arranged(&visit, &id).await?;
    let shift: ShiftId = form.need("shift")?.parse()?;
    let (role, typed) = (role(&form)?, form.text("who"));
    let hole = roster::candidates(visit.db(), &visit.act(), &shift, role).await?;
    let meant = match typed {
        "" => None,
        typed => meant(&hole.candidates, typed),
    };
    let Some(meant) = meant else {
        let list = address(&center.summary.id, "/hole", monday(&visit, &form));
        let query = gate::query("q", typed);
        return Ok(redirect(&format!(
            "{list}&shift={shift}&role={role}&{query}"
        )));
    };
    let (act, who) = (visit.once(&form)?, meant.who.clone());
    let placed = assign(&visit, &act, shift, who, How::default()).await;
    let done = Done {
        kind: Kind::Put,
        from: None,
        placed,
    };
    told(&visit, center, &form, done).await
}
