//! Giving and taking rights: how far each role reaches, and what no sequence of changes brings about.

use super::*;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// The scopes of a small city, and those that contain each, itself first.
const SCOPES: [&[&str]; 6] = [
    &["city"],
    &["440303", "city"],
    &["440305", "city"],
    &["440303001", "440303", "city"],
    &["SZ440303001-01", "440303001", "440303", "city"],
    &["SZ440305002-01", "440305002", "440305", "city"],
];
const OWN: usize = 4;

fn placed(role: Role, scope: usize) -> Placed {
    let within: Vec<Scope> = SCOPES[scope]
        .iter()
        .map(|text| Scope::parse(text).unwrap())
        .collect();
    Placed {
        timed: TimedGrant::for_good(Grant {
            role,
            scope: within[0].clone(),
        }),
        within,
    }
}

fn id(n: u128) -> StaffId {
    uuid::Uuid::from_u128(n).into()
}

fn staff(n: u128, held: &[Placed], now: Timestamp) -> Caller {
    let grants = held.iter().filter(|of| of.timed.holds(now));
    Caller {
        identity: Identity::Staff(id(n)),
        grants: grants.map(|of| of.timed.grant.clone()).collect(),
    }
}

/// What becomes of a deed to the account 2, which holds that, where others administer the city.
fn tried(caller: &Caller, held: &[Placed], deed: Deed<'_>) -> Result<(), Refusal> {
    let facts = Facts {
        caller,
        subject: Some(&id(2)),
        status: StaffStatus::Active,
        held,
        others: Administered::ForGood,
    };
    decide(&facts, deed, NOW)
}

#[test]
fn a_grant_holds_from_its_beginning_until_its_end() {
    let mut of = placed(Role::SocialWorker, OWN).timed;
    assert!(of.holds(Timestamp(0)) && of.holds(NOW));
    of.begins_at = Some(NOW);
    of.ends_at = Some(NOW.plus(DAY));
    for (at, holds) in [
        (NOW.plus(-1), false),
        (NOW, true),
        (NOW.plus(DAY - 1), true),
        (NOW.plus(DAY), false),
    ] {
        assert_eq!(of.holds(at), holds, "{at:?}");
    }
}

#[test]
fn dates_that_grant_nothing_are_a_mistake() {
    let boss = staff(1, &[placed(Role::CenterManager, OWN)], NOW);
    let give = |from: Option<i64>, to: Option<i64>| {
        let mut of = placed(Role::SocialWorker, OWN);
        of.timed.begins_at = from.map(|at| NOW.plus(at));
        of.timed.ends_at = to.map(|at| NOW.plus(at));
        let given = tried(&boss, &[], Deed::Give(&of));
        assert_eq!(tried(&boss, &[], Deed::Create(&[of])), given);
        given
    };
    assert_eq!(give(None, None), Ok(()));
    assert_eq!(give(Some(DAY), Some(2 * DAY)), Ok(()));
    assert_eq!(give(Some(-DAY), Some(1)), Ok(()));
    let past = Refusal::invalid("to", Reason::InThePast);
    assert_eq!(give(None, Some(0)), Err(past));
    let order = Refusal::invalid("to", Reason::NotAfterStart);
    assert_eq!(give(Some(DAY), Some(DAY)), Err(order));
    assert_eq!(
        tried(&boss, &[], Deed::Create(&[])),
        Err(Refusal::invalid("grants", Reason::Missing))
    );
}

