//! Who supervises the front line: figures by area, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::*;
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    supervision::{Grade, Staffing},
};
use store::{
    Act,
    staff::{Area, set_grade, supervision},
    testing::TestDb,
};

fn system() -> Act {
    Act::new(Caller::system(), NOW, ids())
}

fn center_row(id: &str, district: &str, subdistrict: &str) -> String {
    format!(
        "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
             community, name_source, status)
         VALUES ('{id}', '{id}', '{district}', '{district}区', '{subdistrict}', '{subdistrict}街道',
             '某社区', 'nbs2023', 'open')"
    )
}

/// A member of staff with a role at places.
fn member(n: u128, role: &str, scopes: &[&str]) -> Vec<String> {
    let staff: domain::id::StaffId = id(0x5000_0000 + n);
    let mut sql = vec![format!(
        "INSERT INTO staff (id, username, name, password_hash, created_at)
         VALUES ('{staff}', 'member{n}', '社工{n}', 'none', 0)"
    )];
    sql.extend(scopes.iter().map(|scope| {
        format!(
            "INSERT INTO role_grant (staff_id, role, scope, granted_at)
             VALUES ('{staff}', '{role}', '{scope}', 0)"
        )
    }));
    sql
}

/// Two centers of one subdistrict and one of another district; five on the front line, one of whom at two
/// centers, and two who supervise.
async fn city(test: &TestDb) {
    let mut sql = vec![
        center_row("SZ440303001-01", "440303", "440303001"),
        center_row("SZ440303001-02", "440303", "440303001"),
        center_row("SZ440305002-01", "440305", "440305002"),
    ];
    let (one, two) = ("center:SZ440303001-01", "center:SZ440303001-02");
    sql.extend(member(1, "social_worker", &[one]));
    sql.extend(member(2, "social_worker", &[one, two]));
    sql.extend(member(3, "social_worker", &[two]));
    sql.extend(member(4, "social_worker", &["center:SZ440305002-01"]));
    sql.extend(member(5, "social_worker", &["subdistrict:440303001"]));
    sql.extend(member(6, "social_worker", &["district:440303"]));
    sql.extend(member(7, "social_worker", &[one]));
    sql.extend(member(8, "center_manager", &[one]));
    sql.push("UPDATE staff SET status = 'closed' WHERE username = 'member7'".into());
    test.arrange(sql).await;
    set_grade(&test.db, &system(), "member5", Some(Grade::Assistant))
        .await
        .unwrap();
    set_grade(&test.db, &system(), "member6", Some(Grade::Junior))
        .await
        .unwrap();
}

fn overseer(role: Role, scope: &str) -> Caller {
    Caller {
        identity: Identity::Staff(id(9)),
        grants: vec![Grant {
            role,
            scope: Scope::parse(scope).unwrap(),
        }],
    }
}

async fn seen(test: &TestDb, caller: &Caller) -> Vec<(String, Staffing)> {
    let areas = supervision(&test.db, caller, NOW).await.unwrap();
    let told = |area: Area| (area.scope.to_string(), area.staffing);
    areas.into_iter().map(told).collect()
}

fn staffing(front_line: u32, assistants: u32, juniors: u32) -> Staffing {
    Staffing {
        front_line,
        assistants,
        juniors,
        intermediates: 0,
    }
}

async fn each_area_counts_everybody_once_and_nobody_who_has_gone(test: TestDb) {
    city(&test).await;
    let all = seen(&test, &overseer(Role::CitySupervisor, "city")).await;
    let expected = [
        ("city".to_owned(), staffing(4, 1, 1)),
        ("district:440303".to_owned(), staffing(3, 1, 1)),
        ("subdistrict:440303001".to_owned(), staffing(3, 1, 0)),
        ("district:440305".to_owned(), staffing(1, 0, 0)),
        ("subdistrict:440305002".to_owned(), staffing(1, 0, 0)),
    ];
    assert_eq!(all, expected);
    // Taken back, they are on the front line again.
    set_grade(&test.db, &system(), "member5", None)
        .await
        .unwrap();
    let all = seen(&test, &Caller::system()).await;
    assert_eq!(all[0].1, staffing(5, 0, 1));
    let recorded = "SELECT COUNT(*) FROM audit WHERE action = 'staff.grade'";
    assert_eq!(test.number(recorded).await, 3);
}

async fn whoever_oversees_sees_their_own_area_and_nobody_else_any(test: TestDb) {
    city(&test).await;
    let scopes = async |role, scope: &str| -> Vec<String> {
        let all = seen(&test, &overseer(role, scope)).await;
        all.into_iter().map(|(scope, _)| scope).collect()
    };
    let subdistrict = scopes(Role::SubdistrictSupervisor, "440303001").await;
    assert_eq!(subdistrict, ["subdistrict:440303001"]);
    let district = scopes(Role::DistrictSupervisor, "440303").await;
    assert_eq!(district, ["district:440303", "subdistrict:440303001"]);
    assert_eq!(scopes(Role::Admin, "city").await.len(), 5);
    for role in [Role::SocialWorker, Role::CenterManager, Role::Evaluator] {
        let refused = supervision(&test.db, &overseer(role, CENTER), NOW).await;
        assert_eq!(
            refused.unwrap_err().refusal(),
            Some(&Refusal::Forbidden),
            "{role}"
        );
    }
    let anonymous = supervision(&test.db, &Caller::anonymous(), NOW).await;
    assert_eq!(
        anonymous.unwrap_err().refusal(),
        Some(&Refusal::Unauthenticated)
    );
    let by_manager = Act::new(overseer(Role::CenterManager, CENTER), NOW, ids());
    let tried = set_grade(&test.db, &by_manager, "member1", Some(Grade::Junior)).await;
    assert_eq!(tried.unwrap_err().refusal(), Some(&Refusal::Forbidden));
}

store::on_both_databases! {
    each_area_counts_everybody_once_and_nobody_who_has_gone => super::each_area_counts_everybody_once_and_nobody_who_has_gone,
    whoever_oversees_sees_their_own_area_and_nobody_else_any => super::whoever_oversees_sees_their_own_area_and_nobody_else_any,
}
