//! What the rows of a week and the columns of a day are.

use super::Page;
use crate::{i18n::td_string, words};
use domain::planner::By;
use store::plan_calendar::Item;

/// A row or a column.
pub(super) struct Group {
    pub(super) name: String,
    /// The places of what belongs to it.
    pub(super) which: Vec<usize>,
}

/// Everything once by room or field, and by lead as often as it has leads. First what has none.
pub(super) fn groups(page: &Page) -> Vec<Group> {
    let locale = page.locale;
    let all = |belongs: &dyn Fn(&Item) -> bool| -> Vec<usize> {
        let items = page.calendar.items.iter().enumerate();
        items
            .filter(|(_, item)| belongs(item))
            .map(|(of, _)| of)
            .collect()
    };
    let (none, groups): (&'static str, Vec<Group>) = match page.asked.by {
        By::Time => {
            let name = td_string!(locale, planner.all).to_owned();
            let which = all(&|_| true);
            return vec![Group { name, which }];
        }
        By::Room => {
            let rooms = page.calendar.rooms.iter().map(|room| Group {
                name: room.name.clone(),
                which: all(&|item| item.room_id.as_ref() == Some(&room.id)),
            });
            (td_string!(locale, planner.no_room), rooms.collect())
        }
        By::Person => (td_string!(locale, planner.no_lead), by_lead(page)),
        By::Field => {
            let fields = page.fields.iter().map(|field| Group {
                name: words::field_name(locale, field),
                which: all(&|item| item.field == field.code),
            });
            let used = fields.filter(|group| !group.which.is_empty());
            (td_string!(locale, planner.own_duty), used.collect())
        }
    };
    let grouped = |of: &usize| groups.iter().any(|group| group.which.contains(of));
    let which: Vec<usize> = (0..page.calendar.items.len())
        .filter(|of| !grouped(of))
        .collect();
    let rest = (!which.is_empty()).then(|| Group {
        name: none.to_owned(),
        which,
    });
    rest.into_iter().chain(groups).collect()
}

/// Everybody who can lead, also with nothing to lead, and whoever leads something besides.
fn by_lead(page: &Page) -> Vec<Group> {
    let calendar = &page.calendar;
    let mut leads = calendar.leads.clone();
    for lead in calendar.items.iter().flat_map(|item| &item.leads) {
        if !leads.iter().any(|known| known.id == lead.id) {
            leads.push(lead.clone());
        }
    }
    let group = |lead: store::assignments::Candidate| {
        let led = |item: &Item| item.leads.iter().any(|of| of.id == lead.id);
        let items = calendar.items.iter().enumerate();
        Group {
            which: items
                .filter(|(_, item)| led(item))
                .map(|(of, _)| of)
                .collect(),
            name: lead.name,
        }
    };
    leads.into_iter().map(group).collect()
}
