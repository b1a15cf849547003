//! One account: its roles, what can be done with it, and what was done.

use super::{
    agency, days, first_password,
    grant::{self, Shown},
    history, last_day, line,
    list::{last, standing},
    told_once,
};
use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Choice, ErrorSummary, Field, FormKey, NoticeBox, Pager, Problems, SelectField, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    routing::{get, post},
};
use domain::{
    Reason, Refusal,
    access::{Grant, Role, Scope, StaffStatus, TimedGrant},
    id::StaffId,
    person::PersonName,
    supervision::Grade,
};
use leptos::prelude::*;
use store::{
    Error,
    page::{Limit, Page, Part},
    staff::{self, Account, Held},
    trail::{self, Trace},
};

/// So many entries of the record stand on a page.
const ENTRIES: u32 = 20;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/accounts/{id}", get(show).post(act))
        .route("/staff/accounts/{id}/grants", post(grants))
}

/// The account of a path, where the caller sees it.
async fn found(visit: &Visit, id: &str) -> Result<(StaffId, Account), Fault> {
    gate::staff(visit)?;
    let id: StaffId = id.parse()?;
    let account = staff::account(visit.db(), &visit.caller, &id, visit.now).await?;
    Ok((id, account))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (_, account) = found(&visit, &id).await?;
    let shown = Shown::new(&visit, &form);
    answer(
        &visit,
        account,
        form,
        (Problems::none(), StatusCode::OK),
        shown,
    )
    .await
}

/// What is to be done with the whole account.
async fn act(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (id, account) = found(&visit, &id).await?;
    let (db, once) = (visit.db(), visit.once(&form)?);
    let what = form.need("do")?;
    let of = id.clone();
    let done = match what {
        "suspend" => staff::suspend(db, &once, of).await,
        "resume" => staff::resume(db, &once, of).await,
        "close" => staff::close(db, &once, of).await,
        "rename" => match form.need("name").and_then(PersonName::parse) {
            Ok(name) => staff::rename(db, &once, of, name).await,
            Err(refusal) => Err(refusal.into()),
        },
        "grade" => {
            let grade = form.get("grade").map(str::parse::<Grade>).transpose();
            match grade {
                Ok(grade) => staff::grade(db, &once, of, grade).await,
                Err(refusal) => Err(refusal.into()),
            }
        }
        "agency" => match agency::chosen(&form) {
            Ok(agency) => staff::set_agency(db, &once, of, agency).await,
            Err(refusal) => Err(refusal.into()),
        },
        "reset" => {
            let (password, hash) = first_password(&visit).await?;
            let without_factor = form.is_on("without_factor");
            match staff::reset_password(db, &once, of, hash, without_factor).await {
                Ok(_) => {
                    let password = (!once.was_replayed()).then_some(password);
                    let title = td_string!(visit.locale, staff.accounts.reset_done);
                    let name = account.view.name.as_str().to_owned();
                    return told_once(&visit, title, (id, name), password);
                }
                Err(error) => Err(error),
            }
        }
        _ => return Err(Refusal::invalid("do", Reason::UnknownValue).into()),
    };
    let shown = Shown::new(&visit, &form);
    finished(&visit, account, form, done, shown).await
}

/// What is to be done with one grant.
async fn grants(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (id, account) = found(&visit, &id).await?;
    let (db, once) = (visit.db(), visit.once(&form)?);
    let mut shown = Shown::new(&visit, &form);
    let done = match form.need("do")? {
        "give" => {
            let mut problems = Problems::none();
            let Some(timed) = grant::read(&visit, &form, &mut problems, &mut shown) else {
                let wrong = (problems, StatusCode::UNPROCESSABLE_ENTITY);
                return answer(&visit, account, form, wrong, shown).await;
            };
            staff::grant(db, &once, id, timed).await
        }
        // The role is named, not written: what is wrong are the days.
        "change" => match changed(&visit, &form) {
            Ok(timed) => staff::grant(db, &once, id, timed).await,
            Err(refusal) => Err(refusal.into()),
        },
        "end" => staff::revoke(db, &once, id, named(&form)?).await,
        _ => return Err(Refusal::invalid("do", Reason::UnknownValue).into()),
    };
    finished(&visit, account, form, done, shown).await
}

/// The grant that a form names.
fn named(form: &Form) -> Result<Grant, Refusal> {
    Ok(Grant {
        role: form.need("role")?.parse()?,
        scope: Scope::parse(form.need("scope")?)?,
    })
}

