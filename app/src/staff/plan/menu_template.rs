//! The city's template of the service menu: what every center offers unless it says otherwise.

use super::{
    menu::order,
    menu_form::{filled, kind, kind_of, new_item, note},
    menu_texts::{fields_of, label, language},
};
use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Chip, Columns, ErrorSummary, FormKey, NoticeBox, Problems, Table, Tone},
    web::{Answer, Form, Site, Visit, redirect, status},
    words,
};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    routing::{get, post},
};
use domain::{
    Refusal,
    access::Action,
    id::MenuItemId,
    menu::{Locked, TextField},
};
use leptos::prelude::*;
use store::{
    Error,
    menu::{self, TemplateEdit, TemplateField, TemplateItem},
};

const HOME: &str = "/staff/menu/template";

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/menu/template", get(show))
        .route("/staff/menu/template/new", get(ask_new).post(save_new))
        .route("/staff/menu/template/{item}", get(ask).post(save))
        .route("/staff/menu/template/{item}/move", post(put))
}

async fn show(visit: Visit, form: Form) -> Answer {
    let groups = menu::template_of_city(visit.db(), &visit.caller).await?;
    let locale = visit.locale;
    let saved = form.is_on("done");
    let title = td_string!(locale, staff.menu.city);
    Ok(gate::page(&visit, title).render(move || {
        let sections: Vec<_> = groups.iter().map(|group| section(locale, group)).collect();
        view! {
            <div class="page-head">
                <div class="cluster">
                    <h1>{title}</h1>
                    <a class="button button-main" href=format!("{HOME}/new")>{td_string!(locale, staff.menu.add)}</a>
                </div>
                <p class="lead">{td_string!(locale, staff.menu.city_lead)}</p>
            </div>
            {saved.then(|| view! { <NoticeBox title=td_string!(locale, staff.saved) tone=Tone::Good fresh=true /> })}
            {sections}
        }
    }))
}

fn name(locale: Locale, item: &TemplateItem) -> String {
    let english = item.texts_en.as_ref().filter(|_| locale == Locale::en);
    english.unwrap_or(&item.texts_zh).name.clone()
}

fn section(locale: Locale, group: &TemplateField) -> impl IntoView + use<> {
    let field = words::field_name(locale, &group.field);
    let id = format!("field-{}", group.field.code);
    let columns = Columns::head(td_string!(locale, staff.menu.item), move |item: &TemplateItem| {
        name(locale, item)
    })
    .view(td_string!(locale, staff.menu.shown), move |item| {
        let (text, tone) = match item.is_on {
            true => (td_string!(locale, staff.menu.on), Tone::Good),
            false => (td_string!(locale, staff.menu.off), Tone::Plain),
        };
        view! { <Badge text tone /> }
    })
    .text(td_string!(locale, staff.menu.reworded), |item| {
        item.reworded.to_string()
    })
    .text(td_string!(locale, staff.menu.hidden_at), |item| {
        item.hidden.to_string()
    })
    .actions(locale, move |item| {
        let (here, name) = (format!("{HOME}/{}", item.id), name(locale, item));
        view! {
            <span class="cluster">
                <a class="button button-quiet" href=here.clone()>{td_string!(locale, staff.edit)}<span class="visually-hidden">"："{name.clone()}</span></a>
                {order(locale, &format!("{here}/move"), &name)}
            </span>
        }
    });
    let table = Table::new(field.clone(), columns).even().of(&group.items);
    (!group.items.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby=id.clone()>
                <h2 id=id.clone() class="day-head">{field}</h2>
                {table}
            </section>
        }
    })
}

async fn put(visit: Visit, Path(item): Path<String>, form: Form) -> Answer {
    let item: MenuItemId = item.parse()?;
    let up = form.text("to") == "up";
    menu::move_template(visit.db(), &visit.once(&form)?, &item, up).await?;
    Ok(redirect(HOME))
}

async fn ask_new(visit: Visit) -> Answer {
    visit.caller.may_in_city(Action::ManageMenu)?;
    let form = Form::of([("on", "1".to_owned())]);
    page(&visit, None, form, Problems::none(), StatusCode::OK).await
}

async fn ask(visit: Visit, Path(item): Path<String>) -> Answer {
    let item = menu::template_item(visit.db(), &visit.caller, &item.parse()?).await?;
    let mut fields = fields_of("zh", &item.texts_zh);
    fields.extend(fields_of("en", &item.texts_en.clone().unwrap_or_default()));
    fields.extend(kind_of(&item.field, item.how, (item.min_age, item.max_age)));
    fields.push(("revision".into(), item.revision.to_string()));
    fields.extend(item.is_on.then(|| ("on".into(), "1".into())));
    let locked = item.locked.iter();
    fields.extend(locked.map(|field| ("locked".into(), field.to_string())));
    page(
        &visit,
        Some(item),
        filled(&fields),
        Problems::none(),
        StatusCode::OK,
    )
    .await
}