#[test]
fn each_manages_those_of_their_own_scope_up_to_their_own_rank() {
    use Role as R;
    let (next_door, district) = (5, 1);
    // The caller's role and scope, what the account holds, and whether it is theirs to manage.
    for (own, held, may) in [
        ((R::CenterManager, OWN), (R::SocialWorker, OWN), true),
        ((R::CenterManager, OWN), (R::CenterManager, OWN), true),
        ((R::CenterManager, OWN), (R::SocialWorker, next_door), false),
        ((R::CenterManager, OWN), (R::SocialWorker, district), false),
        ((R::CenterManager, OWN), (R::Admin, OWN), false),
        ((R::SocialWorker, OWN), (R::SocialWorker, OWN), false),
        ((R::Evaluator, 0), (R::Evaluator, OWN), false),
        ((R::SubdistrictSupervisor, 3), (R::CenterManager, OWN), true),
        (
            (R::SubdistrictSupervisor, 3),
            (R::DistrictSupervisor, 3),
            false,
        ),
        (
            (R::DistrictSupervisor, 1),
            (R::SubdistrictSupervisor, 3),
            true,
        ),
        (
            (R::DistrictSupervisor, 1),
            (R::CenterManager, next_door),
            false,
        ),
        ((R::CitySupervisor, 0), (R::DistrictSupervisor, 1), true),
        ((R::CitySupervisor, 0), (R::Admin, 0), false),
        ((R::Admin, 0), (R::Admin, 0), true),
    ] {
        let caller = staff(1, &[placed(own.0, own.1)], NOW);
        let of = placed(held.0, held.1);
        let expected = if may { Ok(()) } else { Err(Refusal::Forbidden) };
        let held = std::slice::from_ref(&of);
        for deed in [
            Deed::Create(held),
            Deed::Give(&of),
            Deed::End(&of),
            Deed::Suspend,
            Deed::Resume,
            Deed::Close,
            Deed::ResetPassword,
            Deed::Rename,
        ] {
            assert_eq!(tried(&caller, held, deed), expected, "{own:?} {deed:?}");
        }
    }
}

#[test]
fn who_also_works_elsewhere_is_managed_by_who_oversees_both() {
    let held = [
        placed(Role::SocialWorker, OWN),
        placed(Role::SocialWorker, 5),
    ];
    let boss = staff(1, &[placed(Role::CenterManager, OWN)], NOW);
    assert!(sees(&boss, &held));
    assert_eq!(tried(&boss, &held, Deed::End(&held[0])), Ok(()));
    for deed in [Deed::Suspend, Deed::ResetPassword, Deed::End(&held[1])] {
        assert_eq!(tried(&boss, &held, deed), Err(Refusal::Forbidden));
    }
    let city = staff(1, &[placed(Role::CitySupervisor, 0)], NOW);
    assert_eq!(tried(&city, &held, Deed::Suspend), Ok(()));
    // Somebody without any role is the city's.
    assert!(sees(&city, &[]) && !sees(&boss, &[]));
    assert_eq!(tried(&city, &[], Deed::ResetPassword), Ok(()));
    assert_eq!(tried(&boss, &[], Deed::Resume), Err(Refusal::Forbidden));
}

#[test]
fn a_grade_is_noted_by_who_sees_the_figures_in_which_it_counts() {
    let held = [placed(Role::SocialWorker, OWN)];
    for (role, scope, may) in [
        (Role::CenterManager, OWN, false),
        (Role::CenterManager, 1, false),
        (Role::SubdistrictSupervisor, 3, true),
        (Role::DistrictSupervisor, 2, false),
        (Role::Admin, 0, true),
    ] {
        let caller = staff(1, &[placed(role, scope)], NOW);
        let noted = tried(&caller, &held, Deed::SetGrade);
        assert_eq!(tried(&caller, &held, Deed::SetAgency), noted);
        assert_eq!(noted.is_ok(), may, "{role:?} {scope}");
    }
    // Overseeing one place and managing another is not both of one.
    let both = [
        placed(Role::CenterManager, OWN),
        placed(Role::DistrictSupervisor, 2),
    ];
    let caller = staff(1, &both, NOW);
    assert_eq!(
        tried(&caller, &held, Deed::SetGrade),
        Err(Refusal::Forbidden)
    );
}

