//! What somebody was thanked for: for them alone.

use crate::{
    i18n::{Locale, td_string},
    ui::DemoLabel,
    web::Visit,
    words,
};
use leptos::prelude::*;
use store::thanks::OfShift;

/// Shift by shift; nothing where nobody has said anything yet.
pub(super) fn section(visit: &Visit, shifts: Vec<OfShift>) -> Option<impl IntoView + use<>> {
    let locale = visit.locale;
    let cards: Vec<_> = shifts.iter().map(|of| card(visit, of)).collect();
    (!cards.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="thanks">
                <h2 id="thanks">{td_string!(locale, thanks.received)}</h2>
                <p class="hint">{td_string!(locale, thanks.private)}</p>
                <ul class="stack">{cards}</ul>
            </section>
        }
    })
}

fn card(visit: &Visit, of: &OfShift) -> impl IntoView + use<> {
    let locale = visit.locale;
    let residents = of.residents.iter().map(|(sentence, count)| {
        let text = words::thanks_sentence(locale, *sentence);
        match count {
            1 => text.to_owned(),
            many => td_string!(locale, thanks.times, text, times = *many),
        }
    });
    let leads = of.leads.iter().map(|(name, sentence)| {
        let text = words::thanks_sentence(locale, *sentence);
        td_string!(locale, thanks.lead_said, name, text)
    });
    let said: Vec<_> = residents
        .chain(leads)
        .map(|text| view! { <li>{text}</li> })
        .collect();
    view! {
        <li class="card">
            <h3>{of.title.clone()}</h3>
            <p class="clock">{words::span_near(locale, of.span, visit.now)}</p>
            <p>{of.center.clone()}</p>
            {of.demo.then(|| view! { <p><DemoLabel locale /></p> })}
            <p><strong>{who(locale, of)}</strong></p>
            <ul>{said}</ul>
        </li>
    }
}

/// Who gave thanks: residents by number.
fn who(locale: Locale, of: &OfShift) -> String {
    let leads = u32::try_from(of.leads.len()).unwrap_or(u32::MAX);
    let residents =
        (of.many() > 0).then(|| td_string!(locale, thanks.residents, count = of.many()));
    let leads = (leads > 0).then(|| td_string!(locale, thanks.leads, count = leads));
    let parts: Vec<String> = [residents, leads].into_iter().flatten().collect();
    td_string!(locale, thanks.from, who = words::list(locale, &parts))
}