fn changed(visit: &Visit, form: &Form) -> Result<TimedGrant, Refusal> {
    Ok(TimedGrant {
        grant: named(form)?,
        begins_at: grant::begins(form, visit.now)?,
        ends_at: grant::ends(form, visit.now)?,
    })
}

/// Leads back to the page, which says what was done, or shows it with what was refused.
async fn finished(
    visit: &Visit,
    account: Account,
    form: Form,
    done: store::Result<StaffId>,
    shown: Shown,
) -> Answer {
    match done {
        Ok(id) => {
            let query = gate::query("done", form.text("do"));
            Ok(redirect(&format!("/staff/accounts/{id}?{query}")))
        }
        Err(Error::Refused(refusal)) => {
            let mut problems = Problems::none();
            // Beside the fields of the form that gives a role; the others stand by themselves.
            match form.text("do") {
                "give" => problems.note(visit.locale, &refusal, visit.now),
                _ => problems.note_at("", visit.locale, &refusal, visit.now),
            }
            let refused = (problems, status(&refusal));
            answer(visit, account, form, refused, shown).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn answer(
    visit: &Visit,
    account: Account,
    form: Form,
    (problems, status): (Problems, StatusCode),
    shown: Shown,
) -> Answer {
    let part = Part {
        limit: Limit::of(ENTRIES),
        after: form.get("before").map(str::parse).transpose()?,
    };
    let (db, caller, id) = (visit.db(), &visit.caller, &account.view.id);
    let entries = staff::history(db, caller, id, &part, visit.now).await?;
    let names = trail::actor_names(db, caller, &entries.items).await?;
    let agencies = agency::choices(visit, &account).await?;
    let reader = visit.clone();
    let title = account.view.name.as_str().to_owned();
    Ok(gate::page(visit, title).status(status).render(move || {
        let locale = reader.locale;
        let view = &account.view;
        let open = view.status != StaffStatus::Closed;
        let theirs = account.is_theirs && open;
        let works = account.held.iter().any(|of| of.timed.grant.role == Role::SocialWorker);
        let beyond = !account.is_theirs && !account.is_own && open;
        view! {
            <a class="back-link" href="/staff/accounts">{td_string!(locale, staff.accounts.title)}</a>
            <div class="page-head">
                <h1>{view.name.as_str().to_owned()}</h1>
                <p>{view.username.clone()}</p>
                <p class="cluster">{standing(locale, view)}<span>{td_string!(locale, staff.accounts.last)}": "{last(&reader, view)}</span></p>
                {agency::line(&reader, &account)}
            </div>
            {told(locale, &form)}
            <ErrorSummary locale problems=problems.clone() />
            {account.is_own.then(|| view! {
                <NoticeBox title=td_string!(locale, staff.accounts.own) text=td_string!(locale, staff.accounts.own_hint) />
                <p><a class="button" href="/staff/account">{td_string!(locale, staff.account.title)}</a></p>
            })}
            {held(&reader, &account)}
            {(!account.is_own && open).then(|| give(&reader, &account, &form, &problems, &shown))}
            {beyond.then(|| view! { <p class="hint">{td_string!(locale, staff.accounts.elsewhere)}</p> })}
            {(account.may_grade && works).then(|| grade(locale, &account))}
            {open.then(|| agency::fold(&reader, &account, &agencies))}
            {theirs.then(|| whole(locale, &account))}
            {record(&reader, &account, &entries, &names)}
        }
    }))
}

/// What was done a moment ago.
fn told(locale: Locale, form: &Form) -> Option<AnyView> {
    let title = match form.get("done")? {
        "give" | "change" => td_string!(locale, staff.accounts.done_given),
        "end" => td_string!(locale, staff.accounts.done_ended),
        "suspend" => td_string!(locale, staff.accounts.done_suspended),
        "resume" => td_string!(locale, staff.accounts.done_resumed),
        "close" => td_string!(locale, staff.accounts.done_closed),
        "rename" => td_string!(locale, staff.accounts.done_renamed),
        "grade" => td_string!(locale, staff.accounts.done_graded),
        "agency" => td_string!(locale, agency.done_agency),
        _ => return None,
    };
    Some(view! { <NoticeBox title=title tone=Tone::Good fresh=true /> }.into_any())
}

fn held(visit: &Visit, account: &Account) -> impl IntoView + use<> {
    let locale = visit.locale;
    let open = account.view.status != StaffStatus::Closed;
    let rows: Vec<_> = account
        .held
        .iter()
        .map(|of| role_row(visit, account, of, open))
        .collect();
    let none = rows.is_empty();
    view! {
        <section class="section" aria-labelledby="roles">
            <h2 id="roles">{td_string!(locale, staff.accounts.roles)}</h2>
            {none.then(|| view! { <p>{td_string!(locale, staff.accounts.no_role)}</p> })}
            {(!none).then(|| view! { <ul class="row-list">{rows}</ul> })}
        </section>
    }
}

/// A role with its days, and the forms that change or end it.
fn role_row(visit: &Visit, account: &Account, of: &Held, open: bool) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let centers = visit.site.centers();
    let (role, about) = line(locale, &of.timed, centers.all(), now);
    let always = days(locale, &of.timed, now).is_empty();
    let always = always.then(|| format!(" · {}", td_string!(locale, staff.accounts.always)));
    let bound = (of.ends_with_contract && !of.timed.has_ended(now))
        .then(|| format!(" · {}", td_string!(locale, agency.with_contract)));
    let not_yet = !of.timed.has_begun(now);
    let not_yet = not_yet.then(|| format!(" · {}", td_string!(locale, staff.accounts.not_yet)));
    let action = format!("/staff/accounts/{}/grants", account.view.id);
    let (code, scope) = (
        of.timed.grant.role.as_str(),
        of.timed.grant.scope.to_string(),
    );
    let from = of.timed.begins_at.filter(|at| *at > now);
    let from = from.map(|at| at.day().to_string()).unwrap_or_default();
    let to = of.timed.ends_at.map(|at| last_day(at).to_string());
    let which = format!("{role} · {about}");
    let forms = (of.is_theirs && open).then(|| {
        let of_role = view! { <span class="visually-hidden">" "{which.clone()}</span> }.into_any();
        let to_end = view! { <span class="visually-hidden">" "{which}</span> }.into_any();
        view! {
            <details>
                <summary>{td_string!(locale, staff.accounts.change_days)}{of_role}</summary>
                <form class="cluster" method="post" action=action.clone()><FormKey />
                    <input type="hidden" name="role" value=code />
                    <input type="hidden" name="scope" value=scope.clone() />
                    <label class="form-field"><span>{td_string!(locale, staff.accounts.from_day)}</span>
                        <input class="input" type="date" name="from" value=from /></label>
                    <label class="form-field"><span>{td_string!(locale, staff.accounts.to_day)}</span>
                        <input class="input" type="date" name="to" value=to.unwrap_or_default() /></label>
                    <button class="button" type="submit" name="do" value="change">{td_string!(locale, staff.save)}</button>
                </form>
                <form method="post" action=action><FormKey />
                    <input type="hidden" name="role" value=code />
                    <input type="hidden" name="scope" value=scope />
                    <button class="button button-danger" type="submit" name="do" value="end">{td_string!(locale, staff.accounts.end)}{to_end}</button>
                </form>
            </details>
        }
    });
    let beyond = (!of.is_theirs && !account.is_own && open)
        .then(|| view! { <small>{td_string!(locale, staff.accounts.beyond)}</small> });
    view! {
        <li class="row">
            <span class="row-text"><strong>{role}</strong><small>{about}{bound}{always}{not_yet}</small>{beyond}</span>
            {forms}
        </li>
    }
}

fn give(
    visit: &Visit,
    account: &Account,
    form: &Form,
    problems: &Problems,
    shown: &Shown,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    // What was entered into another form of the page is none of this one's.
    let entered = match form.text("do") {
        "give" => form.clone(),
        _ => Form::default(),
    };
    let unfolded = form.text("do") == "give" && problems.any();
    let fields = grant::fields(visit, &entered, problems, shown);
    view! {
        <details class="card" open=unfolded>
            <summary>{td_string!(locale, staff.accounts.give)}</summary>
            <form class="form" method="post" action=format!("/staff/accounts/{}/grants", account.view.id)><FormKey />
                {fields}
                <div class="cluster"><button class="button button-main" type="submit" name="do" value="give">{td_string!(locale, staff.accounts.give_button)}</button></div>
            </form>
        </details>
    }
}

/// What can be done with the account as a whole.
fn whole(locale: Locale, account: &Account) -> impl IntoView + use<> {
    let view = &account.view;
    let action = format!("/staff/accounts/{}", view.id);
    let suspended = view.status == StaffStatus::Suspended;
    let turn = match suspended {
        true => one_button(
            &action,
            "resume",
            td_string!(locale, staff.accounts.resume),
            td_string!(locale, staff.accounts.resume_hint),
            (td_string!(locale, staff.accounts.resume_button), "button"),
        ),
        false => one_button(
            &action,
            "suspend",
            td_string!(locale, staff.accounts.suspend),
            td_string!(locale, staff.accounts.suspend_hint),
            (
                td_string!(locale, staff.accounts.suspend_button),
                "button button-danger",
            ),
        ),
    };
    let close = one_button(
        &action,
        "close",
        td_string!(locale, staff.accounts.close),
        td_string!(locale, staff.accounts.close_hint),
        (
            td_string!(locale, staff.accounts.close_button),
            "button button-danger",
        ),
    );
    let factor = view.second_factor.then(|| {
        let label = td_string!(locale, staff.accounts.without_factor);
        view! { <Choice name="without_factor" value="on" label=label /> }
    });
    view! {
        <details class="card">
            <summary>{td_string!(locale, staff.accounts.reset)}</summary>
            <p class="hint">{td_string!(locale, staff.accounts.reset_hint)}</p>
            <form class="form" method="post" action=action.clone()><FormKey />
                {factor}
                <div class="cluster"><button class="button" type="submit" name="do" value="reset">{td_string!(locale, staff.accounts.reset_button)}</button></div>
            </form>
        </details>
        <details class="card">
            <summary>{td_string!(locale, staff.accounts.rename)}</summary>
            <form class="form" method="post" action=action.clone()><FormKey />
                <Field name="name" label=td_string!(locale, field.name) value=view.name.as_str() maxlength=40 required=true />
                <div class="cluster"><button class="button" type="submit" name="do" value="rename">{td_string!(locale, staff.save)}</button></div>
            </form>
        </details>
        {turn}
        {close}
    }
}

/// The step of the ladder of supervision that a social worker is on.
fn grade(locale: Locale, account: &Account) -> impl IntoView + use<> {
    let name = |grade: Grade| match grade {
        Grade::Assistant => td_string!(locale, staff.accounts.assistant),
        Grade::Junior => td_string!(locale, staff.accounts.junior),
        Grade::Intermediate => td_string!(locale, staff.accounts.intermediate),
    };
    let none = td_string!(locale, staff.accounts.front_line);
    let mut options = vec![(String::new(), none.to_owned())];
    let steps = Grade::ALL.iter();
    options.extend(steps.map(|of| (of.as_str().to_owned(), name(*of).to_owned())));
    let chosen = account.view.grade.map_or("", Grade::as_str);
    let title = td_string!(locale, staff.accounts.grade);
    view! {
        <details class="card">
            <summary>{title}</summary>
            <form class="form" method="post" action=format!("/staff/accounts/{}", account.view.id)><FormKey />
                <SelectField name="grade" label=title hint=td_string!(locale, staff.accounts.grade_hint) options=options selected=chosen />
                <div class="cluster"><button class="button" type="submit" name="do" value="grade">{td_string!(locale, staff.save)}</button></div>
            </form>
        </details>
    }
}

/// A fold with one sentence and one button.
fn one_button(
    action: &str,
    what: &'static str,
    title: &'static str,
    hint: &'static str,
    (says, class): (&'static str, &'static str),
) -> AnyView {
    view! {
        <details class="card">
            <summary>{title}</summary>
            <p class="hint">{hint}</p>
            <form method="post" action=action.to_owned()><FormKey />
                <button class=class type="submit" name="do" value=what>{says}</button>
            </form>
        </details>
    }
    .into_any()
}

fn record(
    visit: &Visit,
    account: &Account,
    entries: &Page<Trace>,
    names: &std::collections::HashMap<String, String>,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let table = history::table(visit, &entries.items, names);
    let next = entries.next.as_ref().map(|cursor| {
        let query = gate::query("before", &cursor.to_string());
        format!("/staff/accounts/{}?{query}", account.view.id)
    });
    view! {
        <section class="section" aria-labelledby="record">
            <h2 id="record">{td_string!(locale, staff.accounts.history)}</h2>
            {table}
            <Pager locale next=next next_words=td_string!(locale, staff.audit.older) />
        </section>
    }
}