#[test]
fn kiosks_and_residents_are_never_appointed() {
    for role in [Role::Kiosk, Role::Resident] {
        let of = placed(role, OWN);
        let refused = tried(&Caller::system(), &[], Deed::Give(&of));
        assert_eq!(refused, Err(Refusal::invalid("role", Reason::NotGrantable)));
    }
    let boss = staff(1, &[placed(Role::CenterManager, OWN)], NOW);
    assert_eq!(
        grantable(&boss),
        [Role::SocialWorker, Role::CenterManager, Role::Evaluator]
    );
    assert_eq!(grantable(&Caller::system()).len(), Role::ALL.len() - 2);
    let worker = staff(1, &[placed(Role::SocialWorker, OWN)], NOW);
    assert_eq!(grantable(&worker), []);
}

#[test]
fn the_last_administrator_stays() {
    let admin = placed(Role::Admin, 0);
    let held = [admin.clone()];
    let with = |others| {
        move |deed: Deed<'_>| {
            let facts = Facts {
                caller: &Caller::system(),
                subject: Some(&id(2)),
                status: StaffStatus::Active,
                held: &[placed(Role::Admin, 0)],
                others,
            };
            decide(&facts, deed, NOW)
        }
    };
    let mut shorter = admin.clone();
    shorter.timed.ends_at = Some(NOW.plus(DAY));
    let mut later = admin.clone();
    later.timed.begins_at = Some(NOW.plus(DAY));
    let ends = [
        Deed::End(&admin),
        Deed::Suspend,
        Deed::Close,
        Deed::Give(&shorter),
        Deed::Give(&later),
    ];
    for deed in ends {
        assert_eq!(with(Administered::ForGood)(deed), Ok(()));
        for others in [Administered::Not, Administered::Until(NOW.plus(9 * DAY))] {
            assert_eq!(
                with(others)(deed),
                Err(Refusal::LastAdministrator),
                "{deed:?}"
            );
        }
    }
    // What takes nothing away goes.
    let supervisor = placed(Role::CitySupervisor, 0);
    for deed in [
        Deed::Give(&admin),
        Deed::Give(&supervisor),
        Deed::ResetPassword,
        Deed::Rename,
    ] {
        assert_eq!(with(Administered::Not)(deed), Ok(()), "{deed:?}");
    }
    // An account that is switched off administers nothing, so it can go.
    let timed = held.iter().map(|of| &of.timed);
    assert_eq!(
        Administered::by(StaffStatus::Suspended, timed, NOW),
        Administered::Not
    );
}

#[test]
fn a_closed_account_is_gone_and_strangers_are_asked_to_sign_in() {
    let facts = |caller| Facts {
        caller,
        subject: None,
        status: StaffStatus::Closed,
        held: &[],
        others: Administered::ForGood,
    };
    let (nobody, system) = (Caller::anonymous(), Caller::system());
    assert_eq!(
        decide(&facts(&nobody), Deed::Resume, NOW),
        Err(Refusal::Unauthenticated)
    );
    assert_eq!(
        decide(&facts(&system), Deed::Resume, NOW),
        Err(Refusal::NotFound)
    );
}

fn a_role() -> impl Strategy<Value = Role> {
    proptest::sample::select(Role::ALL)
}

fn a_grant() -> impl Strategy<Value = Placed> {
    let time = || proptest::option::of(-3..6_i64);
    (a_role(), 0..SCOPES.len(), time(), time()).prop_map(|(role, scope, from, to)| {
        let mut of = placed(role, scope);
        of.timed.begins_at = from.map(|days| NOW.plus(days * DAY));
        of.timed.ends_at = to.map(|days| NOW.plus(days * DAY));
        of
    })
}

/// A change by one of three: who, to whom, which, with what, so many hours later.
fn a_change() -> impl Strategy<Value = (usize, usize, u8, Placed, i64)> {
    let admin = Just(placed(Role::Admin, 0));
    let grant = prop_oneof![a_grant(), admin];
    (0..3_usize, 0..3_usize, 0..6_u8, grant, 0..30_i64)
}

type Account = (StaffStatus, Vec<Placed>);

