//! What the components write, on made-up occurrences.

use super::*;
use crate::{
    i18n::Locale,
    page::{Mode, Page},
    words,
};
use axum::http::StatusCode;
use domain::{
    Reason, Refusal,
    activity::{Allocation, Enrolment, Kind, Status},
    booking::State,
    terms::Terms,
    time::{HOUR, Span, Timestamp},
};
use leptos::prelude::*;
use leptos_i18n::Locale as _;
use store::occurrences::OccurrenceView;

const ZH: Locale = Locale::zh_CN;

/// What a view writes, without the empty comments by which Leptos tells one view from the next.
trait Written {
    fn written(self) -> String;
}

impl<V: RenderHtml> Written for V {
    fn written(self) -> String {
        self.to_html().replace("<!>", "")
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn now() -> Timestamp {
    at("2026-11-25T12:00")
}

/// Thirty places on Saturday, open to book.
fn occurrence() -> OccurrenceView {
    let span = Span::new(at("2026-11-28T15:00"), at("2026-11-28T16:30")).unwrap();
    OccurrenceView {
        id: format!("{:032x}", 1).parse().unwrap(),
        activity_id: format!("{:032x}", 2).parse().unwrap(),
        center_id: "SZ440303001-01".parse().unwrap(),
        center_name: "渔民村社区党群服务中心".into(),
        subdistrict_code: "440303001".into(),
        community: "渔民村社区".into(),
        title: "长者茶话会".into(),
        summary: String::new(),
        kind: Kind::CommunityActivity,
        field: "elder".into(),
        sensitive: false,
        menu_item_id: None,
        enrolment: Enrolment::Single,
        starts_at: span.start(),
        ends_at: span.end(),
        room_id: None,
        room: "活动大厅".into(),
        confirmed: 10,
        waitlisted: 0,
        assisted: 0,
        terms: Terms {
            min_age: Some(60),
            ..Terms::defaults(span, at("2026-11-20T10:00"))
        },
        status: Status::Published,
        cancel_reason: String::new(),
        demo: true,
        sequence: 0,
        revision: 1,
        dates: Vec::new(),
    }
}

fn said(view: &OccurrenceView) -> String {
    PlaceCount::of(ZH, view, now()).words
}

#[test]
fn the_places_are_said_for_whoever_would_book_online_now() {
    let base = occurrence;
    assert_eq!(said(&base()), "还有 20 个名额");
    assert_eq!(
        said(&OccurrenceView {
            confirmed: 28,
            ..base()
        }),
        "只剩 2 个名额"
    );
    assert_eq!(
        said(&OccurrenceView {
            confirmed: 30,
            ..base()
        }),
        "名额已满，可以候补"
    );
    assert_eq!(
        said(&OccurrenceView {
            confirmed: 30,
            waitlisted: 3,
            ..base()
        }),
        "名额已满，候补 3 人"
    );
    assert_eq!(
        said(&OccurrenceView {
            confirmed: 30,
            waitlisted: 10,
            ..base()
        }),
        "名额和候补都满了"
    );
    let kept = OccurrenceView {
        confirmed: 25,
        terms: Terms {
            waitlist_capacity: 0,
            held_back: 5,
            held_until: Some(now().plus(HOUR)),
            ..base().terms
        },
        ..base()
    };
    assert_eq!(Availability::of(&kept, now()), Availability::Kept);
    assert_eq!(
        said(&OccurrenceView {
            terms: Terms {
                held_until: Some(now()),
                ..kept.terms.clone()
            },
            ..kept
        }),
        "还有 5 个名额"
    );
}

#[test]
fn what_cannot_be_booked_says_why_and_not_how_much_room_it_has() {
    let base = occurrence;
    let later = OccurrenceView {
        terms: Terms {
            booking_opens_at: at("2026-11-26T10:00"),
            ..base().terms
        },
        ..base()
    };
    assert_eq!(said(&later), "明天 10:00 开始报名");
    assert_eq!(
        said(&OccurrenceView {
            terms: Terms {
                booking_closes_at: now(),
                ..base().terms
            },
            ..base()
        }),
        "报名已截止"
    );
    assert_eq!(
        said(&OccurrenceView {
            status: Status::Cancelled,
            ..base()
        }),
        "已取消"
    );
    let over = OccurrenceView {
        starts_at: now().plus(-2 * HOUR),
        ends_at: now(),
        ..base()
    };
    assert_eq!(said(&over), "已结束");
    let drop_in = OccurrenceView {
        terms: Terms {
            allocation: Allocation::DropIn,
            capacity: 0,
            ..base().terms
        },
        ..base()
    };
    assert_eq!(said(&drop_in), "不用预约，直接来");
    for view in [later, over, drop_in] {
        assert_eq!(PlaceCount::of(ZH, &view, now()).bar, None);
    }
}

#[test]
fn a_card_shows_hour_title_room_ages_and_places() {
    let card = Card::of(ZH, &occurrence(), now());
    let html = view! { <OccurrenceCard locale=ZH card=card.clone() /> }.written();
    for part in [
        r#"data-state="open""#,
        r#"<time datetime="2026-11-28T15:00:00+08:00">15:00</time>"#,
        "至 16:30",
        r#"<h3 class="occurrence-title"><a href="/occurrences/00000000-0000-0000-0000-000000000001">长者茶话会</a></h3>"#,
        "<span>活动大厅</span>",
        "<span>60 岁以上</span>",
        r#"viewBox="0 0 30 1""#,
        r#"<rect width="10" height="1">"#,
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    let html =
        view! { <OccurrenceCard locale=ZH card=card.booked(ZH).dated() level=4 /> }.written();
    assert!(
        html.contains(r#"data-state="booked""#) && html.contains("您已报名"),
        "{html}"
    );
    assert!(
        html.contains("<span>周六</span>") && html.contains("<h4"),
        "{html}"
    );
    assert!(!html.contains("<svg"), "{html}");
}

#[test]
fn text_from_people_is_never_markup() {
    let view = OccurrenceView {
        title: "<script>alert(1)</script>".into(),
        ..occurrence()
    };
    let card = Card::of(ZH, &view, now());
    let html = view! { <OccurrenceCard locale=ZH card /> }.written();
    assert!(!html.contains("<script"), "{html}");
    let html = view! { <Field name="x" label="x" value="\"><b>" /> }.written();
    assert!(!html.contains("<b>"), "{html}");
    let html = view! { <TextArea name="x" label="x" value="\n</textarea><b>&amp;" /> }.written();
    let shown = "\n\n&lt;/textarea&gt;&lt;b&gt;&amp;amp;</textarea>";
    assert!(html.contains(shown), "{html}");
}

#[test]
fn a_field_leads_to_its_hint_and_its_error() {
    let mut problems = Problems::none();
    problems.note(
        ZH,
        &Refusal::invalid("birth_year", Reason::OutOfRange),
        now(),
    );
    problems.note(ZH, &Refusal::ConsentRequired, now());
    let error = problems.of("birth_year");
    let html =
        view! { <Field name="birth_year" label="出生年份" hint="4 位数字" value="58" error /> }
            .written();
    for part in [
        r#"<label for="birth_year">"#,
        r#"id="birth_year-hint""#,
        r#"id="birth_year-error""#,
        r#"aria-invalid="true""#,
        r#"aria-describedby="birth_year-hint birth_year-error""#,
        r#"value="58""#,
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    let html = view! { <ErrorSummary locale=ZH problems /> }.written();
    assert!(html.contains("有 2 处要改"), "{html}");
    assert!(
        html.contains(r##"href="#birth_year""##) && html.contains(r##"href="#consent""##),
        "{html}"
    );
    let html = view! { <ErrorSummary locale=ZH problems=Problems::none() /> }.written();
    assert!(!html.contains("error-summary"), "{html}");
}

#[test]
fn a_refusal_says_why_until_when_and_what_else() {
    let refusal = Refusal::NotResident {
        until: at("2026-11-26T00:00"),
    };
    let explained = words::refusal(ZH, &refusal, now());
    let alternatives = vec![Card::of(ZH, &occurrence(), now())];
    let html = view! { <RefusalBlock locale=ZH explained alternatives /> }.written();
    for part in [
        r#"role="alert""#,
        "现在还报不了",
        "明天 00:00",
        "还可以这样",
        "长者茶话会",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}

#[test]
fn who_waits_is_told_the_place_in_line() {
    let html =
        view! { <StateBadge locale=ZH state=State::Waitlisted position=Some(2) /> }.written();
    assert!(
        html.contains("候补第 2 位") && html.contains(r#"data-tone="warn""#),
        "{html}"
    );
    let html = view! { <StateBadge locale=ZH state=State::CheckedIn position=None /> }.written();
    assert!(
        html.contains("已参加") && !html.contains("data-tone"),
        "{html}"
    );
}

fn framed(change: impl FnOnce(&mut Page)) -> String {
    let mut page = Page::new(ZH, "首页");
    change(&mut page);
    chrome::frame(&page, view! { <h1>"内容"</h1> }.into_any()).written()
}

#[test]
fn the_frame_has_a_way_past_it_marks_where_one_is_and_keeps_the_way_back() {
    let html = framed(|page| {
        page.center = Some("SZ440303001-01".parse().unwrap());
        page.here = "/centers/SZ440303001-01/whats-on?field=elder&free=1".into();
        page.demo = true;
        page.mode = Mode::Elder;
    });
    for part in [
        r##"<a href="#main" class="skip-link">"##,
        r#"<main id="main" tabindex="-1" class="page">"#,
        r#"<a href="/centers/SZ440303001-01/whats-on" aria-current="page">活动</a>"#,
        r#"<a href="/centers/SZ440303001-01/menu">服务</a>"#,
        r#"name="back" value="/centers/SZ440303001-01/whats-on?field=elder&amp;free=1""#,
        r#"value="standard" aria-pressed="true">长辈版"#,
        r#"value="contrast" aria-pressed="false">高对比"#,
        r#"name="lang" value="en" lang="en">English"#,
        "演示数据",
        r#"action="/preferences""#,
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    assert!(!framed(|_| ()).contains("演示数据"));
}

#[test]
fn every_refusal_page_leads_on_in_every_language() {
    for locale in Locale::get_all().iter().copied() {
        let mut page = Page::new(locale, "");
        page.here = "/me/bookings?x=1&y=2".into();
        let on = |refusal: Option<&Refusal>| {
            let status = refusal.map_or(StatusCode::INTERNAL_SERVER_ERROR, crate::web::status);
            fault_on(&page.clone().status(status), refusal).written()
        };
        assert!(on(None).contains("500"));
        assert!(on(None).contains("/me/bookings?x=1"));
        assert!(on(Some(&Refusal::NotFound)).contains(r#"href="/centers""#));
        let sign_in = on(Some(&Refusal::Unauthenticated));
        assert!(
            sign_in.contains("/sign-in?back=%2Fme%2Fbookings%3Fx%3D1%26y%3D2"),
            "{sign_in}"
        );
    }
}
