//! Two people editing the same thing (C-69): the form carries what it was opened on, so that what
//! the other changed and what this one changed can be told apart and kept both.

use crate::{
    i18n::{Locale, td_string},
    web::Form,
};

/// The fields of a form with their names.
pub(in crate::staff) type Labels = [(&'static str, &'static str)];

/// What the form was opened on, for a hidden field.
pub(in crate::staff) fn opened_on(labels: &Labels, form: &Form) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    for (name, _) in labels {
        text.append_pair(name, form.text(name));
    }
    text.finish()
}

/// What this one changed, on top of what stands now.
pub(in crate::staff) fn merged<'a>(
    labels: &'a Labels,
    now: &'a Form,
    entered: &'a Form,
) -> impl Iterator<Item = (&'static str, String)> + 'a {
    let was = Form::parse(entered.text("was").as_bytes());
    labels.iter().map(move |(name, _)| {
        let own = entered.text(name) != was.text(name);
        let value = if own {
            entered.text(name)
        } else {
            now.text(name)
        };
        (*name, value.to_owned())
    })
}

/// What the other changed, in words; where this one changed it too, also what was entered.
pub(in crate::staff) fn changes(
    locale: Locale,
    labels: &Labels,
    now: &Form,
    entered: &Form,
) -> Vec<String> {
    let was = Form::parse(entered.text("was").as_bytes());
    let shown = |text: &str| match text {
        "" => "—".to_owned(),
        // As in a date and time of a form.
        text => text.replace('T', " "),
    };
    labels
        .iter()
        .filter(|(name, _)| now.text(name) != was.text(name))
        .map(|(name, label)| {
            let (before, after) = (shown(was.text(name)), shown(now.text(name)));
            if entered.text(name) == was.text(name) || entered.text(name) == now.text(name) {
                td_string!(
                    locale,
                    staff.stale_line,
                    field = *label,
                    was = before,
                    now = after
                )
            } else {
                let yours = shown(entered.text(name));
                td_string!(
                    locale,
                    staff.stale_both,
                    field = *label,
                    was = before,
                    now = after,
                    yours
                )
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [(&str, &str); 3] = [("room", "地点"), ("capacity", "名额"), ("min_age", "年龄")];

    #[test]
    fn c69_what_the_other_changed_stays_and_so_does_what_this_one_changed() {
        let was = Form::parse("room=甲&capacity=6&min_age=".as_bytes());
        let now = Form::parse("room=乙&capacity=6&min_age=".as_bytes());
        let entered = Form::of([
            ("room", "甲".to_owned()),
            ("capacity", "12".to_owned()),
            ("was", opened_on(&LABELS, &was)),
        ]);
        let merged: Vec<_> = merged(&LABELS, &now, &entered)
            .map(|(_, value)| value)
            .collect();
        assert_eq!(merged, ["乙", "12", ""]);
        let told = changes(Locale::zh_CN, &LABELS, &now, &entered);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("甲") && told[0].contains("乙"), "{told:?}");
    }
}