fn carry_out((status, held): &mut Account, deed: Deed<'_>) {
    match deed {
        Deed::Suspend => *status = StaffStatus::Suspended,
        Deed::Resume => *status = StaffStatus::Active,
        Deed::Close => *status = StaffStatus::Closed,
        Deed::Give(of) | Deed::End(of) => {
            held.retain(|other| other.timed.grant != of.timed.grant);
            if matches!(deed, Deed::Give(_)) {
                held.push(of.clone());
            }
        }
        Deed::Create(_) | Deed::ResetPassword | Deed::Rename | Deed::SetAgency | Deed::SetGrade => {
        }
    }
}

proptest! {
    #[test]
    fn nobody_gives_or_takes_more_than_they_hold(
        own in proptest::collection::vec(a_grant(), 0..3),
        held in proptest::collection::vec(a_grant(), 0..3),
        of in a_grant(),
    ) {
        let caller = staff(1, &own, NOW);
        let reaches = |of: &Placed| own.iter().any(|own| {
            own.timed.holds(NOW)
                && own.timed.grant.role.includes(Action::ManageStaff)
                && own.timed.grant.role.rank() >= of.timed.grant.role.rank()
                && of.within.contains(&own.timed.grant.scope)
        });
        let may = |deed| tried(&caller, &held, deed).is_ok();
        prop_assert!(!may(Deed::Give(&of)) || reaches(&of));
        prop_assert!(!may(Deed::End(&of)) || reaches(&of));
        prop_assert!(!may(Deed::Create(std::slice::from_ref(&of))) || reaches(&of));
        for deed in [Deed::Suspend, Deed::Resume, Deed::Close, Deed::ResetPassword, Deed::Rename] {
            prop_assert!(!may(deed) || held.iter().all(reaches));
            prop_assert!(!may(deed) || sees(&caller, &held));
        }
    }

    #[test]
    fn nobody_changes_their_own_account(
        own in proptest::collection::vec(a_grant(), 0..3),
        of in a_grant(),
    ) {
        let caller = staff(2, &own, NOW);
        for deed in [
            Deed::Give(&of), Deed::End(&of), Deed::Suspend, Deed::Resume, Deed::Close,
            Deed::ResetPassword, Deed::Rename,
        ] {
            prop_assert_eq!(tried(&caller, &own, deed), Err(Refusal::Forbidden));
        }
    }

    #[test]
    fn whatever_three_administrators_do_to_each_other_one_stays(
        changes in proptest::collection::vec(a_change(), 1..40),
    ) {
        let mut accounts: Vec<Account> = vec![
            (StaffStatus::Active, vec![placed(Role::Admin, 0)]),
            (StaffStatus::Active, vec![placed(Role::Admin, 0)]),
            (StaffStatus::Active, vec![placed(Role::Admin, 0)]),
        ];
        let mut now = NOW;
        for (who, whom, which, of, hours) in changes {
            now = now.plus(hours * DAY / 24);
            let by = |(status, held): &Account| {
                Administered::by(*status, held.iter().map(|of| &of.timed), now)
            };
            let others = accounts.iter().enumerate().filter(|(n, _)| *n != whom);
            let others = others.map(|(_, account)| by(account)).max().unwrap_or_default();
            let deed = match which {
                0 => Deed::Suspend,
                1 => Deed::Resume,
                2 => Deed::Close,
                3 => Deed::End(&of),
                _ => Deed::Give(&of),
            };
            let caller = match accounts[who].0 {
                StaffStatus::Active => staff(who as u128, &accounts[who].1, now),
                _ => Caller::anonymous(),
            };
            let facts = Facts {
                caller: &caller,
                subject: Some(&id(whom as u128)),
                status: accounts[whom].0,
                held: &accounts[whom].1,
                others,
            };
            if decide(&facts, deed, now).is_ok() {
                carry_out(&mut accounts[whom], deed);
            }
            let left = accounts.iter().map(by).max().unwrap_or_default();
            prop_assert_eq!(left, Administered::ForGood);
        }
    }
}