/// The item as the form says; what is wrong is noted.
fn entered(visit: &Visit, form: &Form, problems: &mut Problems) -> Option<TemplateEdit> {
    let locked: Result<Locked, Refusal> = form.all("locked").map(str::parse).collect();
    let locked = problems.keep(visit.locale, visit.now, locked);
    Some(TemplateEdit {
        item: new_item(visit, form, problems)?,
        locked: locked?,
        is_on: form.is_on("on"),
    })
}

async fn save_new(visit: Visit, form: Form) -> Answer {
    visit.caller.may_in_city(Action::ManageMenu)?;
    let mut problems = Problems::none();
    let Some(to) = entered(&visit, &form, &mut problems) else {
        return page(
            &visit,
            None,
            form,
            problems,
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await;
    };
    let saved = menu::add_template(visit.db(), &visit.once(&form)?, to).await;
    done(&visit, None, form, saved).await
}

async fn save(visit: Visit, Path(item): Path<String>, form: Form) -> Answer {
    let item = menu::template_item(visit.db(), &visit.caller, &item.parse()?).await?;
    let mut problems = Problems::none();
    let Some(to) = entered(&visit, &form, &mut problems) else {
        return page(
            &visit,
            Some(item),
            form,
            problems,
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await;
    };
    let revision = form.number("revision").ok().flatten();
    let act = visit.once(&form)?;
    let saved = menu::edit_template(visit.db(), &act, &item.id, to, revision).await;
    done(&visit, Some(item), form, saved).await
}

async fn done(
    visit: &Visit,
    item: Option<TemplateItem>,
    form: Form,
    saved: Result<TemplateItem, Error>,
) -> Answer {
    match saved {
        Ok(_) => Ok(redirect(&format!("{HOME}?done=1"))),
        Err(Error::Refused(refusal @ (Refusal::Invalid { .. } | Refusal::Stale))) => {
            let mut problems = Problems::none();
            note(visit, &refusal, &mut problems);
            page(visit, item, form, problems, status(&refusal)).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(
    visit: &Visit,
    item: Option<TemplateItem>,
    form: Form,
    problems: Problems,
    status: StatusCode,
) -> Answer {
    let locale = visit.locale;
    let fields = menu::fields(visit.db()).await?;
    let title = match &item {
        None => td_string!(locale, staff.menu.add).to_owned(),
        Some(item) => td_string!(locale, staff.menu.edit_of, name = name(locale, item)),
    };
    let page = gate::page(visit, title.clone()).narrow().status(status);
    Ok(page.render(move || {
        let action = match &item {
            None => format!("{HOME}/new"),
            Some(item) => format!("{HOME}/{}", item.id),
        };
        let reworded = item.as_ref().map_or(0, |item| item.reworded);
        let reach = (reworded > 0).then(|| {
            let text = td_string!(locale, staff.menu.reach, count = reworded);
            view! { <p class="hint">{text}</p> }
        });
        let locks: Vec<_> = TextField::ALL
            .iter()
            .map(|field| {
                let checked = form.all("locked").any(|locked| locked == field.as_str());
                view! { <Chip name="locked" value=field.as_str() label=label(locale, *field) checked=checked /> }
            })
            .collect();
        view! {
            <a class="back-link" href=HOME>{td_string!(locale, staff.menu.city)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, staff.menu.city_edit_lead)}</p>
                {reach}
            </div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action=action><FormKey />
                <input type="hidden" name="revision" value=form.text("revision").to_owned() />
                {kind(locale, &fields, &form, &problems)}
                {language(locale, "zh", None, &form, &problems)}
                {language(locale, "en", None, &form, &problems)}
                <fieldset class="form-field">
                    <legend>{td_string!(locale, staff.menu.lock)}</legend>
                    <div class="chips">{locks}</div>
                    <p class="hint">{td_string!(locale, staff.menu.lock_hint)}</p>
                </fieldset>
                <div class="chips">
                    <Chip name="on" value="1" label=td_string!(locale, staff.menu.offered) checked=form.is_on("on") />
                </div>
                <div class="cluster">
                    <button class="button button-main" type="submit">{td_string!(locale, staff.save)}</button>
                </div>
            </form>
        }
    }))
}
